//! Random edits of a folder, the same ones for the same seed.

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};

/// Numbers that look random.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below a limit.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    /// A number from a range, its ends included.
    pub(crate) fn between(&mut self, least: usize, most: usize) -> usize {
        least + self.below(most - least + 1)
    }

    /// True once in so many times.
    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of several.
    pub(crate) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// Edits something in a folder, and says what. `round` makes new names differ.
    pub(crate) fn edit(&mut self, root: &Utf8Path, round: usize) -> String {
        let files = files(root);
        let file = self.pick(&files).clone();
        let whole = root.join(&file);
        let text = String::from_utf8_lossy(&fs::read(&whole).unwrap_or_default()).into_owned();
        let kind = self.below(16);
        match kind {
            0..=3 => {
                let changed = self.change_line(&text);
                put(&whole, changed);
                format!("a line of {file}")
            }
            4 => {
                fs::remove_file(&whole).unwrap();
                format!("{file} removed")
            }
            5 => {
                let copy = file.with_file_name(format!("copy-{round}.yaml"));
                put(root.join(&copy), text);
                format!("{file} copied to {copy}")
            }
            6 => {
                let to = file.with_file_name(format!("moved-{round}.yaml"));
                fs::rename(&whole, root.join(&to)).unwrap();
                format!("{file} moved to {to}")
            }
            7 => {
                let folder = file.parent().unwrap();
                let copy = folder.with_file_name(format!("production-{round}"));
                copy_folder(&root.join(folder), &root.join(&copy));
                format!("{folder} copied to {copy}")
            }
            8 => {
                let folder = file.parent().unwrap();
                let to = folder.with_file_name(format!("dev-{round}"));
                if !folder.as_str().is_empty() {
                    fs::rename(root.join(folder), root.join(&to)).unwrap();
                }
                format!("{folder} moved to {to}")
            }
            9 => {
                put(&whole, self.cut(&text));
                format!("{file} cut off")
            }
            10 => {
                put(&whole, b"a: \xff\xfe\n");
                format!("{file} is not text")
            }
            11 => {
                let severity = *self.pick(&["off", "info", "warning", "error"]);
                let rule = *self.pick(&["mutable-image-tag", "missing-readiness-probe"]);
                let text = format!("rules:\n  {rule}: {severity}\n");
                put(root.join(".gitopslint.yaml"), text);
                format!("{rule} is {severity}")
            }
            12 => {
                put(root.join(".gitignore"), "*.yaml\n");
                "everything ignored".to_owned()
            }
            13 => {
                let other = self.pick(&files).clone();
                put(&whole, fs::read(root.join(&other)).unwrap_or_default());
                format!("{file} is {other} now")
            }
            14 => {
                let to = self.pick(&files).clone();
                link(root, &file, &to)
            }
            _ => {
                let definition = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: sealedsecrets.bitnami.com}\nspec:\n  group: bitnami.com\n  scope: Namespaced\n  names: {kind: SealedSecret, plural: sealedsecrets}\n  versions:\n  - name: v1alpha1\n    served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n        type: object\n        required: [status]\n";
                let at = format!("definition-{round}.yaml");
                put(root.join(&at), definition);
                format!("{at} defines sealed secrets")
            }
        }
    }

    fn change_line(&mut self, text: &str) -> String {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let at = self.below(lines.len());
        let Some(line) = lines.get(at).cloned() else {
            return "a: 1\n".to_owned();
        };
        match self.below(7) {
            0 => drop(lines.remove(at)),
            1 => lines.insert(at, line),
            2 => lines.insert(at, "# a comment".to_owned()),
            3 => lines[at] = format!("{line} # gitopslint: ignore[mutable-image-tag] it is so"),
            4 => {
                let (key, _) = line.split_once(": ").unwrap_or((&line, ""));
                lines[at] = format!("{key}: latest");
            }
            5 => lines[at] = line.replace("true", "false").replace(['1', '2', '3'], "9"),
            _ => {
                let indent = line.len() - line.trim_start().len();
                let more = format!("{}privileged: true", " ".repeat(indent));
                lines.insert(at, more);
            }
        }
        lines.join("\n") + "\n"
    }

    fn cut(&mut self, text: &str) -> String {
        let end = self.below(text.chars().count());
        text.chars().take(end).collect()
    }
}

fn link(root: &Utf8Path, file: &Utf8Path, to: &Utf8Path) -> String {
    let up = "../".repeat(file.components().count() - 1);
    fs::remove_file(root.join(file)).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(format!("{up}{to}"), root.join(file)).unwrap();
    format!("{file} leads to {up}{to}")
}

fn copy_folder(from: &Utf8Path, to: &Utf8Path) {
    for file in files(from) {
        let whole = to.join(&file);
        fs::create_dir_all(whole.parent().unwrap()).unwrap();
        fs::write(whole, fs::read(from.join(file)).unwrap_or_default()).unwrap();
    }
}

/// The files below a folder, sorted, without git's.
fn files(root: &Utf8Path) -> Vec<Utf8PathBuf> {
    let mut files = Vec::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in folder.read_dir_utf8().unwrap() {
            let path = entry.unwrap().into_path();
            if path.file_name() == Some(".git") {
                continue;
            }
            match path.symlink_metadata().unwrap().is_dir() {
                true => open.push(path),
                false => files.push(path.strip_prefix(root).unwrap().to_owned()),
            }
        }
    }
    files.sort();
    files
}

/// Writes a file; a link in its place goes, since it may lead to itself.
fn put(path: impl AsRef<Utf8Path>, content: impl AsRef<[u8]>) {
    let path = path.as_ref();
    if path.is_symlink() {
        fs::remove_file(path).unwrap();
    }
    fs::write(path, content).unwrap();
}
