//! What differs between two files, and what becomes of it.

use std::fmt;

use manifest::{Kind, Node, Src, View};
use spanned_yaml::Value;

use crate::field::Field;
use crate::file::text_of;
use crate::history::Told;
use crate::locate::cut;
use crate::path::{Part, Path, Side};

/// What stands in place of a value that nobody may see.
pub const REDACTED: &str = "‹redacted›";

/// What becomes of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// The source is ahead: it moves.
    Ahead,
    /// Only the target has it, or changed it: it stays, and may be worth bringing back.
    TargetOnly,
    /// Both sides changed it: somebody has to choose.
    Conflict,
    /// It belongs to its environment: it stays.
    EnvironmentSpecific,
    /// Nothing says what becomes of it: it stays, and is told.
    Undecided,
}

/// Why a verdict is what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Basis {
    /// A rule of the configuration says so.
    Configuration,
    /// The past of the two sides says so.
    History(Box<Told>),
    /// Their pasts have nothing in common.
    NeverCommon,
    /// Such a field moves, or stays, by itself.
    Field,
    /// It goes with another field.
    With(Path),
}

/// Why something that would move does not, unless somebody says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hold {
    /// It is sensitive: it has to be made for the target. Nothing overrides that.
    Sensitive,
    /// The source's version is lower than the target's.
    Downgrade,
    /// The source follows what moves by itself, such as a branch or `latest`.
    Floating,
    /// Its text names the source environment by this word.
    NamesSource(Box<str>),
    /// The target lacks it, and needs a value of its own.
    OwnValue,
    /// The version is one of another repository.
    OtherRepository,
    /// It may belong to, or names, this, which the target lacks.
    Missing(Box<str>),
    /// The source gave up this name for it, under which the target has a value of its own.
    Renamed(Box<str>),
    /// It is of use only where this is turned on, which it is not in the target.
    TurnedOff(Box<str>),
}

/// A place at which two files differ.
#[derive(Clone, Debug)]
pub struct Difference {
    /// Where.
    pub path: Path,
    /// What the field is for.
    pub field: Field,
    /// What the source says; none if it says nothing.
    pub source: Option<Node>,
    /// What the target says; none if it says nothing.
    pub target: Option<Node>,
    /// What becomes of it.
    pub verdict: Verdict,
    /// Why.
    pub basis: Basis,
    /// Why it does not move though it would.
    pub hold: Option<Hold>,
    /// The name that the target has for what is otherwise the same.
    pub renamed_from: Option<Box<str>>,
    /// Whether its values may not be seen.
    pub is_sensitive: bool,
    pub(crate) deed: Deed,
}

/// How the target comes to say what the source says.
#[derive(Clone, Debug)]
pub(crate) enum Deed {
    /// A value is replaced.
    Set { at: Src, value: Value },
    /// Something is added below a collection.
    Insert {
        parent: Src,
        missing: Vec<Make>,
        value: Value,
    },
    /// A value goes, with its key.
    Remove { at: Src },
    /// An entry or item gets other names; its value stays.
    Rename(Vec<(Src, Value)>),
    /// It cannot be done by an edit of the file.
    Impossible(&'static str),
}

/// What has to be made around a value that is added.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Make {
    /// An entry with this key.
    Key(Box<str>),
    /// An item, with the fields that tell it from others; none if the value is the whole item.
    Item(Vec<(&'static str, Value)>),
}

impl Difference {
    /// Whether it moves if nobody says anything else.
    pub fn moves(&self) -> bool {
        self.verdict == Verdict::Ahead && self.hold.is_none()
    }

    /// What a side says, for people: on one line, without what nobody may see. None if the side
    /// says nothing.
    pub fn said(&self, side: Side) -> Option<String> {
        let node = match side {
            Side::Source => self.source.as_ref(),
            Side::Target => self.target.as_ref(),
        }?;
        Some(shown(node, &self.path, self.is_sensitive))
    }

    /// What the target says once the difference has gone, for people.
    pub fn becomes(&self) -> Option<String> {
        match &self.deed {
            _ if self.is_sensitive => Some(REDACTED.to_owned()),
            Deed::Set {
                value: Value::Str(text),
                ..
            } => Some(on_one_line(
                cut(text, self.path.parts()).unwrap_or(text),
                &self.path,
            )),
            _ => self.said(Side::Source),
        }
    }

    /// The text of the part that differs.
    pub(crate) fn part<'a>(&self, view: View<'a>) -> &'a str {
        let text = text_of(view);
        cut(text, self.path.parts()).unwrap_or(text)
    }

    /// The text of the part that differs, on both sides.
    pub(crate) fn both_parts(&self) -> Option<(&str, &str)> {
        let (source, target) = (self.source.as_ref()?.view(), self.target.as_ref()?.view());
        let are_scalars = source.kind() == Kind::Scalar && target.kind() == Kind::Scalar;
        are_scalars.then(|| (self.part(source), self.part(target)))
    }
}

/// What a value says, for people: on one line, without what nobody may see.
pub(crate) fn shown(node: &Node, path: &Path, is_sensitive: bool) -> String {
    if is_sensitive {
        return REDACTED.to_owned();
    }
    let view = node.view();
    match view.kind() {
        Kind::Map => match view.entries().count() {
            _ if reference(view).is_some() => reference(view).unwrap_or_default(),
            1 => "1 entry".to_owned(),
            count => format!("{count} entries"),
        },
        Kind::Seq => match view.items().count() {
            1 => "1 item".to_owned(),
            count => format!("{count} items"),
        },
        _ => {
            let text = text_of(view);
            on_one_line(cut(text, path.parts()).unwrap_or(text), path)
        }
    }
}

/// What a variable takes its value from, such as `Secret keys/TOKEN`.
fn reference(view: View<'_>) -> Option<String> {
    let from = view.get("valueFrom")?;
    let kinds = [("secretKeyRef", "Secret"), ("configMapKeyRef", "ConfigMap")];
    kinds.iter().find_map(|(key, kind)| {
        let own = from.get(key)?;
        let (name, key) = (own.get("name")?.text(), own.get("key")?.text());
        Some(format!("{kind} {name}/{key}"))
    })
}

/// A text on one line; a version without the mark before it.
fn on_one_line(text: &str, path: &Path) -> String {
    if path.parts().last() == Some(Part::Version) {
        return text.trim_start_matches(':').to_owned();
    }
    match text.trim_end().lines().count() {
        0 => String::new(),
        1 => text.trim_end().to_owned(),
        count => format!("{count} lines"),
    }
}

impl Verdict {
    /// Its name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ahead => "ahead",
            Self::TargetOnly => "target-only",
            Self::Conflict => "conflict",
            Self::EnvironmentSpecific => "environment-specific",
            Self::Undecided => "undecided",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One clause that says what stands in the way.
impl fmt::Display for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sensitive => f.write_str("sensitive values are not copied"),
            Self::Downgrade => f.write_str("it would be a downgrade"),
            Self::Floating => f.write_str("it would follow something that is not pinned"),
            Self::NamesSource(word) => write!(f, "it names the source environment, `{word}`"),
            Self::OwnValue => f.write_str("it needs a value of its own there"),
            Self::OtherRepository => f.write_str("the version is one of another repository"),
            Self::TurnedOff(what) => write!(f, "it is needed only with `{what}`, which stays off"),
            Self::Missing(what) => write!(f, "it goes with `{what}`, which is missing there"),
            Self::Renamed(old) => {
                write!(
                    f,
                    "it came for `{old}`, whose value there would no longer count"
                )
            }
        }
    }
}
