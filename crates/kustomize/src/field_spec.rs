//! Paths of fields that transformers change, each for some kinds of objects.

use std::borrow::Cow;
use std::ptr;
use std::sync::{Arc, OnceLock};

use manifest::{Fault, FaultKind, Gvk, View};

use crate::decode::{Decoder, is_null, kind_of};
use crate::edit::At;
use crate::text::str_of;

/// How many parts a path may have, so that following it needs a bounded stack.
const MAX_DEPTH: usize = 64;

/// A group, version and kind of which any part may be left open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct GvkPattern {
    pub(crate) group: Cow<'static, str>,
    pub(crate) version: Cow<'static, str>,
    pub(crate) kind: Cow<'static, str>,
}

/// Several field paths, in order. kustomize's own are constants until something is added.
pub(crate) type Specs = Cow<'static, [FieldSpec]>;

/// A path, and the objects in which it is followed.
#[derive(Clone, Debug)]
pub(crate) struct FieldSpec {
    pub(crate) gvk: GvkPattern,
    pub(crate) path: Cow<'static, str>,
    /// Whether what is missing on the path is made.
    pub(crate) create: bool,
    /// The path taken apart, once it has been followed. Most never are.
    parts: OnceLock<Arc<[PathPart]>>,
}

#[derive(Debug)]
struct PathPart {
    name: Box<str>,
    /// Written as `name[]`: a list, which is never made.
    list: bool,
}

/// What stands at the end of a path that may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaf {
    /// Nothing is ever made.
    Existing,
    /// A scalar.
    Scalar,
    /// A mapping.
    Map,
}

/// A field that a path leads to.
pub(crate) struct Found<'s, 'o> {
    pub(crate) path: Vec<At<'s>>,
    pub(crate) what: What<'o>,
}

/// What stands at the end of a path.
#[derive(Clone, Copy, Debug)]
pub(crate) enum What<'a> {
    /// A value.
    Is(View<'a>),
    /// Nothing, or null, and it is to be made.
    Missing,
    /// Not the end: null where the path asks for a list. It becomes an empty list.
    NullList,
}

impl GvkPattern {
    pub(crate) fn new(group: &str, version: &str, kind: &str) -> Self {
        let owned = |text: &str| Cow::Owned(text.to_owned());
        Self {
            group: owned(group),
            version: owned(version),
            kind: owned(kind),
        }
    }

    /// Written as `Kind.group/version`, of which any part may be left out.
    pub(crate) const fn of(object: &'static str) -> Self {
        let (object, version) = cut(object, b'/');
        let (kind, group) = cut(object, b'.');
        Self {
            group: Cow::Borrowed(group),
            version: Cow::Borrowed(version),
            kind: Cow::Borrowed(kind),
        }
    }

    /// Whether an object of these is meant.
    pub(crate) fn fits(&self, group: &str, version: &str, kind: &str) -> bool {
        let open = |mine: &str, other: &str| mine.is_empty() || mine == other;
        open(&self.kind, kind) && open(&self.group, group) && open(&self.version, version)
    }

    /// As [`GvkPattern::fits`].
    pub(crate) fn fits_kind(&self, gvk: &Gvk) -> bool {
        self.fits(&gvk.group, &gvk.version, &gvk.kind)
    }

    /// Whether everything that is meant by `other` as a plain kind is meant by this.
    pub(crate) fn fits_pattern(&self, other: &Self) -> bool {
        self.fits(&other.group, &other.version, &other.kind)
    }
}

/// What stands before and behind the first `at`, which is an ASCII character.
const fn cut(text: &'static str, at: u8) -> (&'static str, &'static str) {
    let mut index = 0;
    while index < text.len() {
        if text.as_bytes()[index] == at {
            let (before, rest) = text.split_at(index);
            return (before, rest.split_at(1).1);
        }
        index += 1;
    }
    (text, "")
}

const FIELDS: &[&str] = &["group", "version", "kind", "path", "create"];

impl FieldSpec {
    pub(crate) fn new(gvk: GvkPattern, path: &str, create: bool) -> Self {
        Self {
            gvk,
            path: Cow::Owned(path.to_owned()),
            create,
            parts: OnceLock::new(),
        }
    }

    /// Of objects written as [`GvkPattern::of`] takes them; what is missing is not made.
    pub(crate) const fn existing(object: &'static str, path: &'static str) -> Self {
        Self::constant(object, path, false)
    }

    /// As [`FieldSpec::existing`], but what is missing is made.
    pub(crate) const fn made(object: &'static str, path: &'static str) -> Self {
        Self::constant(object, path, true)
    }

    const fn constant(object: &'static str, path: &'static str, create: bool) -> Self {
        Self {
            gvk: GvkPattern::of(object),
            path: Cow::Borrowed(path),
            create,
            parts: OnceLock::new(),
        }
    }

    fn parts(&self) -> &[PathPart] {
        self.parts.get_or_init(|| {
            split(&self.path, '/')
                .into_iter()
                .map(|name| match name.strip_suffix("[]") {
                    Some(short) => PathPart {
                        name: short.into(),
                        list: true,
                    },
                    None => PathPart {
                        name: name.into(),
                        list: false,
                    },
                })
                .collect()
        })
    }

