//! Credentials in everything that is no Secret.

use manifest::{FieldPath, Gvk, Location, Segment, Span, View};

use super::names;
use super::pairs::{self, Pairs};
use super::rules::{CREDENTIAL_IN_CONFIG, DEFAULT_PASSWORD, UNCERTAIN_CREDENTIAL};
use super::values::{self, Verdict};
use super::{base64, forms, remarks, texts};
use crate::problem::{At, Field, Nature, Problem, part_of};
use crate::rule::{Rule, Severity};

const DEPTH: usize = 64;

/// How many credentials of an object are told.
const LIMIT: usize = 100;

/// How many further places of one secret half are told.
const REPEATS: usize = 10;

/// The credentials of an object that is no Secret.
pub(super) fn problems(object: View<'_>, gvk: &Gvk) -> Vec<Problem> {
    let mut search = Search::of(object);
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
    let mut search = Search::of(values);
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
    /// The key of the value that is looked at.
    key: Option<View<'a>>,
    pairs: Pairs<'a>,
    /// The secret halves of access keys that are told, each with its place and its problem.
    secrets: Vec<(String, Option<Location>, usize)>,
    /// Whether what is looked at belongs to something that is switched off.
    is_off: bool,
}

/// A setting in a value: the value itself, or one of those in its text.
#[derive(Clone, Copy)]
struct Setting<'s> {
    name: &'s str,
    text: &'s str,
    /// The setting in whose text it stands.
    within: Option<&'s str>,
}

impl Setting<'_> {
    /// What it is called, and where it stands.
    fn shown(&self) -> String {
        let name = self.name;
        match self.within.filter(|outer| *outer != name) {
            Some(outer) => format!("`{name}` in `{outer}`"),
            None => format!("`{name}`"),
        }
    }
}

/// A value, or a part of its text.
#[derive(Clone, Copy)]
struct Part<'a> {
    of: View<'a>,
    span: Option<Span>,
}

impl<'a> Part<'a> {
    fn whole(of: View<'a>) -> Self {
        Self { of, span: None }
    }

    fn of(of: View<'a>, span: Span) -> Self {
        let span = Some(span);
        Self { of, span }
    }

    fn text(self) -> &'a str {
        let text = self.of.text();
        let part = self.span.and_then(|span| text.get(span.range()));
        part.unwrap_or(text)
    }

    /// The place of a part that is not the whole value.
    fn inner(self) -> Option<Location> {
        part_of(self.of, self.span?)
    }

    fn place(self) -> Option<Location> {
        let whole = || self.of.origin().map(|src| src.locate());
        self.inner().or_else(whole)
    }
}

/// What is added where a comment says that a value is only a placeholder.
const REMARKED: &str = ", which a comment says is to be replaced";

/// What is added where a chart is told not to make what the value is for.
const SWITCHED_OFF: &str = ", of something that is not enabled";

impl<'a> Search<'a> {
    fn of(root: View<'a>) -> Self {
        Self {
            problems: Vec::new(),
            path: Vec::new(),
            key: None,
            pairs: Pairs::of(root),
            secrets: Vec::new(),
            is_off: false,
        }
    }

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
                self.key = Some(entry.key);
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
            let was_off = self.is_off;
            self.is_off |= is_settings && is_switched_off(view);
            for entry in view.entries() {
                let key = entry.key.text();
                self.key = Some(entry.key);
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
            self.is_off = was_off;
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
        let setting = Setting {
            name,
            text: value.text(),
            within: None,
        };
        if self.half(setting, Part::whole(value)) {
            return;
        }
        match names::sort(name) {
            Some(sort) => {
                let verdict = values::judge(sort, value.text());
                self.tell(verdict, setting, Some(Part::whole(value)));
            }
            None => self.inner(name, value),
        }
    }

