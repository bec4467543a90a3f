//! The addresses of repositories.

use rustc_hash::FxHashSet;

/// The addresses under which this repository is known.
#[derive(Clone, Debug, Default)]
pub struct Addresses {
    /// Those of its remotes.
    remotes: FxHashSet<String>,
    /// The one that Flux was told to start from, where no remote tells: it is this repository's or
    /// a copy's, and no other that is named here is.
    bootstrap: Option<String>,
}

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
        Self {
            remotes: elsewhere.map(normal).collect(),
            bootstrap: None,
        }
    }

    /// Learns where Flux starts from, if it is one address.
    pub fn with_bootstrap(mut self, urls: impl Iterator<Item = String>) -> Self {
        let has_host = |url: &String| !url.starts_with('/');
        let known: FxHashSet<String> = urls
            .filter(|url| !is_open(url))
            .map(|url| normal(&url))
            .collect();
        let mut known = known.into_iter();
        if let (Some(url), None) = (known.next(), known.next()) {
            self.bootstrap = Some(url).filter(has_host);
        }
        self
    }

    /// Whose an address is. `ssh`, `https` and the short form of ssh lead to the same repository,
    /// with or without `.git`.
    pub fn whose(&self, url: &str) -> Whose {
        let address = normal(url);
        let path = |address: &str| Some(address.split_once('/')?.1.to_owned());
        let is_mirror = || {
            let own = path(&address).filter(|own| own.contains('/'));
            own.is_some() && self.remotes.iter().any(|other| path(other) == own)
        };
        // A copy may have another owner, or be another host's.
        let name = |address: &str| address.rsplit('/').next().map(str::to_owned);
        let is_told_apart = || {
            let own = self.bootstrap.as_ref();
            own.is_some_and(|own| name(own) != name(&address))
        };
        match self.remotes.contains(&address) {
            _ if is_open(url) => Whose::Unknown,
            _ if self.remotes.is_empty() && is_told_apart() => Whose::Other,
            _ if self.remotes.is_empty() => Whose::Unknown,
            true => Whose::Own,
            false if is_mirror() => Whose::Unknown,
            false => Whose::Other,
        }
    }
}

/// Whether an address is filled in later.
fn is_open(url: &str) -> bool {
    url.is_empty() || url.contains(['{', '$', '<'])
}

/// Whether an address is a folder, as git tells them apart: by a colon before the first slash.
fn is_local(url: &str) -> bool {
    let host = url.split('/').next().unwrap_or_default();
    !host.contains(':') || url.starts_with("file:")
}

/// What two addresses of one repository have in common: host and path, in small letters. Addresses
/// that Argo CD takes for one another are alike, and so are those that differ in user, port or
/// protocol.
pub(crate) fn normal(url: &str) -> String {
    let url = url.trim().trim_end_matches('/');
    let url = url.strip_suffix(".git").unwrap_or(url);
    let (host, path) = match url.split_once("://") {
        Some((_, rest)) => host_and_path(rest, true),
        None if begins_with_host(url) => host_and_path(url, false),
        None => ("", url.to_owned()),
    };
    format!("{host}/{}", path.trim_matches('/')).to_ascii_lowercase()
}

/// Whether an address without a protocol begins with a host, not with a folder.
fn begins_with_host(url: &str) -> bool {
    let first = url.split('/').next().unwrap_or_default();
    !first.starts_with('.') && first.contains(['@', ':', '.'])
}

