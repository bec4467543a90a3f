//! Values that another program fills in before an object is applied, as far as what stands around
//! them tells.

use std::sync::LazyLock;

use manifest::{FieldPath, Gvk, Segment, View};
use regex::Regex;

use crate::checks::credentials::{is_for_vault, unencoded_placeholders};
use crate::checks::named::named;
use crate::checks::schema::{INVALID_VALUE, WRONG_TYPE};
use crate::problem::{At, Problem};
use crate::rule::RuleId;

/// Whether a problem with an object is that a value of it is still to be filled in. A chart has
/// nothing left to fill in: what it prints is what the API server gets.
pub(super) fn is_of_one(problem: &Problem, object: View<'_>, is_chart: bool) -> bool {
    let Some((_, value)) = wrong_value(problem, object) else {
        return false;
    };
    (!is_chart && is_template(value)) || (is_name_in_brackets(value) && is_for_vault(object))
}

/// `{{ .Values.cpu }}`, of whatever fills in manifests that are read as they are.
fn is_template(value: &str) -> bool {
    let rest = value.split_once("{{");
    rest.is_some_and(|(_, rest)| rest.contains("}}"))
}

/// `<CERTIFICATE>`
fn is_name_in_brackets(value: &str) -> bool {
    let name = value.trim().strip_prefix('<');
    name.is_some_and(|name| name.ends_with('>') && !name.contains(char::is_whitespace))
}

/// The path and the text of a value that a problem is with, if it is with one.
fn wrong_value<'p, 'o>(problem: &'p Problem, object: View<'o>) -> Option<(&'p FieldPath, &'o str)> {
    let is_of_value = [&INVALID_VALUE, &WRONG_TYPE].map(RuleId::from);
    if !is_of_value.contains(&problem.rule) {
        return None;
    }
    let At::Field(field) = &problem.at else {
        return None;
    };
    Some((&field.path, object.at(&field.path)?.text()))
}

/// Longer values than this are texts, which may speak of a placeholder.
const LONGEST: usize = 200;

#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that tests compile"
)]
static TOKEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        // `replacement` is a word like any other.
        r"(?:^|[^A-Za-z])((?i:change|replace)[-_]?(?i:me|this)(?:[-_0-9][A-Za-z0-9_-]*)?)(?:$|[^A-Za-z])",
        // A regular expression names its groups `?<name>`.
        r"|(?:^|[^?P])(<[A-Za-z][A-Za-z0-9 _.-]*>)",
    ))
    .unwrap()
});

/// Says of what is wrong with a value that it is a placeholder nobody replaced, where it holds one.
pub(super) fn name_placeholder(problem: &mut Problem, object: View<'_>) {
    let Some((path, value)) = wrong_value(problem, object) else {
        return;
    };
    if value.len() > LONGEST || &*Gvk::of(object).kind == "Secret" {
        return;
    }
    let Some(found) = TOKEN.captures(value) else {
        return;
    };
    let token = found.get(1).or_else(|| found.get(2));
    let Some((name, token)) = name_of(path).zip(token) else {
        return;
    };
    problem.message = format!("{name} holds the placeholder `{}`", token.as_str());
    problem.help = Some("Replace it: the API server rejects it as it stands".to_owned());
}

/// `` `hostnames[0]` ``
fn name_of(path: &FieldPath) -> Option<String> {
    match path.segments() {
        [.., Segment::Key(key), Segment::Index(index)] => Some(format!("`{key}[{index}]`")),
        [.., Segment::Key(key)] => Some(format!("`{key}`")),
        _ => None,
    }
}

