//! Values that no output may show: what a Secret holds, and what looks like a credential.

use std::sync::{Arc, LazyLock};

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Gvk, Kind, Location, Node, Object, Source, Span, Src, View};
use regex::Regex;
use rustc_hash::{FxHashMap, FxHashSet};

use super::words::{Words, is_telling};
use crate::checks::credentials;
use crate::judge::finding::Finding;
use crate::render::Rendered;

/// What stands in place of a sensitive value.
pub const REDACTED: &str = "‹redacted›";

/// The rules whose place is a sensitive value.
const HOLDS_SECRET: [&str; 3] = [
    "credential-in-config",
    "default-password",
    "uncertain-credential",
];

const DEPTH_LIMIT: usize = 128;

/// Where a value is hidden.
#[derive(Clone, Copy)]
enum Hidden {
    /// Where it stands: what is called after a secret may only be the name of one.
    There,
    /// In messages, too.
    Everywhere,
}

/// Where sensitive values stand in the files.
#[derive(Debug, Default)]
pub struct Sensitive {
    spans: FxHashMap<Utf8PathBuf, Vec<Span>>,
    /// What stands there and could be taken for something else: it is hidden in messages about
    /// the file.
    words: FxHashMap<Utf8PathBuf, Words>,
    /// What could not: it is hidden in every message.
    telling: Words,
}

#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that tests compile"
)]
static CREDENTIAL: LazyLock<Regex> = LazyLock::new(|| {
    // ASCII's word boundaries: with those of Unicode the search is many times slower from the
    // first character on that is not ASCII.
    Regex::new(concat!(
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
        r"|(?-u:\b)(?:AKIA|ASIA)[0-9A-Z]{16}(?-u:\b)",
        r"|(?-u:\b)gh[pousr]_[0-9A-Za-z]{20,}",
        r"|(?-u:\b)github_pat_[0-9A-Za-z_]{20,}",
        r"|(?-u:\b)glpat-[0-9A-Za-z_-]{16,}",
        r"|(?-u:\b)xox[abeprs]-[0-9A-Za-z-]{10,}",
        r"|(?-u:\b)[rs]k_(?:live|test)_[0-9A-Za-z]{16,}",
        r"|(?-u:\b)eyJ[0-9A-Za-z_-]{8,}\.eyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]+",
        r"|(?-u:\b)AIza[0-9A-Za-z_-]{30,}",
        r"|(?-u:\b)[a-z][a-z0-9+.-]*://[^\s:/@'\x22]+:[^\s:/@'\x22]+@",
    ))
    .unwrap()
});

#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that tests compile"
)]
static SECRET_NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i-u)passw(?:or)?d|passphrase|secret|token|credential|api[_.-]?key|access[_.-]?key",
        r"|private[_.-]?key|client[_.-]?key|encryption[_.-]?key",
    ))
    .unwrap()
});

#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that tests compile"
)]
static ASSIGNMENT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?m)^[ \t]*(?:- +)?[^\s:=]+ *[:=][ \t]*(\S.*)$|^[ \t]*-[ \t]+(\S.*)$|^[ \t]+(\S+)$",
    )
    .unwrap()
});

impl Sensitive {
    /// The sensitive bytes of a file, in order and without overlap.
    pub fn spans(&self, file: &Utf8Path) -> &[Span] {
        self.spans.get(file).map_or(&[], Vec::as_slice)
    }

    /// What is sensitive in rendered objects.
    pub fn in_objects(rendered: &[Rendered]) -> Self {
        let mut sensitive = Self::default();
        for object in rendered.iter().flat_map(|target| &target.objects) {
            sensitive.add_object(object);
        }
        sensitive
    }

    /// Adds what others know.
    pub fn join(&mut self, other: Self) {
        for (path, spans) in other.spans {
            self.spans.entry(path).or_default().extend(spans);
        }
        for (path, words) in other.words {
            self.words.entry(path).or_default().join(words);
        }
        self.telling.join(other.telling);
    }

