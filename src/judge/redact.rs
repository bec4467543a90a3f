//! Values that no output may show: what a Secret holds, and what looks like a credential.

use std::borrow::Cow;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{
    Fault, Gvk, Kind, Location, Object, Source, Span, Src, View, Was, held_by_secret, is_reference,
    lines_of, places_of,
};
use rustc_hash::{FxHashMap, FxHashSet};
use spanned_yaml::Tree;

use super::looks::{CREDENTIAL, Hidden, SECRET_NAME, called};
use super::unread;
use super::words::{Open, Words, is_telling};
use crate::judge::finding::Finding;
use crate::render::Rendered;

pub use super::looks::looks_sensitive;

/// What stands in place of a sensitive value.
pub const REDACTED: &str = "‹redacted›";

/// The rules whose place is a sensitive value.
const HOLDS_SECRET: [&str; 3] = [
    "credential-in-config",
    "default-password",
    "uncertain-credential",
];

const DEPTH_LIMIT: usize = 128;

/// The fields that hold what objects, containers, charts, namespaces and kinds are called, and
/// paths.
const NAMES: [&str; 6] = [
    "apiVersion",
    "kind",
    "mountPath",
    "name",
    "namespace",
    "path",
];

/// Shorter values than this, in bytes, are not looked for in all that is said of a file: they
/// stand everywhere.
const LEAST: usize = 6;

/// Where sensitive values stand in the files.
#[derive(Clone, Debug, Default)]
pub struct Sensitive {
    spans: FxHashMap<Utf8PathBuf, Vec<Span>>,
    /// What stands there and could be taken for something else: it is hidden in messages about
    /// the file.
    words: FxHashMap<Utf8PathBuf, Words>,
    /// What Secrets are made of that faults are about: in the messages about these files not
    /// even the shortest of it is left.
    confided: FxHashMap<Utf8PathBuf, Words>,
    /// What could not: it is hidden in every message.
    telling: Words,
    /// What files call things, each with a place where they do.
    names: FxHashMap<Box<str>, Location>,
    /// The names that are written in the open.
    open: Open,
}

impl Sensitive {
    /// The sensitive bytes of a file, in order and without overlap.
    pub fn spans(&self, file: &Utf8Path) -> &[Span] {
        self.spans.get(file).map_or(&[], Vec::as_slice)
    }

