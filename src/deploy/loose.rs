//! Manifests that no kustomization reads.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use k8s_schema::Catalog;
use manifest::{Kept, Kind, Node, Snapshot, Source, View, normalize, path_order};
use memchr::memmem;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use spanned_yaml::NodeId;

use super::apart::is_test_data;
use super::chart_files::ChartFiles;
use super::foreign::Foreign;
use super::list::items_of_list;
use super::patches::is_patch;
use super::printed::is_printed;
use super::programs::Programs;
use super::records::Records;
use super::rules::INCOMPLETE_MANIFEST;
use super::starts::{Starts, begins, is_deployer};
use super::templates::is_called_template_file;
use super::{Content, FileKind, Kinds, LooseFile, Role, TargetSpec};
use crate::problem::Problem;
use crate::settings::Config;

/// What git-crypt puts before what it encrypts.
pub(crate) const LOCKED: &str = "\0GITCRYPT\0";

/// How deep the folders below one that is applied are looked into.
const DEPTH_LIMIT: usize = 64;

/// What was found in the files that no kustomization reads.
#[derive(Debug, Default)]
pub struct Loose {
    /// Folders of manifests, and manifests that nothing refers to.
    pub targets: Vec<TargetSpec>,
    /// Files with manifests that nothing refers to.
    pub unreferenced: Vec<Utf8PathBuf>,
    /// Files with manifests that a kustomization names, and did not come to read.
    pub not_reached: Vec<Utf8PathBuf>,
    /// Files that hold no manifest.
    pub not_kubernetes: usize,
    /// Files of a template language that are no YAML before they are rendered.
    pub templates: Vec<Utf8PathBuf>,
    /// Manifests that are called templates, and that nothing refers to.
    pub called_templates: Vec<Utf8PathBuf>,
    /// Files that git-crypt encrypted: the checkout lacks the key.
    pub locked: Vec<Utf8PathBuf>,
    /// Files that could not be read as YAML in whole or in part.
    pub faulty: Vec<Arc<Source>>,
    /// Files that could not be read at all.
    pub unreadable: Vec<(Utf8PathBuf, manifest::ReadError)>,
}

impl Loose {
    /// The texts of the manifests that were found.
    pub fn sources(&self) -> impl Iterator<Item = &Arc<Source>> {
        let files = self.targets.iter().flat_map(|spec| spec.files());
        files.map(|file| &file.source)
    }
}

enum Found {
    Manifests(LooseFile),
    Nothing,
    Template,
    Locked,
    Unreadable(manifest::ReadError),
}

/// What is known of the files around those that no kustomization reads.
#[derive(Debug)]
pub struct Around<'a> {
    /// What all files are.
    pub kinds: &'a Kinds,
    /// The files that a kustomization names.
    pub named: &'a FxHashSet<Utf8PathBuf>,
    /// The folders that kustomizations stand in or read files of.
    pub read_folders: FxHashSet<&'a str>,
    /// What kustomizations list of what deploys others.
    pub starts: Starts<'a>,
    /// Those whose files a kustomization has in its lists, commented out.
    pub menus: FxHashSet<&'a Utf8Path>,
}

/// As [`find`], of files that stand alone.
pub fn find_alone(snapshot: &dyn Snapshot, files: &[&Utf8Path], config: &Config) -> Loose {
    let around = Around {
        kinds: &Kinds::default(),
        named: &FxHashSet::default(),
        read_folders: FxHashSet::default(),
        starts: Starts::default(),
        menus: FxHashSet::default(),
    };
    find(snapshot, files, &around, config)
}

