//! Whether a project permits something, as Argo CD decides it.

use manifest::Src;
use manifest::glob::{Dialect, Pattern};
use regex::Regex;

use super::{Project, ResourcePattern};
use crate::text::Text;
use crate::{IN_CLUSTER_NAME, IN_CLUSTER_SERVER, normalize_repo_url};

/// Whether a project permits something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Permission {
    /// It does.
    Granted,
    /// A pattern forbids it.
    Forbidden(Option<Src>),
    /// Nothing permits it.
    NotListed,
    /// It depends on what is not known here.
    Unknown,
}

/// A destination to ask for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Target<'a> {
    /// The cluster's address, if it is known.
    pub server: Option<&'a str>,
    /// The cluster's name, if it is known.
    pub name: Option<&'a str>,
    /// The namespace; empty if none is given.
    pub namespace: &'a str,
}

impl Permission {
    /// Whether it is granted.
    pub fn is_granted(&self) -> bool {
        *self == Self::Granted
    }

    /// Whether it is certain that it is not.
    pub fn is_refused(&self) -> bool {
        matches!(self, Self::Forbidden(_) | Self::NotListed)
    }
}

impl Project {
    /// Whether Applications may deploy from a repository.
    pub fn permits_source(&self, repo_url: &str) -> Permission {
        let url = normalize_repo_url(repo_url);
        let mut permission = Permission::NotListed;
        for pattern in &self.source_repos {
            let (is_denied, inner) = denied(pattern.as_str());
            let normalized = normalize_repo_url(inner);
            let fits = normalized == "*" || fits(&normalized, &url, Dialect::Gobwas);
            match (is_denied, fits) {
                (false, true) | (true, false) => permission = Permission::Granted,
                (true, true) => return Permission::Forbidden(pattern.place()),
                (false, false) => {}
            }
        }
        permission
    }

    /// Whether Applications may deploy to a destination.
    pub fn permits_destination(&self, target: Target<'_>) -> Permission {
        let target = target.completed();
        let mut permission = Permission::NotListed;
        let (mut may_grant, mut may_forbid) = (false, false);
        for item in &self.destinations {
            let name = Half::of(item.name.as_ref(), target.name);
            let server = Half::of(item.server.as_ref(), target.server);
            let namespace = item.namespace.as_ref().map_or("", Text::as_str);
            let (denies_namespace, _) = denied(namespace);
            let in_namespace = fits_or_not(namespace, target.namespace);
            for half in [&name, &server].into_iter().filter(|half| half.is_open) {
                may_forbid |= half.is_denied;
                may_grant |= in_namespace;
            }
            if (server.fits || name.fits) && in_namespace {
                permission = Permission::Granted;
            } else if name.is_known_denied()
                || server.is_known_denied() && in_namespace
                || !in_namespace && denies_namespace && server.fits
            {
                return Permission::Forbidden(item.place.clone());
            }
        }
        match permission {
            Permission::Granted if may_forbid || self.permits_own_clusters_only => {
                Permission::Unknown
            }
            Permission::NotListed if may_grant => Permission::Unknown,
            permission => permission,
        }
    }

    /// Whether an object may be deployed, by its API group, kind and name, and by whether it
    /// stands in a namespace.
    pub fn permits_kind(
        &self,
        group: &str,
        kind: &str,
        name: &str,
        namespaced: bool,
    ) -> Permission {
        let fits = |pattern: &&ResourcePattern| pattern.fits(group, kind, name, !namespaced);
        let (whitelist, blacklist) = match namespaced {
            true => (
                self.namespace_whitelist.as_deref(),
                &self.namespace_blacklist,
            ),
            false => (Some(&*self.cluster_whitelist), &self.cluster_blacklist),
        };
        if let Some(pattern) = blacklist.iter().find(fits) {
            return Permission::Forbidden(pattern.place.clone());
        }
        match whitelist {
            Some(whitelist) if !whitelist.iter().any(|pattern| fits(&pattern)) => {
                Permission::NotListed
            }
            _ => Permission::Granted,
        }
    }

