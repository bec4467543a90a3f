//! What Argo CD's API server rejects in a project, and what that means for one that is applied past
//! it: kubectl and Argo CD itself ask only the definition.

use manifest::{Fault, FaultKind, Src};
use rustc_hash::FxHashMap;

use super::policy::{ACTIONS, RESOURCES, is_of_project, suggest};
use super::{Project, Role, Schedule, SyncWindow, parse_duration};
use crate::text::Text;

/// Something that the API server of Argo CD rejects.
#[derive(Debug)]
pub struct ProjectFault {
    /// What, where, and what comes of it.
    pub fault: Fault,
    /// Whether it takes something away from a project that is applied all the same: its
    /// Applications do not sync, or its roles get nothing.
    pub has_effect: bool,
}

/// What comes of it where it has no effect but on those who edit the project.
const REJECTED: &str = "Argo CD's API server rejects the project in `argocd proj` and the UI; applying it with kubectl or from git bypasses that check: it is accepted and its Applications sync";

/// The same of a policy.
const POLICY_REJECTED: &str = "Argo CD's API server rejects this policy in `argocd proj` and the UI; applying the project with kubectl or from git bypasses that check: the policy is accepted and may never match";

impl ProjectFault {
    /// One with a consequence for what is applied.
    fn effective(fault: Fault, consequence: &str) -> Self {
        Self {
            fault: with_more(fault, consequence),
            has_effect: true,
        }
    }

    /// One that only the API server minds.
    fn api_only(fault: Fault, consequence: &str) -> Self {
        Self {
            fault: with_more(fault, consequence),
            has_effect: false,
        }
    }
}

fn with_more(fault: Fault, more: &str) -> Fault {
    let help = match &fault.help {
        Some(help) => format!("{help}; {more}"),
        None => more.to_owned(),
    };
    fault.help(help)
}

pub(super) fn project(project: &Project) -> Vec<ProjectFault> {
    let mut faults = Vec::new();
    destinations(project, &mut faults);
    doubles("the namespace", &project.source_namespaces, &mut faults);
    doubles("the repository", &project.source_repos, &mut faults);
    for repo in project.source_repos.iter().filter(|repo| **repo == *"!*") {
        faults.push(all_forbidden(repo));
    }
    let mut names = Doubles::default();
    for role in &project.roles {
        if let Some(name) = &role.name {
            let what = format!("the role `{name}`");
            faults.extend(names.add(name.as_str(), &what, name.place()));
        }
        self::role(project, role, &mut faults);
    }
    let mut windows = Doubles::default();
    for window in &project.sync_windows {
        self::window(window, &mut faults);
        let key = format!("{:?}", window.identity());
        faults.extend(windows.add(&key, "this window", window.place.clone()));
    }
    faults
}

/// What was seen before.
#[derive(Default)]
struct Doubles(FxHashMap<String, Option<Src>>);

impl Doubles {
    fn add(&mut self, key: &str, what: &str, place: Option<Src>) -> Option<ProjectFault> {
        let before = self.0.insert(key.to_owned(), place.clone())?;
        let fault = fault(format!("duplicate entry: {what}"), place);
        let fault = match before {
            Some(before) => fault.related("it is here", before.locate()),
            None => fault,
        };
        Some(ProjectFault::api_only(fault, REJECTED))
    }
}

fn doubles(what: &str, texts: &[Text], faults: &mut Vec<ProjectFault>) {
    let mut seen = Doubles::default();
    for text in texts {
        faults.extend(seen.add(text.as_str(), &format!("{what} `{text}`"), text.place()));
    }
}

fn all_forbidden(pattern: &Text) -> ProjectFault {
    let message = "`!*` forbids everything, and Argo CD rejects it";
    let consequence = "no Application of the project syncs";
    ProjectFault::effective(fault(message.to_owned(), pattern.place()), consequence)
}