/// Looks into `files`. A manifest is taken as unreferenced if a kustomization stands in its
/// folder or reads other files of it and people do not begin with it, or if it is a patch, a
/// template, a tool's test data, part of a program, what a cluster was dumped to or what a chart
/// printed that something else deploys; else as applied with its folder. What a kustomization names
/// is not: what it would have made of it is not known.
/// What another tool reads, or a chart's template, is no manifest.
pub fn find(
    snapshot: &dyn Snapshot,
    files: &[&Utf8Path],
    around: &Around<'_>,
    config: &Config,
) -> Loose {
    let Around {
        kinds,
        named,
        read_folders,
        starts,
        menus,
    } = around;
    let is_left_out = |folder: &Utf8Path| starts.folders.contains(folder) || menus.contains(folder);
    let found: Vec<(Found, Option<Arc<Source>>)> =
        files.par_iter().map(|file| look(snapshot, file)).collect();
    let manifests = || {
        found.iter().filter_map(|(found, _)| match found {
            Found::Manifests(file) => Some(file),
            Found::Nothing | Found::Template | Found::Locked | Found::Unreadable(_) => None,
        })
    };
    let foreign = Foreign::among(manifests().flat_map(|file| &file.objects));
    let mut programs = Programs::new(snapshot);
    let mut of_charts = ChartFiles::new(snapshot);
    let mut records = Records::among(manifests(), starts.are_there());
    // Of what deploys others, it has to be certain.
    let mut is_of_chart = |file: &LooseFile| {
        let path = file.source.path();
        let is_deployer = file.objects.iter().any(is_deployer);
        let mut charts = kinds.charts_around(path);
        charts.any(|chart| of_charts.reads(chart, path, !is_deployer))
    };
    let mut loose = Loose::default();
    let mut applied: FxHashMap<&str, Vec<LooseFile>> = FxHashMap::default();
    let mut forgotten: FxHashMap<&str, Vec<LooseFile>> = FxHashMap::default();
    for (file, (found, faulty)) in files.iter().zip(found) {
        let is_beside_chart = kinds.kind(file) == FileKind::BesideChart;
        // Values may be anything.
        let faulty = faulty.filter(|_| !is_beside_chart);
        let is_faulty = faulty.is_some();
        loose.faulty.extend(faulty);
        let folder = file.parent().unwrap_or(Utf8Path::new(""));
        let found = match found {
            Found::Manifests(mut file) => {
                file.objects.retain(|object| !foreign.has(object.view()));
                if is_beside_chart {
                    file.almost.clear();
                    if is_of_chart(&file) {
                        file.objects.clear();
                    }
                }
                match file.objects.is_empty() && file.almost.is_empty() {
                    true => Found::Nothing,
                    false => Found::Manifests(file),
                }
            }
            found => found,
        };
        match found {
            // What is no YAML yet may be a manifest once it is filled in.
            Found::Nothing if is_faulty && is_called_template_file(file) => {
                loose.called_templates.push((*file).to_owned());
            }
            Found::Nothing | Found::Template | Found::Locked | Found::Unreadable(_)
                if is_beside_chart => {}
            Found::Nothing => loose.not_kubernetes += 1,
            Found::Template => loose.templates.push((*file).to_owned()),
            Found::Locked => loose.locked.push((*file).to_owned()),
            Found::Unreadable(fault) => loose.unreadable.push(((*file).to_owned(), fault)),
            Found::Manifests(manifests)
                if named.contains(*file)
                    || read_folders.contains(folder.as_str())
                        && !deploys(&manifests, folder)
                        && (is_left_out(folder) || !begins(snapshot, starts, &manifests))
                    || is_patch(&manifests)
                    || is_called_template(&manifests)
                    || is_test_data(file)
                    || records.have(&manifests)
                    || records.are_deployed_from() && is_printed(&manifests, kinds)
                    || programs.have(file) =>
            {
                let list = match named.contains(*file) {
                    true => &mut loose.not_reached,
                    false if is_called_template(&manifests) => &mut loose.called_templates,
                    false => &mut loose.unreferenced,
                };
                list.push((*file).to_owned());
                let own = forgotten.entry(folder.as_str()).or_default();
                own.push(manifests);
            }
            Found::Manifests(manifests) => {
                applied.entry(folder.as_str()).or_default().push(manifests);
            }
        }
    }
    for (folders, role) in [(applied, Role::Applied), (forgotten, Role::Unreferenced)] {
        let targets = folders.into_iter().map(|(folder, files)| TargetSpec {
            role,
            ..TargetSpec::new(folder.into(), Content::Manifests(files), config)
        });
        let start = loose.targets.len();
        loose.targets.extend(targets);
        loose.targets[start..].sort_unstable_by(|a, b| path_order(&a.path, &b.path));
    }
    loose
}

