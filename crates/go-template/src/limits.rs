//! How much a template may do.

use crate::Failure;

/// How much rendering may take. What goes beyond is an error, never a hang or a crash.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Steps: actions, function calls, items made and visited.
    pub steps: u64,
    /// Bytes of all strings made, output included.
    pub bytes: u64,
    /// Bytes of one string.
    pub text: usize,
    /// How deeply actions, parentheses and template calls may nest while running.
    pub depth: u32,
    /// Bytes of the thread's stack that rendering may take, from where it is called.
    pub stack: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            steps: 5_000_000,
            bytes: 1 << 30,
            text: 64 << 20,
            depth: 1_000,
            stack: 1 << 20,
        }
    }
}

/// How deeply nested a value may be where all of it is visited.
const VALUE_DEPTH: usize = 200;

/// What is left of the limits.
#[derive(Debug)]
pub struct Budget {
    steps: u64,
    bytes: u64,
    text: usize,
}

impl Budget {
    /// All that the limits allow.
    pub fn new(limits: &Limits) -> Self {
        Self {
            steps: limits.steps,
            bytes: limits.bytes,
            text: limits.text,
        }
    }

    /// The longest string that may be made, in bytes.
    pub fn text(&self) -> usize {
        self.text
    }

    /// Spends steps.
    pub fn spend(&mut self, steps: usize) -> Result<(), Failure> {
        match self.steps.checked_sub(steps as u64) {
            Some(left) => {
                self.steps = left;
                Ok(())
            }
            None => {
                self.steps = 0;
                Err(Failure::limit("rendering takes too many steps"))
            }
        }
    }

    /// Spends what making that many items takes, which is mostly memory.
    pub fn spend_items(&mut self, items: usize) -> Result<(), Failure> {
        const STEPS: usize = 8;
        self.spend(items.saturating_mul(STEPS))
    }

    /// Spends bytes of strings.
    pub fn spend_bytes(&mut self, bytes: usize) -> Result<(), Failure> {
        match self.bytes.checked_sub(bytes as u64) {
            Some(left) => {
                self.bytes = left;
                Ok(())
            }
            None => {
                self.bytes = 0;
                Err(Failure::limit("rendering makes too much text"))
            }
        }
    }

    /// Spends the step of visiting a value at a depth inside another.
    pub fn visit(&mut self, depth: usize) -> Result<(), Failure> {
        if depth > VALUE_DEPTH {
            return Err(Failure::limit(
                "a value is nested too deeply; does it contain itself?",
            ));
        }
        self.spend(1)
    }
}
