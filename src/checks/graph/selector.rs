//! Label selectors.

use std::cell::Cell;

use manifest::View;
use rustc_hash::FxHashMap;

use super::is_open;

/// The labels of an object.
pub(super) type Labels<'a> = Vec<(&'a str, &'a str)>;

/// How many comparisons a repository is worth. One with 100,000 objects takes a few million; only
/// one that was made to be slow takes more.
const STEPS: u64 = 50_000_000;

/// What it costs to see how near two words are.
pub(super) const NEARNESS: usize = 64;

/// Words shorter than this are alike by chance.
const SHORTEST: usize = 4;

/// A selector with more values than this has no slips of the pen.
const WORDS: usize = 8;

/// How many requirements, and how many values of each, a message tells.
const TOLD: usize = 4;

/// The labels that a mapping holds.
pub(super) fn labels(view: Option<View<'_>>) -> Labels<'_> {
    let entries = view.into_iter().flat_map(View::entries);
    entries
        .map(|entry| (entry.key.text(), entry.value.text()))
        .collect()
}

/// A selector, as one requirement for each key: however many expressions it has, looking at an
/// object costs as much as the object has labels.
pub(super) struct Selector<'a> {
    /// In the order of their keys.
    wanted: Vec<(&'a str, Wanted<'a>)>,
    /// How many keys an object has to have.
    required: usize,
}

/// What is wanted of the label with one key. Lists are sorted.
#[derive(Default)]
struct Wanted<'a> {
    is_required: bool,
    is_forbidden: bool,
    one_of: Option<Vec<&'a str>>,
    none_of: Vec<&'a str>,
}

impl<'a> Selector<'a> {
    /// That of equal labels, as Services have it. None if it has no label: it selects nothing or
    /// everything.
    pub(super) fn of_labels(view: Option<View<'a>>) -> Option<Self> {
        let mut wanted = FxHashMap::default();
        require_labels(&mut wanted, view);
        Self::new(wanted)
    }

    /// That of a `LabelSelector`. None if it is empty, and if the API server rejects it.
    pub(super) fn of(view: Option<View<'a>>) -> Option<Self> {
        let view = view?;
        let mut wanted = FxHashMap::default();
        require_labels(&mut wanted, view.get("matchLabels"));
        let expressions = view.get("matchExpressions");
        for expression in expressions.into_iter().flat_map(View::items) {
            let key = expression.get("key")?.text();
            let values = expression.get("values").into_iter().flat_map(View::items);
            let values: Vec<&str> = values.map(View::text).collect();
            let wanted: &mut Wanted<'_> = wanted.entry(key).or_default();
            match (expression.get("operator")?.text(), values.is_empty()) {
                ("In", false) => wanted.require(values),
                ("NotIn", false) => wanted.none_of.extend(values),
                ("Exists", true) => wanted.is_required = true,
                ("DoesNotExist", true) => wanted.is_forbidden = true,
                _ => return None,
            }
        }
        Self::new(wanted)
    }

    fn new(wanted: FxHashMap<&'a str, Wanted<'a>>) -> Option<Self> {
        if wanted.is_empty() {
            return None;
        }
        let mut wanted: Vec<_> = wanted.into_iter().collect();
        wanted.sort_unstable_by_key(|(key, _)| *key);
        for (_, wanted) in &mut wanted {
            wanted.none_of.sort_unstable();
        }
        let required = wanted.iter().filter(|(_, wanted)| wanted.is_required);
        Some(Self {
            required: required.count(),
            wanted,
        })
    }

    /// Whether a part of it is filled in later.
    pub(super) fn is_open(&self) -> bool {
        let mut wanted = self.wanted.iter();
        wanted.any(|(key, wanted)| {
            let mut values = wanted.one_of.iter().flatten().chain(&wanted.none_of);
            is_open(key) || values.any(|value| is_open(value))
        })
    }

    /// Whether it has this key.
    pub(super) fn has_key(&self, is_it: impl Fn(&str) -> bool) -> bool {
        self.wanted.iter().any(|(key, _)| is_it(key))
    }

    /// The only values that the label with a key may have.
    pub(super) fn values_of(&self, key: &str) -> Option<&[&'a str]> {
        let wanted = self.wanted(key)?;
        wanted.one_of.as_deref()
    }

