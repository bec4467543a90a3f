//! `.Values`, and the data of templates itself.

use std::rc::Rc;

use go_template::{ErrorKind, Evaluator, Failure, Map, MapType, NamedMap, Value};
use manifest::yaml::to_yaml;

use crate::values::{path_value, table};

/// The type of `.Values`.
pub(crate) const VALUES: MapType = MapType::Named(&Values);

struct Values;

/// The methods, and how many arguments each takes. `Encode` writes to something that no template
/// has.
const METHODS: &[(&str, usize)] = &[
    ("AsMap", 0),
    ("Encode", 1),
    ("PathValue", 1),
    ("Table", 1),
    ("YAML", 0),
];

impl NamedMap for Values {
    fn type_name(&self) -> &'static str {
        "common.Values"
    }

    fn call(
        &self,
        evaluator: &mut Evaluator<'_>,
        map: &Rc<Map>,
        method: &str,
        args: &[Value],
    ) -> Option<Result<Value, Failure>> {
        let (_, takes) = METHODS.iter().find(|(name, _)| *name == method)?;
        if args.len() != *takes {
            let s = if *takes == 1 { "" } else { "s" };
            let message = format!(
                "`{method}` takes {takes} argument{s}, but {} given",
                match args.len() {
                    1 => "1 is".to_owned(),
                    count => format!("{count} are"),
                }
            );
            return Some(Err(Failure::new(ErrorKind::Arguments, message)));
        }
        let path = args.first().map(|arg| match arg.as_text() {
            Some(text) if method != "Encode" => Ok(text.to_str()),
            _ => Err(Failure::wrong_type(match method {
                "Encode" => "`Encode` writes to a stream, which templates do not have".to_owned(),
                _ => format!("`{method}` takes a dotted path as a string"),
            })),
        });
        Some(match (method, path) {
            (_, Some(Err(failure))) => Err(failure),
            ("Table", Some(Ok(path))) => match table(map, &path) {
                Some(found) => Ok(Rc::new(found.as_type(VALUES)).into()),
                None => Err(Failure::function(format!(
                    "there is no mapping at `{path}`"
                ))),
            },
            (_, Some(Ok(path))) => path_value(map, &path)
                .ok_or_else(|| Failure::function(format!("there is no value at `{path}`"))),
            ("YAML", None) => to_yaml(evaluator.budget(), &map.clone().into()).map(|text| {
                let text = text.unwrap_or_else(|| "".into());
                Value::from(format!("{}\n", text.to_str()))
            }),
            // Go makes a new map of one that is empty.
            (_, None) if map.is_empty() => Ok(Map::default().into()),
            (_, None) => Ok(Rc::new(map.as_type(MapType::Any)).into()),
        })
    }
}
