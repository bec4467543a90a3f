//! Runs templates.

mod call;
mod cycle;
mod expr;
mod field;
mod walk;

use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::ast::{Source, Template};
use crate::error::{Call, Within};
use crate::{
    Budget, Data, ErrorKind, ExecError, Failure, Functions, Host, Limits, List, Map, Parsed, Place,
    Relation, Span, TemplateSet, Text, TextBuilder, Trace, Value,
};

type Exec<T> = Result<T, Box<ExecError>>;

/// What a key gives that is not in a map.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MissingKey {
    /// No value; a field of it is no value either.
    Default,
    /// The zero of the map's values, as Helm asks for: a field of it is an error.
    #[default]
    Zero,
    /// An error.
    Error,
}

/// What to render with.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// What a key gives that is not in a map.
    pub missing_key: MissingKey,
    /// How much rendering may take.
    pub limits: Limits,
}

/// Runs templates one after the other; maps that one changes stay changed for the next.
pub struct Evaluator<'a> {
    templates: &'a TemplateSet,
    functions: &'a Functions,
    host: &'a mut dyn Host,
    options: Options,
    budget: Budget,
    depth: u32,
    /// Where the stack was when rendering began.
    stack: usize,
    /// Definitions of texts that are rendered within, the innermost last.
    inner: Vec<FxHashMap<Arc<str>, Arc<Template>>>,
    /// Maps that something was put into which may contain them.
    entangled: Vec<Rc<Map>>,
}

/// Roughly where the thread's stack ends now.
fn stack_address() -> usize {
    let here = 0u8;
    std::ptr::from_ref(&here).addr()
}

/// A template that is running.
struct Frame<'t> {
    template: &'t Template,
    /// The values of its variables; none as long as their declaration did not run.
    slots: Vec<Option<Value>>,
}

impl<'a> Evaluator<'a> {
    /// Ready to run these templates.
    pub fn new(
        templates: &'a TemplateSet,
        functions: &'a Functions,
        host: &'a mut dyn Host,
        options: Options,
    ) -> Self {
        Self {
            templates,
            functions,
            host,
            budget: Budget::new(&options.limits),
            options,
            depth: 0,
            stack: stack_address(),
            inner: Vec::new(),
            entangled: Vec::new(),
        }
    }

    /// Renders a template by its name. The pieces of the text tell where each byte came from.
    ///
    /// # Errors
    /// There is no such template, it fails, or a limit is reached.
    pub fn render(&mut self, name: &str, data: &Value) -> Result<Text, Failure> {
        match self.template(name) {
            Some(template) => self.run(&template, data),
            None => Err(self.unknown_template(name)),
        }
    }

    /// Renders a text that was parsed while rendering. Its definitions are visible only
    /// meanwhile.
    ///
    /// # Errors
    /// The text has faults, it fails, or a limit is reached.
    pub fn render_parsed(&mut self, parsed: &Parsed, data: &Value) -> Result<Text, Failure> {
        if let Some(error) = parsed.errors.first() {
            let (place, within) = origin(&parsed.source, error.span);
            let name = &parsed.source.name;
            return Err(Failure::Elsewhere(Box::new(ExecError {
                kind: ErrorKind::Syntax,
                message: error.message.clone(),
                help: error.help.clone(),
                template: name.clone(),
                file: name.clone(),
                line: error.line,
                column: error.column,
                expression: String::new(),
                place,
                within,
                tag: None,
                calls: Vec::new(),
            })));
        }
        let mut templates = parsed.templates.iter();
        let Some(main) = templates.next() else {
            return Ok(Text::new([]));
        };
        let inner = templates.map(|t| (t.name.clone(), t.clone())).collect();
        self.inner.push(inner);
        let result = self.run(main, data);
        self.inner.pop();
        result
    }

    /// What the caller supplied.
    pub fn host(&mut self) -> &mut dyn Host {
        self.host
    }

    /// What is left of the limits.
    pub fn budget(&mut self) -> &mut Budget {
        &mut self.budget
    }

