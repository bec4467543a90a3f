//! Files to charts.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use go_template::{Text, satisfies};
use manifest::{
    Budget, Fault, FaultKind, Kept, Place, Snapshot, Source, Src, Unit, View, normalize,
};
use rustc_hash::FxHashMap;
use spanned_yaml::{NodeId, Span, Tree};

use super::files::{File, Refused, Room};
use super::metadata::Metadata;
use super::schema::Schema;
use super::{Dependency, Found, Lock, Shelf, archive, dependency, files, hidden};
use crate::render::speaks_of_secret;
use crate::values::Document;

/// How deeply subcharts may nest.
const DEPTH: usize = 12;

/// What one `Chart.yaml` stands for. Where it is used under two names, they share it.
#[derive(Debug)]
pub(crate) struct Package {
    pub(crate) metadata: Metadata,
    pub(crate) values: Option<Values>,
    pub(crate) schema: Option<Schema>,
    /// None if no dependencies are declared, which for Helm is not the same as an empty list.
    pub(crate) dependencies: Option<Vec<Dependency>>,
    pub(crate) lock: Lock,
    pub(crate) templates: Vec<Template>,
    /// What templates see as `.Files`.
    pub(crate) files: Arc<[(Arc<str>, Text)]>,
    /// Custom resource definitions that are installed first.
    pub(crate) crds: Vec<(String, Arc<Source>)>,
    pub(super) subcharts: Vec<Arc<Package>>,
}

/// A chart's own values.
#[derive(Debug)]
pub(crate) struct Values {
    pub(crate) source: Arc<Source>,
    pub(crate) document: Arc<Document>,
}

/// A file in `templates/`.
#[derive(Debug)]
pub(crate) struct Template {
    /// Its path from the chart's folder.
    pub(super) name: String,
    /// Its number among all texts.
    pub(super) text: u32,
    pub(super) content: Text,
}

impl Package {
    /// Dependencies without which Helm renders nothing.
    pub(super) fn missing(&self) -> Vec<Fault> {
        let dependencies = self.dependencies.iter().flatten();
        let missing = dependencies.filter_map(|one| match &one.found {
            Found::Missing(why) => Some((one, why)),
            _ => None,
        });
        missing
            .map(|(one, why)| {
                let kind = match one.is_remote() {
                    true => FaultKind::Remote,
                    false => FaultKind::Chart,
                };
                let (name, version) = (&one.name, &one.version);
                let message = format!("the chart {name} {version} is not available: {why}");
                let folder = self
                    .metadata
                    .source
                    .path()
                    .parent()
                    .unwrap_or(Utf8Path::new(""));
                let entry = View::Src(&one.place.source, one.place.node);
                let named = entry.get("name").and_then(View::origin);
                Fault::new(kind, message)
                    .at(named.as_ref().unwrap_or(&one.place))
                    .help(match folder.as_str() {
                        "" => "vendor it: `helm dependency build .`".to_owned(),
                        folder => format!("vendor it: `helm dependency build {folder}`"),
                    })
            })
            .collect()
    }
}

/// Reads charts.
pub(super) struct Loader<'a> {
    snapshot: &'a dyn Snapshot,
    shelf: &'a Shelf,
    room: Room<'a>,
    /// The texts of templates, in the order of their numbers.
    pub(super) texts: Vec<Arc<Source>>,
    /// Folders under way: a chart may depend on itself.
    open: Vec<Utf8PathBuf>,
    /// Charts that stand elsewhere in the repository, by their folders and by what asked for
    /// them: however many depend on one, it is read once.
    elsewhere: FxHashMap<(Utf8PathBuf, Option<Asked>), Arc<Package>>,
}

/// What asks for a chart: the address of a source, which stays as long as charts are read, and a
/// node in it.
type Asked = (usize, NodeId);

