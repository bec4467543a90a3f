//! Types of expressions, and what their names and calls mean.

use std::sync::Arc;

use crate::ast::{Ast, Id, Item, Macro, MacroKind, Node};
use crate::environment::{Environment, FOR_CHANGES};
use crate::library::{Overload, overloads};
use crate::unify::{Unifier, same};
use crate::{CompileError, Type, Value};

/// How many mistakes of one expression are told.
const MAX_ERRORS: usize = 10;

/// Resolves an expression in place; its type, or everything that is wrong.
pub(crate) fn check(
    ast: &mut Ast,
    root: Id,
    environment: &Environment,
) -> Result<Type, Vec<CompileError>> {
    let mut checker = Checker {
        ast,
        environment,
        locals: Vec::new(),
        types: Unifier::default(),
        takes_mixed: 0,
        errors: Vec::new(),
    };
    let ty = checker.check(root);
    if checker.types.is_exhausted() {
        return Err(vec![CompileError::limit(
            0,
            "the types take too long to compare",
        )]);
    }
    if checker.errors.is_empty() {
        Ok(checker.types.resolve(&ty))
    } else {
        Err(checker.errors)
    }
}

struct Checker<'a> {
    ast: &'a mut Ast,
    environment: &'a Environment,
    /// Variables of the macros around, the outermost first.
    locals: Vec<(Arc<str>, Type)>,
    types: Unifier,
    errors: Vec<CompileError>,
    /// How many calls are around that take lists of several types.
    takes_mixed: u32,
}

