//! The generator `IAMPolicyGenerator`: a ServiceAccount bound to a cloud's account.

use manifest::{Fault, FaultKind, Node, Step, Style, View};

use super::Generated;
use crate::compose::Composer;
use crate::decode::{Decoder, Mode};
use crate::edit::map_of;
use crate::fault;
use crate::kustomization::Behavior;
use crate::openapi::Schema;
use crate::resource::Resource;
use crate::text::{Text, str_of};

const ANNOTATION: &str = "iam.gke.io/gcp-service-account";

/// Makes the ServiceAccount that one generator asks for.
pub(crate) fn make(
    config: View<'_>,
    step: &Step,
    schema: &Schema,
) -> Result<Generated, Vec<Fault>> {
    let mut decoder = Decoder::new(Mode::Lenient, config.origin());
    let known = &["cloud", "kubernetesService", "serviceAccount"];
    let fields = decoder.fields(config, "an IAMPolicyGenerator", known);
    let cloud = decoder.filled(fields.get("cloud"), "cloud");
    let mut part = |field, first, second| {
        let view = fields.get(field);
        let mut get = |name| decoder.filled(view.and_then(|v| v.get(name)), name);
        (get(first), get(second))
    };
    let (name, namespace) = part("kubernetesService", "name", "namespace");
    let (account, project) = part("serviceAccount", "name", "projectId");
    if !decoder.faults.is_empty() {
        return Err(decoder.faults);
    }
    if str_of(&cloud) != "gke" {
        let message = format!(
            "`{}` is not a cloud that kustomize supports",
            str_of(&cloud)
        );
        let at = cloud.as_ref().map(Text::at).or(fields.at.as_ref());
        return Err(vec![
            fault::at(FaultKind::Field, message, at).help("the only one is `gke`"),
        ]);
    }
    let key = |name: &str| Node::text(name, step.clone());
    let mut email = Composer::new();
    if let Some(account) = &account {
        email = email.text(account);
    }
    email = email.str("@");
    if let Some(project) = &project {
        email = email.text(project);
    }
    let email = email
        .str(".iam.gserviceaccount.com")
        .finish(Style::DoubleQuoted, step);
    let mut metadata = vec![(key("annotations"), map_of([(key(ANNOTATION), email)], step))];
    if let Some(name) = &name {
        metadata.push((key("name"), name.to_node(step)));
    }
    if let Some(namespace) = &namespace {
        metadata.push((key("namespace"), namespace.to_node(step)));
    }
    let object = map_of(
        [
            (key("apiVersion"), Node::text("v1", step.clone())),
            (key("kind"), Node::text("ServiceAccount", step.clone())),
            (key("metadata"), map_of(metadata, step)),
        ],
        step,
    );
    Ok(Generated {
        resource: Resource::new(object, schema),
        behavior: Behavior::Create,
    })
}
