//! Answers requests about users' policies, in any process.

use std::num::NonZeroU32;

use bumpalo::Bump;
use camino::Utf8PathBuf;
use rego_plan::Const;
use regorus::Value;
use serde::{Deserialize, Serialize};

use super::compiled::VARYING;
use super::inspect::modules;
use super::metadata::TextFault;
use super::protocol::{Answer, Job, Ran, Request};
use super::run::{Budget, Interpreter, analyse, in_own_words, is_out_of_steps};
use super::users::{self, At, add, engine_with_shared, parse};
use super::value::{from_foreign, to_foreign};
use super::violation::violations;
use super::{PolicyFault, PolicySource};

/// How many steps a policy may take at least.
const FEW: NonZeroU32 = NonZeroU32::new(1_000).unwrap();

/// How many steps a test may take.
const TEST_STEPS: NonZeroU32 = NonZeroU32::new(20_000_000).unwrap();

/// The tests that stand in policy files.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Tests {
    /// The file of each, its name and the reference to it.
    pub(crate) found: Vec<(Utf8PathBuf, String, String)>,
    /// What could not be read.
    pub(crate) faults: Vec<PolicyFault>,
}

/// Answers requests.
#[derive(Debug, Default)]
pub(crate) struct Worker {
    policies: Option<Interpreter>,
    tests: Option<Interpreter>,
    input: Option<Value>,
}

impl Worker {
    /// The answer to a request. Tells meanwhile which file it is at.
    pub(crate) fn answer(&mut self, request: Request, at: At<'_>) -> Answer {
        match request {
            Request::Load { files, one_by_one } => {
                let (known, engine) = users::read(&files, one_by_one, at);
                self.policies = Some(Interpreter::new(|| Ok(engine)));
                Answer::Loaded(Box::new(known))
            }
            Request::Tests { files } => Answer::Tests(self.find_tests(&files, at)),
            Request::Run(job) => Answer::Ran(self.run(job)),
            Request::Test { query } => Answer::Tested(self.test(&query)),
        }
    }

    fn run(&mut self, job: Job) -> Ran {
        if let Some(input) = &job.input {
            self.input = Some(to_foreign(input.value()));
        }
        let input = self.input.clone().unwrap_or(Value::Undefined);
        let input = match &job.parameters {
            Some(parameters) => varied(input, parameters),
            None => input,
        };
        let limit = NonZeroU32::new(job.steps).unwrap_or(FEW);
        let (result, steps) = self.evaluate(&job.query, &input, limit);
        let has_failed = result.is_err();
        let found = result.map_err(|error| in_own_words(&error));
        let found = found.and_then(|found| {
            let Some(found) = from_foreign(&found) else {
                return Ok(Vec::new());
            };
            let found = violations(&job.rule, found.value(), &Bump::new());
            found.map_err(|message| TextFault { line: 0, message })
        });
        Ran {
            found,
            has_failed,
            steps,
        }
    }

    /// Evaluates a policy, and tells how many steps that took.
    fn evaluate(
        &self,
        query: &str,
        input: &Value,
        limit: NonZeroU32,
    ) -> (Result<Value, String>, u32) {
        let Some(interpreter) = &self.policies else {
            return (Ok(Value::Undefined), 0);
        };
        let result = interpreter.run(query, input.clone(), Budget { steps: limit });
        // It does not tell how far it came, unless that was not far enough.
        let steps = match &result {
            Err(error) if is_out_of_steps(error) => limit.get(),
            _ => 0,
        };
        (result, steps)
    }

    /// The rules called `test_…`.
    fn find_tests(&mut self, files: &[PolicySource], at: At<'_>) -> Tests {
        let mut engine = engine_with_shared();
        let shared = modules(&mut engine).len();
        let mut read: Vec<&PolicySource> = Vec::new();
        let mut tests = Tests::default();
        for (index, file) in files.iter().enumerate() {
            at(Some(index));
            let added = parse(file).and_then(|(_, v0)| {
                add(&mut engine, file, v0).map_err(|error| in_own_words(&error))
            });
            match added {
                Ok(()) => read.push(file),
                Err(fault) => tests.faults.push(PolicyFault {
                    path: file.path.clone(),
                    line: (fault.line > 0).then_some(fault.line),
                    rule: None,
                    message: fault.message,
                }),
            }
        }
        at(None);
        for (module, file) in modules(&mut engine).iter().skip(shared).zip(&read) {
            for rule in &module.rules {
                let name = rule.name.join(".");
                let query = format!("data.{}.{name}", module.package.join("."));
                let is_known = tests.found.iter().any(|(.., known)| *known == query);
                if name.starts_with("test_") && !is_known {
                    tests.found.push((file.path.clone(), name, query));
                }
            }
        }
        if tests.found.is_empty() {
            return tests;
        }
        match analyse(&mut engine) {
            Ok(_) => self.tests = Some(Interpreter::new(|| Ok(engine))),
            Err(error) => {
                tests.found.clear();
                tests.faults.push(PolicyFault {
                    path: read
                        .first()
                        .map(|file| file.path.clone())
                        .unwrap_or_default(),
                    line: None,
                    rule: None,
                    message: in_own_words(&error).message,
                });
            }
        }
        tests
    }

    /// Why a test fails, if it does: it has to be true.
    fn test(&self, query: &str) -> Option<String> {
        let budget = Budget { steps: TEST_STEPS };
        match self.tests.as_ref()?.run(query, Value::new_object(), budget) {
            Ok(Value::Bool(true)) => None,
            Ok(Value::Bool(false)) => Some("it is false".to_owned()),
            Ok(Value::Undefined) => Some("it is not true".to_owned()),
            Ok(_) => Some("it is neither true nor false".to_owned()),
            Err(error) => Some(in_own_words(&error).message),
        }
    }
}

/// An input with other parameters.
fn varied(mut input: Value, parameters: &Const) -> Value {
    if let Ok(fields) = input.as_object_mut() {
        fields.insert(VARYING.into(), to_foreign(parameters.value()));
    }
    input
}