fn destinations(project: &Project, faults: &mut Vec<ProjectFault>) {
    let mut seen = Doubles::default();
    for item in &project.destinations {
        for half in [&item.name, &item.server, &item.namespace]
            .into_iter()
            .flatten()
        {
            if *half == *"!*" {
                faults.push(all_forbidden(half));
            }
        }
        let text = |text: &Option<Text>| text.as_ref().map_or("", Text::as_str).to_owned();
        let cluster = match &item.server {
            Some(_) => text(&item.server),
            None => text(&item.name),
        };
        let key = format!("{cluster}/{}", text(&item.namespace));
        faults.extend(seen.add(
            &key,
            &format!("the destination `{key}`"),
            item.place.clone(),
        ));
    }
}

fn role(project: &Project, role: &Role, faults: &mut Vec<ProjectFault>) {
    let name = role.name.as_ref().map_or("", Text::as_str);
    let is_inside = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    let is_end = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_alphanumeric());
    let bytes = name.as_bytes();
    if !bytes.iter().all(|b| is_inside(*b))
        || !is_end(bytes.first().copied())
        || !is_end(bytes.last().copied())
    {
        let message = format!(
            "`{name}` is not a valid role name: it takes letters, digits, `-` and `_`, with a letter or digit at both ends"
        );
        let at = role.name.as_ref().and_then(Text::place);
        let wrong = fault(message, at.or_else(|| role.place.clone()));
        faults.push(ProjectFault::api_only(wrong, REJECTED));
    }
    doubles("the policy", &role.policies, faults);
    doubles("the group", &role.groups, faults);
    let own = project.name.as_ref().map_or("", Text::as_str);
    for policy in &role.policies {
        if let Some(wrong) = self::policy(own, name, policy.as_str()) {
            faults.push(ProjectFault {
                fault: match policy.place() {
                    Some(place) => wrong.fault.at(&place),
                    None => wrong.fault,
                },
                has_effect: wrong.has_effect,
            });
        }
    }
    for group in &role.groups {
        if let Err((message, is_malformed)) = self::group(group.as_str()) {
            let wrong = fault(message, group.place());
            faults.push(match is_malformed {
                true => ProjectFault::effective(wrong, ALL_DROPPED),
                false => ProjectFault::api_only(wrong, REJECTED),
            });
        }
    }
}

/// What one malformed line comes to: Argo CD then falls back to its policies without the project's.
const ALL_DROPPED: &str =
    "Argo CD drops the policies of all roles of the project, so they get nothing";

/// What is wrong with a line of a role's policies.
fn policy(project: &str, role: &str, policy: &str) -> Option<ProjectFault> {
    let cells: Vec<&str> = policy
        .split(',')
        .map(|cell| cell.trim_matches(' '))
        .collect();
    let fault = |message: String| Fault::new(FaultKind::Field, message);
    let wrong = |message: String| ProjectFault::api_only(fault(message), POLICY_REJECTED);
    let ["p", subject, resource, action, object, effect] = cells.as_slice() else {
        let message = "a policy is `p, subject, resource, action, object, effect`".to_owned();
        return Some(match (cells.first(), cells.len()) {
            (Some(&"g"), 3) => wrong(message),
            _ => ProjectFault::effective(fault(message), ALL_DROPPED),
        });
    };
    let own = format!("proj:{project}:{role}");
    if *subject != own {
        let message = format!("the subject of this policy has to be `{own}`, not `{subject}`");
        let consequence = format!("the role `{role}` gets nothing by it");
        return Some(ProjectFault::effective(fault(message), &consequence));
    }
    if !is_of_project(resource) {
        let message = format!("`{resource}` is not a resource that projects have policies for");
        let known: Vec<&str> = RESOURCES
            .iter()
            .copied()
            .filter(|r| is_of_project(r))
            .collect();
        let fault = suggest(fault(message), resource, &known);
        return Some(ProjectFault::api_only(fault, POLICY_REJECTED));
    }
    if !is_action(action) {
        let fault = fault(format!("`{action}` is not an action"));
        let fault = suggest(fault, action, ACTIONS);
        return Some(ProjectFault::api_only(fault, POLICY_REJECTED));
    }
    let is_part = |part: &str| {
        let is_inside = |c: char| c.is_alphanumeric() || "*_-.".contains(c);
        !part.is_empty() && part.chars().all(is_inside)
    };
    let rest = object
        .strip_prefix(project)
        .and_then(|rest| rest.strip_prefix('/'));
    let parts: Vec<&str> = rest
        .map(|rest| rest.split('/').collect())
        .unwrap_or_default();
    if !(1..=2).contains(&parts.len()) || !parts.iter().all(|part| is_part(part)) {
        return Some(wrong(format!(
            "the object of this policy has to begin with `{project}/`: `{object}`"
        )));
    }
    if !matches!(*effect, "allow" | "deny") {
        return Some(wrong(format!(
            "`{effect}` is not an effect: expected one of `allow`, `deny`"
        )));
    }
    None
}

