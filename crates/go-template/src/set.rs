//! The templates that can call each other.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::ast::{Command, ExprKind, Template};
use crate::visit::{Seen, visit};
use crate::{Functions, Parsed, Place, Span};

/// Templates by name.
#[derive(Clone, Debug, Default)]
pub struct TemplateSet {
    templates: FxHashMap<Arc<str>, Arc<Template>>,
}

/// A function that a template names but nobody defines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFunction {
    /// Its name.
    pub name: String,
    /// Where it is named; none in a text that was made while rendering.
    pub place: Option<Place>,
}

/// A call of a template whose name is written out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedCall {
    /// The name.
    pub name: String,
    /// Where it is called.
    pub place: Place,
}

impl TemplateSet {
    /// No templates.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds what was parsed. A later template of the same name replaces the earlier one, unless
    /// it is blank.
    pub fn add(&mut self, parsed: &Parsed) {
        for template in &parsed.templates {
            let replaces = !template.is_blank() || !self.templates.contains_key(&template.name);
            if replaces {
                self.templates
                    .insert(template.name.clone(), template.clone());
            }
        }
    }

    /// The template of this name.
    pub fn get(&self, name: &str) -> Option<&Arc<Template>> {
        self.templates.get(name)
    }

    /// The names of all templates, in no order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.templates.keys().map(|name| &**name)
    }
}

impl Parsed {
    /// The functions it names that do not exist, in order. Rendering fails only where one of
    /// them is reached.
    pub fn unknown_functions(&self, functions: &Functions) -> Vec<UnknownFunction> {
        let mut unknown = Vec::new();
        for template in &self.templates {
            visit(&template.body, &mut |seen| {
                if let Seen::Function(name, span) = seen
                    && functions.get(name).is_none()
                {
                    unknown.push(UnknownFunction {
                        name: name.to_owned(),
                        place: template.source.place(span),
                    });
                }
            });
        }
        unknown
    }

    /// The templates that it calls by a name that is written out, in order: with `template`, or
    /// with a function that takes the name first.
    pub fn calls(&self, function: &str) -> Vec<NamedCall> {
        let mut calls = Vec::new();
        for template in &self.templates {
            visit(&template.body, &mut |seen| {
                let call = match seen {
                    Seen::Template(name, span) => Some((name.to_owned(), span)),
                    Seen::Command(command) => called(command, function),
                    Seen::Function(..) => None,
                };
                calls.extend(call.and_then(|(name, span)| {
                    let place = template.source.place(span)?;
                    Some(NamedCall { name, place })
                }));
            });
        }
        calls
    }
}

/// The name that a command gives to a function.
fn called(command: &Command, function: &str) -> Option<(String, Span)> {
    match (&command.head.kind, &command.args.first()?.kind) {
        (ExprKind::Function(own), ExprKind::Str(name)) if **own == *function => {
            let name = String::from_utf8_lossy(name.bytes()).into_owned();
            Some((name, command.span))
        }
        _ => None,
    }
}
