//! What Flux's objects ask to be deployed from the repository.

mod kustomization;
mod release;
mod sources;

use camino::Utf8PathBuf;
use manifest::{Object, View};

use super::asked::namespace_of;
use super::evidence::{Evidence, Told};
use super::{Known, Sourced, TargetSpec, asked};

pub(super) use kustomization::asked_by as asked_by_kustomization;
pub(crate) use kustomization::folders_built;
pub(super) use release::asked_by as asked_by_release;
pub use sources::Sources;
pub(crate) use sources::bootstrapped_from;

/// The environment of an object of Flux. It stands in the cluster that it deploys to, so that
/// what is known of the one holds for the other, unless the configuration says more.
fn environment_of<'a>(
    known: Known<'_>,
    object: &Object,
    values: impl Iterator<Item = &'a Utf8PathBuf>,
) -> Option<Told> {
    let configured = asked::configured_environment(object, known.config);
    let configured = configured.map(|own| Evidence::Configuration.tells(own));
    let around = || {
        let own = known.asker?.environment.clone()?;
        Some(Evidence::Bringer.tells(own))
    };
    let told = || asked::environment_of(known, object, values);
    configured.or_else(around).or_else(told)
}

/// What an object deploys that another source than this repository holds.
fn sourced(known: Known<'_>, object: &Object, reference: View<'_>) -> Sourced {
    let namespace = namespace_of(object, &["spec", "targetNamespace"]);
    let revision = known.sources.revision(object, reference);
    Sourced {
        name: object.id.name.to_string(),
        namespace: namespace.map(|word| word.text),
        revision: revision.map(str::to_owned),
    }
}

/// A target in the cluster of the object that asks for it.
fn in_place_of(known: Known<'_>, mut spec: TargetSpec) -> TargetSpec {
    if let Some(asker) = known.asker {
        let configured = known.config.environment_of(&spec.path);
        let around = asker.environment.clone().filter(|_| configured.is_none());
        spec.told(around.map(|own| Evidence::Bringer.tells(own)));
        spec.cluster = asker.cluster.clone().or(spec.cluster);
    }
    spec
}
