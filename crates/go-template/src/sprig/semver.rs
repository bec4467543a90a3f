//! Semantic versions and constraints on them.

use std::any::Any;
use std::cmp::Ordering;
use std::sync::LazyLock;

use ::regex::Regex;

use super::{Out, STR};
use crate::function::{Args, Function};
use crate::value::Object;
use crate::{Data, ErrorKind, Evaluator, Failure, IntType, Kind, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("semver", &[STR], |_, args| {
        Ok(Value::object(Version::parse(&args.str(0)?)?))
    }),
    Function::new("semverCompare", &[STR, STR], compare),
];

const TYPE: &str = "*semver.Version";

/// A version; what it leaves out is zero.
#[derive(Clone, Debug)]
struct Version {
    numbers: [u64; 3],
    pre: String,
    metadata: String,
    original: String,
}

/// The regular expression, or none if it were not one.
fn compiled(text: &str) -> Option<Regex> {
    Regex::new(text).ok()
}

const SUFFIX: &str =
    r"(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?";

static VERSION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    compiled(&format!(
        r"^v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?{SUFFIX}$"
    ))
});

impl Version {
    fn parse(text: &str) -> Result<Self, Failure> {
        const LONGEST: usize = 256;
        let invalid = || Failure::function("this is not a semantic version such as `1.2.3`");
        let regex = VERSION.as_ref().filter(|_| text.len() <= LONGEST);
        let found = regex
            .and_then(|regex| regex.captures(text))
            .ok_or_else(invalid)?;
        let part = |index| found.get(index).map_or("", |part| part.as_str());
        let mut numbers = [0; 3];
        for (index, number) in numbers.iter_mut().enumerate() {
            let digits = part(index + 1);
            if !digits.is_empty() {
                *number = digits.parse().map_err(|_| invalid())?;
            }
        }
        let leading_zero = |part: &str| {
            part.len() > 1 && part.starts_with('0') && part.bytes().all(|b| b.is_ascii_digit())
        };
        if part(4).split('.').any(leading_zero) {
            return Err(invalid());
        }
        Ok(Self {
            numbers,
            pre: part(4).to_owned(),
            metadata: part(5).to_owned(),
            original: text.to_owned(),
        })
    }

    fn order(&self, other: &Self) -> Ordering {
        let numbers = self.numbers.cmp(&other.numbers);
        numbers.then_with(|| pre_order(&self.pre, &other.pre))
    }
}

/// A version without a pre-release comes after all of its pre-releases.
fn pre_order(a: &str, b: &str) -> Ordering {
    match (a.is_empty(), b.is_empty()) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        _ => {}
    }
    let (mut a, mut b) = (a.split('.'), b.split('.'));
    loop {
        let (a, b) = match (a.next(), b.next()) {
            (Some(a), Some(b)) => (a, b),
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (None, None) => return Ordering::Equal,
        };
        let order = match (a.parse::<u64>(), b.parse::<u64>()) {
            (Ok(a), Ok(b)) => a.cmp(&b),
            (Ok(_), Err(_)) => Ordering::Less,
            (Err(_), Ok(_)) => Ordering::Greater,
            (Err(_), Err(_)) => a.cmp(b),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [major, minor, patch] = self.numbers;
        write!(f, "{major}.{minor}.{patch}")?;
        if !self.pre.is_empty() {
            write!(f, "-{}", self.pre)?;
        }
        if !self.metadata.is_empty() {
            write!(f, "+{}", self.metadata)?;
        }
        Ok(())
    }
}

const METHODS: &[&str] = &[
    "Major",
    "Minor",
    "Patch",
    "Prerelease",
    "Metadata",
    "Original",
    "String",
    "Compare",
    "Equal",
    "LessThan",
    "GreaterThan",
    "LessThanEqual",
    "GreaterThanEqual",
    "IncMajor",
    "IncMinor",
    "IncPatch",
];

impl Object for Version {
    fn type_name(&self) -> &str {
        TYPE
    }

    fn kind(&self) -> Kind {
        Kind::Pointer
    }

    fn call(
        &self,
        _: &mut Evaluator<'_>,
        method: &str,
        args: &[Value],
    ) -> Option<Result<Value, Failure>> {
        METHODS.contains(&method).then(|| self.method(method, args))
    }

    fn members(&self) -> Vec<&str> {
        METHODS.to_vec()
    }

