//! Two files that correspond, written as two people would have written them.

/// Stands in values that are sensitive in the source.
pub(crate) const SECRET: &str = "s3cr3t";
/// Stands in values that belong to the source's environment.
pub(crate) const SOURCE_ONLY: &str = "only-here";

/// A source's file and a target's.
pub(crate) struct Pair {
    pub(crate) source: String,
    pub(crate) target: String,
}

enum Value {
    Scalar(String),
    /// Lines in a block scalar.
    Text(Vec<String>),
    Map(Vec<(String, Value)>),
    /// Items that are mappings with a name.
    Items(Vec<Vec<(String, Value)>>),
}

/// Chance from a number.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % limit
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len() as u64) as usize]
    }
}

impl Pair {
    pub(crate) fn new(seed: u64) -> Self {
        let mut chance = Chance(seed);
        let (source, target) = maps(&mut chance, 3);
        let mut write = |map: Vec<(String, Value)>| {
            let mut writer = Writer::new(&mut chance);
            let text = writer.document(map);
            writer.finish(text)
        };
        Self {
            source: write(source),
            target: write(target),
        }
    }
}

type Map = Vec<(String, Value)>;

/// Two mappings with much in common.
fn maps(chance: &mut Chance, depth: u64) -> (Map, Map) {
    let mut both = (Vec::new(), Vec::new());
    let mut used = Vec::new();
    for _ in 0..=chance.below(6) {
        let (key, source, target) = field(chance, depth);
        if used.contains(&key) {
            continue;
        }
        used.push(key.clone());
        if let Some(value) = source {
            both.0.push((key.clone(), value));
        }
        if let Some(value) = target {
            both.1.push((key, value));
        }
    }
    if both.0.is_empty() {
        both.0.push(("kept".into(), Value::Scalar("same".into())));
    }
    if both.1.is_empty() {
        both.1.push(("kept".into(), Value::Scalar("same".into())));
    }
    (both.0, both.1)
}

/// A field as the source has it and as the target has it.
fn field(chance: &mut Chance, depth: u64) -> (String, Option<Value>, Option<Value>) {
    let scalar = |text: String| Some(Value::Scalar(text));
    let kind = chance.below(if depth > 0 { 14 } else { 8 });
    let number = chance.below(30);
    let other = chance.below(30);
    match kind {
        0 | 1 => {
            let key = chance.of(&["tag", "imageTag", "appVersion"]);
            let version = |n: u64| match n % 3 {
                0 => format!("v1.{n}.0"),
                1 => format!("1.{n}"),
                _ => format!("{:07x}", 0x0a1_b2c3_u64 + n * 0x101),
            };
            let source = (!chance.one_in(5)).then(|| Value::Scalar(version(number)));
            let target = (!chance.one_in(5)).then(|| Value::Scalar(version(other)));
            (key.into(), source, target)
        }
        2 => {
            let key = chance.of(&["host", "region", "clusterId", "endpoint"]);
            (
                key.into(),
                scalar(format!("{SOURCE_ONLY}-{number}")),
                scalar(format!("prod-{other}")),
            )
        }
        3 => {
            let target = (!chance.one_in(2)).then(|| Value::Scalar(format!("{}", other + 40)));
            ("replicas".into(), scalar(format!("{number}")), target)
        }
        4 | 5 => {
            let key = chance.of(&["level", "mode", "format", "ttl", "new", "x.y/z"]);
            let words = [
                "json", "a b", "7", "0.10", "yes", "5m", "'q'", "- d", "k: v", "# h", "",
            ];
            let source = (!chance.one_in(4)).then(|| Value::Scalar(chance.of(&words).into()));
            let target = (!chance.one_in(3)).then(|| Value::Scalar(chance.of(&words).into()));
            (key.into(), source, target)
        }
        6 => {
            let source = scalar(format!("{SECRET}-{number}"));
            ("dbPassword".into(), source, scalar(format!("kept-{other}")))
        }
        7 => {
            let line = |n: u64| (0..=n % 3).map(|at| format!("line {at} of {n}")).collect();
            let target = (!chance.one_in(2)).then(|| Value::Text(line(other)));
            ("notes".into(), Some(Value::Text(line(number))), target)
        }
        8 | 9 => {
            let (source, target) = maps(chance, depth - 1);
            let key = chance.of(&["api", "web", "cache", "deep"]);
            let source = (!chance.one_in(6)).then_some(Value::Map(source));
            let target = (!chance.one_in(6)).then_some(Value::Map(target));
            (key.into(), source, target)
        }
        10 | 11 => items(chance, "env", depth, |chance, name, is_source| {
            let own = if is_source { "src" } else { "tgt" };
            let value = match chance.below(3) {
                0 => "same".to_owned(),
                1 => format!("{own}-{}", chance.below(4)),
                _ => format!("{}", chance.below(100)),
            };
            vec![
                ("name".into(), Value::Scalar(name)),
                ("value".into(), Value::Scalar(value)),
            ]
        }),
        _ => items(chance, "images", depth, |chance, name, _| {
            let tag = Value::Scalar(format!("2.{}", chance.below(20)));
            let mut item = vec![("name".into(), Value::Scalar(name)), ("newTag".into(), tag)];
            if chance.one_in(3) {
                item.push(("pullPolicy".into(), Value::Scalar("Always".into())));
            }
            item
        }),
    }
}

