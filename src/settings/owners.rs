//! Who owns a file, as `CODEOWNERS` says it, in GitHub's and GitLab's dialect.

use std::collections::BTreeSet;
use std::sync::Arc;

use camino::Utf8Path;
use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};
use manifest::Snapshot;

/// Where the file may stand; the first one counts, as it does for both hosts.
const PLACES: [&str; 4] = [
    ".github/CODEOWNERS",
    "CODEOWNERS",
    "docs/CODEOWNERS",
    ".gitlab/CODEOWNERS",
];

/// How long a file is read, in bytes: GitHub reads no longer one either.
const LIMIT: usize = 3 << 20;

/// Users and teams, such as `@acme/platform`, sorted.
pub type Names = Arc<[Box<str>]>;

/// The owners of the files of a repository.
#[derive(Debug, Default)]
pub struct Owners {
    sections: Vec<Section>,
}

/// In each section the last pattern that fits counts. GitHub's dialect has only one.
#[derive(Debug, Default)]
struct Section {
    globs: GlobSet,
    /// What each glob of the set says.
    said: Vec<Said>,
}

#[derive(Clone, Debug)]
enum Said {
    /// The file is owned by these; by nobody, if there are none.
    Owned(Names),
    /// Nothing of the section is about the file.
    Left,
}

impl Owners {
    /// The owners that a repository names; none, if it has no such file.
    pub fn read(snapshot: &dyn Snapshot) -> Self {
        let found = PLACES
            .iter()
            .find_map(|path| snapshot.bytes(Utf8Path::new(path)).ok());
        let text = found.as_deref().map(String::from_utf8_lossy);
        text.filter(|text| text.len() <= LIMIT)
            .map(|text| Self::parse(&text))
            .unwrap_or_default()
    }

    /// Lines that say nothing are passed over, as the hosts do.
    fn parse(text: &str) -> Self {
        let mut sections = vec![Draft::default()];
        for line in text.lines() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(section) = Draft::headed(line) {
                sections.push(section);
            } else if let Some(last) = sections.last_mut() {
                last.add(line);
            }
        }
        let sections = sections.into_iter().filter(|own| !own.globs.is_empty());
        Self {
            sections: sections.map(Draft::finish).collect(),
        }
    }

    /// Who owns a file.
    pub fn of(&self, path: &Utf8Path) -> Names {
        let mut owned = self.sections.iter().filter_map(|section| {
            let last = section.globs.matches(path).into_iter().max()?;
            match section.said.get(last)? {
                Said::Owned(names) => Some(names.clone()),
                Said::Left => None,
            }
        });
        let first = owned.next().unwrap_or_default();
        let others: Vec<Names> = owned.collect();
        if others.is_empty() {
            return first;
        }
        let all = others
            .iter()
            .flat_map(|names| names.iter())
            .chain(first.iter());
        let all: BTreeSet<&Box<str>> = all.collect();
        all.into_iter().cloned().collect()
    }

    /// Everyone who owns something, sorted.
    pub fn all(&self) -> BTreeSet<&str> {
        let said = self.sections.iter().flat_map(|section| &section.said);
        let names = said.filter_map(|said| match said {
            Said::Owned(names) => Some(names),
            Said::Left => None,
        });
        names
            .flat_map(|names| names.iter())
            .map(|name| &**name)
            .collect()
    }
}

/// A section that is being read.
#[derive(Default)]
struct Draft {
    default: Names,
    globs: Vec<Glob>,
    said: Vec<Said>,
}

impl Draft {
    /// Reads `[Name]`, `^[Name]`, `[Name][2] @owner`. A pattern may begin with a bracket too, but
    /// then more than a number and owners follows it.
    fn headed(line: &str) -> Option<Self> {
        let rest = line.strip_prefix('^').unwrap_or(line).strip_prefix('[')?;
        let (_, mut rest) = rest.split_once(']')?;
        if let Some((count, behind)) = rest.strip_prefix('[').and_then(|own| own.split_once(']')) {
            count.trim().parse::<u32>().ok()?;
            rest = behind;
        }
        let is_behind = rest.is_empty() || rest.starts_with(char::is_whitespace);
        is_behind.then(|| Self {
            default: names(rest.split_whitespace()),
            ..Self::default()
        })
    }

    fn add(&mut self, line: &str) {
        let (pattern, rest) = first_word(line);
        let (pattern, is_left) = match pattern.strip_prefix('!') {
            Some(pattern) => (pattern.to_owned(), true),
            None => (pattern, false),
        };
        let written = rest.split_whitespace();
        let written: Vec<&str> = written.take_while(|word| !word.starts_with('#')).collect();
        let said = match (is_left, written.is_empty()) {
            (true, _) => Said::Left,
            (false, true) => Said::Owned(self.default.clone()),
            (false, false) => Said::Owned(names(written.into_iter())),
        };
        for glob in globs(&pattern) {
            self.globs.push(glob);
            self.said.push(said.clone());
        }
    }

    fn finish(self) -> Section {
        let mut set = GlobSetBuilder::new();
        for glob in self.globs {
            set.add(glob);
        }
        match set.build() {
            Ok(globs) => Section {
                globs,
                said: self.said,
            },
            Err(_) => Section::default(),
        }
    }
}

