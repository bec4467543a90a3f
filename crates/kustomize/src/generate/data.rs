//! ConfigMaps and Secrets from literals, files and env files.

use std::sync::Arc;

use camino::Utf8PathBuf;
use manifest::{Budget, Fault, FaultKind, Node, Source, Span, Src, Step, Style, Unit};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Generated, base64, env_file};
use crate::compose::Composer;
use crate::decode::Pairs;
use crate::edit::map_of;
use crate::fault;
use crate::kustomization::{GeneratorArgs, GeneratorOptions};
use crate::openapi::Schema;
use crate::paths::{Files, verbatim};
use crate::resource::Resource;
use crate::text::Text;

/// One entry of the data.
struct Pair {
    key: Key,
    value: Value,
    /// Where it is asked for.
    at: Src,
}

impl Pair {
    /// How many bytes of text it comes to.
    fn size(&self) -> usize {
        let value = match &self.value {
            Value::Text { of, .. } => of.len() as usize,
            Value::Binary { bytes, .. } => bytes.len(),
        };
        self.key.text.len() + value / 3 * 4
    }
}

/// A key, as bytes of the scalar it is written in.
struct Key {
    from: Src,
    of: Span,
    text: Box<str>,
}

enum Value {
    /// Bytes of a scalar.
    Text { from: Src, of: Span },
    /// A file that is not UTF-8.
    Binary { from: Src, bytes: Arc<[u8]> },
}

/// Makes the ConfigMap or Secret that one generator asks for.
pub(crate) fn make(
    files: &Files<'_>,
    args: &GeneratorArgs,
    global: Option<&GeneratorOptions>,
    secret: bool,
    schema: &Schema,
    budget: &Budget,
) -> Result<Generated, Vec<Fault>> {
    let field = if secret {
        "secretGenerator"
    } else {
        "configMapGenerator"
    };
    let Some(name) = &args.name else {
        let message = "a generator needs a `name`";
        return Err(vec![fault::at(FaultKind::Field, message, args.at.as_ref())]);
    };
    let step = Step {
        name: field,
        by: args.at.clone().or_else(|| Some(name.at().clone())),
    };
    let pairs = unique(read(files, args)?)?;
    let lengths = pairs.iter().map(Pair::size).sum();
    let spent = budget
        .spend(Unit::Objects, 1)
        .and_then(|()| budget.spend(Unit::Nodes, 2 * pairs.len()))
        .and_then(|()| budget.spend(Unit::Bytes, lengths));
    spent.map_err(|exceeded| vec![exceeded.fault().at(name.at())])?;
    let options = merged(args.options.as_ref(), global);
    let key = |name: &str| Node::text(name, step.clone());
    let mut entries = vec![
        (key("apiVersion"), Node::text("v1", step.clone())),
        (
            key("kind"),
            Node::text(if secret { "Secret" } else { "ConfigMap" }, step.clone()),
        ),
        (key("metadata"), metadata(name, args, &options, &step)),
    ];
    if secret {
        let secret_type = match &args.secret_type {
            Some(text) => text.to_node(&step),
            None => Node::text("Opaque", step.clone()),
        };
        entries.push((key("type"), secret_type));
    }
    entries.extend(data(&pairs, secret, &step));
    if let Some(immutable) = &options.immutable {
        let truth = Node::made(
            "true",
            Style::Plain,
            [],
            Step::new(field, immutable.clone()),
        );
        entries.push((key("immutable"), truth));
    }
    let mut resource = Resource::new(map_of(entries, &step), schema);
    let past = Arc::make_mut(&mut resource.past);
    past.hash = step.by.clone().filter(|_| !options.disable_hash);
    Ok(Generated {
        resource,
        behavior: args.behavior,
    })
}

fn merged(own: Option<&GeneratorOptions>, global: Option<&GeneratorOptions>) -> GeneratorOptions {
    let mut options = own.cloned().unwrap_or_default();
    if let Some(global) = global {
        add_missing(&mut options.labels, &global.labels);
        add_missing(&mut options.annotations, &global.annotations);
        options.disable_hash |= global.disable_hash;
        options.immutable = options.immutable.or_else(|| global.immutable.clone());
    }
    options
}

