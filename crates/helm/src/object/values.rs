//! `.Values`, and the data of templates itself.

use std::rc::Rc;

use go_template::{Evaluator, Failure, Map, MapType, NamedMap, Value};
use manifest::yaml::to_yaml;

use crate::values::{path_value, table};

/// The type of `.Values`.
pub(crate) const VALUES: MapType = MapType::Named(&Values);

struct Values;

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
        let path = args
            .first()
            .and_then(Value::as_text)
            .map(|text| text.to_str());
        let missing = |path: &str| Failure::function(format!("there is no value at `{path}`"));
        Some(match (method, path) {
            ("AsMap", None) => Ok(map.clone().into()),
            ("YAML", None) => to_yaml(evaluator.budget(), &map.clone().into()).map(|text| {
                let text = text.unwrap_or_else(|| "".into());
                Value::from(format!("{}\n", text.to_str()))
            }),
            ("Table", Some(path)) => table(map, &path)
                .map(Value::from)
                .ok_or_else(|| missing(&path)),
            ("PathValue", Some(path)) => path_value(map, &path).ok_or_else(|| missing(&path)),
            _ => return None,
        })
    }
}
