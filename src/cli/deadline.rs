//! The last resort against input that takes too long: a run that does not end is ended.
//!
//! What a run may take is counted, and reaching a limit is a finding. Time decides no verdict: a
//! run that is ended has none.

use std::io::{Write, stderr};
use std::num::NonZeroU32;
use std::process::exit;
use std::sync::LazyLock;
use std::thread;
use std::time::Duration;

use super::FAILED;
use crate::report::printable;
use crate::request::Progress;

/// How far the program has come.
static PROGRESS: LazyLock<Progress> = LazyLock::new(Progress::default);

/// Where it is told how far the program has come.
pub(super) fn progress() -> &'static Progress {
    &PROGRESS
}

/// Ends the program as incomplete after so many seconds.
pub(super) fn after(seconds: NonZeroU32) {
    let watch = move || {
        thread::sleep(Duration::from_secs(seconds.get().into()));
        let left = PROGRESS.left();
        // Nothing is left to be done about it if nobody reads it.
        let _ = writeln!(
            stderr(),
            "error: incomplete: timed out after {seconds} s; NOT CHECKED: {}",
            printable(&left)
        );
        end();
    };
    // Without a thread to spare there is no deadline, and the run is as long as it is.
    let _ = thread::Builder::new().spawn(watch);
}

#[expect(
    clippy::exit,
    reason = "whoever does not end by himself cannot be asked to return"
)]
fn end() -> ! {
    exit(FAILED.into())
}