/// Whether a file holds the Application that deploys its own folder. No kustomization there can
/// name it: somebody applies it to begin with.
fn deploys(file: &LooseFile, folder: &Utf8Path) -> bool {
    let is_start = |object: &Node| {
        let object = object.view();
        let text = |path: &[&str]| object.get_path(path).map_or("", View::text);
        let path = text(&["spec", "source", "path"]);
        let path = normalize(Utf8Path::new(""), path.trim_start_matches('/'));
        text(&["kind"]) == "Application"
            && text(&["apiVersion"]).starts_with("argoproj.io/")
            && path.is_some_and(|path| !path.as_str().is_empty() && path == folder)
    };
    file.objects.iter().any(is_start)
}

/// What is applied of a folder that is no kustomization.
#[derive(Debug, Default)]
pub(super) struct PlainFolder {
    /// Its manifests, with those of the folders below it that are looked into.
    pub(super) files: Vec<LooseFile>,
    /// The kustomizations below it that stand in no other.
    pub(super) kustomizations: Vec<Utf8PathBuf>,
}

/// Looks into a folder that is applied as it stands. With `is_flux`, those below it are looked
/// into as well, and kustomizations there are built, not read file by file.
pub(super) fn read_folder(
    snapshot: &dyn Snapshot,
    folder: &Utf8Path,
    is_flux: bool,
) -> PlainFolder {
    let mut found = PlainFolder::default();
    let mut files = Vec::new();
    let mut open = vec![(folder.to_owned(), 0)];
    while let Some((folder, depth)) = open.pop() {
        for entry in snapshot.list(&folder) {
            let is_manifest = matches!(entry.extension(), Some("yaml" | "yml" | "json"));
            match snapshot.kept(&entry) {
                Kept::File if is_manifest => files.push(entry),
                // A link to a folder above would never end.
                Kept::Folder
                    if is_flux && depth < DEPTH_LIMIT && snapshot.real(&entry) == entry =>
                {
                    match is_kustomization(snapshot, &entry) {
                        true => found.kustomizations.push(entry),
                        false => open.push((entry, depth + 1)),
                    }
                }
                _ => {}
            }
        }
    }
    files.sort_unstable_by(|a, b| path_order(a, b));
    found.kustomizations.sort_unstable();
    found.files = read_files(snapshot, &files);
    found
}

/// The manifests of some files.
pub(super) fn read_files(snapshot: &dyn Snapshot, files: &[Utf8PathBuf]) -> Vec<LooseFile> {
    let manifests = files
        .iter()
        .filter_map(|file| match look(snapshot, file).0 {
            Found::Manifests(file) => Some(file),
            Found::Nothing | Found::Template | Found::Locked | Found::Unreadable(_) => None,
        });
    manifests.collect()
}

/// Whether a folder holds a kustomization.
pub(super) fn is_kustomization(snapshot: &dyn Snapshot, folder: &Utf8Path) -> bool {
    let names = kustomize::FILE_NAMES.iter();
    let mut files = names.map(|name| folder.join(name));
    files.any(|file| snapshot.kept(&file) == Kept::File)
}

fn look(snapshot: &dyn Snapshot, file: &Utf8Path) -> (Found, Option<Arc<Source>>) {
    if file.extension() == Some("json") {
        // Lock files and dashboards are large and many: only what may be a manifest is parsed.
        match snapshot.bytes(file) {
            Ok(bytes) if memmem::find(&bytes, b"\"apiVersion\"").is_some() => {}
            Ok(_) => return (Found::Nothing, None),
            Err(fault) => return (Found::Unreadable(fault), None),
        }
    }
    let source = match snapshot.source(file) {
        Ok(source) => source,
        Err(fault) => return (Found::Unreadable(fault), None),
    };
    if source.tree.text().starts_with(LOCKED) {
        return (Found::Locked, None);
    }
    let expanded = source.documents();
    let is_faulty = !source.tree.errors().is_empty() || !expanded.errors.is_empty();
    let text = source.tree.text();
    if is_faulty && is_template(text) || has_template_values(&source) || is_ytt(text) {
        return (Found::Template, None);
    }
    let faulty = is_faulty.then(|| source.clone());
    let documents = expanded.documents.into_iter().flat_map(items_of_list);
    let (objects, others): (Vec<Node>, Vec<Node>) =
        documents.partition(|node| is_object(node.view()));
    let almost: Vec<Problem> = others
        .iter()
        .filter_map(|document| almost_object(document.view()))
        .collect();
    if objects.is_empty() && almost.is_empty() {
        return (Found::Nothing, faulty);
    }
    let file = LooseFile {
        source,
        objects,
        almost,
    };
    (Found::Manifests(file), faulty)
}

