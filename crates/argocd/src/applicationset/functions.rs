//! The functions that Argo CD's templates can call.

use std::sync::LazyLock;

use go_template::{Args, Data, Evaluator, Failure, Function, Functions, List, Map, Param, Value};
use manifest::yaml;

/// Sprig's functions, without those that look at the controller's surroundings, and Argo CD's.
pub(super) fn all() -> &'static Functions {
    static ALL: LazyLock<Functions> = LazyLock::new(|| {
        let mut functions = Functions::sprig();
        for name in ["env", "expandenv", "getHostByName"] {
            functions.remove(name);
        }
        functions.extend(OWN);
        functions
    });
    &ALL
}

const OWN: &[Function] = &[
    Function::new("normalize", &[Param::Str], |_, args| {
        Ok(normalize(&args.str(0)?).into())
    }),
    Function::new("slugify", &[], |_, args| Ok(slugify(args)?.into())).rest(Param::Any),
    Function::new("toYaml", &[Param::Any], |ev, args| {
        let text = yaml::to_yaml(ev.budget(), args.value(0)?)?;
        let text = text.ok_or_else(|| Failure::function("YAML cannot hold this value"));
        Ok(text?.into())
    }),
    Function::new("fromYaml", &[Param::Str], |ev, args| {
        let value = from_yaml(ev, args)?;
        match &value.data {
            Data::Map(_) => Ok(value),
            Data::Nil | Data::NilEntry => Ok(Map::default().into()),
            _ => Err(Failure::function("this YAML is not a mapping")),
        }
    })
    .selects(),
    Function::new("fromYamlArray", &[Param::Str], |ev, args| {
        let value = from_yaml(ev, args)?;
        match &value.data {
            Data::List(_) => Ok(value),
            Data::Nil | Data::NilEntry => Ok(List::new(Vec::new()).into()),
            _ => Err(Failure::function("this YAML is not a list")),
        }
    })
    .selects(),
];

fn from_yaml(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Result<Value, Failure> {
    let value = yaml::read(evaluator.budget(), args.view(0)?)?;
    value.map_err(|error| Failure::function(format!("this is not YAML: {}", error.message)))
}

/// A name with small letters, digits, `-` and `.` only, of at most 253 characters.
pub(super) fn normalize(name: &str) -> String {
    const LONGEST: usize = 253;
    let is_allowed = |c: char| matches!(c, '-' | '.' | 'a'..='z' | '0'..='9');
    let lower = name.to_lowercase();
    let mut name: String = lower
        .chars()
        .map(|c| if is_allowed(c) { c } else { '-' })
        .collect();
    name.truncate(LONGEST);
    name.trim_matches(['-', '.']).to_owned()
}

/// `slugify [SIZE [WHOLE-WORDS]] NAME`.
fn slugify(args: Args<'_>) -> Result<String, Failure> {
    let Some((name, options)) = args.0.split_last() else {
        return Ok(String::new());
    };
    let name = name.as_text();
    let name = name.ok_or_else(|| Failure::wrong_type("the last argument has to be a string"))?;
    let size = match options.first().map(|value| &value.data) {
        None => 50,
        Some(Data::Int(size, go_template::IntType::Int)) => *size,
        Some(_) => return Err(Failure::wrong_type("the size has to be an integer (int)")),
    };
    let whole_words = match options.get(1).map(|value| &value.data) {
        None => true,
        Some(Data::Bool(flag)) => *flag,
        Some(_) => {
            return Err(Failure::wrong_type(
                "the second argument has to be a boolean",
            ));
        }
    };
    let mut slug = normalize(&name.to_str());
    let longest = usize::try_from(size);
    if !whole_words && slug.len() as i64 >= size {
        let longest = longest.map_err(|_| Failure::function("the size must not be negative"))?;
        slug.truncate(longest);
    }
    let parts = slug.split(['-', '.']).filter(|part| !part.is_empty());
    let mut slug = parts.collect::<Vec<_>>().join("-");
    if let Ok(longest) = longest
        && whole_words
        && longest > 0
        && slug.len() > longest
    {
        let end = slug[..=longest].rfind('-').unwrap_or(longest);
        slug.truncate(end);
    }
    Ok(slug)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalizes_names() {
        assert_eq!(normalize("Prod_EU.eu/1"), "prod-eu.eu-1");
        assert_eq!(normalize(".-Ä-x-"), "x");
        assert_eq!(normalize(&"a".repeat(300)).len(), 253);
    }

    #[track_caller]
    fn check(args: &[Value], expect: &str) {
        let text = slugify(Args(args));
        assert_eq!(text.unwrap_or_else(|_| "error".to_owned()), expect);
    }

    #[test]
    fn makes_slugs() {
        let branch = || Value::from("feat/Some_Long.branch--name");
        check(&[branch()], "feat-some-long-branch-name");
        check(&[Value::from(10i64), branch()], "feat-some");
        check(&[Value::from(9i64), branch()], "feat-some");
        check(&[Value::from(3i64), branch()], "fea");
        check(&[Value::from(10i64), false.into(), branch()], "feat-some");
        check(&[Value::from(11i64), false.into(), branch()], "feat-some-l");
        check(&[Value::from(10.0), branch()], "error");
        check(&[], "");
    }

    #[test]
    fn leaves_out_what_looks_around() {
        for name in ["env", "expandenv", "getHostByName"] {
            assert!(all().get(name).is_none(), "{name}");
        }
    }
}
