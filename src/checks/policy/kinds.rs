//! Which objects a policy looks at.

use manifest::Gvk;
use serde::{Deserialize, Serialize};

/// Kinds that start pods, Kubernetes' own and those of common controllers.
const WORKLOADS: &[&str] = &[
    "CronJob",
    "DaemonSet",
    "Deployment",
    "DeploymentConfig.apps.openshift.io",
    "Job",
    "Pod",
    "PodTemplate",
    "ReplicaSet",
    "ReplicationController",
    "Rollout.argoproj.io",
    "ScaledJob.keda.sh",
    "StatefulSet",
];

/// Those of them whose pods are meant to run for ever.
const LONG_RUNNING: &[&str] = &[
    "CloneSet.apps.kruise.io",
    "DaemonSet",
    "DaemonSet.apps.kruise.io",
    "Deployment",
    "DeploymentConfig.apps.openshift.io",
    "Pod",
    "ReplicaSet",
    "ReplicationController",
    "Rollout.argoproj.io",
    "StatefulSet",
    "StatefulSet.apps.kruise.io",
];

/// The kinds that a policy names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kinds {
    /// Whether it looks at objects of every kind.
    pub(crate) all: bool,
    /// Whether it looks at objects that tell of pods, whatever kind they are.
    #[serde(default)]
    pub(crate) with_pods: bool,
    pub(crate) named: Vec<Selector>,
}

/// One kind of one API group, or of any group that Kubernetes itself owns.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Selector {
    pub(crate) kind: Box<str>,
    /// `None` stands for the groups of Kubernetes itself.
    pub(crate) group: Option<Box<str>>,
}

impl Kinds {
    /// From the words of a policy: `Deployment`, `Rollout.argoproj.io`, `workloads`,
    /// `long-running` or `all`. Returns the word that is none of these.
    pub(crate) fn parse<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let mut kinds = Self::default();
        for word in words {
            match word {
                "all" => kinds.all = true,
                "workloads" => {
                    kinds.with_pods = true;
                    kinds.add(WORKLOADS);
                }
                "long-running" => kinds.add(LONG_RUNNING),
                _ if word.starts_with(|c: char| c.is_ascii_uppercase()) => kinds.add(&[word]),
                _ => return Err(word.to_owned()),
            }
        }
        Ok(kinds)
    }

    fn add(&mut self, words: &[&str]) {
        for word in words {
            let selector = Selector::parse(word);
            if !self.named.contains(&selector) {
                self.named.push(selector);
            }
        }
    }

    /// Whether an object of this kind is looked at; `has_pods` tells whether it tells of pods.
    pub(crate) fn select(&self, gvk: &Gvk, has_pods: bool) -> bool {
        self.all || self.with_pods && has_pods || self.named.iter().any(|s| s.selects(gvk))
    }
}

impl Selector {
    fn parse(word: &str) -> Self {
        match word.split_once('.') {
            Some((kind, group)) => Self {
                kind: kind.into(),
                group: Some(group.into()),
            },
            None => Self {
                kind: word.into(),
                group: None,
            },
        }
    }

    pub(crate) fn selects(&self, gvk: &Gvk) -> bool {
        self.kind == gvk.kind
            && match &self.group {
                Some(group) => *group == gvk.group,
                None => is_kubernetes_own(&gvk.group),
            }
    }
}

/// Kubernetes' own groups are those without a dot and those under `k8s.io`. Other projects have
/// kinds of the same names: `Service` of Knative is no Service.
fn is_kubernetes_own(group: &str) -> bool {
    !group.contains('.') || group.ends_with(".k8s.io")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selects(words: &[&str], api_version: &str, kind: &str) -> bool {
        let kinds = Kinds::parse(words.iter().copied()).unwrap();
        kinds.select(&Gvk::new(api_version, kind), false)
    }

    #[test]
    fn a_bare_kind_is_kubernetes_own() {
        assert!(selects(&["Service"], "v1", "Service"));
        assert!(!selects(&["Service"], "serving.knative.dev/v1", "Service"));
        assert!(selects(&["Role"], "rbac.authorization.k8s.io/v1", "Role"));
    }

    #[test]
    fn a_group_can_be_named() {
        assert!(selects(
            &["Rollout.argoproj.io"],
            "argoproj.io/v1alpha1",
            "Rollout"
        ));
        assert!(!selects(
            &["Rollout.argoproj.io"],
            "example.com/v1",
            "Rollout"
        ));
        assert!(selects(&["workloads"], "argoproj.io/v1alpha1", "Rollout"));
        assert!(!selects(&["long-running"], "batch/v1", "Job"));
    }

    #[test]
    fn other_words_are_refused() {
        assert_eq!(Kinds::parse(["workload"]), Err("workload".to_owned()));
    }
}
