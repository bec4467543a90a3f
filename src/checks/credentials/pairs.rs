//! Access keys, which are pairs: an id that may be shown, and a secret half that may not.

use std::cell::{LazyCell, OnceCell};

use manifest::View;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{forms, texts, values};

/// What names of the secret half end in, in small letters and without what is between the words.
const SECRETS: [&str; 4] = [
    "secretaccesskey",
    "accesskeysecret",
    "accesssecret",
    "secretkey",
];

/// What names of the id end in.
const IDS: [&str; 3] = ["accesskeyid", "accesskey", "keyid"];

/// What stands for a half of an AWS key in tests and against stand-ins for AWS. A secret half of
/// AWS has forty characters, so that none of these is one.
const DUMMIES: [&str; 5] = ["dummy", "example", "localstack", "minioadmin", "test"];

const DEPTH: usize = 64;

/// What is advised for the id of an access key.
pub(super) const ID_HELP: &str =
    "The ID alone grants no access. Make sure its secret half is not in the repository.";

/// A half of a pair, by what its name begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Half {
    Id(String),
    Secret(String),
}

impl Half {
    fn of(name: &str) -> Option<Self> {
        let name = letters(name);
        let start = |ends: &[&str]| {
            let mut ends = ends.iter();
            let start = ends.find_map(|end| name.strip_suffix(end))?;
            Some(start.to_owned())
        };
        let secret = start(&SECRETS).map(Self::Secret);
        secret.or_else(|| start(&IDS).map(Self::Id))
    }
}

/// A name in small letters, without what is between its words.
fn letters(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|c| c.to_ascii_lowercase()).collect()
}

/// The halves of pairs that stand in an object or a file.
#[derive(Default)]
struct Halves {
    /// The names of ids, without their ends.
    ids: FxHashSet<String>,
    /// The names of secret halves, without their ends.
    secrets: FxHashSet<String>,
    /// Whether a value anywhere has the form of a secret half.
    has_secret: bool,
}

/// The pairs of an object or a file, read when they are first asked for.
pub(super) struct Pairs<'a> {
    root: View<'a>,
    halves: OnceCell<Halves>,
}

impl<'a> Pairs<'a> {
    pub(super) fn of(root: View<'a>) -> Self {
        Self {
            root,
            halves: OnceCell::new(),
        }
    }

    fn halves(&self) -> &Halves {
        self.halves.get_or_init(|| {
            let mut halves = Halves::default();
            halves.read(self.root, 0);
            halves
        })
    }

    /// Whether a setting is the secret half of a pair.
    pub(super) fn is_secret(&self, name: &str, value: &str) -> bool {
        let Some(Half::Secret(start)) = Half::of(name) else {
            return false;
        };
        is_secret_half(values::unquoted(value)) && self.halves().ids.contains(&start)
    }

    /// Whether a setting is the id of a pair.
    pub(super) fn is_id(&self, name: &str, value: &str) -> bool {
        let Some(Half::Id(start)) = Half::of(name) else {
            return false;
        };
        is_id(values::unquoted(value)) && self.halves().secrets.contains(&start)
    }

    /// Whether nothing beside an id could be the secret half of it.
    pub(super) fn is_alone(&self) -> bool {
        !self.halves().has_secret
    }
}

impl Halves {
    fn read(&mut self, view: View<'_>, depth: usize) {
        if depth > DEPTH {
            return;
        }
        if view.is_map() {
            if let Some((name, value)) = view.get("name").zip(view.get("value")) {
                self.take(name.text(), value);
            }
            for entry in view.entries() {
                self.take(entry.key.text(), entry.value);
                self.read(entry.value, depth + 1);
            }
        } else if view.is_seq() {
            for item in view.items() {
                self.read(item, depth + 1);
            }
        }
    }

    fn take(&mut self, name: &str, value: View<'_>) {
        if value.is_map() || value.is_seq() {
            return;
        }
        let text = value.text();
        self.add(name, text);
        if text.len() > SECRET_LENGTH && text.contains(['=', ':']) {
            for setting in texts::settings(text).0 {
                self.add(&setting.name, &setting.value);
            }
        }
    }

    fn add(&mut self, name: &str, value: &str) {
        let value = values::unquoted(value);
        self.has_secret |= is_secret_half(value) || is_mail_secret(value);
        match Half::of(name) {
            Some(Half::Id(start)) if is_id(value) => drop(self.ids.insert(start)),
            Some(Half::Secret(start)) if is_secret_half(value) => drop(self.secrets.insert(start)),
            _ => {}
        }
    }
}

/// The characters of a secret half.
const SECRET_LENGTH: usize = 40;

/// Those of the password that is made of one for sending mail.
const MAIL_LENGTH: usize = 44;

/// Whether a value has the form of a secret half of AWS, which other stores have taken over.
fn is_secret_half(value: &str) -> bool {
    value.len() == SECRET_LENGTH && is_random(value)
}

fn is_mail_secret(value: &str) -> bool {
    value.len() == MAIL_LENGTH && value.starts_with('B') && is_random(value)
}

fn is_random(value: &str) -> bool {
    let has = |is: fn(&u8) -> bool| value.as_bytes().iter().any(is);
    let is_known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    value.bytes().all(is_known)
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && values::looks_generated(value)
        && !values::is_placeholder(value)
}

/// Whether a value has the form of an id.
fn is_id(value: &str) -> bool {
    let is_known = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    value.len() == 20
        && value.bytes().all(is_known)
        && value.bytes().any(|byte| byte.is_ascii_alphabetic())
        && !values::is_placeholder(value)
}

/// Whether a name is one of somebody, or of an access key's id.
pub(super) fn names_id(name: &str) -> bool {
    let name = letters(name);
    name.contains("accesskeyid")
        || ["keyid", "user", "username"]
            .iter()
            .any(|end| name.ends_with(end))
}

/// Whether a setting is the id of an access key of AWS, and nothing else.
pub(super) fn is_id_of(name: &str, value: &str) -> bool {
    let mut found = forms::find(value).into_iter();
    names_id(name) && is_id(value) && found.next().is_some_and(|found| found.is_id)
}

/// The ids of one collection, by what their names begin with: whether each of them only stands for
/// one.
pub(super) struct Ids(FxHashMap<String, bool>);

impl Ids {
    /// Those among some settings, given by their names and values.
    pub(super) fn among(
        settings: impl Iterator<Item = (impl AsRef<str>, impl AsRef<str>)>,
    ) -> Self {
        let mut ids = FxHashMap::default();
        for (name, value) in settings {
            if let Some(Half::Id(start)) = Half::of(name.as_ref()) {
                let are_dummies = ids.entry(start).or_insert(true);
                *are_dummies &= is_dummy_word(values::unquoted(value.as_ref()));
            }
        }
        Self(ids)
    }
}

/// Whether a value stands for the secret half of an AWS key, and so does the id beside it.
pub(super) fn is_dummy(
    name: &str,
    value: &str,
    beside: &LazyCell<Ids, impl FnOnce() -> Ids>,
) -> bool {
    if !is_dummy_word(value) || !name.to_ascii_lowercase().contains("aws") {
        return false;
    }
    let Some(Half::Secret(start)) = Half::of(name) else {
        return false;
    };
    beside.0.get(&start).is_none_or(|are_dummies| *are_dummies)
}

fn is_dummy_word(value: &str) -> bool {
    DUMMIES.contains(&&*value.to_ascii_lowercase())
}