    /// What is sensitive in rendered objects.
    pub fn in_objects(rendered: &[Rendered]) -> Self {
        let mut sensitive = Self::default();
        for target in rendered {
            for object in &target.objects {
                sensitive.add_object(object);
            }
            for fault in &target.faults {
                sensitive.add_fault(fault);
            }
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
        for (path, words) in other.confided {
            self.confided.entry(path).or_default().join(words);
        }
        self.telling.join(other.telling);
        for (name, place) in other.names {
            self.names.entry(name).or_insert(place);
        }
    }

    /// Learns what is sensitive in every file that a finding shows, and puts all in order.
    pub fn learn<'a>(&mut self, findings: impl IntoIterator<Item = &'a Finding>) {
        let findings: Vec<&Finding> = findings.into_iter().collect();
        let mut seen: FxHashSet<&str> = FxHashSet::default();
        for finding in &findings {
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
        self.add_alike(&findings);
        let names = std::mem::take(&mut self.names);
        let names = names.into_iter().filter(|(_, place)| !self.hides(place));
        self.open = names.map(|(name, _)| name).collect();
        let places = findings.iter().flat_map(|finding| finding.places());
        for part in places.flat_map(|place| place.path().components()) {
            self.open.insert(part.as_str().into());
        }
    }

    /// Takes what is sensitive out of what a finding says.
    pub fn clean(&self, finding: &mut Finding) {
        finding.message = self.cleaned(&finding.message, finding);
        // What a rule advises for every case of it says nothing of this one.
        let own = finding
            .help
            .take_if(|help| **help != *finding.rule.remediation);
        if let Some(help) = own {
            finding.help = Some(self.cleaned(&help, finding).into());
        }
    }

    fn cleaned(&self, text: &str, finding: &Finding) -> String {
        let file = finding.place.as_ref().map(|place| &*place.file);
        if !self.is_about_secret(finding) {
            return self.scrub_all_but(&self.open, text, file);
        }
        // A word may be what is secret, rather than the name that it equals, unless it is told as
        // the name.
        let name = finding.affected.iter().find_map(|of| of.object.as_ref());
        let name = name.filter(|id| self.open.contains(&*id.name));
        match name.map(|id| format!("{} `{}`", id.gvk.kind, id.name)) {
            Some(name) => {
                let parts = text.split(&name).map(|part| self.scrub(part, file));
                parts.collect::<Vec<String>>().join(&name)
            }
            None => self.scrub(text, file),
        }
    }

    /// Whether something secret, or a Secret, is what a finding is about.
    fn is_about_secret(&self, finding: &Finding) -> bool {
        let mut objects = finding.affected.iter().filter_map(|of| of.object.as_ref());
        HOLDS_SECRET.contains(&&*finding.rule.id)
            || finding.places().any(|place| self.hides(place))
            || objects.any(|object| object.gvk.is_secret())
    }

    /// Adds what an object's values stand for: all that a Secret holds, wherever it came from.
    pub fn add_object(&mut self, object: &Object) {
        if !object.id.gvk.is_secret() {
            return;
        }
        let mut seen = FxHashSet::default();
        for entry in held_by_secret(object.node.view()) {
            self.add_life(entry.value, entry.was, &mut seen);
        }
    }

    /// Adds a value, and all that it was before.
    fn add_life<'v>(
        &mut self,
        value: View<'v>,
        was: Option<&'v Arc<Was>>,
        seen: &mut FxHashSet<*const Was>,
    ) {
        match value {
            View::Map(map) => {
                for entry in &map.entries {
                    self.add_life(entry.value.view(), entry.was.as_ref(), seen);
                }
            }
            View::Seq(seq) => {
                for item in &seq.items {
                    self.add_life(item.value.view(), item.was.as_ref(), seen);
                }
            }
            _ => {
                if let Some(src) = value.origin() {
                    self.add_lines(&src.source);
                }
                for place in places_of(value) {
                    self.add(&place);
                }
            }
        }
        let mut was = was;
        while let Some(before) = was.filter(|was| seen.insert(Arc::as_ptr(was))) {
            self.add_life(before.node.view(), None, seen);
            was = before.prev.as_ref();
        }
    }