impl Checker<'_> {
    fn error(&mut self, id: Id, message: String) -> Type {
        if self.errors.len() < MAX_ERRORS {
            self.errors
                .push(CompileError::new(self.ast.place(id), message));
        }
        Type::Error
    }

    fn agree(&mut self, given: &Type, wanted: &Type) -> bool {
        let (given, wanted) = (std::slice::from_ref(given), std::slice::from_ref(wanted));
        self.types.all_agree(given, wanted)
    }

    /// Reports what is not of the type that is wanted.
    fn want(&mut self, id: Id, given: &Type, wanted: &Type) {
        if !self.agree(given, wanted) {
            let (given, wanted) = (self.types.resolve(given), self.types.resolve(wanted));
            self.error(
                id,
                format!("this is of type {given}, but {wanted} is needed"),
            );
        }
    }

    fn check(&mut self, id: Id) -> Type {
        match self.ast.node(id) {
            Node::Literal(value) => literal(value),
            Node::Local(_) | Node::Global(_) => Type::Dyn,
            Node::Name(name) => {
                let name = name.clone();
                self.name(id, &name)
            }
            Node::Select {
                of,
                field,
                optional,
            } => {
                let (of, field, optional) = (*of, field.clone(), *optional);
                self.select(id, of, &field, optional)
            }
            Node::Has { of, field } => {
                let (of, field) = (*of, field.clone());
                self.field(id, of, &field);
                Type::Bool
            }
            Node::Call(_) => self.call(id),
            Node::And(parts) | Node::Or(parts) => {
                for part in parts.clone() {
                    let ty = self.check(part);
                    self.want(part, &ty, &Type::Bool);
                }
                Type::Bool
            }
            Node::Conditional(parts) => {
                let [condition, then, otherwise] = *parts;
                let ty = self.check(condition);
                self.want(condition, &ty, &Type::Bool);
                let first = self.check(then);
                let second = self.check(otherwise);
                self.join(otherwise, first, second)
            }
            Node::List(items) => {
                let items = items.clone();
                let mut all = None;
                for item in items {
                    let ty = self.item(item);
                    all = Some(self.joined(item.value, all, ty));
                }
                Type::list(all.unwrap_or_else(|| self.types.fresh()))
            }
            Node::Map(entries) => {
                let entries = entries.clone();
                let (mut keys, mut values) = (None, None);
                for (key, item) in entries {
                    let ty = self.check(key);
                    keys = Some(self.joined(key, keys, ty));
                    let ty = self.item(item);
                    values = Some(self.joined(item.value, values, ty));
                }
                let key = keys.unwrap_or_else(|| self.types.fresh());
                let value = values.unwrap_or_else(|| self.types.fresh());
                Type::map(key, value)
            }
            Node::Struct { name, fields } => {
                let (name, fields) = (name.clone(), fields.clone());
                for (_, item) in fields {
                    self.item(item);
                }
                match self.environment.constructs(&name) {
                    Some(ty) => ty,
                    None => self.error(id, format!("there is no type `{name}`")),
                }
            }
            Node::Macro(_) => self.macro_call(id),
        }
    }

    /// The type of all parts of a literal up to here: all are of the same.
    fn joined(&mut self, id: Id, before: Option<Type>, ty: Type) -> Type {
        let Some(before) = before else { return ty };
        let (first, second) = (self.types.resolve(&before), self.types.resolve(&ty));
        if self.takes_mixed == 0 && !is_equivalent(&first, &second) {
            return self.differ(id, &first, &second);
        }
        if self.agree(&before, &ty) {
            return self.types.most_general(&before, &ty);
        }
        Type::Dyn
    }

    fn differ(&mut self, id: Id, first: &Type, second: &Type) -> Type {
        self.error(
            id,
            format!("this is of type {second}, but what comes before it is of type {first}"),
        )
    }

    /// The type of both of two.
    fn join(&mut self, id: Id, first: Type, second: Type) -> Type {
        if self.agree(&first, &second) {
            return self.types.most_general(&first, &second);
        }
        let (first, second) = (self.types.resolve(&first), self.types.resolve(&second));
        self.differ(id, &first, &second)
    }

    /// A part of a literal, without the optional around it.
    fn item(&mut self, item: Item) -> Type {
        let ty = self.check(item.value);
        if !item.optional {
            return ty;
        }
        match self.types.resolve(&ty) {
            Type::Optional(inner) => (*inner).clone(),
            ty if ty.is_dyn() => ty,
            ty => self.error(item.value, format!("this is of type {ty}, not optional")),
        }
    }

    fn name(&mut self, id: Id, name: &str) -> Type {
        if let Some(at) = self.locals.iter().rposition(|(n, _)| &**n == name) {
            self.ast.set(id, Node::Local(at));
            return self.locals.get(at).map_or(Type::Dyn, |(_, ty)| ty.clone());
        }
        if let Some((at, ty)) = self.environment.variable(name) {
            self.ast.set(id, Node::Global(at));
            return ty;
        }
        if let Some(name) = type_constant(name) {
            self.ast.set(id, Node::Literal(Value::Type(name)));
            return Type::Type;
        }
        self.error(id, format!("there is no `{name}` here"))
    }

    /// The name of a type with points in it, if that is what is selected.
    fn qualified(&self, id: Id) -> Option<String> {
        match self.ast.node(id) {
            Node::Name(name) if !self.is_variable(name) => Some(name.to_string()),
            Node::Select {
                of,
                field,
                optional: false,
            } => Some(format!("{}.{field}", self.qualified(*of)?)),
            _ => None,
        }
    }

    fn is_variable(&self, name: &str) -> bool {
        self.locals.iter().any(|(n, _)| &**n == name) || self.environment.variable(name).is_some()
    }

    fn select(&mut self, id: Id, of: Id, field: &str, optional: bool) -> Type {
        if !optional
            && let Some(name) = self.qualified(id)
            && let Some(name) = type_constant(&name)
        {
            self.ast.set(id, Node::Literal(Value::Type(name)));
            return Type::Type;
        }
        let (ty, was_optional) = self.field(id, of, field);
        if optional || was_optional {
            Type::optional(ty)
        } else {
            ty
        }
    }

    /// A field's type, and whether what it is a field of is optional.
    fn field(&mut self, id: Id, of: Id, field: &str) -> (Type, bool) {
        let ty = self.check(of);
        let (inner, optional) = match self.types.resolve(&ty) {
            Type::Optional(inner) => ((*inner).clone(), true),
            ty => (ty, false),
        };
        let ty = match inner {
            Type::Map(entry) => entry.1.clone(),
            Type::Object(fields) => match fields.field(field) {
                Some(ty) => ty,
                None => self.error(id, format!("there is no field `{field}`")),
            },
            Type::Var(_) => {
                self.agree(&Type::Dyn, &inner);
                Type::Dyn
            }
            ty if ty.is_dyn() => Type::Dyn,
            ty => self.error(id, format!("a value of type {ty} has no field `{field}`")),
        };
        (ty, optional)
    }

    fn call(&mut self, id: Id) -> Type {
        let Node::Call(call) = self.ast.node(id) else {
            return Type::Error;
        };
        let (name, target, args) = (call.name.clone(), call.target, call.args.clone());
        let takes_mixed = u32::from(&*name == "format");
        self.takes_mixed += takes_mixed;
        let mut types: Vec<Type> = args.iter().map(|arg| self.check(*arg)).collect();
        self.takes_mixed -= takes_mixed;
        if let Some(target) = target {
            let full = self
                .qualified(target)
                .map(|prefix| format!("{prefix}.{name}"));
            if let Some(full) = full
                && let Some(all) = overloads(&full)
            {
                if let Some(call) = self.ast.call(id) {
                    call.target = None;
                    call.name = full.as_str().into();
                }
                return self.resolve(id, &full, all, &types, false);
            }
            let ty = self.check(target);
            types.insert(0, ty);
        }
        match overloads(&name) {
            Some(all) => self.resolve(id, &name, all, &types, target.is_some()),
            None => self.error(id, format!("there is no function `{name}`")),
        }
    }

    /// Finds what may be meant by a call.
    fn resolve(
        &mut self,
        id: Id,
        name: &str,
        all: &'static [Overload],
        given: &[Type],
        is_member: bool,
    ) -> Type {
        let mut result: Option<Type> = None;
        let mut found = Vec::new();
        let mut later: Option<u8> = None;
        for overload in all {
            if overload.is_member != is_member || overload.params.len() != given.len() {
                continue;
            }
            let vars: Vec<Type> = (0..overload.variables)
                .map(|_| self.types.fresh())
                .collect();
            let wanted: Vec<Type> = overload.params.iter().map(|ty| bind(ty, &vars)).collect();
            if !self.types.all_agree(given, &wanted) {
                continue;
            }
            if !self.environment.has(overload.since) {
                later = Some(overload.since);
                continue;
            }
            let ty = bind(&overload.result, &vars);
            let ty = self.types.resolve(&ty);
            result = Some(match result {
                None => ty,
                Some(before) if before.is_dyn() || before.to_string() == ty.to_string() => before,
                Some(_) => Type::Dyn,
            });
            found.push(overload);
        }
        if let Some(ty) = result {
            if let Some(call) = self.ast.call(id) {
                call.overloads = found;
            }
            return ty;
        }
        match later {
            Some(FOR_CHANGES) => {
                return self.error(id, format!("there is no function `{name}` here"));
            }
            Some(since) => {
                let message = format!("`{name}` can be used since Kubernetes 1.{since}");
                return self.error(id, message);
            }
            None => {}
        }
        let types: Vec<String> = given
            .iter()
            .map(|ty| self.types.resolve(ty).to_string())
            .collect();
        let types = types.join(", ");
        self.error(id, format!("{} cannot be used on ({types})", spoken(name)))
    }

    fn macro_call(&mut self, id: Id) -> Type {
        let Node::Macro(inner) = self.ast.node(id) else {
            return Type::Error;
        };
        let Macro {
            kind,
            range,
            filter,
            body,
            ..
        } = *inner;
        let vars = inner.vars.clone();
        let ty = self.check(range);
        let ty = self.types.resolve(&ty);
        let is_optional = matches!(kind, MacroKind::OptMap | MacroKind::OptFlatMap);
        if kind == MacroKind::Bind && !self.environment.has_bindings() {
            return self.error(id, "there is no `cel` here".to_owned());
        }
        let (first, second) = match &ty {
            ty if kind == MacroKind::Bind => (ty.clone(), Type::Dyn),
            Type::Optional(inner) if is_optional => ((**inner).clone(), Type::Dyn),
            Type::List(item) if !is_optional && vars.len() == 1 => ((**item).clone(), Type::Dyn),
            Type::List(item) if !is_optional => (Type::Int, (**item).clone()),
            Type::Map(entry) if !is_optional => (entry.0.clone(), entry.1.clone()),
            Type::Var(_) => {
                self.agree(&Type::Dyn, &ty);
                (Type::Dyn, Type::Dyn)
            }
            ty if ty.is_dyn() => (Type::Dyn, Type::Dyn),
            ty => {
                let what = if is_optional {
                    "optional"
                } else {
                    "a list or map"
                };
                let message = format!("this is of type {ty}, but {what} is needed");
                let error = self.error(range, message);
                (error.clone(), error)
            }
        };
        let outer = self.locals.len();
        for (var, ty) in vars.iter().zip([first.clone(), second]) {
            self.locals.push((var.clone(), ty));
        }
        if let Some(filter) = filter {
            let ty = self.check(filter);
            self.want(filter, &ty, &Type::Bool);
        }
        let inner = self.check(body);
        self.locals.truncate(outer);
        match kind {
            MacroKind::All | MacroKind::Exists | MacroKind::ExistsOne => {
                self.want(body, &inner, &Type::Bool);
                Type::Bool
            }
            MacroKind::Filter => {
                self.want(body, &inner, &Type::Bool);
                Type::list(first)
            }
            MacroKind::Map | MacroKind::TransformList => Type::list(inner),
            MacroKind::TransformMap => Type::map(first, inner),
            MacroKind::TransformMapEntry => {
                let (key, value) = (self.types.fresh(), self.types.fresh());
                let wanted = Type::map(key, value);
                self.want(body, &inner, &wanted);
                self.types.resolve(&wanted)
            }
            MacroKind::SortBy => {
                let ty = self.types.resolve(&inner);
                if !is_ordered(&ty) {
                    self.error(body, format!("values of type {ty} have no order"));
                }
                Type::list(first)
            }
            MacroKind::Bind => inner,
            MacroKind::OptMap => Type::optional(inner),
            MacroKind::OptFlatMap => {
                let wanted = Type::optional(self.types.fresh());
                self.want(body, &inner, &wanted);
                self.types.resolve(&wanted)
            }
        }
    }
}

