//! The built-in table as JSON Schema.

use std::fmt::Write;

use crate::table::{Definition, Field, Items, Kind, Table, Type, TypeId};
use crate::{Version, kinds};

/// What is asked of the metadata of kinds whose objects have names.
const METADATA: &str = r#"{"required":["metadata"],"properties":{"metadata":{"type":"object","anyOf":[{"required":["name"],"properties":{"name":{"type":"string","minLength":1}}},{"required":["generateName"],"properties":{"generateName":{"type":"string","minLength":1}}}]}}}"#;

/// The schema of one kind, with everything that it refers to.
pub(crate) fn json_schema(table: &Table, kind: &Kind, version: Version) -> Option<String> {
    let root = kind.definition.filter(|_| kind.versions.contain(version))?;
    let mut export = Export {
        table,
        version,
        order: vec![root],
    };
    let mut definitions = String::new();
    let mut next = 0;
    while let Some(definition) = export.order.get(next).copied() {
        let separator = if next == 0 { "" } else { "," };
        let _ = write!(definitions, "{separator}\"{next}\":");
        export.definition(definition, &mut definitions);
        next += 1;
    }
    let api_version = text(table.text(kind.api_version));
    let name = text(table.text(kind.name));
    let metadata = if kinds::has_name(table.text(kind.name)) {
        METADATA
    } else {
        "{}"
    };
    Some(format!(
        r##"{{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","required":["apiVersion","kind"],"properties":{{"apiVersion":{{"const":{api_version}}},"kind":{{"const":{name}}}}},"allOf":[{{"$ref":"#/$defs/0"}},{metadata}],"$defs":{{{definitions}}}}}"##
    ))
}

struct Export<'a> {
    table: &'a Table,
    version: Version,
    /// The definitions that were referred to; their names are their places here.
    order: Vec<Definition>,
}

impl Export<'_> {
    fn definition(&mut self, definition: Definition, out: &mut String) {
        let version = self.version;
        let fields: Vec<Field> = self
            .table
            .fields(definition)
            .map(|(_, field)| field)
            .filter(|field| field.versions.contain(version))
            .collect();
        let required: Vec<String> = fields
            .iter()
            .filter(|field| field.required.contain(version))
            .map(|field| text(self.table.text(field.name)))
            .collect();
        let _ = write!(
            out,
            r#"{{"type":["object","null"],"additionalProperties":false,"required":[{}],"properties":{{"#,
            required.join(",")
        );
        for (at, field) in fields.iter().enumerate() {
            let separator = if at == 0 { "" } else { "," };
            let name = text(self.table.text(field.name));
            let _ = write!(out, "{separator}{name}:");
            if field.required.contain(version) {
                out.push_str(r#"{"not":{"type":"null"},"allOf":["#);
                self.ty(field.ty, true, out);
                out.push_str("]}");
            } else {
                self.ty(field.ty, false, out);
            }
        }
        out.push_str("}}");
    }

    fn ty(&mut self, ty: TypeId, required: bool, out: &mut String) {
        let simple = match self.table.ty(ty) {
            Type::Any => "{}",
            Type::String => r#"{"type":["string","null"]}"#,
            Type::Boolean => r#"{"type":["boolean","null"]}"#,
            Type::Int32 => {
                r#"{"type":["integer","null"],"minimum":-2147483648,"maximum":2147483647}"#
            }
            Type::Int64 => {
                r#"{"type":["integer","null"],"minimum":-9223372036854775808,"maximum":9223372036854775807}"#
            }
            Type::Double => r#"{"type":["number","null"]}"#,
            Type::Bytes => {
                r#"{"type":["string","null"],"pattern":"^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"}"#
            }
            Type::Time => r#"{"type":["string","null"],"format":"date-time"}"#,
            Type::Quantity => {
                r#"{"type":["string","number","null"],"minLength":1,"pattern":"^[+-]?[0-9]*(\\.[0-9]*)?([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]+)?$"}"#
            }
            Type::IntOrString => {
                r#"{"type":["integer","string","null"],"minimum":-2147483648,"maximum":2147483647}"#
            }
            Type::AnyObject => r#"{"type":["object","null"]}"#,
            Type::Enum(values) => {
                let mut values: Vec<String> = self.table.list(values).map(text).collect();
                values.push("null".to_owned());
                if !required {
                    values.push(r#""""#.to_owned());
                }
                let _ = write!(out, r#"{{"enum":[{}]}}"#, values.join(","));
                return;
            }
            Type::Object(definition) => {
                out.push_str(&self.reference(definition));
                return;
            }
            Type::Map(values) => {
                out.push_str(r#"{"type":["object","null"],"additionalProperties":"#);
                self.ty(values, true, out);
                out.push('}');
                return;
            }
            Type::List(items, unequal) => {
                out.push_str(r#"{"type":["array","null"],"#);
                if let Items::Unequal = unequal {
                    out.push_str(r#""uniqueItems":true,"#);
                }
                out.push_str(r#""items":"#);
                self.ty(items, true, out);
                out.push('}');
                return;
            }
            Type::ObjectOrList(definition) => {
                let one = self.reference(definition);
                let _ = write!(
                    out,
                    r#"{{"anyOf":[{one},{{"type":"array","items":{one}}}]}}"#
                );
                return;
            }
            Type::ObjectOrBoolean(definition) => {
                let one = self.reference(definition);
                let _ = write!(out, r#"{{"anyOf":[{one},{{"type":"boolean"}}]}}"#);
                return;
            }
            Type::ObjectOrStrings(definition) => {
                let one = self.reference(definition);
                let strings = r#"{"type":"array","items":{"type":["string","null"]}}"#;
                let _ = write!(out, r#"{{"anyOf":[{one},{strings}]}}"#);
                return;
            }
        };
        out.push_str(simple);
    }

    fn reference(&mut self, definition: Definition) -> String {
        let known = self.order.iter().position(|known| *known == definition);
        let name = known.unwrap_or_else(|| {
            self.order.push(definition);
            self.order.len() - 1
        });
        format!(r##"{{"$ref":"#/$defs/{name}"}}"##)
    }
}

/// A text in JSON. The table holds none with other than printable characters of ASCII, for which
/// Rust's escapes are JSON's.
fn text(text: &str) -> String {
    format!("{text:?}")
}