impl<'a> Loader<'a> {
    pub(super) fn new(snapshot: &'a dyn Snapshot, shelf: &'a Shelf, budget: &'a Budget) -> Self {
        Self {
            snapshot,
            shelf,
            room: Room::new(budget),
            texts: Vec::new(),
            open: Vec::new(),
            elsewhere: FxHashMap::default(),
        }
    }

    /// Reads the chart at a path, which may be asked for by something that users own.
    pub(super) fn load(
        &mut self,
        path: &Utf8Path,
        by: Option<Src>,
    ) -> Result<Arc<Package>, Vec<Fault>> {
        let fault = |kind, message: String| match &by {
            Some(by) => vec![Fault::new(kind, message).at(by)],
            None => vec![Fault::new(kind, message)],
        };
        let files = match self.snapshot.kept(path) {
            Kept::Folder => files::read(self.snapshot, path, &mut self.room)
                .map_err(|faults| asked_by(faults, by.as_ref()))?,
            Kept::File => match self.snapshot.bytes(path) {
                Ok(bytes) => archive::read(&bytes, path, &mut self.room)
                    .map_err(|refused| vec![unpacked(refused, path, by.as_ref())])?,
                Err(error) => return Err(fault(FaultKind::Missing, format!("{path}: {error}"))),
            },
            Kept::Nothing => {
                let message = format!("there is no chart at {path}");
                return Err(fault(FaultKind::Missing, message));
            }
            Kept::Outside => {
                let message = format!("{path} is outside the repository");
                return Err(fault(FaultKind::Outside, message));
            }
        };
        let in_archive = self.snapshot.kept(path) == Kept::File;
        self.open.push(self.snapshot.real(path));
        let package = self.package(path, files, by.as_ref(), in_archive);
        self.open.pop();
        package.map(Arc::new)
    }

    fn package(
        &mut self,
        path: &Utf8Path,
        files: Vec<File>,
        by: Option<&Src>,
        in_archive: bool,
    ) -> Result<Package, Vec<Fault>> {
        if let Err(exceeded) = self.room.budget.spend(Unit::Charts, 1) {
            return Err(asked_by(exceeded.into(), by));
        }
        let origin = Origin {
            snapshot: self.snapshot,
            by,
            in_archive,
        };
        let named = |name: &str| files.iter().find(|file| file.name == name);
        let Some(chart) = named("Chart.yaml") else {
            let fault = Fault::new(FaultKind::Chart, format!("{path} has no Chart.yaml"));
            return Err(vec![match by {
                Some(by) => fault.at(by),
                None => fault,
            }]);
        };
        let (metadata, mut dependencies) = Metadata::read(&origin.source(chart))?;
        if let Some(requirements) = named("requirements.yaml") {
            let source = origin.source(requirements);
            let documents = super::documents(&source)?;
            // One of comments alone asks for nothing.
            if documents.first().is_some_and(|root| !root.view().is_null()) {
                let document = super::document(&source)?;
                let mut faults = Vec::new();
                dependencies = dependency::read(document.view(), &mut faults).or(dependencies);
                if !faults.is_empty() {
                    return Err(faults);
                }
            }
        }
        let values = match named("values.yaml") {
            Some(file) => {
                let values = self.values(&origin, file);
                Some(values.map_err(|faults| unread_values(faults, &files, by))?)
            }
            None => None,
        };
        let lock = named("Chart.lock").or_else(|| named("requirements.lock"));
        let lock = lock.map(|file| origin.source(file));
        let lock = Lock::compare(lock.as_ref(), dependencies.as_deref().unwrap_or_default());
        let mut package = Package {
            schema: named("values.schema.json").map(|file| Schema::new(origin.source(file))),
            metadata,
            values,
            dependencies,
            lock,
            templates: Vec::new(),
            files: Arc::new([]),
            crds: Vec::new(),
            subcharts: Vec::new(),
        };
        let mut others = Vec::new();
        let mut below = Vec::new();
        for file in files {
            if file.name.starts_with("templates/") {
                let template = self.template(&origin, file)?;
                package.templates.push(template);
            } else if let Some(name) = file.name.strip_prefix("charts/")
                && !file.name.ends_with(".prov")
            {
                let name = name.to_owned();
                below.push(File { name, ..file });
            } else if !is_own(&file.name, &package.metadata) {
                if is_crd(&file.name) {
                    package.crds.push((file.name.clone(), origin.source(&file)));
                }
                others.push((
                    Arc::from(&*file.name),
                    Text::from(without_mark(&file.bytes)),
                ));
            }
        }
        package.files = others.into();
        self.subcharts(&mut package, below, by, in_archive)?;
        self.find(path, &mut package, by)?;
        Ok(package)
    }

