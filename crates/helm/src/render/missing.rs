//! Templates that are called and that no file defines: one cause, however many calls there are.

use std::sync::Arc;

use go_template::{ErrorKind, Failure, NamedCall, Place, TemplateSet};
use manifest::{Fault, FaultKind, Source};
use rustc_hash::FxHashSet;
use spanned_yaml::Span;

use super::ChartData;
use crate::chart::PartTemplate;
use crate::fault::NOT_DEFINED;

/// The calls of what is not defined.
pub(super) struct Missing<'a> {
    templates: &'a [&'a PartTemplate],
    set: &'a TemplateSet,
    /// With the chart that each stands in, once they are looked for.
    calls: Option<Vec<(&'a str, NamedCall)>>,
    told: FxHashSet<(&'a str, String)>,
}

/// What is told instead of one call's fault.
pub(super) enum Told {
    /// Nothing more: it was told with another call.
    Already,
    /// All calls for the same reason, at the first of them.
    Here(Box<Fault>),
}

impl<'a> Missing<'a> {
    pub(super) fn new(templates: &'a [&'a PartTemplate], set: &'a TemplateSet) -> Self {
        Self {
            templates,
            set,
            calls: None,
            told: FxHashSet::default(),
        }
    }

    /// What is told of a template that stopped, where it is for a call of what is not defined and
    /// there are more of them.
    pub(super) fn tell(
        &mut self,
        failure: &Failure,
        charts: &'a [ChartData<'_>],
        texts: &[Arc<Source>],
    ) -> Option<Told> {
        let place = place_of(failure)?;
        if self.calls.is_none() {
            self.calls = Some(self.undefined(charts));
        }
        let calls = self.calls.as_deref().unwrap_or_default();
        let (chart, call) = calls.iter().find(|(_, call)| call.place == place)?;
        let family = self.family(&call.name);
        let is_of_it = |other: &NamedCall| match family {
            Some(family) => family_of(&other.name) == Some(family),
            None => other.name == call.name,
        };
        let mut alike = calls
            .iter()
            .filter(|(of, other)| of == chart && is_of_it(other));
        let (_, first) = alike.next()?;
        let more = alike.count();
        if more == 0 {
            return None;
        }
        if !self
            .told
            .insert((*chart, family.unwrap_or(&call.name).to_owned()))
        {
            return Some(Told::Already);
        }
        let name = &first.name;
        let message = match family {
            Some(family) => format!(
                "no file defines the template `{name}`, nor any other of `{family}`: {} calls fail",
                more + 1
            ),
            None => format!(
                "no file defines the template `{name}`: {} calls fail",
                more + 1
            ),
        };
        let mut fault = Fault::new(FaultKind::Template, message);
        let like = suggest::nearest(name, self.set.names());
        fault.help = Some(match like.filter(|_| family.is_none()) {
            Some(like) => format!("did you mean `{like}`?"),
            None => NOT_DEFINED.to_owned(),
        });
        let file = texts.get(first.place.source.0 as usize)?;
        let span = Span::new(first.place.span.start, first.place.span.end);
        Some(Told::Here(Box::new(fault.at_location(file.locate(span)))))
    }

    /// What stands before the first dot of a name, if no template at all is called so.
    fn family<'n>(&self, name: &'n str) -> Option<&'n str> {
        let family = family_of(name)?;
        let mut names = self.set.names();
        (!names.any(|name| family_of(name) == Some(family))).then_some(family)
    }

    /// The calls of what is not defined, in order, notes last: they are the least of it.
    fn undefined(&self, charts: &'a [ChartData<'_>]) -> Vec<(&'a str, NamedCall)> {
        let mut templates: Vec<&PartTemplate> = self.templates.to_vec();
        templates.sort_by_key(|own| (own.name.ends_with("NOTES.txt"), &own.name));
        let mut calls = Vec::new();
        for template in templates {
            let Some(chart) = charts.iter().find(|chart| chart.owns(&template.name)) else {
                continue;
            };
            let path = &*chart.part.path;
            let mut own = template.parsed.calls("include");
            own.retain(|call| self.set.get(&call.name).is_none());
            own.sort_by_key(|call| call.place.span.start);
            calls.extend(own.into_iter().map(|call| (path, call)));
        }
        calls
    }
}

fn family_of(name: &str) -> Option<&str> {
    name.split_once('.').map(|(family, _)| family)
}

/// Where a template is called that is not defined.
fn place_of(failure: &Failure) -> Option<Place> {
    match failure {
        Failure::Elsewhere(error) if error.kind == ErrorKind::UnknownTemplate => error.place,
        Failure::Elsewhere(_) | Failure::Here { .. } => None,
    }
}
