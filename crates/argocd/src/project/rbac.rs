//! `argocd-rbac-cm`: who may do what.

use std::ops::Range;

use manifest::{Fault, FaultKind, Location, Span, View};
use rustc_hash::FxHashSet;

use super::csv::{Cell, cells};
use super::policy::{ACTIONS, RESOURCES, is_pattern, suggest};

/// What policies can name.
pub trait KnownProjects {
    /// Whether a project exists; none if that is not known. Argo CD itself brings `default`.
    fn has_project(&self, name: &str) -> Option<bool>;

    /// Whether a project has a role; none if that is not known.
    fn has_role(&self, project: &str, role: &str) -> Option<bool>;
}

/// Roles that Argo CD itself brings.
const BUILT_IN: [&str; 2] = ["role:readonly", "role:admin"];

/// What is wrong with the policies of the ConfigMap `argocd-rbac-cm`: lines that are malformed
/// ([`FaultKind::Syntax`]), for which Argo CD drops the whole policy, and lines that name what does
/// not exist, which grant nothing.
pub fn check_rbac(config_map: View<'_>, known: &dyn KnownProjects) -> Vec<Fault> {
    let data = config_map.get("data").unwrap_or(View::Gone);
    let is_regex = data
        .get("policy.matchMode")
        .is_some_and(|mode| mode.text() == "regex");
    let mut check = Check {
        known,
        is_regex,
        roles: BUILT_IN.iter().map(|role| (*role).to_owned()).collect(),
        faults: Vec::new(),
    };
    let policies: Vec<View<'_>> = data
        .entries()
        .filter(|entry| {
            let key = entry.key.text();
            key == "policy.csv" || key.starts_with("policy.") && key.ends_with(".csv")
        })
        .map(|entry| entry.value)
        .collect();
    let lines: Vec<Line<'_>> = policies.iter().flat_map(|policy| lines(*policy)).collect();
    let read: Vec<(&Line<'_>, Vec<Cell>)> = lines
        .iter()
        .filter_map(|line| Some((line, check.read(line)?)))
        .collect();
    for (_, cells) in &read {
        check.define(cells);
    }
    for (line, cells) in &read {
        check.line(line, cells);
    }
    if let Some(default) = data.get("policy.default") {
        check.default(default);
    }
    check.faults
}

/// A line of a policy, without blanks around it.
struct Line<'a> {
    policy: View<'a>,
    text: &'a str,
    /// Where it begins in the policy.
    start: usize,
}

fn lines(policy: View<'_>) -> impl Iterator<Item = Line<'_>> {
    let mut start = 0;
    let all = policy.text().split('\n').map(move |line| {
        let text = line.trim();
        let indent = line.len() - line.trim_start().len();
        let at = start + indent;
        start += line.len() + 1;
        Line {
            policy,
            text,
            start: at,
        }
    });
    all.filter(|line| !line.text.is_empty() && !line.text.starts_with('#'))
}

struct Check<'a> {
    known: &'a dyn KnownProjects,
    is_regex: bool,
    /// The subjects that have permissions.
    roles: FxHashSet<String>,
    faults: Vec<Fault>,
}

