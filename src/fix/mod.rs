//! Deprecated fields, rewritten where everything is rendered as before: held to that by rendering
//! every affected kustomization before and after.

mod fields;
mod variables;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use kustomize::{Kustomization, Options, Reorder};
use manifest::{Location, Object, Snapshot, Total, View};

use crate::checks::kustomizations::DEPRECATED_FIELD;
use crate::judge::finding::Finding;
use crate::render::{Graph, Outcome};
use crate::snapshot::{Edited, Repository};

/// What can be fixed without changing what is rendered.
#[derive(Debug, Default)]
pub struct Fixes {
    /// The new texts of files.
    pub texts: BTreeMap<Utf8PathBuf, String>,
    /// How many fields were rewritten.
    pub count: usize,
    /// Fields that were not, and why.
    pub left: Vec<(Location, String)>,
}

/// Rewrites what the findings tell of. Nothing is written to disk.
pub fn fix(
    snapshot: &dyn Repository,
    kustomizations: impl IntoIterator<Item = Utf8PathBuf>,
    findings: &[Finding],
) -> Fixes {
    let graph = Graph::load(snapshot, kustomizations, options());
    let mut edited = Edited::new(snapshot);
    let mut fixes = Fixes::default();
    let is_meant =
        |finding: &&Finding| finding.rule.id == DEPRECATED_FIELD.id && finding.suppressed.is_none();
    for finding in findings.iter().filter(is_meant) {
        let Some(place) = &finding.place else {
            continue;
        };
        match fix_one(&graph, &mut edited, place) {
            Ok(()) => fixes.count += 1,
            Err(why) => fixes.left.push((place.clone(), why)),
        }
    }
    let texts = edited.texts();
    fixes.texts = texts
        .map(|(path, text)| (path.to_owned(), text.to_owned()))
        .collect();
    fixes
}

/// What is left out makes an outcome partial, so that it is noticed. The order in which objects
/// are met must be the same; then it is so in any other.
fn options() -> Options {
    Options {
        reorder: Reorder::None,
        leave_out_absent: true,
        ..Options::default()
    }
}

fn fix_one(graph: &Graph, edited: &mut Edited<'_>, place: &Location) -> Result<(), String> {
    let path = place.path().to_owned();
    let field = &place.file.tree.text()[place.span.range()];
    let source = edited.source(&path).map_err(|error| error.to_string())?;
    let folder = path.parent().unwrap_or(Utf8Path::new(""));
    let field = field.trim_matches(['"', '\'']);
    let new = fields::without(&source, field, || objects(edited, folder))?;
    let folders = affected(graph, folder);
    let is_part = |folder: &Utf8Path| {
        path.parent() == Some(folder) || folders.iter().any(|own| own == folder)
    };
    let mut unreadable = graph.unreadable();
    if let Some(folder) = unreadable.find(|user| named_in(edited, user).iter().any(|f| is_part(f)))
    {
        return Err(cannot_compare(folder));
    }
    let before = render(edited, &folders);
    let roots: BTreeSet<Utf8PathBuf> = graph.roots().into_iter().collect();
    let broken = |folder: &&Utf8PathBuf| {
        roots.contains(*folder) && !matches!(before.get(*folder), Some(Ok(_)))
    };
    if let Some(folder) = folders.iter().find(broken) {
        return Err(cannot_compare(folder));
    }
    if !before.values().any(Result::is_ok) {
        return Err("nothing that uses it can be rendered".to_owned());
    }
    let old = edited.set(&path, &new);
    let after = render(edited, &folders);
    let changed = folders
        .iter()
        .find(|folder| before.get(*folder) != after.get(*folder));
    match changed {
        None => Ok(()),
        Some(folder) => {
            edited.restore(&path, old);
            Err(format!("`{folder}` would render differently"))
        }
    }
}

fn cannot_compare(folder: &Utf8Path) -> String {
    format!("`{folder}` cannot be rendered, so nobody can tell what changes")
}

/// The folders that a kustomization names which could not be read, and its own.
fn named_in(snapshot: &dyn Snapshot, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
    let sources = kustomize::FILE_NAMES.iter().filter_map(|name| {
        let source = snapshot.source(&folder.join(name)).ok()?;
        Some(source.documents().documents)
    });
    let mut named = vec![folder.to_owned()];
    for document in sources.flatten() {
        for field in ["resources", "bases", "components"] {
            let entries = document.view().get(field);
            let entries = entries.into_iter().flat_map(View::items);
            named.extend(entries.filter_map(|entry| manifest::normalize(folder, entry.text())));
        }
    }
    named
}

