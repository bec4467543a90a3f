//! Which built-in kind an object is of, and what is said if it is of none.

use crate::check::{Check, Place};
use crate::table::{Definition, Kind, Table};
use crate::unknown::did_you_mean;
use crate::version::Versions;
use crate::violation::ViolationKind::{DeprecatedApiVersion, RemovedApiVersion, UnknownApiVersion};
use crate::{Version, scalar};

/// What the built-in table knows about an apiVersion and a kind.
pub(crate) enum Found {
    /// The kind is served.
    Served(Definition),
    /// It is not, and that was reported.
    Refused,
    /// The group is not Kubernetes' own.
    Foreign,
}

/// Finds a kind, and reports it if it is not served, or will not be for ever.
pub(crate) fn find(
    check: &mut Check,
    table: &Table,
    api_version: &str,
    kind: &str,
    place: &Place<'_>,
) -> Found {
    if let Some(row) = table.kind(api_version, kind) {
        return match row.definition {
            Some(definition) if row.versions.contain(check.version) => {
                warn(check, table, &row, place);
                Found::Served(definition)
            }
            _ => {
                not_served(check, table, &row, place);
                Found::Refused
            }
        };
    }
    if is_own(table, api_version) {
        unknown(check, table, api_version, kind, place);
        Found::Refused
    } else {
        Found::Foreign
    }
}

/// Whether objects of a kind have names: those that only ask or tell something have none.
pub(crate) fn has_name(kind: &str) -> bool {
    let nameless = ["Binding", "Eviction", "TokenRequest"].contains(&kind);
    !nameless && !kind.ends_with("Review") && !kind.ends_with("List")
}

/// Whether a cluster serves an API of Kubernetes' own if nobody turned it on. Alpha versions are
/// off, and since 1.24 so are new beta versions.
pub(crate) fn is_on(api_version: &str, versions: Versions) -> bool {
    let version = api_version.rsplit('/').next().unwrap_or_default();
    if version.contains("alpha") {
        return false;
    }
    // It went on as it had begun.
    let is_older = || versions.first() == Some(Version::OLDEST);
    let is_flow_control = || api_version.starts_with("flowcontrol.apiserver.k8s.io/");
    !version.contains("beta") || is_older() || is_flow_control()
}

/// Whether an apiVersion belongs to Kubernetes itself. Groups of others have a dot.
pub(crate) fn is_own(table: &Table, api_version: &str) -> bool {
    let group = group(api_version);
    !group.contains('.') || table.has_group(group)
}

fn group(api_version: &str) -> &str {
    api_version.rsplit_once('/').map_or("", |(group, _)| group)
}

/// Reports a kind that is served and deprecated.
fn warn(check: &mut Check, table: &Table, row: &Kind, place: &Place<'_>) {
    let Some(since) = row
        .deprecated
        .filter(|minor| *minor <= check.version.minor())
    else {
        return;
    };
    let name = name(table, row);
    let end = match row.removed {
        Some(minor) => format!(", and will be removed in 1.{minor}"),
        None => String::new(),
    };
    let message = format!("{name} is deprecated since Kubernetes 1.{since}{end}");
    let help = match (replacement(table, row), served_since(table, row)) {
        (Some(help), Some(first)) => {
            format!("{help}, which is served since Kubernetes {first}")
        }
        (Some(help), None) => help,
        (None, _) => without_replacement(table, row),
    };
    check.report(
        DeprecatedApiVersion,
        &place.key("apiVersion"),
        message,
        Some(help),
    );
}

/// Reports a kind that is known and not served in the version that is checked.
fn not_served(check: &mut Check, table: &Table, row: &Kind, place: &Place<'_>) {
    let version = check.version;
    let name = name(table, row);
    let at = place.key("apiVersion");
    if let Some(first) = row.versions.first().filter(|first| *first > version) {
        let message =
            format!("{name} exists only since Kubernetes {first}, but this is for {version}");
        let help = current(table, row, check).map(|api| format!("{version} serves {api}"));
        check.report(UnknownApiVersion, &at, message, help);
        return;
    }
    let removed = match (row.versions.last(), row.removed) {
        (Some(last), _) => last.minor() + 1,
        (None, Some(removed)) => removed,
        (None, None) => 0,
    };
    let message = match removed {
        0 => format!("{name} was removed from Kubernetes"),
        minor => format!("{name} was removed in Kubernetes 1.{minor}"),
    };
    let help = replacement(table, row).or_else(|| {
        let elsewhere = table.kinds().find(|other| {
            other.name == row.name && other.definition.is_some() && other.versions.contain(version)
        });
        match elsewhere {
            Some(other) => Some(format!(
                "use {}",
                scalar::quoted(table.text(other.api_version))
            )),
            None => row.removed.map(|_| without_replacement(table, row)),
        }
    });
    check.report(RemovedApiVersion, &at, message, help);
}

