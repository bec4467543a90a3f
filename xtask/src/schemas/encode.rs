//! The union as bytes. `schemas/README.md` describes the layout; `k8s-schema` reads it.

use std::collections::{BTreeSet, HashMap};

use super::union::{Items, Type, Union};
use crate::Failure;

const MAGIC: &[u8; 8] = b"k8s-tab1";

/// No definition, no list, no text.
const NONE: u16 = u16::MAX;

/// How many fields a definition may have, so that a set of them is one number.
const MAX_FIELDS: usize = 64;

pub(crate) fn encode(union: &Union, first_minor: u16) -> Result<Vec<u8>, Failure> {
    let mut encoder = Encoder {
        texts: Texts::of(union)?,
        definitions: numbers(union.definitions.keys().map(String::as_str))?,
        ..Encoder::default()
    };
    let (definitions, fields) = encoder.definitions(union)?;
    let kinds = encoder.kinds(union)?;
    let sections = [
        section(encoder.texts.slots()?.into_iter().map(|slot| [slot])),
        section(definitions),
        section(fields),
        section(encoder.types.rows.iter().copied()),
        section(kinds),
        section(encoder.lists.iter().map(|item| [*item])),
        encoder.texts.offsets(),
        encoder.texts.bytes(),
    ];
    let header = MAGIC.len() + 4 + sections.len() * 8;
    let mut bytes = Vec::from(MAGIC);
    bytes.extend(first_minor.to_le_bytes());
    bytes.extend(union.versions.to_le_bytes());
    let mut offset = header;
    for section in &sections {
        bytes.extend(u32::try_from(offset)?.to_le_bytes());
        bytes.extend(u32::try_from(section.len())?.to_le_bytes());
        offset += section.len();
    }
    bytes.extend(sections.concat());
    Ok(bytes)
}

#[derive(Default)]
struct Encoder<'a> {
    texts: Texts<'a>,
    definitions: HashMap<&'a str, u16>,
    types: Types<'a>,
    lists: Vec<u16>,
    known_lists: HashMap<Vec<u16>, u16>,
}

/// Types by their numbers.
#[derive(Default)]
struct Types<'a> {
    rows: Vec<[u16; 3]>,
    known: HashMap<&'a Type, u16>,
}

type Rows<const N: usize> = Vec<[u16; N]>;

impl<'a> Encoder<'a> {
    fn definitions(&mut self, union: &'a Union) -> Result<(Rows<3>, Rows<4>), Failure> {
        let mut definitions = Vec::new();
        let mut fields: Rows<4> = Vec::new();
        for (name, definition) in &union.definitions {
            let first = u16::try_from(fields.len())?;
            let mut any_required = 0;
            let mut own = Vec::new();
            for (name, variants) in &definition.fields {
                for field in variants {
                    any_required |= field.required;
                    let ty = self.ty(&field.ty)?;
                    own.push([self.texts.id(name)?, ty, field.versions, field.required]);
                }
            }
            if own.len() > MAX_FIELDS {
                return Err(format!("{name} has {} fields", own.len()).into());
            }
            own.sort_unstable();
            definitions.push([first, u16::try_from(own.len())?, any_required]);
            fields.extend(own);
        }
        Ok((definitions, fields))
    }

    fn kinds(&mut self, union: &'a Union) -> Result<Rows<8>, Failure> {
        let mut rows = Vec::new();
        for ((api_version, name), kind) in &union.kinds {
            let definition = match &kind.definition {
                Some(definition) => self.definition(definition)?,
                None => NONE,
            };
            rows.push([
                self.texts.id(api_version)?,
                self.texts.id(name)?,
                definition,
                kind.versions,
                u16::from(kind.cluster_scoped),
                kind.deprecated.unwrap_or(0),
                kind.removed.unwrap_or(0),
                match &kind.replacement {
                    Some(replacement) => self.texts.id(replacement)?,
                    None => NONE,
                },
            ]);
        }
        Ok(rows)
    }

    fn definition(&self, name: &str) -> Result<u16, Failure> {
        let known = self.definitions.get(name).copied();
        known.ok_or_else(|| format!("{name} is not defined").into())
    }