/// The host that an address begins with, and the path behind it. Argo CD takes `git@host/path` as
/// it takes `git@host:path`.
fn host_and_path(address: &str, may_have_port: bool) -> (&str, String) {
    let (first, path) = address.split_once('/').unwrap_or((address, ""));
    let host = first.rsplit('@').next().unwrap_or_default();
    match host.split_once(':') {
        None => (host, path.to_owned()),
        Some((host, port)) if may_have_port && port.bytes().all(|byte| byte.is_ascii_digit()) => {
            (host, path.to_owned())
        }
        // No port, so the path begins here.
        Some((host, start)) => (host, format!("{start}/{path}")),
    }
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
        let bootstrap = |urls: &[&str]| {
            Addresses::default().with_bootstrap(urls.iter().map(|url| (*url).to_owned()))
        };
        let own = "https://github.com/acme/platform";
        let started = bootstrap(&[own, "ssh://git@github.com/acme/platform.git"]);
        assert_eq!(started.whose(own), Whose::Unknown);
        assert_eq!(started.whose("https://a.b/copy/platform"), Whose::Unknown);
        assert_eq!(started.whose("https://a.b/c/platform-two"), Whose::Other);
        let of_two = bootstrap(&[own, "https://github.com/acme/other"]);
        assert_eq!(of_two.whose("https://a.b/c"), Whose::Unknown);
        assert_eq!(
            bootstrap(&["PREFIX/a"]).whose("https://a.b/c"),
            Whose::Unknown
        );
        let copy = Addresses::new(["/srv/git/platform", "../platform", "file:///srv/platform"]);
        assert_eq!(copy.whose("https://a.b/c"), Whose::Unknown);
        assert_eq!(Addresses::default().whose("https://a.b/c"), Whose::Unknown);
    }

    /// Addresses of one repository, and what Argo CD's `NormalizeGitURL` makes of each; it gives
    /// nothing for an address that it cannot read.
    const BY_ARGO_CD: [(&str, &str); 20] = [
        (
            "git@github.com:Acme/platform.git",
            "git@github.com/acme/platform",
        ),
        (
            " git@GitHub.com:acme/platform\n",
            "git@github.com/acme/platform",
        ),
        (
            "git@github.com/acme/platform",
            "git@github.com/acme/platform",
        ),
        (
            "git@github.com/acme/platform.git",
            "git@github.com/acme/platform",
        ),
        (
            "ssh://git@github.com/acme/platform.git",
            "git@github.com/acme/platform",
        ),
        (
            "git@github.com:/acme/platform.git",
            "git@github.com//acme/platform",
        ),
        (
            "git@github.com:acme/platform/",
            "git@github.com/acme/platform/",
        ),
        (
            "ssh://git@github.com:22/acme/platform",
            "git@github.com:22/acme/platform",
        ),
        ("ssh://git@github.com:acme/platform", ""),
        ("ssh://github.com/acme/platform", "github.com/acme/platform"),
        ("github.com/acme/platform", "github.com/acme/platform"),
        ("github.com:acme/platform", "github.com:acme/platform"),
        (
            "me@acme.example@github.com:acme/platform.git",
            "me%40acme.example@github.com/acme/platform",
        ),
        (
            "org-1@github.com:acme/platform",
            "org-1@github.com/acme/platform",
        ),
        (
            "https://github.com/acme/platform.git",
            "https://github.com/acme/platform",
        ),
        (
            "https://github.com/acme/platform.git/",
            "https://github.com/acme/platform.git/",
        ),
        (
            "https://github.com:443/acme/platform",
            "https://github.com:443/acme/platform",
        ),
        (
            "https://user:token@github.com/acme/platform.git",
            "https://user:token@github.com/acme/platform",
        ),
        (
            "http://github.com/acme/platform",
            "http://github.com/acme/platform",
        ),
        (
            "git://github.com/acme/platform.git",
            "git://github.com/acme/platform",
        ),
    ];

    #[test]
    fn addresses_that_argo_cd_takes_for_one_another_are_alike() {
        for (url, by_argo_cd) in BY_ARGO_CD {
            assert_eq!(normal(url), "github.com/acme/platform", "{url}");
            // What it compares may be written as an address, too, unless a port is in it, which
            // has a meaning behind a protocol only.
            if !by_argo_cd.is_empty() && !by_argo_cd.contains(":22/") {
                assert_eq!(normal(by_argo_cd), normal(url), "{by_argo_cd}");
            }
        }
        // It takes a number behind a colon for the start of the path where no protocol is given.
        assert_eq!(
            normal("git@github.com:22/acme/platform"),
            "github.com/22/acme/platform"
        );
        assert_eq!(normal("git@github.com/platform"), "github.com/platform");
    }

    #[test]
    fn a_folder_has_no_host() {
        assert_eq!(normal("/srv/git/platform"), "/srv/git/platform");
        assert_eq!(normal("acme/platform"), "/acme/platform");
        assert_eq!(normal("../platform"), "/../platform");
        assert_eq!(normal("file:///srv/git/platform"), "/srv/git/platform");
    }
}
