//! Whom users' policies are given to, and what becomes of them if that does not survive.

use std::ffi::OsString;
use std::mem;
use std::sync::Arc;

use rego_plan::Const;

use super::isolated::{Isolated, Silence};
use super::metadata::TextFault;
use super::protocol::{Answer, Job, Ran, Request};
use super::users::Known;
use super::worker::{Tests, Worker};
use super::{PolicyFault, PolicySource};

/// Where users' policies are read and interpreted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Isolation {
    /// In a process of their own, by this program started again from this path. If it does not
    /// start, they are not evaluated.
    Program(OsString),
    /// In this process, which a policy can end: for policies that are trusted as much as this
    /// program, such as those in its tests.
    None,
}

/// How much may be lost: what was given too much memory or stack counts once, what ran out of time
/// [`SLOW`] times.
const LOSSES: u32 = 15;
const SLOW: u32 = 3;

const GIVEN_UP: &str =
    "it is not evaluated: the policies of this repository stopped the policy engine too often";

/// Reads and interprets users' policies.
#[derive(Debug)]
pub(crate) struct Evaluator {
    isolation: Isolation,
    state: State,
    losses: u32,
    /// What has to be asked of a process that was started anew.
    loads: Vec<Request>,
    /// The input that the process knows, by its number.
    known: Option<u64>,
    inputs: u64,
}

#[derive(Debug)]
enum State {
    /// It is started when it is needed first.
    Idle,
    Here(Box<Worker>),
    Elsewhere(Box<Isolated>),
}

enum Lost {
    /// It cannot be had at all.
    NotStarted(String),
    /// The request is too large.
    TooLarge,
    Died {
        at: Option<usize>,
        why: &'static str,
    },
    /// It died too often.
    GivenUp,
}

/// An input that several policies see.
pub(crate) struct Seen {
    value: Arc<Const>,
    number: u64,
}

impl Evaluator {
    pub(crate) fn new(isolation: Isolation) -> Self {
        Self {
            isolation,
            state: State::Idle,
            losses: 0,
            loads: Vec::new(),
            known: None,
            inputs: 0,
        }
    }

    /// Reads policies. A file that does not survive it is left out, and told in the faults.
    ///
    /// # Errors
    /// Why nothing can be evaluated at all.
    pub(crate) fn load(&mut self, files: Vec<PolicySource>) -> Result<Known, String> {
        let mut one_by_one = false;
        self.read(files, |files, again| {
            one_by_one |= again;
            Request::Load { files, one_by_one }
        })
        .map(|(answer, faults)| match answer {
            Some(Answer::Loaded(mut known)) => {
                known.faults.extend(faults);
                *known
            }
            _ => Known {
                faults,
                ..Known::default()
            },
        })
    }

    /// Reads policies with their tests. A file that does not survive it is left out, and told in
    /// the faults.
    ///
    /// # Errors
    /// Why nothing can be evaluated at all.
    pub(crate) fn tests(&mut self, files: Vec<PolicySource>) -> Result<Tests, String> {
        self.read(files, |files, _| Request::Tests { files })
            .map(|(answer, faults)| match answer {
                Some(Answer::Tests(mut tests)) => {
                    tests.faults.extend(faults);
                    tests
                }
                _ => Tests {
                    faults,
                    ..Tests::default()
                },
            })
    }