    /// Learns what is sensitive in every file that a finding shows, and puts all in order.
    pub fn learn<'a>(&mut self, findings: impl IntoIterator<Item = &'a Finding>) {
        let mut seen: FxHashSet<&str> = FxHashSet::default();
        for finding in findings {
            for place in finding.places() {
                if seen.insert(place.path().as_str()) {
                    self.add_file(&place.file);
                }
            }
            // What a rule on secrets points at is one, whatever it looks like.
            if HOLDS_SECRET.contains(&&*finding.rule.id)
                && let Some(place) = &finding.place
            {
                self.add(place);
            }
        }
        self.settle();
    }

    /// Takes what is sensitive out of what a finding says.
    pub fn clean(&self, finding: &mut Finding) {
        let file = finding.place.as_ref().map(|place| &*place.file);
        finding.message = self.scrub(&finding.message, file);
        let help = finding.help.take();
        finding.help = help.map(|help| self.scrub(&help, file).into());
    }

    /// Adds what an object's values stand for: all that a Secret holds, wherever it came from.
    pub fn add_object(&mut self, object: &Object) {
        if !is_secret(&object.id.gvk) {
            return;
        }
        for values in held(object.node.view()) {
            for entry in values.entries() {
                let before = entry.was.map(|w| &w.node);
                self.add_origins(entry.value, before, Hidden::Everywhere);
            }
        }
    }

    /// Adds what looks sensitive in an object as it is applied, wherever it came from.
    pub fn add_applied(&mut self, object: &Object) {
        self.add_object(object);
        self.add_value(object.node.view(), 0);
    }

    /// Whether any byte of a place is sensitive. To be asked after [`Sensitive::settle`].
    pub fn hides(&self, place: &Location) -> bool {
        let spans = self.spans(place.path());
        let touches = |span: &Span| span.start < place.span.end && place.span.start < span.end;
        spans.iter().any(touches)
    }

    /// Adds what a file shows by itself, whether or not anything renders it.
    pub fn add_file(&mut self, source: &Arc<Source>) {
        if !source.tree.errors().is_empty() && speaks_of_secrets(source) {
            self.add_assignments(source);
        }
        for node in source.documents().documents {
            self.add_value(node.view(), 0);
        }
        for found in CREDENTIAL.find_iter(source.tree.text()) {
            self.add(&source.locate(Span::new(found.start() as u32, found.end() as u32)));
        }
    }

    /// Adds the bytes of a place, and what stands there.
    pub fn add(&mut self, place: &Location) {
        self.cover(place);
        let text = place.file.tree.text().get(place.span.range());
        for line in text.into_iter().flat_map(str::lines) {
            self.add_text(line, place.path());
            // A literal of a generator.
            if let Some((_, value)) = line.split_once('=') {
                self.add_text(value, place.path());
            }
        }
    }

    /// Adds the bytes of a place.
    pub fn cover(&mut self, place: &Location) {
        if !place.span.is_empty() {
            let spans = self.spans.entry(place.path().to_owned()).or_default();
            spans.push(place.span);
        }
    }

    fn hide(&mut self, place: &Location, hidden: Hidden) {
        match hidden {
            Hidden::There => self.cover(place),
            Hidden::Everywhere => self.add(place),
        }
    }

    /// Adds a value that stands in a file.
    fn add_text(&mut self, text: &str, file: &Utf8Path) {
        let value = text.trim().trim_matches(['"', '\'']);
        let words = self.words.entry(file.to_owned()).or_default();
        let decoded = spanned_yaml::base64(value).and_then(|bytes| String::from_utf8(bytes).ok());
        let lines = decoded.iter().flat_map(|text| text.lines());
        for value in lines.map(str::trim).chain([value]) {
            if is_telling(value) {
                self.telling.add(value);
            } else if !SECRET_NAME.is_match(value) {
                words.add(value);
            }
        }
    }

    /// Puts every file's bytes in order. To be called once, when all are added.
    pub fn settle(&mut self) {
        for spans in self.spans.values_mut() {
            spans.sort_unstable();
            let mut settled: Vec<Span> = Vec::with_capacity(spans.len());
            for span in spans.drain(..) {
                match settled.last_mut() {
                    Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
                    _ => settled.push(span),
                }
            }
            *spans = settled;
        }
    }

    /// A message about a file without sensitive values, and without anything that looks like a
    /// credential.
    pub fn scrub(&self, message: &str, file: Option<&Source>) -> String {
        let scrubbed = CREDENTIAL.replace_all(message, REDACTED);
        let scrubbed = self.telling.hide(&scrubbed);
        let words = file.and_then(|file| self.words.get(file.path()));
        match words {
            Some(words) => words.hide_words(&scrubbed),
            None => scrubbed,
        }
    }

    fn add_origins(&mut self, value: View<'_>, before: Option<&Node>, hidden: Hidden) {
        if let View::Made(made) = value {
            for place in made.parts.iter().flat_map(|part| part.from.locate_all()) {
                self.hide(&place, hidden);
            }
            if made.parts.is_empty()
                && let Some(by) = &made.step.by
            {
                self.hide(&by.locate(), hidden);
            }
        } else if value.kind() == Kind::Scalar
            && let Some(src) = value.origin()
        {
            for place in src.locate_all() {
                self.hide(&place, hidden);
            }
        }
        if let Some(before) = before {
            self.add_origins(before.view(), None, hidden);
        }
    }

    fn add_value(&mut self, value: View<'_>, depth: usize) {
        if depth > DEPTH_LIMIT {
            return;
        }
        if is_secret(&Gvk::of(value)) {
            for values in held(value) {
                self.add_scalars(values, depth, Hidden::Everywhere);
            }
            return;
        }
        if let (Some(name), Some(literal)) = (value.get("name"), value.get("value"))
            && SECRET_NAME.is_match(name.text())
        {
            self.add_scalars(literal, depth, called(name.text()));
        }
        if let (Some(path), Some(literal)) = (value.get("path"), value.get("value"))
            && (path.text().starts_with("/data") || path.text().starts_with("/stringData"))
        {
            self.add_scalars(literal, depth, Hidden::Everywhere);
        }
        for entry in value.entries() {
            let key = entry.key.text();
            if key == "secretGenerator" {
                for generator in entry.value.items() {
                    if let Some(literals) = generator.get("literals") {
                        self.add_scalars(literals, depth, Hidden::Everywhere);
                    }
                }
            } else if SECRET_NAME.is_match(key) && entry.value.as_str().is_some() {
                self.add_scalars(entry.value, depth, called(key));
            } else if entry.value.style() == manifest::Style::Literal
                && entry.value.text().contains("Secret")
            {
                if let Some(host) = entry.value.origin() {
                    self.add_embedded(host, depth);
                }
            } else {
                self.add_value(entry.value, depth + 1);
            }
        }
        for item in value.items() {
            self.add_value(item, depth + 1);
        }
    }

    fn add_embedded(&mut self, host: Src, depth: usize) {
        let inner = Source::embedded(host);
        for node in inner.documents().documents {
            self.add_value(node.view(), depth + 1);
        }
    }

    fn add_scalars(&mut self, value: View<'_>, depth: usize, hidden: Hidden) {
        if depth > DEPTH_LIMIT {
            return;
        }
        if value.kind() == Kind::Scalar {
            self.add_origins(value, None, hidden);
        }
        for child in value.entries().map(|e| e.value).chain(value.items()) {
            self.add_scalars(child, depth + 1, hidden);
        }
    }

    /// Every value of a file that is no YAML or cannot be read as such.
    fn add_assignments(&mut self, source: &Arc<Source>) {
        for found in ASSIGNMENT.captures_iter(source.tree.text()) {
            let line = &found[0];
            let harmless = ["apiVersion:", "kind:", "metadata:", "name:"];
            if harmless
                .iter()
                .any(|key| line.trim_start().starts_with(key))
            {
                continue;
            }
            if let Some(value) = found.get(1).or(found.get(2)).or(found.get(3)) {
                let span = Span::new(value.start() as u32, value.end() as u32);
                self.add(&source.locate(span));
            }
        }
    }
}

