//! Formats by name.

use super::{Declared, mismatch};
use crate::formats::Format;
use crate::{Failure, Value};

macro_rules! named {
    ($($name:literal),+) => {
        &[$(
            (concat!("format.", $name, "(): format"), 31, |_, _| {
                Format::named($name).map(Value::Format).ok_or(Failure::UNSUPPORTED)
            }),
        )+
        ("format.named(string): optional<format>", 31, |_, args| match args {
            [Value::String(name)] => Ok(match Format::named(name) {
                Some(format) => Value::some(Value::Format(format)),
                None => Value::Optional(None),
            }),
            _ => Err(mismatch(args)),
        }),
        ("format validate(string): optional<list<string>>", 31, |machine, args| match args {
            [Value::Format(format), Value::String(text)] => {
                machine.budget.scan(text.len())?;
                Ok(if (format.is_met)(text) {
                    Value::Optional(None)
                } else {
                    Value::some(Value::list(vec![Value::text(format.message)]))
                })
            }
            _ => Err(mismatch(args)),
        }),
        ]
    };
}

pub(super) const FUNCTIONS: &[Declared] = named![
    "dns1123Label",
    "dns1123Subdomain",
    "dns1035Label",
    "qualifiedName",
    "dns1123LabelPrefix",
    "dns1123SubdomainPrefix",
    "dns1035LabelPrefix",
    "labelValue",
    "uri",
    "uuid",
    "byte",
    "date",
    "datetime"
];
