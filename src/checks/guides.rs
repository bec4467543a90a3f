//! Texts that tell people, or machines, what to run: READMEs, scripts and workflows.

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Location, Snapshot};
use spanned_yaml::Span;

/// Longer texts are no instructions.
pub(crate) const LONGEST: usize = 1 << 20;

/// Where a text that tells people what to run names a file.
pub(super) fn mention(
    snapshot: &dyn Snapshot,
    files: &[Utf8PathBuf],
    path: &Utf8Path,
) -> Option<Location> {
    let name = path.file_name()?;
    files.iter().filter(|file| is_guide(file)).find_map(|file| {
        let text = text_of(snapshot, file).filter(|text| text.contains(name))?;
        let folder = file.parent().unwrap_or(Utf8Path::new(""));
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let end = start + line.trim_end().len();
            let is_edge = |c: char| c.is_whitespace() || "\"'`()<>;,=".contains(c);
            let mut words = line.split(is_edge).filter(|word| word.ends_with(name));
            let is_meant = |word: &str| {
                let mut starts = folder.ancestors();
                starts.any(|start| manifest::normalize(start, word).as_deref() == Some(path))
            };
            if words.any(is_meant) {
                let span = Span::new(u32::try_from(start).ok()?, u32::try_from(end).ok()?);
                return Some(snapshot.source(file).ok()?.locate(span));
            }
            start += line.len();
        }
        None
    })
}

/// The text of a file, unless it is too long for instructions.
pub(crate) fn text_of(snapshot: &dyn Snapshot, path: &Utf8Path) -> Option<String> {
    let bytes = snapshot.bytes(path).ok()?;
    let bytes = bytes.get(..).filter(|bytes| bytes.len() <= LONGEST)?;
    String::from_utf8(bytes.to_vec()).ok()
}

/// Whether a file tells what to run.
pub(crate) fn is_guide(path: &Utf8Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    let is_pipeline = path.starts_with(".github/workflows") || name == ".gitlab-ci.yml";
    is_pipeline
        || matches!(
            path.extension(),
            Some("md" | "markdown" | "adoc" | "sh" | "bash" | "mk")
        )
        || matches!(
            name,
            "README"
                | "Makefile"
                | "GNUmakefile"
                | "makefile"
                | "justfile"
                | "Justfile"
                | "Taskfile.yml"
                | "Taskfile.yaml"
                | "Tiltfile"
        )
}
