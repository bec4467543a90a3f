//! The addresses of repositories.

use rustc_hash::FxHashSet;

/// The addresses under which this repository is known.
#[derive(Clone, Debug, Default)]
pub struct Addresses(FxHashSet<String>);

/// Whether an address is that of this repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// It is this repository.
    Own,
    /// It is another one.
    Other,
    /// Nobody says where this repository comes from, the address is filled in later, or a
    /// repository of the same path on another host may be a mirror.
    Unknown,
}

impl Addresses {
    /// The repository's own remotes. One on the same machine is a copy of the repository, and says
    /// nothing about the address that others know it by.
    pub fn new<'a>(urls: impl IntoIterator<Item = &'a str>) -> Self {
        let elsewhere = urls.into_iter().filter(|url| !is_local(url));
        Self(elsewhere.map(normal).collect())
    }

    /// Whose an address is. `ssh`, `https` and the short form of ssh lead to the same repository,
    /// with or without `.git`.
    pub fn whose(&self, url: &str) -> Whose {
        let is_open = url.is_empty() || url.contains(['{', '$', '<']);
        let address = normal(url);
        let path = |address: &str| Some(address.split_once('/')?.1.to_owned());
        let is_mirror = || {
            let own = path(&address).filter(|own| own.contains('/'));
            own.is_some() && self.0.iter().any(|other| path(other) == own)
        };
        match self.0.contains(&address) {
            _ if self.0.is_empty() || is_open => Whose::Unknown,
            true => Whose::Own,
            false if is_mirror() => Whose::Unknown,
            false => Whose::Other,
        }
    }
}

/// Whether an address is a folder, as git tells them apart: by a colon before the first slash.
fn is_local(url: &str) -> bool {
    let host = url.split('/').next().unwrap_or_default();
    !host.contains(':') || url.starts_with("file:")
}

/// What two addresses of one repository have in common: host and path, in small letters.
pub(crate) fn normal(url: &str) -> String {
    let url = url.trim().trim_end_matches('/');
    let url = url.strip_suffix(".git").unwrap_or(url);
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) => (Some(scheme), rest),
        None => (None, url),
    };
    let (authority, path) = match scheme {
        Some(_) => rest.split_once('/').unwrap_or((rest, "")),
        None => rest.split_once(':').unwrap_or(("", rest)),
    };
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = match scheme {
        Some(_) => host.split(':').next().unwrap_or_default(),
        None => host,
    };
    format!("{host}/{}", path.trim_matches('/')).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_repository_has_many_addresses() {
        let own = Addresses::new(["git@github.com:Acme/platform.git"]);
        for url in [
            "https://github.com/acme/platform",
            "https://token@github.com/acme/platform.git",
            "ssh://git@github.com:22/acme/platform.git/",
            "git@GitHub.com:acme/platform",
        ] {
            assert_eq!(own.whose(url), Whose::Own, "{url}");
        }
        for url in [
            "https://github.com/acme/platform-two",
            "https://gitlab.com/other/platform",
        ] {
            assert_eq!(own.whose(url), Whose::Other, "{url}");
        }
        assert_eq!(
            own.whose("https://gitlab.com/acme/platform"),
            Whose::Unknown
        );
        assert_eq!(own.whose("{{ .repo }}"), Whose::Unknown);
        let copy = Addresses::new(["/srv/git/platform", "../platform", "file:///srv/platform"]);
        assert_eq!(copy.whose("https://a.b/c"), Whose::Unknown);
        assert_eq!(Addresses::default().whose("https://a.b/c"), Whose::Unknown);
    }
}
