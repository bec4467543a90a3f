//! Who deletes an object and makes it anew, so that nothing is rejected.

use manifest::{Gvk, Object, View};
use rustc_hash::FxHashSet;

use crate::deploy::TargetSpec;
use crate::render::Rendered;

/// Whether an object is made for a sync, or a release, and not kept.
pub(super) fn is_hook(object: &Object) -> bool {
    let hooks = ["argocd.argoproj.io/hook", "helm.sh/hook"];
    hooks.iter().any(|hook| annotation(object, hook).is_some())
}

fn annotation<'a>(object: &'a Object, name: &str) -> Option<&'a str> {
    let annotations = object.node.view().get_path(&["metadata", "annotations"])?;
    annotations.get(name).map(View::text)
}

/// Whether who deploys a target makes objects of a kind anew where a change is rejected. Argo CD
/// reconciles roles and bindings, which takes away a binding to another role first.
pub(super) fn recreates(spec: &TargetSpec, gvk: &Gvk) -> bool {
    spec.deployer.is_some() && *gvk.group == *"rbac.authorization.k8s.io"
}

/// The Flux objects that replace by force, by their names.
pub(super) struct Forced<'a>(FxHashSet<&'a str>);

impl<'a> Forced<'a> {
    pub(super) fn of(rendered: &'a [Rendered]) -> Self {
        let objects = rendered.iter().flat_map(|target| &target.objects);
        let forced = objects.filter(|object| {
            let path: &[&str] = match &*object.id.gvk.group {
                "kustomize.toolkit.fluxcd.io" => &["spec", "force"],
                "helm.toolkit.fluxcd.io" => &["spec", "upgrade", "force"],
                _ => return false,
            };
            let flag = object.node.view().get_path(path);
            flag.is_some_and(|flag| flag.text() == "true")
        });
        Self(forced.map(|object| &*object.id.name).collect())
    }

    /// Whether an object of a target is deleted and made anew where a change is rejected.
    pub(super) fn makes_anew(&self, spec: &TargetSpec, object: &Object) -> bool {
        let is_force = |option: &str| matches!(option.trim(), "Force=true" | "Replace=true");
        let of_object = annotation(object, "argocd.argoproj.io/sync-options");
        if of_object.is_some_and(|options| options.split(',').any(is_force)) {
            return true;
        }
        if let Some(deployer) = &spec.deployer {
            let options = deployer.node.view();
            let options = options.get_path(&["spec", "syncPolicy", "syncOptions"]);
            let mut options = options.into_iter().flat_map(View::items);
            return options.any(|option| is_force(option.text()));
        }
        let of_flux = annotation(object, "kustomize.toolkit.fluxcd.io/force");
        let is_left = annotation(object, "kustomize.toolkit.fluxcd.io/ssa").is_some_and(|own| {
            own.eq_ignore_ascii_case("IfNotPresent") || own.eq_ignore_ascii_case("Ignore")
        });
        is_left
            || of_flux.is_some_and(|own| own.eq_ignore_ascii_case("enabled"))
            || spec.by.is_some() && self.0.contains(spec.application.as_str())
    }
}
