//! What a stranger can do to those who read his tree: a file for what each part of the program
//! reads, a function for each kind of trick.

mod application;
mod chart;
mod configuration;
mod definition;
mod git;
mod ignores;
mod kustomization;
mod link;
mod patch;
mod policy;
mod schema;
mod secret;
mod yaml;

use super::tree::Tree;
use crate::random::Random;

/// Adds a trick to a tree, with parameters of its own.
pub(super) type Class = fn(&mut Random, &mut Tree);

/// All of them, by name.
pub(super) fn all() -> Vec<(&'static str, Class)> {
    [
        application::CLASSES,
        chart::CLASSES,
        configuration::CLASSES,
        definition::CLASSES,
        git::CLASSES,
        ignores::CLASSES,
        kustomization::CLASSES,
        link::CLASSES,
        patch::CLASSES,
        policy::CLASSES,
        schema::CLASSES,
        secret::CLASSES,
        yaml::CLASSES,
    ]
    .concat()
}

/// A ConfigMap with one entry.
fn settings(name: &str, value: &str) -> String {
    format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{key: '{value}'}}\n"
    )
}

/// A function for each number, one after the other.
fn each(count: usize, text: impl Fn(usize) -> String) -> String {
    (0..count).map(text).collect()
}
