//! Credentials in everything that is no Secret.

use manifest::{FieldPath, Gvk, Location, Segment, View};

use super::names;
use super::rules::{CREDENTIAL_IN_CONFIG, DEFAULT_PASSWORD, UNCERTAIN_CREDENTIAL};
use super::values::{self, Verdict};
use super::{base64, forms, texts};
use crate::problem::{At, Field, Problem, part_of};
use crate::rule::Rule;

const DEPTH: usize = 64;

/// How many credentials of an object are told.
const LIMIT: usize = 100;

/// The credentials of an object that is no Secret.
pub(super) fn problems(object: View<'_>, gvk: &Gvk) -> Vec<Problem> {
    let mut search = Search {
        problems: Vec::new(),
        path: Vec::new(),
    };
    let is_settings = match (&*gvk.group, &*gvk.kind) {
        ("", "ConfigMap") => {
            search.config_map(object);
            return search.problems;
        }
        ("argoproj.io", "Application" | "ApplicationSet") => true,
        ("helm.toolkit.fluxcd.io" | "helm.cattle.io", _) => true,
        ("kustomize.toolkit.fluxcd.io", _) => true,
        _ => false,
    };
    search.walk(object, is_settings, 0);
    search.problems
}

/// The credentials in the values of a chart, each at its place.
pub(super) fn in_values(values: View<'_>) -> Vec<Problem> {
    let mut search = Search {
        problems: Vec::new(),
        path: Vec::new(),
    };
    search.walk(values, true, 0);
    let placed = search.problems.into_iter().map(|problem| {
        let place = match &problem.at {
            At::Field(field) => values.at(&field.path).and_then(View::origin),
            At::Source(_) | At::Nowhere => None,
        };
        match place {
            Some(place) => problem.at(place.locate()),
            None => problem,
        }
    });
    placed.collect()
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

struct Search<'a> {
    problems: Vec<Problem>,
    path: Vec<Step<'a>>,
}

impl<'a> Search<'a> {
    fn within(&mut self, step: Step<'a>, look: impl FnOnce(&mut Self)) {
        self.path.push(step);
        if self.problems.len() < LIMIT {
            look(self);
        }
        self.path.pop();
    }

