//! Commands in texts, as far as they deploy files of the repository.

use std::rc::Rc;

use spanned_yaml::Span;

/// Longer paths than this name nothing, in bytes.
const LONGEST_PATH: usize = 1024;

/// What a command does with a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Verb {
    /// `kubectl apply -f PATH`.
    Apply,
    /// `kubectl apply -k PATH`, `kustomize build PATH | kubectl apply -f -`.
    Build,
    /// `helm upgrade … -f PATH`.
    Values,
}

/// A command that deploys a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Command {
    pub(super) verb: Verb,
    pub(super) path: String,
    /// Whether the path stood for files in it: `folder/*.yaml`.
    pub(super) is_folder_of_files: bool,
    /// The folder that the text goes to before.
    pub(super) folder: Option<Rc<str>>,
    /// The line.
    pub(super) span: Span,
}

/// The commands of a text.
pub(super) fn commands(text: &str) -> Vec<Command> {
    let mut all = Vec::new();
    let mut folder = None;
    let mut open = String::new();
    let mut open_at = 0;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.trim_end().len();
        if open.is_empty() {
            open_at = start + (line.len() - line.trim_start().len());
        }
        let trimmed = line.trim_end();
        start += line.len();
        match trimmed.strip_suffix('\\') {
            Some(more) => {
                open.push_str(more);
                open.push(' ');
            }
            None => {
                open.push_str(trimmed);
                let span = Span::new(
                    u32::try_from(open_at).unwrap_or(u32::MAX),
                    u32::try_from(end).unwrap_or(u32::MAX),
                );
                read_line(&open, span, &mut folder, &mut all);
                open.clear();
            }
        }
    }
    all
}

/// Reads a line of commands, one after the other.
fn read_line(line: &str, span: Span, folder: &mut Option<Rc<str>>, all: &mut Vec<Command>) {
    for chain in line.split("&&").flat_map(|part| part.split(';')) {
        let stages: Vec<Vec<&str>> = chain.split('|').map(words).collect();
        let applies_input = |words: &[&str]| {
            is_apply(words) && given(words, &["-f", "--filename"]).any(|path| path == "-")
        };
        let applying = stages.iter().rposition(|words| applies_input(words));
        for (at, words) in stages.iter().enumerate() {
            if let Some(at) = words.iter().position(|word| *word == "cd") {
                let path = words.get(at + 1).map(|path| plain(path));
                *folder = path.filter(|path| path.len() <= LONGEST_PATH).map(Rc::from);
            }
            let is_applied = applying.is_some_and(|last| at < last);
            let paths = deployed(words, is_applied);
            all.extend(paths.into_iter().filter_map(|(verb, path)| {
                let path = plain(path);
                let (path, is_folder_of_files) = match path.rsplit_once('/') {
                    Some((parent, name)) if name.starts_with('*') => (parent, true),
                    _ => (path, false),
                };
                let is_known = !matches!(path, "" | "-")
                    && path.len() <= LONGEST_PATH
                    && !path.contains(['*', '$', '<', '{', ':']);
                is_known.then(|| Command {
                    verb,
                    path: path.trim_end_matches('/').to_owned(),
                    is_folder_of_files,
                    folder: folder.clone(),
                    span,
                })
            }));
        }
    }
}

/// The paths that a command deploys.
fn deployed<'w>(words: &[&'w str], is_applied: bool) -> Vec<(Verb, &'w str)> {
    let mut all: Vec<(Verb, &str)> = Vec::new();
    if is_apply(words) {
        let files = given(words, &["-f", "--filename"]);
        all.extend(files.map(|path| (Verb::Apply, path)));
        let folders = given(words, &["-k", "--kustomize"]);
        all.extend(folders.map(|path| (Verb::Build, path)));
    }
    let build = [("kustomize", "build"), ("kubectl", "kustomize")];
    if let Some(at) = build
        .iter()
        .find_map(|(own, verb)| called(words, own, &[verb]))
        && is_applied
    {
        let mut rest = words[at + 1..].iter();
        let path = rest.find(|word| !word.starts_with('-'));
        all.extend(path.map(|path| (Verb::Build, *path)));
    }
    let installs = called(words, "helm", &["install", "upgrade"]).is_some();
    let prints = called(words, "helm", &["template"]).is_some();
    if installs || prints && is_applied {
        let values = given(words, &["-f", "--values"]);
        all.extend(values.map(|path| (Verb::Values, path)));
    }
    if called(words, "argocd", &["app"]).is_some() {
        all.extend(given(words, &["--path"]).map(|path| (Verb::Build, path)));
        all.extend(given(words, &["--values"]).map(|path| (Verb::Values, path)));
    }
    all
}

