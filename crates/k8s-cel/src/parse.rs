//! Tokens → tree.

use std::sync::Arc;

use crate::ast::{Ast, Call, Id, Item, Node};
use crate::lex::{Token, tokens};
use crate::{CompileError, Value, literal, macros};

/// How deep expressions may be nested in brackets.
const MAX_DEPTH: usize = 100;

/// How many nodes of the tree may stand below each other.
const MAX_HEIGHT: u16 = 400;

/// How long an expression may be, in bytes.
const MAX_LENGTH: usize = 100_000;

/// How many operators of one kind may follow each other, such as `a + b + c`.
const MAX_CHAIN: usize = 250;

/// Words that are no names.
const RESERVED: [&str; 19] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
    "in",
    "null",
];

/// Words that are tokens of their own, and so no names of fields either.
const KEYWORDS: [&str; 4] = ["in", "true", "false", "null"];

/// Whether a word has a meaning of its own, or may get one.
pub fn is_reserved(word: &str) -> bool {
    RESERVED.contains(&word) || KEYWORDS.contains(&word)
}

const RELATIONS: [(&str, &str); 7] = [
    ("<", "_<_"),
    ("<=", "_<=_"),
    (">", "_>_"),
    (">=", "_>=_"),
    ("==", "_==_"),
    ("!=", "_!=_"),
    ("in", "@in"),
];

const SUMS: [(&str, &str); 2] = [("+", "_+_"), ("-", "_-_")];

const PRODUCTS: [(&str, &str); 3] = [("*", "_*_"), ("/", "_/_"), ("%", "_%_")];

/// Reads an expression.
pub(crate) fn parse(text: &str) -> Result<(Ast, Id), CompileError> {
    if text.len() > MAX_LENGTH {
        return Err(CompileError::limit(0, "the expression is too long"));
    }
    let mut parser = Parser {
        tokens: tokens(text)?,
        next: 0,
        depth: 0,
        ast: Ast::default(),
    };
    let root = parser.expression()?;
    match parser.peek() {
        Token::End if parser.ast.height(root) > MAX_HEIGHT => Err(CompileError::limit(
            0,
            "the expression is nested too deeply",
        )),
        Token::End => Ok((parser.ast, root)),
        _ => Err(parser.unexpected()),
    }
}

pub(crate) struct Parser {
    tokens: Vec<(Token, usize)>,
    next: usize,
    depth: usize,
    pub(crate) ast: Ast,
}

type Parsed = Result<Id, CompileError>;

impl Parser {
    fn peek(&self) -> &Token {
        self.tokens.get(self.next).map_or(&Token::End, |(t, _)| t)
    }

    fn place(&self) -> usize {
        let token = self.tokens.get(self.next).or(self.tokens.last());
        token.map_or(0, |(_, at)| *at)
    }

    fn advance(&mut self) -> Token {
        let token = self.peek().clone();
        self.next += 1;
        token
    }

    fn is(&self, sign: &str) -> bool {
        matches!(self.peek(), Token::Sign(s) if *s == sign)
    }

    fn accept(&mut self, sign: &str) -> bool {
        let found = self.is(sign);
        self.next += usize::from(found);
        found
    }

    fn expect(&mut self, sign: &str) -> Result<(), CompileError> {
        if self.accept(sign) {
            Ok(())
        } else {
            Err(self.unexpected())
        }
    }

    fn unexpected(&self) -> CompileError {
        let message = match self.peek() {
            Token::End => "the expression ends too early".to_owned(),
            Token::Sign(sign) => format!("`{sign}` is not expected here"),
            Token::Name(name) => format!("`{name}` is not expected here"),
            _ => "a literal is not expected here".to_owned(),
        };
        CompileError::new(self.place(), message)
    }

    fn call(&mut self, name: &str, args: Vec<Id>, place: usize) -> Id {
        let call = Call {
            name: name.into(),
            target: None,
            args,
            overloads: Vec::new(),
        };
        self.ast.add(Node::Call(call), place)
    }

