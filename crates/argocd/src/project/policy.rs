//! What policies speak of.

use manifest::Fault;

/// What there are permissions for.
pub(super) const RESOURCES: &[&str] = &[
    "clusters",
    "projects",
    "applications",
    "applicationsets",
    "repositories",
    "write-repositories",
    "certificates",
    "accounts",
    "gpgkeys",
    "logs",
    "exec",
    "extensions",
];

/// What can be done. Some take more behind a slash.
pub(super) const ACTIONS: &[&str] = &[
    "get", "create", "update", "delete", "sync", "rollback", "override", "action", "invoke",
];

/// Whether what is asked for belongs to a project: its object is `project/name`.
pub(super) fn is_of_project(resource: &str) -> bool {
    matches!(
        resource,
        "applications" | "applicationsets" | "logs" | "exec" | "clusters" | "repositories"
    )
}

/// Whether a text can stand for others.
pub(super) fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '[', '{'])
}

/// With what it was probably meant to be.
pub(super) fn suggest(fault: Fault, word: &str, known: &[&str]) -> Fault {
    match suggest::nearest(word, known.iter().copied()) {
        Some(like) => fault.help(format!("did you mean `{like}`?")),
        None => fault.help(format!("expected one of `{}`", known.join("`, `"))),
    }
}
