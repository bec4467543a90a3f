//! Rules, compiled when they are first needed.

use std::sync::OnceLock;

use k8s_cel::{Environment, Program, Type};
use manifest::{Node, View};

use super::field_path::FieldSteps;
use super::types::{Exposed, is_true};

/// The rules of one schema.
#[derive(Debug)]
pub(in crate::crd) struct Expressions {
    /// The schema that has them.
    schema: Node,
    rules: Node,
    compiled: OnceLock<Vec<Rule>>,
}

/// One rule.
#[derive(Debug)]
pub(super) struct Rule {
    /// As it is written.
    pub(super) text: Box<str>,
    /// None if it cannot be used: the definition is wrong, or more than is understood here.
    pub(super) program: Option<Program>,
    /// Whether it speaks of an old value that may be absent.
    pub(super) takes_no_old: bool,
    pub(super) message: Box<str>,
    pub(super) message_expression: Option<Program>,
    pub(super) reason: Box<str>,
    pub(super) field: FieldSteps,
}

/// Where the values of variables stand.
const OLD_SELF: usize = 1;

impl Expressions {
    pub(in crate::crd) fn new(schema: View<'_>, rules: View<'_>) -> Self {
        Self {
            schema: schema.to_node(),
            rules: rules.to_node(),
            compiled: OnceLock::new(),
        }
    }

    /// How many rules there are.
    pub(super) fn count(&self) -> usize {
        self.rules.view().items().count()
    }

    /// The rules that are asked when an object is created.
    pub(super) fn compiled(&self, is_resource: bool) -> &[Rule] {
        self.compiled.get_or_init(|| {
            let schema = self.schema.view();
            let Some(own) = Exposed::of(schema, is_resource, "self") else {
                return Vec::new();
            };
            let rules = self.rules.view();
            let rules = rules.items().map(|rule| Rule::compile(rule, schema, &own));
            rules.filter(|rule| !rule.needs_old()).collect()
        })
    }
}

impl Rule {
    fn compile(rule: View<'_>, schema: View<'_>, own: &Type) -> Self {
        let takes_no_old = is_true(rule, "optionalOldSelf");
        let environment = environment(own, takes_no_old);
        let text = rule.get("rule").map_or("", View::text);
        let program = |text: &str, wanted: &Type| {
            let program = Program::compile(text, &environment).ok()?;
            is_same(program.ty(), wanted).then_some(program)
        };
        let field = rule.get("fieldPath").map_or("", View::text);
        let field = FieldSteps::parse(field, schema, true);
        let message_expression = rule.get("messageExpression").map_or("", View::text);
        Self {
            text: text.into(),
            program: program(text, &Type::Bool),
            takes_no_old,
            message: rule.get("message").map_or("", View::text).trim().into(),
            message_expression: program(message_expression, &Type::String),
            reason: rule.get("reason").map_or("", View::text).into(),
            field: field.map(|(steps, _)| steps).unwrap_or_default(),
        }
    }

    /// Whether it is only asked when an object is changed.
    fn needs_old(&self) -> bool {
        let program = self.program.as_ref();
        !self.takes_no_old && program.is_some_and(|program| program.uses(OLD_SELF))
    }
}

/// What rules speak of: the value, and what it was before.
pub(crate) fn environment(own: &Type, takes_no_old: bool) -> Environment {
    let old = if takes_no_old {
        Type::optional(own.clone())
    } else {
        own.clone()
    };
    Environment::new()
        .with("self", own.clone())
        .with("oldSelf", old)
}

fn is_same(ty: &Type, wanted: &Type) -> bool {
    std::mem::discriminant(ty) == std::mem::discriminant(wanted)
}