    fn ty(&mut self, ty: &'a Type) -> Result<u16, Failure> {
        if let Some(number) = self.types.known.get(ty) {
            return Ok(*number);
        }
        let row = match ty {
            Type::Any => [0, NONE, NONE],
            Type::String => [1, NONE, NONE],
            Type::Boolean => [2, NONE, NONE],
            Type::Int32 => [3, NONE, NONE],
            Type::Int64 => [4, NONE, NONE],
            Type::Double => [5, NONE, NONE],
            Type::Bytes => [6, NONE, NONE],
            Type::Time => [7, NONE, NONE],
            Type::Quantity => [8, NONE, NONE],
            Type::IntOrString => [9, NONE, NONE],
            Type::AnyObject => [10, NONE, NONE],
            Type::Enum(values) => [11, self.list(values)?, NONE],
            Type::Object(name) => [12, self.definition(name)?, NONE],
            Type::Map(value) => [13, self.ty(value)?, NONE],
            Type::List(item, Items::Any) => [14, self.ty(item)?, NONE],
            Type::List(item, Items::Unequal) => [15, self.ty(item)?, NONE],
            Type::List(item, Items::UnequalKeys(keys)) => [16, self.ty(item)?, self.list(keys)?],
            Type::ObjectOrList(name) => [17, self.definition(name)?, NONE],
            Type::ObjectOrBoolean(name) => [18, self.definition(name)?, NONE],
            Type::ObjectOrStrings(name) => [19, self.definition(name)?, NONE],
        };
        let number = u16::try_from(self.types.rows.len())?;
        self.types.rows.push(row);
        self.types.known.insert(ty, number);
        Ok(number)
    }

    /// Where a list of texts stands: its length, followed by the texts.
    fn list(&mut self, texts: &[String]) -> Result<u16, Failure> {
        let ids = texts.iter().map(|text| self.texts.id(text));
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

/// Texts by their numbers; the names of fields come first.
#[derive(Default)]
pub(crate) struct Texts<'a> {
    order: Vec<&'a str>,
    ids: HashMap<&'a str, u16>,
    names: usize,
}

impl<'a> Texts<'a> {
    fn of(union: &'a Union) -> Result<Self, Failure> {
        let mut names: BTreeSet<&str> = BTreeSet::new();
        let mut others: BTreeSet<&str> = BTreeSet::new();
        for (name, variants) in union.definitions.values().flat_map(|d| &d.fields) {
            names.insert(name);
            for field in variants {
                collect(&field.ty, &mut others);
            }
        }
        for ((api_version, name), kind) in &union.kinds {
            others.extend([api_version.as_str(), name.as_str()]);
            others.extend(kind.replacement.as_deref());
        }
        Self::new(names, others)
    }

    /// The names of fields, and other texts.
    pub(crate) fn new(
        names: BTreeSet<&'a str>,
        others: BTreeSet<&'a str>,
    ) -> Result<Self, Failure> {
        let mut order: Vec<&str> = names.iter().copied().collect();
        order.extend(others.difference(&names));
        let ids = numbers(order.iter().copied())?;
        Ok(Self {
            ids,
            names: names.len(),
            order,
        })
    }

    pub(crate) fn id(&self, text: &str) -> Result<u16, Failure> {
        let known = self.ids.get(text).copied();
        known.ok_or_else(|| format!("the text `{text}` was not collected").into())
    }

    /// A table with open addressing: where the names of fields are found by their hashes.
    pub(crate) fn slots(&self) -> Result<Vec<u16>, Failure> {
        let size = (self.names * 2).next_power_of_two();
        let mut slots = vec![NONE; size];
        for (id, name) in self.order.iter().take(self.names).enumerate() {
            let mut slot = hash(name) as usize % size;
            while slots[slot] != NONE {
                slot = (slot + 1) % size;
            }
            slots[slot] = u16::try_from(id)?;
        }
        Ok(slots)
    }

    pub(crate) fn offsets(&self) -> Vec<u8> {
        let mut offset = 0u32;
        let mut bytes = Vec::from(offset.to_le_bytes());
        for text in &self.order {
            offset += text.len() as u32;
            bytes.extend(offset.to_le_bytes());
        }
        bytes
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.order.concat().into_bytes()
    }
}

/// The texts in a type.
fn collect<'a>(ty: &'a Type, texts: &mut BTreeSet<&'a str>) {
    match ty {
        Type::Enum(values) => texts.extend(values.iter().map(String::as_str)),
        Type::Map(value) => collect(value, texts),
        Type::List(item, items) => {
            if let Items::UnequalKeys(keys) = items {
                texts.extend(keys.iter().map(String::as_str));
            }
            collect(item, texts);
        }
        _ => {}
    }
}

/// FNV-1a.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

fn numbers<'a>(texts: impl Iterator<Item = &'a str>) -> Result<HashMap<&'a str, u16>, Failure> {
    let numbered = texts.enumerate();
    numbered
        .map(|(at, text)| Ok((text, u16::try_from(at)?)))
        .collect()
}

pub(crate) fn section<const N: usize>(rows: impl IntoIterator<Item = [u16; N]>) -> Vec<u8> {
    rows.into_iter()
        .flatten()
        .flat_map(u16::to_le_bytes)
        .collect()
}
