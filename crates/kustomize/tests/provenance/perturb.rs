//! Changes bytes and looks at what changes with them.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use kustomize::{FILE_NAMES, Options, Reorder, build};
use manifest::{Recorder, Snapshot};

use crate::claims::{At, Bytes, Field, fields};
use crate::edited::Edited;

/// What came out of one or more kustomizations.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// What is examined, for messages.
    pub(crate) what: String,
    /// How many scalars were rendered.
    scalars: usize,
    /// How many of them name no bytes of a file: the program or a step made them up.
    computed: usize,
    /// How many places were changed, and rendered again.
    tried: usize,
    /// How many places were left alone, by reason.
    skipped: BTreeMap<&'static str, usize>,
    /// Places whose change did not change what names them, or changed something else.
    failures: Vec<String>,
    /// Scalars that name no origin.
    without: Vec<String>,
}

/// One kustomization as it is rendered before anything is changed.
struct Rendered<'a> {
    snapshot: &'a dyn Snapshot,
    folder: &'a Utf8Path,
    fields: BTreeMap<At, Field>,
    /// The kustomizations that were read.
    kustomizations: Vec<(Utf8PathBuf, String)>,
}

/// Generated objects' names end on a hash of so many characters.
const HASH_LENGTH: usize = 10;

impl Report {
    /// Renders a folder and tries the places that `choose` chooses of those that are named.
    pub(crate) fn examine(
        &mut self,
        snapshot: &dyn Snapshot,
        folder: &Utf8Path,
        mut choose: impl FnMut() -> bool,
    ) {
        let Some(rendered) = Rendered::new(snapshot, folder) else {
            *self.skipped.entry("does not render").or_default() += 1;
            return;
        };
        self.scalars += rendered.fields.len();
        for (at, field) in rendered
            .fields
            .iter()
            .filter(|(_, field)| !field.has_origin)
        {
            let what = &self.what;
            self.without
                .push(format!("{what}/{folder}: {at:?} {:?}", field.text));
        }
        self.computed += rendered
            .fields
            .values()
            .filter(|f| f.claims.is_empty())
            .count();
        let claims = rendered.fields.values().flat_map(|field| &field.claims);
        let places: BTreeSet<&Bytes> = claims.collect();
        for place in places {
            if !choose() {
                continue;
            }
            match rendered.attempt(place) {
                Ok(failures) => {
                    self.tried += 1;
                    let told = failures.iter().map(|f| format!("{}/{f}", self.what));
                    self.failures.extend(told);
                }
                Err(reason) => *self.skipped.entry(reason).or_default() += 1,
            }
        }
    }

    /// Asserts that every change moved exactly what names the changed place, and that nearly
    /// all scalars, in thousandths, name an origin. Gives a summary.
    pub(crate) fn assert_true(&self, with_origin: usize) -> String {
        let Self { scalars, .. } = self;
        assert!(
            self.failures.is_empty(),
            "{} failures:\n{}",
            self.failures.len(),
            self.failures.join("\n")
        );
        assert!(
            (scalars - self.without.len()) * 1000 >= scalars * with_origin,
            "without origin:\n{}",
            self.without.join("\n")
        );
        format!(
            "{scalars} scalars, {} computed, {} without origin, {} places tried, left alone: {:?}",
            self.computed,
            self.without.len(),
            self.tried,
            self.skipped
        )
    }
}

impl<'a> Rendered<'a> {
    fn new(snapshot: &'a dyn Snapshot, folder: &'a Utf8Path) -> Option<Self> {
        let recorder = Recorder::new(snapshot);
        let fields = render(&recorder, folder)?;
        let reads = recorder.into_reads();
        let kustomizations = reads.paths().filter(|path| is_kustomization(path));
        let kustomizations = kustomizations.filter_map(|path| {
            let text = String::from_utf8_lossy(&snapshot.bytes(path).ok()?).into_owned();
            Some((path.to_owned(), text))
        });
        Some(Self {
            snapshot,
            folder,
            fields,
            kustomizations: kustomizations.collect(),
        })
    }

