//! Where users' policies are evaluated: in this program, started once more.

use std::env;
use std::ffi::OsString;
use std::sync::LazyLock;

use crate::checks::policy::{ARGUMENT, Isolation};

/// This program's own path, as it was when it started. Without one nothing starts, and users'
/// policies are not evaluated.
static PROGRAM: LazyLock<Isolation> = LazyLock::new(|| {
    let path = env::current_exe().unwrap_or_default();
    Isolation::Program(path.into_os_string())
});

/// Where users' policies are evaluated.
pub(crate) fn isolation() -> &'static Isolation {
    &PROGRAM
}

/// Whether this is the process in which users' policies are evaluated.
pub(super) fn is_asked(arguments: &[OsString]) -> bool {
    matches!(arguments, [_, only] if only == ARGUMENT)
}