/// Whether a document is an object that a cluster would take, or takes as soon as what it lacks
/// is filled in. Kubeconfigs, the files of kustomize and those of tools that borrow the form are
/// not.
fn is_object(document: View<'_>) -> bool {
    let text = |key| document.get(key).and_then(View::as_str);
    let (api_version, kind) = (text("apiVersion"), text("kind"));
    let metadata = document.get("metadata");
    let is_named = metadata.is_some_and(|metadata| {
        metadata.kind() == Kind::Map
            && (metadata.get("name").is_some() || metadata.get("generateName").is_some())
    });
    let foreign = [
        "kustomize.config.k8s.io/",
        "kind.x-k8s.io/",
        "kubeadm.k8s.io/",
        "ctlptl.dev/",
    ];
    let is_foreign = |text: &str| foreign.iter().any(|prefix| text.starts_with(prefix));
    let local = document
        .get_path(&[
            "metadata",
            "annotations",
            "config.kubernetes.io/local-config",
        ])
        .is_some_and(|value| value.text() == "true");
    let is_patch = document.get("$patch").is_some();
    let is_whole = is_named && api_version.is_some() && kind.is_some();
    (is_whole || is_refused(document, is_named))
        && !local
        && !is_patch
        && kind != Some("Config")
        && !api_version.is_some_and(is_foreign)
}

/// Whether a document is an object of Kubernetes' own that has no name, or an apiVersion or kind
/// that is no text. Tools keep pods without a name to make others from.
fn is_refused(document: View<'_>, is_named: bool) -> bool {
    let parts = ["apiVersion", "kind"].map(|key| document.get(key));
    let [Some(api_version), Some(kind)] = parts else {
        return false;
    };
    match (api_version.as_str(), kind.as_str()) {
        (Some(_), Some("Pod" | "PodTemplate")) | (None, None) => false,
        (Some(_), Some(_)) if is_named => false,
        (None, _) | (_, None) if !is_named => false,
        (api_version, kind) => Catalog::builtin().has_kind_like(api_version, kind),
    }
}

/// What is almost an object that a cluster would take: most of its marks are there, and one is
/// misspelt or missing.
fn almost_object(document: View<'_>) -> Option<Problem> {
    if !document.is_map() {
        return None;
    }
    let text = |key| document.get(key).and_then(View::as_str);
    let is_version = |text: &str| {
        let version = text.rsplit('/').next().unwrap_or_default();
        let mut letters = version.strip_prefix('v').unwrap_or_default().chars();
        letters.next().is_some_and(|c| c.is_ascii_digit())
    };
    let is_kind = |text: &str| text.starts_with(|c: char| c.is_ascii_uppercase());
    let is_metadata = |value: View<'_>| value.get("name").is_some_and(|name| !name.is_map());
    let marks = [
        ("apiVersion", text("apiVersion").is_some_and(is_version)),
        ("kind", text("kind").is_some_and(is_kind)),
        (
            "metadata",
            document.get("metadata").is_some_and(is_metadata),
        ),
    ];
    let mut lacking = marks.iter().filter(|(_, is_there)| !is_there);
    let (Some((missing, _)), None) = (lacking.next(), lacking.next()) else {
        return None;
    };
    if document.get(missing).is_some() {
        return None;
    }
    let keys: Vec<View<'_>> = document.entries().map(|entry| entry.key).collect();
    let near = keys
        .iter()
        .filter(|key| !marks.iter().any(|(mark, _)| *mark == key.text()))
        .find(|key| suggest::nearest(key.text(), [*missing]).is_some());
    // Many files have a version and a kind and are no object, and many tools have files with a
    // version and a name, such as OpenShift's installer.
    let is_of_cluster = match *missing {
        "metadata" => false,
        "kind" => {
            let fields: Vec<&str> = keys.iter().map(|key| key.text()).collect();
            let is_known = |own: &str| Catalog::builtin().has_kind_with(own, &fields);
            text("apiVersion").is_some_and(is_known) || document.get("spec").is_some()
        }
        _ => true,
    };
    if near.is_none() && !is_of_cluster {
        return None;
    }
    let problem = match near {
        Some(key) => Problem::new(
            &INCOMPLETE_MANIFEST,
            format!("`{}` is not a field of Kubernetes objects", key.text()),
        )
        .help(format!("did you mean `{missing}`?")),
        None => Problem::new(
            &INCOMPLETE_MANIFEST,
            format!("this manifest has no `{missing}`, so it is not applied"),
        ),
    };
    let place = near.or(keys.first()).and_then(|key| key.origin())?;
    Some(problem.at(place.locate()))
}

