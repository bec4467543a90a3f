//! What stands in a repository and is not deployed as it stands there: what is to be read, tested
//! with or copied.

use camino::{Utf8Path, Utf8PathBuf};
use rustc_hash::FxHashSet;

use super::environment::{PARENTS, is_ambiguous, tier_of_certain_name};
use super::templates::{self, TemplateFolder, Why};
use crate::problem::Problem;
use crate::settings::Config;

/// Folders of what is there to be read, tested with, run by hand or copied.
const FOLDERS: [&str; 28] = [
    ".agents",
    ".claude",
    ".cursor",
    ".devcontainer",
    ".github",
    ".gitlab",
    ".opencode",
    ".scripts",
    ".taskfiles",
    "_scaffold",
    "_skel",
    "_skeleton",
    "boilerplate",
    "boilerplates",
    "docs",
    "e2e",
    "example",
    "examples",
    "node_modules",
    "sample",
    "samples",
    "scaffold",
    "scaffolds",
    "skel",
    "skeleton",
    "skeletons",
    "starters",
    "tests",
];

/// As [`FOLDERS`], unless an environment or an application of one is called so.
const FOLDERS_OR_ENVIRONMENTS: [&str; 6] =
    ["ci", "hack", "test", "testing", "third_party", "vendor"];

/// Folders of what is wrong on purpose, to show that it is rejected.
const COUNTEREXAMPLES: [&str; 5] = ["bad", "disallowed", "invalid", "noncompliant", "violations"];

/// What a folder of counterexamples may hold, as in `bad_resources`.
const COUNTED: [&str; 6] = [
    "example",
    "examples",
    "manifest",
    "manifests",
    "resource",
    "resources",
];

/// Folders of what tools are tested with: it is wrong on purpose.
const TEST_DATA: [&str; 7] = [
    "__fixtures__",
    "__tests__",
    "fixtures",
    "test-data",
    "test-fixtures",
    "test_data",
    "testdata",
];

/// What the names of overlays, and of folders at the root, end in that are there to be read. An
/// application may be called so.
const EXAMPLES: [&str; 2] = ["-example", "-examples"];

/// What folders and environments are called that run on the machine of who works on them.
const LOCAL: [&str; 4] = ["k3d", "kind", "local", "minikube"];

/// What begins as the name of such a folder does, and is what an application is called.
const CALLED_LOCAL: [&str; 6] = [
    "local-ai",
    "local-path",
    "local-pv",
    "local-static",
    "local-storage",
    "local-volume",
];

/// What is not deployed as it stands, by its folder.
#[derive(Debug, Default)]
pub struct Apart {
    /// The folders that are environments although they are called as those of tests are.
    environments: FxHashSet<Utf8PathBuf>,
    /// The folders whose files another program fills in.
    templates: Vec<TemplateFolder>,
    /// The files that are called templates.
    template_files: FxHashSet<Utf8PathBuf>,
}

impl Apart {
    /// Learns from all files which folders are those of environments.
    pub fn of(files: &[Utf8PathBuf], config: &Config) -> Self {
        let mut folders: FxHashSet<&Utf8Path> = FxHashSet::default();
        for file in files {
            // All above a folder that is known are known.
            let mut above = file.ancestors().skip(1);
            while above.next().is_some_and(|folder| folders.insert(folder)) {}
        }
        let is_of_environment =
            |folder: &&&Utf8Path| folder.file_name().is_some_and(is_certain_environment);
        let of_environments = folders.iter().filter(is_of_environment);
        let with_environments: FxHashSet<&Utf8Path> = of_environments
            .filter_map(|folder| folder.parent())
            .collect();
        let is_beside = |folder: &Utf8Path| {
            let parent = folder.parent();
            parent.is_some_and(|parent| with_environments.contains(parent))
        };
        // Patterns of the configuration may fit what stands in a folder, not the folder itself.
        let is_configured = |folder: &Utf8Path| config.environment_of(&folder.join("a")).is_some();
        let may_be_either = |folder: &&&Utf8Path| {
            let name = folder.file_name();
            name.is_some_and(|name| FOLDERS_OR_ENVIRONMENTS.contains(&name))
        };
        let environments = folders.iter().filter(may_be_either).filter(|folder| {
            let name = folder.file_name().unwrap_or_default();
            let is_word = tier_of_certain_name(name).is_some() || name == "ci";
            is_word && is_beside(folder) || is_configured(folder)
        });
        Self {
            environments: environments.map(|folder| (*folder).to_owned()).collect(),
            templates: Vec::new(),
            template_files: FxHashSet::default(),
        }
    }

    /// Knows of folders of templates.
    pub fn with_templates(mut self, templates: Vec<TemplateFolder>) -> Self {
        self.templates = templates;
        self
    }

    /// Knows of files that are called templates.
    pub fn with_template_files(mut self, files: &[Utf8PathBuf]) -> Self {
        self.template_files = files.iter().cloned().collect();
        self
    }

