//! Whatever a repository holds, each fault is a finding at its line, and the rest is checked.

use std::fs;

use insta::assert_snapshot;

use crate::run::{Folder, check, disk, memory, try_check};

/// An object in each repository that shows that the rest is still checked.
const GOOD: &str = "
--- sound/pod.yaml
apiVersion: v1
kind: Pod
metadata: {name: sound}
spec:
  hostNetwork: true
  restartPolicy: OnFailure
  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
  containers:
  - name: sound
    image: ghcr.io/acme/sound:1.0.0
    securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
    readinessProbe: {tcpSocket: {port: 80}}
    resources: {requests: {cpu: 10m, memory: 16Mi}, limits: {memory: 32Mi}}
";

/// What is told about a repository, besides the one finding that it always has.
fn told(texts: &str) -> String {
    without_sound(&check(&memory(&format!("{texts}{GOOD}"))).told())
}

#[track_caller]
fn without_sound(told: &str) -> String {
    let (sound, others): (Vec<&str>, Vec<&str>) = told
        .lines()
        .partition(|line| line.starts_with("sound/pod.yaml:"));
    assert_eq!(sound.len(), 1, "{told}");
    assert!(sound[0].contains("[host-namespace]"), "{told}");
    others.join("\n")
}

const SETTINGS: &str = "
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {colour: blue}
";

fn with_settings(texts: &str) -> String {
    told(&format!("{texts}\n--- app/settings.yaml{SETTINGS}"))
}

