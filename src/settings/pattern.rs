//! Patterns over paths of the repository.

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

/// A set that fits every path one of the patterns fits. A pattern that fits a folder also fits
/// what stands in it. An error is what is wrong with a pattern, and which one.
pub(super) fn set<'a>(
    patterns: impl IntoIterator<Item = &'a str>,
) -> Result<GlobSet, (usize, String)> {
    let mut set = GlobSetBuilder::new();
    let mut count = 0;
    for (at, pattern) in patterns.into_iter().enumerate() {
        count = at;
        for glob in compile(pattern).map_err(|why| (at, why))? {
            set.add(glob);
        }
    }
    set.build().map_err(|why| (count, why.to_string()))
}

fn compile(pattern: &str) -> Result<[Glob; 2], String> {
    if pattern.is_empty() {
        return Err("it is empty".into());
    }
    if pattern.starts_with('/') {
        return Err("paths are relative to the repository's root, without a leading `/`".into());
    }
    if pattern.split('/').any(|part| part == "..") {
        return Err("a pattern cannot go outside the repository".into());
    }
    let own = pattern.strip_prefix("./").unwrap_or(pattern);
    let own = own.trim_end_matches('/');
    let build = |text: &str| {
        let glob = GlobBuilder::new(text).literal_separator(true).build();
        glob.map_err(|why| why.kind().to_string())
    };
    if matches!(own, "" | ".") {
        return Ok([build("**")?, build("*")?]);
    }
    Ok([build(own)?, build(&format!("{own}/**"))?])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(pattern: &str, path: &str) -> bool {
        set([pattern]).unwrap().is_match(path)
    }

    #[test]
    fn a_folder_stands_for_what_is_in_it() {
        for pattern in [
            "infra/cni",
            "infra/cni/",
            "./infra/cni",
            "infra/cni/**",
            "infra/*",
        ] {
            assert!(fits(pattern, "infra/cni/daemonset.yaml"), "{pattern}");
            assert!(!fits(pattern, "apps/infra/cni/daemonset.yaml"), "{pattern}");
        }
    }

    #[test]
    fn a_star_stays_within_a_folder() {
        assert!(fits("apps/*/live/**", "apps/api/live/a/b.yaml"));
        assert!(!fits("apps/*/live/**", "apps/team/api/live/b.yaml"));
        assert!(fits("**/test-*.yaml", "a/b/test-c.yaml"));
    }

    #[test]
    fn the_root_stands_for_everything() {
        for pattern in [".", "./", "**"] {
            assert!(fits(pattern, "a.yaml") && fits(pattern, "a/b.yaml"));
        }
    }

    #[test]
    fn says_what_is_wrong() {
        assert_eq!(
            set(["ok", "/etc"]).unwrap_err(),
            (
                1,
                "paths are relative to the repository's root, without a leading `/`".to_owned()
            )
        );
        assert!(set(["a/../../b"]).is_err());
        assert!(set(["a[b"]).is_err());
        assert!(set([""]).is_err());
    }
}
