//! What only a cluster can tell: who may do what. Such expressions can be checked and not be
//! evaluated.

use super::{Declared, Run};
use crate::Failure;
use crate::environment::FOR_CHANGES;

const UNKNOWN: Run = |_, _| Err(Failure::UNSUPPORTED);

pub(super) const FUNCTIONS: &[Declared] = &[
    ("authorizer path(string): path-check", 27, UNKNOWN),
    ("authorizer group(string): group-check", 27, UNKNOWN),
    (
        "authorizer serviceAccount(string, string): authorizer",
        27,
        UNKNOWN,
    ),
    ("group-check resource(string): resource-check", 27, UNKNOWN),
    (
        "resource-check subresource(string): resource-check",
        27,
        UNKNOWN,
    ),
    (
        "resource-check namespace(string): resource-check",
        27,
        UNKNOWN,
    ),
    ("resource-check name(string): resource-check", 27, UNKNOWN),
    (
        "resource-check fieldSelector(string): resource-check",
        31,
        UNKNOWN,
    ),
    (
        "resource-check labelSelector(string): resource-check",
        31,
        UNKNOWN,
    ),
    ("path-check check(string): decision", 27, UNKNOWN),
    ("resource-check check(string): decision", 27, UNKNOWN),
    ("decision errored(): bool", 27, UNKNOWN),
    ("decision error(): string", 27, UNKNOWN),
    ("decision allowed(): bool", 27, UNKNOWN),
    ("decision reason(): string", 27, UNKNOWN),
    ("jsonpatch.escapeKey(string): string", FOR_CHANGES, UNKNOWN),
];