    /// Adds what a fault hides, for messages that are about the same file above all.
    pub fn add_fault(&mut self, fault: &Fault) {
        if fault.hides.is_empty() {
            return;
        }
        let about = fault.at.as_ref().map_or(Utf8Path::new(""), Location::path);
        for place in &fault.hides {
            self.add(place);
            let confided = self.confided.entry(about.to_owned()).or_default();
            for value in values_at(place) {
                let says_something = !matches!(&*value, "true" | "false" | "null");
                if says_something && !SECRET_NAME.is_match(&value) {
                    confided.add(&value);
                }
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
        for (span, hidden) in unread::spans(source) {
            self.hide_written(source, span, hidden);
        }
        for (name, span) in unread::values_of(source, &NAMES) {
            self.add_name(name, || source.locate(span));
        }
        for node in source.documents().documents {
            self.add_value(node.view(), 0);
        }
        for found in CREDENTIAL.find_iter(source.tree.text()) {
            let span = Span::new(found.start() as u32, found.end() as u32);
            self.hide_written(source, span, Hidden::Everywhere);
        }
    }

    /// Adds the bytes of a place, and what stands there.
    pub fn add(&mut self, place: &Location) {
        self.cover(place);
        for value in values_at(place) {
            self.add_text(&value, place.path());
        }
    }

    /// Adds the bytes of a place.
    pub fn cover(&mut self, place: &Location) {
        if !place.span.is_empty() {
            let spans = self.spans.entry(place.path().to_owned()).or_default();
            spans.push(place.span);
        }
    }

    /// Hides bytes of a text where they are written.
    fn hide_written(&mut self, source: &Arc<Source>, span: Span, hidden: Hidden) {
        for place in source.written(span) {
            self.hide(&place, hidden);
        }
    }

    fn hide(&mut self, place: &Location, hidden: Hidden) {
        match hidden {
            Hidden::There => self.cover(place),
            Hidden::Everywhere => self.add(place),
        }
    }

    /// Adds a value that stands in a file.
    fn add_text(&mut self, value: &str, file: &Utf8Path) {
        let words = self.words.entry(file.to_owned()).or_default();
        let decoded = spanned_yaml::base64(value).and_then(|bytes| String::from_utf8(bytes).ok());
        let lines = decoded.iter().flat_map(|text| text.lines());
        for value in lines.map(str::trim).chain([value]) {
            if is_telling(value) {
                self.telling.add(value);
            } else if value.len() >= LEAST && !SECRET_NAME.is_match(value) {
                words.add(value);
            }
        }
    }

    /// Puts every file's bytes in order. To be called when all are added.
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

    /// Adds what is as secret as something that is hidden already.
    fn add_alike(&mut self, findings: &[&Finding]) {
        let related = findings.iter().flat_map(|finding| &finding.related);
        let is_hidden = |like: &Location| self.hides(like);
        let alike = related.filter(|related| related.like.as_ref().is_some_and(is_hidden));
        let alike: Vec<&Location> = alike.map(|related| &related.place).collect();
        for place in &alike {
            self.add(place);
        }
        if !alike.is_empty() {
            self.settle();
        }
    }

    /// A message about a file without sensitive values, and without anything that looks like a
    /// credential.
    pub fn scrub(&self, message: &str, file: Option<&Source>) -> String {
        self.scrub_all_but(&Open::default(), message, file)
    }

    fn scrub_all_but(&self, open: &Open, message: &str, file: Option<&Source>) -> String {
        let scrubbed = CREDENTIAL.replace_all(message, REDACTED);
        let mut text = self.telling.hide(&scrubbed, open);
        let file = file.map_or(Utf8Path::new(""), Source::path);
        if let Some(words) = self.confided.get(file) {
            text = words.hide_words(&text, &Open::default());
        }
        match self.words.get(file) {
            Some(words) => words.hide_words(&text, open),
            None => text,
        }
    }

    /// Adds all lines of a file that is taken as it is.
    fn add_lines(&mut self, source: &Arc<Source>) {
        let is_new = |path: &Utf8Path| !self.spans.contains_key(path);
        if is_new(source.path()) {
            for place in lines_of(source) {
                self.add(&place);
            }
        }
    }

    fn add_value(&mut self, value: View<'_>, depth: usize) {
        if depth > DEPTH_LIMIT {
            return;
        }
        if Gvk::of(value).is_secret() && !is_reference(value) {
            for entry in held_by_secret(value) {
                self.add_scalars(entry.value, depth, Hidden::Everywhere);
            }
            if let Some(name) = value.get_path(&["metadata", "name"])
                && let Some(src) = name.origin()
            {
                self.add_name(name.text(), || src.locate());
            }
            return;
        }
        if value.kind() == Kind::Scalar && may_hold_secrets(value.text()) {
            if let Some(host) = value.origin() {
                self.add_embedded(host, depth);
            }
            return;
        }
        if let Some(patch) = value.get("patch").and_then(View::origin)
            && value.get("target").is_some_and(is_secret_target)
        {
            self.add_patch(patch, depth);
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
            } else {
                if let (true, Some(src)) = (NAMES.contains(&key), entry.value.origin()) {
                    self.add_name(entry.value.text(), || src.locate());
                }
                self.add_value(entry.value, depth + 1);
            }
        }
        for item in value.items() {
            self.add_value(item, depth + 1);
        }
    }

    /// Adds what something is called. What is no longer than a word is hidden in no message.
    fn add_name(&mut self, name: &str, place: impl FnOnce() -> Location) {
        if name.len() >= LEAST && !self.names.contains_key(name) {
            self.names.insert(name.into(), place());
        }
    }

    fn add_embedded(&mut self, host: Src, depth: usize) {
        let inner = Source::embedded(host);
        for (span, hidden) in unread::spans(&inner) {
            self.hide_written(&inner, span, hidden);
        }
        for node in inner.documents().documents {
            self.add_value(node.view(), depth + 1);
        }
    }

    /// Adds what a patch puts into a Secret.
    fn add_patch(&mut self, host: Src, depth: usize) {
        let inner = Source::embedded(host);
        for node in inner.documents().documents {
            for operation in node.view().items() {
                if let Some(value) = operation.get("value") {
                    self.add_scalars(value, depth, Hidden::Everywhere);
                }
            }
            for entry in held_by_secret(node.view()) {
                self.add_scalars(entry.value, depth, Hidden::Everywhere);
            }
        }
    }

    fn add_scalars(&mut self, value: View<'_>, depth: usize, hidden: Hidden) {
        if depth > DEPTH_LIMIT {
            return;
        }
        if value.kind() == Kind::Scalar {
            for place in places_of(value) {
                self.hide(&place, hidden);
            }
        }
        for child in value.entries().map(|e| e.value).chain(value.items()) {
            self.add_scalars(child, depth + 1, hidden);
        }
    }
}

/// Whether a text inside a scalar is gone through as YAML: patches and values stand in such.
fn may_hold_secrets(text: &str) -> bool {
    text.contains(['\n', '{']) && (text.contains("/data") || SECRET_NAME.is_match(text))
}

/// Whether a patch's target is Secrets, whatever else it may be.
fn is_secret_target(target: View<'_>) -> bool {
    let kind = target.get("kind").map_or("", View::text);
    kind.to_ascii_lowercase().contains("secret")
}

/// The values that stand at a place, line by line.
fn values_at(place: &Location) -> Vec<String> {
    let text = place.file.tree.text().get(place.span.range());
    let text = unquoted(text.unwrap_or_default());
    let mut values = Vec::new();
    for line in text.lines() {
        // Behind `=` is the value of a generator's literal.
        let behind = line.split_once('=').map(|(_, value)| value);
        let all = [Some(line), behind].into_iter().flatten();
        values.extend(all.map(|value| value.trim().trim_matches(['"', '\'']).to_owned()));
    }
    values
}

/// What a scalar in quotes stands for, where that is not what is between them.
fn unquoted(text: &str) -> Cow<'_, str> {
    let is_escaped = text.starts_with('"') && text.contains('\\')
        || text.starts_with('\'') && text.contains("''");
    if is_escaped {
        let tree = Tree::parse(text);
        let content = tree
            .documents()
            .next()
            .map(|node| tree.scalar(node).to_owned());
        return content.map_or(Cow::Borrowed(text), Cow::Owned);
    }
    Cow::Borrowed(text)
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
    fn what_only_names_a_secret_is_shown() {
        check(
            "valuesFrom:\n- {kind: Secret, name: grafana-values, valuesKey: values.yaml}\n- {kind: Secret, name: y, jsonPointers: [/data]}\n- {kind: Secret, name: x, literal: hunter2}\n",
            "valuesFrom:\n- {kind: Secret, name: grafana-values, valuesKey: values.yaml}\n- {kind: Secret, name: y, jsonPointers: [/data]}\n- {kind: Secret, name: ‹redacted›, literal: ‹redacted›}\n",
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
