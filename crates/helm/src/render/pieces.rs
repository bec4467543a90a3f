//! Printed texts into manifests that know where their bytes came from.

use std::ops::Range;
use std::sync::Arc;

use go_template::{Relation, Tag, Text};
use manifest::{
    Exceeded, Fault, FaultKind, Piece, PrintedValue, Source, Span, Src, TemplatePlace, Unit,
};
use rustc_hash::FxHashMap;

use super::heads::Head;
use super::secret::Confidence;
use super::{Printed, Rendering};
use crate::chart::{Part, PartTemplate};
use crate::values::{Instance, Places};
use crate::{Manifest, Options, Origin, kind_order, split};

/// How many faults of one chart are told.
const MOST_FAULTS: usize = 500;

/// The values that printed something, numbered.
struct Values {
    numbers: FxHashMap<Tag, u32>,
    all: Arc<[Src]>,
}

impl Values {
    fn of(printed: &[Printed<'_>], places: &Places<'_>) -> Self {
        let mut numbers = FxHashMap::default();
        let mut all = Vec::new();
        let pieces = printed.iter().flat_map(|printed| printed.text.pieces());
        for tag in pieces.filter_map(|piece| piece.trace.tag) {
            if let Some(src) = places.get(tag)
                && !numbers.contains_key(&tag)
            {
                numbers.insert(tag, u32::try_from(all.len()).unwrap_or(u32::MAX));
                all.push(src.clone());
            }
        }
        let all = all.into();
        Self { numbers, all }
    }
}

impl<'a> Rendering<'a, '_> {
    /// Splits what was printed into documents and puts them in order.
    pub(super) fn collect(
        &mut self,
        root: &Instance<'a>,
        mut printed: Vec<Printed<'a>>,
        options: Options,
        confidence: &mut Confidence,
    ) {
        // Notes are for people.
        printed.retain(|printed| !printed.template.name.ends_with("NOTES.txt"));
        printed.sort_by(|a, b| a.template.name.cmp(&b.template.name));
        let values = Values::of(&printed, &self.places);
        let mut found = Vec::new();
        let mut exceeded = None;
        let documents = printed.iter().flat_map(|Printed { template, text }| {
            let ranges = split::documents(text.bytes());
            ranges.into_iter().map(move |range| (template, text, range))
        });
        for (template, text, range) in documents {
            let whole = template.parsed.source.id.map(|id| id.0);
            let source = match self.source(text, range.clone(), whole, &values) {
                Ok(source) => source,
                Err(reached) => {
                    exceeded = Some((template, text, range, reached));
                    break;
                }
            };
            if self.rendered.faults.len() > MOST_FAULTS {
                let message = format!(
                    "this chart has more than {MOST_FAULTS} faults; the others are not listed"
                );
                let fault = Fault::new(FaultKind::Limit, message);
                self.rendered.faults.push(fault);
                break;
            }
            match Head::read(&template.name, &source) {
                Ok(Head {
                    kind,
                    origin: Some(origin),
                }) => {
                    let template = template.name.clone();
                    let manifest = Manifest {
                        template,
                        source,
                        origin,
                    };
                    found.push((kind, manifest));
                }
                Ok(_) => {}
                Err(faults) => {
                    let faults = faults.into_iter();
                    let hidden = faults.map(|fault| confidence.hide(&template.name, fault));
                    self.rendered.faults.extend(hidden);
                }
            }
        }
        if let Some((template, text, range, exceeded)) = exceeded {
            let fault = self.beyond(template, text, range.start, exceeded);
            self.rendered.faults.push(fault);
        }
        found.sort_by(|(a, _), (b, _)| kind_order::compare(a, b));
        if options.include_crds {
            self.crds(root);
        }
        let (hooks, installed): (Vec<_>, Vec<_>) = found
            .into_iter()
            .map(|(_, manifest)| manifest)
            .partition(|manifest| matches!(manifest.origin, Origin::Hook(_)));
        let wanted = |manifest: &Manifest| match &manifest.origin {
            Origin::Hook(hook) => !(options.skip_tests && hook.is_test()),
            _ => true,
        };
        let manifests = &mut self.rendered.manifests;
        manifests.extend(installed);
        if !options.skip_hooks {
            manifests.extend(hooks.into_iter().filter(wanted));
        }
    }

    /// A limit that was reached where a template printed a document.
    fn beyond(
        &self,
        template: &PartTemplate,
        text: &Text,
        start: usize,
        exceeded: Exceeded,
    ) -> Fault {
        let mut fault = exceeded.fault();
        fault.message = format!("{}: {}", template.name, fault.message);
        let place = text.piece_at(start).and_then(|(_, piece)| piece.place);
        let file = place.and_then(|place| self.chart.texts.get(place.source.0 as usize));
        match (place, file) {
            (Some(place), Some(file)) => {
                fault.at_location(file.locate(Span::new(place.span.start, place.span.end)))
            }
            _ => fault,
        }
    }

    /// A document as a source, paid for.
    fn source(
        &self,
        text: &Text,
        range: Range<usize>,
        whole: Option<u32>,
        values: &Values,
    ) -> Result<Arc<Source>, Exceeded> {
        let budget = self.places.budget;
        budget.spend(Unit::Objects, 1)?;
        budget.spend(Unit::Bytes, 2 * range.len())?;
        let start = range.start;
        let bytes = text.bytes().get(range.clone()).unwrap_or_default();
        let content = match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => String::from_utf8_lossy(bytes).into_owned(),
        };
        let pieces = text.pieces_in(range);
        let pieces = pieces.map(|(part, piece)| piece_of(part.end - start, &piece, values));
        let pieces: Box<[Piece]> = pieces.collect();
        budget.spend(Unit::Bytes, size_of_val(&*pieces))?;
        let printed = manifest::Printed {
            templates: self.chart.texts.clone(),
            values: values.all.clone(),
            pieces,
            whole,
        };
        let source = Source::printed(content, printed);
        let nodes = source.tree.documents().map(|root| source.tree.count(root));
        budget.spend(Unit::Nodes, nodes.sum())?;
        Ok(source)
    }

    fn crds(&mut self, chart: &Instance<'_>) {
        let Part { package, path, .. } = chart.part;
        let crds = package.crds.iter().map(|(name, source)| Manifest {
            template: format!("{path}/{name}").into(),
            source: source.clone(),
            origin: Origin::Crd,
        });
        self.rendered.manifests.extend(crds);
        for child in &chart.children {
            self.crds(child);
        }
    }
}

fn piece_of(end: usize, piece: &go_template::Piece, values: &Values) -> Piece {
    let number = piece.trace.tag.and_then(|tag| values.numbers.get(&tag));
    Piece {
        end: u32::try_from(end).unwrap_or(u32::MAX),
        template: piece.place.map(|place| TemplatePlace {
            file: place.source.0,
            span: Span::new(place.span.start, place.span.end),
            is_text: piece.relation == Relation::Template,
        }),
        value: number.map(|index| PrintedValue {
            index: *index,
            offset: match piece.relation {
                Relation::Value { offset } => Some(offset),
                _ => None,
            },
        }),
        is_placeholder: piece.trace.placeholder,
    }
}