    fn template(&mut self, origin: &Origin<'_>, file: File) -> Result<Template, Vec<Fault>> {
        // It is kept as it is and as text.
        self.room
            .budget
            .spend(Unit::Bytes, 2 * file.bytes.len())
            .map_err(|exceeded| asked_by(exceeded.into(), origin.by))?;
        let content = without_mark(&file.bytes);
        let text = String::from_utf8_lossy(&content).into_owned();
        let source = Source {
            tree: Arc::new(Tree::of_spans(text, [])),
            place: origin.place(&file),
        };
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.texts.push(Arc::new(source));
        Ok(Template {
            name: file.name,
            text: number,
            content: Text::from(content),
        })
    }

    fn values(&self, origin: &Origin<'_>, file: &File) -> Result<Values, Vec<Fault>> {
        let values = origin.values(file)?;
        let size = values.document.places.len();
        let spent = self.room.budget.spend(Unit::Nodes, size);
        match spent {
            Ok(()) => Ok(values),
            Err(exceeded) => {
                let start = values.source.locate(Span::new(0, 0));
                Err(vec![exceeded.fault().at_location(start)])
            }
        }
    }

    /// Reads what stands in `charts/`.
    fn subcharts(
        &mut self,
        package: &mut Package,
        files: Vec<File>,
        by: Option<&Src>,
        in_archive: bool,
    ) -> Result<(), Vec<Fault>> {
        let folder = |file: &File| match file.name.split_once('/') {
            Some((folder, _)) => folder.to_owned(),
            None => file.name.clone(),
        };
        let mut rest = files.into_iter().peekable();
        while let Some(first) = rest.next() {
            let name = folder(&first);
            let mut files = vec![first];
            while let Some(file) = rest.next_if(|file| folder(file) == name) {
                files.push(file);
            }
            if name.starts_with(['_', '.']) {
                continue;
            }
            if self.open.len() > DEPTH {
                let message = "charts are nested too deeply".to_owned();
                return Err(vec![Fault::new(FaultKind::Limit, message)]);
            }
            let path = package
                .metadata
                .source
                .path()
                .with_file_name("charts")
                .join(&name);
            self.open.push(path.clone());
            let subchart = self.subchart(package, &name, &path, files, by, in_archive);
            self.open.pop();
            package.subcharts.push(Arc::new(subchart?));
        }
        Ok(())
    }

    fn subchart(
        &mut self,
        package: &Package,
        name: &str,
        path: &Utf8Path,
        files: Vec<File>,
        by: Option<&Src>,
        in_archive: bool,
    ) -> Result<Package, Vec<Fault>> {
        let whole = package.metadata.source.tree.documents().next();
        let whole = whole.map(|root| Src::new(&package.metadata.source, root));
        let archived = name.ends_with(".tgz");
        let files = match files.as_slice() {
            [file] if archived && file.name == name => {
                let read = archive::read(&file.bytes, &file.path, &mut self.room);
                read.map_err(|refused| vec![unpacked(refused, path, whole.as_ref())])?
            }
            [file] if !file.name.contains('/') => {
                let message = format!("{path} is not a chart, so Helm rejects the chart it is in");
                let help = "move it out of the folder charts/, or list it in .helmignore";
                let fault = Fault::new(FaultKind::Chart, message).help(help);
                return Err(vec![match &whole {
                    Some(place) => fault.at(place),
                    None => fault,
                }]);
            }
            _ => files
                .into_iter()
                .filter_map(|file| {
                    let (_, name) = file.name.split_once('/')?;
                    let name = name.to_owned();
                    Some(File { name, ..file })
                })
                .collect(),
        };
        let declared = package.dependencies.iter().flatten();
        let chart_name = files.iter().find(|file| file.name == "Chart.yaml");
        let chart_name = chart_name.and_then(|file| name_in(&file.bytes));
        let declared = declared
            .filter(|one| Some(&one.name) == chart_name.as_ref())
            .find(|one| archived || one.is_remote())
            .map(|one| one.place.clone());
        let by = match (by, declared) {
            (Some(by), _) => Some(by.clone()),
            (None, Some(declared)) => Some(declared),
            (None, None) if archived => whole,
            (None, None) => None,
        };
        let in_archive = in_archive || archived;
        self.package(path, files, by.as_ref(), in_archive)
    }

