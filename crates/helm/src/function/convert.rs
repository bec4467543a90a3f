//! Values to texts and back.

use go_template::{
    Args, Data, Evaluator, Failure, Function, List, ListType, Map, Value, View, parse_json,
};
use manifest::yaml::{read, to_yaml, to_yaml_pretty};

use super::toml::{Stop, to_toml};
use super::{ANY, STR};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("toYaml", &[ANY], |ev, args| {
        let text = to_yaml(ev.budget(), args.value(0)?)?;
        Ok(text.unwrap_or_else(|| "".into()).into())
    }),
    Function::new("mustToYaml", &[ANY], |ev, args| {
        let text = to_yaml(ev.budget(), args.value(0)?)?;
        let text = text.ok_or_else(|| Failure::function("YAML cannot hold this value"));
        Ok(text?.into())
    }),
    Function::new("fromYaml", &[STR], |ev, args| {
        let value = from_yaml(ev, args.view(0)?)?;
        Ok(as_map(value, Map::default, THROUGH_JSON))
    })
    .selects(),
    Function::new("fromYamlArray", &[STR], |ev, args| {
        let value = from_yaml(ev, args.view(0)?)?;
        Ok(as_list(value, || List::new(Vec::new()), THROUGH_JSON))
    })
    .selects(),
    Function::new("fromJson", &[STR], |ev, args| {
        let value = from_json(ev, args)?;
        Ok(as_map(value, Map::nil, ""))
    })
    .selects(),
    Function::new("fromJsonArray", &[STR], |ev, args| {
        let value = from_json(ev, args)?;
        Ok(as_list(value, || List::nil(ListType::Any), ""))
    })
    .selects(),
    Function::new("toYamlPretty", &[ANY], |ev, args| {
        Ok(to_yaml_pretty(ev.budget(), args.value(0)?)?.into())
    }),
    Function::new("toToml", &[ANY], |ev, args| {
        match to_toml(ev.budget(), args.value(0)?) {
            Ok(text) => Ok(text.into()),
            Err(Stop::NotWritten(message)) => Ok(message.into()),
            Err(Stop::Failed(failure)) => Err(failure),
        }
    }),
    Function::new("mustToToml", &[ANY], |ev, args| {
        match to_toml(ev.budget(), args.value(0)?) {
            Ok(text) => Ok(text.into()),
            Err(Stop::NotWritten(message)) => Err(Failure::function(message)),
            Err(Stop::Failed(failure)) => Err(failure),
        }
    }),
    Function::new("fromToml", &[STR], |ev, args| {
        let value = from_toml(ev, args.view(0)?)?;
        Ok(as_map(value, Map::default, ""))
    })
    .selects(),
];

/// What Helm says before what is wrong with a value that was YAML.
const THROUGH_JSON: &str = "error unmarshaling JSON: while decoding JSON: ";

/// A value, or what Helm says is wrong with its text.
type Read = Result<Value, String>;

fn from_yaml(evaluator: &mut Evaluator<'_>, text: View<'_>) -> Result<Read, Failure> {
    let value = read(evaluator.budget(), text)?;
    Ok(value.map_err(|error| format!("error converting YAML to JSON: yaml: {}", error.message)))
}

fn from_json(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Result<Read, Failure> {
    let value = parse_json(evaluator.budget(), args.view(0)?)?;
    Ok(value.map_err(|error| error.message))
}

fn from_toml(evaluator: &mut Evaluator<'_>, text: View<'_>) -> Result<Read, Failure> {
    let text = text.text.to_str();
    evaluator.budget().spend_bytes(text.len())?;
    match text.parse::<toml::Table>() {
        Ok(table) => Ok(Ok(of_toml(toml::Value::Table(table))?)),
        Err(error) => Ok(Err(format!("toml: {}", error.message()))),
    }
}

/// Its depth is limited by the parser.
fn of_toml(value: toml::Value) -> Result<Value, Failure> {
    Ok(match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => Value::int64(number),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(flag) => flag.into(),
        toml::Value::Datetime(_) => {
            return Err(Failure::function("dates in TOML are not read"));
        }
        toml::Value::Array(items) => {
            let is_of_tables = !items.is_empty() && items.iter().all(toml::Value::is_table);
            let items: Result<Vec<Value>, Failure> = items.into_iter().map(of_toml).collect();
            let mut list = List::new(items?);
            if is_of_tables {
                list.of = ListType::Maps;
            }
            list.into()
        }
        toml::Value::Table(table) => {
            let map = Map::default();
            for (key, value) in table {
                map.set(key.as_str(), of_toml(value)?);
            }
            map.into()
        }
    })
}

/// A map as it is; what is wrong stands in it under `Error`.
fn as_map(value: Read, null: fn() -> Map, during: &str) -> Value {
    let message = match value {
        Ok(value) => match &value.data {
            Data::Map(_) => return value,
            Data::Nil | Data::NilEntry => return null().into(),
            _ => unfit(&value, "map[string]interface {}", during),
        },
        Err(message) => message,
    };
    let map = Map::default();
    map.set("Error", message.into());
    map.into()
}

/// A list as it is; what is wrong is its only item.
fn as_list(value: Read, null: fn() -> List, during: &str) -> Value {
    let message = match value {
        Ok(value) => match &value.data {
            Data::List(_) => return value,
            Data::Nil | Data::NilEntry => return null().into(),
            _ => unfit(&value, "[]interface {}", during),
        },
        Err(message) => message,
    };
    vec![Value::from(message)].into()
}

/// Go's words for a value of another type.
fn unfit(value: &Value, wanted: &str, during: &str) -> String {
    let what = match &value.data {
        Data::Bool(_) => "bool",
        Data::Str(_) => "string",
        Data::List(_) => "array",
        Data::Map(_) => "object",
        _ => "number",
    };
    format!("{during}json: cannot unmarshal {what} into Go value of type {wanted}")
}
