//! What makes pods, and how many.

use manifest::FieldPath;

use super::autoscalers::{Scale, Scales};
use super::bounds::Defaults;
use super::pods::Pod;
use super::{Placed, amounts, with};

/// Something that makes pods.
pub(super) struct Workload<'a> {
    pub(super) placed: Placed<'a>,
    pub(super) pod: Pod<'a>,
    pub(super) count: Count,
}

/// How many pods there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Count {
    /// As many as are wanted.
    Known {
        /// At any time.
        steady: u64,
        /// At most.
        peak: u64,
    },
    /// One for each node.
    EachNode,
    /// Something else decides.
    Unknown,
}

const NONE: Count = Count::Known { steady: 0, peak: 0 };

impl<'a> Workload<'a> {
    pub(super) fn of(
        placed: Placed<'a>,
        scales: &Scales<'a>,
        defaults: &Defaults<'a>,
    ) -> Option<Self> {
        let gvk = &placed.object.id.gvk;
        let (keys, sort): (&[&str], _) = match (&*gvk.group, &*gvk.kind) {
            ("", "Pod") => (&[], Sort::Pod),
            ("apps", "Deployment" | "StatefulSet" | "ReplicaSet")
            | ("", "ReplicationController")
            | ("argoproj.io", "Rollout") => (&["spec", "template"], Sort::Replicated),
            ("apps", "DaemonSet") => (&["spec", "template"], Sort::EachNode),
            ("batch", "Job") => (&["spec", "template"], Sort::Job(&["spec"])),
            ("batch", "CronJob") => (
                &["spec", "jobTemplate", "spec", "template"],
                Sort::Job(&["spec", "jobTemplate", "spec"]),
            ),
            _ => return None,
        };
        let spec = placed.view().get_path(keys)?.get("spec")?;
        let path = with(&with(&FieldPath::default(), keys), &["spec"]);
        Some(Self {
            placed,
            pod: Pod::of(spec, path, defaults),
            count: count(placed, sort, scales),
        })
    }

    /// `web` of a Deployment, `CronJob nightly`: what people call it in a sum.
    pub(super) fn told(&self) -> String {
        match self.placed.kind() {
            "Deployment" => format!("`{}`", self.placed.name()),
            kind => format!("{kind} `{}`", self.placed.name()),
        }
    }
}

#[derive(Clone, Copy)]
enum Sort {
    Pod,
    Replicated,
    EachNode,
    /// With the way to the job's specification.
    Job(&'static [&'static str]),
}

fn count(placed: Placed<'_>, sort: Sort, scales: &Scales<'_>) -> Count {
    let of_spec = |field| placed.view().get_path(&["spec", field]);
    let is_suspended = || of_spec("suspend").is_some_and(|flag| flag.text() == "true");
    match sort {
        Sort::Pod => Count::Known { steady: 1, peak: 1 },
        Sort::EachNode => Count::EachNode,
        Sort::Replicated => {
            let written = amounts::count(of_spec("replicas"), 1);
            match (scales.get(&(placed.kind(), placed.name())), written) {
                // An autoscaler leaves alone what somebody has scaled to nothing.
                (_, Some(0)) => NONE,
                (Some(Scale { least, most }), _) => match (least, most) {
                    (Some(least), Some(most)) => Count::Known {
                        steady: *least,
                        peak: *least.max(most),
                    },
                    _ => Count::Unknown,
                },
                (None, Some(count)) => Count::Known {
                    steady: count,
                    peak: count,
                },
                (None, None) => Count::Unknown,
            }
        }
        Sort::Job(_) if is_suspended() => NONE,
        Sort::Job(spec) => {
            let job = placed.view().get_path(spec);
            let field = |name| job.and_then(|job| job.get(name));
            let parallel = amounts::count(field("parallelism"), 1);
            let most = amounts::count(field("completions"), u64::MAX);
            match parallel.zip(most) {
                Some((parallel, most)) => Count::Known {
                    steady: 0,
                    peak: parallel.min(most),
                },
                None => Count::Unknown,
            }
        }
    }
}
