//! Pull requests that try to switch off what judges them.

use camino::Utf8Path;

use crate::command::{run, told};
use crate::git::{commit, git};
use crate::run::Folder;

const FILES: &str = "
--- .gitopslint.yaml
policies: [policies]
baseline: ci/baseline.yaml
locked: [host-namespace]
environments:
  production: {members: [production], paths: {production: [apps/strict, 'apps/strict/**']}}
rules:
  no-owner: error
  latest-tag: {paths: {'apps/lax/**': off}}
--- policies/no-owner.rego
# METADATA
# title: object has no owner
# description: Nobody knows whom to ask.
# remediation: Name an owner.
# severity: error
# kinds: [Pod]
package custom.no_owner

deny contains {\"message\": \"nobody owns it\", \"path\": [\"metadata\"]} if not input.object.metadata.labels.owner
--- ci/baseline.yaml
version: 1
findings: []
--- apps/strict/kustomization.yaml
resources: [pod.yaml, widget.yaml, definition.yaml]
--- apps/strict/pod.yaml
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {owner: web}}
spec:
  containers:
  - name: web
    image: acme/web:1.2.3
--- apps/strict/widget.yaml
apiVersion: acme.example.com/v1
kind: Widget
metadata: {name: web}
spec: {size: 1}
--- apps/strict/definition.yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.acme.example.com}
spec:
  group: acme.example.com
  scope: Namespaced
  names: {kind: Widget, plural: widgets, singular: widget}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [size]
            properties:
              size: {type: integer, maximum: 3}
";

const PRIVILEGED: &str = "
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {owner: web}}
spec:
  containers:
  - name: web
    image: acme/web:1.2.3
    securityContext: {privileged: true}
";

fn repository() -> Folder {
    let folder = Folder::with(&FILES.replace("latest-tag", "mutable-image-tag"));
    git(folder.path(), &["init", "-q", "-b", "main"]);
    commit(folder.path());
    folder
}

fn edit(folder: &Folder, path: &str, from: &str, to: &str) {
    let text = std::fs::read_to_string(folder.path().join(path)).unwrap();
    assert!(text.contains(from), "{text}");
    folder.write(path, text.replace(from, to).as_bytes());
}

const RULES: &str = "privileged-container,mutable-image-tag,no-owner,gate-weakened,host-namespace,missing-field,wrong-type,invalid-value";

/// What the gate says of the change in the work tree.
fn gate(folder: &Utf8Path) -> String {
    told(
        folder,
        &[
            "check",
            "--gate-from",
            "main",
            "--changed",
            "--select",
            RULES,
        ],
    )
}

