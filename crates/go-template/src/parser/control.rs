//! Actions that are more than a pipeline.

use std::sync::Arc;

use super::scope::Scope;
use super::{Action, Ending, Parser, Result};
use crate::Span;
use crate::ast::{Branch, Node, NodeKind, Pipeline, Range, Template};
use crate::lexer::Token;

impl Parser<'_> {
    /// An action behind its `{{`.
    pub(super) fn action(&mut self, left: Span, top: bool) -> Result<Action> {
        let word = self.keyword();
        let kind = match word {
            Some("define") if top => {
                self.next();
                self.definition(left)?;
                return Ok(Action::Nothing);
            }
            Some("define") => {
                let span = self.next().span;
                return Err(self.error_with(
                    span,
                    "`define` is not allowed inside another action",
                    Some("move it to the top level of the file".to_owned()),
                ));
            }
            Some("end") => {
                self.next();
                let right = self.close("`end`")?;
                return Ok(Action::Ending(Ending::End(left.to(right))));
            }
            Some("else") => {
                let span = self.next().span;
                return Ok(Action::Ending(Ending::Else(left.to(span))));
            }
            Some("if" | "with") => {
                self.next();
                let with = word == Some("with");
                self.enter(left)?;
                let kind = self.branch(left, with);
                self.depth -= 1;
                kind
            }
            Some("range") => {
                self.next();
                self.enter(left)?;
                let kind = self.range(left);
                self.depth -= 1;
                kind
            }
            Some("block") => {
                self.next();
                self.block(left)?
            }
            Some("template") => {
                self.next();
                self.template()?
            }
            Some(word @ ("break" | "continue")) => {
                let span = self.next().span;
                self.close(&format!("`{word}`"))?;
                if self.loops == 0 {
                    let message = format!("`{word}` is outside any `range`");
                    return Err(self.error(span, message));
                }
                if word == "break" {
                    NodeKind::Break
                } else {
                    NodeKind::Continue
                }
            }
            _ => NodeKind::Action(self.pipeline("a value", Token::Right, false)?),
        };
        Ok(Action::Node(Node {
            span: left.to(self.consumed()),
            kind,
        }))
    }

    /// A place that ends where the last token read ends.
    fn consumed(&self) -> Span {
        let end = self.last;
        Span { start: end, end }
    }

    /// The `}}` due behind something.
    fn close(&mut self, behind: &str) -> Result<Span> {
        let lexeme = self.next();
        if lexeme.token == Token::Right {
            return Ok(lexeme.span);
        }
        Err(match lexeme.token {
            Token::Bad(_) | Token::End => self.unexpected(lexeme, "`}}`"),
            _ => {
                let text = self.text(lexeme.span).into_owned();
                self.error(lexeme.span, format!("`{text}` may not follow {behind}"))
            }
        })
    }

    /// The pipeline of a control action; if it is at fault an empty one, so that its body and
    /// `end` are still matched.
    fn header(&mut self, what: &str, ranges: bool) -> Pipeline {
        match self.pipeline(what, Token::Right, ranges) {
            Ok(pipeline) => pipeline,
            Err(_) => {
                self.recover();
                Pipeline::default()
            }
        }
    }

    /// Records that an action is never closed.
    fn unclosed(&mut self, left: Span, word: &str) {
        if !self.is_full() {
            let (line, _) = self.source.position(left);
            self.error_with(
                left,
                format!("the `{word}` on line {line} is not closed"),
                Some("add the missing `{{ end }}`".to_owned()),
            );
        }
    }

    fn branch(&mut self, left: Span, with: bool) -> NodeKind {
        let word = if with { "with" } else { "if" };
        let mark = self.scope.mark();
        let mut branches = Vec::new();
        let mut otherwise = Vec::new();
        loop {
            let pipeline = self.header(&format!("what `{word}` tests"), false);
            let inner = self.scope.mark();
            let (body, ending) = self.list();
            branches.push((pipeline, body));
            match ending {
                Ending::End(_) => break,
                Ending::Text => {
                    self.unclosed(left, word);
                    break;
                }
                Ending::Else(_) => {}
            }
            self.scope.hide(inner);
            if self.keyword() == Some(word) {
                self.next();
                continue;
            }
            otherwise = self.otherwise(left, word);
            break;
        }
        self.scope.leave(mark);
        NodeKind::Branch(Branch {
            with,
            branches,
            otherwise,
        })
    }

    /// What follows an `else` that is not followed by another test.
    fn otherwise(&mut self, left: Span, word: &str) -> Vec<Node> {
        let nested = matches!(self.keyword(), Some("if" | "with"));
        if nested {
            let lexeme = self.next();
            let other = self.text(lexeme.span).into_owned();
            self.error_with(
                lexeme.span,
                format!("`else {other}` may not follow `{word}`"),
                Some(format!(
                    "write `{{{{ else }}}}{{{{ {other} … }}}}` and close it with its own `end`"
                )),
            );
            self.recover();
        } else if self.close("`else`").is_err() {
            self.recover();
        }
        let mut nodes = Vec::new();
        loop {
            match self.list_into(&mut nodes, false) {
                Ending::End(_) => return nodes,
                Ending::Text => {
                    self.unclosed(left, word);
                    return nodes;
                }
                Ending::Else(span) => {
                    self.error(span, format!("this `{word}` has an `else` already"));
                    self.recover();
                }
            }
        }
    }

    fn range(&mut self, left: Span) -> NodeKind {
        let mark = self.scope.mark();
        let pipeline = self.header("what `range` iterates over", true);
        let inner = self.scope.mark();
        self.loops += 1;
        let (body, ending) = self.list();
        self.loops -= 1;
        let otherwise = match ending {
            Ending::End(_) => Vec::new(),
            Ending::Text => {
                self.unclosed(left, "range");
                Vec::new()
            }
            Ending::Else(_) => {
                self.scope.hide(inner);
                self.otherwise(left, "range")
            }
        };
        self.scope.leave(mark);
        NodeKind::Range(Box::new(Range {
            pipeline,
            body,
            otherwise,
        }))
    }

    /// The quoted name of a template.
    fn template_name(&mut self, word: &str) -> Result<Arc<str>> {
        let lexeme = self.next();
        match lexeme.token {
            Token::Str | Token::RawStr => {
                let text = self.string(lexeme)?;
                Ok(text.to_str().into())
            }
            Token::Bad(_) | Token::End => Err(self.unexpected(lexeme, "a name")),
            _ => {
                let message = format!("`{word}` needs the name of a template as a quoted string");
                let help =
                    (word == "template").then(|| "a computed name works with `include`".to_owned());
                Err(self.error_with(lexeme.span, message, help))
            }
        }
    }

    fn template(&mut self) -> Result<NodeKind> {
        let name = self.template_name("template")?;
        let argument = if self.peek().token == Token::Right {
            self.next();
            None
        } else {
            Some(self.pipeline("the argument of `template`", Token::Right, false)?)
        };
        Ok(NodeKind::Template { name, argument })
    }

    fn definition(&mut self, left: Span) -> Result<()> {
        let name = self.template_name("define");
        let name = match name {
            Ok(name) => self.close("the name").map(|_| name),
            Err(lost) => Err(lost),
        };
        let name = name.unwrap_or_else(|_| {
            self.recover();
            "".into()
        });
        self.body(left, name, "define");
        Ok(())
    }

    fn block(&mut self, left: Span) -> Result<NodeKind> {
        let name = self.template_name("block");
        let (name, argument) = match name {
            Ok(name) => (name, self.header("the argument of `block`", false)),
            Err(_) => {
                self.recover();
                ("".into(), Pipeline::default())
            }
        };
        self.enter(left)?;
        self.body(left, name.clone(), "block");
        self.depth -= 1;
        Ok(NodeKind::Template {
            name,
            argument: Some(argument),
        })
    }

    /// The body of a definition, which sees no variables from outside.
    fn body(&mut self, left: Span, name: Arc<str>, word: &str) {
        let scope = std::mem::replace(&mut self.scope, Scope::new());
        let loops = std::mem::take(&mut self.loops);
        let mut body = Vec::new();
        loop {
            match self.list_into(&mut body, false) {
                Ending::End(_) => break,
                Ending::Text => {
                    self.unclosed(left, word);
                    break;
                }
                Ending::Else(span) => {
                    self.error(span, format!("a `{word}` has no `else`"));
                    self.recover();
                }
            }
        }
        let inner = std::mem::replace(&mut self.scope, scope);
        self.loops = loops;
        let template = Template {
            name,
            span: left.to(self.consumed()),
            source: self.source.clone(),
            body,
            slots: inner.slots(),
        };
        self.add(template, left);
    }

    /// Adds a definition, unless there is another one of this name that is not blank.
    fn add(&mut self, template: Template, left: Span) {
        let next = self.templates.len();
        let known = *self.defined.entry(template.name.clone()).or_insert(next);
        match Some(known).filter(|index| *index < next) {
            None => self.templates.push(Arc::new(template)),
            Some(index) => match self.templates.get_mut(index) {
                Some(known) if known.is_blank() => *known = Arc::new(template),
                Some(known) if !template.is_blank() => {
                    let (line, _) = self.source.position(known.span);
                    let name = &template.name;
                    let message = format!("`{name}` is already defined on line {line}");
                    self.error(left, message);
                }
                _ => {}
            },
        }
    }
}
