use camino::{Utf8Path, Utf8PathBuf};

use crate::{Location, Src, values_of_lines};

/// Why something could not be rendered, told so that a person can fix it.
#[derive(Clone, Debug)]
pub struct Fault {
    /// What sort of fault it is.
    pub kind: FaultKind,
    /// What is wrong: one sentence without a full stop.
    pub message: String,
    /// What to do about it, if that is known.
    pub help: Option<String>,
    /// The bytes that are wrong.
    pub at: Option<Location>,
    /// Other places that matter, each with what it is.
    pub related: Vec<(String, Location)>,
    /// What a Secret is made of, as far as this is about it: nobody may see what stands there, not
    /// in the message either.
    pub hides: Box<[Location]>,
    /// What it is about, where others look for that.
    pub about: Option<Box<About>>,
}

/// What a fault is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// A file or folder that is asked for and is not there.
    Absent(Utf8PathBuf),
    /// A path that may not be read.
    Barred {
        /// As it is written.
        path: Box<str>,
        /// Outside of what it is, in words.
        outside: &'static str,
    },
}

/// The sorts of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FaultKind {
    /// A text is not well-formed, or stands for more than is read.
    Syntax,
    /// A field has an unknown name, a wrong type or a wrong value.
    Field,
    /// Something that is referred to does not exist.
    Missing,
    /// A file stands outside what may be read.
    Outside,
    /// Folders refer to one another in a circle.
    Cycle,
    /// Two objects have the same identity, or a reference fits several.
    Conflict,
    /// A patch cannot be applied, or matches nothing.
    Patch,
    /// A patch has no content, which newer versions of kustomize pass over.
    EmptyPatch,
    /// A chart's own files do not make a chart.
    Chart,
    /// Values are of a kind that the chart refuses.
    Values,
    /// A value is not set that the chart requires of whoever deploys it.
    Unset,
    /// A template is wrong, fails, or prints what is no manifest.
    Template,
    /// What is referred to stands in another place than this repository.
    Remote,
    /// It is a feature that this program does not have.
    Unsupported,
    /// It would run another program; this one never does.
    Exec,
    /// A limit that protects against hostile input was reached.
    Limit,
}

impl Fault {
    /// A fault whose place is not known.
    pub fn new(kind: FaultKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            help: None,
            at: None,
            related: Vec::new(),
            hides: Box::default(),
            about: None,
        }
    }

    /// At a node of a source.
    #[must_use]
    pub fn at(mut self, place: &Src) -> Self {
        self.at = Some(place.locate());
        self
    }

    /// At a place in a file.
    #[must_use]
    pub fn at_location(mut self, place: Location) -> Self {
        self.at = Some(place);
        self
    }

    /// With advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// For want of a file or folder.
    #[must_use]
    pub fn for_want_of(mut self, path: Utf8PathBuf) -> Self {
        self.about = Some(Box::new(About::Absent(path)));
        self
    }

    /// With the path that may not be read, and outside of what it is.
    #[must_use]
    pub fn barring(mut self, path: &str, outside: &'static str) -> Self {
        let path = path.into();
        self.about = Some(Box::new(About::Barred { path, outside }));
        self
    }

    /// The file or folder that is asked for and is not there, if that is what is wrong.
    pub fn absent(&self) -> Option<&Utf8Path> {
        match self.about.as_deref()? {
            About::Absent(path) => Some(path),
            About::Barred { .. } => None,
        }
    }

    /// With another place that matters.
    #[must_use]
    pub fn related(mut self, what: impl Into<String>, place: Location) -> Self {
        self.related.push((what.into(), place));
        self
    }

    /// With places whose content nobody may see.
    #[must_use]
    pub fn hiding(mut self, places: impl IntoIterator<Item = Location>) -> Self {
        let known = std::mem::take(&mut self.hides).into_iter();
        self.hides = known.chain(places).collect();
        self
    }

    /// With all values of the file that it is in, which nobody could read.
    #[must_use]
    pub fn hiding_file(self) -> Self {
        let Some(file) = self.at.as_ref().map(|place| place.file.clone()) else {
            return self;
        };
        let values = values_of_lines(file.tree.text()).map(|span| file.locate(span));
        self.hiding(values)
    }
}