    /// Whether an Application of this project may stand in a namespace. In that of Argo CD
    /// itself it always may.
    pub fn permits_namespace(&self, namespace: Option<&str>, of_argo_cd: &str) -> Permission {
        let namespace = match namespace {
            None | Some("") => return Permission::Granted,
            Some(namespace) if namespace == of_argo_cd => return Permission::Granted,
            Some(namespace) => namespace,
        };
        let mut permission = Permission::NotListed;
        for pattern in &self.source_namespaces {
            let pattern = pattern.as_str();
            let inner = pattern
                .strip_prefix('/')
                .and_then(|rest| rest.strip_suffix('/'));
            let by_expression = match inner.map(Regex::new) {
                Some(Ok(regex)) => regex.is_match(namespace),
                // Argo CD's expressions can say more than those here.
                Some(Err(_)) => {
                    permission = Permission::Unknown;
                    false
                }
                None => false,
            };
            if by_expression || self::fits(pattern, namespace, Dialect::GobwasFlat) {
                return Permission::Granted;
            }
        }
        permission
    }
}

impl<'a> Target<'a> {
    /// The cluster that Argo CD runs in has a name and an address that all know.
    fn completed(mut self) -> Self {
        match (self.server, self.name) {
            (Some(IN_CLUSTER_SERVER), None) => self.name = Some(IN_CLUSTER_NAME),
            (None, Some(IN_CLUSTER_NAME)) => self.server = Some(IN_CLUSTER_SERVER),
            _ => {}
        }
        self
    }
}

/// What a pattern says of one half of a cluster.
struct Half {
    fits: bool,
    is_denied: bool,
    /// Whether that could be otherwise, were the half known.
    is_open: bool,
}

impl Half {
    fn of(pattern: Option<&Text>, value: Option<&str>) -> Self {
        let pattern = pattern.map_or("", Text::as_str);
        let (is_denied, _) = denied(pattern);
        let fits = match value {
            Some(value) => !value.is_empty() && fits_or_not(pattern, value),
            // Every cluster has a name and an address.
            None => pattern == "*",
        };
        Self {
            fits,
            is_denied,
            is_open: value.is_none() && !pattern.is_empty() && pattern != "*",
        }
    }

    /// A half that is not known is not held against an item.
    fn is_known_denied(&self) -> bool {
        !self.fits && self.is_denied && !self.is_open
    }
}

impl ResourcePattern {
    fn fits(&self, group: &str, kind: &str, name: &str, by_name: bool) -> bool {
        let fits = |pattern: Option<&Text>, value: &str| {
            let pattern = pattern.map_or("", Text::as_str);
            fits(pattern, value, Dialect::GoPath)
        };
        fits(self.kind.as_ref(), kind)
            && fits(self.group.as_ref(), group)
            && (!by_name || self.name.is_none() || fits(self.name.as_ref(), name))
    }
}

/// Whether a pattern forbids what it fits, and the pattern.
pub(super) fn denied(pattern: &str) -> (bool, &str) {
    match pattern.strip_prefix('!') {
        Some(inner) => (true, inner),
        None => (false, pattern),
    }
}

/// Whether a pattern fits, or with `!` does not.
fn fits_or_not(pattern: &str, value: &str) -> bool {
    match denied(pattern) {
        (true, inner) => !fits(inner, value, Dialect::GobwasFlat),
        (false, "*") => true,
        (false, pattern) => fits(pattern, value, Dialect::GobwasFlat),
    }
}

