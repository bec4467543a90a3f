//! Which objects a selector means.

use manifest::{Budget, Fault, FaultKind, Gvk, Unit};
use regex::{Regex, RegexBuilder};

use crate::fault;
use crate::kustomization::Selector;
use crate::labels::Requirements;
use crate::objects::Objects;
use crate::resource::Resource;
use crate::text::Text;

/// How large compiled regular expressions may be, in bytes. Nearly all are within the first size;
/// the others cost more.
const SIZES: [usize; 3] = [16 << 10, 128 << 10, 1 << 20];

/// A selector, ready to be asked. Its fields are regular expressions for the whole value.
pub(crate) struct Matcher {
    group: Option<Pattern>,
    version: Option<Pattern>,
    kind: Option<Pattern>,
    name: Option<Pattern>,
    namespace: Option<Pattern>,
    labels: Option<Requirements>,
    annotations: Option<Requirements>,
}

/// A regular expression for a whole value.
pub(crate) enum Pattern {
    /// It has no special characters.
    Plain(Box<str>),
    /// It fits everything.
    All,
    Regex(Regex),
}

impl Pattern {
    pub(crate) fn new(text: &Text, budget: &Budget) -> Result<Self, Fault> {
        let pattern = text.as_str();
        if pattern == ".*" {
            return Ok(Self::All);
        }
        if !pattern.contains(is_special) {
            return Ok(Self::Plain(pattern.into()));
        }
        // It is kept as long as the patch is.
        budget.spend(Unit::Bytes, SIZES[0] / 8 + pattern.len().saturating_mul(16))?;
        compile(&format!("^(?:{pattern})$"), text, budget).map(Self::Regex)
    }

    pub(crate) fn fits(&self, value: &str) -> bool {
        match self {
            Self::Plain(plain) => **plain == *value,
            Self::All => !value.contains('\n'),
            Self::Regex(regex) => regex.is_match(value),
        }
    }
}

fn is_special(c: char) -> bool {
    r".+*?()|[]{}^$\".contains(c)
}

/// Compiles what stands at `text` as a regular expression of bounded size.
pub(crate) fn compile(pattern: &str, text: &Text, budget: &Budget) -> Result<Regex, Fault> {
    let mut wrong = String::new();
    for size in SIZES {
        budget.spend(Unit::Steps, size / 128)?;
        match RegexBuilder::new(pattern).size_limit(size).build() {
            Ok(regex) => return Ok(regex),
            Err(error) => {
                wrong = error.to_string();
                if !matches!(error, regex::Error::CompiledTooBig(_)) {
                    break;
                }
            }
        }
    }
    let reason = wrong.lines().last().unwrap_or_default().trim();
    let message = format!("`{text}` is not a regular expression: {reason}");
    Err(fault::at(FaultKind::Field, message, Some(text.at())))
}

impl Matcher {
    pub(crate) fn new(selector: &Selector, budget: &Budget) -> Result<Self, Fault> {
        let pattern = |field: &Option<Text>| {
            let field = field.as_ref();
            field.map(|text| Pattern::new(text, budget)).transpose()
        };
        let requirements =
            |field: &Option<Text>| field.as_ref().map(Requirements::parse).transpose();
        Ok(Self {
            group: pattern(&selector.group)?,
            version: pattern(&selector.version)?,
            kind: pattern(&selector.kind)?,
            name: pattern(&selector.name)?,
            namespace: pattern(&selector.namespace)?,
            labels: requirements(&selector.labels)?,
            annotations: requirements(&selector.annotations)?,
        })
    }

    /// Whether an object is meant: by the name and namespace it first had, or has now.
    pub(crate) fn fits(&self, resource: &Resource) -> bool {
        let fits = |pattern: &Option<Pattern>, value: &str| {
            pattern.as_ref().is_none_or(|pattern| pattern.fits(value))
        };
        let now = resource.key();
        let first = resource.first_key();
        (fits(&self.namespace, first.namespace) || fits(&self.namespace, now.namespace))
            && (fits(&self.name, first.name) || fits(&self.name, now.name))
            && fits(&self.group, now.group)
            && fits(&self.version, now.version)
            && fits(&self.kind, now.kind)
            && fits_map(&self.labels, resource, "labels")
            && fits_map(&self.annotations, resource, "annotations")
    }

    /// What may have been meant by a selector that matches nothing, as advice.
    pub(crate) fn nearest(&self, objects: &Objects) -> Option<String> {
        let plain = |pattern: &Option<Pattern>| match pattern {
            Some(Pattern::Plain(text)) => Some(text.clone()),
            _ => None,
        };
        let of_kind = |resource: &&Resource| {
            let id = resource.id();
            self.kind.as_ref().is_none_or(|kind| kind.fits(id.kind))
        };
        let ids: Vec<_> = objects.iter().filter(of_kind).map(Resource::id).collect();
        let fits = |pattern: &Option<Pattern>, value: &str| {
            pattern.as_ref().is_none_or(|pattern| pattern.fits(value))
        };
        let Some(name) = plain(&self.name) else {
            let kind = plain(&self.kind).filter(|_| ids.is_empty())?;
            let kinds: Vec<&str> = objects.iter().map(|r| r.id().kind).collect();
            let near = suggest::nearest(&kind, kinds.iter().copied())?;
            return Some(format!("did you mean the kind `{near}`?"));
        };
        if let Some(id) = ids.iter().find(|id| *id.name == *name) {
            if !fits(&self.group, id.group) || !fits(&self.version, id.version) {
                let version = id.to_gvk().api_version();
                return Some(format!(
                    "there is one with that name, but its apiVersion is `{version}`"
                ));
            }
            return match (&self.namespace, id.namespace) {
                (Some(_), "") => {
                    Some("there is one with that name, but it has no namespace".into())
                }
                (Some(_), other) => Some(format!(
                    "there is one with that name, but its namespace is `{other}`"
                )),
                (None, _) => None,
            };
        }
        let names: Vec<&str> = ids.iter().map(|id| id.name).collect();
        let near = suggest::nearest(&name, names.iter().copied())?;
        let is_meant = ids.iter().filter(|id| id.name == near);
        let versions: Vec<_> = is_meant.map(|id| id.to_gvk()).collect();
        let is_of_version =
            |gvk: &Gvk| fits(&self.group, &gvk.group) && fits(&self.version, &gvk.version);
        match versions.first() {
            Some(gvk) if !versions.iter().any(is_of_version) => Some(format!(
                "did you mean `{near}`, whose apiVersion is `{}`?",
                gvk.api_version()
            )),
            _ => Some(format!("did you mean `{near}`?")),
        }
    }
}

fn fits_map(requirements: &Option<Requirements>, resource: &Resource, field: &str) -> bool {
    requirements
        .as_ref()
        .is_none_or(|r| r.fits(|key| value_of(resource, field, key)))
}

/// The text of a label or annotation.
pub(crate) fn value_of<'a>(resource: &'a Resource, field: &str, key: &str) -> Option<&'a str> {
    let map = resource.view().get_path(&["metadata", field])?;
    Some(map.get(key)?.text())
}
