//! Rego over Kubernetes objects, without conversion.
//!
//! [`Module::parse`] reads a policy's text, [`Policies::plan`] makes a plan of rules, and a
//! [`Run`] evaluates it on values that stand where they were read: in manifests, in an arena, in
//! the plan. What several policies ask for is computed once.
//!
//! It is a subset of the language, and answers as Open Policy Agent does. What lies outside of it
//! is told when the plan is made ([`Unsupported`]) or, where only the values show it, during a run
//! ([`Halt`]); it is never guessed. There are no `with`, `walk`, base documents other than the
//! input, rules that refer to themselves or whose names have several parts, and not all functions.
//!
//! ```
//! use bumpalo::Bump;
//! use rego_plan::{Module, Planned, Policies, Run, Value};
//!
//! let text = "package p\ndeny contains name if { some name in input.names; name != \"a\" }";
//! let modules = [Module::parse(text)];
//! let policies = Policies::new(&modules, "parameters");
//! let (plan, planned) = policies.plan([["p", "deny"].as_slice()]);
//! let Planned::Whole(entry) = planned[0] else { unreachable!() };
//!
//! let arena = Bump::new();
//! let names = arena.alloc_slice_copy(&[Value::Text("a"), Value::Text("b")]);
//! let input = arena.alloc_slice_copy(&[(Value::Text("names"), Value::Array(names))]);
//! let mut run = Run::new(&plan, &arena, Value::Object(input), 1 << 20);
//! run.allow(10_000);
//! let found = run.value(entry).unwrap();
//! assert_eq!(rego_plan::Const::copied(found.unwrap()), rego_plan::Const::set(["b".into()]));
//! ```

mod ast;
mod builtin;
mod lex;
mod parse;
mod plan;
mod run;
mod value;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use ast::Module;
pub use plan::{Entry, Plan, Planned, Policies};
pub use run::{Doubt, Halt, Run};
pub use value::{Const, Items, Number, Sort, Value};

/// What a policy needs that is not supported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsupported {
    /// The line that needs it, counted from 1; 0 if that is not known.
    pub line: u32,
    /// What it is, such as "`with`".
    pub what: String,
}

/// "`with` is not supported"
impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is not supported", self.what)
    }
}

impl std::error::Error for Unsupported {}
