//! Files of a chart that its templates may read.

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Kept, Snapshot};
use rustc_hash::FxHashMap;

/// How deep the folders of templates are looked into.
const DEPTH: usize = 8;

/// What the templates of charts read of the files beside them.
pub(super) struct ChartFiles<'a> {
    snapshot: &'a dyn Snapshot,
    charts: FxHashMap<Utf8PathBuf, Patterns>,
}

/// The first parts of the paths that a chart's templates name.
#[derive(Default)]
struct Patterns {
    named: Vec<String>,
    /// Whether some are only known when the chart is rendered.
    has_unknown: bool,
}

impl<'a> ChartFiles<'a> {
    pub(super) fn new(snapshot: &'a dyn Snapshot) -> Self {
        Self {
            snapshot,
            charts: FxHashMap::default(),
        }
    }

    /// Whether the templates of a chart name a file of it, or, with `if_unknown`, may do so.
    pub(super) fn reads(&mut self, chart: &Utf8Path, file: &Utf8Path, if_unknown: bool) -> bool {
        let below = file.strip_prefix(chart).unwrap_or(file);
        let first = below.components().next().map_or("", |part| part.as_str());
        if !self.charts.contains_key(chart) {
            let patterns = patterns(self.snapshot, chart);
            self.charts.insert(chart.to_owned(), patterns);
        }
        let Some(own) = self.charts.get(chart) else {
            return false;
        };
        let is_meant =
            |pattern: &String| pattern == first || pattern.contains(['*', '?', '{', '[']);
        own.named.iter().any(is_meant) || if_unknown && own.has_unknown
    }
}

fn patterns(snapshot: &dyn Snapshot, chart: &Utf8Path) -> Patterns {
    let mut all = Patterns::default();
    let mut open = vec![(chart.join("templates"), 0)];
    while let Some((folder, depth)) = open.pop() {
        for entry in snapshot.list(&folder) {
            match snapshot.kept(&entry) {
                Kept::Folder if depth < DEPTH => open.push((entry, depth + 1)),
                Kept::File => {
                    if let Ok(bytes) = snapshot.bytes(&entry) {
                        all.add(&String::from_utf8_lossy(&bytes));
                    }
                }
                _ => {}
            }
        }
    }
    all
}

impl Patterns {
    /// Adds what a template names: `.Files.Get "a/b.yaml"`. What it names by a variable often comes
    /// of a pattern that it names before.
    fn add(&mut self, template: &str) {
        let mut has_unknown = false;
        let before = self.named.len();
        for call in template.split(".Files.").skip(1) {
            let (_, argument) = call.split_once(char::is_whitespace).unwrap_or((call, ""));
            let argument = argument.trim_start();
            match argument.strip_prefix(['"', '`']) {
                Some(path) => {
                    let path = path.split(['"', '`']).next().unwrap_or_default();
                    let first = path.trim_start_matches("./").split('/').next();
                    self.named.extend(first.map(str::to_owned));
                }
                None => has_unknown = true,
            }
        }
        self.has_unknown |= has_unknown && self.named.len() == before;
    }
}

#[cfg(test)]
mod tests {
    use manifest::Memory;

    use super::*;

    fn check(template: &str, file: &str, if_unknown: bool) -> bool {
        let snapshot: Memory = [("web/templates/deep/a.yaml", template)]
            .into_iter()
            .collect();
        ChartFiles::new(&snapshot).reads("web".into(), file.into(), if_unknown)
    }

    #[test]
    fn what_templates_read() {
        let named = "a: {{ .Files.Get \"config/a.yaml\" }}";
        assert!(check(named, "web/config/b.yaml", false));
        assert!(!check(named, "web/argocd/b.yaml", true));
        let all =
            "{{ range $path, $_ := .Files.Glob \"**.yaml\" }}{{ $.Files.Get $path }}{{ end }}";
        assert!(check(all, "web/argocd/b.yaml", false));
        let some = all.replace("**", "config/*");
        assert!(!check(&some, "web/argocd/b.yaml", true));
        let unknown = "{{ .Files.Get .Values.file }}";
        assert!(check(unknown, "web/argocd/b.yaml", true));
        assert!(!check(unknown, "web/argocd/b.yaml", false));
        assert!(!check("a: b", "web/a.yaml", true));
    }
}