    /// Forgets templates that turn out to be none, since these paths are deployed, or these files
    /// with a folder around them.
    pub fn forget_templates(&mut self, deployed: &[Utf8PathBuf], files: &[&Utf8Path]) {
        let is_deployed = |folder: &TemplateFolder| {
            let mut files = files.iter();
            deployed.iter().any(|path| folder.has(path))
                || folder.why != Why::FilledIn && files.any(|file| folder.has(file))
        };
        self.templates.retain(|folder| !is_deployed(folder));
        self.template_files
            .retain(|file| !deployed.iter().any(|path| file.starts_with(path)));
    }

    /// Whether a path is that of what is there to be read, tested or run by hand rather than to be
    /// deployed.
    pub fn is_example(&self, path: &Utf8Path) -> bool {
        let mut folders: Vec<&Utf8Path> = path.ancestors().collect();
        folders.reverse();
        let mut is_in_environment = false;
        for folder in folders {
            let Some(name) = folder.file_name() else {
                continue;
            };
            let parent = folder.parent().and_then(Utf8Path::file_name);
            // A chart's own tests are deployed with it.
            let is_of_chart = name == "tests" && parent == Some("templates");
            let is_overlay = parent.is_none_or(|parent| PARENTS.contains(&parent));
            let is_apart = FOLDERS.contains(&name)
                || name.ends_with("-tests")
                || is_overlay && EXAMPLES.iter().any(|end| name.ends_with(end));
            if is_test_folder(name) || shows_faults(name) || is_apart && !is_of_chart {
                return true;
            }
            is_in_environment |= parent.is_some_and(|parent| PARENTS.contains(&parent))
                || is_certain_environment(name)
                || self.environments.contains(folder);
            if !is_in_environment && FOLDERS_OR_ENVIRONMENTS.contains(&name) {
                return true;
            }
        }
        false
    }

    /// Whether a path is that of a cluster which runs on the machine of who works on it.
    pub fn is_local(&self, path: &Utf8Path) -> bool {
        let folders = path.parent().into_iter().flat_map(Utf8Path::components);
        let mut names = folders.map(|folder| folder.as_str());
        names.any(is_local_name)
    }

    /// Whether another program fills in what stands in a file or folder before it is deployed.
    pub fn is_template(&self, path: &Utf8Path) -> bool {
        self.template_files.contains(path) || self.templates.iter().any(|own| own.has(path))
    }

    /// The files that are called templates, in the order of their paths.
    pub fn template_files(&self) -> Vec<&Utf8Path> {
        let mut files: Vec<&Utf8Path> = self.template_files.iter().map(|own| &**own).collect();
        files.sort_unstable();
        files
    }

    /// The folders of templates, each with why it is one.
    pub fn template_folders(&self) -> impl Iterator<Item = (&Utf8Path, Why)> {
        self.templates.iter().map(|own| (&*own.path, own.why))
    }

    /// What is to be said of the folders of templates.
    pub fn problems(&self) -> Vec<Problem> {
        self.templates.iter().map(templates::told).collect()
    }
}

/// Whether a folder or an environment of this name runs on the machine of who works on it.
pub fn is_local_name(name: &str) -> bool {
    let is_called = CALLED_LOCAL.iter().any(|own| name.starts_with(own));
    let has_word = |word: &str| {
        let before = name.strip_prefix(word).map(|rest| rest.starts_with('-'));
        let behind = name.strip_suffix(word).map(|rest| rest.ends_with('-'));
        before.or(behind).unwrap_or_default()
    };
    LOCAL.contains(&name) || !is_called && LOCAL.iter().any(|word| has_word(word))
}

/// Whether a folder can only be that of an environment.
fn is_certain_environment(name: &str) -> bool {
    tier_of_certain_name(name).is_some() && !is_ambiguous(name)
}

/// Whether a file is one of test data or of counterexamples, by its folder or its name.
pub fn is_wrong_on_purpose(file: &Utf8Path) -> bool {
    let folder = file.parent();
    let mut parts = folder.iter().flat_map(|folder| folder.components());
    let words = |name: &str| {
        let mut words = name.split(['-', '_', '.']);
        words.any(|word| COUNTEREXAMPLES.contains(&word))
    };
    is_test_data(file)
        || parts.any(|part| shows_faults(part.as_str()))
        || file.file_stem().is_some_and(words)
}

/// Whether a path is that of a folder that tools keep their test data in, or of what stands in one.
/// Such manifests are wrong on purpose, and nothing deploys them.
pub fn is_test_data(path: &Utf8Path) -> bool {
    let mut parts = path.components();
    parts.any(|part| is_test_folder(part.as_str()))
}

fn is_test_folder(name: &str) -> bool {
    let name = name.trim_end_matches(|c: char| c.is_ascii_digit());
    TEST_DATA.contains(&name) || name.starts_with('.') && name.ends_with("-test")
}

