//! What stands in another place than the repository, and which version of it is meant.

/// The version of a remote resource that a kustomization asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reference<'a> {
    /// None is named, so that it is the newest of the default branch.
    None,
    /// A branch, whose content changes.
    Branch(&'a str),
    /// A tag, which can be moved but seldom is.
    Tag(&'a str),
    /// A commit, which cannot change.
    Commit(&'a str),
    /// It cannot be told from the address.
    Unknown,
}

/// Names of branches that are common; a version has a digit in it.
const BRANCHES: [&str; 9] = [
    "main",
    "master",
    "develop",
    "development",
    "dev",
    "trunk",
    "head",
    "latest",
    "stable",
];

impl<'a> Reference<'a> {
    /// The version that an entry of `resources` or `components` names.
    pub fn of(address: &'a str) -> Self {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let named = query.split('&').find_map(|pair| {
            let (key, value) = pair.split_once('=')?;
            (matches!(key, "ref" | "version") && !value.is_empty()).then_some(value)
        });
        if let Some(name) = named {
            return Self::named(name);
        }
        match in_path(path) {
            Some(name) => Self::named(name),
            None if is_manifest(path) => Self::Unknown,
            None => Self::None,
        }
    }

    fn named(name: &'a str) -> Self {
        if let Some(branch) = name.strip_prefix("refs/heads/") {
            return Self::Branch(branch);
        }
        if let Some(tag) = name.strip_prefix("refs/tags/") {
            return Self::Tag(tag);
        }
        let is_hash = name.len() >= 7 && name.bytes().all(|b| b.is_ascii_hexdigit());
        if is_hash && (name.len() == 40 || name.bytes().any(|b| b.is_ascii_digit())) {
            return Self::Commit(name);
        }
        let is_branch = BRANCHES
            .iter()
            .any(|branch| branch.eq_ignore_ascii_case(name))
            || name.starts_with("release-")
            || name.starts_with("release/");
        match is_branch {
            true => Self::Branch(name),
            false if has_version(name) => Self::Tag(name),
            false => Self::Unknown,
        }
    }
}

/// Whether a name has a version in it: a number behind a dot or a `v`.
fn has_version(name: &str) -> bool {
    let bytes = name.as_bytes();
    bytes
        .windows(2)
        .any(|pair| matches!(pair, [b'.' | b'v' | b'V', b'0'..=b'9']))
        || bytes.first().is_some_and(u8::is_ascii_digit)
}

/// The version in the address of a single file, as forges give it out.
fn in_path(path: &str) -> Option<&str> {
    let rest = path.split_once("://").map_or(path, |(_, rest)| rest);
    let (host, rest) = rest.split_once('/')?;
    let mut parts = rest.split('/');
    if host == "raw.githubusercontent.com" {
        let name = parts.nth(2)?;
        return match (name, parts.next(), parts.next()) {
            ("refs", Some("heads" | "tags"), Some(name)) => Some(name),
            _ => Some(name),
        };
    }
    let parts: Vec<&str> = parts.collect();
    let behind = |word: &str| {
        let at = parts.iter().position(|part| *part == word)?;
        parts.get(at + 1).copied()
    };
    match behind("releases") {
        Some("latest") => return Some("latest"),
        Some("download") => return behind("download"),
        _ => {}
    }
    behind("raw")
        .or_else(|| behind("blob"))
        .or_else(|| behind("tree"))
}

/// Whether an address is that of a file and not of a repository.
fn is_manifest(path: &str) -> bool {
    [".yaml", ".yml", ".json"]
        .iter()
        .any(|ending| path.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::Reference::{self, Branch, Commit, None, Tag, Unknown};

    fn check(address: &str, expect: Reference<'_>) {
        assert_eq!(Reference::of(address), expect, "{address}");
    }

    #[test]
    fn tells_what_may_move() {
        check("https://github.com/acme/base", None);
        check("github.com/acme/base//deploy?timeout=90s", None);
        check("github.com/acme/base//deploy?ref=main", Branch("main"));
        check("github.com/acme/base?ref=refs/heads/next", Branch("next"));
        check(
            "github.com/acme/base?ref=release-1.4",
            Branch("release-1.4"),
        );
        check("git@github.com:acme/base.git?ref=v1.4.2", Tag("v1.4.2"));
        check("github.com/acme/base?version=1.4.2&timeout=9", Tag("1.4.2"));
        check("github.com/acme/base?ref=install/v0.9", Tag("install/v0.9"));
        check("github.com/acme/base?ref=4fd2a91", Commit("4fd2a91"));
        check("github.com/acme/base?ref=feature-x", Unknown);
    }

    #[test]
    fn tells_the_version_of_single_files() {
        let raw = "https://raw.githubusercontent.com/acme/base";
        check(&format!("{raw}/main/a.yaml"), Branch("main"));
        check(&format!("{raw}/v1.2.0/a.yaml"), Tag("v1.2.0"));
        check(&format!("{raw}/refs/heads/master/a.yaml"), Branch("master"));
        let forge = "https://github.com/acme/base";
        check(
            &format!("{forge}/releases/download/v1.2.0/a.yaml"),
            Tag("v1.2.0"),
        );
        check(
            &format!("{forge}/releases/latest/download/a.yaml"),
            Branch("latest"),
        );
        check(&format!("{forge}/raw/master/a.yaml"), Branch("master"));
        check("https://acme.example/a.yaml", Unknown);
    }
}
