//! Templates in text: Go's, or Argo CD's older ones.

use std::rc::Rc;
use std::sync::Arc;

use go_template::{
    Data, ErrorKind, Evaluator, Failure, Fixed, Map, MissingKey, Options, Parsed, Span, Tag,
    TemplateSet, Text, TextBuilder, Value, parse, parse_made,
};
use manifest::{FaultKind, Location, View};
use rustc_hash::FxHashMap;

use super::places::{Places, TEMPLATE};
use super::work::LIMITS;
use super::{fasttemplate, functions};

/// How many parsed templates are kept.
const MOST_PARSED: usize = 4096;

/// Renders texts with parameters.
pub(super) enum Engine<'a> {
    Fast { left: u64 },
    Go(Box<GoEngine<'a>>),
}

/// What Go's templates need while they run.
pub(super) struct Ground {
    templates: TemplateSet,
    host: Fixed,
    strict_host: Fixed,
}

pub(super) struct GoEngine<'a> {
    evaluator: Evaluator<'a>,
    /// The same, where a missing key is an error whatever was asked for.
    strict: Evaluator<'a>,
    parsed: FxHashMap<Box<str>, Arc<Parsed>>,
}

/// How missing keys are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    /// As the ApplicationSet asks for.
    AsAsked,
    /// As an error.
    Fails,
}

/// Why a text was not rendered.
#[derive(Debug)]
pub(super) struct Stopped {
    pub(super) kind: FaultKind,
    pub(super) message: String,
    pub(super) help: Option<String>,
    /// The bytes of the template.
    pub(super) at: Option<Location>,
    /// The value at fault.
    pub(super) value: Option<Tag>,
    /// Whether a parameter is missing.
    pub(super) lacks: bool,
    /// Whether it may go well with other parameters.
    pub(super) depends: bool,
}

impl Ground {
    pub(super) fn new() -> Self {
        Self {
            templates: TemplateSet::new(),
            host: Fixed::default(),
            strict_host: Fixed::default(),
        }
    }
}

impl<'a> Engine<'a> {
    pub(super) fn fast() -> Self {
        Self::Fast { left: LIMITS.bytes }
    }

    pub(super) fn go(ground: &'a mut Ground, missing_key: MissingKey) -> Self {
        let options = |missing_key| Options {
            missing_key,
            limits: LIMITS,
        };
        let Ground {
            templates,
            host,
            strict_host,
        } = ground;
        let all = functions::all();
        Self::Go(Box::new(GoEngine {
            evaluator: Evaluator::new(templates, all, host, options(missing_key)),
            strict: Evaluator::new(templates, all, strict_host, options(MissingKey::Error)),
            parsed: FxHashMap::default(),
        }))
    }

    /// A template's text with parameters in it; none if it is no template, and stays as it is.
    pub(super) fn render(
        &mut self,
        template: View<'_>,
        params: &Rc<Map>,
        missing: Missing,
        places: &mut Places,
    ) -> Result<Option<Text>, Box<Stopped>> {
        let text = template.text();
        if !text.contains("{{") {
            return Ok(None);
        }
        match self {
            Self::Fast { left } => {
                if !fasttemplate::is_template(text) {
                    return Ok(None);
                }
                let text = fast(template, params, places)?;
                *left = left.checked_sub(text.len() as u64).ok_or_else(|| {
                    of_failure(Failure::limit("rendering produces too much text"), template)
                })?;
                Ok(Some(text))
            }
            Self::Go(engine) => engine.render(template, params, missing, places).map(Some),
        }
    }
}

fn fast(template: View<'_>, params: &Map, places: &mut Places) -> Result<Text, Box<Stopped>> {
    let text = template.text();
    let mapped = match template {
        View::Made(_) => Some(places.text(template)),
        _ => None,
    };
    let mut out = TextBuilder::new(LIMITS.text);
    let mut own = |out: &mut TextBuilder, range| match &mapped {
        Some(mapped) => out.push_part(mapped.as_view(), range),
        None => fasttemplate::push_written(text, out, range),
    };
    let rendered = fasttemplate::render(text, params, &mut out, &mut own);
    if let Err(unclosed) = rendered {
        let mut stopped = Stopped::new(FaultKind::Template, "nothing closes this `{{`");
        stopped.help = Some("write `}}` after the parameter's name".to_owned());
        stopped.at = location(template, Span::new(unclosed.at, unclosed.at + 2));
        return Err(Box::new(stopped));
    }
    out.finish()
        .map_err(|failure| of_failure(failure, template))
}