/// The kustomizations that something in a folder's kustomization or component takes part in.
fn affected(graph: &Graph, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
    let direct: BTreeSet<&Utf8Path> = graph
        .kustomizations()
        .filter(|(own, kustomization)| *own == folder || takes_up(kustomization, folder))
        .map(|(own, _)| own)
        .collect();
    graph
        .kustomizations()
        .filter(|(_, kustomization)| !kustomization.is_component())
        .map(|(own, _)| own)
        .filter(|own| direct.contains(own) || graph.builds_on(own, &|base| direct.contains(base)))
        .map(Utf8Path::to_owned)
        .collect()
}

fn takes_up(kustomization: &Kustomization, folder: &Utf8Path) -> bool {
    let is_it = |component: &Arc<Kustomization>| {
        component.folder() == folder || takes_up(component, folder)
    };
    kustomization.components().any(is_it)
}

/// The objects of a kustomization, if it renders by itself.
fn objects(snapshot: &dyn Snapshot, folder: &Utf8Path) -> Option<Vec<Object>> {
    let folders = [folder.to_owned()];
    let graph = Graph::load(snapshot, folders.clone(), options());
    let outcome = graph
        .render(snapshot, &folders, options(), &mut Total::default())
        .outcomes
        .pop();
    match outcome? {
        Outcome::Objects(objects) => Some(objects),
        _ => None,
    }
}