impl Check<'_> {
    /// The fields of a line; none if it is malformed.
    fn read(&mut self, line: &Line<'_>) -> Option<Vec<Cell>> {
        let whole = 0..line.text.len();
        let cells = match cells(line.text) {
            Ok(cells) => cells,
            Err((at, message)) => {
                self.tell(line, at..at + 1, FaultKind::Syntax, message.to_owned());
                return None;
            }
        };
        let first = cells.first().map_or("", |cell| &*cell.text);
        let message = match (first, cells.len()) {
            ("p", 6) | ("g", 3) => return Some(cells),
            ("p", count) => format!(
                "a policy is `p, subject, resource, action, object, effect`: this has {count} fields, not 6"
            ),
            ("g", count) => {
                format!("a group is `g, member, role`: this has {count} fields, not 3")
            }
            _ => "a line begins with `p` or `g`".to_owned(),
        };
        let help = "Argo CD drops the whole policy for one malformed line";
        if let Some(fault) = self.tell(line, whole, FaultKind::Syntax, message) {
            fault.help = Some(help.to_owned());
        }
        None
    }

    fn tell(
        &mut self,
        line: &Line<'_>,
        range: Range<usize>,
        kind: FaultKind,
        message: String,
    ) -> Option<&mut Fault> {
        const MOST: usize = 200;
        if self.faults.len() >= MOST {
            return None;
        }
        let fault = Fault::new(kind, message);
        self.faults.push(match location(line, range) {
            Some(at) => fault.at_location(at),
            None => fault,
        });
        self.faults.last_mut()
    }

    /// Notes who has permissions.
    fn define(&mut self, cells: &[Cell]) {
        if let [kind, subject, ..] = cells
            && (kind.text == "p" || subject.text.starts_with("role:"))
        {
            self.roles.insert(subject.text.clone());
        }
    }

    fn line(&mut self, line: &Line<'_>, cells: &[Cell]) {
        for cell in cells.iter().skip(1) {
            if cell.text.ends_with([' ', '\t']) {
                let name = cell.text.trim_end();
                let message = format!("spaces after `{name}` are part of it, so it never matches");
                self.tell(line, cell.range.clone(), FaultKind::Field, message);
            }
        }
        match cells {
            [_, subject, resource, action, object, effect] => {
                self.subject(line, subject);
                self.permission(line, resource, action, object);
                if !matches!(&*effect.text, "allow" | "deny") {
                    let message = format!(
                        "`{}` is not an effect: expected one of `allow`, `deny`",
                        effect.text
                    );
                    self.tell(line, effect.range.clone(), FaultKind::Field, message);
                }
            }
            [_, _, role] => {
                self.subject(line, role);
                self.role(line, role);
            }
            _ => {}
        }
    }

    /// `proj:project:role` has to exist.
    fn subject(&mut self, line: &Line<'_>, cell: &Cell) {
        let Some(rest) = cell.text.strip_prefix("proj:") else {
            return;
        };
        let range = cell.range.clone();
        let Some((project, role)) = rest.split_once(':') else {
            let message = format!("`{}` is not of the form `proj:project:role`", cell.text);
            self.tell(line, range, FaultKind::Field, message);
            return;
        };
        let message = if self.known.has_project(project) == Some(false) {
            format!("there is no project `{project}`")
        } else if self.known.has_role(project, role) == Some(false) {
            format!("the project `{project}` has no role `{role}`")
        } else {
            return;
        };
        self.tell(line, range, FaultKind::Missing, message);
    }

    /// A role that is given has to have permissions.
    fn role(&mut self, line: &Line<'_>, cell: &Cell) {
        if !cell.text.starts_with("role:") || self.roles.contains(&cell.text) {
            return;
        }
        let message = format!("no policy grants anything to `{}`", cell.text);
        let mut known: Vec<&str> = self.roles.iter().map(String::as_str).collect();
        known.sort_unstable();
        let like = suggest::nearest(&cell.text, known).map(str::to_owned);
        let range = cell.range.clone();
        let fault = self.tell(line, range, FaultKind::Missing, message);
        if let (Some(fault), Some(like)) = (fault, like) {
            fault.help = Some(format!("did you mean `{like}`?"));
        }
    }

    fn permission(&mut self, line: &Line<'_>, resource: &Cell, action: &Cell, object: &Cell) {
        // Expressions are not looked into.
        if self.is_regex {
            return;
        }
        if !is_pattern(&resource.text) && !RESOURCES.contains(&resource.text.trim_end()) {
            let message = format!("`{}` is not a resource that has permissions", resource.text);
            self.word(line, resource, message, RESOURCES);
            return;
        }
        let verb = action.text.split('/').next().unwrap_or_default().trim_end();
        if !is_pattern(verb) && !ACTIONS.contains(&verb) {
            let message = format!("`{}` is not an action", action.text);
            self.word(line, action, message, ACTIONS);
        }
        let has_project = matches!(
            &*resource.text,
            "applications" | "applicationsets" | "logs" | "exec"
        );
        let project = match &*resource.text {
            "projects" => Some(&*object.text),
            _ if has_project => object.text.split_once('/').map(|(project, _)| project),
            _ => None,
        };
        if has_project && project.is_none() && object.text != "*" {
            let message = format!(
                "the object `{}` is not of the form `project/name`",
                object.text
            );
            self.tell(line, object.range.clone(), FaultKind::Field, message);
        }
        let Some(project) = project.filter(|project| !is_pattern(project)) else {
            return;
        };
        if self.known.has_project(project) == Some(false) {
            let message = format!("there is no project `{project}`");
            self.tell(line, object.range.clone(), FaultKind::Missing, message);
        }
    }

    fn word(&mut self, line: &Line<'_>, cell: &Cell, message: String, known: &[&str]) {
        if let Some(fault) = self.tell(line, cell.range.clone(), FaultKind::Field, message) {
            *fault = suggest(fault.clone(), &cell.text, known);
        }
    }

    /// The role of everyone.
    fn default(&mut self, role: View<'_>) {
        let text = role.text();
        if text.starts_with("role:") && !self.roles.contains(text) {
            let message = format!("no policy grants anything to `{text}`");
            let fault = Fault::new(FaultKind::Missing, message);
            self.faults.push(match role.origin() {
                Some(place) => fault.at(&place),
                None => fault,
            });
        }
    }
}

