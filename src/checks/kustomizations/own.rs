//! The addresses of the repository itself.

use std::collections::BTreeSet;

use camino::Utf8PathBuf;

use crate::deploy::normal_address as normal;
use crate::render::Rendered;

/// The addresses that the repository is known by: those of git, and those by which its Applications
/// deploy folders of it.
pub(super) struct Own(BTreeSet<String>);

impl Own {
    pub(super) fn of(remotes: &[String], rendered: &[Rendered]) -> Self {
        let mut own: BTreeSet<String> = remotes.iter().map(|url| normal(url)).collect();
        let paths: BTreeSet<&str> = rendered
            .iter()
            .filter(|target| target.spec.by.is_some())
            .map(|target| target.spec.path.as_str())
            .filter(|path| !path.is_empty())
            .collect();
        let asking = rendered.iter().flat_map(|target| &target.applications);
        let sources = asking.flat_map(|asking| &asking.application().sources);
        for source in sources {
            let (Some(url), Some(path)) = (&source.repo_url, &source.path) else {
                continue;
            };
            let path = path.as_str().trim_matches('/');
            if paths.contains(path.trim_start_matches("./")) {
                own.insert(normal(url.as_str()));
            }
        }
        Self(own)
    }

    /// The path in the repository that an entry of `resources` or `components` leads to, if it
    /// names the repository by its address.
    pub(super) fn path(&self, address: &str) -> Option<Utf8PathBuf> {
        let address = address.split('?').next().unwrap_or(address);
        let address = address.strip_prefix("git::").unwrap_or(address);
        let (_, rest) = address.split_once("://").unwrap_or(("", address));
        let mut parts = rest.split('/');
        let host = match parts.next()? {
            RAW => "github.com",
            host => host,
        };
        let rest: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
        // Groups may be nested.
        let length = (2..rest.len()).find(|length| {
            let url = format!("https://{host}/{}", rest[..*length].join("/"));
            self.0.contains(&normal(&url))
        })?;
        let version = match is_raw(address) {
            true if rest.get(length) == Some(&"refs") => 3,
            true => 1,
            false if matches!(rest.get(length), Some(&("tree" | "blob" | "raw"))) => 2,
            false => 0,
        };
        let path = rest.get(length + version..)?.join("/");
        (!path.is_empty()).then(|| path.into())
    }
}

const RAW: &str = "raw.githubusercontent.com";

/// Whether an address is that of one file, with the version in its path.
pub(super) fn is_raw(address: &str) -> bool {
    address.split("://").nth(1).is_some_and(|rest| {
        rest.strip_prefix(RAW)
            .is_some_and(|rest| rest.starts_with('/'))
    })
}