fn items(
    chance: &mut Chance,
    key: &str,
    _: u64,
    item: impl Fn(&mut Chance, String, bool) -> Map,
) -> (String, Option<Value>, Option<Value>) {
    let mut sides = [Vec::new(), Vec::new()];
    for name in ["ALPHA", "BETA", "GAMMA", "DELTA"] {
        for (at, side) in sides.iter_mut().enumerate() {
            if !chance.one_in(3) {
                side.push(item(chance, name.into(), at == 0));
            }
        }
    }
    let [source, target] = sides.map(|items| (!items.is_empty()).then_some(Value::Items(items)));
    (key.into(), source, target)
}

/// Writes as one person does.
struct Writer<'a> {
    chance: &'a mut Chance,
    indents_items: bool,
    crlf: bool,
    ends_open: bool,
    comments: u64,
    out: String,
}

impl<'a> Writer<'a> {
    fn new(chance: &'a mut Chance) -> Self {
        Self {
            indents_items: chance.one_in(2),
            crlf: chance.one_in(5),
            ends_open: chance.one_in(5),
            comments: 0,
            out: String::new(),
            chance,
        }
    }

    fn document(&mut self, map: Map) -> String {
        self.map(map, 0);
        std::mem::take(&mut self.out)
    }

    fn finish(&self, mut text: String) -> String {
        let ends_in_block = text
            .trim_end()
            .rsplit('\n')
            .next()
            .is_some_and(|l| l.contains("line"));
        if self.ends_open && !ends_in_block {
            text.truncate(text.trim_end_matches('\n').len());
        }
        match self.crlf {
            true => text.replace('\n', "\r\n"),
            false => text,
        }
    }

    fn comment(&mut self) -> String {
        self.comments += 1;
        format!("# comment {}", self.comments)
    }

    fn shuffled<T>(&mut self, mut all: Vec<T>) -> Vec<T> {
        for at in (1..all.len()).rev() {
            let other = self.chance.below(at as u64 + 1) as usize;
            all.swap(at, other);
        }
        all
    }

    fn map(&mut self, map: Map, indent: usize) {
        for (key, value) in self.shuffled(map) {
            self.above(indent);
            self.out += &" ".repeat(indent);
            self.entry(key, value, indent);
        }
    }

    fn above(&mut self, indent: usize) {
        if self.chance.one_in(6) {
            self.out.push('\n');
        }
        if self.chance.one_in(5) {
            let comment = self.comment();
            self.out += &format!("{}{comment}\n", " ".repeat(indent));
        }
    }

    /// An entry whose key stands where the line is already indented.
    fn entry(&mut self, key: String, value: Value, indent: usize) {
        let key = if self.chance.one_in(8) {
            format!("\"{key}\"")
        } else {
            key
        };
        self.out += &key;
        self.out.push(':');
        match value {
            Value::Scalar(text) => {
                let text = self.scalar(&text);
                self.out += &format!(" {text}");
                self.end();
            }
            Value::Text(lines) => {
                self.out += if self.chance.one_in(2) {
                    " |-\n"
                } else {
                    " |\n"
                };
                for line in lines {
                    self.out += &format!("{}{line}\n", " ".repeat(indent + 2));
                }
            }
            Value::Map(map) => {
                self.end();
                self.map(map, indent + 2);
            }
            Value::Items(items) => {
                self.end();
                let indent = indent + if self.indents_items { 2 } else { 0 };
                for item in self.shuffled(items) {
                    self.above(indent);
                    self.out += &format!("{}- ", " ".repeat(indent));
                    if self.chance.one_in(4) {
                        self.flow(item);
                        continue;
                    }
                    for (at, (key, value)) in item.into_iter().enumerate() {
                        if at > 0 {
                            self.out += &" ".repeat(indent + 2);
                        }
                        self.entry(key, value, indent + 2);
                    }
                }
            }
        }
    }

    fn flow(&mut self, item: Map) {
        let entries = item.into_iter().map(|(key, value)| match value {
            Value::Scalar(text) => format!("{key}: {}", self.scalar(&text)),
            _ => format!("{key}: x"),
        });
        let text = entries.collect::<Vec<_>>().join(", ");
        self.out += &format!("{{{text}}}");
        self.end();
    }

    fn end(&mut self) {
        if self.chance.one_in(6) {
            let comment = self.comment();
            self.out += &format!(" {comment}");
        }
        self.out.push('\n');
    }

    fn scalar(&mut self, text: &str) -> String {
        let is_plain = !text.is_empty()
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
            && !text.starts_with('-');
        match self.chance.below(4) {
            0 => format!("'{}'", text.replace('\'', "''")),
            1 => format!("\"{text}\""),
            _ if is_plain => text.to_owned(),
            _ => format!("\"{text}\""),
        }
    }
}