#[test]
fn broken_yaml_is_told_wherever_it_breaks() {
    assert_snapshot!(told("
--- a.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: a
 labels: {}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: b
data: {}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: c}
data:
	key: value
"), @"
    a.yaml:5: error [invalid-yaml]: this line is indented by 1 space, which matches no level above it: align it with the lines that it belongs to
    a.yaml:9: error [invalid-yaml]: this `{` is not closed, or a comma is missing between its items
    a.yaml:16: error [invalid-yaml]: this line is indented with a tab: YAML allows only spaces
    ");
}

#[test]
fn duplicate_keys() {
    assert_snapshot!(told("
--- a.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: a, name: b}
data:
  key: x
  other: x
  key: z
"), @"
    a.yaml:3: error [duplicate-key]: duplicate key `name` in this mapping
    a.yaml:7: error [duplicate-key]: duplicate key `key` in this mapping
    ");
}

#[test]
fn missing_resources() {
    assert_snapshot!(with_settings("
--- app/kustomization.yaml
resources:
- settings.yaml
- service.yaml
- ../base
components:
- ../component
"), @"
    app/kustomization.yaml:3: error [missing-resource]: `service.yaml` cannot be read: there is no such file
    app/kustomization.yaml:4: error [missing-resource]: `../base` cannot be read: there is no such file
    app/kustomization.yaml:6: error [missing-resource]: `../component` cannot be read: there is no such file
    ");
}

#[test]
fn missing_files() {
    assert_snapshot!(with_settings("
--- app/kustomization.yaml
resources: [settings.yaml]
configMapGenerator:
- name: files
  files: [missing.txt]
  envs: [missing.env]
"), @"
    app/kustomization.yaml:4: error [missing-resource]: `missing.txt` cannot be read: there is no such file
    app/kustomization.yaml:5: error [missing-resource]: `missing.env` cannot be read: there is no such file
    ");
    assert_snapshot!(with_settings("
--- app/kustomization.yaml
resources: [settings.yaml]
patches:
- path: patch.yaml
- path: other.yaml
"), @"
    app/kustomization.yaml:3: error [missing-resource]: `patch.yaml` cannot be read: there is no such file
    app/kustomization.yaml:4: error [missing-resource]: `other.yaml` cannot be read: there is no such file
    ");
}

#[test]
fn cycles() {
    assert_snapshot!(told("
--- a/kustomization.yaml
resources: [../b]
--- b/kustomization.yaml
resources: [../c]
--- c/kustomization.yaml
resources: [../a]
--- self/kustomization.yaml
resources: [.]
"), @"
    a/kustomization.yaml:1: error [resource-cycle]: these kustomizations include each other in a cycle: a → b → c → a
    self/kustomization.yaml:1: error [resource-cycle]: the kustomization refers to itself
    ");
}

#[test]
fn wrong_patches() {
    assert_snapshot!(with_settings("
--- app/kustomization.yaml
resources: [settings.yaml]
patches:
- patch: |
    - op: remove
      path: /data/size
  target: {kind: ConfigMap}
"), @"app/kustomization.yaml:5: error [patch-not-applied]: the object has no `/data/size`");
    assert_snapshot!(with_settings("
--- app/kustomization.yaml
resources: [settings.yaml]
patches:
- patch: |
    - op: raplace
      path: /data/colour
      value: green
  target: {kind: ConfigMap}
"), @"app/kustomization.yaml:4: error [patch-not-applied]: there is no operation `raplace`");
    assert_snapshot!(with_settings("
--- app/kustomization.yaml
resources: [settings.yaml]
patches:
- patch: |
    kind: ConfigMap
     metadata: {name: settings}
"), @"app/kustomization.yaml:5: error [invalid-yaml]: this line is indented further than the one above, which already has a value: align them");
}

#[test]
fn patches_that_fit_nothing() {
    assert_snapshot!(with_settings("
--- app/kustomization.yaml
resources: [settings.yaml]
patches:
- patch: |
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: no-such-name}
    data: {colour: green}
"), @"app/kustomization.yaml:6: error [patch-not-applied]: the patch matches no object: there is no ConfigMap/no-such-name");
}

#[test]
fn wrong_kustomizations() {
    assert_snapshot!(with_settings("
--- app/kustomization.yaml
resource: [settings.yaml]
namePrefix: [a]
images:
- newTag: 1.0.0
"), @"
    app/kustomization.yaml:1: error [invalid-kustomization]: a kustomization has no field `resource`
    app/kustomization.yaml:2: error [invalid-kustomization]: namePrefix must be text, not a list
    ");
}

#[test]
fn identities_that_two_objects_claim() {
    assert_snapshot!(with_settings("
--- app/kustomization.yaml
resources: [settings.yaml, again.yaml]
--- app/again.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
"), @"app/again.yaml:3: error [conflicting-resource]: two objects are called ConfigMap/settings");
}

#[test]
fn paths_that_lead_out() {
    assert_snapshot!(told("
--- app/kustomization.yaml
resources:
- ../../outside
- /etc/passwd
"), @"
    app/kustomization.yaml:2: error [outside-root]: `../../outside` may not be read: it is outside the repository
    app/kustomization.yaml:3: error [outside-root]: `/etc/passwd` may not be read: it is outside the repository
    ");
}

#[test]
fn files_of_generators_that_lead_out() {
    assert_snapshot!(told("
--- app/kustomization.yaml
configMapGenerator:
- name: files
  files: [../../secret.txt]
"), @"app/kustomization.yaml:3: error [outside-root]: `../../secret.txt` may not be read: it is outside the repository");
    assert_snapshot!(told("
--- app/kustomization.yaml
configMapGenerator:
- name: files
  files: [../beside.txt]
--- beside.txt
beside
"), @"app/kustomization.yaml:3: error [outside-root]: `../beside.txt` may not be read: kustomize reads no files outside the kustomization's folder");
}

#[test]
fn remote_resources() {
    assert_snapshot!(with_settings("
--- app/kustomization.yaml
resources:
- settings.yaml
- https://github.com/acme/base?ref=v1.2.0
"), @"app/kustomization.yaml:3: info [remote-resource]: `https://github.com/acme/base?ref=v1.2.0` is outside this repository, pinned to the tag `v1.2.0`");
}

#[test]
fn what_stands_beside_remote_resources_is_checked() {
    assert_snapshot!(with_settings("
--- app/kustomization.yaml
resources:
- settings.yaml
- https://github.com/acme/base?ref=main
- secret.yaml
patches:
- patch: |
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: of-the-other-repository}
- target: {kind: Service}
  patch: '- {op: remove, path: /spec}'
--- app/secret.yaml
apiVersion: v1
kind: Secret
metadata: {name: mail}
stringData: {password: fake-mail-pass}
"), @r#"
    app/kustomization.yaml:3: warning [floating-remote-resource]: `https://github.com/acme/base?ref=main` follows `main`, which can change
    app/secret.yaml:4: error [plain-secret]: Secret `mail` is not encrypted: password
    "#);
}

#[test]
fn programs_are_not_run() {
    assert_snapshot!(with_settings("
--- app/kustomization.yaml
resources: [settings.yaml]
generators: [generator.yaml]
--- app/generator.yaml
apiVersion: acme.example/v1
kind: Generator
metadata:
  name: any
  annotations:
    config.kubernetes.io/function: |
      exec: {path: ./run.sh}
"), @"app/generator.yaml:2: warning [exec-refused]: the generator Generator/any is a program, which is not run");
}

#[test]
fn deep_nesting() {
    let flow = format!("--- deep.yaml\na: {}\n", "[".repeat(50_000));
    assert_snapshot!(told(&flow), @"deep.yaml:1: error [input-limit]: this is nested more than 256 levels deep");
    let block: String = (0..5_000)
        .map(|depth| format!("{}a:\n", " ".repeat(depth)))
        .collect();
    assert_snapshot!(told(&format!("--- deep.yaml\n{block}")), @"deep.yaml:257: error [input-limit]: this is nested more than 256 levels deep");
}

#[test]
fn alias_bombs() {
    let mut bomb = "--- bomb.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: bomb}\na0: &a0 [x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let below = vec![format!("*a{}", level - 1); 8].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{below}]\n"));
    }
    assert_snapshot!(told(&bomb), @"bomb.yaml:8: error [input-limit]: its aliases make this document too large");
}

#[test]
fn an_unknown_configuration_key() {
    let repository =
        memory("--- .gitopslint.yaml\nrules:\n  host-namespace: error\nlocks: [host-namespace]\n");
    let faults = try_check(&repository).err().unwrap();
    let fault = &faults[0];
    let place = fault.at.as_ref().unwrap();
    assert_eq!(faults.len(), 1);
    assert_eq!(
        (place.path().as_str(), place.start().line),
        (".gitopslint.yaml", 3)
    );
    assert_snapshot!(fault.message, @"the configuration has no key `locks`");
    assert_snapshot!(fault.help.as_deref().unwrap(), @"did you mean `locked`?");
}

#[test]
fn a_parameter_that_its_rule_does_not_take() {
    let repository = memory(
        "--- .gitopslint.yaml\nrules:\n  registry-not-allowed: {parameters: {registry: [ghcr.io]}}\n",
    );
    let faults = try_check(&repository).err().unwrap();
    let place = faults[0].at.as_ref().unwrap();
    assert_eq!(faults.len(), 1);
    assert_eq!((place.start().line, place.start().column), (2, 39));
    assert_snapshot!(faults[0].message, @"`registry-not-allowed` has no parameter `registry`");
    assert_snapshot!(faults[0].help.as_deref().unwrap(), @"did you mean `registries`?");
}

#[test]
fn policies_that_cannot_be_read_or_do_not_end() {
    assert_snapshot!(told("
--- .gitopslint.yaml
policies: [policy]
--- policy/broken.rego
package main

deny contains msg if {
  msg := 
}
--- policy/endless.rego
package gitopslint.custom.endless

deny contains {\"message\": \"never told\"} if {
  some a in numbers.range(1, 100000)
  some b in numbers.range(1, 100000)
  a * b == 0
}
--- policy/slow.rego
package gitopslint.custom.slow

deny contains {\"message\": \"never told\"} if {
  some a in numbers.range(1, 10000)
  some b in numbers.range(1, 10000)
  a * b == 0
}
--- policy/recursive.rego
package gitopslint.custom.recursive

again(x) := again(x + 1)

deny contains {\"message\": \"never told\"} if again(1) == 0
"), @"
    policy/broken.rego:4: error [invalid-policy]: expecting `}` while parsing set
    policy/endless.rego:1: error [invalid-policy]: packages below `gitopslint` are reserved: rename `gitopslint.custom.endless`
    policy/endless.rego:4: error [invalid-policy]: the arguments of `numbers.range` are not bounded: they may consist only of numbers up to 10000, `count(…)`, `+` and `-`
    policy/endless.rego:5: error [invalid-policy]: the arguments of `numbers.range` are not bounded: they may consist only of numbers up to 10000, `count(…)`, `+` and `-`
    policy/recursive.rego:1: error [invalid-policy]: packages below `gitopslint` are reserved: rename `gitopslint.custom.recursive`
    policy/recursive.rego:3: error [invalid-policy]: `again` refers to itself, directly or through other rules; if it is only a variable that has a rule's name, rename the variable
    policy/slow.rego:1: error [invalid-policy]: packages below `gitopslint` are reserved: rename `gitopslint.custom.slow`
    ");
}

#[test]
fn policies_that_are_not_there() {
    let told = told(
        "
--- .gitopslint.yaml
policies: [policy, polcies/deny.rego, tests]
--- policy/readme.md
None yet.
--- tests/deny_test.rego
package deny_test
",
    );
    assert_snapshot!(told, @r"
    nowhere: error [invalid-policy]: polcies/deny.rego: it cannot be read: there is no such file
    nowhere: error [invalid-policy]: policy: no policy is in it, though `policies:` names it
    nowhere: error [invalid-policy]: tests: no policy is in it, though `policies:` names it
    ");
}

#[test]
fn bytes_that_are_no_text() {
    let folder = Folder::with(GOOD);
    folder.write(
        "latin.yaml",
        b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: caf\xe9}\n",
    );
    folder.write(
        "app/kustomization.yaml",
        b"resources:\n- settings.yaml\n- \xff\n",
    );
    folder.write("app/settings.yaml", SETTINGS.as_bytes());
    assert_snapshot!(without_sound(&check(&disk(folder.path())).told()), @"
    app/kustomization.yaml:3: error [unreadable-file]: byte 29 is not UTF-8
    latin.yaml:3: error [unreadable-file]: byte 51 is not UTF-8
    ");
}

#[cfg(unix)]
#[test]
fn links_that_lead_out() {
    use std::os::unix::fs::symlink;

    let outside = Folder::with(
        "--- secret.yaml\napiVersion: v1\nkind: Secret\nmetadata: {name: outside}\nstringData: {key: outside}\n",
    );
    let folder = Folder::with(GOOD);
    folder.write(
        "app/kustomization.yaml",
        b"resources:\n- link.yaml\n- folder\n",
    );
    symlink(
        outside.path().join("secret.yaml"),
        folder.path().join("app/link.yaml"),
    )
    .unwrap();
    symlink(outside.path(), folder.path().join("app/folder")).unwrap();
    symlink("nowhere.yaml", folder.path().join("app/dangling.yaml")).unwrap();
    symlink("../app", folder.path().join("app/circle")).unwrap();
    let told = without_sound(&check(&disk(folder.path())).told());
    let told = told.replace(outside.path().as_str(), "OUTSIDE");
    assert_snapshot!(told, @"
    app/dangling.yaml:1: error [outside-root]: the symbolic link app/dangling.yaml points outside the repository, or to nothing
    app/folder:1: error [outside-root]: the symbolic link app/folder points outside the repository, or to nothing
    app/kustomization.yaml:2: error [outside-root]: `link.yaml` may not be read: it is outside the repository
    app/kustomization.yaml:3: error [outside-root]: `folder` may not be read: it is outside the repository
    app/link.yaml:1: error [outside-root]: the symbolic link app/link.yaml points outside the repository, or to nothing
    ");
}

#[cfg(unix)]
#[test]
fn files_that_cannot_be_read() {
    let folder = Folder::with(GOOD);
    folder.write("app/kustomization.yaml", b"resources:\n- pipe.yaml\n");
    // Unlike permissions, a socket stops every user.
    let socket = folder.path().join("app/pipe.yaml");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    assert!(fs::metadata(&socket).is_ok());
    assert_snapshot!(without_sound(&check(&disk(folder.path())).told()), @"
    app/kustomization.yaml:2: error [missing-resource]: `pipe.yaml` cannot be read: it is not a regular file
    app/pipe.yaml:1: error [unreadable-file]: app/pipe.yaml cannot be read: it is not a regular file
    ");
}
