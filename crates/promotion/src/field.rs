//! What a field is for, told by where it stands and what it is called: whether it moves with a
//! promotion or belongs to its environment.

mod names;
mod role;

use std::fmt;

use manifest::{Kind, View};

use crate::file::text_of;
use crate::path::{Part, Path, Step};
use crate::version::{is_commit, is_floating, is_pinned};
use crate::walk::is_switch;
use crate::words::words;
pub(crate) use role::Role;

/// What a field is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Field {
    /// An image's tag, or its tag and digest.
    Tag,
    /// An image's digest.
    Digest,
    /// The version of a chart.
    Chart,
    /// A revision of a repository: `targetRevision`, `?ref=`.
    Revision,
    /// Any other version of what is deployed.
    Version,
    /// What an application reads: an environment variable, a ConfigMap's key, a chart's value.
    Setting,
    /// `true` or `false` in a file of values: turned on where somebody wanted it.
    Switch,
    /// How many there are: replicas, workers.
    Count,
    /// CPU, memory, storage, quotas.
    Resources,
    /// Host names, URLs, addresses.
    Host,
    /// Where an image comes from.
    Registry,
    /// A namespace.
    Namespace,
    /// The name of a Secret.
    SecretName,
    /// The name of an environment, a region, a cluster.
    Place,
    /// Identifiers of accounts, projects, buckets.
    Account,
    /// Hardware, nodes, storage classes: which variant runs here.
    Variant,
    /// The name of an object, a selector: what makes it the one it is.
    Identity,
    /// What a file is put together from: resources, patches, files.
    Structure,
    /// What no rule here knows.
    Other,
}

/// What becomes of a field by itself, where nobody says anything and no history tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tendency {
    /// It moves from environment to environment.
    Moves,
    /// It belongs to its environment.
    Stays,
    /// Nothing is known.
    Open,
}

impl Field {
    /// What becomes of it by itself.
    pub fn tendency(self) -> Tendency {
        match self {
            Self::Tag | Self::Digest | Self::Chart | Self::Revision | Self::Version => {
                Tendency::Moves
            }
            Self::Setting | Self::Switch | Self::Structure | Self::Other => Tendency::Open,
            _ => Tendency::Stays,
        }
    }