/// A trick, with a fault that it is to hide.
type Trick = (&'static str, fn(&Folder));

const TRICKS: [Trick; 10] = [
    ("a rule switched off", |folder| {
        folder.write("apps/strict/pod.yaml", PRIVILEGED.as_bytes());
        edit(
            folder,
            ".gitopslint.yaml",
            "rules:\n",
            "rules:\n  privileged-container: off\n",
        );
    }),
    ("a severity lowered in a part", |folder| {
        folder.write("apps/strict/pod.yaml", PRIVILEGED.as_bytes());
        edit(
            folder,
            ".gitopslint.yaml",
            "rules:\n",
            "rules:\n  privileged-container: {paths: {'apps/strict/**': info}}\n",
        );
    }),
    ("an ignore of a locked rule", |folder| {
        let text = PRIVILEGED.replace(
            "spec:\n",
            "spec:\n  hostNetwork: true # gitopslint: ignore[host-namespace] it is needed\n",
        );
        folder.write("apps/strict/pod.yaml", text.as_bytes());
        edit(folder, ".gitopslint.yaml", "locked: [host-namespace]\n", "");
    }),
    ("a baseline grown", |folder| {
        folder.write("apps/strict/pod.yaml", PRIVILEGED.as_bytes());
        folder.write(
            "ci/baseline.yaml",
            b"version: 1\nfindings:\n- {rule: privileged-container, file: apps/strict/pod.yaml, object: Pod/web, path: \"spec.containers[name=web].securityContext.privileged\", environments: [production]}\n",
        );
    }),
    ("a policy edited", |folder| {
        edit(folder, "apps/strict/pod.yaml", ", labels: {owner: web}", "");
        edit(
            folder,
            "policies/no-owner.rego",
            "not input.object.metadata.labels.owner",
            "input.object.metadata.labels.never",
        );
    }),
    ("a policy removed", |folder| {
        edit(folder, "apps/strict/pod.yaml", ", labels: {owner: web}", "");
        std::fs::remove_file(folder.path().join("policies/no-owner.rego")).unwrap();
        edit(folder, ".gitopslint.yaml", "  no-owner: error\n", "");
    }),
    ("files ignored by git", |folder| {
        folder.write("apps/strict/pod.yaml", PRIVILEGED.as_bytes());
        folder.write(".gitignore", b"apps\n");
        folder.write(".gitattributes", b"*.yaml filter=lfs -text\n");
    }),
    ("a definition loosened", |folder| {
        edit(
            folder,
            "apps/strict/widget.yaml",
            "{size: 1}",
            "{size: many}",
        );
        edit(
            folder,
            "apps/strict/definition.yaml",
            "            required: [size]\n            properties:\n              size: {type: integer, maximum: 3}\n",
            "            x-kubernetes-preserve-unknown-fields: true\n",
        );
    }),
    ("a file moved to where less is asked", |folder| {
        edit(folder, "apps/strict/pod.yaml", "web:1.2.3", "web:latest");
        folder.write("apps/lax/kustomization.yaml", b"resources: [pod.yaml]\n");
        std::fs::rename(
            folder.path().join("apps/strict/pod.yaml"),
            folder.path().join("apps/lax/pod.yaml"),
        )
        .unwrap();
        edit(
            folder,
            "apps/strict/kustomization.yaml",
            "pod.yaml, ",
            "../lax, ",
        );
    }),
    ("a link in the place of the configuration", |folder| {
        folder.write("apps/strict/pod.yaml", PRIVILEGED.as_bytes());
        let at = folder.path().join(".gitopslint.yaml");
        std::fs::remove_file(&at).unwrap();
        folder.write("lax.yaml", b"rules: {privileged-container: off}\n");
        #[cfg(unix)]
        std::os::unix::fs::symlink("lax.yaml", at).unwrap();
    }),
];

#[test]
fn no_trick_gets_past_the_gate() {
    let mut all = String::new();
    for (name, trick) in TRICKS {
        let folder = repository();
        trick(&folder);
        all += &format!("# {name}\n{}\n\n", gate(folder.path()));
        let code = run(folder.path(), &["check", "--gate-from", "main"])
            .status
            .code();
        assert_eq!(code, Some(1), "{name}: {}", gate(folder.path()));
    }
    insta::assert_snapshot!(all, @r#"
    # a rule switched off
    1
    error[gate-weakened]: this lowers `privileged-container` from error to off in dev, stage, production
    error[privileged-container]: container `web` runs privileged
    judged by main; its changes here would add 0 findings and drop 1
    2 files changed, 1 target reads them

    # a severity lowered in a part
    1
    error[gate-weakened]: this lowers `privileged-container` from error to info in dev, stage,
    error[privileged-container]: container `web` runs privileged
    judged by main; its changes here would add 0 findings and drop 1
    2 files changed, 1 target reads them

    # an ignore of a locked rule
    1
    error[gate-weakened]: this unlocks `host-namespace`
    error[host-namespace]: the pod shares its node's network namespace
    error[privileged-container]: container `web` runs privileged
    judged by main; its changes here would add 0 findings and drop 1
    2 files changed, 1 target reads them

    # a baseline grown
    1
    error[privileged-container]: container `web` runs privileged
    error[gate-weakened]: this would excuse `privileged-container` in apps/strict/pod.yaml
    judged by main; its changes here would add 0 findings and drop 1
    2 files changed, 1 target reads them

    # a policy edited
    1
    error[no-owner]: nobody owns it
    warning[gate-weakened]: this policy is not the one of main, which is used
    judged by main; its changes here would add 0 findings and drop 1
    2 files changed, 1 target reads them

    # a policy removed
    1
    error[no-owner]: nobody owns it
    error[gate-weakened]: this policy of main would no longer be used
    judged by main; its changes here would add 0 findings and drop 1
    3 files changed, 1 target reads them

    # files ignored by git
    1
    error[privileged-container]: container `web` runs privileged
    judged by main
    3 files changed, 1 target reads them

    # a definition loosened
    1
    error[gate-weakened]: the definition widgets.acme.example.com lets through more: unknown fields of
    judged by main
    2 files changed, 1 target reads them

    # a file moved to where less is asked
    1
    error[gate-weakened]: apps/strict/pod.yaml was moved here, where it no longer counts as production
    judged by main
    4 files changed, 1 target reads them

    # a link in the place of the configuration
    1
    error[gate-weakened]: this unlocks `host-namespace`
    error[gate-weakened]: this lowers `privileged-container` from error to off in dev, stage, production
    error[privileged-container]: container `web` runs privileged
    error[gate-weakened]: this policy of main would no longer be used
    judged by main; its changes here would add 0 findings and drop 1
    3 files changed, 1 target reads them
    "#);
}

#[test]
fn an_application_that_moves_to_a_laxer_environment_is_told() {
    let folder = repository();
    folder.write(
        "argocd/api.yaml",
        b"apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: api-production}\nspec:\n  project: default\n  source: {repoURL: https://git.example.org/platform.git, path: deploy/api}\n  destination: {namespace: api}\n",
    );
    folder.write("deploy/api/kustomization.yaml", b"resources: [pod.yaml]\n");
    let pod = PRIVILEGED.replace("web", "api").replace("true", "false");
    folder.write("deploy/api/pod.yaml", pod.as_bytes());
    commit(folder.path());
    edit(&folder, "argocd/api.yaml", "api-production", "api-dev");
    edit(&folder, "deploy/api/pod.yaml", "1.2.3", "latest");
    insta::assert_snapshot!(gate(folder.path()), @r#"
    1
    error[gate-weakened]: deploy/api is treated as dev here, but as production in main
    warning[mutable-image-tag]: `acme/api:latest` can change under you
    judged by main
    2 files changed, 3 targets read them
    "#);
}

#[test]
fn all_tricks_together_do_not_either() {
    let folder = repository();
    for at in [0, 3, 5, 6, 7] {
        TRICKS[at].1(&folder);
    }
    insta::assert_snapshot!(gate(folder.path()), @r#"
    1
    error[gate-weakened]: this lowers `privileged-container` from error to off in dev, stage, production
    error[gate-weakened]: the definition widgets.acme.example.com lets through more: unknown fields of
    error[privileged-container]: container `web` runs privileged
    error[gate-weakened]: this would excuse `privileged-container` in apps/strict/pod.yaml
    error[gate-weakened]: this policy of main would no longer be used
    judged by main; its changes here would add 0 findings and drop 1
    8 files changed, 1 target reads them
    "#);
}

#[test]
fn what_is_honest_passes() {
    let folder = repository();
    insta::assert_snapshot!(gate(folder.path()), @r#"
    0
    judged by main
    no file changed
    "#);
    // A definition with its objects.
    let other = |text: &str| text.replace("idget", "adget");
    let definition = std::fs::read_to_string(folder.path().join("apps/strict/definition.yaml"));
    folder.write(
        "apps/strict/gadgets.yaml",
        other(&definition.unwrap()).as_bytes(),
    );
    let object = std::fs::read_to_string(folder.path().join("apps/strict/widget.yaml")).unwrap();
    folder.write("apps/strict/gadget.yaml", other(&object).as_bytes());
    edit(
        &folder,
        "apps/strict/kustomization.yaml",
        "[pod",
        "[gadgets.yaml, gadget.yaml, pod",
    );
    insta::assert_snapshot!(gate(folder.path()), @r#"
    0
    judged by main
    3 files changed, 1 target reads them
    "#);
    // A new ignore, with a reason.
    let text = PRIVILEGED.replace(
        "true}",
        "true} # gitopslint: ignore[privileged-container] it is the CNI",
    );
    folder.write("apps/strict/pod.yaml", text.as_bytes());
    insta::assert_snapshot!(gate(folder.path()), @r#"
    0
    warning[gate-weakened]: `privileged-container` is newly ignored here: it is the CNI
    judged by main
    4 files changed, 1 target reads them
    "#);
}

#[test]
fn a_gate_can_refuse_new_ignores() {
    let folder = repository();
    edit(
        &folder,
        ".gitopslint.yaml",
        "rules:\n",
        "new-ignores: refuse\nrules:\n",
    );
    commit(folder.path());
    let text = PRIVILEGED.replace(
        "true}",
        "true} # gitopslint: ignore[privileged-container] it is the CNI",
    );
    folder.write("apps/strict/pod.yaml", text.as_bytes());
    insta::assert_snapshot!(gate(folder.path()), @r#"
    1
    error[privileged-container]: container `web` runs privileged
    warning[gate-weakened]: a new ignore of `privileged-container` is not accepted here
    judged by main
    1 file changed, 1 target reads it
    "#);
    commit(folder.path());
    insta::assert_snapshot!(gate(folder.path()), @r#"
    0
    judged by main
    no file changed
    "#);
}

#[test]
fn a_stricter_configuration_is_told_by_its_effect() {
    let folder = repository();
    edit(
        &folder,
        ".gitopslint.yaml",
        "rules:\n",
        "rules:\n  missing-liveness-probe: error\n",
    );
    insta::assert_snapshot!(told(folder.path(), &["check", "--gate-from", "main", "--changed"]), @r#"
    0
    judged by main; its changes here would add 1 finding and drop 0
    1 file changed, 1 target reads it
    "#);
}

#[test]
fn a_gate_that_cannot_be_read_does_not_pass() {
    let folder = repository();
    insta::assert_snapshot!(told(folder.path(), &["check", "--gate-from", "mian"]), @r#"
    2

    error: git knows no revision `mian`
      help: did you mean `main`?
    "#);
    folder.write(".gitopslint.yaml", b"rules: {nothing: off}\n");
    insta::assert_snapshot!(gate(folder.path()), @r#"
    1
    error[gate-weakened]: this is not valid, and not used: there is no rule `nothing`
    judged by main
    1 file changed, 1 target reads it
    "#);
    commit(folder.path());
    insta::assert_snapshot!(gate(folder.path()), @r#"
    2

    error: the configuration is not valid
    error: there is no rule `nothing`
      .gitopslint.yaml:1:9
      help: `gitopslint rules` lists all rules
    "#);
    let plain = Folder::with(FILES);
    insta::assert_snapshot!(told(plain.path(), &["check", "--gate-from", "main"]), @r#"
    2

    error: ROOT is not in a git repository
      help: without --rev, --staged and --changed, the files on disk are read as they are
    "#);
}

#[test]
fn every_exception_is_listed() {
    let folder = repository();
    edit(
        &folder,
        "apps/strict/pod.yaml",
        "acme/web:1.2.3",
        "acme/web:1.2.3 # gitopslint: ignore[mutable-image-tag] env=production until=2020-01-31 it is rebuilt",
    );
    edit(
        &folder,
        ".gitopslint.yaml",
        "rules:\n",
        "ignores:\n- {rule: no-owner, paths: ['legacy/**'], reason: nobody is left}\nrules:\n",
    );
    let output = run(Utf8Path::new(folder.path()), &["ignores"]);
    let text = String::from_utf8(output.stdout).unwrap();
    insta::assert_snapshot!(text, @r#"
    .gitopslint.yaml:7:3: no-owner: nobody is left
    apps/strict/pod.yaml:7:27: mutable-image-tag in production until 2020-01-31, which has passed: it is rebuilt
    "#);
}