    /// All values that labels may have to have.
    pub(super) fn values(&self) -> impl Iterator<Item = &'a str> {
        let lists = self.wanted.iter().flat_map(|(_, wanted)| &wanted.one_of);
        lists.flatten().copied()
    }

    /// Its requirements, if each is that a label has one of some values.
    pub(super) fn equal_labels(&self) -> Vec<(&'a str, &[&'a str])> {
        let plain = self.wanted.iter().map(|(key, wanted)| {
            let is_plain = !wanted.is_forbidden && wanted.none_of.is_empty();
            Some((*key, wanted.one_of.as_deref().filter(|_| is_plain)?))
        });
        plain.collect::<Option<Vec<_>>>().unwrap_or_default()
    }

    fn wanted(&self, key: &str) -> Option<&Wanted<'a>> {
        let at = self.wanted.binary_search_by_key(&key, |(key, _)| key);
        Some(&self.wanted[at.ok()?].1)
    }

    /// The keys that objects have to have.
    fn required(&self) -> impl Iterator<Item = (&'a str, &Wanted<'a>)> {
        let wanted = self.wanted.iter().map(|(key, wanted)| (*key, wanted));
        wanted.filter(|(_, wanted)| wanted.is_required)
    }

    /// Whether it selects objects with these labels.
    pub(super) fn selects(&self, labels: &Labels<'_>) -> bool {
        let mut met = 0;
        for (key, value) in labels {
            let Some(wanted) = self.wanted(key) else {
                continue;
            };
            if !wanted.admits(value) {
                return false;
            }
            met += usize::from(wanted.is_required);
        }
        met == self.required
    }

    /// Whether objects with these labels have all of its keys, whatever their values.
    pub(super) fn is_near(&self, labels: &Labels<'_>) -> bool {
        let has = |key: &str| labels.iter().any(|(other, _)| *other == key);
        self.required > 0 && self.required().all(|(key, _)| has(key))
    }

    /// Whether objects with these labels are probably meant: each value that keeps them from
    /// being selected is almost one that it wants.
    pub(super) fn is_misspelt(&self, labels: &Labels<'_>) -> bool {
        let values = self.required().flat_map(|(_, wanted)| &wanted.one_of);
        self.is_near(labels)
            && values.flatten().count() <= WORDS
            && labels.iter().all(|(key, value)| {
                let Some(wanted) = self.wanted(key) else {
                    return true;
                };
                let candidates = wanted.one_of.iter().flatten().copied();
                wanted.admits(value) || is_slip(value, candidates)
            })
    }

    /// `app=web,tier in (back,front)`
    pub(super) fn told(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        for (key, wanted) in &self.wanted {
            match wanted.one_of.as_deref() {
                Some([value]) => parts.push(format!("{key}={value}")),
                Some(values) => parts.push(format!("{key} in ({})", some(values))),
                None if wanted.is_required => parts.push((*key).to_owned()),
                None => {}
            }
            if !wanted.none_of.is_empty() {
                parts.push(format!("{key} not in ({})", some(&wanted.none_of)));
            }
            if wanted.is_forbidden {
                parts.push(format!("!{key}"));
            }
        }
        some(&parts)
    }
}

/// Whether a word is probably meant to be one of others. Short ones and numbered ones are alike
/// without being meant.
fn is_slip<'a>(word: &str, others: impl Iterator<Item = &'a str>) -> bool {
    let letters = |word: &str| word.replace(|c: char| c.is_ascii_digit(), "");
    let own = letters(word);
    let others = others.filter(|other| other.len() >= SHORTEST && letters(other) != own);
    word.len() >= SHORTEST && suggest::nearest(word, others).is_some()
}

/// The first of them, and whether there are more.
fn some<T: AsRef<str>>(texts: &[T]) -> String {
    let first = texts.iter().take(TOLD).map(AsRef::as_ref);
    let first: Vec<&str> = first.collect();
    let more = if texts.len() > TOLD { ",…" } else { "" };
    format!("{}{more}", first.join(","))
}

fn require_labels<'a>(wanted: &mut FxHashMap<&'a str, Wanted<'a>>, view: Option<View<'a>>) {
    for (key, value) in labels(view) {
        wanted.entry(key).or_default().require(vec![value]);
    }
}

impl<'a> Wanted<'a> {
    fn require(&mut self, mut values: Vec<&'a str>) {
        values.sort_unstable();
        values.dedup();
        self.is_required = true;
        match &mut self.one_of {
            Some(own) => own.retain(|value| values.binary_search(value).is_ok()),
            None => self.one_of = Some(values),
        }
    }

    fn admits(&self, value: &str) -> bool {
        let is_one = |values: &Vec<&str>| values.binary_search(&value).is_ok();
        !self.is_forbidden && !is_one(&self.none_of) && self.one_of.as_ref().is_none_or(is_one)
    }
}