    /// Tells the secret half of an access key, once for all places that it stands at, and passes
    /// over the id beside it. Whether a setting is either.
    fn half(&mut self, setting: Setting<'_>, part: Part<'a>) -> bool {
        let Setting { name, text, .. } = setting;
        if self.pairs.is_id(name, text) {
            return true;
        }
        if !self.pairs.is_secret(name, text) {
            return false;
        }
        let text = values::unquoted(text);
        let place = part.place();
        let mut known = self.secrets.iter();
        if let Some((_, first, at)) = known.find(|(known, ..)| known == text) {
            if let (Some(first), Some(place)) = (first.clone(), place)
                && let Some(problem) = self.problems.get_mut(*at)
                && problem.related.len() < REPEATS
            {
                problem.relate_to("and here", place, first);
            }
            return true;
        }
        let message = format!("{} is the secret half of an access key", setting.shown());
        let at = self.problems.len();
        self.secrets.push((text.to_owned(), place, at));
        let problem = self.push(&CREDENTIAL_IN_CONFIG, message, part.inner());
        problem.nature = Nature::Issued;
        true
    }

    /// Whether a comment beside a value says that it is to be replaced. Remarks stay where somebody
    /// has put in what they ask for.
    fn is_remarked(&self, part: Part<'a>) -> bool {
        !values::holds_generated(part.text())
            && match part.span {
                Some(span) => remarks::is_in(part.of.text(), span),
                None => self.key.is_some_and(remarks::is_beside),
            }
    }

