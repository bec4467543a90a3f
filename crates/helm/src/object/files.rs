//! `.Files`.

use std::any::Any;
use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

use go_template::{Data, Evaluator, Failure, Kind, List, Map, MapType, Object, Text, Value};
use manifest::glob::{Dialect, Pattern};
use manifest::yaml::to_yaml;

use crate::chart::base;

type File = (Arc<str>, Text);

/// The object for templates.
pub(crate) fn files(files: &Arc<[File]>) -> Value {
    Value::object(Files {
        files: files.clone(),
        map: OnceCell::new(),
    })
}

struct Files {
    files: Arc<[File]>,
    /// The files as a map, made when it is asked for.
    map: OnceCell<Rc<Map>>,
}

impl std::fmt::Debug for Files {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} files", self.files.len())
    }
}

impl Files {
    fn get(&self, name: &str) -> Option<&Text> {
        let found = self.files.iter().rfind(|(other, _)| **other == *name);
        found.map(|(_, content)| content)
    }

    fn glob(&self, pattern: &str) -> Value {
        let all = || Pattern::compile("**", Dialect::Gobwas);
        let pattern = Pattern::compile(pattern, Dialect::Gobwas).or_else(all);
        let fits = |name: &str| {
            let pattern = pattern.as_ref();
            pattern.is_some_and(|pattern| pattern.is_match(name))
        };
        let found = self.files.iter().filter(|(name, _)| fits(name));
        files(&found.cloned().collect())
    }

    fn lines(&self, name: &str) -> Value {
        let Some(text) = self.get(name).filter(|text| !text.is_empty()) else {
            return List::strings(Vec::new()).into();
        };
        let view = text.as_view();
        let end = text.len() - usize::from(text.bytes().ends_with(b"\n"));
        let view = view.part(0..end);
        let parts = view.as_view().split(b"\n", usize::MAX).into_iter();
        let lines = parts.map(|range| Value::text(view.slice(range)));
        List::strings(lines.collect()).into()
    }

    /// The files by the last part of their names, as `toYaml` writes them.
    fn as_yaml(
        &self,
        evaluator: &mut Evaluator<'_>,
        value: impl Fn(&mut Evaluator<'_>, &Text) -> Result<Value, Failure>,
    ) -> Result<Value, Failure> {
        let map = Map::new(MapType::Str);
        for (name, content) in self.files.iter() {
            let value = value(evaluator, content)?;
            map.set(base(name), value);
        }
        let text = to_yaml(evaluator.budget(), &map.into())?;
        Ok(text.unwrap_or_else(|| "".into()).into())
    }
}

const METHODS: &[&str] = &["Get", "GetBytes", "Glob", "Lines", "AsConfig", "AsSecrets"];

impl Object for Files {
    fn type_name(&self) -> &str {
        "engine.files"
    }

    fn kind(&self) -> Kind {
        Kind::Map
    }

    fn call(
        &self,
        evaluator: &mut Evaluator<'_>,
        method: &str,
        args: &[Value],
    ) -> Option<Result<Value, Failure>> {
        if !METHODS.contains(&method) {
            return None;
        }
        let name = match args {
            [] => None,
            [
                Value {
                    data: Data::Str(text),
                    ..
                },
            ] => Some(text.to_str()),
            _ => {
                let message =
                    format!("`{method}` takes the name of a file or a pattern as a string");
                return Some(Err(Failure::wrong_type(message)));
            }
        };
        Some(match (method, name) {
            ("Get", Some(name)) => {
                let content = self.get(&name).cloned();
                Ok(content.unwrap_or_else(|| "".into()).into())
            }
            ("GetBytes", Some(name)) => {
                let content = self.get(&name).cloned();
                Ok(Data::Bytes(content.unwrap_or_else(|| "".into())).into())
            }
            ("Glob", Some(pattern)) => Ok(self.glob(&pattern)),
            ("Lines", Some(name)) => Ok(self.lines(&name)),
            ("AsConfig", None) => self.as_yaml(evaluator, |_, content| Ok(content.clone().into())),
            ("AsSecrets", None) => self.as_yaml(evaluator, |evaluator, content| {
                evaluator.call_function("b64enc", &[content.clone().into()])
            }),
            _ => Err(Failure::wrong_type(format!(
                "`{method}` does not take these arguments"
            ))),
        })
    }

    fn members(&self) -> Vec<&str> {
        METHODS.to_vec()
    }

    fn as_map(&self) -> Option<Rc<Map>> {
        let map = self.map.get_or_init(|| {
            let map = Map::new(MapType::Bytes);
            for (name, content) in self.files.iter() {
                map.set(&**name, Data::Bytes(content.clone()).into());
            }
            Rc::new(map)
        });
        Some(map.clone())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
