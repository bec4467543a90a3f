//! Which subcharts take part, and what they export to their parents.

use std::rc::Rc;

use go_template::{Data, Map, Value};
use manifest::{Fault, FaultKind, Unit};

use super::coalesce::Context;
use super::{Places, coalesce_values, path_value, table};
use crate::chart::{Dependency, Found, Import, Part};

/// A chart as it takes part in one release.
#[derive(Debug)]
pub(crate) struct Instance<'a> {
    /// The chart.
    pub(crate) part: &'a Part,
    /// The subcharts that take part.
    pub(crate) children: Vec<Instance<'a>>,
    /// The declared dependencies that are not disabled.
    pub(crate) dependencies: Vec<&'a Dependency>,
    /// Its own values together with what subcharts export; none as long as nothing is added.
    completed: Option<Rc<Map>>,
}

/// Finds out which subcharts take part, for these values, and takes over what they export.
///
/// # Errors
/// The values of a subchart are no mapping.
pub(crate) fn process<'a>(
    part: &'a Part,
    given: &Rc<Map>,
    places: &mut Places<'_>,
    warnings: &mut Vec<Fault>,
) -> Result<Instance<'a>, Fault> {
    let mut process = Process { places, warnings };
    let mut root = Instance::of(part);
    process.enable(&mut root, given, "")?;
    process.import(&mut root)?;
    Ok(root)
}

impl<'a> Instance<'a> {
    /// The chart with all that it has.
    fn of(part: &'a Part) -> Self {
        Self {
            part,
            children: part.children.iter().map(Self::of).collect(),
            dependencies: part.package.dependencies.iter().flatten().collect(),
            completed: None,
        }
    }

    /// Whether it, or a subchart that takes part, depends on a chart that is not there.
    pub(crate) fn lacks_charts(&self) -> bool {
        let mut dependencies = self.dependencies.iter();
        dependencies.any(|one| matches!(one.found, Found::Missing(_)))
            || self.children.iter().any(Self::lacks_charts)
    }

    /// The chart's own values, shared with nobody.
    pub(crate) fn own_values(&self, places: &mut Places<'_>) -> Rc<Map> {
        if let Some(values) = &self.completed {
            return places.deep_copy(values);
        }
        match &self.part.package.values {
            Some(values) => places.thaw(&values.document).as_map().unwrap_or_default(),
            None => Rc::default(),
        }
    }
}

struct Process<'p, 'b> {
    places: &'p mut Places<'b>,
    warnings: &'p mut Vec<Fault>,
}

impl Process<'_, '_> {
    /// Leaves out what conditions and tags disable.
    fn enable(
        &mut self,
        chart: &mut Instance<'_>,
        given: &Rc<Map>,
        path: &str,
    ) -> Result<(), Fault> {
        // Helm does not look further where no dependency is declared.
        if chart.part.package.dependencies.is_none() || !chart.part.resolves {
            return Ok(());
        }
        if !chart.depends_on_values() {
            return Ok(());
        }
        self.places
            .budget
            .spend(Unit::Steps, chart.dependencies.len())?;
        let values = self.places.deep_copy(given);
        // What it would warn of, it warns of again when all values are put together.
        coalesce_values(chart, &values, self.places, &mut Vec::new())?;
        let disabled: Vec<&str> = chart
            .dependencies
            .iter()
            .filter(|dependency| !self.is_enabled(dependency, &values, path))
            .map(|dependency| dependency.values_key())
            .collect();
        let is_in = |name: &str| !disabled.contains(&name);
        chart.children.retain(|child| is_in(&child.part.name));
        chart.dependencies.retain(|one| is_in(one.values_key()));
        for child in &mut chart.children {
            let path = format!("{path}{}.", child.part.name);
            self.enable(child, &values, &path)?;
        }
        Ok(())
    }

    fn is_enabled(&mut self, dependency: &Dependency, values: &Rc<Map>, path: &str) -> bool {
        let mut enabled = self.by_tags(dependency, values);
        for condition in dependency.condition.trim().split(',') {
            if condition.is_empty() {
                continue;
            }
            match path_value(values, &format!("{path}{condition}")) {
                Some(Value {
                    data: Data::Bool(value),
                    ..
                }) => {
                    enabled = value;
                    break;
                }
                Some(value) => self.no_boolean(condition, &value),
                None => {}
            }
        }
        enabled
    }

    fn by_tags(&mut self, dependency: &Dependency, values: &Rc<Map>) -> bool {
        let Some(tags) = table(values, "tags") else {
            return true;
        };
        let (mut yes, mut no) = (false, false);
        for tag in &dependency.tags {
            match tags.get(tag) {
                Some(Value {
                    data: Data::Bool(value),
                    ..
                }) => {
                    yes |= value;
                    no |= !value;
                }
                Some(value) => self.no_boolean(&format!("tags.{tag}"), &value),
                None => {}
            }
        }
        yes || !no
    }

    fn no_boolean(&mut self, path: &str, value: &Value) {
        let message = format!("`{path}` enables a subchart, but is not a boolean");
        let fault = Fault::new(FaultKind::Values, message);
        let place = value.trace.tag.and_then(|tag| self.places.get(tag));
        self.warnings.push(match place {
            Some(place) => fault.at(place),
            None => fault,
        });
    }

    /// Takes over what subcharts export, innermost first.
    fn import(&mut self, chart: &mut Instance<'_>) -> Result<(), Fault> {
        for child in &mut chart.children {
            self.import(child)?;
        }
        if chart.part.package.dependencies.is_none() {
            return Ok(());
        }
        let all = Rc::new(Map::default());
        let mut context = Context {
            places: self.places,
            warnings: &mut Vec::new(),
            merge: true,
        };
        context.coalesce(chart, &all, "")?;
        let imported = Rc::new(Map::default());
        for dependency in &chart.dependencies {
            for import in &dependency.imports {
                let Import { child, parent, .. } = import;
                let name = match chart.part.resolves {
                    true => dependency.values_key(),
                    false => &dependency.name,
                };
                match table(&all, &format!("{name}.{child}")) {
                    Some(values) => {
                        let values = below(parent, values);
                        context.tables(&imported, &values, "", true);
                    }
                    None => {
                        let message = format!("the subchart `{name}` exports no `{child}`");
                        let fault = Fault::new(FaultKind::Values, message).at(&import.place);
                        self.warnings.push(fault);
                    }
                }
            }
        }
        if imported.is_empty() {
            chart.completed = Some(all);
            return Ok(());
        }
        // What is imported is not to show up wherever the same mapping is shared.
        let all = context.places.deep_copy(&all);
        context.tables(&all, &imported, "", true);
        chart.completed = Some(all);
        Ok(())
    }
}

impl Instance<'_> {
    /// Whether values decide which subcharts take part, here or further down.
    fn depends_on_values(&self) -> bool {
        let decides = |one: &&Dependency| !one.condition.is_empty() || !one.tags.is_empty();
        self.dependencies.iter().any(decides)
            || self.children.iter().any(Instance::depends_on_values)
    }
}

/// The values under a dotted path; `.` is no path.
fn below(path: &str, values: Rc<Map>) -> Rc<Map> {
    if path == "." {
        return values;
    }
    path.rsplit('.').fold(values, |values, key| {
        let map = Map::default();
        map.set(key, values.into());
        Rc::new(map)
    })
}