/// Where a value is hidden that is called after a secret: `password` is one, `secretName` is not.
fn called(name: &str) -> Hidden {
    match credentials::is_credential_name(name) {
        true => Hidden::Everywhere,
        false => Hidden::There,
    }
}

/// Whether a value may not be seen wherever it stands: it looks like a credential, or its name says
/// that it is one.
pub fn looks_sensitive(name: &str, value: &str) -> bool {
    let says_something = !value.is_empty() && !matches!(value, "true" | "false" | "null");
    CREDENTIAL.is_match(value) || (says_something && SECRET_NAME.is_match(name))
}

/// A file's text without what nobody may see.
pub fn masked(path: &Utf8Path, text: &str) -> String {
    let source = Source::file(path, spanned_yaml::Tree::parse(text));
    let mut sensitive = Sensitive::default();
    sensitive.add_file(&source);
    sensitive.settle();
    let mut shown = String::with_capacity(text.len());
    let mut at = 0;
    for span in sensitive.spans(path) {
        shown.push_str(text.get(at..span.start as usize).unwrap_or_default());
        shown.push_str(REDACTED);
        at = span.end as usize;
    }
    shown.push_str(text.get(at..).unwrap_or_default());
    shown
}

/// Learns what is sensitive in rendered objects and in every file that a finding shows, and
/// takes it out of the findings' messages.
pub fn redact(rendered: &[Rendered], findings: &mut [Finding]) -> Sensitive {
    let mut sensitive = Sensitive::in_objects(rendered);
    sensitive.learn(&*findings);
    for finding in findings {
        sensitive.clean(finding);
    }
    sensitive
}

