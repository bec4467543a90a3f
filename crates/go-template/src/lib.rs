//! Go's text/template and Sprig, with source positions.
//!
//! A text is [`parse`]d into templates and all its errors; [`TemplateSet`] holds what can call
//! each other; an [`Evaluator`] renders. Values carry an opaque [`Tag`] that says where the caller
//! had them from. The rendered [`Text`] knows for every byte at which place of which template it
//! stands, or which action printed it, and the tag of the value that it came from.
//!
//! ```
//! use go_template::*;
//!
//! let parsed = parse(SourceId(0), "hello.txt", "Hello {{ .name | upper | trunc 3 }}");
//! assert!(parsed.errors.is_empty());
//! let mut templates = TemplateSet::new();
//! templates.add(&parsed);
//! let (functions, mut host) = (Functions::sprig(), Fixed::default());
//! let mut evaluator = Evaluator::new(&templates, &functions, &mut host, Options::default());
//! let data = Value::from_iter([("name", Value::from("GOPHER").tagged(Tag(7)))]);
//!
//! let text = evaluator.render("hello.txt", &data).unwrap();
//! assert_eq!(text.to_str(), "Hello GOP");
//! let (start, piece) = text.piece_at(6).unwrap();
//! assert_eq!((start, piece.trace.tag), (6, Some(Tag(7))));
//! assert_eq!(piece.place.unwrap().span, Span::new(9, 32));
//! ```

mod ast;
mod builtin;
mod error;
mod eval;
pub mod format;
mod function;
mod host;
mod lexer;
mod limits;
mod literal;
mod parser;
mod rune;
mod set;
mod span;
mod sprig;
mod text;
pub mod time;
mod value;
mod visit;

pub use ast::{Source, Template};
pub use error::{Call, ErrorKind, ExecError, Failure, Within};
pub use eval::{Evaluator, MissingKey, Options};
pub use function::{Args, Flow, Function, Functions, Param, Run};
pub use host::{Alphabet, Entropy, Fixed, Host, SecretKind};
pub use limits::{Budget, Limits};
pub use parser::{ParseError, Parsed, parse, parse_made};
pub use set::{NamedCall, TemplateSet, UnknownFunction};
pub use span::{Place, SourceId, Span};
pub use sprig::{JsonError, is_version, parse_json, push_json, satisfies};
pub use text::{Piece, Relation, Text, TextBuilder, View};
pub use value::{
    Data, Entry, IntType, Kind, List, ListType, Map, MapType, NamedMap, Object, Tag, Trace, Value,
    deep_equal,
};
