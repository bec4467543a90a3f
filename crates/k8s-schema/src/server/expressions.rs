//! Expressions of webhooks, of policies of admission and of claims of devices: they must compile,
//! and give what is asked of them.

use std::sync::Arc;

use k8s_cel::{Environment, Fields, Program, Type};

use super::at::At;
use super::definition::{of_version, refuse, told};
use crate::check::Check;
use crate::scalar;

/// A field's name, and what makes its type.
type FieldType = (&'static str, fn() -> Type);

/// A type with fields that do not depend on anything.
#[derive(Debug)]
struct Record {
    name: &'static str,
    fields: &'static [FieldType],
}

impl Fields for Record {
    fn name(&self) -> &str {
        self.name
    }

    fn field(&self, name: &str) -> Option<Type> {
        let found = self.fields.iter().find(|(field, _)| *field == name);
        found.map(|(_, ty)| ty())
    }
}

/// The variables of a policy, by name.
#[derive(Debug)]
struct Variables(Vec<(String, Type)>);

impl Fields for Variables {
    fn name(&self) -> &'static str {
        "variables"
    }

    fn field(&self, name: &str) -> Option<Type> {
        let found = self.0.iter().rev().find(|(variable, _)| variable == name);
        found.map(|(_, ty)| ty.clone())
    }
}

const TEXT: fn() -> Type = || Type::String;
const TEXTS: fn() -> Type = || Type::list(Type::String);
const TEXT_MAP: fn() -> Type = || Type::map(Type::String, Type::String);
const MOMENT: fn() -> Type = || Type::Timestamp;

const KIND: fn() -> Type = || {
    record(
        "kind",
        &[("group", TEXT), ("version", TEXT), ("kind", TEXT)],
    )
};
const RESOURCE: fn() -> Type = || {
    record(
        "resource",
        &[("group", TEXT), ("version", TEXT), ("resource", TEXT)],
    )
};
const USER: fn() -> Type = || {
    record(
        "user",
        &[
            ("username", TEXT),
            ("uid", TEXT),
            ("groups", TEXTS),
            ("extra", || {
                Type::map(Type::String, Type::list(Type::String))
            }),
        ],
    )
};
const METADATA: fn() -> Type = || {
    record(
        "metadata",
        &[
            ("name", TEXT),
            ("generateName", TEXT),
            ("namespace", TEXT),
            ("labels", TEXT_MAP),
            ("annotations", TEXT_MAP),
            // As the server has it.
            ("UID", TEXT),
            ("creationTimestamp", MOMENT),
            ("deletionGracePeriodSeconds", || Type::Int),
            ("deletionTimestamp", MOMENT),
            ("generation", || Type::Int),
            ("resourceVersion", TEXT),
            ("finalizers", TEXTS),
        ],
    )
};
const CONDITION: fn() -> Type = || {
    record(
        "condition",
        &[
            ("status", TEXT),
            ("type", TEXT),
            ("lastTransitionTime", MOMENT),
            ("message", TEXT),
            ("reason", TEXT),
        ],
    )
};

fn record(name: &'static str, fields: &'static [FieldType]) -> Type {
    Type::Object(Arc::new(Record { name, fields }))
}

fn request() -> Type {
    record(
        "request",
        &[
            ("kind", KIND),
            ("resource", RESOURCE),
            ("subResource", TEXT),
            ("requestKind", KIND),
            ("requestResource", RESOURCE),
            ("requestSubResource", TEXT),
            ("name", TEXT),
            ("namespace", TEXT),
            ("operation", TEXT),
            ("userInfo", USER),
            ("dryRun", || Type::Bool),
            ("options", || Type::Dyn),
        ],
    )
}

fn namespace() -> Type {
    record(
        "namespace",
        &[
            ("metadata", METADATA),
            ("spec", || record("spec", &[("finalizers", TEXTS)])),
            ("status", || {
                let fields: &[FieldType] =
                    &[("conditions", || Type::list(CONDITION())), ("phase", TEXT)];
                record("status", fields)
            }),
        ],
    )
}

/// What every expression of admission may speak of.
fn environment(check: &Check, has_params: bool, has_authorizer: bool) -> Environment {
    let mut environment = Environment::new()
        .with("object", Type::Dyn)
        .with("oldObject", Type::Dyn)
        .with("request", request())
        .with("namespaceObject", namespace());
    if has_params {
        environment = environment.with("params", Type::Dyn);
    }
    if has_authorizer {
        const AUTHORIZER: Type = Type::Opaque("kubernetes.authorization.Authorizer");
        const RESOURCE_CHECK: Type = Type::Opaque("kubernetes.authorization.ResourceCheck");
        environment = environment
            .with("authorizer", AUTHORIZER)
            .with("authorizer.requestResource", RESOURCE_CHECK);
    }
    of_version(check, environment)
}

