//! `Chart.yaml`.

use std::sync::Arc;

use go_template::{Text, is_version};
use manifest::{Dialect, Fault, FaultKind, Scalar, Source, Src, View};
use spanned_yaml::for_yaml;

use super::dependency::{self, Dependency};
use crate::values::document::{Cell, Data, Document, Entry};

/// What `Chart.yaml` says.
#[derive(Debug)]
pub(crate) struct Metadata {
    /// The file.
    pub(crate) source: Arc<Source>,
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) app_version: Option<String>,
    /// Which versions of Kubernetes it is made for.
    pub(crate) kube_version: Option<(String, Src)>,
    pub(crate) is_library: bool,
    /// Whether it is of the format before dependencies stood in `Chart.yaml`.
    pub(crate) is_first_format: bool,
    /// What templates see as `.Chart`, dependencies aside.
    pub(crate) document: Arc<Document>,
}

/// The texts of `Chart.yaml`, under their names there and in `.Chart`. Of the last ones, white
/// space becomes spaces.
const TEXTS: &[(&str, &str)] = &[
    ("name", "Name"),
    ("home", "Home"),
    ("version", "Version"),
    ("description", "Description"),
    ("icon", "Icon"),
    ("apiVersion", "APIVersion"),
    ("condition", "Condition"),
    ("tags", "Tags"),
    ("appVersion", "AppVersion"),
    ("kubeVersion", "KubeVersion"),
    ("type", "Type"),
];

impl Metadata {
    /// Reads the file, and what it declares to depend on; none if nothing is declared.
    pub(super) fn read(
        source: &Arc<Source>,
    ) -> Result<(Self, Option<Vec<Dependency>>), Vec<Fault>> {
        let document = super::document(source)?;
        let view = document.view();
        let mut reader = Reader::default();
        let mut entries = Vec::new();
        for (key, name) in TEXTS {
            let text = field(view, key);
            let mut cell = reader.text(text, !matches!(*key, "version" | "apiVersion" | "type"));
            if *key == "apiVersion" && text.and_then(content).unwrap_or_default().is_empty() {
                cell.data = Data::Text(Text::from("v1"));
            }
            entries.push(entry(name, cell));
        }
        for (key, name) in [("sources", "Sources"), ("keywords", "Keywords")] {
            let items = field(view, key).into_iter().flat_map(View::items);
            let items = items.map(|item| reader.text(Some(item), true)).collect();
            entries.push(entry(
                name,
                reader.cell(field(view, key), Data::List(items)),
            ));
        }
        let maintainers = field(view, "maintainers");
        let people = maintainers.into_iter().flat_map(View::items);
        let people = people.map(|person| {
            let parts = [("name", "Name"), ("email", "Email"), ("url", "URL")];
            let parts = parts.map(|(key, name)| entry(name, reader.text(field(person, key), true)));
            reader.cell(Some(person), Data::Map(parts.into()))
        });
        let people = Data::List(people.collect());
        entries.push(entry("Maintainers", reader.cell(maintainers, people)));
        let deprecated = field(view, "deprecated").and_then(|v| v.scalar(Dialect::Kubectl));
        let deprecated = Data::Bool(deprecated == Some(Scalar::Bool(true)));
        entries.push(entry("Deprecated", reader.cell(None, deprecated)));
        let annotations = field(view, "annotations");
        let notes = annotations.into_iter().flat_map(View::entries);
        let notes = notes.map(|note| Entry {
            key: note.key.text().into(),
            place: reader.place(Some(note.key)),
            value: reader.text(Some(note.value), false),
        });
        let notes = Data::Map(notes.collect());
        entries.push(entry("Annotations", reader.cell(annotations, notes)));

        let dependencies = dependency::read(view, &mut reader.faults);
        let text = |key| field(view, key).and_then(content).unwrap_or_default();
        let metadata = Self {
            source: source.clone(),
            name: sanitized(&text("name")),
            version: text("version"),
            app_version: field(view, "appVersion").and_then(content),
            kube_version: field(view, "kubeVersion")
                .and_then(|view| Some((content(view)?, view.origin()?)))
                .filter(|(text, _)| !text.is_empty()),
            is_library: text("type").eq_ignore_ascii_case("library"),
            is_first_format: matches!(&*text("apiVersion"), "" | "v1"),
            document: Arc::new(Document {
                roots: vec![Cell {
                    place: None,
                    data: Data::Map(entries),
                }],
                places: reader.places,
            }),
        };
        let mut faults = reader.faults;
        metadata.check(view, &text("type"), &mut faults);
        if faults.is_empty() {
            Ok((metadata, dependencies))
        } else {
            Err(faults)
        }
    }