/// Where a part of a line stands.
fn location(line: &Line<'_>, range: Range<usize>) -> Option<Location> {
    let place = line.policy.origin()?;
    let position = |at: usize| u32::try_from(line.start + at).unwrap_or(u32::MAX);
    Some(match line.policy {
        View::Src(..) => place.locate_part(Span::new(position(range.start), position(range.end))),
        _ => place.locate(),
    })
}

#[cfg(test)]
mod tests {
    use manifest::Source;
    use spanned_yaml::Tree;

    use super::*;

    struct Known;

    impl KnownProjects for Known {
        fn has_project(&self, name: &str) -> Option<bool> {
            Some(name == "shop")
        }

        fn has_role(&self, project: &str, role: &str) -> Option<bool> {
            Some(project == "shop" && role == "dev")
        }
    }

    fn check(data: &str) -> String {
        let source = Source::file("rbac.yaml", Tree::parse(format!("data:\n{data}")));
        let document = source.documents().documents.remove(0);
        let faults = check_rbac(document.view(), &Known);
        let told = faults.iter().map(|fault| {
            let at = fault.at.as_ref().unwrap().start();
            let help = fault.help.as_deref().unwrap_or("-");
            format!("{}:{}: {} ({help})\n", at.line, at.column, fault.message)
        });
        told.collect()
    }

    #[test]
    fn malformed_lines() {
        insta::assert_snapshot!(check("  policy.csv: |
    # a comment
    p, role:dev, applications, get, shop/*
    g, \"a, b, role:dev
    x, a, b
    p, role:dev, applications, get, shop/*, allow

    g, a
"), @r"
        4:5: a policy is `p, subject, resource, action, object, effect`: this has 5 fields, not 6 (Argo CD drops the whole policy for one malformed line)
        5:8: nothing closes this quote (-)
        6:5: a line begins with `p` or `g` (Argo CD drops the whole policy for one malformed line)
        9:5: a group is `g, member, role`: this has 2 fields, not 3 (Argo CD drops the whole policy for one malformed line)
        ");
    }

    #[test]
    fn what_does_not_exist() {
        insta::assert_snapshot!(check("  policy.default: role:reader
  policy.csv: |
    p, role:dev, applications, get, shop/*, allow
    p, role:dev, applications, sync, shopp/*, allow
    p, role:dev, application, get, */*, allow
    p, role:dev, applications, snyc, */*, alow
    p, role:dev , applications, get, shop, allow
    p, proj:shop:ops, applications, get, shop/*, allow
    p, proj:none:ops, projects, get, gone, allow
    g, team-a, role:dve
    g, team-b, role:dev
    g, team-c, role:admin
  policy.more.csv: |
    g, role:lead, role:dev
    g, team-d, role:lead
"), @r#"
        5:38: there is no project `shopp` (-)
        6:18: `application` is not a resource that has permissions (did you mean `applications`?)
        7:32: `snyc` is not an action (did you mean `sync`?)
        7:43: `alow` is not an effect: expected one of `allow`, `deny` (-)
        8:8: spaces after `role:dev` are part of it, so it never matches (-)
        8:38: the object `shop` is not of the form `project/name` (-)
        9:8: the project `shop` has no role `ops` (-)
        10:8: there is no project `none` (-)
        10:38: there is no project `gone` (-)
        11:16: no policy grants anything to `role:dve` (did you mean `role:dev`?)
        2:19: no policy grants anything to `role:reader` (-)
        "#);
    }

    #[test]
    fn expressions_are_not_looked_into() {
        assert_eq!(
            check("  policy.matchMode: regex\n  policy.csv: p, role:a, app.*, .*, x.*/y, allow\n"),
            ""
        );
    }
}