/// Whether what a folder of this name holds is there to be rejected.
fn shows_faults(name: &str) -> bool {
    let (fault, what) = name.split_once(['-', '_']).unwrap_or((name, ""));
    COUNTEREXAMPLES.contains(&fault) && (what.is_empty() || COUNTED.contains(&what))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_example(path: &str, beside: &[&str]) -> bool {
        let files: Vec<Utf8PathBuf> = beside.iter().map(Utf8PathBuf::from).collect();
        Apart::of(&files, &Config::default()).is_example(path.into())
    }

    #[test]
    fn folders_of_tests_and_of_what_is_copied() {
        for path in [
            "test/bench/job.yaml",
            "tests/data/kustomization.yaml",
            "src/__tests__/a/kustomization.yaml",
            "test-data/a.yaml",
            "testing/a.yaml",
            "charts/web/ci/default-values.yaml",
            "hack/new-cluster/a.yaml",
            "vendor/k8s.io/api/pod.yaml",
            "boilerplate/app/a.yaml",
            "charts/_scaffold/values.yaml",
            "test/e2e/overlays/dev/a.yaml",
            "clusters/prod/tests/a.yaml",
            "docs/a.yaml",
            ".opencode/skills/app/templates/overlays/prod/a.yaml",
            "clusters/prod/policy-tests/a.yaml",
            "web/overlays/aws-example/a.yaml",
            "fixtures/a.yaml",
            "docs-examples/a.yaml",
            "demo/basic/bad/a.yaml",
            "demo/bank/bad_resources/a.yaml",
            "policies/labels/disallowed/a.yaml",
        ] {
            assert!(is_example(path, &[path]), "{path}");
        }
        for path in [
            "apps/web/a.yaml",
            "apps/test-runner/a.yaml",
            "apps/tailscale-examples/a.yaml",
            "apps/bad-bot-blocker/a.yaml",
            "charts/web/templates/tests/connection.yaml",
        ] {
            assert!(!is_example(path, &[path]), "{path}");
        }
    }

    #[test]
    fn what_is_there_to_be_rejected() {
        for path in [
            "pkg/testdata/a.yaml",
            "pkg/testdata2/a.yaml",
            "demo/bad_resources/a.yaml",
            "test/fixtures/invalid-resources/a.yaml",
            "samples/labels/example_disallowed.yaml",
            "samples/labels/bad-pod.yaml",
        ] {
            assert!(is_wrong_on_purpose(path.into()), "{path}");
        }
        for path in [
            "examples/a.yaml",
            "samples/labels/allowed.yaml",
            "samples/badge.yaml",
        ] {
            assert!(!is_wrong_on_purpose(path.into()), "{path}");
        }
    }

    #[test]
    fn an_environment_may_be_called_test() {
        for path in [
            "apps/web/overlays/test/a.yaml",
            "envs/test/a.yaml",
            "environments/testing/a.yaml",
            "clusters/test/web/a.yaml",
            "clusters/ci/web/a.yaml",
            "clusters/prod/vendor/a.yaml",
            "prod/ci/a.yaml",
        ] {
            assert!(!is_example(path, &[path]), "{path}");
        }
        let path = "apps/web/test/a.yaml";
        assert!(is_example(path, &[path, "apps/web/base/a.yaml"]));
        assert!(!is_example(path, &[path, "apps/web/prod/a.yaml"]));
        assert!(!is_example(path, &[path, "apps/web/eu-staging/a.yaml"]));
        let vendored = "apps/web/vendor/a.yaml";
        assert!(is_example(vendored, &[vendored, "apps/web/prod/a.yaml"]));
    }

    #[test]
    fn clusters_on_ones_own_machine() {
        let is_local = |path: &str| Apart::default().is_local(path.into());
        assert!(is_local("local-k8s/db/secret.yaml"));
        assert!(is_local("clusters/kind/secret.yaml"));
        assert!(is_local("clusters/kind-cluster/secret.yaml"));
        assert!(is_local("clusters/dev-k3d/secret.yaml"));
        assert!(!is_local("clusters/kindness/secret.yaml"));
        assert!(!is_local("clusters/prod/kind.yaml"));
        assert!(is_local("overlays/local/secret.yaml"));
        assert!(is_local("overlays/shop-local/secret.yaml"));
        assert!(!is_local("apps/local-path-provisioner/secret.yaml"));
        assert!(!is_local("charts/web/minikube"));
    }

    #[test]
    fn the_configuration_tells_of_environments() {
        let config = "environments:\n  stage: {members: [lab], paths: ['test/**']}\n";
        let source = manifest::Source::file(".gitopslint.yaml", spanned_yaml::Tree::parse(config));
        let config = crate::settings::read(&source, &[]).unwrap();
        let files = [Utf8PathBuf::from("test/web/a.yaml")];
        assert!(Apart::of(&files, &Config::default()).is_example(&files[0]));
        assert!(!Apart::of(&files, &config).is_example(&files[0]));
    }
}
