//! A chart, and what it is rendered with.

use camino::Utf8PathBuf;
use helm::Shelf;
use manifest::{Location, Node, Src, View};

/// What a chart is rendered with, as the layout tells it or an object asks for it.
#[derive(Clone, Debug)]
pub struct ChartUse {
    /// The chart's folder or archive.
    pub chart: Utf8PathBuf,
    /// Where values come from beside the chart's own; later ones outrank earlier ones.
    pub values: Vec<ValuesFrom>,
    /// The name of the release.
    pub release: Word,
    /// The namespace it goes to, where that is known.
    pub namespace: Option<Word>,
    /// What asks for it; none if the layout alone tells of it.
    pub by: Option<Location>,
    /// Where the chart is taken from, if it is not in the repository.
    pub pulled: Option<Pulled>,
    /// What is made of its objects at last, each a mapping with fields of a kustomization.
    pub post_renderers: Vec<Node>,
}

/// A chart that the repository does not hold and a shelf keeps.
#[derive(Clone, Debug)]
pub struct Pulled {
    /// Its name.
    pub name: String,
    /// Its version, or the range of them; empty if any fits.
    pub version: String,
    /// What asks for it.
    pub by: Src,
}

impl Pulled {
    /// None if no shelf keeps it, or nothing is known to ask for it.
    pub(super) fn of(shelf: &Shelf, name: &str, version: &str, by: View<'_>) -> Option<Self> {
        let by = by.origin().filter(|_| shelf.has(name, version))?;
        Some(Self {
            name: name.to_owned(),
            version: version.to_owned(),
            by,
        })
    }

    /// What stands for its folder: a path that no file can have, below the file of what asks for
    /// it.
    pub fn path(&self) -> Utf8PathBuf {
        let place = self.by.locate();
        let name = match &*self.version {
            "" => self.name.clone(),
            version => format!("{}-{version}", self.name),
        };
        place.path().join(name)
    }
}

/// A word, and where it is written if a file says it.
#[derive(Clone, Debug)]
pub struct Word {
    /// The word.
    pub text: String,
    /// Its place.
    pub place: Option<Src>,
}

impl From<String> for Word {
    fn from(text: String) -> Self {
        Self { text, place: None }
    }
}

impl From<View<'_>> for Word {
    fn from(written: View<'_>) -> Self {
        Self {
            text: written.text().to_owned(),
            place: written.origin(),
        }
    }
}

/// Where values come from.
#[derive(Clone, Debug)]
pub enum ValuesFrom {
    /// A file.
    File {
        /// Its path from the root.
        path: Utf8PathBuf,
        /// The entry that names it.
        by: Option<Location>,
        /// Whether it may be missing.
        is_optional: bool,
    },
    /// A mapping inside the object that asks for the chart.
    Inline(Node),
    /// As [`ValuesFrom::Inline`], in an object of a chart whose own values nobody here gives: what
    /// its templates printed nothing for is not known.
    Supposed(Node),
    /// One value under a name such as `image.tag`.
    Parameter {
        /// The name.
        name: Node,
        /// The value.
        value: Node,
        /// Whether it is text whatever it looks like.
        is_text: bool,
        /// Whether a comma is a part of it, rather than the end of it.
        has_commas: bool,
    },
    /// The content of a file under a name.
    FileParameter {
        /// The name.
        name: Node,
        /// The entry that names the file.
        by: Option<Location>,
        /// The file's path from the root.
        path: Utf8PathBuf,
    },
}

impl ChartUse {
    /// The files that values come from.
    pub fn files(&self) -> impl Iterator<Item = &Utf8PathBuf> {
        self.values.iter().filter_map(|from| match from {
            ValuesFrom::File { path, .. } | ValuesFrom::FileParameter { path, .. } => Some(path),
            ValuesFrom::Inline(_) | ValuesFrom::Supposed(_) | ValuesFrom::Parameter { .. } => None,
        })
    }
}
