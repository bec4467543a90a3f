//! Signatures as they are written in the tables here: `list<A> indexOf(A): int` is a function
//! that stands behind a list, `size(string): int` one of its own.

use crate::Type;

pub(super) struct Signature {
    pub(super) name: &'static str,
    pub(super) is_member: bool,
    pub(super) params: Vec<Type>,
    pub(super) result: Type,
    pub(super) variables: u32,
}

pub(super) fn parse(text: &'static str) -> Option<Signature> {
    let (head, rest) = text.split_once('(')?;
    let (args, result) = rest.rsplit_once("): ")?;
    let (target, name) = match head.rsplit_once(' ') {
        Some((target, name)) => (Some(target), name),
        None => (None, head),
    };
    let mut variables = 0;
    let mut params = Vec::new();
    for param in target.into_iter().chain(split(args)) {
        params.push(ty(param, &mut variables)?);
    }
    Some(Signature {
        name,
        is_member: target.is_some(),
        params,
        result: ty(result, &mut variables)?,
        variables,
    })
}

/// At the commas that stand in no bracket.
fn split(args: &str) -> Vec<&str> {
    let mut depth = 0;
    let parts = args.split(|c| {
        match c {
            '<' => depth += 1,
            '>' => depth -= 1,
            _ => {}
        }
        c == ',' && depth == 0
    });
    parts
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect()
}

fn ty(text: &str, variables: &mut u32) -> Option<Type> {
    if let Some((outer, inner)) = text.strip_suffix('>').and_then(|t| t.split_once('<')) {
        let mut inner = split(inner).into_iter().map(|part| ty(part, variables));
        let first = inner.next()??;
        return Some(match outer {
            "list" => Type::list(first),
            "optional" => Type::optional(first),
            "map" => Type::map(first, inner.next()??),
            _ => return None,
        });
    }
    Some(match text {
        "A" | "B" => {
            let number = u32::from(text == "B");
            *variables = (*variables).max(number + 1);
            Type::Var(number)
        }
        "dyn" => Type::Dyn,
        "null" => Type::Null,
        "bool" => Type::Bool,
        "int" => Type::Int,
        "uint" => Type::Uint,
        "double" => Type::Double,
        "string" => Type::String,
        "bytes" => Type::Bytes,
        "duration" => Type::Duration,
        "timestamp" => Type::Timestamp,
        "type" => Type::Type,
        "quantity" => Type::Opaque("kubernetes.Quantity"),
        "url" => Type::Opaque("kubernetes.URL"),
        "ip" => Type::Opaque("net.IP"),
        "cidr" => Type::Opaque("net.CIDR"),
        "semver" => Type::Opaque("kubernetes.Semver"),
        "format" => Type::Opaque("kubernetes.NamedFormat"),
        "authorizer" => Type::Opaque("kubernetes.authorization.Authorizer"),
        "path-check" => Type::Opaque("kubernetes.authorization.PathCheck"),
        "group-check" => Type::Opaque("kubernetes.authorization.GroupCheck"),
        "resource-check" => Type::Opaque("kubernetes.authorization.ResourceCheck"),
        "decision" => Type::Opaque("kubernetes.authorization.Decision"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_signature_is_read() {
        for (text, ..) in crate::library::ALL.iter().copied().flatten() {
            assert!(parse(text).is_some(), "{text}");
        }
    }

    #[test]
    fn a_signature_has_its_parts() {
        let signature = parse("map<A, B> get(list<A>, int): optional<B>").unwrap();
        assert_eq!((signature.name, signature.is_member), ("get", true));
        assert_eq!(signature.variables, 2);
        let params: Vec<String> = signature.params.iter().map(|p| p.to_string()).collect();
        assert_eq!(params, ["map(dyn, dyn)", "list(dyn)", "int"]);
        assert_eq!(signature.result.to_string(), "optional(dyn)");
    }
}