/// What each kustomization gives, or why it gives nothing.
fn render(
    snapshot: &dyn Snapshot,
    folders: &[Utf8PathBuf],
) -> BTreeMap<Utf8PathBuf, Result<String, Vec<String>>> {
    let graph = Graph::load(snapshot, folders.iter().cloned(), options());
    let rendering = graph.render(snapshot, folders, options(), &mut Total::default());
    let outcomes = folders.iter().cloned().zip(rendering.outcomes);
    outcomes
        .map(|(folder, outcome)| {
            let printed = match outcome {
                Outcome::Objects(objects) => kustomize::print(&objects),
                Outcome::Failed(faults) | Outcome::Partial(_, faults) => Err(faults),
                Outcome::Blocked(..) => Err(Vec::new()),
            };
            let messages = |faults: Vec<manifest::Fault>| {
                faults.into_iter().map(|fault| fault.message).collect()
            };
            (folder, printed.map_err(messages))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use manifest::Memory;

    use super::*;
    use crate::date::Date;
    use crate::{Request, Setup};

    const OBJECT: &str =
        "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {selector: {x: y}}}";

    /// The new texts, and what was left.
    fn check(files: &[(&str, &str)]) -> String {
        let object = [("app/a.yaml", OBJECT), ("base/a.yaml", OBJECT)];
        let snapshot: Memory = object.into_iter().chain(files.iter().copied()).collect();
        let setup = Setup::read(&snapshot, None).unwrap();
        let today = Date::parse("2026-01-01").unwrap();
        let checked = setup.check(&snapshot, &Request::all(today));
        let folders = files.iter().filter_map(|(path, _)| {
            let folder = path.strip_suffix("/kustomization.yaml")?;
            Some(Utf8PathBuf::from(folder))
        });
        let fixes = fix(&snapshot, folders, &checked.report.findings);
        let texts = fixes.texts.iter();
        let texts = texts.map(|(path, text)| format!("--- {path}\n{text}"));
        let left = fixes.left.iter();
        let left = left.map(|(place, why)| format!("left {}: {why}\n", place.path()));
        texts.chain(left).collect()
    }

    #[test]
    fn several_fields_of_one_file() {
        assert_snapshot!(check(&[
            ("base/kustomization.yaml", "resources: [a.yaml]"),
            ("app/kustomization.yaml", "commonLabels: {app: a}\nbases:\n- ../base\n"),
        ]), @r"
        --- app/kustomization.yaml
        labels:
        - includeSelectors: true
          pairs: {app: a}
        resources:
        - ../base
        ");
    }

    #[test]
    fn what_would_be_rendered_otherwise_stays() {
        // A patch is applied before the prefix, a JSON patch of the old field behind it.
        let patch = "patchesJson6902:\n- target: {version: v1, kind: Service, name: b-a}\n  patch: '- {op: remove, path: /spec}'\n";
        let text = format!("namePrefix: b-\nresources: [a.yaml]\n{patch}");
        assert_snapshot!(check(&[("app/kustomization.yaml", &text)]), @"left app/kustomization.yaml: `app` would render differently");
    }

    const POD: &str = "{apiVersion: v1, kind: Pod, metadata: {name: p, annotations: {a.b/c: $(SPACE)/$(HOST)}}, spec: {containers: [{name: c, image: c, args: [$(HOST), '--at=$(HOST)', plain], env: [{name: A, value: '$(HOST)'}]}]}}";
    const VARS: &str = "vars:\n- name: HOST\n  objref: {apiVersion: v1, kind: Service, name: a}\n- name: SPACE\n  objref: {apiVersion: v1, kind: Service, name: a}\n  fieldref: {fieldpath: metadata.namespace}\n";

    #[test]
    fn variables() {
        let text = format!("namespace: ns\n{VARS}resources: [a.yaml, pod.yaml]\n");
        assert_snapshot!(check(&[("app/pod.yaml", POD), ("app/kustomization.yaml", &text)]), @r#"
        --- app/kustomization.yaml
        namespace: ns
        replacements:
        - source:
            version: v1
            kind: Service
            name: a
          targets:
          - select:
              kind: Pod
              name: p
            fieldPaths:
            - spec.containers.[name=c].args.0
            - spec.containers.[name=c].env.[name=A].value
          - select:
              kind: Pod
              name: p
            fieldPaths:
            - metadata.annotations.a\.b/c
            options:
              delimiter: /
              index: 1
          - select:
              kind: Pod
              name: p
            fieldPaths:
            - spec.containers.[name=c].args.1
            options:
              delimiter: =
              index: 1
        - source:
            version: v1
            kind: Service
            name: a
            fieldPath: metadata.namespace
          targets:
          - select:
              kind: Pod
              name: p
            fieldPaths:
            - metadata.annotations.a\.b/c
            options:
              delimiter: /
              index: 0
        resources: [a.yaml, pod.yaml]
        "#);
        let other = "  - source: {kind: Service}\n    targets: [{select: {kind: Pod}, fieldPaths: [metadata.annotations.x], options: {create: true}}]\n";
        let text = format!("resources: [a.yaml, pod.yaml]\nreplacements:\n{other}{VARS}");
        let text = text.replace("metadata.namespace", "'spec.ports[0].port'");
        let service = OBJECT.replace("spec: {", "spec: {ports: [{port: 80}], ");
        let files = [
            ("app/kustomization.yaml", text.as_str()),
            ("app/pod.yaml", POD),
            ("app/a.yaml", &service),
        ];
        assert_snapshot!(check(&files), @r#"
        --- app/kustomization.yaml
        resources: [a.yaml, pod.yaml]
        replacements:
          - source: {kind: Service}
            targets: [{select: {kind: Pod}, fieldPaths: [metadata.annotations.x], options: {create: true}}]
          - source:
              version: v1
              kind: Service
              name: a
            targets:
            - select:
                kind: Pod
                name: p
              fieldPaths:
              - spec.containers.[name=c].args.0
              - spec.containers.[name=c].env.[name=A].value
            - select:
                kind: Pod
                name: p
              fieldPaths:
              - metadata.annotations.a\.b/c
              options:
                delimiter: /
                index: 1
            - select:
                kind: Pod
                name: p
              fieldPaths:
              - spec.containers.[name=c].args.1
              options:
                delimiter: =
                index: 1
          - source:
              version: v1
              kind: Service
              name: a
              fieldPath: spec.ports.0.port
            targets:
            - select:
                kind: Pod
                name: p
              fieldPaths:
              - metadata.annotations.a\.b/c
              options:
                delimiter: /
                index: 0
        "#);
    }

    #[test]
    fn variables_that_stay() {
        let check = |pod: &str, text: &str, more: &[(&str, &str)]| {
            let own = [("app/pod.yaml", pod), ("app/kustomization.yaml", text)];
            check(&own.iter().chain(more).copied().collect::<Vec<_>>())
        };
        let text = format!("namespace: ns\n{VARS}resources: [a.yaml, pod.yaml]\n");
        // An overlay gives the object another name, which a replacement in the base does not see.
        assert_snapshot!(check(POD, &text, &[("over/kustomization.yaml", "namePrefix: x-\nresources: [../app]")]), @"left app/kustomization.yaml: `over` would render differently");
        assert_snapshot!(check(&POD.replace("--at=", "--at"), &text, &[]), @"left app/kustomization.yaml: a var is in the middle of a word");
        assert_snapshot!(check(POD, &text.replace("vars:", "vars: # why"), &[]), @"left app/kustomization.yaml: it has comments, which would be lost");
    }

    #[test]
    fn what_cannot_be_compared_stays() {
        assert_snapshot!(check(&[
            ("base/kustomization.yaml", "resources: [a.yaml]\ncommonLabels: {app: a}\n"),
            ("app/kustomization.yaml", "resources: [../base, missing.yaml]\n"),
        ]), @"left base/kustomization.yaml: `app` cannot be rendered, so nobody can tell what changes");
        assert_snapshot!(check(&[
            ("app/kustomization.yaml", "resources: [a.yaml, 'https://acme.example/a?ref=v1']\ncommonLabels: {app: a}\n"),
        ]), @"left app/kustomization.yaml: `app` cannot be rendered, so nobody can tell what changes");
    }

    #[test]
    fn ignored_findings_are_not_mended() {
        assert_snapshot!(check(&[
            ("app/kustomization.yaml", "resources: [a.yaml]\n# gitopslint: ignore[deprecated-field] an old kubectl\ncommonLabels: {app: a}\n"),
        ]), @"");
    }
}