/// What a Secret holds, whatever the fields are called: all but what every object has.
fn held<'a>(secret: View<'a>) -> impl Iterator<Item = View<'a>> {
    let entries = secret.entries().filter(|entry| {
        let is_scalar = entry.value.kind() == Kind::Scalar;
        match entry.key.text() {
            "apiVersion" | "kind" | "metadata" => false,
            "type" => !is_scalar,
            "immutable" => !matches!(entry.value.text(), "true" | "false"),
            _ => true,
        }
    });
    entries.map(|entry| entry.value)
}

/// Whether a file that cannot be read as YAML may hold a Secret.
fn speaks_of_secrets(source: &Source) -> bool {
    let text = source.tree.text();
    SECRET_NAME.is_match(source.path().as_str())
        || text.contains("Secret")
        || text.contains("stringData")
}

fn is_secret(gvk: &Gvk) -> bool {
    gvk.group.is_empty() && gvk.kind.eq_ignore_ascii_case("Secret")
}

#[cfg(test)]
mod tests {
    use spanned_yaml::Tree;

    use super::*;

    fn check(text: &str, expect: &str) {
        let source = Source::file("a.yaml", Tree::parse(text));
        let mut sensitive = Sensitive::default();
        sensitive.add_file(&source);
        sensitive.settle();
        let mut shown = String::new();
        let mut at = 0;
        for span in sensitive.spans(Utf8Path::new("a.yaml")) {
            shown.push_str(&text[at..span.start as usize]);
            shown.push_str(REDACTED);
            at = span.end as usize;
        }
        shown.push_str(&text[at..]);
        assert_eq!(shown, expect);
    }

    #[test]
    fn hides_what_a_secret_holds() {
        check(
            "kind: Secret\napiVersion: v1\ndata:\n  a: cGFzcw==\nstringData: {b: 'x y'}\n",
            "kind: Secret\napiVersion: v1\ndata:\n  a: ‹redacted›\nstringData: {b: ‹redacted›}\n",
        );
    }

    #[test]
    fn hides_generator_literals_and_patches_of_secrets() {
        check(
            "secretGenerator:\n- literals: [a=hunter2]\npatches:\n- patch: |\n    kind: Secret\n    stringData:\n      a: hunter2\n",
            "secretGenerator:\n- literals: [‹redacted›]\npatches:\n- patch: |\n    kind: Secret\n    stringData:\n      a: ‹redacted›\n",
        );
    }

    #[test]
    fn hides_what_is_named_like_a_credential_or_looks_like_one() {
        check(
            "env:\n- {name: DB_PASSWORD, value: hunter2}\n- {name: MODE, value: fast}\nurl: postgres://me:hunter2@db/x\n",
            "env:\n- {name: DB_PASSWORD, value: ‹redacted›}\n- {name: MODE, value: fast}\nurl: ‹redacted›db/x\n",
        );
    }

    #[test]
    fn takes_values_out_of_messages_and_leaves_names() {
        let source = Source::file(
            "a.yaml",
            Tree::parse("kind: Secret\napiVersion: v1\nstringData: {a: hunter22}\n"),
        );
        let mut sensitive = Sensitive::default();
        sensitive.add_file(&source);
        sensitive.settle();
        let scrub = |message| sensitive.scrub(message, Some(&source));
        assert_eq!(
            scrub("`hunter22` is not base64"),
            "`‹redacted›` is not base64"
        );
        assert_eq!(
            scrub("Secret `hunter22-db` is readable"),
            "Secret `hunter22-db` is readable"
        );
    }

    #[test]
    fn hides_the_values_of_a_secret_that_is_not_yaml() {
        check(
            "kind: Secret\ndata:\n  a: [hunter2\n  b: hunter3\n",
            "kind: Secret\ndata:\n  a: ‹redacted›\n  b: ‹redacted›\n",
        );
    }
}