    fn nested<T>(
        &mut self,
        inner: impl FnOnce(&mut Self) -> Result<T, CompileError>,
    ) -> Result<T, CompileError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(CompileError::limit(
                self.place(),
                "the expression is nested too deeply",
            ));
        }
        let result = inner(self);
        self.depth -= 1;
        result
    }

    pub(crate) fn expression(&mut self) -> Parsed {
        self.nested(|parser| {
            let place = parser.place();
            let condition = parser.or()?;
            if !parser.accept("?") {
                return Ok(condition);
            }
            let then = parser.or()?;
            parser.expect(":")?;
            let otherwise = parser.expression()?;
            let node = Node::Conditional([condition, then, otherwise]);
            Ok(parser.ast.add(node, place))
        })
    }

    fn or(&mut self) -> Parsed {
        self.junction("||", Self::and, Node::Or)
    }

    fn and(&mut self) -> Parsed {
        self.junction("&&", Self::relation, Node::And)
    }

    fn junction(
        &mut self,
        sign: &str,
        inner: fn(&mut Self) -> Parsed,
        node: fn(Vec<Id>) -> Node,
    ) -> Parsed {
        let place = self.place();
        let first = inner(self)?;
        if !self.is(sign) {
            return Ok(first);
        }
        let mut parts = vec![first];
        while self.accept(sign) {
            parts.push(inner(self)?);
        }
        Ok(self.ast.add(node(parts), place))
    }

    fn relation(&mut self) -> Parsed {
        self.chain(&RELATIONS, Self::sum)
    }

    fn sum(&mut self) -> Parsed {
        self.chain(&SUMS, Self::product)
    }

    fn product(&mut self) -> Parsed {
        self.chain(&PRODUCTS, Self::unary)
    }

    /// Operators of one level, from left to right.
    fn chain(&mut self, operators: &[(&str, &str)], inner: fn(&mut Self) -> Parsed) -> Parsed {
        let mut left = inner(self)?;
        for _ in 0..MAX_CHAIN {
            let place = self.place();
            let written = match self.peek() {
                Token::Sign(sign) => *sign,
                Token::Name(name) if &**name == "in" => "in",
                _ => return Ok(left),
            };
            let Some((_, name)) = operators.iter().find(|(sign, _)| *sign == written) else {
                return Ok(left);
            };
            self.next += 1;
            let right = inner(self)?;
            left = self.call(name, vec![left, right], place);
        }
        Err(CompileError::limit(
            self.place(),
            "too many operators follow each other",
        ))
    }

    fn unary(&mut self) -> Parsed {
        let place = self.place();
        for (sign, name) in [("!", "!_"), ("-", "-_")] {
            let start = self.next;
            while self.accept(sign) {}
            let mut count = self.next - start;
            if count == 0 {
                continue;
            }
            // A minus in front of a number belongs to it.
            if sign == "-" && matches!(self.peek(), Token::Int(_) | Token::Double(_)) {
                self.next -= 1;
                count -= 1;
            }
            let inner = self.member()?;
            // Two of them cancel each other, but what they are applied to must fit.
            let count = if count > 2 { 2 - count % 2 } else { count };
            return Ok((0..count).fold(inner, |inner, _| self.call(name, vec![inner], place)));
        }
        self.member()
    }

    fn member(&mut self) -> Parsed {
        let mut of = self.primary()?;
        for _ in 0..MAX_CHAIN {
            let place = self.place();
            if self.accept(".") {
                let optional = self.accept("?");
                let field = self.field()?;
                of = if !optional && self.accept("(") {
                    let args = self.arguments()?;
                    macros::member(self, of, field, args, place)?
                } else {
                    let node = Node::Select {
                        of,
                        field,
                        optional,
                    };
                    self.ast.add(node, place)
                };
            } else if self.accept("[") {
                let optional = self.accept("?");
                let key = self.expression()?;
                self.expect("]")?;
                let name = if optional { "_[?_]" } else { "_[_]" };
                of = self.call(name, vec![of, key], place);
            } else {
                return Ok(of);
            }
        }
        Err(CompileError::limit(
            self.place(),
            "the expression is nested too deeply",
        ))
    }

    fn field(&mut self) -> Result<Arc<str>, CompileError> {
        match self.peek() {
            Token::Name(name) if !KEYWORDS.contains(&&**name) => {
                let name = name.clone();
                self.next += 1;
                Ok(name)
            }
            _ => Err(self.unexpected()),
        }
    }

    fn arguments(&mut self) -> Result<Vec<Id>, CompileError> {
        let end = ")";
        let mut args = Vec::new();
        while !self.accept(end) {
            args.push(self.expression()?);
            if !self.is(end) {
                self.expect(",")?;
                if self.is(end) {
                    return Err(self.unexpected());
                }
            }
        }
        Ok(args)
    }

    fn primary(&mut self) -> Parsed {
        let place = self.place();
        match self.peek().clone() {
            Token::Sign("(") => {
                self.next += 1;
                let inner = self.expression()?;
                self.expect(")")?;
                Ok(inner)
            }
            Token::Sign("[") => {
                self.next += 1;
                let items = self.items()?;
                Ok(self.ast.add(Node::List(items), place))
            }
            Token::Sign("{") => {
                self.next += 1;
                let entries = self.entries()?;
                Ok(self.ast.add(Node::Map(entries), place))
            }
            Token::Sign("." | "-") | Token::Name(_) => self.name(),
            Token::Sign(_) | Token::End => Err(self.unexpected()),
            token => {
                self.next += 1;
                let value = value(&token, "").map_err(|m| CompileError::new(place, m))?;
                Ok(self.ast.add(Node::Literal(value), place))
            }
        }
    }

    /// A name with what belongs to it, or a number behind a minus.
    fn name(&mut self) -> Parsed {
        let place = self.place();
        if self.accept("-") {
            let token = self.advance();
            let value = value(&token, "-").map_err(|m| CompileError::new(place, m))?;
            return Ok(self.ast.add(Node::Literal(value), place));
        }
        self.accept(".");
        let Token::Name(name) = self.peek().clone() else {
            return Err(self.unexpected());
        };
        let literal = match &*name {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            "null" => Some(Value::Null),
            _ => None,
        };
        if let Some(value) = literal {
            self.next += 1;
            return Ok(self.ast.add(Node::Literal(value), place));
        }
        if RESERVED.contains(&&*name) {
            let message = format!("`{name}` is a reserved word");
            return Err(CompileError::new(place, message));
        }
        self.next += 1;
        if self.accept("(") {
            let args = self.arguments()?;
            return macros::global(self, name, args, place);
        }
        if let Some(length) = self.type_name() {
            let mut full = name.to_string();
            for _ in 0..length {
                self.next += 1;
                full = format!("{full}.{}", self.field()?);
            }
            self.next += 1;
            let fields = self.struct_fields()?;
            let name = full.into();
            return Ok(self.ast.add(Node::Struct { name, fields }, place));
        }
        Ok(self.ast.add(Node::Name(name), place))
    }

    /// How many `.name` follow in front of a brace.
    fn type_name(&self) -> Option<usize> {
        let token = |at: usize| self.tokens.get(self.next + at).map(|(t, _)| t);
        let mut length = 0;
        loop {
            match (token(2 * length), token(2 * length + 1)) {
                (Some(Token::Sign("{")), _) => return Some(length),
                (Some(Token::Sign(".")), Some(Token::Name(_))) => length += 1,
                _ => return None,
            }
        }
    }

    fn items(&mut self) -> Result<Vec<Item>, CompileError> {
        let mut items = Vec::new();
        while !self.accept("]") {
            let optional = self.accept("?");
            let value = self.expression()?;
            items.push(Item { value, optional });
            if !self.is("]") {
                self.expect(",")?;
            }
        }
        Ok(items)
    }

    fn entries(&mut self) -> Result<Vec<(Id, Item)>, CompileError> {
        let mut entries = Vec::new();
        while !self.accept("}") {
            let optional = self.accept("?");
            let key = self.expression()?;
            self.expect(":")?;
            let value = self.expression()?;
            entries.push((key, Item { value, optional }));
            if !self.is("}") {
                self.expect(",")?;
            }
        }
        Ok(entries)
    }

    fn struct_fields(&mut self) -> Result<Vec<(Arc<str>, Item)>, CompileError> {
        let mut fields = Vec::new();
        while !self.accept("}") {
            let optional = self.accept("?");
            let name = self.field()?;
            self.expect(":")?;
            let value = self.expression()?;
            fields.push((name, Item { value, optional }));
            if !self.is("}") {
                self.expect(",")?;
            }
        }
        Ok(fields)
    }
}

fn value(token: &Token, sign: &str) -> Result<Value, String> {
    let value = match token {
        Token::Int(text) => literal::int(&format!("{sign}{text}")).map(Value::Int),
        Token::Uint(text) => literal::uint(text).map(Value::Uint),
        Token::Double(text) => {
            let number: Option<f64> = format!("{sign}{text}").parse().ok();
            number.filter(|n| n.is_finite()).map(Value::Double)
        }
        Token::Text(text) => Some(Value::String(text.clone())),
        Token::Bytes(bytes) => Some(Value::Bytes(bytes.clone())),
        _ => None,
    };
    value.ok_or_else(|| "the number is too large".to_owned())
}
