//! regorus' interpreter, within limits.

use std::fmt::Display;
use std::num::NonZeroU32;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use regorus::utils::limits::{ExecutionTimerConfig, PolicyLengthConfig};
use regorus::{CompiledPolicy, Engine, Value};

use super::metadata::TextFault;
use super::time;

/// How much one evaluation may cost, in steps of the interpreter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    pub(crate) steps: NonZeroU32,
}

/// What is said of a policy that takes more than it may.
pub(crate) const TOO_LONG: &str = "it takes too long";

/// Longer lines than this, in characters, are refused.
const LINE_LIMIT: NonZeroU32 = NonZeroU32::new(16_384).unwrap();

/// An engine without policies.
pub(crate) fn engine() -> Engine {
    let mut engine = Engine::new();
    time::add_to(&mut engine);
    engine.set_strict_builtin_errors(false);
    engine.set_policy_length_config(PolicyLengthConfig {
        max_col: LINE_LIMIT,
        ..PolicyLengthConfig::default()
    });
    engine
}

/// Analyses all policies of an engine, which is ready to evaluate any of them afterwards.
pub(crate) fn analyse(engine: &mut Engine) -> Result<CompiledPolicy, String> {
    guarded(|| {
        // The analysis wants to know a rule that there is.
        let module = "package gitopslint.run\nready := true\n";
        engine.add_policy("run".to_owned(), module.to_owned())?;
        engine.compile_with_entrypoint(&"data.gitopslint.run.ready".into())
    })
}

/// What evaluates queries step by step.
#[derive(Debug)]
pub(crate) struct Interpreter {
    engine: LazyLock<Result<Engine, String>, MakeEngine>,
    idle: Pool<Engine>,
}

type MakeEngine = Box<dyn FnOnce() -> Result<Engine, String> + Send>;

impl Interpreter {
    /// Evaluates what an engine knows, which is made when it is needed first.
    pub(crate) fn new(engine: impl FnOnce() -> Result<Engine, String> + Send + 'static) -> Self {
        Self {
            engine: LazyLock::new(Box::new(engine)),
            idle: Pool::default(),
        }
    }

    /// Evaluates a query.
    pub(crate) fn run(&self, query: &str, input: Value, budget: Budget) -> Result<Value, String> {
        let mut engine = match self.idle.take() {
            Some(engine) => engine,
            None => self.engine.clone()?,
        };
        engine.set_execution_timer_config(timer(budget));
        engine.set_input(input);
        let result = guarded(|| Ok::<_, String>(engine.eval_rule(query.to_owned())))?;
        engine.set_input(Value::Null);
        self.idle.keep(engine);
        result.map_err(|error| error.to_string())
    }
}

/// What no thread uses at the moment.
#[derive(Debug)]
struct Pool<T>(Mutex<Vec<T>>);

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Pool<T> {
    fn take(&self) -> Option<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn keep(&self, idle: T) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(idle);
    }
}

/// How many steps are made between two looks at the clock.
const CLOCK_INTERVAL: NonZeroU32 = NonZeroU32::new(1024).unwrap();

/// How many steps are made in a microsecond.
const STEPS_PER_MICROSECOND: u64 = 2;

/// The interpreter knows no limit but time. One of steps would not do: it forgets an error of a
/// rule that gives a set, and only a limit that stays exceeded is met again.
fn timer(budget: Budget) -> ExecutionTimerConfig {
    let steps = u64::from(budget.steps.get());
    ExecutionTimerConfig {
        limit: Duration::from_micros(steps / STEPS_PER_MICROSECOND),
        check_interval: CLOCK_INTERVAL,
    }
}

/// Whether an error says that the steps did not suffice.
pub(crate) fn is_out_of_steps(error: &str) -> bool {
    error.contains("exceeded time limit")
}

/// Runs what may fail or panic.
pub(crate) fn guarded<T, E: Display>(run: impl FnOnce() -> Result<T, E>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(result) => result.map_err(|error| error.to_string()),
        Err(_) => Err("the policy engine failed on it".to_owned()),
    }
}

/// The line and the message of an error of the policy engine, which draws them as a picture; the
/// line is 0 if it has none.
pub(crate) fn in_own_words(error: &str) -> TextFault {
    let place = error
        .lines()
        .find_map(|line| line.trim().strip_prefix("--> "));
    let mut numbers = place
        .into_iter()
        .flat_map(|place| place.rsplit(':').skip(1));
    let message = match error.rsplit_once("error: ") {
        Some((_, message)) => message.trim(),
        None => error.trim(),
    };
    let message = match message {
        _ if is_out_of_steps(error) => TOO_LONG,
        _ => message,
    };
    TextFault {
        line: numbers.next().and_then(|n| n.parse().ok()).unwrap_or(0),
        message: message.to_owned(),
    }
}
