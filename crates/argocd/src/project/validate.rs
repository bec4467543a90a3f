//! What Argo CD refuses in a project.

use manifest::{Fault, FaultKind, Src};
use rustc_hash::FxHashMap;

use super::policy::{ACTIONS, RESOURCES, is_of_project, suggest};
use super::{Project, Role, Schedule, SyncWindow, parse_duration};
use crate::text::Text;

pub(super) fn project(project: &Project) -> Vec<Fault> {
    let mut faults = Vec::new();
    destinations(project, &mut faults);
    doubles("the namespace", &project.source_namespaces, &mut faults);
    doubles("the repository", &project.source_repos, &mut faults);
    let all = "`!*` forbids everything, and Argo CD rejects it";
    for repo in project.source_repos.iter().filter(|repo| **repo == *"!*") {
        faults.push(fault(all.to_owned(), repo.place()));
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
    fn add(&mut self, key: &str, what: &str, place: Option<Src>) -> Option<Fault> {
        let before = self.0.insert(key.to_owned(), place.clone())?;
        let fault = fault(format!("duplicate entry: {what}"), place);
        Some(match before {
            Some(before) => fault.related("it is here", before.locate()),
            None => fault,
        })
    }
}

fn doubles(what: &str, texts: &[Text], faults: &mut Vec<Fault>) {
    let mut seen = Doubles::default();
    for text in texts {
        faults.extend(seen.add(text.as_str(), &format!("{what} `{text}`"), text.place()));
    }
}

fn destinations(project: &Project, faults: &mut Vec<Fault>) {
    let mut seen = Doubles::default();
    for item in &project.destinations {
        for half in [&item.name, &item.server, &item.namespace]
            .into_iter()
            .flatten()
        {
            if *half == *"!*" {
                let message = "`!*` forbids everything, and Argo CD rejects it";
                faults.push(fault(message.to_owned(), half.place()));
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

fn role(project: &Project, role: &Role, faults: &mut Vec<Fault>) {
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
        faults.push(fault(message, at.or_else(|| role.place.clone())));
    }
    doubles("the policy", &role.policies, faults);
    doubles("the group", &role.groups, faults);
    let own = project.name.as_ref().map_or("", Text::as_str);
    for policy in &role.policies {
        if let Err(wrong) = self::policy(own, name, policy.as_str()) {
            let at = policy.place();
            faults.push(match at {
                Some(place) => wrong.at(&place),
                None => wrong,
            });
        }
    }
    for group in &role.groups {
        if let Err(message) = self::group(group.as_str()) {
            faults.push(fault(message, group.place()));
        }
    }
}

/// A line of a role's policies.
fn policy(project: &str, role: &str, policy: &str) -> Result<(), Fault> {
    let cells: Vec<&str> = policy
        .split(',')
        .map(|cell| cell.trim_matches(' '))
        .collect();
    let wrong = |message: String| Fault::new(FaultKind::Field, message);
    let ["p", subject, resource, action, object, effect] = cells.as_slice() else {
        let message = "a policy is `p, subject, resource, action, object, effect`".to_owned();
        return Err(wrong(message));
    };
    let own = format!("proj:{project}:{role}");
    if *subject != own {
        return Err(wrong(format!(
            "the subject of this policy has to be `{own}`, not `{subject}`"
        )));
    }
    if !is_of_project(resource) {
        let message = format!("`{resource}` is not a resource that projects have policies for");
        let known: Vec<&str> = RESOURCES
            .iter()
            .copied()
            .filter(|r| is_of_project(r))
            .collect();
        return Err(suggest(wrong(message), resource, &known));
    }
    if !is_action(action) {
        return Err(suggest(
            wrong(format!("`{action}` is not an action")),
            action,
            ACTIONS,
        ));
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
        return Err(wrong(format!(
            "the object of this policy has to begin with `{project}/`: `{object}`"
        )));
    }
    if !matches!(*effect, "allow" | "deny") {
        return Err(wrong(format!(
            "`{effect}` is not an effect: expected one of `allow`, `deny`"
        )));
    }
    Ok(())
}

fn is_action(action: &str) -> bool {
    let plain = [
        "get", "create", "update", "delete", "sync", "override", "rollback", "*",
    ];
    let behind = ["action/", "update/", "delete/"];
    plain.contains(&action) || behind.iter().any(|kind| action.contains(kind))
}

fn group(group: &str) -> Result<(), String> {
    let trimmed = group.trim();
    let quoted = trimmed.len() > 1 && trimmed.starts_with('"') && trimmed.ends_with('"');
    let inner = match quoted {
        true => &trimmed[1..trimmed.len() - 1],
        false if trimmed.contains(',') => {
            return Err(format!(
                "the group `{trimmed}` has to be in quotes: it contains a comma"
            ));
        }
        false => trimmed,
    };
    if inner.is_empty() {
        return Err("a group cannot be empty".to_owned());
    }
    if inner.contains(['"', '\n', '\r', '\t']) {
        return Err(format!(
            "the group `{inner}` contains characters that no name may"
        ));
    }
    match group.len() > trimmed.len() && group.chars().count() > 1 {
        true => Err(format!("the group `{trimmed}` has spaces around it")),
        false => Ok(()),
    }
}

fn window(window: &SyncWindow, faults: &mut Vec<Fault>) {
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
        faults.push(fault(message, kind.and_then(Text::place).or_else(place)));
    }
    let schedule = window.schedule.as_ref();
    if let Err(why) = Schedule::parse(schedule.map_or("", Text::as_str)) {
        let message = format!("the schedule cannot be read: {why}");
        faults.push(fault(
            message,
            schedule.and_then(Text::place).or_else(place),
        ));
    }
    let duration = window.duration.as_ref();
    let text = duration.map_or("", Text::as_str);
    let is_negative = text.strip_prefix('-').and_then(parse_duration).is_some();
    if parse_duration(text).is_none() && !is_negative {
        let message = format!("`{text}` is not a duration: write it as `1h30m`");
        faults.push(fault(
            message,
            duration.and_then(Text::place).or_else(place),
        ));
    }
    if window.applications.is_empty() && window.namespaces.is_empty() && window.clusters.is_empty()
    {
        let message = "a window needs `applications`, `namespaces` or `clusters`";
        faults.push(fault(message.to_owned(), place()));
    }
    let description = window.description.as_ref();
    if let Some(text) = description.filter(|text| text.as_str().len() > LONGEST) {
        let message = format!("a description takes at most {LONGEST} bytes");
        faults.push(fault(message, text.place()));
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
        let told = faults.iter().map(|fault| {
            let at = fault
                .at
                .as_ref()
                .map(|at| at.start().column)
                .unwrap_or_default();
            format!("{at}: {}\n", fault.message)
        });
        told.collect()
    }

    #[test]
    fn what_argo_cd_refuses() {
        insta::assert_snapshot!(check("{sourceRepos: [a, a, '!*'], destinations: [{server: s, namespace: x}, {server: s, namespace: x}, {name: '!*', namespace: z}], sourceNamespaces: [q, q]}"), @r"
        77: duplicate entry: the destination `s/x`
        111: `!*` forbids everything, and Argo CD rejects it
        155: duplicate entry: the namespace `q`
        25: duplicate entry: the repository `a`
        28: `!*` forbids everything, and Argo CD rejects it
        ");
        insta::assert_snapshot!(check("{roles: [{name: dev, policies: ['p, proj:shop:dev, applications, sync, shop/*, allow', 'p, proj:shop:ops, applications, get, shop/*, allow', 'p, proj:shop:dev, apps, get, shop/*, allow', 'p, proj:shop:dev, applications, snyc, shop/*, allow', 'p, proj:shop:dev, applications, action/*, shop/ns/a, permit', 'p, proj:shop:dev, applications, get, */*, allow', 'g, a, b'], groups: ['a,b', ' c', '\"d,e\"']}, {name: dev}, {name: -x}]}"), @r"
        94: the subject of this policy has to be `proj:shop:dev`, not `proj:shop:ops`
        148: `apps` is not a resource that projects have policies for
        194: `snyc` is not an action
        249: `permit` is not an effect: expected one of `allow`, `deny`
        312: the object of this policy has to begin with `shop/`: `*/*`
        363: a policy is `p, subject, resource, action, object, effect`
        384: the group `a,b` has to be in quotes: it contains a comma
        391: the group `c` has spaces around it
        415: duplicate entry: the role `dev`
        428: `-x` is not a valid role name: it takes letters, digits, `-` and `_`, with a letter or digit at both ends
        ");
        insta::assert_snapshot!(check("{syncWindows: [{kind: allow, schedule: '0 8 * * *', duration: 1h, applications: ['*']}, {kind: allow, schedule: '0 8 * * *', duration: 1h, applications: ['*'], manualSync: true}, {kind: block, schedule: '* *', duration: 1d}]}"), @r"
        95: duplicate entry: this window
        193: `block` is not a kind of window: expected one of `allow`, `deny`
        210: the schedule cannot be read: it takes five fields, not 2
        227: `1d` is not a duration: write it as `1h30m`
        186: a window needs `applications`, `namespaces` or `clusters`
        ");
    }
}
