//! Manifests of other tools, which borrow the form of Kubernetes' own: `apiVersion: v1` and a kind
//! that no cluster has.

use std::collections::BTreeSet;

use k8s_schema::Catalog;
use manifest::{Node, View};

/// Which manifests of a repository are another tool's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Foreign {
    /// Whether most of the kinds that Kubernetes does not have there are ones that nobody knows. The
    /// others are called as something else is, too.
    speaks_another_tongue: bool,
}

impl Foreign {
    /// Learns from all manifests whether they are another tool's.
    pub(super) fn among<'a>(objects: impl Iterator<Item = &'a Node>) -> Self {
        let strange = objects.map(|object| object.view()).filter_map(strange_kind);
        let strange: BTreeSet<&str> = strange.collect();
        let (known, unknown): (Vec<&str>, Vec<&str>) = strange
            .into_iter()
            .partition(|kind| Catalog::builtin().has_kind_called(kind));
        Self {
            speaks_another_tongue: unknown.len() > known.len(),
        }
    }

    /// Whether an object is one.
    pub(super) fn has(self, object: View<'_>) -> bool {
        strange_kind(object).is_some_and(|kind| {
            self.speaks_another_tongue || !Catalog::builtin().has_kind_called(kind)
        })
    }
}

/// The kind of an object that belongs to no group and that Kubernetes does not have there, unless
/// it is one of Kubernetes' own that is misspelt or in the wrong group.
fn strange_kind(object: View<'_>) -> Option<&str> {
    let text = |key| object.get(key).and_then(View::as_str);
    let (api_version, kind) = (text("apiVersion")?, text("kind")?);
    let catalog = Catalog::builtin();
    let is_own = || catalog.has_kind_like(None, Some(kind)) || catalog.kind_near(kind).is_some();
    (!api_version.contains('/') && kind != "List" && !is_own()).then_some(kind)
}

#[cfg(test)]
mod tests {
    use camino::{Utf8Path, Utf8PathBuf};
    use manifest::Memory;

    use crate::deploy::find_alone;
    use crate::settings::Config;

    /// The kinds that are taken for manifests, of files that hold one each.
    fn check(kinds: &[&str]) -> String {
        let text = |own: &&str| {
            let (api_version, kind) = own.rsplit_once(' ').unwrap();
            format!("apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: a}}\n")
        };
        let texts: Vec<(String, String)> = kinds
            .iter()
            .enumerate()
            .map(|(at, own)| (format!("a/{at}.yaml"), text(own)))
            .collect();
        let snapshot: Memory = texts
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
            .collect();
        let paths: Vec<Utf8PathBuf> = texts.iter().map(|(path, _)| path.into()).collect();
        let paths: Vec<&Utf8Path> = paths.iter().map(|path| &**path).collect();
        let found = find_alone(&snapshot, &paths, &Config::default());
        let files = found.targets.iter().flat_map(|target| target.files());
        let objects = files.flat_map(|file| &file.objects);
        let kinds = objects.map(|object| object.view().get("kind").unwrap().text());
        kinds.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn kinds_that_no_cluster_has() {
        assert_eq!(check(&["v1 Pipework", "v1 Pod"]), "Pod");
        assert_eq!(check(&["v1beta1 Pipework"]), "");
    }

    #[test]
    fn what_others_call_so_too_goes_with_the_rest() {
        let kinds = ["v1 Pipework", "v1 Gearbox", "v1 Gateway", "v1 Gateway"];
        assert_eq!(check(&kinds), "");
        assert_eq!(check(&["v1 Gateway", "v1 Pod"]), "Gateway Pod");
    }

    #[test]
    fn mistakes_are_none() {
        let mistakes = ["v1 Deploymant", "v1 Deployment", "apps/v1 Pipework"];
        assert_eq!(check(&mistakes), "Deploymant Deployment Pipework");
    }
}
