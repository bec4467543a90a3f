//! Keys of values that no template reads, and keys that templates read and nobody sets.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use helm::{Chart, Found, KeyRead};
use manifest::{FieldPath, Location, Segment, Source, Span, View};
use rustc_hash::FxHashSet;

use super::handed::Handed;
use super::mentions::{Mention, Mentions};
use super::rules::{UNDEFINED_VALUE, UNUSED_PARAMETER, UNUSED_VALUE};
use super::siblings::Siblings;
use super::values::{Key, keys, place};
use super::{Rendering, Uses};
use crate::deploy::ValuesFrom;
use crate::problem::Problem;

/// Values that every chart of a tree sees.
const GLOBAL: &str = "global";

pub(super) fn look(
    uses: &Uses<'_>,
    handed: &Handed,
    siblings: &mut Siblings,
    problems: &mut Vec<Problem>,
) {
    let mut dependencies = uses.chart.dependencies().iter();
    let is_whole = dependencies.all(|own| !matches!(own.found, Found::Missing(_)));
    let reads = Reads::of(uses, is_whole);
    let mut unused = Unused::new();
    for rendering in &uses.renderings {
        for layer in &rendering.layers {
            layer.visit(&mut |key| {
                if handed.is_own(layer, key) {
                    return false;
                }
                let state = reads.state(uses.chart, &key.path);
                if state == State::Unknown
                    && !is_anchored(key)
                    && let Some(at) = place(key.key)
                {
                    let index = (at.path().to_string(), at.span.start);
                    siblings.learn(layer.root.view(), key, &at, |own| {
                        let is_read = reads.state(uses.chart, &own.path) != State::Unknown;
                        is_read || handed.is_own(layer, own)
                    });
                    let new = || (reads.unused(key, at), BTreeSet::new());
                    let (_, targets) = unused.entry(index).or_insert_with(new);
                    targets.insert(rendering.target);
                }
                state == State::Read
            });
        }
        parameters(uses.chart, rendering, &reads, problems);
    }
    let unused = told_by_file(unused, uses).into_iter();
    problems.extend(unused.map(|(problem, targets)| problem.affecting(targets)));
    // Of a chart that does not render, or not all of it, nobody can tell what it would ask for.
    if is_whole && uses.renderings.iter().all(|own| own.rendered.is_rendered()) {
        undefined(uses, &reads, problems);
    }
}

/// Keys that no template reads, by their places.
type Unused = BTreeMap<(String, u32), (Problem, BTreeSet<usize>)>;

/// So many keys make up a file of which all can be told as one.
const WHOLE_FILE: usize = 3;

/// Keys that no template reads; once for a file of which none does.
fn told_by_file(unused: Unused, uses: &Uses<'_>) -> Vec<(Problem, BTreeSet<usize>)> {
    let layers = uses.renderings.iter().flat_map(|own| &own.layers);
    let sizes: BTreeMap<&str, usize> = layers
        .filter_map(|own| {
            Some((
                own.file.as_ref()?.as_str(),
                own.root.view().entries().count(),
            ))
        })
        .collect();
    let mut by_file: BTreeMap<String, Vec<(Problem, BTreeSet<usize>)>> = BTreeMap::new();
    for ((file, _), told) in unused {
        by_file.entry(file).or_default().push(told);
    }
    for (file, told) in &mut by_file {
        let is_whole = sizes.get(&**file) == Some(&told.len()) && told.len() >= WHOLE_FILE;
        if is_whole && told.iter().all(|(problem, _)| problem.help.is_none()) {
            told.truncate(1);
            if let Some((problem, _)) = told.first_mut() {
                problem.message =
                    "no template of the chart reads any value of this file".to_owned();
            }
        }
    }
    by_file.into_values().flatten().collect()
}

/// What is known of a key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// It is asked for by its name; what is below it may be or not.
    Read,
    /// It is used with all that is below it, or may be for all that can be told.
    Used,
    /// No template knows the name.
    Unknown,
}

/// What the templates of a chart look at in its values, in all that was rendered of it.
struct Reads<'a> {
    /// The keys that were asked for.
    asked: BTreeSet<&'a FieldPath>,
    /// Those of them that are set nowhere.
    unset: BTreeSet<&'a FieldPath>,
    /// The collections that were used as a whole.
    consumed: BTreeSet<&'a FieldPath>,
    /// What the templates name, in branches that did not run as well.
    mentions: Mentions,
    /// Whether all charts are there whose templates may see the values.
    is_whole: bool,
    /// Whether templates are included that are not there, though no chart is missing, or make
    /// whole objects.
    is_partial: bool,
    /// Every word of every template: what is used as a whole may be looked into somewhere.
    words: FxHashSet<Box<str>>,
    /// The words that stand somewhere without a field behind them: what they name may be used as
    /// a whole there.
    ends: FxHashSet<Box<str>>,
}