    fn display(&self) -> Option<String> {
        Some(self.to_string())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Version {
    fn method(&self, method: &str, args: &[Value]) -> Out {
        let [major, minor, patch] = self.numbers;
        let number = |n: u64| Value::new(Data::Int(n.cast_signed(), IntType::Uint64));
        let release = |numbers| {
            let mut version = Self {
                numbers,
                pre: String::new(),
                metadata: String::new(),
                original: String::new(),
            };
            version.original = version.to_string();
            if self.original.starts_with('v') {
                version.original.insert(0, 'v');
            }
            Value::object(version)
        };
        let other = match args {
            [
                Value {
                    data: Data::Object(object),
                    ..
                },
            ] => object.as_any().downcast_ref::<Version>(),
            _ => None,
        };
        Ok(match (method, other, args.is_empty()) {
            ("Compare", Some(other), _) => (self.order(other) as i64).into(),
            ("Equal", Some(other), _) => self.order(other).is_eq().into(),
            ("LessThan", Some(other), _) => self.order(other).is_lt().into(),
            ("GreaterThan", Some(other), _) => self.order(other).is_gt().into(),
            ("LessThanEqual", Some(other), _) => self.order(other).is_le().into(),
            ("GreaterThanEqual", Some(other), _) => self.order(other).is_ge().into(),
            ("Major", _, true) => number(major),
            ("Minor", _, true) => number(minor),
            ("Patch", _, true) => number(patch),
            ("Prerelease", _, true) => self.pre.clone().into(),
            ("Metadata", _, true) => self.metadata.clone().into(),
            ("Original", _, true) => self.original.clone().into(),
            ("String", _, true) => self.to_string().into(),
            ("IncMajor", _, true) => release([major.wrapping_add(1), 0, 0]),
            ("IncMinor", _, true) => release([major, minor.wrapping_add(1), 0]),
            ("IncPatch", _, true) if !self.pre.is_empty() => release(self.numbers),
            ("IncPatch", _, true) => release([major, minor, patch.wrapping_add(1)]),
            _ => {
                let message = format!("`{method}` does not take these arguments");
                return Err(Failure::new(ErrorKind::Arguments, message));
            }
        })
    }
}

const LOOSE: &str = r"v?[0-9|xX*]+(?:\.[0-9|xX*]+)?(?:\.[0-9|xX*]+)?(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?";

static RANGE: LazyLock<Option<Regex>> =
    LazyLock::new(|| compiled(&format!(r"\s*({LOOSE})\s+-\s+({LOOSE})\s*")));

static ONE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    compiled(&format!(
        r"^\s*(!=|>=|=>|<=|=<|~>|=|>|<|~|\^|)\s*v?([0-9|xX*]+)(?:\.([0-9|xX*]+))?(?:\.([0-9|xX*]+))?{SUFFIX}"
    ))
});

/// One condition on a version.
struct Constraint {
    operator: String,
    version: Version,
    /// How many numbers are given; the others may be anything.
    given: usize,
}

fn compare(_: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    Ok(satisfies(&args.str(1)?, &args.str(0)?)?.into())
}

/// Whether a semantic version satisfies a constraint, as `semverCompare` tells.
///
/// # Errors
/// One of them is malformed.
pub fn satisfies(version: &str, constraint: &str) -> Result<bool, Failure> {
    let alternatives = constraints(constraint)?;
    let version = Version::parse(version)?;
    let holds = |all: &Vec<Constraint>| {
        let pre = all.iter().any(|one| !one.version.pre.is_empty());
        (version.pre.is_empty() || pre) && all.iter().all(|one| one.holds(&version))
    };
    Ok(alternatives.iter().any(holds))
}

/// Whether a text is a semantic version; what it leaves out is zero.
pub fn is_version(text: &str) -> bool {
    Version::parse(text).is_ok()
}

/// Alternatives, each of conditions that all have to hold.
fn constraints(text: &str) -> Result<Vec<Vec<Constraint>>, Failure> {
    const LONGEST: usize = 512;
    const MOST: usize = 32;
    let invalid = || Failure::function("this is not a constraint on versions such as `>=1.20.0-0`");
    if text.len() > LONGEST {
        return Err(invalid());
    }
    let has_range = text.split_whitespace().any(|word| word == "-");
    let text = match has_range.then(|| RANGE.as_ref()).flatten() {
        Some(range) => range.replace_all(text, ">= $1, <= $2 "),
        None => text.into(),
    };
    let alternatives: Vec<&str> = text.split("||").collect();
    if alternatives.len() > MOST {
        return Err(invalid());
    }
    let parsed = alternatives
        .iter()
        .map(|text| conjunction(text).ok_or_else(invalid));
    parsed.collect()
}

