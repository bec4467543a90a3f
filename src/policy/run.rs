//! One evaluation: on the machine or by the interpreter, within limits.

use std::cell::RefCell;
use std::fmt::Display;
use std::num::NonZeroU32;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::{Program, RegoVM};
use regorus::utils::limits::{ExecutionTimerConfig, PolicyLengthConfig};
use regorus::{CompiledPolicy, Engine, Value};

use super::metadata::TextFault;
use super::policies::Policy;

/// How much one evaluation may cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    pub(crate) instructions: usize,
    pub(crate) time: Duration,
}

/// How many steps are made between two looks at the clock.
const CLOCK_INTERVAL: NonZeroU32 = NonZeroU32::new(1024).unwrap();

/// The most machines that a thread keeps for its next evaluations.
const KEPT_MACHINES: usize = 16;

/// Longer lines than this, in characters, are refused.
const LINE_LIMIT: NonZeroU32 = NonZeroU32::new(16_384).unwrap();

/// An engine without policies.
pub(crate) fn engine() -> Engine {
    let mut engine = Engine::new();
    engine.set_strict_builtin_errors(false);
    engine.set_policy_length_config(PolicyLengthConfig {
        max_col: LINE_LIMIT,
        ..PolicyLengthConfig::default()
    });
    engine
}

/// Policies that were analysed and can be compiled.
pub(crate) struct Analysed {
    engine: Engine,
    compiled: CompiledPolicy,
}

impl Analysed {
    /// Analyses all that an engine holds; `policies` is not empty.
    pub(crate) fn new(mut engine: Engine, policies: &[Policy]) -> Result<Self, String> {
        let query = policies.first().map_or("data", |policy| &policy.query);
        let compiled = guarded(|| engine.compile_with_entrypoint(&query.into()))?;
        Ok(Self { engine, compiled })
    }

    /// A program with these entry points.
    pub(crate) fn machine(&self, entries: &[&str]) -> Result<Machine, String> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let program = guarded(|| Compiler::compile_from_policy(&self.compiled, entries))?;
        Ok(Machine {
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            program,
        })
    }

    /// What evaluates queries without a program.
    pub(crate) fn interpreter(self) -> Interpreter {
        Interpreter {
            engine: self.engine,
        }
    }
}

/// A program for the virtual machine.
#[derive(Debug)]
pub(crate) struct Machine {
    /// Tells it from all other machines of this process.
    number: u64,
    program: Arc<Program>,
}

thread_local! {
    static MACHINES: RefCell<Vec<(u64, RegoVM)>> = const { RefCell::new(Vec::new()) };
}

impl Machine {
    /// Evaluates an entry point.
    pub(crate) fn run(&self, entry: usize, input: Value, budget: Budget) -> Result<Value, String> {
        let mut vm = self.take();
        vm.set_max_instructions(budget.instructions);
        vm.set_execution_timer_config(Some(timer(budget)));
        vm.set_input(input);
        // A machine that panicked is dropped on the way.
        let (result, mut vm) = guarded(move || {
            let result = vm.execute_entry_point_by_index(entry);
            Ok::<_, String>((result, vm))
        })?;
        vm.set_input(Value::Null);
        self.keep(vm);
        result.map_err(|error| error.to_string())
    }

    fn take(&self) -> RegoVM {
        let kept = MACHINES.with_borrow_mut(|machines| {
            let at = machines
                .iter()
                .position(|(number, _)| *number == self.number)?;
            Some(machines.swap_remove(at).1)
        });
        kept.unwrap_or_else(|| {
            let mut vm = RegoVM::new();
            vm.load_program(self.program.clone());
            vm
        })
    }

    fn keep(&self, vm: RegoVM) {
        MACHINES.with_borrow_mut(|machines| {
            if machines.len() >= KEPT_MACHINES {
                machines.remove(0);
            }
            machines.push((self.number, vm));
        });
    }
}

/// What evaluates queries step by step.
#[derive(Debug)]
pub(crate) struct Interpreter {
    engine: Engine,
}

impl Interpreter {
    pub(crate) fn run(&self, query: &str, input: Value, budget: Budget) -> Result<Value, String> {
        let mut engine = self.engine.clone();
        engine.set_execution_timer_config(timer(budget));
        engine.set_input(input);
        guarded(move || engine.eval_rule(query.to_owned()))
    }
}

fn timer(budget: Budget) -> ExecutionTimerConfig {
    ExecutionTimerConfig {
        limit: budget.time,
        check_interval: CLOCK_INTERVAL,
    }
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
        _ if error.contains("exceeded time limit") => "it takes too long",
        _ => message,
    };
    TextFault {
        line: numbers.next().and_then(|n| n.parse().ok()).unwrap_or(0),
        message: message.to_owned(),
    }
}