/// Whether a text is a template of YAML rather than YAML.
pub(super) fn is_template(text: &str) -> bool {
    let marks = ["{{", "{%", "%{", "<%", "<#if ", "<#list ", "<#assign "];
    marks.iter().any(|mark| text.contains(mark))
}

/// Whether a text has values such as `name: {{ .Name }}`. They are well-formed by accident: YAML
/// takes them for a mapping in a mapping.
pub(super) fn has_template_values(source: &Source) -> bool {
    let tree = &source.tree;
    let is_value = |node| {
        tree.kind(node) == Kind::Map && tree.text()[tree.span(node).range()].starts_with("{{")
    };
    let mut open: Vec<NodeId> = tree.documents().collect();
    memmem::find(tree.text().as_bytes(), b"{{").is_some()
        && std::iter::from_fn(|| {
            let node = open.pop()?;
            open.extend(tree.children(node));
            Some(node)
        })
        .any(is_value)
}

/// Whether a text is a template of ytt, whose code stands in comments. Without it, values are
/// missing.
fn is_ytt(text: &str) -> bool {
    memmem::find(text.as_bytes(), b"#@").is_some()
        && text.lines().any(|line| {
            let code = line
                .split_once("#@")
                .filter(|(before, _)| before.is_empty() || before.ends_with([' ', '\t']));
            code.is_some_and(|(_, code)| code.starts_with([' ', '/']))
        })
}

/// Whether a file is named as a template, and holds no object that is called so for being the
/// template of others, such as a WorkflowTemplate.
fn is_called_template(file: &LooseFile) -> bool {
    let kind = |object: &Node| object.view().get("kind").map_or("", View::text).to_owned();
    let mut kinds = file.objects.iter().map(kind);
    is_called_template_file(file.source.path()) && kinds.all(|kind| !kind.ends_with("Template"))
}

#[cfg(test)]
mod tests {
    use manifest::Memory;

    use super::*;

    /// What becomes of one file, in a folder where no kustomization reads.
    fn check(path: &str, text: &str, expect: &str) {
        let snapshot: Memory = [(path, text)].into_iter().collect();
        let found = find_alone(&snapshot, &[Utf8Path::new(path)], &Config::default());
        let contents = found.targets.iter().map(|t| t.kind());
        let told: Vec<&str> = contents
            .chain((found.not_kubernetes > 0).then_some("not kubernetes"))
            .chain((!found.templates.is_empty()).then_some("template"))
            .chain((!found.locked.is_empty()).then_some("locked"))
            .chain((!found.faulty.is_empty()).then_some("faulty"))
            .collect();
        assert_eq!(told.join(", "), expect, "{path}");
    }

    const OBJECT: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n";

