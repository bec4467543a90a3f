//! Argo CD's contract for plugins: a copy of the repository, or of a part of it, in a folder of
//! its own, with plain files and nothing but the contract's environment.

use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output, Stdio};

use camino::Utf8Path;

use crate::run::{Folder, check, disk};

/// An application with a fault of its own in `broken`, and one of another.
const REPOSITORY: &str = "
--- apps/web/base/kustomization.yaml
resources: [deployment.yaml]
--- apps/web/base/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: ghcr.io/acme/web:1.0.0
          securityContext: {privileged: true}
--- apps/web/overlays/production/kustomization.yaml
resources: [../../base]
--- apps/clean/kustomization.yaml
resources: [config.yaml]
--- apps/clean/config.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: clean}
--- apps/empty/kustomization.yaml
resources: []
--- apps/broken/kustomization.yaml
resources:
  - none.yaml
";

/// A copy of the repository below one of its folders, as the sidecar unpacks it.
struct Copy(Folder);

impl Copy {
    fn of(texts: &str) -> Self {
        let folder = Folder::with(texts);
        for path in crate::run::memory(texts).paths() {
            let mode = std::fs::Permissions::from_mode(0o644);
            std::fs::set_permissions(folder.path().join(path), mode).unwrap();
        }
        Self(folder)
    }

    /// What the plugin says of an application, with parameters.
    fn generate(&self, folder: &str, source_path: &str, parameters: &[(&str, &str)]) -> Output {
        crate::command::program()
            .arg("generate")
            .current_dir(self.0.path().join(folder))
            .env_clear()
            .env("ARGOCD_APP_NAME", "web")
            .env("ARGOCD_APP_NAMESPACE", "web")
            .env("ARGOCD_APP_SOURCE_PATH", source_path)
            .env("KUBE_VERSION", "1.31")
            .env("KUBE_API_VERSIONS", "v1,apps/v1")
            .envs(parameters.iter().copied())
            .output()
            .unwrap()
    }

    /// The first line of a refusal, with the exit code.
    #[track_caller]
    fn refused(&self, folder: &str, parameters: &[(&str, &str)]) -> (i32, String) {
        let output = self.generate(folder, folder, parameters);
        assert_eq!(output.stdout, b"", "manifests besides a refusal");
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(!told.contains(['│', '╭', '╰', '\u{1b}']), "{told}");
        let first = told.lines().next().unwrap_or_default();
        (output.status.code().unwrap(), first.to_owned())
    }
}

fn manifests(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    assert_eq!(output.stderr, b"", "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn manifests_alone_are_printed() {
    let copy = Copy::of(REPOSITORY);
    let path = "apps/web/overlays/production";
    let printed = manifests(&copy.generate(path, path, &[]));
    assert!(printed.starts_with("apiVersion: apps/v1\nkind: Deployment\n"));
}

/// With manifest-generate-paths, only the folder that the paths share is sent.
#[test]
fn a_part_of_the_repository_is_enough() {
    let whole = Copy::of(REPOSITORY);
    let path = "apps/web/overlays/production";
    let expected = manifests(&whole.generate(path, path, &[]));
    let texts = REPOSITORY
        .split("--- ")
        .filter(|text| text.starts_with("apps/web/"));
    let texts: String = texts
        .map(|text| format!("--- {}", text.trim_start_matches("apps/web/")))
        .collect();
    let part = Copy::of(&texts);
    assert_eq!(
        manifests(&part.generate("overlays/production", path, &[])),
        expected
    );
    // It is checked, too.
    let fail_on = [("PARAM_FAIL_ON", "error")];
    let output = part.generate("overlays/production", path, &fail_on);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
}

#[test]
fn a_refusal_says_first_and_plainly_which_and_why() {
    let copy = Copy::of(REPOSITORY);
    assert_eq!(
        copy.refused("apps/broken", &[]),
        (
            2,
            "error: the application web (apps/broken) is refused: it does not render: \
             `none.yaml` cannot be read: there is no such file (apps/broken/kustomization.yaml:2:5)"
                .to_owned()
        )
    );
    assert_eq!(
        copy.refused("apps/empty", &[]),
        (
            2,
            "error: the application web (apps/empty) is refused: it renders to nothing".to_owned()
        )
    );
    assert_eq!(
        copy.refused(
            "apps/web/overlays/production",
            &[("PARAM_FAIL_ON", "error")]
        ),
        (
            1,
            "error: the application web (apps/web/overlays/production) is refused: 1 error, and \
             its parameter fail-on is `error`"
                .to_owned()
        )
    );
}

#[test]
fn only_the_application_itself_is_checked() {
    let copy = Copy::of(REPOSITORY);
    let fail_on = [("PARAM_FAIL_ON", "info")];
    let printed = manifests(&copy.generate("apps/clean", "apps/clean", &fail_on));
    assert!(printed.contains("name: clean"));
}

#[test]
fn a_configuration_that_is_not_valid_refuses_with_and_without_fail_on() {
    let copy = Copy::of(&format!(
        "{REPOSITORY}--- .gitopslint.yaml\nprofil: restricted\n"
    ));
    let parameters: [&[(&str, &str)]; 2] = [&[], &[("PARAM_FAIL_ON", "error")]];
    let told = parameters.map(|parameters| copy.refused("apps/clean", parameters));
    assert_eq!(told[0], told[1]);
    assert_eq!(told[0].0, 2);
    assert!(
        told[0].1.contains("the configuration is not valid"),
        "{told:?}"
    );
}

#[test]
fn empty_only_where_application_and_operator_permit_it() {
    let copy = Copy::of(REPOSITORY);
    let permits = [("PARAM_ALLOW_EMPTY", "true")];
    let output = copy.generate("apps/empty", "apps/empty", &permits);
    assert_eq!(manifests(&output).trim(), "");
    let (code, told) = copy.refused("apps/empty", &[("PARAM_ALLOW_EMPTY", "yes")]);
    assert_eq!(
        (code, told.as_str()),
        (2, "error: the parameter allow-empty is `yes`")
    );
    let output = crate::command::program()
        .args(["generate", "--forbid-empty"])
        .current_dir(copy.0.path().join("apps/empty"))
        .env_clear()
        .envs(permits)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2), "{output:?}");
}

