//! The policies that come with the program.

use super::PolicySource;

macro_rules! policies {
    ($($path:literal),+ $(,)?) => {
        /// Every file under `policies/`, with its text.
        const FILES: &[(&str, &str)] = &[
            $(($path, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/policies/", $path)))),+
        ];
    };
}

policies! {
    "lib/pod.rego",
    "lib/pods.rego",
    "security/capabilities-not-dropped.rego",
    "security/host-namespace.rego",
    "security/may-run-as-root.rego",
    "security/missing-seccomp-profile.rego",
    "security/privilege-escalation.rego",
    "security/privileged-container.rego",
    "security/runs-as-root.rego",
    "security/writable-root-filesystem.rego",
}

/// The policies that come with the program, and what they share.
pub fn built_in() -> Vec<PolicySource> {
    FILES
        .iter()
        .map(|(path, text)| PolicySource {
            path: (*path).into(),
            text: (*text).to_owned(),
            built_in: true,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::FILES;

    #[test]
    fn every_file_is_listed() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/policies");
        let mut found = Vec::new();
        for group in fs::read_dir(root).unwrap() {
            let group = group.unwrap();
            for file in fs::read_dir(group.path()).unwrap() {
                let names = [group.file_name(), file.unwrap().file_name()];
                found.push(names.map(|n| n.into_string().unwrap()).join("/"));
            }
        }
        found.sort();
        let listed: Vec<&str> = FILES.iter().map(|(path, _)| *path).collect();
        assert_eq!(listed, found);
    }
}