    fn check(&self, view: View<'_>, kind: &str, faults: &mut Vec<Fault>) {
        let mut fault = |key: &str, message: String, help: &str| {
            let place = field(view, key).or(Some(view)).and_then(View::origin);
            let fault = Fault::new(FaultKind::Chart, message).help(help);
            faults.push(match place {
                Some(place) => fault.at(&place),
                None => fault.at_location(self.source.locate(spanned_yaml::Span::new(0, 0))),
            });
        };
        if self.name.is_empty() {
            let help = "add `name:` with the name of the chart's folder";
            fault("name", "the chart has no name".to_owned(), help);
        } else if self.name.contains('/') || matches!(&*self.name, "." | "..") {
            let message = format!("`{}` cannot be the name of a chart", self.name);
            fault("name", message, "use letters, digits and dashes");
        }
        if self.version.is_empty() {
            let help = "add `version:` with a semantic version such as `1.0.0`";
            fault("version", "the chart has no version".to_owned(), help);
        } else if !is_version(&self.version) {
            let message = format!("`{}` is not a semantic version", self.version);
            fault("version", message, "write it as `1.2.3`");
        }
        if !matches!(kind, "" | "application" | "library") {
            let message = format!("`{kind}` is not a chart type");
            fault("type", message, "use `application` or `library`");
        }
    }
}

#[derive(Default)]
struct Reader {
    places: Vec<Src>,
    faults: Vec<Fault>,
}

impl Reader {
    fn place(&mut self, view: Option<View<'_>>) -> Option<u32> {
        self.places.push(view?.origin()?);
        u32::try_from(self.places.len() - 1).ok()
    }

    fn cell(&mut self, view: Option<View<'_>>, data: Data) -> Cell {
        let place = self.place(view);
        Cell { place, data }
    }

    fn text(&mut self, view: Option<View<'_>>, sanitize: bool) -> Cell {
        let Some(view) = view else {
            return self.cell(None, Data::Text(Text::from("")));
        };
        let Some(text) = content(view) else {
            let fault = Fault::new(FaultKind::Chart, "this has to be text");
            self.faults.push(match view.origin() {
                Some(place) => fault.at(&place),
                None => fault,
            });
            return self.cell(Some(view), Data::Null);
        };
        let text = if sanitize { sanitized(&text) } else { text };
        let data = match text == view.text() {
            true => Data::Text(Text::from(text)),
            false => Data::Made(text.into()),
        };
        self.cell(Some(view), data)
    }
}

fn entry(name: &str, value: Cell) -> Entry {
    Entry {
        key: name.into(),
        place: None,
        value,
    }
}

/// The value of an entry; Helm does not insist on capital and small letters.
pub(super) fn field<'a>(view: View<'a>, key: &str) -> Option<View<'a>> {
    view.get(key).or_else(|| {
        let mut entries = view.entries();
        let like = entries.find(|entry| entry.key.text().eq_ignore_ascii_case(key));
        like.map(|entry| entry.value)
    })
}

/// A scalar as text, whatever YAML takes it for; none if it is a collection.
pub(super) fn content(view: View<'_>) -> Option<String> {
    Some(match view.scalar(Dialect::Kubectl)? {
        Scalar::Null => String::new(),
        Scalar::Bool(value) => value.to_string(),
        Scalar::Int(value) => value.to_string(),
        Scalar::Uint(value) => value.to_string(),
        // Helm writes it with the precision of 32 bits.
        Scalar::Float(value) => for_yaml(format!("{:e}", value as f32).parse().unwrap_or(value)),
        Scalar::Str(text) => text.into_owned(),
    })
}

/// White space as spaces, and nothing that does not print.
pub(super) fn sanitized(text: &str) -> String {
    let spaced = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c });
    spaced.filter(|c| !c.is_control()).collect()
}
