//! Pipelines and what they are made of.

use super::scope::Found;
use super::{Parser, Result};
use crate::ast::{Command, Expr, ExprKind, Name, Pipeline, Variable};
use crate::lexer::{Lexeme, Token};
use crate::{Span, Text, literal};

/// How many variables may be visible at one point: they are looked through for each use of one.
const MOST_VARIABLES: usize = 1_000;

impl Parser<'_> {
    /// A pipeline up to and with its closing token. `what` names it in messages.
    pub(super) fn pipeline(&mut self, what: &str, close: Token, ranges: bool) -> Result<Pipeline> {
        let start = self.peek().span;
        let mut pipeline = Pipeline::default();
        let announced = self.declarations(&mut pipeline, what, ranges)?;
        loop {
            let lexeme = self.peek();
            match lexeme.token {
                token if token == close => {
                    self.next();
                    break;
                }
                token if starts_operand(token) && !self.is_keyword(lexeme) => {
                    let command = self.command()?;
                    pipeline.commands.push(command);
                }
                _ => {
                    self.next();
                    return Err(self.misplaced(lexeme, what));
                }
            }
        }
        pipeline.span = match pipeline.commands.last() {
            Some(last) => start.to(last.span),
            None => return Err(self.error(start, format!("{what} is missing here"))),
        };
        for command in pipeline.commands.iter().skip(1) {
            let is_literal = matches!(
                command.head.kind,
                ExprKind::Bool(_) | ExprKind::Dot | ExprKind::Nil | ExprKind::Number(_)
            ) || matches!(command.head.kind, ExprKind::Str(_));
            if is_literal {
                let text = self.text(command.head.span).into_owned();
                let message = format!("`{text}` is not a function that a value can be piped into");
                return Err(self.error(command.head.span, message));
            }
        }
        for (variable, announced) in pipeline.variables.iter_mut().zip(announced) {
            variable.slot = Some(self.scope.declare(announced));
        }
        Ok(pipeline)
    }

    fn is_keyword(&self, lexeme: Lexeme) -> bool {
        lexeme.token == Token::Word && super::KEYWORDS.contains(&&*self.text(lexeme.span))
    }

    fn misplaced(&mut self, lexeme: Lexeme, what: &str) -> super::Lost {
        let text = self.text(lexeme.span).into_owned();
        match lexeme.token {
            Token::Bad(_) | Token::End => self.unexpected(lexeme, what),
            Token::Word => {
                let message = format!("the keyword `{text}` is not allowed inside {what}");
                self.error(lexeme.span, message)
            }
            Token::Declare | Token::Assign => {
                let message = format!("`{text}` needs a variable such as `$name` before it");
                self.error(lexeme.span, message)
            }
            _ if text == "}" => {
                self.error(lexeme.span, "an action is closed with two braces: `}}`")
            }
            _ => self.error(lexeme.span, format!("`{text}` is not allowed in {what}")),
        }
    }

    /// `$x :=`, `$x =`, and in a `range` `$i, $x :=`.
    fn declarations(
        &mut self,
        pipeline: &mut Pipeline,
        what: &str,
        ranges: bool,
    ) -> Result<Vec<usize>> {
        loop {
            let variable = self.peek();
            if variable.token != Token::Variable {
                return Ok(Vec::new());
            }
            self.next();
            let after = self.peek();
            match after.token {
                Token::Assign | Token::Declare => {
                    self.next();
                    pipeline.assigns = after.token == Token::Assign;
                    pipeline.variables.push(self.unresolved(variable));
                    return Ok(self.announce(pipeline));
                }
                Token::Other if &*self.text(after.span) == "," => {
                    self.next();
                    pipeline.variables.push(self.unresolved(variable));
                    if !ranges {
                        let message = format!("only `range` takes two variables, not {what}");
                        return Err(self.error(after.span, message));
                    }
                    if pipeline.variables.len() > 1 {
                        let message = "`range` takes two variables at most";
                        return Err(self.error(after.span, message));
                    }
                    if self.peek().token != Token::Variable {
                        let lexeme = self.next();
                        return Err(self.unexpected(lexeme, "the second variable"));
                    }
                }
                _ => {
                    // It is a value; what was read ahead stays behind it.
                    self.back(variable);
                    return match pipeline.variables.is_empty() {
                        true => Ok(Vec::new()),
                        false => Err(self.unexpected(after, "`:=`")),
                    };
                }
            }
        }
    }

    fn unresolved(&self, variable: Lexeme) -> Variable {
        Variable {
            span: variable.span,
            name: self.text(variable.span).into(),
            slot: None,
        }
    }

    /// Finds the variables that are set, or makes those declared known. Gives where the latter
    /// are announced.
    fn announce(&mut self, pipeline: &mut Pipeline) -> Vec<usize> {
        let mut announced = Vec::new();
        for variable in &mut pipeline.variables {
            if pipeline.assigns
                && let Found::Slot(slot) = self.scope.find(&variable.name)
            {
                variable.slot = Some(slot);
                continue;
            }
            if self.scope.mark() >= MOST_VARIABLES {
                let message = format!("more than {MOST_VARIABLES} variables are declared");
                self.error(variable.span, message);
                continue;
            }
            announced.push(self.scope.announce(&variable.name));
        }
        if pipeline.assigns {
            announced.clear();
        }
        announced
    }

    fn command(&mut self) -> Result<Command> {
        let head = self.operand()?;
        let mut args = Vec::new();
        let start = head.span;
        let mut end = head.span;
        loop {
            let lexeme = self.peek();
            match lexeme.token {
                Token::Right | Token::RightParen => break,
                Token::Pipe => {
                    self.next();
                    break;
                }
                token if lexeme.spaced && starts_operand(token) && !self.is_keyword(lexeme) => {
                    let arg = self.operand()?;
                    end = arg.span;
                    args.push(arg);
                }
                Token::Bad(_) | Token::End => {
                    self.next();
                    return Err(self.unexpected(lexeme, "`}}`"));
                }
                token if starts_operand(token) && !lexeme.spaced => {
                    self.next();
                    let text = self.text(lexeme.span).into_owned();
                    let message = format!("a space is missing before `{text}`");
                    return Err(self.error(lexeme.span, message));
                }
                _ => {
                    self.next();
                    return Err(self.misplaced(lexeme, "a list of arguments"));
                }
            }
        }
        Ok(Command {
            span: start.to(end),
            head,
            args,
        })
    }

    /// A term and the fields behind it.
    fn operand(&mut self) -> Result<Expr> {
        let mut term = self.term()?;
        let mut names = Vec::new();
        while let lexeme = self.peek()
            && lexeme.token == Token::Field
            && !lexeme.spaced
        {
            self.next();
            names.push(self.name(lexeme));
        }
        let Some(last) = names.last() else {
            return Ok(term);
        };
        let span = term.span.to(last.span);
        match &mut term.kind {
            ExprKind::Field(fields) | ExprKind::Variable(_, fields) => {
                fields.append(&mut names);
                term.span = span;
                Ok(term)
            }
            ExprKind::Bool(_) | ExprKind::Str(_) | ExprKind::Number(_) | ExprKind::Nil => {
                let text = self.text(term.span).into_owned();
                Err(self.error(span, format!("`{text}` is a literal and has no fields")))
            }
            ExprKind::Dot => {
                let help = "write `.name`, with one dot".to_owned();
                Err(self.error_with(span, "a field follows `.` directly", Some(help)))
            }
            _ => Ok(Expr {
                span,
                kind: ExprKind::Chain(Box::new(term), names),
            }),
        }
    }

    fn name(&self, field: Lexeme) -> Name {
        let span = Span {
            start: field.span.start + 1,
            end: field.span.end,
        };
        Name {
            span,
            text: self.text(span).into(),
        }
    }

    fn term(&mut self) -> Result<Expr> {
        let lexeme = self.next();
        let mut span = lexeme.span;
        let kind = match lexeme.token {
            Token::Dot => ExprKind::Dot,
            Token::Field => ExprKind::Field(vec![self.name(lexeme)]),
            Token::Variable => ExprKind::Variable(self.variable(lexeme)?, Vec::new()),
            Token::Word => match &*self.text(span) {
                "true" => ExprKind::Bool(true),
                "false" => ExprKind::Bool(false),
                "nil" => ExprKind::Nil,
                name => ExprKind::Function(name.into()),
            },
            Token::Str | Token::RawStr => ExprKind::Str(self.string(lexeme)?),
            Token::Char => {
                let text = span.of(self.source.text.bytes());
                let inner = text.get(1..text.len() - 1).unwrap_or_default();
                match literal::character(inner) {
                    Some(number) => ExprKind::Number(number),
                    None => return Err(self.error(span, "this is not one character")),
                }
            }
            Token::Number => {
                let number = literal::number(&self.text(span));
                match number {
                    Ok(number) => ExprKind::Number(number),
                    Err(why) => return Err(self.error(span, why)),
                }
            }
            Token::LeftParen => {
                self.enter(span)?;
                let inner = self.pipeline("the parentheses", Token::RightParen, false);
                self.depth -= 1;
                span = span.to(Span {
                    start: self.last,
                    end: self.last,
                });
                ExprKind::Pipeline(Box::new(inner?))
            }
            _ => return Err(self.unexpected(lexeme, "a value")),
        };
        Ok(Expr { span, kind })
    }

    fn variable(&mut self, lexeme: Lexeme) -> Result<Variable> {
        let mut variable = self.unresolved(lexeme);
        match self.scope.find(&variable.name) {
            Found::Slot(slot) => variable.slot = Some(slot),
            Found::NotRun => {}
            Found::Unknown => {
                let name = &variable.name;
                let message = format!("the variable `{name}` is not declared here");
                let like = suggest::nearest(name, self.scope.names())
                    .map(|n| format!("did you mean `{n}`?"));
                return Err(self.error_with(lexeme.span, message, like));
            }
        }
        Ok(variable)
    }

    /// The content of a quoted or raw string.
    pub(super) fn string(&mut self, lexeme: Lexeme) -> Result<Text> {
        let text = lexeme.span.of(self.source.text.bytes());
        let inner = text.get(1..text.len() - 1).unwrap_or_default();
        if lexeme.token == Token::RawStr {
            let content: Vec<u8> = inner.iter().copied().filter(|&b| b != b'\r').collect();
            return Ok(content.into());
        }
        match literal::unquote(inner, b'"') {
            Some(content) => Ok(content.into()),
            None => {
                let help = "a backslash is written `\\\\`; a raw string is in backticks";
                let message = "this string has an escape that Go does not know";
                Err(self.error_with(lexeme.span, message, Some(help.to_owned())))
            }
        }
    }
}

fn starts_operand(token: Token) -> bool {
    matches!(
        token,
        Token::Word
            | Token::Field
            | Token::Variable
            | Token::Dot
            | Token::Str
            | Token::RawStr
            | Token::Char
            | Token::Number
            | Token::LeftParen
    )
}