    #[test]
    fn tells_manifests_from_what_only_looks_like_them() {
        check("a.yaml", OBJECT, "manifests");
        check(
            "a.yaml",
            "apiVersion: v1\nkind: Config\nclusters: []\n",
            "not kubernetes",
        );
        check("a.yaml", "title: notes\n", "not kubernetes");
        for lacking in [
            "apiVersion: 1\nkind: ConfigMap\nmetadata: {name: a}\n",
            "apiVersion: v1\nkind:\nmetadata: {name: a}\n",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n",
            "apiVersion: v1\nkind: ConfigMap\n",
        ] {
            check("a.yaml", lacking, "manifests");
        }
        check(
            "a.yaml",
            "apiVersion: acme.example/v1\nmetadata: {name: a}\nspec: {}\n",
            "manifests",
        );
        check(
            "a.yaml",
            "apiVersion: v1\nmetadata: {name: a}\ndata: {b: c}\n",
            "manifests",
        );
        for other in [
            "apiVersion: v2\nname: chart\n",
            "apiVersion: 1\nkind: Widget\nmetadata: {name: a}\n",
            "apiVersion: v1\nkind: Pod\nspec: {}\n",
            "kind: ConfigMap\n",
            "apiVersion: v1\nmetadata: {name: a}\nbaseDomain: b\nplatform: {none: {}}\n",
            "apiVersion: tool.example/v1b1\nmetadata: {name: a}\n",
        ] {
            check("a.yaml", other, "not kubernetes");
        }
        check("a.json", "{\"name\": \"x\"}", "not kubernetes");
        check("patches/a.yaml", OBJECT, "unreferenced");
        check("cpu-patch.yaml", OBJECT, "unreferenced");
        let binding = "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: a}\nroleRef: {}\nsubjects: []\n";
        check("cpu-patch.yaml", binding, "manifests");
        let workload = |spec: &str| {
            format!(
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: a}}\nspec: {{{spec}}}\n"
            )
        };
        let pod = "template: {spec: {containers: [{name: a, image: b}]}}";
        check("cpu-patch.yaml", &workload(pod), "unreferenced");
        let whole = workload(&format!("selector: {{}}, {pod}"));
        check("cpu-patch.yaml", &whole, "manifests");
        check(
            "a.yaml",
            &format!("$patch: delete\n{OBJECT}"),
            "not kubernetes",
        );
        check("dispatch.yaml", OBJECT, "manifests");
        check("template.yaml", OBJECT, "unreferenced");
        check("data.template.yaml", OBJECT, "unreferenced");
        check("data-template.yml", OBJECT, "manifests");
        check("templates.yaml", OBJECT, "manifests");
        let workflow = OBJECT.replace("ConfigMap", "WorkflowTemplate");
        check("build.template.yaml", &workflow, "manifests");
        check("pkg/testdata/a.yaml", OBJECT, "unreferenced");
        let live = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, uid: b, resourceVersion: '1'";
        let dump =
            format!("{live}, ownerReferences: [{{kind: ReplicaSet, name: a}}]}}\nstatus: {{}}\n");
        check("backup/a.yaml", &dump, "unreferenced");
        check(
            "backup/a.yaml",
            &format!("{dump}---\n{OBJECT}"),
            "manifests",
        );
        check(
            "backup/a.yaml",
            &format!("{live}}}\nstatus: {{}}\n"),
            "manifests",
        );
    }

    #[test]
    fn tells_templates_and_broken_files() {
        check("a.yaml", "metadata:\n  name: {{ .Name }}\n", "template");
        check(
            "a.yaml",
            &format!("{OBJECT}data:\n  a: |\n    b: {{{{ .c }}}}\n"),
            "manifests",
        );
        check("a.yaml", "{{ if .On }}\na: 1\n{{ end }}\n", "template");
        check(
            "a.yaml",
            "a:\n%{~ if on ~}\n  b: 1\n%{~ endif ~}\n",
            "template",
        );
        check(
            "a.yaml",
            &format!("{OBJECT}data:\n  a: #@ data.values.a\n"),
            "template",
        );
        check(
            "a.yaml",
            &format!("#@ load(\"@ytt:data\", \"data\")\n{OBJECT}"),
            "template",
        );
        check(
            "a.yaml",
            &format!("# me#@ x\n#@todo\n{OBJECT}"),
            "manifests",
        );
        check("a.yaml", "a: [1\nb: 2\n", "not kubernetes, faulty");
        check("a.yaml", "\0GITCRYPT\0\u{1}x", "locked");
    }

    #[test]
    fn takes_lists_apart() {
        let list = format!(
            "apiVersion: v1\nkind: List\nitems:\n- {}",
            OBJECT.replace('\n', "\n  ")
        );
        check("a.yaml", &list, "manifests");
    }
}