impl GoEngine<'_> {
    fn render(
        &mut self,
        template: View<'_>,
        params: &Rc<Map>,
        missing: Missing,
        places: &mut Places,
    ) -> Result<Text, Box<Stopped>> {
        let parsed = self.parsed(template, places)?;
        let evaluator = match missing {
            Missing::AsAsked => &mut self.evaluator,
            Missing::Fails => &mut self.strict,
        };
        let data = Value::new(Data::Map(params.clone()));
        let rendered = evaluator.render_parsed(&parsed, &data);
        rendered.map_err(|failure| of_failure(failure, template))
    }

    fn parsed(
        &mut self,
        template: View<'_>,
        places: &mut Places,
    ) -> Result<Arc<Parsed>, Box<Stopped>> {
        const NAME: &str = "template";
        let text = template.text();
        // What was made knows where its pieces came from, and is not met twice.
        let is_made = matches!(template, View::Made(_));
        if let Some(parsed) = self.parsed.get(text).filter(|_| !is_made) {
            return Ok(parsed.clone());
        }
        let parsed = match is_made {
            true => parse_made(NAME, places.text(template)),
            false => parse(TEMPLATE, NAME, text),
        };
        if let Some(error) = parsed.errors.first() {
            let mut stopped = Stopped::new(FaultKind::Template, error.message.clone());
            stopped.help.clone_from(&error.help);
            stopped.at = location(template, error.span);
            return Err(Box::new(stopped));
        }
        if let Some(unknown) = parsed.unknown_functions(self.evaluator.functions()).first() {
            let name = &unknown.name;
            let mut stopped = Stopped::new(
                FaultKind::Template,
                format!("there is no function named `{name}`"),
            );
            stopped.help = help_for(name);
            stopped.at = match unknown.place {
                Some(place) => location(template, place.span),
                None => template.origin().map(|src| src.locate()),
            };
            return Err(Box::new(stopped));
        }
        let parsed = Arc::new(parsed);
        if !is_made {
            if self.parsed.len() >= MOST_PARSED {
                self.parsed.clear();
            }
            self.parsed.insert(text.into(), parsed.clone());
        }
        Ok(parsed)
    }
}

/// What helps against a function that does not exist.
fn help_for(name: &str) -> Option<String> {
    match name {
        "env" | "expandenv" | "getHostByName" => {
            Some("Argo CD removes this function: pass the value as a parameter".to_owned())
        }
        _ => {
            let like = suggest::nearest(name, functions::all().names());
            Some(match like {
                Some(like) => format!("did you mean `{like}`?"),
                None => {
                    format!("with `goTemplate: true` a parameter is written `{{{{ .{name} }}}}`")
                }
            })
        }
    }
}

impl Stopped {
    fn new(kind: FaultKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            help: None,
            at: None,
            value: None,
            lacks: false,
            depends: false,
        }
    }
}

/// A failure, at the template if nothing better is known.
pub(super) fn of_failure(failure: Failure, template: View<'_>) -> Box<Stopped> {
    let whole = || template.origin().map(|src| src.locate());
    match failure {
        Failure::Here {
            kind,
            message,
            help,
        } => Box::new(Stopped {
            help,
            at: whole(),
            lacks: kind == ErrorKind::NotSet,
            depends: true,
            ..Stopped::new(fault_kind(kind), message)
        }),
        Failure::Elsewhere(error) => {
            let is_spoken = error.expression.is_empty() || error.kind == ErrorKind::Refused;
            let message = match is_spoken {
                true => error.message.clone(),
                false => format!("`{}`: {}", error.expression, error.message),
            };
            let at = error.place.and_then(|place| location(template, place.span));
            Box::new(Stopped {
                help: error.help.clone(),
                at: at.or_else(whole),
                value: error.tag,
                lacks: matches!(error.kind, ErrorKind::NotSet | ErrorKind::WrongType),
                depends: true,
                ..Stopped::new(fault_kind(error.kind), message)
            })
        }
    }
}

fn fault_kind(kind: ErrorKind) -> FaultKind {
    match kind {
        ErrorKind::Limit => FaultKind::Limit,
        ErrorKind::NotSet | ErrorKind::Refused => FaultKind::Values,
        _ => FaultKind::Template,
    }
}

/// Where bytes of a template stand.
fn location(template: View<'_>, span: Span) -> Option<Location> {
    match template {
        View::Src(..) => {
            let span = manifest::Span::new(span.start, span.end);
            Some(template.origin()?.locate_part(span))
        }
        _ => Some(template.origin()?.locate()),
    }
}