fn is_action(action: &str) -> bool {
    let plain = [
        "get", "create", "update", "delete", "sync", "override", "rollback", "*",
    ];
    let behind = ["action/", "update/", "delete/"];
    plain.contains(&action) || behind.iter().any(|kind| action.contains(kind))
}

/// What is wrong with a group, and whether it breaks the line that Argo CD makes of it.
fn group(group: &str) -> Result<(), (String, bool)> {
    let trimmed = group.trim();
    let quoted = trimmed.len() > 1 && trimmed.starts_with('"') && trimmed.ends_with('"');
    let inner = match quoted {
        true => &trimmed[1..trimmed.len() - 1],
        false if trimmed.contains(',') => {
            let message = format!("the group `{trimmed}` has to be in quotes: it contains a comma");
            return Err((message, true));
        }
        false => trimmed,
    };
    if inner.is_empty() {
        return Err(("a group cannot be empty".to_owned(), false));
    }
    if inner.contains(['"', '\n', '\r', '\t']) {
        let message = format!("the group `{inner}` contains characters that no name may");
        return Err((message, inner.contains(['"', '\n'])));
    }
    match group.len() > trimmed.len() && group.chars().count() > 1 {
        true => Err((format!("the group `{trimmed}` has spaces around it"), false)),
        false => Ok(()),
    }
}

/// What comes of a window that Argo CD cannot read.
const UNREADABLE: &str =
    "Argo CD cannot tell whether a sync is allowed, so what it applies to does not sync";

/// What comes of a window that Argo CD reads and that stands for nothing.
const NEVER_COUNTS: &str =
    "applied with kubectl or from git, the project is accepted, and the window has no effect";

fn window(window: &SyncWindow, faults: &mut Vec<ProjectFault>) {
    const LONGEST: usize = 255;
    let place = || window.place.clone();
    let kind = window.kind.as_ref();
    if !kind.is_some_and(|kind| matches!(kind.as_str(), "allow" | "deny")) {
        let message = match kind {
            Some(kind) => {
                format!("`{kind}` is not a kind of window: expected one of `allow`, `deny`")
            }
            None => "a window needs a `kind`: expected one of `allow`, `deny`".to_owned(),
        };
        let wrong = fault(message, kind.and_then(Text::place).or_else(place));
        faults.push(ProjectFault::api_only(wrong, NEVER_COUNTS));
    }
    let schedule = window.schedule.as_ref();
    if let Err(why) = Schedule::parse(schedule.map_or("", Text::as_str)) {
        let message = format!("the schedule cannot be read: {why}");
        let wrong = fault(message, schedule.and_then(Text::place).or_else(place));
        faults.push(ProjectFault::effective(wrong, UNREADABLE));
    }
    let duration = window.duration.as_ref();
    let text = duration.map_or("", Text::as_str);
    let is_negative = text.strip_prefix('-').and_then(parse_duration).is_some();
    if parse_duration(text).is_none() && !is_negative {
        let message = format!("`{text}` is not a duration: write it as `1h30m`");
        let wrong = fault(message, duration.and_then(Text::place).or_else(place));
        faults.push(ProjectFault::effective(wrong, UNREADABLE));
    }
    if window.applications.is_empty() && window.namespaces.is_empty() && window.clusters.is_empty()
    {
        let message = "a window needs `applications`, `namespaces` or `clusters`";
        let wrong = fault(message.to_owned(), place());
        faults.push(ProjectFault::api_only(wrong, NEVER_COUNTS));
    }
    let description = window.description.as_ref();
    if let Some(text) = description.filter(|text| text.as_str().len() > LONGEST) {
        let message = format!("a description takes at most {LONGEST} bytes");
        faults.push(ProjectFault::api_only(
            fault(message, text.place()),
            REJECTED,
        ));
    }
}

