//! Label selectors, on parameters and on clusters.

use manifest::{Fault, FaultKind, View};

/// What is asked of labels; all of it has to hold.
#[derive(Debug)]
pub(super) struct Selector(Vec<Requirement>);

#[derive(Debug)]
struct Requirement {
    key: String,
    operator: Operator,
    values: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    In,
    NotIn,
    Exists,
    DoesNotExist,
}

/// What may be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// Parameters hold anything, such as addresses.
    Params,
    /// The labels of Kubernetes' objects.
    Labels,
}

impl Selector {
    /// Reads a selector.
    ///
    /// # Errors
    /// What Kubernetes refuses in one.
    pub(super) fn read(selector: View<'_>, of: Of) -> Result<Self, Fault> {
        let mut all = Vec::new();
        for entry in selector
            .get("matchLabels")
            .into_iter()
            .flat_map(View::entries)
        {
            all.push(Requirement::new(
                entry.key,
                Operator::In,
                vec![entry.value],
                of,
            )?);
        }
        let expressions = selector.get("matchExpressions");
        for expression in expressions.into_iter().flat_map(View::items) {
            let operator = expression.get("operator").unwrap_or(View::Gone);
            let values = expression.get("values").into_iter();
            let values: Vec<View<'_>> = values.flat_map(View::items).collect();
            let known = match operator.text() {
                "In" => Operator::In,
                "NotIn" => Operator::NotIn,
                "Exists" => Operator::Exists,
                "DoesNotExist" => Operator::DoesNotExist,
                other => {
                    let message = format!(
                        "`{other}` is not an operator: expected one of `In`, `NotIn`, `Exists`, `DoesNotExist`"
                    );
                    return Err(wrong(message, operator, expression));
                }
            };
            let key = expression.get("key").unwrap_or(View::Gone);
            let at = if matches!(key, View::Gone) {
                expression
            } else {
                key
            };
            let wants = matches!(known, Operator::In | Operator::NotIn);
            if wants && values.is_empty() {
                let message = format!("`{}` needs at least one value", operator.text());
                return Err(wrong(message, operator, expression));
            }
            if !wants && !values.is_empty() {
                let message = format!("`{}` takes no values", operator.text());
                return Err(wrong(message, operator, expression));
            }
            all.push(Requirement::new(at, known, values, of)?);
        }
        Ok(Self(all))
    }

    /// Whether labels fit.
    pub(super) fn is_match(&self, label: &dyn Fn(&str) -> Option<String>) -> bool {
        self.0.iter().all(|requirement| {
            let value = label(&requirement.key);
            match (requirement.operator, value) {
                (Operator::Exists, value) => value.is_some(),
                (Operator::DoesNotExist, value) => value.is_none(),
                (Operator::In, Some(value)) => requirement.values.contains(&value),
                (Operator::In, None) => false,
                (Operator::NotIn, Some(value)) => !requirement.values.contains(&value),
                (Operator::NotIn, None) => true,
            }
        })
    }

    /// Whether nothing is asked.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Requirement {
    fn new(
        key: View<'_>,
        operator: Operator,
        values: Vec<View<'_>>,
        of: Of,
    ) -> Result<Self, Fault> {
        let name = if key.is_map() { "" } else { key.text() };
        if !is_label_key(name) {
            let message = format!("`{name}` cannot be a label's key");
            return Err(wrong(message, key, key));
        }
        let wrong_value = values.iter().find(|value| !is_label_value(value.text()));
        if let Some(value) = wrong_value.filter(|_| of == Of::Labels) {
            let message = format!("`{}` cannot be a label's value", value.text());
            return Err(wrong(message, *value, key));
        }
        Ok(Self {
            key: name.to_owned(),
            operator,
            values: values.iter().map(|value| value.text().to_owned()).collect(),
        })
    }
}

fn wrong(message: String, at: View<'_>, around: View<'_>) -> Fault {
    let fault = Fault::new(FaultKind::Field, message);
    match at.origin().or_else(|| around.origin()) {
        Some(place) => fault.at(&place),
        None => fault,
    }
}

/// Whether text is a qualified name: `example.com/tier`.
fn is_label_key(key: &str) -> bool {
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    !name.is_empty() && is_label_value(name) && prefix.is_none_or(is_subdomain)
}

fn is_subdomain(text: &str) -> bool {
    let is_part = |part: &str| {
        let is_inside = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        part.bytes().all(is_inside)
            && !part.is_empty()
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(is_part)
}

fn is_label_value(text: &str) -> bool {
    let is_inside = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let is_end = |b: Option<u8>| b.is_none_or(|b| b.is_ascii_alphanumeric());
    let mut bytes = text.bytes();
    text.len() <= 63
        && bytes.clone().all(is_inside)
        && is_end(bytes.clone().next())
        && is_end(bytes.next_back())
}

#[cfg(test)]
mod tests {
    use manifest::Source;
    use spanned_yaml::Tree;

    use super::*;

    fn check(selector: &str, of: Of) -> String {
        let source = Source::file("a.yaml", Tree::parse(selector));
        let document = source.documents().documents.remove(0);
        match Selector::read(document.view(), of) {
            Ok(selector) => {
                let labels = [("env", "prod"), ("n", "1"), ("url", "https://a")];
                let label = |key: &str| {
                    let found = labels.iter().find(|(name, _)| *name == key);
                    found.map(|(_, value)| (*value).to_owned())
                };
                selector.is_match(&label).to_string()
            }
            Err(fault) => fault.message,
        }
    }

    #[test]
    fn matches_as_kubernetes_does() {
        for (selector, expect) in [
            ("{}", "true"),
            ("matchLabels: {env: prod}", "true"),
            ("matchLabels: {env: dev}", "false"),
            ("matchLabels: {url: https://a}", "true"),
            (
                "matchExpressions: [{key: x, operator: DoesNotExist}]",
                "true",
            ),
            (
                "matchExpressions: [{key: x, operator: NotIn, values: [a]}]",
                "true",
            ),
            (
                "matchExpressions: [{key: n, operator: In, values: ['1', '2']}]",
                "true",
            ),
            ("matchExpressions: [{key: n, operator: Exists}]", "true"),
        ] {
            assert_eq!(check(selector, Of::Params), expect, "{selector}");
        }
    }

    #[test]
    fn what_is_refused() {
        let faults = [
            "matchLabels: {'ti er': a}",
            "matchLabels: {'a/b/c': a}",
            "matchLabels: {url: https://a}",
            "matchExpressions: [{key: a, operator: Near}]",
            "matchExpressions: [{key: a, operator: In}]",
            "matchExpressions: [{key: a, operator: Exists, values: [a]}]",
            "matchExpressions: [{operator: Exists}]",
        ];
        let told: Vec<String> = faults.iter().map(|text| check(text, Of::Labels)).collect();
        insta::assert_snapshot!(told.join("\n"), @r"
        `ti er` cannot be a label's key
        `a/b/c` cannot be a label's key
        `https://a` cannot be a label's value
        `Near` is not an operator: expected one of `In`, `NotIn`, `Exists`, `DoesNotExist`
        `In` needs at least one value
        `Exists` takes no values
        `` cannot be a label's key
        ");
    }
}
