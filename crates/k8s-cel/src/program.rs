//! An expression, ready to be evaluated.

use crate::ast::{Ast, Id, Node};
use crate::check::check;
use crate::environment::Environment;
use crate::eval::eval;
use crate::machine::{Machine, Patterns};
use crate::{Budget, CompileError, Failure, Type, Value, parse};

/// An expression whose types are known to agree.
#[derive(Debug)]
pub struct Program {
    ast: Ast,
    root: Id,
    ty: Type,
    patterns: Patterns,
}

impl Program {
    /// Reads an expression and checks its types.
    ///
    /// # Errors
    /// Everything that is wrong with it, at least one thing.
    pub fn compile(text: &str, environment: &Environment) -> Result<Self, Vec<CompileError>> {
        let (mut ast, root) = parse::parse(text).map_err(|error| vec![error])?;
        let ty = check(&mut ast, root, environment)?;
        let errors = crate::literals::check(&ast);
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Self {
            ast,
            root,
            ty,
            patterns: Patterns::default(),
        })
    }

    /// What it gives.
    pub fn ty(&self) -> &Type {
        &self.ty
    }

    /// Whether it speaks of a variable, counted in the order of the environment.
    pub fn uses(&self, variable: usize) -> bool {
        (0..self.ast.len() as u32)
            .any(|id| matches!(self.ast.node(Id(id)), Node::Global(at) if *at == variable))
    }

    /// Evaluates it with these values for the environment's variables.
    ///
    /// # Errors
    /// It has no value, or it cannot be told which.
    pub fn run(&self, values: &[Value], budget: &mut Budget) -> Result<Value, Failure> {
        let mut machine = Machine {
            budget,
            globals: values,
            locals: Vec::new(),
            patterns: &self.patterns,
        };
        eval(&self.ast, self.root, &mut machine)
    }
}
