//! Arguments to command to exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    gitopslint::cli::run(std::env::args_os())
}