    /// Changes a place and tells which fields moved that should not have, and the other way
    /// round; or why nothing can be said.
    fn attempt(&self, place: &Bytes) -> Result<Vec<String>, &'static str> {
        let bytes = self.snapshot.bytes(&place.file).map_err(|_| "unreadable")?;
        let (at, changed) = change(&bytes, place).ok_or("nothing to change")?;
        let claims = |field: &Field| field.claims.iter().any(|c| c.covers(&place.file, at));
        let claiming: BTreeMap<&At, &Field> = self
            .fields
            .iter()
            .filter(|(_, field)| claims(field))
            .collect();
        let is_identity = claiming.values().any(|field| field.is_identity);
        if is_identity && !is_kustomization(&place.file) {
            return Err("identity");
        }
        let edited = Edited::new(self.snapshot, &place.file, &changed);
        let after = render(&edited, self.folder).ok_or("does not render any more")?;
        let every: BTreeSet<&At> = self.fields.keys().chain(after.keys()).collect();
        let mut failures = Vec::new();
        for at in every {
            let (before, after) = (self.fields.get(at), after.get(at));
            let is_claiming = claiming.contains_key(at);
            let which = match is_claiming {
                true if is_same(before, after) => "names it and stays",
                false if !is_same(before, after) && !is_computed(before, after) => {
                    "does not name it and moves"
                }
                _ => continue,
            };
            if !is_claiming && (is_identity || self.selects(place, claiming.values().copied())) {
                return Err("selects others");
            }
            let line = bytes[..place.start as usize].split(|b| *b == b'\n').count();
            let text = |field: Option<&Field>| field.map(|field| field.text.clone());
            let (was, is) = (text(before), text(after));
            let told = format!("{}:{line}: {which} {at:?}: {was:?} → {is:?}", place.file);
            failures.push(told);
        }
        Ok(failures)
    }

    /// Whether a kustomization mentions what was changed somewhere else, so that it may choose
    /// other things by it.
    fn selects<'f>(&self, place: &Bytes, mut claiming: impl Iterator<Item = &'f Field>) -> bool {
        claiming.any(|field| {
            let mentions = |(path, text): &(Utf8PathBuf, String)| {
                let own = usize::from(*path == place.file);
                text.matches(&field.text).count() > own
            };
            !field.text.is_empty() && self.kustomizations.iter().any(mentions)
        })
    }
}

impl Bytes {
    fn covers(&self, file: &Utf8Path, at: u32) -> bool {
        self.file == file && (self.start..self.end).contains(&at)
    }
}

fn render(snapshot: &dyn Snapshot, folder: &Utf8Path) -> Option<BTreeMap<At, Field>> {
    // Names may change, so that they must not decide the order.
    let options = Options {
        reorder: Reorder::None,
        ..Options::default()
    };
    Some(fields(&build(snapshot, folder, options).ok()?))
}

fn is_kustomization(path: &Utf8Path) -> bool {
    path.file_name()
        .is_some_and(|name| FILE_NAMES.contains(&name))
}

fn is_same(before: Option<&Field>, after: Option<&Field>) -> bool {
    before.map(|field| &field.text) == after.map(|field| &field.text)
}

/// Whether only what the program itself computes is different: a hash of content, or a value
/// that comes from no bytes at all.
fn is_computed(before: Option<&Field>, after: Option<&Field>) -> bool {
    let (Some(before), Some(after)) = (before, after) else {
        return false;
    };
    let stem = |field: &Field| {
        let (stem, hash) = field.text.rsplit_once('-')?;
        (hash.len() == HASH_LENGTH).then(|| stem.to_owned())
    };
    let is_hash = stem(before).is_some() && stem(before) == stem(after);
    is_hash || (before.claims.is_empty() && after.claims.is_empty())
}

/// The bytes of a file with the scalar at a place changed to another of the same type, and the
/// offset of the changed byte.
fn change(bytes: &[u8], place: &Bytes) -> Option<(u32, Vec<u8>)> {
    let (start, end) = (place.start as usize, place.end as usize);
    let scalar = bytes.get(start..end)?;
    let mut changed = bytes.to_vec();
    let word = match scalar {
        b"true" => Some("false"),
        b"false" => Some("true"),
        _ => None,
    };
    if let Some(word) = word {
        changed.splice(start..end, word.bytes());
        return Some((place.start, changed));
    }
    if matches!(scalar, b"null" | b"~") {
        return None;
    }
    // A block's header is no part of its content.
    let header = match scalar.first()? {
        b'|' | b'>' => scalar.iter().position(|b| *b == b'\n')?,
        _ => 0,
    };
    let last = scalar.iter().rposition(u8::is_ascii_alphanumeric)?;
    let is_escape = last > 0 && scalar[last - 1] == b'\\';
    if last < header || is_escape {
        return None;
    }
    let rotate = |first: u8, by: u8, of: u8| first + (scalar[last] - first + by) % of;
    changed[start + last] = match scalar[last] {
        b'0'..=b'9' => rotate(b'0', 5, 10),
        b'a'..=b'z' => rotate(b'a', 13, 26),
        _ => rotate(b'A', 13, 26),
    };
    Some(((start + last) as u32, changed))
}