impl<'a> Reads<'a> {
    fn of(uses: &Uses<'a>, is_whole: bool) -> Self {
        let mut reads = Self {
            asked: BTreeSet::new(),
            unset: BTreeSet::new(),
            consumed: BTreeSet::new(),
            mentions: Mentions::default(),
            is_whole,
            is_partial: false,
            words: FxHashSet::default(),
            ends: FxHashSet::default(),
        };
        let name = uses.chart.name();
        for usage in uses.renderings.iter().map(|own| &own.output.usage) {
            for read in usage.reads.iter().filter(|read| *read.chart == *name) {
                match read.whole {
                    true => reads.consumed.insert(&read.path),
                    false => reads.asked.insert(&read.path),
                };
            }
        }
        reads.unset = unset(uses);
        for source in uses.chart.templates() {
            reads.learn(source.tree.text());
        }
        // Helm itself reads what switches dependencies on and off.
        reads.mentions.add("tags");
        for dependency in uses.chart.dependencies() {
            let paths = dependency.condition.split(',');
            paths.for_each(|path| reads.mentions.add(path.trim()));
        }
        // Values can be templates, for `tpl`.
        let roots = uses.renderings.iter().flat_map(|own| &own.layers);
        let sources: BTreeMap<String, Arc<Source>> = roots
            .filter_map(|layer| layer.root.view().origin())
            .map(|root| (root.source.path().to_string(), root.source))
            .collect();
        let lines = sources
            .values()
            .flat_map(|source| source.tree.text().lines());
        for line in lines.filter(|line| line.contains("{{")) {
            reads.learn(line);
        }
        let mentions = &reads.mentions;
        reads.is_partial = is_whole && mentions.is_partial() || mentions.is_made_elsewhere();
        reads
    }

    fn learn(&mut self, template: &str) {
        self.mentions.learn(template);
        for piece in template.split_inclusive(is_break) {
            let word = piece.trim_end_matches(is_break);
            if !word.is_empty() {
                self.words.insert(word.into());
                if !piece.ends_with('.') {
                    self.ends.insert(word.into());
                }
            }
        }
    }

    fn state(&self, chart: &Chart, path: &FieldPath) -> State {
        if !is_own(chart, path) || covers(&self.consumed, path) {
            return State::Used;
        }
        if self.asked.contains(path) {
            return State::Read;
        }
        let keys = keys(path);
        match self.mentions.of(&keys) {
            _ if self.is_partial => return State::Used,
            Mention::Named => return State::Read,
            // A chart that is not there may look at values that no template here speaks of, but
            // hardly into those that one does.
            Mention::Nowhere
                if self.is_whole
                    || self.mentions.of(keys.get(..1).unwrap_or_default()) == Mention::Named =>
            {
                return State::Unknown;
            }
            Mention::Nowhere => return State::Used,
            Mention::Above => {}
        }
        let (name, above) = keys.split_last().map_or(("", &[][..]), |(n, a)| (*n, a));
        let is_named = words(name).all(|word| self.words.contains(word));
        // A branch that did not run may use all of the mapping that the key is in.
        let mut ends = above.last().into_iter().flat_map(|key| words(key));
        let is_in_whole = ends.any(|word| self.ends.contains(word));
        match is_named || is_in_whole && self.nearest(path, name).is_none() {
            true => State::Used,
            false => State::Unknown,
        }
    }

    fn unused(&self, key: &Key<'_>, at: Location) -> Problem {
        let path = &key.path;
        let message = format!("no template of the chart reads `{path}`");
        let name = keys(path).last().copied().unwrap_or_default();
        let near = self.nearest(path, name);
        Problem {
            help: near.map(|near| format!("did you mean `{near}`?")),
            ..Problem::new(&UNUSED_VALUE, message).at(at)
        }
    }

    /// The key that a template asks for in vain beside this one and that is spelt most alike.
    fn nearest(&self, path: &FieldPath, name: &str) -> Option<&'a str> {
        let (_, parent) = path.segments().split_last()?;
        let siblings = self.unset.iter().filter_map(|asked| {
            let (last, beside) = asked.segments().split_last()?;
            match last {
                Segment::Key(key) if beside == parent => Some(&**key),
                _ => None,
            }
        });
        suggest::nearest(name, siblings)
    }
}

/// Whether the value of a key is written with an anchor: it is there for others to repeat.
fn is_anchored(key: &Key<'_>) -> bool {
    let (Some(name), Some(value)) = (key.key.origin(), key.value.origin()) else {
        return false;
    };
    let tree = &name.source.tree;
    let [name, value] = [name.node, value.node].map(|node| tree.span(node));
    // What an alias stands for is written further up.
    let between = tree.text().get(name.end as usize..value.start as usize);
    between.is_some_and(|text| text.trim_start_matches([':', ' ']).starts_with('&'))
}

/// Whether a path, or one that leads to it, is among those that are used as a whole.
fn covers(consumed: &BTreeSet<&FieldPath>, path: &FieldPath) -> bool {
    let segments = path.segments();
    (0..=segments.len()).any(|depth| {
        let above: FieldPath = segments[..depth].iter().cloned().collect();
        consumed.contains(&above)
    })
}

