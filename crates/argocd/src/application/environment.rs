//! Variables that Argo CD replaces in options.

use super::{Application, Source};

/// What stands for a commit that is not known before it is synced.
const REVISION: &str = "0000000000000000000000000000000000000000";

/// The variables of an Application's source: `ARGOCD_APP_NAME` and others.
#[derive(Clone, Debug, Default)]
pub struct Environment(Vec<(&'static str, String)>);

/// A text with variables replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expanded {
    /// The text.
    pub text: String,
    /// Whether a part of it stands for the commit, which is not known.
    pub is_placeholder: bool,
}

impl Environment {
    /// The variables of a source.
    pub fn of(application: &Application, source: &Source) -> Self {
        let text = |text: Option<&crate::Text>| text.map_or("", |text| text.as_str()).to_owned();
        let url = text(source.repo_url.as_ref());
        Self(vec![
            ("ARGOCD_APP_NAME", text(application.name.as_ref())),
            (
                "ARGOCD_APP_NAMESPACE",
                text(application.destination.namespace.as_ref()),
            ),
            (
                "ARGOCD_APP_PROJECT_NAME",
                application.project_name().to_owned(),
            ),
            ("ARGOCD_APP_SOURCE_REPO_URL", url),
            ("ARGOCD_APP_SOURCE_PATH", text(source.path.as_ref())),
            (
                "ARGOCD_APP_SOURCE_TARGET_REVISION",
                text(source.target_revision.as_ref()),
            ),
        ])
    }

    /// Variables with these values.
    pub fn of_values<const N: usize>(values: [(&'static str, &str); N]) -> Self {
        Self(values.map(|(name, value)| (name, value.to_owned())).into())
    }

    /// A text with `$NAME` and `${NAME}` replaced as by Go's `os.Expand`: what is not known is
    /// replaced by nothing, and `$$` stands for `$`.
    pub fn expand(&self, text: &str) -> Expanded {
        let mut expanded = Expanded {
            text: String::with_capacity(text.len()),
            is_placeholder: false,
        };
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            let (before, behind) = (&rest[..at], &rest[at + 1..]);
            expanded.text.push_str(before);
            if behind.is_empty() {
                expanded.text.push('$');
                return expanded;
            }
            let (name, length) = name(behind);
            match length {
                // What is no name is eaten by Go if a brace is open, and left if not.
                0 if name.is_none() => expanded.text.push('$'),
                _ => self.push(name.unwrap_or_default(), &mut expanded),
            }
            rest = &behind[length..];
        }
        expanded.text.push_str(rest);
        expanded
    }

    fn push(&self, name: &str, out: &mut Expanded) {
        let revision = match name {
            "$" => return out.text.push('$'),
            "ARGOCD_APP_REVISION" => Some(REVISION),
            "ARGOCD_APP_REVISION_SHORT" => REVISION.get(..7),
            "ARGOCD_APP_REVISION_SHORT_8" => REVISION.get(..8),
            _ => None,
        };
        if let Some(revision) = revision {
            out.is_placeholder = true;
            return out.text.push_str(revision);
        }
        let known = self.0.iter().find(|(own, _)| *own == name);
        out.text.push_str(known.map_or("", |(_, value)| value));
    }
}

/// The name behind a `$`, and how many bytes it takes; none if there is none.
fn name(behind: &str) -> (Option<&str>, usize) {
    let is_special = |c: char| matches!(c, '*' | '#' | '$' | '@' | '!' | '?' | '-' | '0'..='9');
    if let Some(inner) = behind.strip_prefix('{') {
        let mut chars = inner.chars();
        if let (Some(first), Some('}')) = (chars.next(), chars.next())
            && is_special(first)
        {
            return (inner.get(..first.len_utf8()), first.len_utf8() + 2);
        }
        return match inner.find('}') {
            Some(0) => (Some(""), 2),
            Some(end) => (inner.get(..end), end + 2),
            None => (Some(""), 1),
        };
    }
    if behind.starts_with(is_special) {
        return (behind.get(..1), 1);
    }
    let is_inside = |c: char| c == '_' || c.is_ascii_alphanumeric();
    let end = behind.find(|c| !is_inside(c)).unwrap_or(behind.len());
    match end {
        0 => (None, 0),
        _ => (behind.get(..end), end),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expands_as_go_does() {
        let environment = Environment::of_values([("ARGOCD_APP_NAME", "api")]);
        for (text, expect) in [
            ("$ARGOCD_APP_NAME-x", "api-x"),
            ("a/${ARGOCD_APP_NAME}x", "a/apix"),
            ("$$x", "$x"),
            ("${$}x", "$x"),
            ("$typo/x", "/x"),
            ("a$", "a$"),
            ("a$.b", "a$.b"),
            ("${}b", "b"),
            ("${b", "b"),
            ("$1b", "b"),
            ("plain", "plain"),
        ] {
            assert_eq!(environment.expand(text).text, expect, "{text}");
        }
        let revision = environment.expand("v-${ARGOCD_APP_REVISION_SHORT}");
        assert_eq!(revision.text, "v-0000000");
        assert!(revision.is_placeholder);
    }
}