fn is_ordered(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Dyn
            | Type::Error
            | Type::Var(_)
            | Type::Bool
            | Type::Int
            | Type::Uint
            | Type::Double
            | Type::String
            | Type::Bytes
            | Type::Duration
            | Type::Timestamp
    )
}

/// Whether types are the same where they are known.
fn is_equivalent(a: &Type, b: &Type) -> bool {
    match (a, b) {
        (Type::Error | Type::Var(_), _) | (_, Type::Error | Type::Var(_)) => true,
        (Type::List(a), Type::List(b)) | (Type::Optional(a), Type::Optional(b)) => {
            is_equivalent(a, b)
        }
        (Type::Map(a), Type::Map(b)) => is_equivalent(&a.0, &b.0) && is_equivalent(&a.1, &b.1),
        _ => same(a, b),
    }
}

/// A signature's type with its parameters replaced.
fn bind(ty: &Type, vars: &[Type]) -> Type {
    match ty {
        Type::Var(var) => vars.get(*var as usize).cloned().unwrap_or(Type::Dyn),
        Type::List(inner) => Type::list(bind(inner, vars)),
        Type::Optional(inner) => Type::optional(bind(inner, vars)),
        Type::Map(inner) => Type::map(bind(&inner.0, vars), bind(&inner.1, vars)),
        _ => ty.clone(),
    }
}

