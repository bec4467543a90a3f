//! Credentials that everyone who can read the repository can read.
//!
//! [`forms`] knows credentials by what they look like, [`names`] by what they are called, and
//! [`values`] tells what stands for a credential from one; [`pairs`] knows access keys, of which
//! only one half is to be kept. [`texts`] reads the settings inside of
//! texts, such as `.env` files and JSON. [`public`] knows what stands in Secrets and is none, and
//! [`remarks`] the comments that say that a value is none. [`vault`] knows objects that are filled
//! in from a vault. [`secret`] judges Secrets, of which [`found`] makes findings, [`search`]
//! everything else, be it an object or the values of a chart.

mod base64;
mod forms;
mod found;
mod names;
mod pairs;
mod public;
mod remarks;
mod rules;
mod search;
mod secret;
mod texts;
mod values;
mod vault;

#[cfg(test)]
mod pairs_tests;
#[cfg(test)]
mod tests;

use manifest::{Gvk, View};

use crate::problem::Problem;

pub(crate) use names::is_credential_name;
pub(crate) use rules::RULES;
pub(crate) use secret::unencoded_placeholders;
pub(crate) use values::is_token;
pub(crate) use vault::is_for_vault;

/// The credentials in the values of a chart.
pub fn in_values(values: View<'_>) -> Vec<Problem> {
    search::in_values(values)
}

/// The credentials that an object holds.
pub fn problems(object: View<'_>) -> Vec<Problem> {
    let gvk = Gvk::of(object);
    match (&*gvk.group, &*gvk.kind) {
        ("", "Secret") => secret::problems(object),
        ("apiextensions.k8s.io", _) => Vec::new(),
        _ => search::problems(object, &gvk),
    }
}
