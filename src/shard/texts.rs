//! Places in the reports of shards. The files' texts are not in them: whoever merges reads these
//! once more, and holds them to their digests.

use std::sync::Arc;

use camino::Utf8PathBuf;
use manifest::{Kind, Location, Place, Source, Span};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use spanned_yaml::Tree;

use crate::judge::redact::Sensitive;
use crate::setup::Setup;
use crate::snapshot::{Repository, digest};

/// Bytes of one of the texts: which, from where, to where.
pub(super) type Spot = (usize, u32, u32);

/// A text that places are in.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Text {
    path: Utf8PathBuf,
    kept: Kept,
    /// The bytes that no output may show.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    sensitive: Vec<(u32, u32)>,
}

/// Where a text can be had.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kept {
    /// It is the file of that path, with this digest.
    File(String),
    /// The same, and it is not read as YAML.
    Plain(String),
    /// Templates printed it, and nothing tells from what: here are its lines, blank.
    Printed(String),
    /// The program itself made it: here it is.
    Made(String),
}

/// Names of texts that the program makes and that values can come from.
const MADE: [&str; 2] = ["parameter", "kustomization"];

/// Learns texts as places in them are written down.
pub(super) struct Writer<'a> {
    sensitive: &'a Sensitive,
    known: FxHashMap<*const Source, usize>,
    sources: Vec<Arc<Source>>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(sensitive: &'a Sensitive) -> Self {
        Self {
            sensitive,
            known: FxHashMap::default(),
            sources: Vec::new(),
        }
    }

    pub(super) fn spot(&mut self, place: &Location) -> Spot {
        let sources = &mut self.sources;
        let text = *self
            .known
            .entry(Arc::as_ptr(&place.file))
            .or_insert_with(|| {
                sources.push(place.file.clone());
                sources.len() - 1
            });
        (text, place.span.start, place.span.end)
    }

    pub(super) fn finish(self) -> Vec<Text> {
        let sensitive = self.sensitive;
        let text = |source: &Arc<Source>| {
            let hidden = sensitive.spans(source.path());
            let own = source.tree.text();
            Text {
                path: source.path().to_owned(),
                kept: match &source.place {
                    Place::File(_) if is_plain(source) => Kept::Plain(sum(source)),
                    Place::File(_) => Kept::File(sum(source)),
                    Place::BuiltIn(_) => Kept::Made(masked(own, hidden)),
                    // Which bytes of it are sensitive is known of what it was printed from alone.
                    Place::Embedded(_) | Place::Printed(_) | Place::Vendored { .. } => {
                        Kept::Printed(masked(own, &[Span::new(0, own.len() as u32)]))
                    }
                },
                // Texts that the program makes may share a name.
                sensitive: hidden
                    .iter()
                    .filter(|span| own.get(span.range()).is_some())
                    .map(|span| (span.start, span.end))
                    .collect(),
            }
        };
        self.sources.iter().map(text).collect()
    }
}

fn sum(source: &Source) -> String {
    digest(source.tree.text().as_bytes())
}

/// Whether a text was taken as it is, such as a template. One that is a mere value says as much.
fn is_plain(source: &Source) -> bool {
    let tree = &source.tree;
    let mut roots = tree.documents();
    tree.errors().is_empty() && roots.all(|root| tree.kind(root) == Kind::Scalar)
}

/// A text with blanks where it may not be shown.
fn masked(text: &str, hidden: &[Span]) -> String {
    let is_hidden = |at: usize| {
        let next = hidden.partition_point(|span| span.end as usize <= at);
        hidden
            .get(next)
            .is_some_and(|span| span.start as usize <= at)
    };
    let blank = |(at, c): (usize, char)| match c != '\n' && is_hidden(at) {
        true => " ".repeat(c.len_utf8()),
        false => c.to_string(),
    };
    text.char_indices().map(blank).collect()
}

/// The texts of a report, as they are here.
pub(super) struct Reader {
    sources: Vec<Arc<Source>>,
}

/// The files that were found to be those that shards have read, by their digests.
#[derive(Default)]
pub(super) struct Known(FxHashMap<(Utf8PathBuf, String), Arc<Source>>);

impl Known {
    fn find(
        &mut self,
        path: Utf8PathBuf,
        sum: String,
        setup: &Setup,
        repository: &dyn Repository,
    ) -> Result<Arc<Source>, String> {
        let key = (path, sum);
        if let Some(known) = self.0.get(&key) {
            return Ok(known.clone());
        }
        let (path, sum) = &key;
        let of_setup = setup.texts().filter(|source| source.path() == path);
        let mut candidates = of_setup.cloned().chain(repository.source(path).ok());
        let found = candidates.find(|source| self::sum(source) == *sum);
        let found =
            found.ok_or_else(|| format!("{path} is not here as the shards have read it"))?;
        self.0.insert(key, found.clone());
        Ok(found)
    }
}

impl Reader {
    /// Finds the texts, and covers what no output may show.
    pub(super) fn new(
        texts: Vec<Text>,
        (setup, repository): (&Setup, &dyn Repository),
        known: &mut Known,
        sensitive: &mut Sensitive,
    ) -> Result<Self, String> {
        let mut sources = Vec::with_capacity(texts.len());
        for text in texts {
            let source = match text.kept {
                Kept::Printed(shown) => Source::file(text.path, Tree::of_spans(shown, [])),
                Kept::Made(shown) => {
                    let mut names = MADE.into_iter();
                    let name = names.find(|name| *name == text.path);
                    Source::built_in(name.unwrap_or("text"), &shown)
                }
                Kept::File(sum) => known.find(text.path, sum, setup, repository)?,
                Kept::Plain(sum) => {
                    let source = known.find(text.path, sum, setup, repository)?;
                    Source::file(source.path(), Tree::of_spans(source.tree.text(), []))
                }
            };
            for (start, end) in text.sensitive {
                sensitive.cover(&place(&source, start, end)?);
            }
            sources.push(source);
        }
        Ok(Self { sources })
    }

    pub(super) fn place(&self, (text, start, end): Spot) -> Result<Location, String> {
        let source = self.sources.get(text);
        place(source.ok_or_else(damaged)?, start, end)
    }
}

fn place(source: &Arc<Source>, start: u32, end: u32) -> Result<Location, String> {
    let text = source.tree.text();
    let is_there = text.get(start as usize..end as usize).is_some();
    let place = || Location {
        file: source.clone(),
        span: Span::new(start, end),
    };
    is_there.then(place).ok_or_else(damaged)
}

fn damaged() -> String {
    "it names a place that does not exist".to_owned()
}