fn add_missing(own: &mut Pairs, global: &Pairs) {
    let there: FxHashSet<String> = own.iter().map(|(k, _)| k.as_str().to_owned()).collect();
    for (key, value) in global {
        if !there.contains(key.as_str()) {
            own.push((key.clone(), value.clone()));
        }
    }
}

fn metadata(name: &Text, args: &GeneratorArgs, options: &GeneratorOptions, step: &Step) -> Node {
    let key = |name: &str| Node::text(name, step.clone());
    let mut entries = vec![(key("name"), name.to_node(step))];
    if let Some(namespace) = &args.namespace {
        entries.push((key("namespace"), namespace.to_node(step)));
    }
    for (field, pairs) in [
        ("labels", &options.labels),
        ("annotations", &options.annotations),
    ] {
        if !pairs.is_empty() {
            let pairs = pairs
                .iter()
                .map(|(key, value)| (key.to_key(step), value.to_node(step)));
            entries.push((key(field), map_of(pairs, step)));
        }
    }
    map_of(entries, step)
}

/// The fields `data` and `binaryData`. A Secret has `data` even if it is empty.
fn data(pairs: &[Pair], secret: bool, step: &Step) -> Vec<(Node, Node)> {
    let mut text = Vec::new();
    let mut binary = Vec::new();
    for pair in pairs {
        let key = Composer::new()
            .src(&pair.key.from, pair.key.of.range())
            .finish(Style::Plain, step);
        match &pair.value {
            Value::Text { from, of } if !secret => text.push((key, plain(from, *of, step))),
            Value::Text { from, of } => {
                let content = from.text().get(of.range()).unwrap_or_default();
                text.push((key, encoded(content.as_bytes(), from, *of, step)));
            }
            Value::Binary { from, bytes } => {
                let list = if secret { &mut text } else { &mut binary };
                list.push((key, encoded(bytes, from, Span::new(0, 0), step)));
            }
        }
    }
    let mut fields = Vec::new();
    for (name, entries, always) in [("data", text, secret), ("binaryData", binary, false)] {
        if always || !entries.is_empty() {
            let key = Node::text(name, step.clone());
            fields.push((key, map_of(entries, step)));
        }
    }
    fields
}

/// A value that is text. The file's own scalar, if it is all of it.
fn plain(from: &Src, of: Span, step: &Step) -> Node {
    let whole = of.range() == (0..from.text().len());
    if whole && from.source.tree.style(from.node) == Style::Verbatim {
        return Node::Src(from.clone());
    }
    Composer::new()
        .src(from, of.range())
        .finish(Style::DoubleQuoted, step)
}

fn encoded(bytes: &[u8], from: &Src, of: Span, step: &Step) -> Node {
    let text = base64::encode(bytes);
    let part = manifest::Part {
        span: crate::text::span(0, text.len()),
        from: from.clone(),
        of,
    };
    Node::made(text, Style::DoubleQuoted, [part], step.clone())
}

fn unique(pairs: Vec<Pair>) -> Result<Vec<Pair>, Vec<Fault>> {
    let mut seen: FxHashMap<&str, &Pair> = FxHashMap::default();
    let mut faults = Vec::new();
    for pair in &pairs {
        if let Some(first) = seen.insert(&pair.key.text, pair) {
            let message = format!("the key `{}` is given twice", pair.key.text);
            let fault = Fault::new(FaultKind::Conflict, message)
                .at(&pair.at)
                .related("first given here", first.at.locate());
            faults.push(fault);
        }
    }
    match faults.is_empty() {
        true => Ok(pairs),
        false => Err(faults),
    }
}

fn read(files: &Files<'_>, args: &GeneratorArgs) -> Result<Vec<Pair>, Vec<Fault>> {
    let mut pairs = Vec::new();
    let mut faults = Vec::new();
    for text in &args.envs {
        match read_env(files, text) {
            Ok(more) => pairs.extend(more),
            Err(fault) => faults.push(fault),
        }
    }
    for text in &args.literals {
        match literal(text) {
            Ok(pair) => pairs.push(pair),
            Err(fault) => faults.push(fault),
        }
    }
    for text in &args.files {
        match read_file(files, text) {
            Ok(pair) => pairs.push(pair),
            Err(fault) => faults.push(fault),
        }
    }
    match faults.is_empty() {
        true => Ok(pairs),
        false => Err(faults),
    }
}

