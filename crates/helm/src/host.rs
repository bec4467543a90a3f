//! The world around templates.

use std::any::Any;
use std::rc::Rc;
use std::sync::Arc;

use go_template::{Data, Entropy, Fixed, Host, Map, Parsed, Place, Tag, Text, Trace, Value};
use manifest::{FieldPath, Segment, Span};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::render::ChartData;
use crate::values::Places;
use crate::{BranchRun, Chart, KeyRead, Usage};

/// What templates of one release share while they run.
#[derive(Default)]
pub(crate) struct World {
    fixed: Fixed,
    /// How often a template is under way, by its name.
    pub(crate) included: FxHashMap<Box<str>, usize>,
    /// Texts that were parsed while rendering, by their bytes.
    pub(crate) parsed: FxHashMap<Box<[u8]>, Vec<ParsedText>>,
    /// How many they are, and how many bytes they have.
    pub(crate) kept: (usize, usize),
    /// What was asked for, by the mapping's address.
    reads: FxHashMap<usize, Reads>,
    /// Collections that were used as a whole, by their addresses.
    consumed: FxHashMap<usize, Consumed>,
    branches: FxHashSet<(Place, usize)>,
    /// The template under way.
    pub(crate) template: Arc<str>,
}

/// A text that was parsed while rendering. Two of the same bytes may have come from different
/// places.
pub(crate) struct ParsedText {
    pub(crate) trace: Trace,
    pub(crate) text: Text,
    pub(crate) parsed: Arc<Parsed>,
}

/// A collection that was used as a whole.
struct Consumed {
    /// The collection, lest another one gets its address.
    _value: Value,
    template: Arc<str>,
}

/// What was asked of one mapping.
struct Reads {
    /// The mapping, lest another one gets its address.
    _map: Rc<Map>,
    keys: FxHashMap<Box<str>, KeyUse>,
}

#[derive(Default)]
struct KeyUse {
    found: bool,
    value: Option<Tag>,
    /// The templates that were under way, none twice in a row.
    templates: Vec<Arc<str>>,
}

impl Host for World {
    fn entropy(&mut self) -> &mut dyn Entropy {
        &mut self.fixed
    }

    fn read(&mut self, map: &Value, key: &str, found: Option<&Value>) {
        let Data::Map(map) = &map.data else {
            return;
        };
        let reads = self.reads.entry(map.address());
        let reads = reads.or_insert_with(|| Reads {
            _map: map.clone(),
            keys: FxHashMap::default(),
        });
        let used = match reads.keys.get_mut(key) {
            Some(used) => used,
            None => reads.keys.entry(key.into()).or_default(),
        };
        if let Some(found) = found.filter(|value| !value.is_nil() || value.is_open()) {
            used.found = true;
            used.value = found.trace.tag;
        }
        let again = |last: &Arc<str>| Arc::ptr_eq(last, &self.template);
        if !used.templates.last().is_some_and(again) {
            used.templates.push(self.template.clone());
        }
    }

    fn consume(&mut self, value: &Value) {
        if let Some(address) = address(value) {
            self.consumed.entry(address).or_insert_with(|| Consumed {
                _value: value.clone(),
                template: self.template.clone(),
            });
        }
    }

    fn branch(&mut self, place: Place, branch: usize) {
        self.branches.insert((place, branch));
    }

    fn as_any(&mut self) -> &mut dyn Any {
        self
    }
}

/// Where a collection stands in memory, by which it is known again.
fn address(value: &Value) -> Option<usize> {
    match &value.data {
        Data::Map(map) => Some(map.address()),
        Data::List(list) => Some(Rc::as_ptr(list).addr()),
        _ => None,
    }
}

impl World {
    /// What was looked at, in the values of these charts.
    pub(crate) fn usage(
        &self,
        chart: &Chart,
        charts: &[ChartData<'_>],
        places: &Places<'_>,
    ) -> Usage {
        let mut usage = Usage::default();
        let mut told = FxHashSet::default();
        // Subcharts come before the charts whose values hold theirs.
        for data in charts {
            let mut walk = Walk {
                world: self,
                chart: &data.part.path,
                places,
                told: &mut told,
                path: Vec::new(),
                reads: &mut usage.reads,
            };
            walk.value(&Value::from(data.values.clone()));
        }
        let mut branches: Vec<_> = self.branches.iter().collect();
        branches.sort_by_key(|(place, branch)| {
            let span = place.span;
            (place.source.0, span.start, span.end, *branch)
        });
        let branches = branches.into_iter().filter_map(|(place, branch)| {
            Some(BranchRun {
                file: chart.texts.get(place.source.0 as usize)?.clone(),
                span: Span::new(place.span.start, place.span.end),
                branch: *branch,
            })
        });
        usage.branches = branches.collect();
        usage
    }
}

/// How deeply values are looked through.
const DEPTH: usize = 150;

/// Goes through values for mappings that something was asked of.
struct Walk<'a> {
    world: &'a World,
    chart: &'a Arc<str>,
    places: &'a Places<'a>,
    /// Addresses that were seen.
    told: &'a mut FxHashSet<usize>,
    path: Vec<Segment>,
    reads: &'a mut Vec<KeyRead>,
}

impl Walk<'_> {
    fn map(&mut self, map: &Rc<Map>) {
        let address = map.address();
        if self.path.len() > DEPTH || !self.told.insert(address) {
            return;
        }
        if let Some(reads) = self.world.reads.get(&address) {
            let mut keys: Vec<_> = reads.keys.iter().collect();
            keys.sort_by_key(|(key, _)| *key);
            for (key, used) in keys {
                self.key(key, used);
            }
        }
        for (key, entry) in map.entries() {
            if matches!(entry.value.data, Data::Map(_) | Data::List(_)) {
                self.path.push(Segment::Key((&*key).into()));
                self.value(&entry.value);
                self.path.pop();
            }
        }
    }

    fn value(&mut self, value: &Value) {
        let consumed = address(value).and_then(|at| self.world.consumed.get(&at));
        if let Some(consumed) = consumed {
            self.reads.push(KeyRead {
                chart: self.chart.clone(),
                path: self.path.iter().cloned().collect(),
                found: true,
                whole: true,
                value: value
                    .trace
                    .tag
                    .and_then(|tag| self.places.get(tag))
                    .cloned(),
                template: consumed.template.clone(),
            });
        }
        match &value.data {
            Data::Map(map) => self.map(map),
            Data::List(list) if self.path.len() <= DEPTH => {
                for (index, item) in list.items.iter().enumerate() {
                    self.path.push(Segment::Index(index));
                    self.value(item);
                    self.path.pop();
                }
            }
            _ => {}
        }
    }

    fn key(&mut self, key: &str, used: &KeyUse) {
        self.path.push(Segment::Key(key.into()));
        let path: FieldPath = self.path.iter().cloned().collect();
        self.path.pop();
        for template in &used.templates {
            self.reads.push(KeyRead {
                chart: self.chart.clone(),
                path: path.clone(),
                found: used.found,
                whole: false,
                value: used.value.and_then(|tag| self.places.get(tag)).cloned(),
                template: template.clone(),
            });
        }
    }
}
