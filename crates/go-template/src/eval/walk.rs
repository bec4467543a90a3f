//! Actions.

use super::{Evaluator, Exec, Frame};
use crate::ast::{Branch, Node, NodeKind, Pipeline, Range, Variable};
use crate::value::STAND_IN;
use crate::{Data, Failure, Kind, Span, TextBuilder, Value, View, format};

/// How a list of actions ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    Next,
    Break,
    Continue,
}

impl Evaluator<'_> {
    pub(super) fn walk(
        &mut self,
        frame: &mut Frame<'_>,
        dot: &Value,
        nodes: &[Node],
        out: &mut TextBuilder,
    ) -> Exec<Flow> {
        for node in nodes {
            if let Err(failure) = self.budget.spend(1) {
                return Err(self.fail(frame, node.span, failure));
            }
            match &node.kind {
                NodeKind::Text => push_text(frame, node.span, out),
                NodeKind::Action(pipeline) => {
                    let value = self.pipeline(frame, dot, pipeline)?;
                    if pipeline.variables.is_empty() {
                        self.print(frame, pipeline.span, &value, out)?;
                    }
                }
                NodeKind::Branch(branch) => {
                    let flow = self.branch(frame, dot, node.span, branch, out)?;
                    if flow != Flow::Next {
                        return Ok(flow);
                    }
                }
                NodeKind::Range(range) => {
                    let flow = self.range(frame, dot, node.span, range, out)?;
                    if flow != Flow::Next {
                        return Ok(flow);
                    }
                }
                NodeKind::Template { name, argument } => {
                    self.call_template(frame, dot, node.span, (name, argument.as_ref()), out)?;
                }
                NodeKind::Break => return Ok(Flow::Break),
                NodeKind::Continue => return Ok(Flow::Continue),
            }
            let grown = out.grown();
            let within = match out.is_over() {
                true => Err(Failure::too_long(self.budget.text())),
                false => self.budget.spend_bytes(grown),
            };
            if let Err(failure) = within {
                return Err(self.fail(frame, node.span, failure));
            }
        }
        Ok(Flow::Next)
    }

    fn print(
        &mut self,
        frame: &Frame<'_>,
        span: Span,
        value: &Value,
        out: &mut TextBuilder,
    ) -> Exec<()> {
        let (place, trace) = self.printer(frame, span);
        // Nothing at all would be a value that is not set.
        let is_empty = value
            .as_text()
            .map_or(value.is_nil(), crate::Text::is_empty);
        if is_empty && value.trace.open {
            let text = crate::Text::from(STAND_IN);
            let view = View {
                text: &text,
                trace: value.trace,
            };
            out.push_placed(view, 0..text.len(), place, trace);
            return Ok(());
        }
        if let Some(view) = value.as_view() {
            out.push_placed(view, 0..view.text.len(), place, trace);
            return Ok(());
        }
        if let Data::Map(_) | Data::List(_) = value.data {
            self.host.consume(value);
        }
        let mut printed = self.builder();
        format::print(&mut self.budget, value, &mut printed)
            .and_then(|()| printed.finish())
            .map(|text| {
                let view = View {
                    text: &text,
                    trace: value.trace,
                };
                out.push_placed(view, 0..text.len(), place, trace);
            })
            .map_err(|failure| self.fail(frame, span, failure))
    }

    fn branch(
        &mut self,
        frame: &mut Frame<'_>,
        dot: &Value,
        span: Span,
        branch: &Branch,
        out: &mut TextBuilder,
    ) -> Exec<Flow> {
        self.deeper(frame, span)?;
        for (index, (pipeline, body)) in branch.branches.iter().enumerate() {
            let value = self.pipeline(frame, dot, pipeline)?;
            if value.truth() {
                self.tell_branch(frame, span, index);
                let dot = if branch.with { &value } else { dot };
                let flow = self.walk(frame, dot, body, out)?;
                self.depth -= 1;
                return Ok(flow);
            }
        }
        self.tell_branch(frame, span, branch.branches.len());
        let flow = self.walk(frame, dot, &branch.otherwise, out)?;
        self.depth -= 1;
        Ok(flow)
    }

    fn tell_branch(&mut self, frame: &Frame<'_>, span: Span, branch: usize) {
        if let Some(place) = frame.template.source.place(span) {
            self.host.branch(place, branch);
        }
    }

    fn range(
        &mut self,
        frame: &mut Frame<'_>,
        dot: &Value,
        span: Span,
        range: &Range,
        out: &mut TextBuilder,
    ) -> Exec<Flow> {
        let value = self.pipeline(frame, dot, &range.pipeline)?;
        if let Data::Map(_) = value.data {
            self.host.consume(&value);
        }
        let pairs = match self.pairs(&value, range.pipeline.variables.len()) {
            Ok(pairs) => pairs,
            Err(failure) => return Err(self.fail(frame, range.pipeline.span, failure)),
        };
        self.deeper(frame, span)?;
        if pairs.is_empty() {
            self.tell_branch(frame, span, 1);
            let flow = self.walk(frame, dot, &range.otherwise, out)?;
            self.depth -= 1;
            return Ok(flow);
        }
        self.tell_branch(frame, span, 0);
        for (key, item) in pairs {
            match range.pipeline.variables.as_slice() {
                [] => {}
                [only] => self.set(frame, only, item.clone())?,
                [first, second, ..] => {
                    self.set(frame, first, key)?;
                    self.set(frame, second, item.clone())?;
                }
            }
            if self.walk(frame, &item, &range.body, out)? == Flow::Break {
                break;
            }
        }
        self.depth -= 1;
        Ok(Flow::Next)
    }

    /// What a `range` goes through: keys and values in order.
    fn pairs(&mut self, value: &Value, variables: usize) -> Result<Vec<(Value, Value)>, Failure> {
        if let Data::Int(count, _) = value.data {
            if variables > 1 {
                let message = "a `range` over a number has one variable only";
                return Err(Failure::wrong_type(message));
            }
            let count = usize::try_from(count).unwrap_or(0);
            self.budget.spend_items(count)?;
            let numbers = (0i64..).take(count);
            return Ok(numbers.map(|n| (Value::NIL, Value::from(n))).collect());
        }
        if let Some(map) = value.as_map() {
            self.budget.spend(map.len())?;
            let entries = map.entries();
            let pair = |(key, entry): (std::rc::Rc<str>, crate::Entry)| {
                let mut name = Value::from(&*key);
                name.trace.tag = entry.key;
                (name, entry.value.into_entry())
            };
            return Ok(entries.into_iter().map(pair).collect());
        }
        if let Some(list) = self.list(value)? {
            self.budget.spend(list.items.len())?;
            let items = list.items.iter().cloned().map(Value::into_entry);
            return Ok((0i64..).map(Value::from).zip(items).collect());
        }
        match value.kind() {
            Kind::Invalid => Ok(Vec::new()),
            _ => Err(Failure::wrong_type(format!(
                "`range` iterates over lists, maps and integers, but this is {}",
                value.describe()
            ))),
        }
    }

    pub(super) fn set(&self, frame: &mut Frame<'_>, to: &Variable, value: Value) -> Exec<()> {
        let slot = to.slot.and_then(|slot| frame.slots.get_mut(slot));
        match slot {
            Some(slot) => *slot = Some(value),
            None => return Err(self.undeclared(frame, to)),
        }
        Ok(())
    }

    fn call_template(
        &mut self,
        frame: &mut Frame<'_>,
        dot: &Value,
        span: Span,
        (name, argument): (&str, Option<&Pipeline>),
        out: &mut TextBuilder,
    ) -> Exec<()> {
        let Some(template) = self.template(name) else {
            let failure = self.unknown_template(name);
            return Err(self.fail(frame, span, failure));
        };
        let data = match argument {
            Some(pipeline) => self.pipeline(frame, dot, pipeline)?,
            None => Value::NIL,
        };
        self.execute(&template, &data, out)
            .map_err(|error| self.fail(frame, span, error.into()))
    }
}

fn push_text(frame: &Frame<'_>, span: Span, out: &mut TextBuilder) {
    let source = &frame.template.source;
    match source.place(span) {
        Some(place) => out.push_template(span.of(source.text.bytes()), place),
        None => out.push_part(source.text.as_view(), span.range()),
    }
}