    fn config_map(&mut self, object: View<'a>) {
        let mut each = |field: &'a str, look: &dyn Fn(&mut Self, &'a str, View<'a>)| {
            for entry in object.get(field).into_iter().flat_map(View::entries) {
                let key = entry.key.text();
                self.within(Step::Key(field), |search| {
                    search.within(Step::Key(key), |search| look(search, key, entry.value));
                });
            }
        };
        each("data", &|search, key, value| search.setting(key, value));
        each("binaryData", &|search, key, value| {
            if let Some(text) = base64::decode(value.text()) {
                search.encoded(key, &text);
            }
        });
        for field in ["metadata", "immutable"] {
            if let Some(value) = object.get(field) {
                self.within(Step::Key(field), |search| search.walk(value, false, 1));
            }
        }
    }

    /// Looks at everything in a value. `is_settings` tells whether names in it are those of
    /// settings, as in a chart's values.
    fn walk(&mut self, view: View<'a>, is_settings: bool, depth: usize) {
        if depth > DEPTH {
            return;
        }
        if view.is_map() {
            let named = view.get("name").zip(view.get("value"));
            let named = named.filter(|(_, value)| !value.is_map() && !value.is_seq());
            for entry in view.entries() {
                let key = entry.key.text();
                self.within(Step::Key(key), |search| match (key, named) {
                    ("value", Some((name, value))) => search.setting(name.text(), value),
                    ("encryptedData" | "caBundle", _) => {}
                    _ if entry.value.is_map() && names::tells_keys(key) => {}
                    ("data" | "stringData", _) if is_template(&search.path) => {
                        search.walk(entry.value, true, depth + 1);
                    }
                    ("args" | "command", _) if entry.value.is_seq() => {
                        search.arguments(entry.value);
                    }
                    _ if is_settings && !entry.value.is_map() && !entry.value.is_seq() => {
                        search.setting(key, entry.value);
                    }
                    _ => search.walk(entry.value, is_settings, depth + 1),
                });
            }
        } else if view.is_seq() {
            for (index, item) in view.items().enumerate() {
                self.within(Step::Index(index), |search| {
                    search.walk(item, is_settings, depth + 1);
                });
            }
        } else {
            self.forms(view, &self.name());
        }
    }

    /// One setting: its name and its text, which may hold further settings.
    fn setting(&mut self, name: &str, value: View<'a>) {
        if value.is_map() || value.is_seq() || self.forms(value, name) {
            return;
        }
        if let Some(sort) = names::sort(name) {
            let verdict = values::judge(sort, value.text());
            return self.tell(verdict, name, None, None);
        }
        self.inner(name, value);
    }

    /// The settings in a text.
    fn inner(&mut self, name: &str, value: View<'a>) {
        let text = value.text();
        if !text.contains(['=', ':']) {
            return;
        }
        for setting in texts::settings(text).0 {
            if let Some(sort) = names::sort(&setting.name) {
                let verdict = values::judge(sort, &setting.value);
                let place = part_of(value, setting.span);
                self.tell(verdict, &setting.name, Some(name), place);
            }
        }
    }

    /// What a key of `binaryData` stands for.
    fn encoded(&mut self, name: &str, text: &str) {
        for found in forms::find(text) {
            let verdict = found.login.as_ref().map(login);
            if verdict.is_none_or(|verdict| verdict == Verdict::Credential) {
                let message = format!("`{name}` holds {}, in base64", found.what);
                self.push(&CREDENTIAL_IN_CONFIG, message, None);
                self.mark_issued(&found);
                return;
            }
        }
        for setting in texts::settings(text).0 {
            if let Some(sort) = names::sort(&setting.name) {
                let verdict = values::judge(sort, &setting.value);
                self.tell(verdict, &setting.name, Some(name), None);
            }
        }
    }

    /// What a program is started with: `--password=x`, or `--password` before `x`.
    fn arguments(&mut self, list: View<'a>) {
        let mut before: Option<&str> = None;
        for (index, item) in list.items().enumerate() {
            let text = item.text();
            self.within(Step::Index(index), |search| {
                if search.forms(item, &search.name()) {
                    return;
                }
                let flag = before.filter(|_| !text.starts_with('-'));
                match flag.and_then(|flag| Some((flag, names::sort(flag)?))) {
                    Some((flag, sort)) => {
                        search.tell(values::judge(sort, text), flag, None, None);
                    }
                    None => search.inner(flag_of(text), item),
                }
            });
            before = text
                .strip_prefix('-')
                .map(|flag| flag.trim_start_matches('-'));
        }
    }

    /// Tells what the text of a name holds that is known by its form, and whether there was any.
    fn forms(&mut self, view: View<'a>, name: &str) -> bool {
        let mut is_told = false;
        for found in forms::find(view.text()) {
            let verdict = found.login.as_ref().map_or(Verdict::Credential, login);
            let what = found.what;
            match verdict {
                // The name of a key is no use without the key.
                Verdict::Credential if is_key_id(&self.name()) => {
                    let message = format!("`{name}` looks like a credential");
                    self.push(&UNCERTAIN_CREDENTIAL, message, part_of(view, found.span));
                }
                Verdict::Credential => {
                    let message = format!("`{name}` holds {what}");
                    self.push(&CREDENTIAL_IN_CONFIG, message, part_of(view, found.span));
                    self.mark_issued(&found);
                }
                Verdict::Default => {
                    let message =
                        format!("the password in the URL `{name}` is a well-known default");
                    self.push(&DEFAULT_PASSWORD, message, part_of(view, found.span));
                }
                Verdict::Placeholder | Verdict::Kept | Verdict::Harmless => continue,
            }
            is_told = true;
        }
        is_told
    }

    fn tell(
        &mut self,
        verdict: Verdict,
        name: &str,
        within: Option<&str>,
        place: Option<Location>,
    ) {
        let of = within.map_or(String::new(), |outer| match outer == name {
            true => String::new(),
            false => format!(" in `{outer}`"),
        });
        match verdict {
            Verdict::Credential => {
                let message = format!("`{name}`{of} looks like a credential");
                self.push(&UNCERTAIN_CREDENTIAL, message, place);
            }
            Verdict::Default => {
                let message = format!("the password `{name}`{of} is a well-known default");
                self.push(&DEFAULT_PASSWORD, message, place);
            }
            Verdict::Placeholder | Verdict::Kept | Verdict::Harmless => {}
        }
    }

    /// What the value is called: its key, or that of the list that it stands in.
    fn name(&self) -> String {
        let mut steps = self.path.iter().rev();
        let key = steps.find_map(|step| match step {
            Step::Key(key) => Some(*key),
            Step::Index(_) => None,
        });
        key.unwrap_or_default().to_owned()
    }

    /// Notes of the last problem whether it tells of what a service gave out.
    fn mark_issued(&mut self, found: &forms::Found) {
        if let Some(problem) = self.problems.last_mut() {
            problem.is_issued = found.login.is_none();
        }
    }

    fn push(&mut self, rule: &'static Rule, message: String, place: Option<Location>) {
        let problem = Problem::new(rule, message);
        self.problems.push(match place {
            Some(place) => problem.at(place),
            None => problem.at_field(Field {
                path: self
                    .path
                    .iter()
                    .map(|step| Segment::from(*step))
                    .collect::<FieldPath>(),
                ..Field::default()
            }),
        });
    }
}

impl From<Step<'_>> for Segment {
    fn from(step: Step<'_>) -> Self {
        match step {
            Step::Key(key) => Self::from(key),
            Step::Index(index) => Self::from(index),
        }
    }
}

fn is_key_id(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace(['_', '-', '.'], "");
    name.ends_with("keyid")
}

/// The name in `--name=value`.
fn flag_of(argument: &str) -> &str {
    let flag = argument.split('=').next().unwrap_or(argument);
    flag.trim_start_matches('-')
}

/// Whether a path leads to what a SealedSecret or an ExternalSecret makes a Secret from.
fn is_template(path: &[Step<'_>]) -> bool {
    matches!(path, [.., Step::Key("template"), Step::Key(_)])
}

fn login((user, password): &(String, String)) -> Verdict {
    values::judge_login(user, password)
}