fn conjunction(text: &str) -> Option<Vec<Constraint>> {
    let mut all = Vec::new();
    let mut rest = text;
    loop {
        let found = ONE.as_ref()?.captures(rest)?;
        let part = |index| found.get(index).map_or("", |part| part.as_str());
        all.push(Constraint::new(
            part(1),
            [part(2), part(3), part(4)],
            part(5),
            part(6),
        )?);
        rest = rest.get(found.get(0)?.end()..)?;
        let next = rest.trim_start_matches([' ', '\t', '\n', '\r', '\x0c']);
        if next.is_empty() {
            return Some(all);
        }
        let spaced = next.len() < rest.len();
        rest = match next.strip_prefix(',') {
            Some(next) => next,
            None if spaced => next,
            None => return None,
        };
    }
}

impl Constraint {
    fn new(operator: &str, numbers: [&str; 3], pre: &str, metadata: &str) -> Option<Self> {
        let any = |number: &&str| matches!(*number, "x" | "X" | "*" | "");
        let given = numbers.iter().position(any).unwrap_or(3);
        let mut text = numbers.iter().take(given).copied().collect::<Vec<_>>();
        text.resize(3, "0");
        let mut text = text.join(".");
        if !pre.is_empty() {
            text.push('-');
            text.push_str(pre);
        }
        if given == 3 && !metadata.is_empty() {
            text.push('+');
            text.push_str(metadata);
        }
        Some(Self {
            operator: operator.to_owned(),
            version: Version::parse(&text).ok()?,
            given,
        })
    }

    fn holds(&self, version: &Version) -> bool {
        let order = version.order(&self.version);
        let partial = self.given < 3;
        let [major, minor, _] = version.numbers;
        let [own_major, own_minor, _] = self.version.numbers;
        match self.operator.as_str() {
            "!=" => self.differs(version),
            ">" if partial => {
                major > own_major
                    || (major == own_major && self.given == 2 && minor > own_minor)
                    || (self.given == 0 && major == own_major && order.is_gt())
            }
            ">" => order.is_gt(),
            "<" => order.is_lt(),
            ">=" | "=>" => order.is_ge(),
            "<=" | "=<" if partial => {
                major < own_major || (major == own_major && (self.given == 1 || minor <= own_minor))
            }
            "<=" | "=<" => order.is_le(),
            "~" | "~>" => self.about(version),
            "^" => self.compatible(version),
            _ if partial => self.about(version),
            _ => order.is_eq(),
        }
    }

    fn differs(&self, version: &Version) -> bool {
        let same = |count: usize| {
            let pairs = version.numbers.iter().zip(&self.version.numbers);
            pairs.take(count).all(|(a, b)| a == b)
        };
        match self.given {
            1 => !same(1),
            2 if same(2) => {
                let pre = (&version.pre, &self.version.pre);
                pre != (&String::new(), &String::new()) && pre_order(pre.0, pre.1).is_ne()
            }
            2 => true,
            _ => version.order(&self.version).is_ne(),
        }
    }

    /// `~1.2`: not less, and the same in what is given, except for the patch.
    fn about(&self, version: &Version) -> bool {
        if version.order(&self.version).is_lt() {
            return false;
        }
        let whole = self.given == 0 || self.given == 3;
        if self.version.numbers == [0, 0, 0] && whole {
            return true;
        }
        let [major, minor, _] = version.numbers;
        let [own_major, own_minor, _] = self.version.numbers;
        major == own_major && (minor == own_minor || self.given == 1)
    }

    /// `^1.2`: not less, and the same up to the first number that is not zero.
    fn compatible(&self, version: &Version) -> bool {
        if version.order(&self.version).is_lt() {
            return false;
        }
        let [major, minor, patch] = version.numbers;
        let [own_major, own_minor, own_patch] = self.version.numbers;
        if own_major > 0 || self.given == 1 {
            return major == own_major;
        }
        if major > 0 {
            return false;
        }
        if own_minor > 0 || self.given == 2 {
            return minor == own_minor;
        }
        minor == 0 && patch == own_patch
    }
}
