//! Which custom kind an object is of, and what is said if its apiVersion or kind is misspelt.

use super::slip;
use super::table::{Kind, Popular};
use crate::check::{Check, Place};
use crate::scalar;
use crate::unknown::did_you_mean;
use crate::violation::ViolationKind::UnknownApiVersion;

/// The name of a kind that stands for any.
const ANY: &str = "*";

/// What the table knows about an apiVersion and a kind.
pub(crate) enum Found {
    Known(Kind),
    /// Nothing; that was reported.
    Refused,
    /// Nothing.
    Foreign,
}

/// Finds a kind, and reports it if it is a misspelling of one.
pub(crate) fn find(
    check: &mut Check,
    popular: &Popular,
    api_version: &str,
    name: &str,
    place: &Place<'_>,
) -> Found {
    let any = || popular.kind(api_version, ANY);
    if let Some(kind) = popular.kind(api_version, name).or_else(any) {
        return Found::Known(kind);
    }
    let Some((group, version)) = api_version.rsplit_once('/') else {
        return Found::Foreign;
    };
    let own = || popular.of_group(group);
    if own().next().is_none() {
        return other_group(check, popular, api_version, name, place);
    }
    let named = own().filter(|kind| popular.is_named(kind, name));
    let versions = named.map(|kind| popular.text(kind.api_version));
    if let Some(last) = versions.clone().last() {
        if is_version(version) {
            // A version that is not known here may well be served.
            return Found::Foreign;
        }
        let nearest = suggest::nearest(api_version, versions).unwrap_or(last);
        let message = format!("{} is not a valid API version", scalar::quoted(version));
        refuse(check, &place.key("apiVersion"), message, nearest);
        return Found::Refused;
    }
    let meant = slip::meant(name, own().map(|kind| popular.text(kind.name)));
    // Where not all kinds are known, similar names can be names of others.
    let is_sure = |meant: &&str| {
        let mut meant = own().filter(|kind| popular.is_named(kind, meant));
        meant
            .any(|kind| !kind.is_old || suggest::distance(name, popular.text(kind.name)) == Some(1))
    };
    match meant.filter(is_sure) {
        Some(meant) => {
            let quoted = scalar::quoted(name);
            let message = format!(
                "there is no kind {quoted} in {}",
                scalar::quoted(api_version)
            );
            refuse(check, &place.key("kind"), message, meant);
            Found::Refused
        }
        None => Found::Foreign,
    }
}

/// Reports an apiVersion whose group is the misspelling of one that has the kind.
fn other_group(
    check: &mut Check,
    popular: &Popular,
    api_version: &str,
    name: &str,
    place: &Place<'_>,
) -> Found {
    let named = popular.kinds().filter(|kind| popular.is_named(kind, name));
    let known = named.map(|kind| popular.text(kind.api_version));
    match slip::meant(api_version, known) {
        Some(meant) => {
            let message = format!("there is no {}", scalar::quoted(api_version));
            refuse(check, &place.key("apiVersion"), message, meant);
            Found::Refused
        }
        None => Found::Foreign,
    }
}

fn refuse(check: &mut Check, place: &Place<'_>, message: String, meant: &str) {
    check.report(UnknownApiVersion, place, message, Some(did_you_mean(meant)));
}

/// `v1`, `v1beta2`
fn is_version(text: &str) -> bool {
    let number = |text: &str| {
        let digits = text.trim_start_matches(|c: char| c.is_ascii_digit());
        (digits.len() < text.len()).then_some(digits.len())
    };
    let Some(rest) = text.strip_prefix('v') else {
        return false;
    };
    let Some(left) = number(rest) else {
        return false;
    };
    let stage = rest.get(rest.len() - left..).unwrap_or_default();
    let stage = stage.strip_prefix("alpha").or(stage.strip_prefix("beta"));
    left == 0 || stage.is_some_and(|stage| number(stage) == Some(0))
}
