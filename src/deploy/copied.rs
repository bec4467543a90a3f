//! Folders that are there to be copied, or that are left out, and that nothing deploys.

use camino::Utf8Path;
use manifest::{Location, Node, View};
use rustc_hash::FxHashMap;

use super::templates::{TemplateFolder, Why};
use crate::problem::whole_file;

/// What such folders are called, beside what is deployed.
const NAMES: [&str; 4] = ["_template", "_templates", "template", "templates"];

/// How deep generators stand in one another.
const DEPTH: usize = 4;

/// What is known of the files that such folders are looked for among.
pub struct Copies<'a> {
    /// Kustomizations, and files with manifests that no kustomization reads.
    pub files: &'a [&'a Utf8Path],
    /// Charts are rendered, not copied, whatever the folder around them is called. One may be left
    /// out.
    pub charts: &'a [&'a Utf8Path],
    /// What comes of them, as far as it is known, each with its folder or file.
    pub objects: &'a [(&'a Utf8Path, &'a Node)],
    /// The folders that kustomizations elsewhere build on, or read files of: `(who, what)`.
    pub uses: &'a [(&'a Utf8Path, &'a Utf8Path)],
}

impl Copies<'_> {
    /// The folders, the outer ones first.
    pub fn folders(&self) -> Vec<TemplateFolder> {
        let mut found: Vec<TemplateFolder> = Vec::new();
        let choices: Vec<Choice<'_>> = self
            .objects
            .iter()
            .flat_map(|(_, own)| choices(own))
            .collect();
        // What one generator leaves out, another one may take.
        let is_left_out = |path: &&View<'_>| !choices.iter().any(|own| own.takes(path.text()));
        let excluded = choices.iter().flat_map(|own| &own.excluded);
        let left_out = excluded
            .filter(is_left_out)
            .copied()
            .filter_map(left_out_by);
        let all = self.called().into_iter().chain(left_out);
        for folder in all {
            let is_known = found.iter().any(|own| own.has(&folder.path));
            let mut own = self.files.iter().chain(self.charts);
            if !is_known && own.any(|file| folder.has(file)) && !self.is_used(&folder) {
                found.push(folder);
            }
        }
        found
    }

    /// The folders that are called so, with their first files.
    fn called(&self) -> Vec<TemplateFolder> {
        let mut folders: FxHashMap<&Utf8Path, &Utf8Path> = FxHashMap::default();
        for file in self.files {
            let above = file.ancestors().skip(1);
            let is_called = |folder: &&Utf8Path| {
                let name = folder.file_name();
                name.is_some_and(|name| NAMES.contains(&name))
            };
            if let Some(folder) = above.filter(is_called).last()
                && self.is_copied_whole(folder, file)
            {
                let first = folders.entry(folder).or_insert(file);
                *first = file.min(first);
            }
        }
        // Such as Gatekeeper's: they are what others are made of, in the cluster.
        let of_templates = self.objects.iter().filter(|(_, own)| is_template(own));
        let of_templates: Vec<&Utf8Path> = of_templates.map(|(path, _)| *path).collect();
        let holds_templates =
            |folder: &Utf8Path| of_templates.iter().any(|path| path.starts_with(folder));
        let mut all: Vec<TemplateFolder> = folders
            .into_iter()
            .filter(|(folder, _)| !holds_templates(folder))
            .map(|(folder, file)| TemplateFolder::of(folder, Why::Copied, whole_file(file)))
            .collect();
        all.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        all
    }

    /// Whether a file tells that its folder is copied as a whole: `templates` with nothing but
    /// manifests may as well be a chart's that has lost its own file.
    fn is_copied_whole(&self, folder: &Utf8Path, file: &Utf8Path) -> bool {
        let name = folder.file_name().unwrap_or_default();
        let is_below = file.parent() != Some(folder);
        let is_kustomization =
            kustomize::FILE_NAMES.contains(&file.file_name().unwrap_or_default());
        name != "templates" || is_below || is_kustomization
    }

    /// Whether a kustomization elsewhere is made of what stands in a folder.
    fn is_used(&self, folder: &TemplateFolder) -> bool {
        let is_use = |(who, what): &(&Utf8Path, &Utf8Path)| folder.has(what) && !folder.has(who);
        self.uses.iter().any(is_use)
    }
}

/// Whether an object is called so for being the template of others.
fn is_template(object: &Node) -> bool {
    let kind = object.view().get("kind").map_or("", View::text);
    kind.ends_with("Template")
}

/// What a generator takes of the repository.
#[derive(Default)]
struct Choice<'a> {
    taken: Vec<&'a str>,
    excluded: Vec<View<'a>>,
}

impl Choice<'_> {
    fn takes(&self, folder: &str) -> bool {
        let is_excluded = || {
            self.excluded
                .iter()
                .any(|own| covers(own.text(), folder, false))
        };
        self.taken.iter().any(|own| covers(own, folder, true)) && !is_excluded()
    }
}

