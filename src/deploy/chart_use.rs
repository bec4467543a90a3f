//! A chart, and what it is rendered with.

use camino::Utf8PathBuf;
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
    /// What is made of its objects at last, each a mapping with fields of a kustomization.
    pub post_renderers: Vec<Node>,
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
    /// One value under a name such as `image.tag`.
    Parameter {
        /// The name.
        name: Node,
        /// The value.
        value: Node,
        /// Whether it is text whatever it looks like.
        is_text: bool,
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
            ValuesFrom::Inline(_) | ValuesFrom::Parameter { .. } => None,
        })
    }
}