    /// The settings in a text.
    fn inner(&mut self, name: &str, value: View<'a>) {
        let text = value.text();
        if !text.contains(['=', ':']) {
            return;
        }
        for own in texts::settings(text).0 {
            let part = Part::of(value, own.span);
            let setting = Setting {
                name: &own.name,
                text: &own.value,
                within: Some(name),
            };
            if self.half(setting, part) {
                continue;
            }
            if let Some(sort) = names::sort(&own.name) {
                self.tell(values::judge(sort, &own.value), setting, Some(part));
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
        for own in texts::settings(text).0 {
            if let Some(sort) = names::sort(&own.name) {
                let setting = Setting {
                    name: &own.name,
                    text: &own.value,
                    within: Some(name),
                };
                self.tell(values::judge(sort, &own.value), setting, None);
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
                        let setting = Setting {
                            name: flag,
                            text,
                            within: None,
                        };
                        search.tell(values::judge(sort, text), setting, Some(Part::whole(item)));
                    }
                    None => {
                        let list = search.name();
                        search.inner(flag_of(text).unwrap_or(&list), item);
                    }
                }
            });
            before = Some(text).filter(|text| is_flag(text) && !text.contains('='));
        }
    }

    /// Tells what the text of a name holds that is known by its form, and whether there was any.
    fn forms(&mut self, view: View<'a>, name: &str) -> bool {
        let mut is_told = false;
        let text = view.text();
        for found in forms::find(text) {
            let verdict = found.login.as_ref().map_or(Verdict::Credential, login);
            let what = found.what;
            let part = Part::of(view, found.span);
            match verdict {
                Verdict::Credential if found.is_id => self.id(part, name),
                Verdict::Credential => {
                    let message = format!("`{name}` holds {what}");
                    self.push(&CREDENTIAL_IN_CONFIG, message, part.inner());
                    self.mark_issued(&found);
                }
                Verdict::Default => {
                    let is_remarked = self.is_remarked(part) || self.is_remarked(Part::whole(view));
                    let remark = if is_remarked { REMARKED } else { "" };
                    let message =
                        format!("the URL in `{name}` holds a well-known default password{remark}");
                    let is_lesser = is_remarked || self.is_off || forms::is_local(text, &found);
                    let problem = self.push(&DEFAULT_PASSWORD, message, part.inner());
                    problem.at_most = is_lesser.then_some(Severity::Info);
                }
                Verdict::Placeholder | Verdict::Kept | Verdict::Harmless => continue,
            }
            is_told = true;
        }
        is_told
    }

    /// Tells the id of an access key, which is no use without the secret half.
    fn id(&mut self, part: Part<'a>, name: &str) {
        let text = part.of.text();
        let settings = part.span.filter(|_| text.contains(['=', ':', '\n']));
        let settings = settings.into_iter().flat_map(|_| texts::settings(text).0);
        let mut settings = settings.filter(|own| {
            part.span
                .is_some_and(|span| own.span.start <= span.start && span.end <= own.span.end)
        });
        let own = settings.next().map(|setting| setting.name);
        let own = own.as_deref().unwrap_or(name);
        if self.pairs.is_id(own, part.text()) {
            return;
        }
        if pairs::names_id(own) && self.pairs.is_alone() {
            let message = format!("`{name}` holds the ID of an AWS access key");
            let problem = self.push(&UNCERTAIN_CREDENTIAL, message, part.inner());
            problem.help = Some(pairs::ID_HELP.to_owned());
            return;
        }
        let message = format!("`{name}` holds an AWS access key");
        self.push(&CREDENTIAL_IN_CONFIG, message, part.inner())
            .nature = Nature::Issued;
    }

    fn tell(&mut self, verdict: Verdict, setting: Setting<'_>, part: Option<Part<'a>>) {
        let shown = setting.shown();
        let (rule, message) = match verdict {
            Verdict::Credential => (
                &UNCERTAIN_CREDENTIAL,
                format!("{shown} looks like a credential"),
            ),
            Verdict::Default => (
                &DEFAULT_PASSWORD,
                format!("the value of {shown} is a well-known default password"),
            ),
            Verdict::Placeholder | Verdict::Kept | Verdict::Harmless => return,
        };
        let is_remarked = part.is_some_and(|part| self.is_remarked(part));
        // What everyone knows leaks nothing, and lets nobody in where nothing runs.
        let is_idle = self.is_off && verdict == Verdict::Default;
        let remark = match (is_remarked, is_idle) {
            (true, _) => REMARKED,
            (false, true) => SWITCHED_OFF,
            (false, false) => "",
        };
        let inner = part.and_then(Part::inner);
        let problem = self.push(rule, format!("{message}{remark}"), inner);
        problem.at_most = (is_remarked || is_idle).then_some(Severity::Info);
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
            problem.nature = match found.login {
                None if found.is_self_made() => Nature::SelfMade,
                None => Nature::Issued,
                Some(_) => Nature::Usual,
            };
        }
    }

    fn push(
        &mut self,
        rule: &'static Rule,
        message: String,
        place: Option<Location>,
    ) -> &mut Problem {
        let problem = Problem::new(rule, message);
        let problem = match place {
            Some(place) => problem.at(place),
            None => problem.at_field(Field {
                path: self
                    .path
                    .iter()
                    .map(|step| Segment::from(*step))
                    .collect::<FieldPath>(),
                ..Field::default()
            }),
        };
        let at = self.problems.len();
        self.problems.push(problem);
        &mut self.problems[at]
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

/// The flag in `--name=value`.
fn flag_of(argument: &str) -> Option<&str> {
    let flag = argument.split('=').next().unwrap_or(argument);
    is_flag(flag).then_some(flag)
}

/// Whether a text may be shown as the name of a flag. What has several words is a script, and what
/// has other signs is a URL, a path or a login, which may hold a secret.
fn is_flag(text: &str) -> bool {
    text.starts_with('-') && !text.contains(|c: char| c.is_whitespace() || "=/@:".contains(c))
}

/// Whether settings say that what they are for is not made.
fn is_switched_off(settings: View<'_>) -> bool {
    let enabled = settings.get("enabled");
    enabled.is_some_and(|enabled| enabled.text() == "false")
}

/// Whether a path leads to what a SealedSecret or an ExternalSecret makes a Secret from.
fn is_template(path: &[Step<'_>]) -> bool {
    matches!(path, [.., Step::Key("template"), Step::Key(_)])
}

fn login((user, password): &(String, String)) -> Verdict {
    values::judge_login(user, password)
}
