//! What templates are given.

use std::rc::Rc;

use go_template::{Data, Entry, List, Map, MapType, Tag, Value};

use crate::chart::{Dependency, Found, Part};
use crate::object::{VALUES, capabilities, files};
use crate::values::{Instance, Places, table};
use crate::{Capabilities, Release};

/// The data of one chart's templates.
#[derive(Debug)]
pub(crate) struct ChartData<'a> {
    pub(crate) part: &'a Part,
    /// What `.` is in its templates.
    pub(crate) data: Value,
    /// What `.Values` is.
    pub(crate) values: Rc<Map>,
    folder: String,
}

impl ChartData<'_> {
    /// Whether a template of this full name is the chart's own.
    pub(super) fn owns(&self, template: &str) -> bool {
        template.starts_with(&self.folder)
    }

    /// Tells the templates which one is rendered.
    pub(super) fn begin(&self, template: &str) {
        let about = Map::new(VALUES);
        about.set("Name", template.into());
        about.set("BasePath", self.folder.trim_end_matches('/').into());
        if let Data::Map(map) = &self.data.data {
            map.set("Template", about.into());
        }
    }
}

/// Makes the data of a chart and its subcharts.
pub(super) struct Builder<'a, 'p, 'b> {
    release: Value,
    capabilities: Value,
    places: &'p mut Places<'b>,
    charts: Vec<ChartData<'a>>,
}

impl<'a, 'p, 'b> Builder<'a, 'p, 'b> {
    pub(super) fn new(
        release: &Release,
        cluster: &Capabilities,
        places: &'p mut Places<'b>,
    ) -> Self {
        let mut text = |text: &str, place: &Option<manifest::Src>| match place {
            // The bytes are those of the scalar only if that holds nothing else.
            Some(src) if src.text() == text => Value::from(text).tagged(places.place(src)),
            Some(src) => placed(text, places.place(src)),
            None => Value::from(text),
        };
        let release = Value::from_iter([
            ("Name", text(&release.name, &release.name_place)),
            (
                "Namespace",
                text(&release.namespace, &release.namespace_place),
            ),
            ("IsUpgrade", release.is_upgrade.into()),
            ("IsInstall", (!release.is_upgrade).into()),
            ("Revision", 1i64.into()),
            ("Service", "Helm".into()),
        ]);
        Self {
            release,
            capabilities: capabilities(cluster),
            places,
            charts: Vec::new(),
        }
    }

    /// The data of a chart, whose values these are.
    pub(super) fn build(&mut self, chart: &Instance<'a>, values: &Rc<Map>) {
        self.chart(chart, Rc::new(values.as_type(VALUES)), true);
    }

    pub(super) fn finish(self) -> Vec<ChartData<'a>> {
        self.charts
    }

    fn chart(&mut self, chart: &Instance<'a>, values: Rc<Map>, is_root: bool) -> Value {
        let data = Rc::new(Map::new(VALUES));
        let subcharts = Rc::new(Map::default());
        data.set("Chart", self.metadata(chart, is_root));
        data.set("Files", files(&chart.part.package.files));
        data.set("Release", self.release.clone());
        data.set("Capabilities", self.capabilities.clone());
        data.set("Values", values.clone().into());
        data.set("Subcharts", subcharts.clone().into());
        for child in &chart.children {
            let below = match table(&values, &child.part.name) {
                Some(below) => below.as_type(VALUES),
                None => Map::new(VALUES),
            };
            let below = Rc::new(below);
            subcharts.set(&*child.part.name, self.chart(child, below, false));
        }
        for lacking in &chart.dependencies {
            let key = lacking.values_key();
            if matches!(lacking.found, Found::Missing(_)) && subcharts.get(key).is_none() {
                subcharts.set(key, self.unavailable(key, &values));
            }
        }
        let data = Value::from(data);
        self.charts.push(ChartData {
            part: chart.part,
            data: data.clone(),
            values,
            folder: format!("{}/templates/", chart.part.path),
        });
        data
    }

    /// What stands for a chart that is not there. Only its name, the values that it is given and
    /// the release are known; anything else that is read of it may be anything.
    fn unavailable(&self, name: &str, values: &Rc<Map>) -> Value {
        let about = Map::new(VALUES);
        about.set("Name", name.into());
        about.set("IsRoot", false.into());
        about.open();
        let below = match table(values, name) {
            Some(below) => below.as_type(VALUES),
            None => Map::new(VALUES),
        };
        below.open();
        let data = Map::new(VALUES);
        data.set("Chart", about.into());
        data.set("Release", self.release.clone());
        data.set("Capabilities", self.capabilities.clone());
        data.set("Values", below.into());
        data.open();
        data.into()
    }

    /// `.Chart`.
    fn metadata(&mut self, chart: &Instance<'_>, is_root: bool) -> Value {
        let part = chart.part;
        let value = self.places.thaw(&part.package.metadata.document);
        let Data::Map(map) = &value.data else {
            return value;
        };
        if let Some(Data::Map(annotations)) = map.get("Annotations").map(|value| value.data) {
            let typed = Map::new(MapType::Str);
            for (key, entry) in annotations.entries() {
                typed.insert(key, entry);
            }
            map.set("Annotations", typed.into());
        }
        if part.name != part.package.metadata.name.as_str().into() {
            let entry = map.entry("Name").unwrap_or_default();
            let tag = entry.value.trace.tag;
            let name = match tag {
                Some(tag) => placed(&part.name, tag),
                None => Value::from(&*part.name),
            };
            map.insert(
                "Name",
                Entry {
                    value: name,
                    ..entry
                },
            );
        }
        let dependencies = chart.dependencies.iter();
        let dependencies = dependencies
            .map(|one| dependency(one, part.resolves))
            .collect();
        map.set("Dependencies", List::new(dependencies).into());
        map.set("IsRoot", is_root.into());
        value
    }
}

/// A text that was made out of what stands somewhere.
fn placed(text: &str, tag: Tag) -> Value {
    Value::text(crate::values::made(text, go_template::Trace::tagged(tag)))
}

fn dependency(of: &Dependency, resolved: bool) -> Value {
    let name = match resolved {
        true => of.values_key(),
        false => &of.name,
    };
    let tags = of.tags.iter().map(|tag| Value::from(&**tag));
    let imports = of.imports.iter().map(|import| {
        let map = Map::new(MapType::Str);
        map.set("child", Value::from(&*import.child));
        map.set("parent", Value::from(&*import.parent));
        Value::from(map)
    });
    Value::from_iter([
        ("Name", name.into()),
        ("Version", Value::from(&*of.version)),
        ("Repository", Value::from(&*of.repository)),
        ("Condition", Value::from(&*of.condition)),
        ("Tags", List::new(tags.collect()).into()),
        ("Enabled", resolved.into()),
        ("ImportValues", List::new(imports.collect()).into()),
        (
            "Alias",
            Value::from(of.alias.as_deref().unwrap_or_default()),
        ),
    ])
}
