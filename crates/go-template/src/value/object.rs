use std::any::Any;
use std::fmt::Debug;
use std::rc::Rc;

use crate::{Evaluator, Failure};

use super::{Kind, List, Map, Value};

/// A value of the caller's own kind, with fields and methods.
pub trait Object: Any + Debug {
    /// Go's name of its type, as `typeOf` prints it.
    fn type_name(&self) -> &str;

    /// Its kind.
    fn kind(&self) -> Kind {
        Kind::Struct
    }

    /// The field of this name.
    fn field(&self, _name: &str) -> Option<Value> {
        None
    }

    /// Calls a method; `None` if there is none of this name. The number and types of the
    /// arguments are the method's to check.
    fn call(
        &self,
        _evaluator: &mut Evaluator<'_>,
        _method: &str,
        _args: &[Value],
    ) -> Option<Result<Value, Failure>> {
        None
    }

    /// The names of fields and methods, for `did you mean`.
    fn members(&self) -> Vec<&str> {
        Vec::new()
    }

    /// How it prints, if it has Go's `String` method.
    fn display(&self) -> Option<String> {
        None
    }

    /// How it prints without that.
    fn print(&self) -> String {
        "{}".to_owned()
    }

    /// How it stands in JSON as a string.
    fn json(&self) -> Option<String> {
        self.display()
    }

    /// Its items, if it is a list.
    fn as_list(&self) -> Option<Rc<List>> {
        None
    }

    /// Its entries, if it is a map.
    fn as_map(&self) -> Option<Rc<Map>> {
        None
    }

    /// Itself, to find the type behind it.
    fn as_any(&self) -> &dyn Any;
}