/// Objects by their labels.
#[derive(Default)]
pub(super) struct Index<'a> {
    labels: Vec<Labels<'a>>,
    by_key: FxHashMap<&'a str, OfKey<'a>>,
    /// Of each target, one object for each set of keys that its objects have.
    shapes: FxHashMap<usize, FxHashMap<Vec<&'a str>, usize>>,
}

/// The objects that have a label with one key.
#[derive(Default)]
struct OfKey<'a> {
    all: Vec<usize>,
    by_value: FxHashMap<&'a str, Vec<usize>>,
}

impl<'a> Index<'a> {
    /// Takes the labels of the next object, which a target brings.
    pub(super) fn push(&mut self, labels: Labels<'a>, target: usize) {
        let at = self.labels.len();
        let mut keys = Vec::with_capacity(labels.len());
        for (key, value) in &labels {
            let of_key = self.by_key.entry(key).or_default();
            of_key.all.push(at);
            of_key.by_value.entry(value).or_default().push(at);
            keys.push(*key);
        }
        keys.sort_unstable();
        self.shapes
            .entry(target)
            .or_default()
            .entry(keys)
            .or_insert(at);
        self.labels.push(labels);
    }

    /// The labels of an object.
    pub(super) fn labels(&self, at: usize) -> &Labels<'a> {
        &self.labels[at]
    }

    /// The objects that a selector selects, in order. They end early where the steps do.
    pub(super) fn selected<'s>(
        &'s self,
        selector: &'s Selector<'_>,
        steps: &'s Steps,
    ) -> impl Iterator<Item = usize> + 's {
        let candidates = self.candidates(selector);
        let candidates = candidates.take_while(|at| steps.take(self.labels[*at].len()));
        candidates.filter(|at| selector.selects(&self.labels[*at]))
    }

    /// Those among which all stand that a selector selects, as few as the index tells.
    fn candidates<'s>(&'s self, selector: &Selector<'_>) -> Box<dyn Iterator<Item = usize> + 's> {
        let size = |lists: &[&Vec<usize>]| lists.iter().map(|list| list.len()).sum::<usize>();
        let mut best: Option<Vec<&Vec<usize>>> = None;
        for (key, wanted) in selector.required() {
            let lists = match (self.by_key.get(key), &wanted.one_of) {
                (None, _) => Vec::new(),
                (Some(of_key), None) => vec![&of_key.all],
                (Some(of_key), Some(values)) => {
                    let lists = values.iter().map(|value| of_key.by_value.get(*value));
                    lists.flatten().collect()
                }
            };
            if best.as_ref().is_none_or(|best| size(&lists) < size(best)) {
                best = Some(lists);
            }
        }
        match best {
            None => Box::new(0..self.labels.len()),
            Some(lists) => Box::new(lists.into_iter().flatten().copied()),
        }
    }

    /// Whether a target brings objects that have all keys of a selector, whatever their values.
    pub(super) fn is_near(&self, selector: &Selector<'_>, target: usize, steps: &Steps) -> bool {
        let mut shapes = self
            .shapes
            .get(&target)
            .into_iter()
            .flat_map(FxHashMap::values);
        shapes.any(|at| {
            let labels = &self.labels[*at];
            steps.take(labels.len()) && selector.is_near(labels)
        })
    }

    /// An object that a selector is probably meant to select, but for a slip of the pen.
    pub(super) fn misspelt(&self, selector: &Selector<'_>, steps: &Steps) -> Option<usize> {
        let of_key = selector.required().map(|(key, _)| self.by_key.get(key));
        let rarest = of_key.min_by_key(|of_key| of_key.map_or(0, |of_key| of_key.all.len()));
        let candidates = &rarest??.all;
        let mut candidates = candidates.iter().copied();
        candidates.find(|at| {
            let labels = &self.labels[*at];
            steps.take(labels.len())
                && selector.is_near(labels)
                && steps.take(NEARNESS * WORDS)
                && selector.is_misspelt(labels)
        })
    }
}

/// What is left of the comparisons that a repository is worth.
pub(super) struct Steps(Cell<u64>);

impl Default for Steps {
    fn default() -> Self {
        Self(Cell::new(STEPS))
    }
}

impl Steps {
    /// Takes one step and so many more, if there are any left.
    pub(super) fn take(&self, more: usize) -> bool {
        let cost = u64::try_from(more).unwrap_or(u64::MAX).saturating_add(1);
        self.0.set(self.0.get().saturating_sub(cost));
        !self.are_spent()
    }

    /// Whether none is left, so that what was found is not all.
    pub(super) fn are_spent(&self) -> bool {
        self.0.get() == 0
    }

    /// How many were taken.
    #[cfg(test)]
    pub(super) fn taken(&self) -> u64 {
        STEPS - self.0.get()
    }
}