fn literal(value: &Value) -> Type {
    match value {
        Value::Null => Type::Null,
        Value::Bool(_) => Type::Bool,
        Value::Int(_) => Type::Int,
        Value::Uint(_) => Type::Uint,
        Value::Double(_) => Type::Double,
        Value::String(_) => Type::String,
        Value::Bytes(_) => Type::Bytes,
        Value::Type(_) => Type::Type,
        _ => Type::Dyn,
    }
}

/// The names of types, as what `type()` tells.
fn type_constant(name: &str) -> Option<&'static str> {
    const NAMES: [&str; 15] = [
        "null_type",
        "bool",
        "int",
        "uint",
        "double",
        "string",
        "bytes",
        "list",
        "map",
        "type",
        "optional_type",
        "google.protobuf.Duration",
        "google.protobuf.Timestamp",
        "net.IP",
        "net.CIDR",
    ];
    NAMES.into_iter().find(|known| *known == name)
}

/// An operator as it is written, or a function.
fn spoken(name: &str) -> String {
    match name {
        "@in" => "`in`".to_owned(),
        "_[_]" | "_[?_]" => "an index".to_owned(),
        _ if name.contains('_') && !name.contains(|c: char| c.is_ascii_alphanumeric()) => {
            format!("`{}`", name.replace('_', ""))
        }
        _ => format!("`{name}()`"),
    }
}
