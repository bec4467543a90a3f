//! Texts of which a part is a version: images, and folders of other repositories.

use std::ops::Range;

/// `registry/name:tag@digest` in parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Image {
    /// `registry/name`.
    pub(crate) repository: Range<usize>,
    /// `:tag@digest` with its marks; empty where the image has neither.
    pub(crate) version: Range<usize>,
}

/// An image's name in parts, if a text can be one.
pub(crate) fn image(text: &str) -> Option<Image> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-._/:@".contains(c);
    if text.is_empty() || text.len() > 512 || !text.chars().all(is_part) || text.contains("//") {
        return None;
    }
    let name = text.split('@').next().unwrap_or(text);
    let slash = name.rfind('/').map_or(0, |at| at + 1);
    let end = name[slash..].find(':').map_or(name.len(), |at| slash + at);
    let is_name = end > slash && text.starts_with(|c: char| c.is_ascii_alphanumeric());
    is_name.then_some(Image {
        repository: 0..end,
        version: end..text.len(),
    })
}

/// The last part of an image's or a repository's name, which mirrors have in common.
pub(crate) fn last_part(name: &str) -> &str {
    let name = name.trim_end_matches('/');
    name.rsplit('/').next().unwrap_or(name)
}

/// Where the revision stands in the address of another repository: `…?ref=v1.2.3`. Kustomize
/// takes `version` for the same.
pub(crate) fn revision(text: &str) -> Option<Range<usize>> {
    let query = text.find('?')? + 1;
    let host = text.split('/').next().unwrap_or_default();
    let is_remote = text.contains("://") || (host.contains('.') && !host.starts_with('.'));
    let mut at = query;
    for pair in text[query..].split('&') {
        let value = pair
            .strip_prefix("ref=")
            .or_else(|| pair.strip_prefix("version="));
        if let Some(value) = value
            && is_remote
        {
            let end = at + pair.len();
            return Some(end - value.len()..end);
        }
        at += pair.len() + 1;
    }
    None
}

/// The repository of an address, without the folder in it: for hosts of git repositories that is
/// the host and two names.
pub(crate) fn repository(url: &str) -> &str {
    let url = url.split('?').next().unwrap_or(url);
    let url = url.split_once("://").map_or(url, |(_, rest)| rest);
    if let Some((repository, _)) = url.split_once("//") {
        return repository.trim_end_matches(".git");
    }
    if let Some(at) = url.find(".git/") {
        return &url[..at];
    }
    let end = url
        .match_indices('/')
        .nth(2)
        .map_or(url.len(), |(at, _)| at);
    url[..end].trim_end_matches(".git")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images() {
        let check = |text: &str| {
            image(text).map(|i| format!("{} {}", &text[i.repository], &text[i.version]))
        };
        assert_eq!(check("nginx").as_deref(), Some("nginx "));
        assert_eq!(check("nginx:1.2").as_deref(), Some("nginx :1.2"));
        assert_eq!(check("a.b:5000/c/d").as_deref(), Some("a.b:5000/c/d "));
        assert_eq!(
            check("a.b:5000/c/d:1@sha256:0f").as_deref(),
            Some("a.b:5000/c/d :1@sha256:0f")
        );
        assert_eq!(check("https://a/b"), None);
        assert_eq!(check("a b"), None);
        assert_eq!(check(":1"), None);
    }

    #[test]
    fn revisions() {
        let check = |text: &'static str| revision(text).map(|range| &text[range]);
        assert_eq!(check("https://github.com/a/b/c?ref=v1"), Some("v1"));
        assert_eq!(
            check("github.com/a/b//c?timeout=9s&ref=4f2a9c1&x"),
            Some("4f2a9c1")
        );
        assert_eq!(check("git@host.example:a/b?version=2"), Some("2"));
        assert_eq!(check("../base?ref=v1"), None);
        assert_eq!(check("base?ref=v1"), None);
        assert_eq!(check("https://github.com/a/b"), None);
    }

    #[test]
    fn repositories() {
        let check = repository;
        assert_eq!(check("https://github.com/a/b/c/d?ref=v1"), "github.com/a/b");
        assert_eq!(check("github.com/a/b.git//c?ref=v1"), "github.com/a/b");
        assert_eq!(check("https://h/a/b.git/c"), "h/a/b");
        assert_eq!(check("https://github.com/a/b"), "github.com/a/b");
    }
}