    /// Looks for what is declared, and reads what stands elsewhere in the repository.
    fn find(
        &mut self,
        path: &Utf8Path,
        package: &mut Package,
        by: Option<&Src>,
    ) -> Result<(), Vec<Fault>> {
        /// How many steps it takes to compare versions.
        const COMPARED: usize = 25;
        let mut dependencies = package.dependencies.take();
        for one in dependencies.iter_mut().flatten() {
            let named = |sub: &&Arc<Package>| sub.metadata.name == one.name;
            let found: Vec<_> = package.subcharts.iter().filter(named).collect();
            self.room
                .budget
                .spend(
                    Unit::Steps,
                    package.subcharts.len() + found.len() * COMPARED,
                )
                .map_err(|exceeded| vec![exceeded.fault().at(by.unwrap_or(&one.place))])?;
            let fits = |sub: &&Arc<Package>| {
                satisfies(&sub.metadata.version, &one.version).unwrap_or(false)
            };
            one.found = match found.first() {
                Some(_) if found.iter().any(fits) => Found::Subchart,
                Some(other) => Found::OtherVersion(other.metadata.version.clone()),
                None => match one.repository.strip_prefix("file://") {
                    Some(folder) => {
                        let folder = normalize(path, folder);
                        self.elsewhere(folder, package, by)?
                    }
                    None => self.on_shelf(one, package, by)?,
                },
            };
        }
        package.dependencies = dependencies;
        Ok(())
    }

    /// A chart that is kept outside the repository. What is wrong with it is wrong with what
    /// asked for it.
    fn on_shelf(
        &mut self,
        one: &Dependency,
        package: &mut Package,
        by: Option<&Src>,
    ) -> Result<Found, Vec<Fault>> {
        let shelf = self.shelf;
        let Some((folder, path)) = shelf.find(&one.name, &one.version) else {
            return Ok(Found::Missing("it is not in the folder charts/".to_owned()));
        };
        if self.open.len() > DEPTH {
            return Ok(Found::Missing("charts are nested too deeply".to_owned()));
        }
        let own = std::mem::replace(&mut self.snapshot, folder);
        let subchart = self.load(&path, Some(by.unwrap_or(&one.place).clone()));
        self.snapshot = own;
        package.subcharts.push(subchart?);
        Ok(Found::Subchart)
    }

    fn elsewhere(
        &mut self,
        folder: Option<Utf8PathBuf>,
        package: &mut Package,
        by: Option<&Src>,
    ) -> Result<Found, Vec<Fault>> {
        let Some(folder) = folder else {
            let why = "it is outside the repository".to_owned();
            return Ok(Found::Missing(why));
        };
        if self.snapshot.kept(&folder) != Kept::Folder {
            return Ok(Found::Missing(format!("there is no folder {folder}")));
        }
        let real = self.snapshot.real(&folder);
        if self.open.contains(&real) || self.open.len() > DEPTH {
            return Ok(Found::Missing("it depends on itself".to_owned()));
        }
        let by_place = by.map(|by| (Arc::as_ptr(&by.source).addr(), by.node));
        let key = (real, by_place);
        let subchart = match self.elsewhere.get(&key) {
            Some(known) => known.clone(),
            None => {
                let subchart = self.load(&folder, by.cloned())?;
                self.elsewhere.insert(key, subchart.clone());
                subchart
            }
        };
        package.subcharts.push(subchart);
        Ok(Found::Subchart)
    }
}