    /// Asks for files to be read until that is survived. `request` is told whether the reading of
    /// all of them together was not.
    fn read(
        &mut self,
        mut files: Vec<PolicySource>,
        mut request: impl FnMut(Vec<PolicySource>, bool) -> Request,
    ) -> Result<(Option<Answer>, Vec<PolicyFault>), String> {
        let mut faults = Vec::new();
        let mut fault = |file: PolicySource, message: &str| {
            faults.push(PolicyFault {
                path: file.path,
                line: None,
                rule: None,
                message: message.to_owned(),
            });
        };
        let mut died_together = false;
        while !files.is_empty() {
            let asked = request(files.clone(), died_together);
            match self.ask(&asked) {
                Ok(answer) => {
                    self.loads.push(asked);
                    return Ok((Some(answer), faults));
                }
                Err(Lost::NotStarted(why)) => return Err(why),
                Err(Lost::Died { at: Some(at), why }) if at < files.len() => {
                    fault(files.remove(at), why);
                }
                Err(Lost::Died { .. }) if !died_together => died_together = true,
                Err(Lost::Died { why, .. }) => {
                    files.drain(..).for_each(|file| fault(file, why));
                }
                Err(Lost::TooLarge) => {
                    let why = "the policy files are too large to read";
                    files.drain(..).for_each(|file| fault(file, why));
                }
                Err(Lost::GivenUp) => {
                    files.drain(..).for_each(|file| fault(file, GIVEN_UP));
                }
            }
        }
        Ok((None, faults))
    }

    /// What several policies are going to see.
    pub(crate) fn seen(&mut self, value: Const) -> Seen {
        self.inputs += 1;
        Seen {
            value: Arc::new(value),
            number: self.inputs,
        }
    }

    /// Evaluates a policy. The job's own input does not count.
    pub(crate) fn run(&mut self, mut job: Job, seen: &Seen) -> Ran {
        if let Err(lost) = self.start() {
            return lost.ran();
        }
        let is_known = self.known == Some(seen.number);
        job.input = (!is_known).then(|| seen.value.clone());
        match self.ask(&Request::Run(job)) {
            Ok(Answer::Ran(ran)) => {
                self.known = Some(seen.number);
                ran
            }
            Ok(_) => Lost::GivenUp.ran(),
            Err(lost) => lost.ran(),
        }
    }

    /// Why a test fails, if it does.
    pub(crate) fn test(&mut self, query: &str) -> Option<String> {
        let query = query.to_owned();
        match self.ask(&Request::Test { query }) {
            Ok(Answer::Tested(failure)) => failure,
            Ok(_) => Some(GIVEN_UP.to_owned()),
            Err(lost) => Some(lost.message()),
        }
    }

    /// Makes sure that somebody is there to answer, who knows the policies.
    fn start(&mut self) -> Result<(), Lost> {
        if self.losses > LOSSES {
            return Err(Lost::GivenUp);
        }
        if !matches!(self.state, State::Idle) {
            return Ok(());
        }
        self.known = None;
        self.state = match &self.isolation {
            Isolation::None => State::Here(Box::default()),
            Isolation::Program(path) => {
                State::Elsewhere(Box::new(Isolated::start(path).map_err(Lost::NotStarted)?))
            }
        };
        let loads = mem::take(&mut self.loads);
        for load in &loads {
            // It was survived before.
            self.ask_once(load)?;
        }
        self.loads = loads;
        Ok(())
    }

    fn ask(&mut self, request: &Request) -> Result<Answer, Lost> {
        self.start()?;
        self.ask_once(request)
    }

    fn ask_once(&mut self, request: &Request) -> Result<Answer, Lost> {
        let silence = match &mut self.state {
            State::Idle => return Err(Lost::GivenUp),
            State::Here(worker) => return Ok(worker.answer(request.clone(), &mut |_| {})),
            State::Elsewhere(process) => match process.ask(request) {
                Ok(answer) => return Ok(answer),
                Err(silence) => silence,
            },
        };
        match silence {
            Silence::TooLarge => Err(Lost::TooLarge),
            Silence::Died { at, why, was_slow } => {
                self.state = State::Idle;
                self.losses += if was_slow { SLOW } else { 1 };
                Err(Lost::Died { at, why })
            }
        }
    }
}

impl Lost {
    fn message(self) -> String {
        match self {
            Self::NotStarted(why) => format!("it is not evaluated: {why}"),
            Self::TooLarge => "its input is larger than a policy may get".to_owned(),
            Self::Died { why, .. } => why.to_owned(),
            Self::GivenUp => GIVEN_UP.to_owned(),
        }
    }

    fn ran(self) -> Ran {
        Ran {
            found: Err(TextFault {
                line: 0,
                message: self.message(),
            }),
            has_failed: true,
            steps: 0,
        }
    }
}