/// Tells once of a Secret whose `data` holds placeholders in place of base64. Where nothing deploys
/// the Secret, the rules on Secrets tell of them.
pub(super) fn unite_unencoded(problems: &mut Vec<Problem>, object: View<'_>, is_deployed: bool) {
    let keys = unencoded_placeholders(object);
    if keys.is_empty() {
        return;
    }
    let is_of_one = |problem: &Problem| {
        let Some((path, _)) = wrong_value(problem, object) else {
            return false;
        };
        matches!(path.segments(), [Segment::Key(field), Segment::Key(key)]
            if &**field == "data" && keys.contains(&**key))
    };
    let mut is_told = !is_deployed;
    problems.retain_mut(|problem| {
        if !is_of_one(problem) {
            return true;
        }
        if is_told {
            return false;
        }
        is_told = true;
        let (verb, what) = match keys.len() {
            1 => ("is", "a placeholder"),
            _ => ("are", "placeholders"),
        };
        problem.message = format!("{} {verb} {what}, not base64", named(&keys));
        let help = "Put the encoded value there, or let an ExternalSecret, a SealedSecret or SOPS supply it: the API server rejects the Secret as it stands";
        problem.help = Some(help.to_owned());
        true
    });
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use manifest::Memory;

    use crate::date::Date;
    use crate::{Request, Setup};

    fn check(files: &[(&str, &str)]) -> String {
        let memory: Memory = files.iter().copied().collect();
        let setup = Setup::read(&memory, None).unwrap();
        let request = Request {
            select: ["invalid-value", "placeholder-secret"]
                .map(str::to_owned)
                .to_vec(),
            ..Request::all(Date::parse("2026-06-30").unwrap())
        };
        let findings = setup.check(&memory, &request).report.findings;
        let told = findings.iter().map(|finding| {
            let line = finding.place.as_ref().unwrap().start().line;
            format!("{line}: {}: {}\n", finding.severity, finding.message)
        });
        told.collect()
    }

    const SECRET: &str = "apiVersion: v1\nkind: Secret\nmetadata: {name: tls, namespace: shop}\ndata:\n  a: <CA_CRT>\n  b: REPLACE_ME\n  c: 'hunter 2'\n";

    #[test]
    fn placeholders_in_a_secret_are_told_once() {
        assert_snapshot!(check(&[("web/a.yaml", SECRET)]), @r"
        5: info: Secret `tls` holds placeholders: a, b
        7: error: `c` is not valid base64
        ");
        let built = [
            ("web/a.yaml", SECRET),
            ("web/kustomization.yaml", "resources: [a.yaml]\n"),
        ];
        assert_snapshot!(check(&built), @r"
        5: info: Secret `tls` holds placeholders: a, b
        5: error: `a`, `b` are placeholders, not base64
        7: error: `c` is not valid base64
        ");
    }

    #[test]
    fn a_placeholder_in_a_value_is_called_one() {
        let pvc = |class: &str, size: &str| {
            let file = format!(
                "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: data, namespace: shop}}\nspec:\n  storageClassName: {class}\n  accessModes: [ReadWriteOnce]\n  resources: {{requests: {{storage: {size}}}}}\n"
            );
            check(&[("web/a.yaml", &file)])
        };
        assert_snapshot!(pvc("REPLACE_ME", "<SIZE>"), @r"
        5: error: `storageClassName` holds the placeholder `REPLACE_ME`
        7: error: `storage` holds the placeholder `<SIZE>`
        ");
        assert_snapshot!(pvc("replacement_disk", "1Gi"), @"5: error: `storageClassName` `replacement_disk` must consist of lower-case letters, digits, `-` and `.`, with a letter or digit at both ends of each part");
        assert_snapshot!(pvc("change_metrics", "1Gi"), @"5: error: `storageClassName` `change_metrics` must consist of lower-case letters, digits, `-` and `.`, with a letter or digit at both ends of each part");
        assert_snapshot!(pvc("fast_disk", "ten"), @r"
        5: error: `storageClassName` `fast_disk` must consist of lower-case letters, digits, `-` and `.`, with a letter or digit at both ends of each part
        7: error: `storage` `ten` is not a valid quantity
        ");
    }
}
