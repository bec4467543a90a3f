//! The process in which users' policies are read and interpreted: this program, started with one
//! hidden argument. It holds nothing but the texts and the objects that it is sent, limits itself
//! before it reads any of them, and ends with whoever started it.

use std::io::{self, Write};
use std::process::ExitCode;
use std::thread;

use super::protocol::{ANSWER_LIMIT, Answer, REQUEST_LIMIT, VERSION, read, write};
use super::worker::Worker;

/// The argument with which this program becomes that process. No command has this name.
pub(crate) const ARGUMENT: &str = "__evaluate-policies";

/// The stack for parsing and evaluating, in bytes. It is the same on every machine, so that what
/// is too deep is too deep everywhere.
const STACK: usize = 16 << 20;

/// Answers requests on standard input until it is closed. Fails if this process cannot be limited.
pub(crate) fn serve() -> ExitCode {
    if limits::take().is_err() {
        return ExitCode::FAILURE;
    }
    let thread = thread::Builder::new().stack_size(STACK).spawn(answer_all);
    match thread.map(thread::JoinHandle::join) {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

fn answer_all() -> io::Result<()> {
    let (mut from, mut to) = (io::stdin().lock(), io::stdout().lock());
    let mut worker = Worker::default();
    write(&mut to, &Answer::Ready(VERSION), ANSWER_LIMIT)?;
    while let Ok(request) = read(&mut from, REQUEST_LIMIT) {
        limits::take_time()?;
        let mut at = |file: Option<usize>| {
            // Whoever does not read it will not read the answer either.
            let _ = write(&mut to, &Answer::At(file), ANSWER_LIMIT);
        };
        let answer = worker.answer(request, &mut at);
        write(&mut to, &answer, ANSWER_LIMIT)?;
    }
    to.flush()
}

#[cfg(unix)]
mod limits {
    use std::io;

    use nix::sys::resource::{RLIM_INFINITY, Resource, getrlimit, setrlimit};
    use nix::time::{ClockId, clock_gettime};
    use nix::unistd::close;

    /// Of memory, in bytes of address space.
    const MEMORY: u64 = 1 << 30;

    /// Of time on a processor for one request, in seconds. Steps are limited elsewhere, and reached
    /// long before; this ends what makes no steps.
    const TIME: u64 = 2;

    /// More descriptors than this are not looked for.
    const DESCRIPTORS: u64 = 1 << 16;

    /// Takes this process everything but its memory, its pipes and the time for one request.
    pub(super) fn take() -> io::Result<()> {
        let (open, _) = getrlimit(Resource::RLIMIT_NOFILE)?;
        for descriptor in 3..open.min(DESCRIPTORS) {
            if let Ok(descriptor) = i32::try_from(descriptor) {
                // What is not open cannot be closed.
                let _ = close(descriptor);
            }
        }
        setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
        setrlimit(Resource::RLIMIT_FSIZE, 0, 0)?;
        setrlimit(Resource::RLIMIT_NOFILE, 3, 3)?;
        let memory = setrlimit(Resource::RLIMIT_AS, MEMORY, MEMORY);
        // macOS knows the limit and does not take it; what remains there is time and steps.
        if cfg!(not(target_os = "macos")) {
            memory?;
        }
        take_time()
    }

    /// Allows as much time as one request may take, from now on.
    pub(super) fn take_time() -> io::Result<()> {
        let (_, hard) = getrlimit(Resource::RLIMIT_CPU)?;
        let spent = clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID)?.tv_sec();
        let spent = u64::try_from(spent).map_err(io::Error::other)?;
        // The second that has begun does not count.
        let soft = spent.saturating_add(TIME + 1);
        let soft = if hard == RLIM_INFINITY {
            soft
        } else {
            soft.min(hard)
        };
        Ok(setrlimit(Resource::RLIMIT_CPU, soft, hard)?)
    }
}

#[cfg(not(unix))]
mod limits {
    use std::io;

    pub(super) fn take() -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn take_time() -> io::Result<()> {
        take()
    }
}