/// What each generator of an ApplicationSet takes.
fn choices(object: &Node) -> Vec<Choice<'_>> {
    let view = object.view();
    let text = |key| view.get(key).map_or("", View::text);
    let is_set = text("kind") == "ApplicationSet" && text("apiVersion").starts_with("argoproj.io/");
    let generators = view.get_path(&["spec", "generators"]).filter(|_| is_set);
    let mut open: Vec<(View<'_>, usize)> = Vec::new();
    open.extend(generators.map(|generators| (generators, 0)));
    let mut found = Vec::new();
    while let Some((generators, depth)) = open.pop() {
        for generator in generators.items() {
            for nested in ["matrix", "merge"] {
                let inner = generator.get_path(&[nested, "generators"]);
                let inner = inner.filter(|_| depth < DEPTH);
                open.extend(inner.map(|inner| (inner, depth + 1)));
            }
            let mut choice = Choice::default();
            for entry in entries(generator, "directories") {
                let Some(path) = entry.get("path") else {
                    continue;
                };
                match entry.get("exclude").is_some_and(|own| own.text() == "true") {
                    true => choice.excluded.push(path),
                    false => choice.taken.push(path.text()),
                }
            }
            let files = entries(generator, "files").filter(|file| file.get("exclude").is_none());
            let files = files.filter_map(|file| file.get("path")?.text().rsplit_once('/'));
            choice.taken.extend(files.map(|(folder, _)| folder));
            found.push(choice);
        }
    }
    found
}

fn entries<'a>(generator: View<'a>, key: &str) -> impl Iterator<Item = View<'a>> {
    let entries = generator.get_path(&["git", key]);
    entries.into_iter().flat_map(View::items)
}

/// Whether a pattern stands for a folder, or, if that counts, for what is below it.
fn covers(pattern: &str, folder: &str, or_below: bool) -> bool {
    let mut folders = folder.trim_matches('/').split('/');
    for own in pattern.trim_matches('/').split('/') {
        if own == "**" {
            return true;
        }
        let is_meant = |name: &str| match own.split_once('*') {
            Some((start, end)) => name.starts_with(start) && name.ends_with(end),
            None => name == own,
        };
        match folders.next() {
            Some(name) if is_meant(name) => {}
            Some(_) => return false,
            None => return or_below,
        }
    }
    folders.next().is_none()
}

fn left_out_by(path: View<'_>) -> Option<TemplateFolder> {
    let place: Location = path.origin()?.locate();
    let text = path.text().trim_matches('/');
    let is_one = !text.is_empty() && !text.contains(['*', '?', '[', '{']);
    let folder = manifest::normalize(Utf8Path::new(""), text).filter(|_| is_one)?;
    let is_root = folder.as_str().is_empty();
    (!is_root).then(|| TemplateFolder::of(&folder, Why::LeftOut, place))
}

#[cfg(test)]
mod tests {
    use manifest::Source;
    use spanned_yaml::Tree;

    use super::*;

    /// The folders that are left out where there are these directories of generators.
    fn check(generators: &[&str]) -> String {
        let generators = generators.iter().map(|own| format!("{{git: {own}}}"));
        let generators: Vec<String> = generators.collect();
        let text = format!(
            "{{apiVersion: argoproj.io/v1alpha1, kind: ApplicationSet, spec: {{generators: [{}]}}}}",
            generators.join(", ")
        );
        let source = Source::file("set.yaml", Tree::parse(text));
        let documents = source.documents().documents;
        let file = Utf8Path::new("set.yaml");
        let objects: Vec<(&Utf8Path, &Node)> = documents.iter().map(|own| (file, own)).collect();
        let copies = Copies {
            files: &["apps/old/a.yaml".into(), "apps/web/a.yaml".into()],
            charts: &[],
            objects: &objects,
            uses: &[],
        };
        let folders = copies.folders().into_iter();
        let folders: Vec<String> = folders.map(|own| own.path.into_string()).collect();
        folders.join(" ")
    }

    #[test]
    fn what_no_generator_takes() {
        let own = "{directories: [{path: apps/*}, {path: apps/old, exclude: true}]}";
        assert_eq!(check(&[own]), "apps/old");
        assert_eq!(check(&[own, own]), "apps/old");
        assert_eq!(check(&[own, "{directories: [{path: apps/o*}]}"]), "");
        assert_eq!(check(&[own, "{files: [{path: apps/old/app.json}]}"]), "");
        assert_eq!(check(&[own, "{files: [{path: '**/app.json'}]}"]), "");
        assert_eq!(check(&[own, "{directories: [{path: 'apps/*/*'}]}"]), "");
        assert_eq!(
            check(&["{directories: [{path: apps/gone, exclude: true}]}"]),
            ""
        );
    }
}