pub(super) fn webhooks(check: &mut Check, object: &At<'_, '_>) {
    for hook in object.get("webhooks").items() {
        conditions(check, &hook.get("matchConditions"), false);
    }
}

pub(super) fn policy(check: &mut Check, object: &At<'_, '_>) {
    let spec = object.get("spec");
    let has_params = spec.get("paramKind").is_set();
    conditions(check, &spec.get("matchConditions"), has_params);
    let base = environment(check, has_params, true);
    let variables = Arc::new(variables(check, &spec.get("variables"), &base));
    let with_variables =
        |environment: Environment| environment.with("variables", Type::Object(variables.clone()));
    let full = with_variables(base);
    let short = with_variables(environment(check, has_params, false));
    for validation in spec.get("validations").items() {
        holds(check, &validation.get("expression"), &full);
        let message = validation.get("messageExpression");
        gives(check, &message, &short, "a text", |ty| {
            matches!(ty, Type::String)
        });
    }
    for audit in spec.get("auditAnnotations").items() {
        let is_text = |ty: &Type| matches!(ty, Type::String | Type::Null);
        let value = audit.get("valueExpression");
        gives(check, &value, &full, "a text or null", is_text);
    }
    let changing = full.with_type("Object").with_type("JSONPatch");
    for mutation in spec.get("mutations").items() {
        for field in ["applyConfiguration", "jsonPatch"] {
            let expression = mutation.get(field);
            let expression = expression.get("expression");
            gives(check, &expression, &changing, "a change", |_| true);
        }
    }
}

pub(super) fn device_class(check: &mut Check, object: &At<'_, '_>) {
    selectors(check, &object.get("spec"));
}

pub(super) fn device_claim(check: &mut Check, object: &At<'_, '_>) {
    let spec = object.get("spec");
    let devices = spec.get("devices");
    for request in devices.get("requests").items() {
        selectors(check, &request);
        selectors(check, &request.get("exactly"));
        for other in request.get("firstAvailable").items() {
            selectors(check, &other);
        }
    }
}

/// What a device has depends on its driver.
fn selectors(check: &mut Check, of: &At<'_, '_>) {
    let selectors = of.get("selectors");
    if selectors.is_empty() {
        return;
    }
    let environment = Environment::new().with("device", Type::Dyn).with_bindings();
    let environment = of_version(check, environment);
    for selector in selectors.items() {
        let cel = selector.get("cel");
        let is_boolean = |ty: &Type| matches!(ty, Type::Bool | Type::Dyn);
        gives(
            check,
            &cel.get("expression"),
            &environment,
            "a boolean",
            is_boolean,
        );
    }
}

/// The types of variables; each may speak of those before it.
fn variables(check: &mut Check, list: &At<'_, '_>, base: &Environment) -> Variables {
    let mut known = Vec::new();
    for variable in list.items() {
        let own = Type::Object(Arc::new(Variables(known.clone())));
        let environment = base.clone().with("variables", own);
        let (name, expression) = (variable.get("name"), variable.get("expression"));
        // One that is wrong itself is no reason to refuse what speaks of it.
        let ty = match compile(check, &expression, &environment) {
            Some(program) => program.ty().clone(),
            None => Type::Dyn,
        };
        known.push((name.text().to_owned(), ty));
    }
    Variables(known)
}

fn conditions(check: &mut Check, conditions: &At<'_, '_>, has_params: bool) {
    if conditions.is_empty() {
        return;
    }
    let environment = environment(check, has_params, true);
    for condition in conditions.items() {
        holds(check, &condition.get("expression"), &environment);
    }
}

fn holds(check: &mut Check, expression: &At<'_, '_>, environment: &Environment) {
    gives(check, expression, environment, "a boolean", |ty| {
        matches!(ty, Type::Bool)
    });
}

fn gives(
    check: &mut Check,
    expression: &At<'_, '_>,
    environment: &Environment,
    wanted: &str,
    fits: fn(&Type) -> bool,
) {
    if let Some(program) = compile(check, expression, environment)
        && !fits(program.ty())
    {
        let ty = program.ty();
        refuse(
            check,
            expression,
            format_args!("must give {wanted}, not {ty}"),
        );
    }
}

fn compile(
    check: &mut Check,
    expression: &At<'_, '_>,
    environment: &Environment,
) -> Option<Program> {
    if expression.text().trim().is_empty() || scalar::is_placeholder(expression.text()) {
        return None;
    }
    match Program::compile(expression.text(), environment) {
        Ok(program) => Some(program),
        Err(errors) => {
            told(check, expression, &errors);
            None
        }
    }
}