    /// Its name in messages, without an article.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tag => "image tag",
            Self::Digest => "image digest",
            Self::Chart => "chart version",
            Self::Revision => "revision",
            Self::Version => "version",
            Self::Setting => "setting",
            Self::Switch => "switch",
            Self::Count => "count",
            Self::Resources => "resources",
            Self::Host => "host",
            Self::Registry => "registry",
            Self::Namespace => "namespace",
            Self::SecretName => "Secret name",
            Self::Place => "name of an environment or region",
            Self::Account => "account",
            Self::Variant => "variant",
            Self::Identity => "name",
            Self::Structure => "structure",
            Self::Other => "field",
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a field is for. `values` are what the sides say, as far as they say anything.
pub(crate) fn of(role: &Role, path: &Path, values: &[View<'_>]) -> Field {
    let by_place = by_part(path).or_else(|| role.field(path));
    let found = by_place.unwrap_or_else(|| by_name(path, values));
    match found {
        Field::Tag | Field::Version if !all_scalars(values, is_version) => Field::Setting,
        Field::Digest if !all_scalars(values, |text| text.contains(':') || is_commit(text)) => {
            Field::Setting
        }
        Field::Revision | Field::Chart if !all_scalars(values, |text| !text.is_empty()) => {
            Field::Structure
        }
        Field::Setting if matches!(role, Role::Line(_)) && all_scalars(values, is_release) => {
            Field::Version
        }
        Field::Setting | Field::Other => by_value(found, values),
        found => found,
    }
}

fn by_part(path: &Path) -> Option<Field> {
    match path.parts().last()? {
        Part::Repository => Some(Field::Registry),
        Part::Version => Some(Field::Tag),
        Part::Address => Some(Field::Structure),
        Part::Revision => Some(Field::Revision),
        Part::Value => None,
    }
}

/// The name that says what a value is: the key, the name of the variable or parameter, what
/// stands before `=`.
pub(crate) fn telling_name(path: &Path) -> &str {
    let mut steps = path.steps().iter().rev().peekable();
    while let Some(step) = steps.next() {
        match step {
            Step::Part(_) | Step::Inside => {}
            Step::Key(key) if matches!(&**key, "value" | "valueFrom" | "values" | "default") => {
                match steps.peek() {
                    Some(Step::Item(item)) => return item.name(),
                    _ => return key,
                }
            }
            Step::Key(key) => return key,
            Step::Item(item) if item.by.is_name() => return item.name(),
            Step::Item(_) | Step::Document(_) => {}
        }
    }
    ""
}

fn by_name(path: &Path, values: &[View<'_>]) -> Field {
    let name = telling_name(path);
    // A parameter `api.image.tag` is named as the path is that it sets.
    let name = name.rsplit('.').next().unwrap_or(name);
    let own = words(name);
    let is_scalar = |value: &View<'_>| value.kind() == Kind::Scalar;
    let found = match values.iter().all(is_scalar) {
        true => names::of(&own),
        // `env` names an environment, and a list of variables.
        false => names::of_all_below(&own),
    };
    if let Some(field) = found {
        return field;
    }
    let above = path.names().rev().filter(|above| *above != name);
    if let Some(field) = above
        .map(words)
        .find_map(|words| names::of_all_below(&words))
    {
        return field;
    }
    match values.first() {
        Some(value) if value.kind() == Kind::Scalar && is_bool(*value) => Field::Switch,
        _ => Field::Setting,
    }
}

/// Whether it is a boolean of YAML, and no text that says `true`.
fn is_bool(value: View<'_>) -> bool {
    value.as_str().is_none() && is_switch(value.text())
}

/// What a value says of a field that has no telling name.
fn by_value(found: Field, values: &[View<'_>]) -> Field {
    if !values.is_empty() && all_scalars(values, is_host) {
        return Field::Host;
    }
    found
}

fn all_scalars(values: &[View<'_>], is: impl Fn(&str) -> bool) -> bool {
    values
        .iter()
        .all(|value| value.kind() == Kind::Scalar && is(text_of(*value)))
}

fn is_version(text: &str) -> bool {
    is_pinned(text) || is_floating(text)
}

/// What can hardly be anything but a version: `1.2.3`, `v7`, a commit.
fn is_release(text: &str) -> bool {
    let starts = text.starts_with(|c: char| c == 'v' || c.is_ascii_digit());
    is_commit(text) || (is_pinned(text) && starts && (text.starts_with('v') || text.contains('.')))
}

/// URLs with a host, e-mail addresses, host names of three parts or more, IP addresses.
fn is_host(text: &str) -> bool {
    let text = text.trim_matches(['"', '\'']);
    if text.contains(char::is_whitespace) {
        return false;
    }
    if let Some((scheme, rest)) = text.split_once("://") {
        return !rest.is_empty()
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '+');
    }
    let host = text.rsplit('@').next().unwrap_or(text);
    let host = host.split([':', '/']).next().unwrap_or(host);
    let labels: Vec<&str> = host.split('.').collect();
    let is_label = |label: &&str| {
        !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    if !labels.iter().all(is_label) {
        return false;
    }
    let is_address = labels.len() == 4 && labels.iter().all(|label| label.parse::<u8>().is_ok());
    let top = labels
        .last()
        .is_some_and(|label| label.len() >= 2 && label.chars().all(|c| c.is_ascii_alphabetic()));
    let is_name = labels.len() >= 3 && top && host.chars().any(|c| c.is_ascii_alphabetic());
    is_address || is_name || (text.contains('@') && labels.len() >= 2 && top)
}

/// Whether a field holds the name of an image.
pub(crate) fn holds_image(path: &Path) -> bool {
    let own = words(telling_name(path));
    let is_list = path.last_key() == Some("images");
    is_list || own.last().is_some_and(|word| word == "image")
}

/// Whether a setting that is new says something, and turns nothing on or off.
pub(crate) fn is_plain_setting(value: View<'_>) -> bool {
    match value.kind() {
        Kind::Map => value.entries().all(|entry| is_plain_setting(entry.value)),
        Kind::Seq => value.items().all(is_plain_setting),
        _ => !value.is_null() && !is_bool(value),
    }
}

/// What the fields inside a mapping are for, as far as their names tell.
pub(crate) fn fields_below(role: &Role, path: &Path, value: View<'_>) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut open = vec![(path.clone(), value)];
    while let Some((path, value)) = open.pop() {
        for entry in value.entries() {
            let path = path.with(Step::Key(entry.key.text().into()));
            match entry.value.kind() {
                Kind::Map => open.push((path, entry.value)),
                _ => fields.push(of(role, &path, &[entry.value])),
            }
        }
    }
    fields
}

/// Whether what the source alone has is a setting that the new version may need.
pub(crate) fn is_configuration(role: &Role, path: &Path) -> bool {
    role.is_configuration(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        for text in [
            "https://api.dev.example",
            "\"ldaps://a.b\"",
            "data-int.lsst.cloud",
            "10.1.2.3",
            "kafka.dev.svc:9092",
            "me@corp.example",
            "gs://bucket/x",
            "a.b.c.example/path",
        ] {
            assert!(is_host(text), "{text}");
        }
        for text in [
            "1.2.3",
            "a b.c.d",
            "config.json",
            "v1.2.3-rc.1",
            "app",
            "",
            "1.2.3.4.5",
        ] {
            assert!(!is_host(text), "{text}");
        }
    }
}