    /// Reads a list of them from a configuration.
    pub(crate) fn read_all(decoder: &mut Decoder, view: Option<View<'_>>, what: &str) -> Specs {
        let specs = decoder.list(view, what, |decoder, item| {
            let fields = decoder.fields(item, "a field path", FIELDS);
            let mut text = |name| decoder.filled(fields.get(name), name);
            let gvk = GvkPattern::new(
                str_of(&text("group")),
                str_of(&text("version")),
                str_of(&text("kind")),
            );
            let path = text("path");
            let create = decoder.flag(fields.get("create"), "create");
            let spec = Self::new(gvk, str_of(&path), create);
            if spec.parts().len() > MAX_DEPTH {
                decoder.wrong(item, format!("the path has more than {MAX_DEPTH} parts"));
                return None;
            }
            Some(spec)
        });
        Cow::Owned(specs)
    }

    /// The fields of an object that the path leads to. Whether the object is meant at all is
    /// not asked.
    pub(crate) fn find<'s, 'o>(
        &'s self,
        object: View<'o>,
        leaf: Leaf,
    ) -> Result<Vec<Found<'s, 'o>>, Fault> {
        let mut walk = Walk {
            spec: self,
            leaf,
            here: Vec::new(),
            found: Vec::new(),
        };
        walk.follow(object, self.parts())?;
        Ok(walk.found)
    }

    fn wrong(&self, at: View<'_>, message: String) -> Fault {
        crate::fault::at(FaultKind::Field, message, at.origin().as_ref())
            .help(format!("the path `{}` leads through here", self.path))
    }
}

struct Walk<'s, 'o> {
    spec: &'s FieldSpec,
    leaf: Leaf,
    here: Vec<At<'s>>,
    found: Vec<Found<'s, 'o>>,
}

impl<'s, 'o> Walk<'s, 'o> {
    fn follow(&mut self, view: View<'o>, parts: &'s [PathPart]) -> Result<(), Fault> {
        let Some((part, rest)) = parts.split_first() else {
            self.found.push(Found {
                path: self.here.clone(),
                what: What::Is(view),
            });
            return Ok(());
        };
        if view.is_seq() {
            for (index, item) in view.items().enumerate() {
                self.here.push(At::Item(index));
                self.follow(item, parts)?;
                self.here.pop();
            }
            return Ok(());
        }
        if is_null(view) {
            return Ok(());
        }
        if !view.is_map() {
            let message = format!(
                "`{}` is looked for in {}, which has no fields",
                part.name,
                kind_of(view)
            );
            return Err(self.spec.wrong(view, message));
        }
        self.enter(view, part, rest)
    }

    fn enter(
        &mut self,
        view: View<'o>,
        part: &'s PathPart,
        rest: &'s [PathPart],
    ) -> Result<(), Fault> {
        let name: &str = &part.name;
        if name.is_empty() || name == "-" || name == "*" || name.parse::<i64>().is_ok() {
            let message = format!("`{name}` is not the name of a field");
            return Err(self.spec.wrong(view, message));
        }
        let makes = self.spec.create && self.leaf != Leaf::Existing && !part.list;
        self.here.push(At::Key(name));
        match view.get(name) {
            Some(value) if is_null(value) && makes => self.make(rest),
            Some(value) if is_null(value) && part.list => self.found.push(Found {
                path: self.here.clone(),
                what: What::NullList,
            }),
            Some(value) => self.follow(value, rest)?,
            None if makes => self.make(rest),
            None => {}
        }
        self.here.pop();
        Ok(())
    }

    /// Everything from here on is missing and is made.
    fn make(&mut self, rest: &'s [PathPart]) {
        if rest.iter().any(|part| part.list) {
            return;
        }
        let mut path = self.here.clone();
        path.extend(rest.iter().map(|part| At::Key(&part.name)));
        self.found.push(Found {
            path,
            what: What::Missing,
        });
    }
}

/// Adds field paths to others. Where one is there already for the same objects, both must agree
/// on whether it is made.
pub(crate) fn merge(into: &mut Specs, specs: &Specs) -> Result<(), String> {
    // No list of kustomize's own says anything twice, so there is nothing to compare.
    if let Cow::Borrowed(own) = specs
        && (into.is_empty() || ptr::eq(&**into, *own))
    {
        *into = specs.clone();
        return Ok(());
    }
    specs.iter().try_for_each(|spec| add(into, spec))
}

/// As [`merge`], with one.
pub(crate) fn add(into: &mut Specs, spec: &FieldSpec) -> Result<(), String> {
    let same = into
        .iter()
        .find(|old| spec.gvk.fits_pattern(&old.gvk) && old.path == spec.path);
    match same {
        Some(old) if old.create != spec.create => Err(format!(
            "the field path `{}` is given with `create: true` and without",
            spec.path
        )),
        Some(_) => Ok(()),
        None => {
            into.to_mut().push(spec.clone());
            Ok(())
        }
    }
}

/// Splits a path at a delimiter that a backslash escapes. A leading delimiter is overlooked.
pub(crate) fn split(path: &str, delimiter: char) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let path = path.strip_prefix(delimiter).unwrap_or(path);
    for part in path.split(delimiter) {
        match parts.last_mut() {
            Some(last) if last.ends_with('\\') => {
                last.pop();
                last.push(delimiter);
                last.push_str(part);
            }
            _ => parts.push(part.to_owned()),
        }
    }
    parts
}
