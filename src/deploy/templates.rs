//! Folders of templates: another program copies them and fills them in, such as Jinja, copier,
//! cookiecutter or Backstage.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Location, Source, Span};
use rustc_hash::FxHashSet;

use super::loose::{has_template_values, is_template};
use super::rules::TEMPLATE_FOLDER;
use crate::problem::{Problem, whole_file};

/// What folders of templates are called.
const NAMES: [&str; 14] = [
    "_scaffold",
    "_skel",
    "_skeleton",
    "boilerplate",
    "boilerplates",
    "scaffold",
    "scaffolds",
    "skel",
    "skeleton",
    "skeletons",
    "starter",
    "starters",
    "template",
    "templates",
];

/// The files by which generators know a template.
const GENERATORS: [&str; 5] = [
    "boilerplate.yml",
    "boilerplate.yaml",
    "cookiecutter.json",
    "copier.yml",
    "copier.yaml",
];

/// What only generators write, and YAML takes.
const MARKS: [&str; 4] = [
    "${{ values.",
    "${{values.",
    "{{ cookiecutter.",
    "{{cookiecutter.",
];

/// Why a folder is not deployed as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Another program fills it in.
    FilledIn,
    /// It is called so, and people copy it.
    Copied,
    /// An ApplicationSet leaves it out by name.
    LeftOut,
}

/// A folder of templates, or of what is not deployed either.
#[derive(Debug)]
pub struct TemplateFolder {
    /// The folder.
    pub path: Utf8PathBuf,
    /// Why it is one.
    pub why: Why,
    /// Whether the folders below it are templates as well.
    is_whole: bool,
    /// Where the first mark of a template is.
    mark: Location,
}

impl TemplateFolder {
    /// A folder as a whole, told at a place.
    pub(super) fn of(path: &Utf8Path, why: Why, mark: Location) -> Self {
        Self {
            path: path.to_owned(),
            why,
            is_whole: true,
            mark,
        }
    }

    /// Whether a file or folder belongs to it.
    pub fn has(&self, path: &Utf8Path) -> bool {
        match self.is_whole {
            true => path.starts_with(&self.path),
            false => path == self.path || path.parent() == Some(&self.path),
        }
    }
}

/// What is to be said of a folder of templates.
pub(super) fn told(folder: &TemplateFolder) -> Problem {
    let path = &folder.path;
    let message = match folder.why {
        Why::FilledIn => format!(
            "`{path}` holds templates that another program fills in, so what comes of them is not checked"
        ),
        Why::Copied => format!(
            "nothing deploys `{path}`: it is there to be copied, so it is not checked itself"
        ),
        Why::LeftOut => {
            format!("this leaves out `{path}`, and nothing else deploys it, so it is not checked")
        }
    };
    Problem::new(&TEMPLATE_FOLDER, message).at(folder.mark.clone())
}

/// The folders of templates among all files. `built` are those that a kustomization is made of or
/// names, and `others` those that nothing reads; both in the order of their paths. The repository
/// as a whole is none: it has something to be checked.
pub fn folders(
    files: &[Utf8PathBuf],
    built: &[Arc<Source>],
    others: &[Arc<Source>],
) -> Vec<TemplateFolder> {
    let with_generator: FxHashSet<&Utf8Path> = files
        .iter()
        .filter(|file| GENERATORS.contains(&file.file_name().unwrap_or_default()))
        .filter_map(|file| file.parent())
        .collect();
    let mut found: Vec<TemplateFolder> = Vec::new();
    let mut add = |path: &Utf8Path, is_whole: bool, mark: Location| {
        if !found.iter().any(|own| own.has(path)) {
            let path = path.to_owned();
            found.push(TemplateFolder {
                path,
                why: Why::FilledIn,
                is_whole,
                mark,
            });
        }
    };
    for file in files.iter().filter(|file| is_filled_in(file.as_str())) {
        let mut folders = file.ancestors().skip(1);
        if let Some(folder) = folders.find(|folder| folder.file_name().is_some_and(is_filled_in)) {
            add(folder, true, whole_file(file));
        }
    }
    for (source, is_built) in built
        .iter()
        .map(|source| (source, true))
        .chain(others.iter().map(|source| (source, false)))
    {
        let Some(span) = mark_in(source) else {
            continue;
        };
        let (path, mark) = (source.path(), source.locate(span));
        let around = path.parent().filter(|folder| !folder.as_str().is_empty());
        match nearest(path, &with_generator) {
            Some(folder) => add(folder, true, mark),
            None if is_built => around
                .into_iter()
                .for_each(|own| add(own, false, mark.clone())),
            None => {}
        }
    }
    found
}

/// The nearest folder around a file that says that it holds templates.
fn nearest<'f>(file: &'f Utf8Path, with_generator: &FxHashSet<&Utf8Path>) -> Option<&'f Utf8Path> {
    let mut folders = file.ancestors().skip(1);
    let found = folders.find(|folder| {
        let name = folder.file_name();
        name.is_some_and(is_called_template) || with_generator.contains(folder)
    });
    found.filter(|folder| !folder.as_str().is_empty())
}

/// Where a text tells that it is a template for certain. What merely is no YAML for its braces is
/// as often a mistake, except in a kustomization, which has no place for them.
fn mark_in(source: &Source) -> Option<Span> {
    let text = source.tree.text();
    let at = |mark: &str| {
        let start = text.find(mark)?;
        Some(Span::new(start as u32, (start + mark.len()) as u32))
    };
    if !is_template(text) {
        return None;
    }
    if let Some(span) = MARKS.iter().find_map(|mark| at(mark)) {
        return Some(span);
    }
    let is_faulty = !source.tree.errors().is_empty();
    let name = source.path().file_name().unwrap_or_default();
    let is_kustomization = kustomize::FILE_NAMES.contains(&name);
    if is_faulty && let Some(span) = at("{%") {
        return Some(span);
    }
    let is_mark = is_kustomization && (is_faulty || has_template_values(source));
    is_mark.then(|| at("{{")).flatten()
}

/// Whether a folder says that it holds templates.
fn is_called_template(name: &str) -> bool {
    NAMES.contains(&name)
        || name.ends_with("-template")
        || name.ends_with("-templates")
        || is_filled_in(name)
}

/// Whether a file is called a template: `template.yaml`, `db.template.yaml`. What `pod-template.yaml`
/// holds may well be a pod.
pub(super) fn is_called_template_file(file: &Utf8Path) -> bool {
    let stem = file.file_stem().unwrap_or_default().to_ascii_lowercase();
    let ends = [".template", ".tmpl", ".tpl"];
    stem == "template" || ends.iter().any(|end| stem.ends_with(end))
}

/// Whether a path or name has a part that is filled in.
fn is_filled_in(name: &str) -> bool {
    name.contains("{{") && name.contains("}}") || name.contains("{%")
}