/// `KEY=value`; quotes around all of the value are dropped.
fn literal(text: &Text) -> Result<Pair, Fault> {
    let content = text.as_str();
    let equals = content.find('=').filter(|at| *at > 0).ok_or_else(|| {
        let message = format!("`{content}` is not `KEY=value`");
        fault::at(FaultKind::Field, message, Some(text.at()))
    })?;
    let mut value = equals + 1..content.len();
    let bytes = content.as_bytes();
    let quoted = value.len() >= 2
        && matches!(bytes.get(value.start), Some(b'"' | b'\''))
        && bytes.get(value.start) == bytes.last();
    if quoted {
        value = value.start + 1..value.end - 1;
    }
    Ok(Pair {
        key: key_of(text.at(), 0..equals),
        value: Value::Text {
            from: text.at().clone(),
            of: crate::text::span(value.start, value.end),
        },
        at: text.at().clone(),
    })
}

fn key_of(from: &Src, of: std::ops::Range<usize>) -> Key {
    Key {
        from: from.clone(),
        of: crate::text::span(of.start, of.end),
        text: from.text().get(of).unwrap_or_default().into(),
    }
}

/// `key=path`, or a path whose last part is the key.
fn read_file(files: &Files<'_>, text: &Text) -> Result<Pair, Fault> {
    let content = text.as_str();
    let wrong = |message: String| fault::at(FaultKind::Field, message, Some(text.at()));
    let (key, path) = match content
        .match_indices('=')
        .map(|(at, _)| at)
        .collect::<Vec<_>>()[..]
    {
        [] => {
            let base = content.trim_end_matches('/');
            let start = base.rfind('/').map_or(0, |at| at + 1);
            (start..base.len(), content)
        }
        [0] => return Err(wrong(format!("`{content}` has no key before the `=`"))),
        [at] if at + 1 == content.len() => {
            return Err(wrong(format!("`{content}` has no path after the `=`")));
        }
        [at] => (0..at, &content[at + 1..]),
        _ => return Err(wrong(format!("`{content}` has more than one `=`"))),
    };
    let (found, bytes) = files.bytes(path, text.at())?;
    let value = file_value(found, bytes).ok_or_else(|| wrong(format!("`{path}` is lost")))?;
    Ok(Pair {
        key: key_of(text.at(), key),
        value,
        at: text.at().clone(),
    })
}

fn file_value(path: Utf8PathBuf, bytes: Arc<[u8]>) -> Option<Value> {
    let Ok(content) = std::str::from_utf8(&bytes) else {
        // Its bytes cannot be pointed at, but the file can.
        let source = verbatim(&path, "", [Span::new(0, 0)]);
        let from = first(&source)?;
        return Some(Value::Binary { from, bytes });
    };
    let of = crate::text::span(0, content.len());
    let source = verbatim(&path, content, [of]);
    let from = first(&source)?;
    Some(Value::Text { from, of })
}

fn first(source: &Arc<Source>) -> Option<Src> {
    let root = source.tree.documents().next()?;
    Some(Src::new(source, root))
}

fn read_env(files: &Files<'_>, text: &Text) -> Result<Vec<Pair>, Fault> {
    let (path, bytes) = files.bytes(text.as_str(), text.at())?;
    let content = std::str::from_utf8(&bytes).map_err(|error| {
        let message = format!("`{path}` is not UTF-8 from byte {} on", error.valid_up_to());
        fault::at(FaultKind::Syntax, message, Some(text.at()))
    })?;
    let lines = env_file::pairs(content).map_err(|wrong| wrong.to_fault(&path, content))?;
    let spans = lines.iter().flat_map(|line| [line.key, line.value]);
    let source = verbatim(&path, content, spans);
    let mut nodes = source.tree.documents();
    let mut pairs = Vec::with_capacity(lines.len());
    while let (Some(key), Some(value)) = (nodes.next(), nodes.next()) {
        let (key, value) = (Src::new(&source, key), Src::new(&source, value));
        pairs.push(Pair {
            key: key_of(&key, 0..key.text().len()),
            at: key,
            value: Value::Text {
                of: crate::text::span(0, value.text().len()),
                from: value,
            },
        });
    }
    Ok(pairs)
}
