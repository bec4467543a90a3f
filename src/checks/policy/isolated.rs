//! A process in which users' policies are evaluated, from the outside.

use std::ffi::OsStr;
use std::io::{BufReader, BufWriter, ErrorKind};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};

use super::protocol::{ANSWER_LIMIT, Answer, REQUEST_LIMIT, Request, VERSION, read, write};
use super::run::TOO_LONG;
use super::serve::ARGUMENT;

/// A process that answers requests. It is ended when this is dropped.
#[derive(Debug)]
pub(crate) struct Isolated {
    process: Child,
    to: BufWriter<ChildStdin>,
    from: BufReader<ChildStdout>,
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Silence {
    /// The request is too large to be sent. The process goes on.
    TooLarge,
    /// The process ended.
    Died {
        /// The file that it was reading, if it said so.
        at: Option<usize>,
        /// Why, in one sentence without a full stop.
        why: &'static str,
        /// Whether it used up its time.
        was_slow: bool,
    },
}

impl Isolated {
    /// Starts this program again, without the environment, and with no descriptors but two pipes.
    ///
    /// # Errors
    /// Why it does not start, or does not answer as it should.
    pub(crate) fn start(program: &OsStr) -> Result<Self, String> {
        if program.is_empty() {
            // Linux says in /proc where a program is.
            return Err(
                "the process for policies cannot be started: this program does not find its own \
                 file; is /proc mounted?"
                    .to_owned(),
            );
        }
        let mut process = Command::new(program)
            .arg(ARGUMENT)
            .env_clear()
            // The allocator would take all the memory that the process may have for itself.
            .env("MIMALLOC_ARENA_RESERVE", "0")
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // A stack that overflows and a panic would print what they know. Nobody reads it; that
            // needs no /dev/null, which an empty root does not have.
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("the process for policies cannot be started: {error}"))?;
        drop(process.stderr.take());
        let (Some(to), Some(from)) = (process.stdin.take(), process.stdout.take()) else {
            return Err("the process for policies has no pipes".to_owned());
        };
        let mut started = Self {
            process,
            to: BufWriter::new(to),
            from: BufReader::new(from),
        };
        match read(&mut started.from, ANSWER_LIMIT) {
            Ok(Answer::Ready(VERSION)) => Ok(started),
            _ => Err("the process for policies cannot limit its resources".to_owned()),
        }
    }

    /// The answer to a request.
    pub(crate) fn ask(&mut self, request: &Request) -> Result<Answer, Silence> {
        match write(&mut self.to, request, REQUEST_LIMIT) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::FileTooLarge => return Err(Silence::TooLarge),
            Err(_) => return Err(self.died(None)),
        }
        let mut at = None;
        loop {
            match read(&mut self.from, ANSWER_LIMIT) {
                Ok(Answer::At(file)) => at = file,
                Ok(answer) => return Ok(answer),
                Err(_) => return Err(self.died(at)),
            }
        }
    }

    fn died(&mut self, at: Option<usize>) -> Silence {
        // It may be alive, and have said something that cannot be understood.
        let _ = self.process.kill();
        let was_slow = self.process.wait().is_ok_and(is_out_of_time);
        let why = match was_slow {
            true => TOO_LONG,
            false => "it uses too much memory, or refers to itself too deeply",
        };
        Silence::Died { at, why, was_slow }
    }
}

impl Drop for Isolated {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[cfg(unix)]
fn is_out_of_time(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;

    const SIGXCPU: i32 = 24;
    status.signal() == Some(SIGXCPU)
}

#[cfg(not(unix))]
fn is_out_of_time(_: ExitStatus) -> bool {
    false
}