/// Faults of values that cannot be read: if the chart may print a Secret, nobody knows which of
/// them it is made of.
fn unread_values(faults: Vec<Fault>, files: &[File], by: Option<&Src>) -> Vec<Fault> {
    let mut templates = files.iter().filter(|file| file.name.contains("templates/"));
    let prints_secret =
        templates.any(|file| speaks_of_secret(&String::from_utf8_lossy(&file.bytes)));
    // What stands in a package of others is not shown.
    if !prints_secret || by.is_some() {
        return faults;
    }
    hidden(faults)
}

/// Faults without a place of their own are told at what asked for the chart.
fn asked_by(mut faults: Vec<Fault>, by: Option<&Src>) -> Vec<Fault> {
    for fault in &mut faults {
        fault.at = fault.at.take().or_else(|| by.map(Src::locate));
    }
    faults
}

/// Why an archive is not read, at what asked for it.
fn unpacked(refused: Refused, path: &Utf8Path, by: Option<&Src>) -> Fault {
    let mut fault = match refused {
        Refused::File(why) => Fault::new(FaultKind::Chart, format!("{path}: {why}")),
        refused => refused.fault(path),
    };
    fault.at = by.map(Src::locate);
    fault
}

/// Where the files of a package stand.
struct Origin<'a> {
    snapshot: &'a dyn Snapshot,
    /// What asked for them, if users do not own them.
    by: Option<&'a Src>,
    in_archive: bool,
}

impl Origin<'_> {
    fn place(&self, file: &File) -> Place {
        let path = file.path.clone();
        match self.by {
            Some(by) => Place::Vendored {
                path,
                by: by.clone(),
            },
            None => Place::File(path),
        }
    }

    /// A file as YAML.
    fn source(&self, file: &File) -> Arc<Source> {
        if self.by.is_none()
            && !self.in_archive
            && let Ok(source) = self.snapshot.source(&file.path)
        {
            return source;
        }
        Arc::new(Source {
            tree: Arc::new(Tree::parse_bytes(file.bytes.to_vec())),
            place: self.place(file),
        })
    }

    fn values(&self, file: &File) -> Result<Values, Vec<Fault>> {
        let source = self.source(file);
        let document = Document::of(&super::documents(&source)?)?;
        let document = Arc::new(document);
        Ok(Values { source, document })
    }
}

/// Whether a file is the chart's own business, so that templates do not see it.
fn is_own(name: &str, metadata: &Metadata) -> bool {
    match name {
        "Chart.yaml" | "Chart.lock" | "values.yaml" | "values.schema.json" => true,
        "requirements.yaml" | "requirements.lock" => !metadata.is_first_format,
        _ => false,
    }
}

fn is_crd(name: &str) -> bool {
    let ending = Utf8Path::new(name).extension().unwrap_or_default();
    let is_manifest = ["yaml", "yml", "json"]
        .iter()
        .any(|e| ending.eq_ignore_ascii_case(e));
    name.starts_with("crds/") && is_manifest
}

/// The bytes without a byte order mark.
fn without_mark(bytes: &[u8]) -> Vec<u8> {
    bytes
        .strip_prefix(b"\xEF\xBB\xBF")
        .unwrap_or(bytes)
        .to_vec()
}

/// The chart's name in a `Chart.yaml`.
pub(super) fn name_in(bytes: &[u8]) -> Option<String> {
    let tree = Tree::parse_bytes(bytes.to_vec());
    let root = tree.documents().next()?;
    Some(tree.scalar(tree.get(root, "name")?).to_owned())
}
