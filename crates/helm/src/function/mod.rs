//! The functions that Helm adds to Sprig's.

mod convert;
mod template;
mod toml;

pub(crate) use template::without_no_value;

use std::sync::LazyLock;

use go_template::{Function, Functions, Param};

const ANY: Param = Param::Any;
const STR: Param = Param::Str;

/// All functions that templates of charts can call.
pub(crate) fn all() -> &'static Functions {
    static ALL: LazyLock<Functions> = LazyLock::new(|| {
        let mut functions = Functions::sprig();
        functions.extend(convert::FUNCTIONS);
        functions.extend(template::FUNCTIONS);
        functions.extend(OTHERS);
        functions
    });
    &ALL
}

const OTHERS: &[Function] = &[
    // There is no cluster to look into.
    Function::new("lookup", &[STR, STR, STR, STR], |_, _| {
        Ok(go_template::Map::default().into())
    })
    .selects(),
    // Helm asks no name server.
    Function::new("getHostByName", &[STR], |_, _| Ok("".into())).selects(),
];