/// Whether a pattern matches; an invalid one matches nothing.
pub(super) fn fits(pattern: &str, value: &str, dialect: Dialect) -> bool {
    Pattern::compile(pattern, dialect).is_some_and(|pattern| pattern.is_match(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::tests::read;

    fn told(permission: &Permission) -> &'static str {
        match permission {
            Permission::Granted => "granted",
            Permission::Forbidden(_) => "forbidden",
            Permission::NotListed => "not listed",
            Permission::Unknown => "unknown",
        }
    }

    #[test]
    fn repositories() {
        let project = read(
            "{sourceRepos: ['https://github.com/org/*', '!https://github.com/org/secret', 'git@host:team/**', '{x}']}",
        );
        for (url, expect) in [
            ("https://github.com/org/app.git", "granted"),
            ("https://github.com/Org/App", "granted"),
            ("https://github.com/org/secret.git", "forbidden"),
            ("git@host:team/a/b.git", "granted"),
            ("ssh://git@host/team/a", "granted"),
            // With a deny pattern that does not fit, all else is granted.
            ("https://elsewhere/x", "granted"),
        ] {
            assert_eq!(told(&project.permits_source(url)), expect, "{url}");
        }
        let project = read("{sourceRepos: ['https://github.com/org/*']}");
        assert_eq!(
            told(&project.permits_source("https://github.com/org/a/b")),
            "not listed"
        );
        assert_eq!(
            told(&project.permits_source("git@github.com:org/a")),
            "not listed"
        );
        assert_eq!(
            told(&read("{sourceRepos: ['*']}").permits_source("x")),
            "granted"
        );
        assert_eq!(told(&read("{}").permits_source("x")), "not listed");
    }

    #[test]
    fn destinations() {
        let project = read(
            "{destinations: [{server: 'https://prod.*', namespace: 'shop-*'}, {name: dev, namespace: '*'}, {server: '*', namespace: '!kube-system'}]}",
        );
        let check = |server, name, namespace| {
            let target = Target {
                server,
                name,
                namespace,
            };
            told(&project.permits_destination(target))
        };
        assert_eq!(
            check(Some("https://prod.a"), Some("prod"), "shop-a"),
            "granted"
        );
        assert_eq!(
            check(Some("https://prod.a"), Some("prod"), "kube-system"),
            "forbidden"
        );
        assert_eq!(
            check(Some("https://dev"), Some("dev"), "kube-system"),
            "forbidden"
        );
        assert_eq!(check(Some("https://dev"), None, "x"), "granted");
        let project = read("{destinations: [{server: 'https://a', namespace: x}]}");
        let target = |name| Target {
            server: None,
            name,
            namespace: "x",
        };
        assert_eq!(
            told(&project.permits_destination(target(Some("a")))),
            "unknown"
        );
        assert_eq!(
            told(&project.permits_destination(target(Some("in-cluster")))),
            "not listed"
        );
        let project = read(
            "{destinations: [{server: '!https://a', namespace: '*'}, {server: '*', namespace: '*'}]}",
        );
        let target = |server| Target {
            server: Some(server),
            name: Some("n"),
            namespace: "x",
        };
        assert_eq!(
            told(&project.permits_destination(target("https://a"))),
            "forbidden"
        );
        assert_eq!(
            told(&project.permits_destination(target("https://b"))),
            "granted"
        );
    }

    #[test]
    fn kinds() {
        let project = read(
            "{clusterResourceWhitelist: [{group: '', kind: Namespace, name: 'shop-*'}, {group: '*.k8s.io', kind: '*'}], clusterResourceBlacklist: [{group: rbac.authorization.k8s.io, kind: ClusterRole}], namespaceResourceBlacklist: [{group: '', kind: LimitRange}]}",
        );
        let check = |group, kind, name, namespaced| {
            told(&project.permits_kind(group, kind, name, namespaced))
        };
        assert_eq!(check("", "Namespace", "shop-a", false), "granted");
        assert_eq!(check("", "Namespace", "other", false), "not listed");
        assert_eq!(
            check("storage.k8s.io", "StorageClass", "x", false),
            "granted"
        );
        let role = check("rbac.authorization.k8s.io", "ClusterRole", "x", false);
        assert_eq!(role, "forbidden");
        assert_eq!(check("apps", "Deployment", "x", true), "granted");
        assert_eq!(check("", "LimitRange", "x", true), "forbidden");
        let none = read("{namespaceResourceWhitelist: []}");
        assert_eq!(told(&none.permits_kind("", "Pod", "x", true)), "not listed");
        assert_eq!(
            told(&none.permits_kind("", "Namespace", "x", false)),
            "not listed"
        );
    }

    #[test]
    fn namespaces_of_applications() {
        let project = read("{sourceNamespaces: ['team-*', '/^[a-c]-apps$/', '/(?=x)/']}");
        let check = |namespace| told(&project.permits_namespace(namespace, "argocd"));
        assert_eq!(check(None), "granted");
        assert_eq!(check(Some("argocd")), "granted");
        assert_eq!(check(Some("team-a")), "granted");
        assert_eq!(check(Some("b-apps")), "granted");
        assert_eq!(check(Some("d-apps")), "unknown");
        let project = read("{}");
        assert_eq!(
            told(&project.permits_namespace(Some("a"), "argocd")),
            "not listed"
        );
    }
}
