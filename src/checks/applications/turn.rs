//! When Argo CD applies an object: in which phase of a sync, and in which wave of it.

use std::fmt;

use manifest::{Object, View};

pub(super) const WAVE: &str = "argocd.argoproj.io/sync-wave";
const HOOK: &str = "argocd.argoproj.io/hook";
const HELM_HOOK: &str = "helm.sh/hook";
const WEIGHT: &str = "helm.sh/hook-weight";
const DELETION: [&str; 2] = [
    "argocd.argoproj.io/hook-delete-policy",
    "helm.sh/hook-delete-policy",
];

/// The phases in which a sync applies anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Before,
    Sync,
    After,
}

/// When an object is applied. The lesser one comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Turn {
    phase: Phase,
    wave: i64,
}

impl fmt::Display for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let phase = match self.phase {
            Phase::Before => "PreSync",
            Phase::Sync => return write!(f, "wave {}", self.wave),
            Phase::After => "PostSync",
        };
        match self.wave {
            0 => f.write_str(phase),
            wave => write!(f, "{phase}, wave {wave}"),
        }
    }
}

/// When a sync applies an object; none if it does so in case of failure, of deletion, or never.
pub(super) fn turn_of(object: &Object) -> Option<Turn> {
    let hook = hook_of(object);
    let number = |name| annotation(object, name)?.text().trim().parse().ok();
    let wave = number(WAVE).or_else(|| number(WEIGHT).filter(|_| hook.is_some()));
    let turn = |phase| Turn {
        phase,
        wave: wave.unwrap_or(0),
    };
    let Some(hook) = hook else {
        return Some(turn(Phase::Sync));
    };
    // Of several phases the first one makes it.
    let phases = hook.text().split(',').filter_map(|word| match word.trim() {
        "PreSync" | "pre-install" | "pre-upgrade" => Some(Phase::Before),
        "Sync" => Some(Phase::Sync),
        "PostSync" | "post-install" | "post-upgrade" => Some(Phase::After),
        _ => None,
    });
    phases.min().map(turn)
}

fn hook_of(object: &Object) -> Option<View<'_>> {
    annotation(object, HOOK).or_else(|| annotation(object, HELM_HOOK))
}

/// Whether an object is a hook.
pub(super) fn is_hook(object: &Object) -> bool {
    hook_of(object).is_some()
}

/// Whether a hook is deleted once the sync has passed.
pub(super) fn is_deleted_after(object: &Object) -> bool {
    let mut policies = DELETION.iter().filter_map(|name| annotation(object, name));
    let is_named = |policy: View<'_>| {
        let mut words = policy.text().split(',');
        words.any(|word| matches!(word.trim(), "HookSucceeded" | "hook-succeeded"))
    };
    is_hook(object) && policies.any(is_named)
}

/// Where an object says when it is applied.
pub(super) fn place(object: &Object) -> Option<View<'_>> {
    let mut names = [WAVE, HOOK, HELM_HOOK].into_iter();
    names.find_map(|name| annotation(object, name))
}

pub(super) fn annotation<'a>(object: &'a Object, name: &str) -> Option<View<'a>> {
    object
        .node
        .view()
        .get_path(&["metadata", "annotations", name])
}