    /// The functions that can be called.
    pub fn functions(&self) -> &'a Functions {
        self.functions
    }

    /// A builder for a text within the limits.
    pub fn builder(&self) -> TextBuilder {
        TextBuilder::new(self.budget.text())
    }

    /// A value as a list, if it can be one. Bytes become a list of numbers, which takes more than
    /// the bytes do.
    ///
    /// # Errors
    /// A limit is reached.
    pub fn list(&mut self, value: &Value) -> Result<Option<Rc<List>>, Failure> {
        if let Data::Bytes(text) = &value.data {
            self.budget.spend_items(text.len())?;
        }
        Ok(value.as_list())
    }

    /// Tells the host that an entry was asked for.
    pub fn read(&mut self, map: &Value, key: &str, found: Option<&Value>) {
        self.host.read(map, key, found);
    }

    /// The template of this name, as it is seen now.
    pub fn template(&self, name: &str) -> Option<Arc<Template>> {
        let inner = self.inner.iter().rev().find_map(|inner| inner.get(name));
        inner.or_else(|| self.templates.get(name)).cloned()
    }

    fn unknown_template(&self, name: &str) -> Failure {
        let message = format!("there is no template named `{name}`");
        let failure = Failure::new(ErrorKind::UnknownTemplate, message);
        match suggest::nearest(name, self.templates.names()) {
            Some(like) => failure.help(format!("did you mean `{like}`?")),
            None => failure,
        }
    }

    fn run(&mut self, template: &Arc<Template>, data: &Value) -> Result<Text, Failure> {
        let mut out = self.builder();
        let depth = self.depth;
        if depth == 0 {
            self.stack = stack_address();
        }
        let data = data.clone().into_result();
        let result = self.execute(template, &data, &mut out);
        // What failed did not come back up.
        self.depth = depth;
        result?;
        out.finish()
    }

    fn execute(&mut self, template: &Template, data: &Value, out: &mut TextBuilder) -> Exec<()> {
        if let Err(failure) = self.budget.spend(template.slots / 16) {
            let frame = Frame {
                template,
                slots: Vec::new(),
            };
            return Err(self.fail(&frame, template.span, failure));
        }
        let mut slots = vec![None; template.slots];
        if let Some(root) = slots.first_mut() {
            *root = Some(data.clone());
        }
        let mut frame = Frame { template, slots };
        self.deeper(&frame, template.span)?;
        let result = self.walk(&mut frame, data, &template.body, out);
        self.depth -= 1;
        result.map(|_| ())
    }

    /// Goes one level deeper, if that is not too deep. Whoever calls it goes back up.
    fn deeper(&mut self, frame: &Frame<'_>, span: Span) -> Exec<()> {
        let Limits { depth, stack, .. } = self.options.limits;
        if self.depth >= depth || stack_address().abs_diff(self.stack) > stack {
            let message = "templates call each other too deeply; is there an endless recursion?";
            return Err(self.fail(
                frame,
                Span {
                    end: span.start,
                    ..span
                },
                Failure::limit(message),
            ));
        }
        self.depth += 1;
        Ok(())
    }

    /// A failure as an error at an expression.
    fn fail(&self, frame: &Frame<'_>, span: Span, failure: Failure) -> Box<ExecError> {
        let template = frame.template;
        let source: &Source = &template.source;
        match failure {
            Failure::Elsewhere(mut error) => {
                const MOST_CALLS: usize = 20;
                if error.calls.len() < MOST_CALLS {
                    error.calls.push(Call {
                        template: template.name.clone(),
                        file: source.name.clone(),
                        line: source.position(span).0,
                        place: source.place(span),
                    });
                }
                error
            }
            Failure::Here {
                kind,
                message,
                help,
            } => {
                let (line, column) = source.position(span);
                let (place, within) = origin(source, span);
                Box::new(ExecError {
                    kind,
                    message,
                    help,
                    template: template.name.clone(),
                    file: source.name.clone(),
                    line,
                    column,
                    expression: source.excerpt(span),
                    place,
                    within,
                    tag: None,
                    calls: Vec::new(),
                })
            }
        }
    }

    /// What printed the value of an action. In a text that was made while rendering: where its
    /// first byte came from.
    fn printer(&self, frame: &Frame<'_>, span: Span) -> (Option<Place>, Trace) {
        let source = &frame.template.source;
        if let Some(place) = source.place(span) {
            return (Some(place), Trace::default());
        }
        match source.text.piece_at(span.start as usize) {
            Some((_, piece)) => (piece.place, piece.trace),
            None => (None, Trace::default()),
        }
    }
}

/// Where an expression stands, and if its text was made while rendering, where that is in what
/// it was made from.
fn origin(source: &Source, span: Span) -> (Option<Place>, Option<Within>) {
    if let Some(place) = source.place(span) {
        return (Some(place), None);
    }
    let range = span.range();
    let range = range.start..range.end.max(range.start + 1);
    let Some((cut, piece)) = source.text.pieces_in(range).next() else {
        return (None, Some(Within::default()));
    };
    let part = match piece.relation {
        Relation::Value { offset } => {
            let len = cut.len().min(span.range().len());
            Some(Span::new(offset as usize, offset as usize + len))
        }
        _ => None,
    };
    let tag = piece.trace.tag;
    (piece.place, Some(Within { tag, part }))
}
