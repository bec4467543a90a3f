//! Custom kinds as bytes. `schemas/README.md` describes the layout; `k8s-schema` reads it.

use std::collections::{BTreeSet, HashMap};

use super::kinds::Known;
use super::shape::{Items, Object, Shape};
use crate::Failure;
use crate::schemas::encode::{Texts, section};

const MAGIC: &[u8; 8] = b"k8s-cus1";

const NONE: u16 = u16::MAX;

/// Where a field's type has the bit that says that the field is required.
const REQUIRED: u16 = 1 << 15;

/// The table. `core` are the numbers of Kubernetes' own definitions in their table.
pub(crate) fn encode(known: &Known, core: &HashMap<&str, u16>) -> Result<Vec<u8>, Failure> {
    let mut encoder = Encoder {
        texts: texts(known)?,
        core,
        definitions: Vec::new(),
        fields: Vec::new(),
        types: Vec::new(),
        lists: Vec::new(),
        known_definitions: HashMap::new(),
        known_types: HashMap::new(),
        known_lists: HashMap::new(),
    };
    let mut kinds = Vec::new();
    for ((api_version, name), kind) in &known.kinds {
        let [_, definition, _] = encoder.object(&kind.root)?;
        let flags = u16::from(kind.cluster_scoped)
            | u16::from(kind.is_old) << 1
            | u16::from(kind.is_file) << 2
            | u16::from(kind.is_whole && !kind.is_old) << 3;
        kinds.push([
            encoder.texts.id(api_version)?,
            encoder.texts.id(name)?,
            definition,
            flags,
        ]);
    }
    let sections = [
        section(encoder.texts.slots()?.into_iter().map(|slot| [slot])),
        section(encoder.definitions),
        section(encoder.fields),
        section(encoder.types),
        section(kinds),
        section(encoder.lists.iter().map(|item| [*item])),
        encoder.texts.offsets(),
        encoder.texts.bytes(),
    ];
    let mut bytes = Vec::from(MAGIC);
    bytes.extend(u16::try_from(core.len())?.to_le_bytes());
    bytes.extend(0u16.to_le_bytes());
    let mut offset = bytes.len() + sections.len() * 8;
    for section in &sections {
        bytes.extend(u32::try_from(offset)?.to_le_bytes());
        bytes.extend(u32::try_from(section.len())?.to_le_bytes());
        offset += section.len();
    }
    bytes.extend(sections.concat());
    Ok(bytes)
}

struct Encoder<'a> {
    texts: Texts<'a>,
    core: &'a HashMap<&'a str, u16>,
    definitions: Vec<[u16; 4]>,
    fields: Vec<[u16; 2]>,
    types: Vec<[u16; 3]>,
    lists: Vec<u16>,
    known_definitions: HashMap<(Vec<[u16; 2]>, bool), u16>,
    known_types: HashMap<[u16; 3], u16>,
    known_lists: HashMap<Vec<u16>, u16>,
}

impl Encoder<'_> {
    fn ty(&mut self, shape: &Shape) -> Result<u16, Failure> {
        let row = match shape {
            Shape::Any => [0, NONE, NONE],
            Shape::String => [1, NONE, NONE],
            Shape::Boolean => [2, NONE, NONE],
            Shape::Int32 => [3, NONE, NONE],
            Shape::Int64 => [4, NONE, NONE],
            Shape::Number => [5, NONE, NONE],
            Shape::Bytes => [6, NONE, NONE],
            Shape::Time => [7, NONE, NONE],
            Shape::Quantity => [8, NONE, NONE],
            Shape::IntOrString => [9, NONE, NONE],
            Shape::AnyObject => [10, NONE, NONE],
            Shape::Enum(values) => [11, self.list(values)?, NONE],
            Shape::Object(object) => self.object(object)?,
            Shape::Map(values) => [13, self.ty(values)?, NONE],
            Shape::List(item, Items::Any) => [14, self.ty(item)?, NONE],
            Shape::List(item, Items::Unequal) => [15, self.ty(item)?, NONE],
            Shape::List(item, Items::UnequalKeys(keys)) => [16, self.ty(item)?, self.list(keys)?],
            Shape::Pattern(patterns) => [18, self.list(patterns)?, NONE],
            Shape::Core(name) => {
                let number = self.core.get(name.as_str());
                [
                    17,
                    *number.ok_or_else(|| format!("there is no {name}"))?,
                    NONE,
                ]
            }
        };
        if let Some(number) = self.known_types.get(&row) {
            return Ok(*number);
        }
        let number = u16::try_from(self.types.len())?;
        if number >= REQUIRED {
            return Err("there are too many types".into());
        }
        self.types.push(row);
        self.known_types.insert(row, number);
        Ok(number)
    }

    /// The type of a mapping, which definitions of equal content share.
    fn object(&mut self, object: &Object) -> Result<[u16; 3], Failure> {
        let mut fields = Vec::new();
        for (name, field) in &object.fields {
            let required = if field.required { REQUIRED } else { 0 };
            fields.push([self.texts.id(name)?, self.ty(&field.shape)? | required]);
        }
        fields.sort_unstable();
        let key = (fields, object.open);
        let number = match self.known_definitions.get(&key) {
            Some(number) => *number,
            None => {
                let number = u16::try_from(self.definitions.len())?;
                let first = u32::try_from(self.fields.len())?;
                let [a, b, c, d] = first.to_le_bytes();
                self.definitions.push([
                    u16::from_le_bytes([a, b]),
                    u16::from_le_bytes([c, d]),
                    u16::try_from(key.0.len())?,
                    u16::from(object.open),
                ]);
                self.fields.extend(&key.0);
                self.known_definitions.insert(key, number);
                number
            }
        };
        Ok([12, number, NONE])
    }

    /// Where a list of texts stands: its length, followed by the texts.
    fn list<'t>(&mut self, texts: impl IntoIterator<Item = &'t String>) -> Result<u16, Failure> {
        let ids = texts.into_iter().map(|text| self.texts.id(text));
        let ids = ids.collect::<Result<Vec<u16>, Failure>>()?;
        if let Some(at) = self.known_lists.get(&ids) {
            return Ok(*at);
        }
        let at = u16::try_from(self.lists.len())?;
        self.lists.push(u16::try_from(ids.len())?);
        self.lists.extend(&ids);
        self.known_lists.insert(ids, at);
        Ok(at)
    }
}

fn texts(known: &Known) -> Result<Texts<'_>, Failure> {
    let mut names = BTreeSet::new();
    let mut others = BTreeSet::new();
    for ((api_version, name), kind) in &known.kinds {
        others.extend([api_version.as_str(), name.as_str()]);
        collect_fields(&kind.root, &mut names, &mut others);
    }
    Texts::new(names, others)
}

fn collect_fields<'a>(
    object: &'a Object,
    names: &mut BTreeSet<&'a str>,
    others: &mut BTreeSet<&'a str>,
) {
    for (name, field) in &object.fields {
        names.insert(name);
        collect(&field.shape, names, others);
    }
}

fn collect<'a>(shape: &'a Shape, names: &mut BTreeSet<&'a str>, others: &mut BTreeSet<&'a str>) {
    match shape {
        Shape::Enum(texts) | Shape::Pattern(texts) => {
            others.extend(texts.iter().map(String::as_str));
        }
        Shape::Object(object) => collect_fields(object, names, others),
        Shape::Map(values) => collect(values, names, others),
        Shape::List(item, items) => {
            if let Items::UnequalKeys(keys) = items {
                others.extend(keys.iter().map(String::as_str));
            }
            collect(item, names, others);
        }
        _ => {}
    }
}