/// The first word of a line, in which `\ ` is a space and `\#` a number sign, and what follows.
fn first_word(line: &str) -> (String, &str) {
    let mut word = String::new();
    let mut characters = line.char_indices();
    while let Some((at, c)) = characters.next() {
        match c {
            '\\' => word.extend(characters.next().map(|(_, c)| c)),
            c if c.is_whitespace() => return (word, &line[at..]),
            c => word.push(c),
        }
    }
    (word, "")
}

fn names<'a>(words: impl Iterator<Item = &'a str>) -> Names {
    let names: BTreeSet<&str> = words.filter(|word| word.contains('@')).collect();
    names.into_iter().map(Box::from).collect()
}

/// What a pattern fits: as git's ignore files have it, but a star at its end stays in the folder.
fn globs(pattern: &str) -> Vec<Glob> {
    // Neither host knows braces or ranges.
    let escaped: String = pattern
        .chars()
        .flat_map(|c| {
            matches!(c, '{' | '}' | '[' | ']' | '\\')
                .then_some('\\')
                .into_iter()
                .chain([c])
        })
        .collect();
    let own = escaped.trim_start_matches('/').trim_end_matches('/');
    let is_anchored = pattern.trim_end_matches('/').contains('/');
    let is_folder = pattern.ends_with('/');
    let last = own.rsplit('/').next().unwrap_or(own);
    let root = match is_anchored {
        true => own.to_owned(),
        false => format!("**/{own}"),
    };
    let mut texts = Vec::new();
    if pattern.chars().all(|c| c == '/') {
        texts.extend((!pattern.is_empty()).then(|| "**".to_owned()));
    } else {
        if !is_folder {
            texts.push(root.clone());
        }
        if is_folder || !last.contains('*') {
            texts.push(format!("{root}/**"));
        }
    }
    let build = |text: &String| {
        let glob = GlobBuilder::new(text).literal_separator(true).build();
        glob.ok()
    };
    texts.iter().filter_map(build).collect()
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use manifest::Memory;

    use super::*;

    fn check(text: &str, paths: &[&str]) -> String {
        let files: Memory = [("CODEOWNERS", text)].into_iter().collect();
        let owners = Owners::read(&files);
        let told = paths.iter().map(|path| {
            let names = owners.of(Utf8Path::new(path));
            let names: Vec<&str> = names.iter().map(|name| &**name).collect();
            match names.is_empty() {
                true => format!("{path}: nobody\n"),
                false => format!("{path}: {}\n", names.join(" ")),
            }
        });
        told.collect()
    }

    #[test]
    fn the_last_pattern_counts() {
        let text = "\
# everything
*            @acme/platform   # an inline comment
*.md         docs@acme.example
/apps/       @acme/apps @zoe
/apps/open/
docs/*       @acme/docs
/apps/**/production/ @acme/sre
/apps/{a}[b].yaml @odd
secrets/     @acme/security
not-an-owner nobody
";
        let paths = [
            "kustomization.yaml",
            "a/b/readme.md",
            "apps/api/base/x.yaml",
            "apps/open/x.yaml",
            "docs/a.yaml",
            "docs/deep/a.yaml",
            "apps/api/overlays/production/x.yaml",
            "apps/{a}[b].yaml",
            "infra/secrets/a.yaml",
            "not-an-owner",
        ];
        assert_snapshot!(check(text, &paths), @r#"
        kustomization.yaml: @acme/platform
        a/b/readme.md: docs@acme.example
        apps/api/base/x.yaml: @acme/apps @zoe
        apps/open/x.yaml: nobody
        docs/a.yaml: @acme/docs
        docs/deep/a.yaml: @acme/platform
        apps/api/overlays/production/x.yaml: @acme/sre
        apps/{a}[b].yaml: @odd
        infra/secrets/a.yaml: @acme/security
        not-an-owner: nobody
        "#);
    }

    #[test]
    fn sections_add_up() {
        let text = "\
* @all
[Databases][2] @dba
/db/
/db/docs/ @writers
!/db/legacy/
^[Front end]
*.css @design
[Odd] not a section? @x
path\\ with\\ spaces/ @space
\\#odd @odd
";
        let paths = [
            "a.yaml",
            "db/a.yaml",
            "db/docs/a.css",
            "db/legacy/a.yaml",
            "path with spaces/a",
            "#odd",
        ];
        assert_snapshot!(check(text, &paths), @r#"
        a.yaml: @all
        db/a.yaml: @all @dba
        db/docs/a.css: @all @design @writers
        db/legacy/a.yaml: @all
        path with spaces/a: @all @space
        #odd: @all @odd
        "#);
    }

    #[test]
    fn what_says_nothing_owns_nothing() {
        assert_eq!(check("[ @a\n[a][b] @c\n{{{ @d\n", &["x"]), "x: nobody\n");
        assert_eq!(check("", &["x"]), "x: nobody\n");
        let none: Memory = [("a.yaml", "")].into_iter().collect();
        assert!(Owners::read(&none).all().is_empty());
    }
}