/// Whether a key is the chart's own, rather than a subchart's or of all charts.
fn is_own(chart: &Chart, path: &FieldPath) -> bool {
    let first = keys(path).first().copied().unwrap_or_default();
    let mut dependencies = chart.dependencies().iter();
    first != GLOBAL && !dependencies.any(|dependency| dependency.values_key() == first)
}

/// What could be a key's name in a template.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(is_break).filter(|word| !word.is_empty())
}

fn is_break(c: char) -> bool {
    !c.is_alphanumeric() && c != '_'
}

/// Parameters of an Application that no template reads.
fn parameters(
    chart: &Chart,
    rendering: &Rendering<'_>,
    reads: &Reads<'_>,
    problems: &mut Vec<Problem>,
) {
    for from in &rendering.used.values {
        let (ValuesFrom::Parameter { name, .. } | ValuesFrom::FileParameter { name, .. }) = from
        else {
            continue;
        };
        let text = name.view().text();
        let until_index = text.split(['[', '{']).next().unwrap_or(text);
        // Dots that belong to a name stand behind a backslash.
        if until_index.contains('\\') {
            continue;
        }
        let segments: Vec<&str> = until_index.split('.').collect();
        let unknown = (1..=segments.len()).any(|depth| {
            let path: FieldPath = segments[..depth]
                .iter()
                .map(|s| Segment::from(*s))
                .collect();
            reads.state(chart, &path) == State::Unknown
        });
        if let Some(at) = place(name.view()).filter(|_| unknown) {
            let message = format!("no template of the chart reads `{text}`");
            let path: FieldPath = segments.iter().map(|s| Segment::from(*s)).collect();
            let last = segments.last().copied().unwrap_or_default();
            let near = reads.nearest(&path, last);
            let problem = Problem {
                help: near.map(|near| format!("did you mean `{near}`?")),
                ..Problem::new(&UNUSED_PARAMETER, message).at(at)
            };
            problems.push(problem.affecting([rendering.target]));
        }
    }
}

/// Keys that templates ask for and that are set for no target.
fn unset<'a>(uses: &Uses<'a>) -> BTreeSet<&'a FieldPath> {
    let outputs = uses.renderings.iter().map(|own| own.output);
    let reads = outputs.flat_map(|output| &output.usage.reads);
    let own = reads.filter(|read| *read.chart == *uses.chart.name());
    let (found, missing): (Vec<&KeyRead>, Vec<&KeyRead>) = own.partition(|read| read.found);
    let found: BTreeSet<&FieldPath> = found.into_iter().map(|read| &read.path).collect();
    let missing = missing.into_iter().map(|read| &read.path);
    missing.filter(|path| !found.contains(path)).collect()
}

fn undefined(uses: &Uses<'_>, reads: &Reads<'_>, problems: &mut Vec<Problem>) {
    for path in reads.unset.iter().filter(|path| is_own(uses.chart, path)) {
        let mut templates = uses.chart.templates().iter();
        if let Some(at) = templates.find_map(|source| mention(source, path)) {
            let problem = match boolean_key(uses, path) {
                Some(means) => {
                    let message = format!(
                        "the values file sets the boolean `{means}`, not `{path}`, which this template reads"
                    );
                    let help = "quote the key in the values file: YAML reads it as a boolean";
                    Problem::new(&UNDEFINED_VALUE, message).help(help)
                }
                None => {
                    let message =
                        format!("no values file sets `{path}`, which this template reads");
                    Problem::new(&UNDEFINED_VALUE, message)
                }
            };
            let problem = problem.at(at);
            problems.push(problem.affecting(uses.targets()));
        }
    }
}

/// The boolean that YAML reads where a values file does have the key.
fn boolean_key(uses: &Uses<'_>, path: &FieldPath) -> Option<&'static str> {
    let keys = keys(path);
    let (name, above) = keys.split_last()?;
    let means = match name.to_ascii_lowercase().as_str() {
        "y" | "yes" | "on" => "true",
        "n" | "no" | "off" => "false",
        _ => return None,
    };
    let mut layers = uses.renderings.iter().flat_map(|own| &own.layers);
    let is_there = layers.any(|layer| {
        let parent = layer.root.view().get_path(above);
        parent.is_some_and(|parent| parent.entries().any(|entry| is_written(entry.key, name)))
    });
    is_there.then_some(means)
}

/// Whether a key stands in its file without quotes, as this word.
fn is_written(key: View<'_>, word: &str) -> bool {
    let written = key.origin().map(|src| {
        let span = src.source.tree.span(src.node);
        src.source.tree.text()[span.range()].to_owned()
    });
    written.is_some_and(|text| text == word)
}

/// The first place of a template that names a key by its whole path.
fn mention(source: &Arc<Source>, path: &FieldPath) -> Option<Location> {
    let text = source.tree.text();
    let written = format!(".Values.{path}");
    let ends = |at: usize| {
        let next = text[at + written.len()..].chars().next();
        !next.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '.')
    };
    let at = text
        .match_indices(&written)
        .map(|(at, _)| at)
        .find(|at| ends(*at))?;
    let span = Span::new(at as u32, (at + written.len()) as u32);
    Some(source.locate(span))
}
