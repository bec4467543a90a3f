//! A chart at its place among the charts that it is rendered with.

use std::cmp::Reverse;
use std::sync::Arc;

use go_template::{Parsed, SourceId, parse, satisfies};
use manifest::{Budget, Exceeded, Unit};

use super::{Dependency, Package};

/// How many times its length a template takes once it is parsed.
const PARSED: usize = 4;

/// A chart under the name that its parent gives it.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) package: Arc<Package>,
    /// Its name, or alias.
    pub(crate) name: Arc<str>,
    /// Its path as Helm names it: `app/charts/db`.
    pub(crate) path: Arc<str>,
    /// Whether Helm applies aliases and conditions of its dependencies: it does not look below
    /// a chart that declares none.
    pub(crate) resolves: bool,
    pub(crate) templates: Vec<PartTemplate>,
    /// The subcharts that may take part, in Helm's order.
    pub(crate) children: Vec<Part>,
}

/// A template under its full name.
#[derive(Debug)]
pub(crate) struct PartTemplate {
    /// Such as `app/charts/db/templates/service.yaml`.
    pub(crate) name: Arc<str>,
    pub(crate) parsed: Parsed,
}

impl PartTemplate {
    /// Whether only definitions stand in it.
    pub(crate) fn is_partial(&self) -> bool {
        base(&self.name).starts_with('_')
    }
}

impl Part {
    /// A chart that is no subchart.
    ///
    /// # Errors
    /// It and its subcharts, under all of their names, are too many or too large.
    pub(super) fn root(package: &Arc<Package>, budget: &Budget) -> Result<Self, Exceeded> {
        let name = &package.metadata.name;
        Self::new(package, name, Arc::from(&**name), true, budget)
    }

    fn new(
        package: &Arc<Package>,
        name: &str,
        path: Arc<str>,
        resolves: bool,
        budget: &Budget,
    ) -> Result<Self, Exceeded> {
        let texts = package.templates.iter().map(|one| one.content.len());
        budget.spend(Unit::Charts, 1)?;
        budget.spend(Unit::Bytes, texts.sum::<usize>().saturating_mul(PARSED))?;
        let child = |package: &Arc<Package>, name: &str, resolves| {
            let path = format!("{path}/charts/{name}");
            Self::new(package, name, path.into(), resolves, budget)
        };
        let subcharts = &package.subcharts;
        let children: Result<Vec<Self>, Exceeded> = match &package.dependencies {
            Some(declared) if resolves => {
                let pairs = declared.len().saturating_mul(subcharts.len());
                budget.spend(Unit::Steps, pairs)?;
                let is_declared = |sub: &&Arc<Package>| declared.iter().any(|one| is_it(one, sub));
                let others = subcharts.iter().filter(|sub| !is_declared(sub));
                let others = others.map(|sub| child(sub, &sub.metadata.name, true));
                let found = declared.iter().filter_map(|one| {
                    let sub = subcharts.iter().find(|sub| is_it(one, sub))?;
                    Some(child(sub, one.values_key(), true))
                });
                others.chain(found).collect()
            }
            _ => {
                let all = subcharts.iter();
                all.map(|sub| child(sub, &sub.metadata.name, false))
                    .collect()
            }
        };
        let templates = package
            .templates
            .iter()
            .filter(|t| !package.metadata.is_library || base(&t.name).starts_with('_'))
            .map(|template| {
                let name: Arc<str> = format!("{path}/{}", template.name).into();
                let id = SourceId(template.text);
                let parsed = parse(id, name.clone(), template.content.clone());
                PartTemplate { name, parsed }
            })
            .collect();
        Ok(Self {
            package: package.clone(),
            name: name.into(),
            path,
            resolves,
            templates,
            children: children?,
        })
    }

    /// The templates of the chart and its subcharts.
    pub(super) fn templates_below(&self) -> Vec<&PartTemplate> {
        let own = self.templates.iter();
        own.chain(self.children.iter().flat_map(Self::templates_below))
            .collect()
    }
}

/// Whether a chart is what a dependency asks for.
fn is_it(declared: &Dependency, chart: &Package) -> bool {
    let version = &chart.metadata.version;
    chart.metadata.name == declared.name && satisfies(version, &declared.version).unwrap_or(false)
}

/// Templates in the order in which Helm parses and renders them: the deepest first, and in
/// reverse order of their names. Of definitions of the same name the last one counts.
pub(crate) fn in_order(mut templates: Vec<&PartTemplate>) -> Vec<&PartTemplate> {
    templates.sort_by_key(|template| {
        let depth = memchr::memchr_iter(b'/', template.name.as_bytes()).count();
        Reverse((depth, &template.name))
    });
    templates
}

/// The last part of a path.
pub(crate) fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
