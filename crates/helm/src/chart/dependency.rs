//! Charts that a chart depends on.

use manifest::{Dialect, Fault, FaultKind, Scalar, Src, View};

use super::metadata::{content, field, sanitized};

/// A chart that another one declares to depend on.
#[derive(Clone, Debug)]
pub struct Dependency {
    /// The chart's name.
    pub name: String,
    /// Which versions will do.
    pub version: String,
    /// Where it is published: a URL, `file://…`, `@name`, or nothing for a chart in `charts/`.
    pub repository: String,
    /// The name it goes by here, if that is another one.
    pub alias: Option<String>,
    /// Dotted paths of values, separated by commas: the first that is set enables or disables it.
    pub condition: String,
    /// It takes part if one of these keys of `tags` is true, or none is set.
    pub tags: Vec<String>,
    /// Where it is declared.
    pub place: Src,
    /// What was found of it.
    pub found: Found,
    pub(crate) imports: Vec<Import>,
}

/// What was found of a dependency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// It is there.
    Subchart,
    /// It is there in this version, which will not do; Helm takes it nevertheless.
    OtherVersion(String),
    /// It is not there, for this reason.
    Missing(String),
}

/// Values of a subchart that its parent takes over.
#[derive(Clone, Debug)]
pub(crate) struct Import {
    /// Their dotted path in the subchart's values.
    pub(crate) child: String,
    /// The dotted path where they go; `.` is the root.
    pub(crate) parent: String,
    pub(crate) place: Src,
}

impl Dependency {
    /// The name under which its values stand in the parent's.
    pub fn values_key(&self) -> &str {
        self.alias.as_deref().unwrap_or(&self.name)
    }

    /// Whether it comes from somewhere else than this repository.
    pub fn is_remote(&self) -> bool {
        !self.repository.is_empty() && !self.repository.starts_with("file://")
    }
}

/// How many others a chart may depend on: each is compared with every other.
const MOST: usize = 1_000;

/// Reads the entry `dependencies`; none if there is none.
pub(super) fn read(view: View<'_>, faults: &mut Vec<Fault>) -> Option<Vec<Dependency>> {
    let list = field(view, "dependencies")?;
    if list.scalar(Dialect::Kubectl) == Some(Scalar::Null) {
        return None;
    }
    let mut all: Vec<Dependency> = Vec::new();
    for item in list.items() {
        let Some(place) = item.origin() else {
            continue;
        };
        if all.len() == MOST {
            let message = format!("a chart may depend on at most {MOST} others");
            faults.push(Fault::new(FaultKind::Limit, message).at(&place));
            break;
        }
        if !item.is_map() {
            let message =
                "a dependency has to be a mapping with `name`, `version` and `repository`";
            faults.push(Fault::new(FaultKind::Chart, message).at(&place));
            continue;
        }
        let dependency = one(item, place, faults);
        let key = dependency.values_key();
        if let Some(other) = all.iter().find(|other| other.values_key() == key) {
            let message = format!("more than one dependency is named `{key}`");
            let fault = Fault::new(FaultKind::Chart, message)
                .at(&dependency.place)
                .help("give one of them another `alias`")
                .related("the other one", other.place.locate());
            faults.push(fault);
        }
        all.push(dependency);
    }
    Some(all)
}

fn one(item: View<'_>, place: Src, faults: &mut Vec<Fault>) -> Dependency {
    let text = |key| field(item, key).and_then(content).unwrap_or_default();
    let alias = Some(text("alias")).filter(|alias| !alias.is_empty());
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if let Some(alias) = &alias
        && !alias.chars().all(allowed)
    {
        let message =
            format!("the alias `{alias}` has other characters than letters, digits, `_` and `-`");
        faults.push(Fault::new(FaultKind::Chart, message).at(&place));
    }
    let tags = field(item, "tags").into_iter().flat_map(View::items);
    Dependency {
        name: sanitized(&text("name")),
        version: sanitized(&text("version")),
        repository: sanitized(&text("repository")),
        condition: sanitized(&text("condition")),
        tags: tags
            .filter_map(content)
            .map(|tag| sanitized(&tag))
            .collect(),
        found: Found::Missing("it was not looked for".to_owned()),
        imports: imports(item),
        alias,
        place,
    }
}

fn imports(item: View<'_>) -> Vec<Import> {
    let list = field(item, "import-values")
        .into_iter()
        .flat_map(View::items);
    let import = |view: View<'_>| {
        let place = view.origin()?;
        let (child, parent) = match view.is_map() {
            true => {
                let part = |key| view.get(key).and_then(content);
                // Helm prints what is missing.
                let part = |key| part(key).unwrap_or_else(|| "<nil>".to_owned());
                (part("child"), part("parent"))
            }
            false => (format!("exports.{}", content(view)?), ".".to_owned()),
        };
        Some(Import {
            child,
            parent,
            place,
        })
    };
    list.filter_map(import).collect()
}
