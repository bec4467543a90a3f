//! Arguments to command to exit code.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// A run makes millions of small values on all threads and keeps most of them; the system's own
/// allocator asks the kernel for room far too often for that.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    gitopslint::cli::run(std::env::args_os())
}
