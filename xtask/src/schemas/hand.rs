//! The hand-kept files. What they mean is said at their tops.

use crate::Failure;

/// A set of values and the fields that take them.
pub(crate) struct Enum {
    pub(crate) values: Vec<String>,
    pub(crate) fields: Vec<FieldName>,
}

/// A field of a definition: `core.v1.Container.image`. Parts of the definition may end in `*`.
#[derive(Clone)]
pub(crate) struct FieldName {
    pub(crate) definition: String,
    pub(crate) field: String,
}

/// Whether the API server asks for a field.
pub(crate) struct Required {
    pub(crate) field: FieldName,
    pub(crate) required: bool,
}

/// The fate of one kind of one API version. Numbers are minor versions of Kubernetes 1.
pub(crate) struct Lifecycle {
    pub(crate) api_version: String,
    pub(crate) kind: String,
    pub(crate) deprecated: Option<u16>,
    pub(crate) removed: Option<u16>,
    pub(crate) replacement: Option<String>,
}

pub(crate) fn enums(text: &str) -> Result<Vec<Enum>, Failure> {
    let mut enums: Vec<Enum> = Vec::new();
    for line in lines(text) {
        if let Some((_, values)) = line.split_once(" = ") {
            enums.push(Enum {
                values: values.split(", ").map(str::to_owned).collect(),
                fields: Vec::new(),
            });
        } else {
            let Some(last) = enums.last_mut() else {
                return Err(format!("enums.txt: `{line}` belongs to no set of values").into());
            };
            last.fields.push(FieldName::parse(line)?);
        }
    }
    Ok(enums)
}

pub(crate) fn required(text: &str) -> Result<Vec<Required>, Failure> {
    lines(text)
        .map(|line| match line.split_once(' ') {
            Some((sign @ ("+" | "-"), field)) => Ok(Required {
                field: FieldName::parse(field)?,
                required: sign == "+",
            }),
            _ => Err(format!("required.txt: `{line}` starts with neither + nor -").into()),
        })
        .collect()
}

/// Groups and kinds.
pub(crate) fn cluster_scoped(text: &str) -> Result<Vec<(String, String)>, Failure> {
    lines(text)
        .map(|line| match columns(line).as_slice() {
            ["core", kind] => Ok((String::new(), (*kind).to_owned())),
            [group, kind] => Ok(((*group).to_owned(), (*kind).to_owned())),
            _ => Err(format!("cluster-scoped.txt: `{line}` has not two columns").into()),
        })
        .collect()
}

pub(crate) fn lifecycles(text: &str) -> Result<Vec<Lifecycle>, Failure> {
    lines(text)
        .map(|line| match columns(line).as_slice() {
            [api_version, kind, deprecated, removed, replacement] => Ok(Lifecycle {
                api_version: (*api_version).to_owned(),
                kind: (*kind).to_owned(),
                deprecated: minor(deprecated)?,
                removed: minor(removed)?,
                replacement: (*replacement != "-").then(|| (*replacement).to_owned()),
            }),
            _ => Err(format!("lifecycle.txt: `{line}` has not five columns").into()),
        })
        .collect()
}

impl FieldName {
    fn parse(text: &str) -> Result<Self, Failure> {
        let (definition, field) = text
            .rsplit_once('.')
            .ok_or_else(|| format!("`{text}` names no field of a definition"))?;
        Ok(Self {
            definition: definition.to_owned(),
            field: field.to_owned(),
        })
    }

    /// Whether it names the definition.
    pub(crate) fn is_of(&self, definition: &str) -> bool {
        let mut parts = definition.split('.');
        self.definition
            .split('.')
            .all(|pattern| match parts.next() {
                Some(part) => match pattern.strip_suffix('*') {
                    Some(start) => part.starts_with(start),
                    None => part == pattern,
                },
                None => false,
            })
            && parts.next().is_none()
    }
}

/// The lines that say something, trimmed.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn columns(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

fn minor(text: &str) -> Result<Option<u16>, Failure> {
    match text.strip_prefix("1.") {
        Some(minor) => Ok(Some(minor.parse()?)),
        None if text == "-" => Ok(None),
        None => Err(format!("lifecycle.txt: `{text}` is no version of Kubernetes 1").into()),
    }
}
