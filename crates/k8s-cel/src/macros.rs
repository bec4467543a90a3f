//! Calls that are more than calls: their arguments are evaluated with variables of their own.

use std::sync::Arc;

use crate::CompileError;
use crate::ast::{Call, Id, Macro, MacroKind, Node};
use crate::parse::Parser;

/// What is written like a function of its own.
pub(crate) fn global(
    parser: &mut Parser,
    name: Arc<str>,
    args: Vec<Id>,
    place: usize,
) -> Result<Id, CompileError> {
    if &*name == "has"
        && let [arg] = args.as_slice()
    {
        let Node::Select {
            of,
            field,
            optional: false,
        } = parser.ast.node(*arg)
        else {
            return Err(CompileError::new(
                place,
                "`has()` asks for a field, such as `has(self.name)`",
            ));
        };
        let node = Node::Has {
            of: *of,
            field: field.clone(),
        };
        return Ok(parser.ast.add(node, place));
    }
    let call = Call {
        name,
        target: None,
        args,
        overloads: Vec::new(),
    };
    Ok(parser.ast.add(Node::Call(call), place))
}

/// What is written behind what it is applied to.
pub(crate) fn member(
    parser: &mut Parser,
    range: Id,
    name: Arc<str>,
    args: Vec<Id>,
    place: usize,
) -> Result<Id, CompileError> {
    let is_bind = &*name == "bind"
        && args.len() == 3
        && matches!(parser.ast.node(range), Node::Name(name) if &**name == "cel");
    if is_bind
        && let [var, value, body] = args.as_slice()
        && let Node::Name(var) = parser.ast.node(*var)
    {
        let node = Node::Macro(Macro {
            kind: MacroKind::Bind,
            range: *value,
            vars: vec![var.clone()],
            filter: None,
            body: *body,
        });
        return Ok(parser.ast.add(node, place));
    }
    let Some((kind, variables)) = kind(&name, args.len()) else {
        let call = Call {
            name,
            target: Some(range),
            args,
            overloads: Vec::new(),
        };
        return Ok(parser.ast.add(Node::Call(call), place));
    };
    let mut vars = Vec::with_capacity(variables);
    for arg in args.iter().take(variables) {
        match parser.ast.node(*arg) {
            Node::Name(name) if !vars.contains(name) && &**name != "__result__" => {
                vars.push(name.clone());
            }
            Node::Name(var) => {
                let message = format!("`{var}` cannot be the name of a variable here");
                return Err(CompileError::new(parser.ast.place(*arg), message));
            }
            _ => {
                let message = format!("`{name}()` needs the name of a variable here");
                return Err(CompileError::new(parser.ast.place(*arg), message));
            }
        }
    }
    let (filter, body) = match args.get(variables..).unwrap_or_default() {
        [body] => (None, *body),
        [filter, body] => (Some(*filter), *body),
        _ => {
            return Err(CompileError::new(
                place,
                format!("`{name}()` has too few arguments"),
            ));
        }
    };
    let node = Node::Macro(Macro {
        kind,
        range,
        vars,
        filter,
        body,
    });
    Ok(parser.ast.add(node, place))
}

/// Which macro it is, and how many of its arguments are variables.
fn kind(name: &str, args: usize) -> Option<(MacroKind, usize)> {
    Some(match (name, args) {
        ("all", 2) => (MacroKind::All, 1),
        ("all", 3) => (MacroKind::All, 2),
        ("exists", 2) => (MacroKind::Exists, 1),
        ("exists", 3) => (MacroKind::Exists, 2),
        ("exists_one", 2) => (MacroKind::ExistsOne, 1),
        ("exists_one" | "existsOne", 3) => (MacroKind::ExistsOne, 2),
        ("map", 2 | 3) => (MacroKind::Map, 1),
        ("filter", 2) => (MacroKind::Filter, 1),
        ("transformList", 3 | 4) => (MacroKind::TransformList, 2),
        ("transformMap", 3 | 4) => (MacroKind::TransformMap, 2),
        ("transformMapEntry", 3 | 4) => (MacroKind::TransformMapEntry, 2),
        ("sortBy", 2) => (MacroKind::SortBy, 1),
        ("optMap", 2) => (MacroKind::OptMap, 1),
        ("optFlatMap", 2) => (MacroKind::OptFlatMap, 1),
        _ => return None,
    })
}
