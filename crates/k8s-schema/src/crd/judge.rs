//! An object of a custom kind, judged by one definition of that kind.

use std::cell::Cell;

use manifest::View;

use super::expressions;
use super::kind::{CustomKind, CustomVersion, meant};
use super::walk::Walk;
use crate::check::{Check, Place};
use crate::table::Table;
use crate::violation::ViolationKind::{DeprecatedApiVersion, UnknownApiVersion};
use crate::{Coverage, builtin, scalar, unknown};

/// Judges an object whose apiVersion is of the kind's group.
pub(crate) fn judge(
    check: &mut Check,
    table: &Table,
    kind: &CustomKind,
    api_version: &str,
    object: View<'_>,
    place: &Place<'_>,
) -> Coverage {
    let version = api_version.rsplit('/').next().unwrap_or_default();
    let Some(version) = kind.version(version).filter(|version| version.served) else {
        not_served(check, kind, api_version, place);
        return Coverage::Custom;
    };
    if version.deprecated.is_some() {
        warn(check, kind, version, place);
    }
    let metadata = builtin::metadata(table, check);
    let Some(schema) = version.schema() else {
        if let (Some(root), Some(own)) = (metadata, object.get("metadata")) {
            let place = &place.key("metadata");
            let walk = builtin::Walk {
                table,
                root,
                place,
                secret: false,
            };
            walk.run(check, own);
        }
        return Coverage::NoSchema;
    };
    let walk = Walk {
        table,
        metadata,
        version,
        place,
        is_raw: false,
        has_expressions: Cell::new(false),
    };
    let before = check.wrong();
    walk.object(check, schema, object);
    // What is refused already is refused before expressions are asked.
    if walk.has_expressions.get() && check.wrong() == before {
        expressions::hold(check, version, schema, object, place, true);
    }
    Coverage::Custom
}

/// Judges what a schema fills in, as it stands there: nothing more is filled in, and null is not
/// dropped.
pub(crate) fn judge_default(
    check: &mut Check,
    schema: View<'_>,
    default: View<'_>,
    place: &Place<'_>,
) {
    let table = &Table::builtin();
    let version = &CustomVersion::of_schema(schema);
    let Some(schema) = version.schema() else {
        return;
    };
    let before = check.wrong();
    let walk = Walk {
        table,
        metadata: builtin::metadata(table, check),
        version,
        place: &Place::ROOT,
        is_raw: true,
        has_expressions: Cell::new(false),
    };
    walk.all(check, schema, default, place);
    if walk.has_expressions.get() && check.wrong() == before {
        expressions::hold(check, version, schema, default, place, false);
    }
}

/// Reports a kind that its group does not have and that is nearly one that it has.
pub(crate) fn misspelt(
    check: &mut Check,
    kinds: &[CustomKind],
    api_version: &str,
    kind: &str,
    place: &Place<'_>,
) -> bool {
    let group = api_version.rsplit_once('/').map_or("", |(group, _)| group);
    let Some(meant) = meant(kinds, group, kind) else {
        return false;
    };
    let (kind, group) = (scalar::quoted(kind), scalar::quoted(group));
    let message = format!("{group} has no kind {kind}");
    let help = unknown::did_you_mean(meant);
    check.report(UnknownApiVersion, &place.key("kind"), message, Some(help));
    true
}

fn not_served(check: &mut Check, kind: &CustomKind, api_version: &str, place: &Place<'_>) {
    let name = scalar::quoted(&kind.name);
    let message = format!(
        "the CRD of {name} does not serve {}",
        scalar::quoted(api_version)
    );
    let served = kind.versions.iter().filter(|version| version.served);
    let served: Vec<String> = served
        .map(|version| scalar::quoted(&format!("{}/{}", kind.group, version.name)))
        .collect();
    let help = (!served.is_empty()).then(|| format!("it serves {}", served.join(", ")));
    check.report(UnknownApiVersion, &place.key("apiVersion"), message, help);
}

fn warn(check: &mut Check, kind: &CustomKind, version: &CustomVersion, place: &Place<'_>) {
    let name = scalar::quoted(&kind.name);
    let own = scalar::quoted(&version.name);
    let message = format!("the CRD of {name} marks {own} as deprecated");
    let warning = version.deprecated.as_deref().unwrap_or_default();
    let help = (!warning.is_empty()).then(|| scalar::escaped(warning));
    check.report(
        DeprecatedApiVersion,
        &place.key("apiVersion"),
        message,
        help,
    );
}