impl SyncWindow {
    /// What makes two windows the same.
    fn identity(&self) -> (Vec<&str>, [Vec<&str>; 3], bool) {
        let single = [&self.kind, &self.schedule, &self.duration, &self.time_zone];
        (
            single
                .into_iter()
                .map(|text| text.as_ref().map_or("", Text::as_str))
                .collect(),
            [&self.applications, &self.namespaces, &self.clusters]
                .map(|texts| texts.iter().map(Text::as_str).collect()),
            self.all_have_to_fit,
        )
    }
}

fn fault(message: String, place: Option<Src>) -> Fault {
    let fault = Fault::new(FaultKind::Field, message);
    match place {
        Some(place) => fault.at(&place),
        None => fault,
    }
}

#[cfg(test)]
mod tests {
    use crate::project::tests::read;

    fn check(spec: &str) -> String {
        let faults = read(spec).invalid();
        let told = faults.iter().map(|rejected| {
            let fault = &rejected.fault;
            let at = fault
                .at
                .as_ref()
                .map(|at| at.start().column)
                .unwrap_or_default();
            let mark = if rejected.has_effect { "!" } else { "" };
            format!("{at}{mark}: {}\n", fault.message)
        });
        told.collect()
    }

    #[test]
    fn what_argo_cd_rejects() {
        insta::assert_snapshot!(check("{sourceRepos: [a, a, '!*'], destinations: [{server: s, namespace: x}, {server: s, namespace: x}, {name: '!*', namespace: z}], sourceNamespaces: [q, q]}"), @r"
        77: duplicate entry: the destination `s/x`
        111!: `!*` forbids everything, and Argo CD rejects it
        155: duplicate entry: the namespace `q`
        25: duplicate entry: the repository `a`
        28!: `!*` forbids everything, and Argo CD rejects it
        ");
        insta::assert_snapshot!(check("{roles: [{name: dev, policies: ['p, proj:shop:dev, applications, sync, shop/*, allow', 'p, proj:shop:ops, applications, get, shop/*, allow', 'p, proj:shop:dev, apps, get, shop/*, allow', 'p, proj:shop:dev, applications, snyc, shop/*, allow', 'p, proj:shop:dev, applications, action/*, shop/ns/a, permit', 'p, proj:shop:dev, applications, get, */*, allow', 'g, a, b'], groups: ['a,b', ' c', '\"d,e\"']}, {name: dev}, {name: -x}]}"), @r"
        94!: the subject of this policy has to be `proj:shop:dev`, not `proj:shop:ops`
        148: `apps` is not a resource that projects have policies for
        194: `snyc` is not an action
        249: `permit` is not an effect: expected one of `allow`, `deny`
        312: the object of this policy has to begin with `shop/`: `*/*`
        363: a policy is `p, subject, resource, action, object, effect`
        384!: the group `a,b` has to be in quotes: it contains a comma
        391: the group `c` has spaces around it
        415: duplicate entry: the role `dev`
        428: `-x` is not a valid role name: it takes letters, digits, `-` and `_`, with a letter or digit at both ends
        ");
        insta::assert_snapshot!(check("{syncWindows: [{kind: allow, schedule: '0 8 * * *', duration: 1h, applications: ['*']}, {kind: allow, schedule: '0 8 * * *', duration: 1h, applications: ['*'], manualSync: true}, {kind: block, schedule: '* *', duration: 1d}]}"), @r"
        95: duplicate entry: this window
        193: `block` is not a kind of window: expected one of `allow`, `deny`
        210!: the schedule cannot be read: it takes five fields, not 2
        227!: `1d` is not a duration: write it as `1h30m`
        186: a window needs `applications`, `namespaces` or `clusters`
        ");
    }
}