/// At its deadline, Argo CD sends SIGTERM to the command, whoever reads what it prints.
#[test]
fn a_deadline_ends_it_at_once() {
    let text = "x".repeat(1 << 20);
    let copy = Copy::of(&format!(
        "--- kustomization.yaml\nresources: [config.yaml]\n--- config.yaml\n\
         apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata: {{a: {text}}}\n"
    ));
    let mut child = crate::command::program()
        .arg("generate")
        .current_dir(copy.0.path())
        .env_clear()
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // It cannot end by itself: nobody reads more than the beginning.
    let mut first = [0];
    child
        .stdout
        .as_mut()
        .unwrap()
        .read_exact(&mut first)
        .unwrap();
    let killed = Command::new("kill").arg(child.id().to_string()).status();
    assert!(killed.unwrap().success());
    assert_eq!(child.wait().unwrap().signal(), Some(15));
}

#[test]
fn a_wrong_parameter_is_named() {
    let copy = Copy::of(REPOSITORY);
    let (code, told) = copy.refused("apps/clean", &[("PARAM_FAIL_ON", "errors")]);
    assert_eq!(
        (code, told.as_str()),
        (2, "error: the parameter fail-on is `errors`")
    );
}

/// The component of the project, added to what it patches.
#[test]
fn the_sidecar_passes_the_check() {
    let own = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("argocd");
    let folder = Folder::with(
        "--- kustomization.yaml\nresources: [server.yaml]\ncomponents: [gitopslint]\n\
         --- server.yaml\napiVersion: apps/v1\nkind: Deployment\n\
         metadata: {name: argocd-repo-server}\nspec:\n  \
         selector: {matchLabels: {app: a}}\n  template:\n    metadata: {labels: {app: a}}\n    \
         spec:\n      automountServiceAccountToken: false\n      containers: []\n      volumes:\n        \
         - {name: var-files, emptyDir: {}}\n        - {name: plugins, emptyDir: {}}\n",
    );
    for name in ["kustomization.yaml", "plugin.yaml", "sidecar.yaml"] {
        let bytes = std::fs::read(own.join(name)).unwrap();
        folder.write(format!("gitopslint/{name}"), &bytes);
    }
    let run = check(&disk(folder.path()));
    assert_eq!(run.summary().targets, 1);
    let of_sidecar = run.told();
    let mut of_sidecar = of_sidecar
        .lines()
        .filter(|line| line.starts_with("gitopslint/"));
    assert_eq!(of_sidecar.find(|line| !line.contains(": info [")), None);
}