/// Reports an apiVersion or a kind that Kubernetes never had, or no longer has in any version.
fn unknown(check: &mut Check, table: &Table, api_version: &str, kind: &str, place: &Place<'_>) {
    let version = check.version;
    let served = || table.kinds().filter(|row| row.versions.contain(version));
    let quoted_kind = scalar::quoted(kind);
    let quoted_api = scalar::quoted(api_version);
    let homes = served().filter(|row| table.text(row.name) == kind);
    let mut homes = homes.map(|row| table.text(row.api_version));
    let near = homes.clone().find(|api| group(api) == group(api_version));
    if let Some(home) = near.or_else(|| homes.next()) {
        let message = format!("there is no {quoted_kind} in {quoted_api}");
        let help = format!("it is in {}", scalar::quoted(home));
        check.report(
            UnknownApiVersion,
            &place.key("apiVersion"),
            message,
            Some(help),
        );
        return;
    }
    let mut own = served().filter(|row| table.text(row.api_version) == api_version);
    if own.next().is_some() {
        let own = served().filter(|row| table.text(row.api_version) == api_version);
        let message = format!("there is no kind {quoted_kind} in {quoted_api}");
        let help = suggest::nearest(kind, own.map(|row| table.text(row.name))).map(did_you_mean);
        check.report(UnknownApiVersion, &place.key("kind"), message, help);
        return;
    }
    let message = format!("Kubernetes {version} has no {quoted_api}");
    let all = served().map(|row| table.text(row.api_version));
    let help = suggest::nearest(api_version, all).map(did_you_mean);
    check.report(UnknownApiVersion, &place.key("apiVersion"), message, help);
}

/// The kind as messages call it.
fn name(table: &Table, row: &Kind) -> String {
    let api_version = scalar::quoted(table.text(row.api_version));
    let kind = scalar::quoted(table.text(row.name));
    format!("{kind} of {api_version}")
}

fn replacement(table: &Table, row: &Kind) -> Option<String> {
    let text = table.text(row.replacement?);
    Some(match text.split_once(':') {
        Some((api_version, kind)) => format!(
            "use {} of {}",
            scalar::quoted(kind),
            scalar::quoted(api_version)
        ),
        None => format!("use {}", scalar::quoted(text)),
    })
}

/// What does the work of kinds that no other kind took the place of.
const SUCCESSORS: [(&str, &str); 1] = [(
    "PodSecurityPolicy",
    "Pod Security Admission does its work: label namespaces with `pod-security.kubernetes.io/enforce`",
)];

/// What to do with a kind that nothing replaces.
fn without_replacement(table: &Table, row: &Kind) -> String {
    let name = table.text(row.name);
    let successor = SUCCESSORS.iter().find(|(kind, _)| *kind == name);
    match successor {
        Some((_, successor)) => format!("delete it; no kind replaces it, but {successor}"),
        None => "delete it: nothing replaces it".to_owned(),
    }
}

/// The first version that serves what took a kind's place, if not all that are known do.
fn served_since(table: &Table, row: &Kind) -> Option<Version> {
    let text = table.text(row.replacement?);
    let (api_version, kind) = text.split_once(':').unwrap_or((text, table.text(row.name)));
    let first = table.kind(api_version, kind)?.versions.first()?;
    (first > Version::OLDEST).then_some(first)
}

/// The apiVersion of the same group that serves the kind.
fn current(table: &Table, row: &Kind, check: &Check) -> Option<String> {
    let group = self::group(table.text(row.api_version));
    let served = table.kinds().find(|other| {
        other.name == row.name
            && other.versions.contain(check.version)
            && self::group(table.text(other.api_version)) == group
    })?;
    Some(scalar::quoted(table.text(served.api_version)))
}
