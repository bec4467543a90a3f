//! One version of a definition.

use super::super::at::At;
use super::super::seen::Seen;
use super::schema;
use crate::check::Check;
use crate::crd::FieldSteps;

const COLUMN_TYPES: [&str; 5] = ["boolean", "date", "integer", "number", "string"];
const COLUMN_FORMATS: [&str; 8] = [
    "byte",
    "date",
    "date-time",
    "double",
    "float",
    "int32",
    "int64",
    "password",
];
const MAX_SELECTABLE: usize = 8;
const MAX_WARNING: usize = 256;

pub(super) fn version(check: &mut Check, version: &At<'_, '_>) {
    // What is not said is false.
    for flag in ["served", "storage"] {
        check.forgive_left_out(&version.get(flag));
    }
    deprecation(check, version);
    let holder = version.get("schema");
    let schema = holder.get("openAPIV3Schema");
    let subresources = version.get("subresources");
    if schema.is_set() {
        schema::root(check, &schema, subresources.get("status").is_set());
    } else if holder.is_set() {
        check.required(&schema, None);
    } else {
        check.required(&holder, None);
    }
    scale(check, &subresources.get("scale"));
    for column in version.get("additionalPrinterColumns").items() {
        self::column(check, &column);
    }
    selectable(check, &version.get("selectableFields"), &schema);
}

fn deprecation(check: &mut Check, version: &At<'_, '_>) {
    let warning = version.get("deprecationWarning");
    if !warning.is_set() {
        return;
    }
    let text = warning.text();
    if !version.get("deprecated").is_true() {
        check.forbidden(&warning, "may only be set for a version that is deprecated");
    } else if text.is_empty() {
        check.invalid(&warning, "must not be empty");
    } else if text.len() > MAX_WARNING {
        check.invalid(&warning, "must not be longer than 256 characters");
    } else if text.contains(char::is_control) {
        check.invalid(&warning, "must not contain control characters");
    }
}

fn scale(check: &mut Check, scale: &At<'_, '_>) {
    if !scale.is_set() {
        return;
    }
    for (field, above, is_needed) in [
        ("specReplicasPath", &[".spec."] as &[&str], true),
        ("statusReplicasPath", &[".status."], true),
        ("labelSelectorPath", &[".spec.", ".status."], false),
    ] {
        let path = scale.get(field);
        if path.is_empty() {
            if is_needed {
                check.required(&path, None);
            }
        } else if !above.iter().any(|above| path.text().starts_with(above)) {
            let above = above.join("` or `");
            check.invalid(&path, format_args!("must begin with `{above}`"));
        }
    }
}

fn column(check: &mut Check, column: &At<'_, '_>) {
    check.not_empty(&column.get("name"));
    let ty = column.get("type");
    if ty.is_empty() {
        check.required(&ty, None);
    } else if !COLUMN_TYPES.contains(&ty.text()) {
        check.unsupported(&ty, &COLUMN_TYPES);
    }
    let format = column.get("format");
    if !format.is_empty() && !COLUMN_FORMATS.contains(&format.text()) {
        check.unsupported(&format, &COLUMN_FORMATS);
    }
    let path = column.get("jsonPath");
    if path.is_empty() {
        check.required(&path, None);
    } else if !path.text().starts_with('.') {
        check.invalid(&path, "must begin with `.`");
    }
}

fn selectable(check: &mut Check, fields: &At<'_, '_>, schema: &At<'_, '_>) {
    let mut seen = Seen::new();
    for field in fields.items() {
        let path = field.get("jsonPath");
        if path.is_empty() {
            check.required(&path, None);
            continue;
        }
        match FieldSteps::parse(path.text(), schema.view, false) {
            Err(reason) => check.invalid(&path, reason),
            Ok((steps, _)) if steps.0.first().is_some_and(|step| step == "metadata") => {
                check.invalid(&path, "must not lead to metadata");
            }
            Ok((_, found)) => {
                let ty = found.get("type").map_or("", |ty| ty.text());
                if !matches!(ty, "string" | "boolean" | "integer") {
                    check.invalid(&path, "must lead to a string, a boolean or an integer");
                }
            }
        }
        if !seen.insert(path.text()) {
            check.duplicate(&path, format!("duplicate entry `{}`", path.text()));
        }
    }
    if fields.count() > MAX_SELECTABLE {
        check.invalid(fields, "must not have more than 8 items");
    }
}