fn is_apply(words: &[&str]) -> bool {
    let verbs = ["apply", "create", "replace"];
    let called = called(words, "kubectl", &verbs).or_else(|| called(words, "oc", &verbs));
    // What is only tried out deploys nothing.
    called.is_some() && !words.iter().any(|word| word.starts_with("--dry-run"))
}

/// Where a program is called to do one of some things: the place of that word. Flags may stand
/// between the two.
fn called(words: &[&str], program: &str, verbs: &[&str]) -> Option<usize> {
    let at = words.iter().position(|word| *word == program)?;
    let rest = words.get(at + 1..)?;
    let found = rest.iter().position(|word| verbs.contains(word))?;
    Some(at + 1 + found)
}

/// What is given for a flag, each time.
fn given<'s, 'w>(words: &'s [&'w str], flags: &'s [&str]) -> impl Iterator<Item = &'w str> + 's {
    words.iter().enumerate().filter_map(move |(at, word)| {
        if flags.contains(word) {
            return words.get(at + 1).copied();
        }
        let (flag, value) = word.split_once('=')?;
        flags.contains(&flag).then_some(value)
    })
}

fn words(text: &str) -> Vec<&str> {
    let quotes = ['"', '\'', '`', ',', '(', ')', '@'];
    let words = text.split_whitespace().map(in_backticks);
    let words = words.map(|word| word.trim_matches(quotes));
    words.filter(|word| !word.is_empty()).collect()
}

/// A word without what the sentence around a command has behind it.
fn in_backticks(word: &str) -> &str {
    let word = word.strip_prefix('`').unwrap_or(word);
    word.split_once('`').map_or(word, |(inner, _)| inner)
}

/// A path without quotes, and without a variable in front of it: that is where the repository is.
fn plain(path: &str) -> &str {
    let path = path.trim_matches(['"', '\'', '`']);
    match path.split_once('/') {
        Some((start, rest)) if start.starts_with('$') => rest,
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> String {
        let all = commands(text).into_iter();
        let told = all.map(|own| {
            let star = if own.is_folder_of_files { "/*" } else { "" };
            let folder = own.folder.map(|folder| format!(" in {folder}"));
            let folder = folder.unwrap_or_default();
            format!("{:?} {}{star}{folder}", own.verb, own.path)
        });
        told.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn what_deploys() {
        for (text, expected) in [
            ("Run `kubectl apply -f web/a.yaml`.", "Apply web/a.yaml"),
            (
                "kubectl -n a apply \\\n  -f a.yaml --filename='b/*.yaml'",
                "Apply a.yaml, Apply b/*",
            ),
            (
                "cd infra && kubectl apply -k overlays/uat/",
                "Build overlays/uat in infra",
            ),
            (
                "kustomize build --enable-helm overlays/uat | kubectl apply -f -",
                "Build overlays/uat",
            ),
            (
                "helm upgrade --install web . -f \"$ROOT/values-eu.yaml\" --values=b.yaml",
                "Values values-eu.yaml, Values b.yaml",
            ),
            (
                "helm template web -f a.yaml | tee b | kubectl apply -f - | tee c",
                "Values a.yaml",
            ),
            (
                "argocd app create web --path overlays/uat",
                "Build overlays/uat",
            ),
        ] {
            assert_eq!(check(text), expected, "{text}");
        }
    }

    #[test]
    fn what_deploys_nothing() {
        for text in [
            "The overlay overlays/uat is for tests.",
            "kustomize build overlays/uat | kubeconform -",
            "kustomize build overlays/uat > /dev/null",
            "kubectl apply --dry-run=client -k overlays/uat",
            "kubectl get -f a.yaml",
            "helm lint . -f values-eu.yaml",
            "kubectl apply -f https://example.org/a.yaml -f $FILE -f <path>",
        ] {
            assert_eq!(check(text), "", "{text}");
        }
    }
}
