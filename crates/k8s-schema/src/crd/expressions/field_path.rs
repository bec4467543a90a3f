//! `fieldPath`: where a broken rule is to be shown.

use manifest::View;

/// The names on the way to a field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FieldSteps(pub(crate) Vec<String>);

impl FieldSteps {
    /// Reads `.spec['a.b']` along a schema, whose last part on the way comes with it.
    ///
    /// # Errors
    /// What is wrong with it, in words that fit behind it.
    pub(crate) fn parse<'v>(
        path: &str,
        schema: View<'v>,
        allows_brackets: bool,
    ) -> Result<(Self, View<'v>), &'static str> {
        let mut steps = Vec::new();
        let mut rest = path;
        let mut at = schema;
        while !rest.is_empty() {
            let (name, behind) = if let Some(behind) = rest.strip_prefix('.') {
                let end = behind.find(['.', '[', ']']).unwrap_or(behind.len());
                (behind[..end].to_owned(), &behind[end..])
            } else if allows_brackets && rest.starts_with('[') {
                bracket(&rest[1..])?
            } else {
                return Err("must be a path such as `.spec.name`");
            };
            at = inner(at, &name).ok_or("does not lead to a field of the schema")?;
            steps.push(name);
            rest = behind;
        }
        Ok((Self(steps), at))
    }
}

/// `'name']`, with quotes and backslashes escaped by backslashes.
fn bracket(text: &str) -> Result<(String, &str), &'static str> {
    const WRONG: &str = "must have a name in single quotes between brackets";
    let quoted = text.strip_prefix('\'').ok_or(WRONG)?;
    let mut name = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\'' => {
                let behind = quoted.get(at + 1..).and_then(|rest| rest.strip_prefix(']'));
                return Ok((name, behind.ok_or(WRONG)?));
            }
            '\\' => match chars.next() {
                Some((_, escaped @ ('\'' | '\\'))) => name.push(escaped),
                Some((_, 'n')) => name.push('\n'),
                Some((_, 't')) => name.push('\t'),
                _ => return Err(WRONG),
            },
            c => name.push(c),
        }
    }
    Err(WRONG)
}

fn inner<'v>(schema: View<'v>, name: &str) -> Option<View<'v>> {
    match schema.get("properties") {
        Some(properties) => properties.get(name),
        None => schema
            .get("additionalProperties")
            .filter(|values| values.is_map()),
    }
}
