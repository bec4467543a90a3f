//! Kustomizations.

use super::{check, files, terms};
use crate::*;

const STAGING: &str = "\
resources:
- ../../base
- https://github.com/acme/api/config?ref=9f2c4d1a7b3e5f60718293a4b5c6d7e8f9012345
namespace: staging
images:
- name: acme/api
  newName: registry.staging.example/acme/api
  newTag: 9f2c4d1a7b3e5f60718293a4b5c6d7e8f9012345
- name: acme/web
  newTag: '1.5.0'
replicas:
- name: api
  count: 1
configMapGenerator:
- name: api
  literals:
  - CONSOLE=\"The Staging\"
  - NEW_FORMAT=json
  - NEW_URL=https://api.example.com
";

const PROD: &str = "\
# Production.
resources:
  - ../../base   # shared
  - https://github.com/acme/api/config?ref=0123456789abcdef0123456789abcdef01234567
images:
  - name: acme/web
    newTag: \"1.4.2\" # web
  - name: acme/api
    newName: registry.example/acme/api
    newTag: 0123456789abcdef0123456789abcdef01234567
namespace: prod
replicas:
  - name: api
    count: 5
configMapGenerator:
  - name: api
    literals:
      - CONSOLE=\"The Shop\"
";

#[test]
fn a_kustomization() {
    insta::assert_snapshot!(check("kustomization.yaml", STAGING, PROD), @r#"
    > ahead resources[https://github.com/acme/api/config?ref=]: 0123456789abcdef0123456789abcdef01234567 <- 9f2c4d1a7b3e5f60718293a4b5c6d7e8f9012345
    = environment-specific namespace: prod <- staging
    = environment-specific images[acme/api].newName: registry.example/acme/api <- registry.staging.example/acme/api
    > ahead images[acme/api].newTag: 0123456789abcdef0123456789abcdef01234567 <- 9f2c4d1a7b3e5f60718293a4b5c6d7e8f9012345
    > ahead images[acme/web].newTag: 1.4.2 <- 1.5.0
    = environment-specific replicas[api].count: 5 <- 1
    = undecided configMapGenerator[api].literals[CONSOLE]: "The Shop" <- "The Staging" (it names the source environment, `Staging`)
    > ahead configMapGenerator[api].literals[NEW_FORMAT]: - <- NEW_FORMAT=json
    = ahead configMapGenerator[api].literals[NEW_URL]: - <- NEW_URL=https://api.example.com (it needs a value of its own there)
     # Production.
     resources:
       - ../../base   # shared
    -  - https://github.com/acme/api/config?ref=0123456789abcdef0123456789abcdef01234567
    +  - https://github.com/acme/api/config?ref=9f2c4d1a7b3e5f60718293a4b5c6d7e8f9012345
     images:
       - name: acme/web
    -    newTag: "1.4.2" # web
    +    newTag: "1.5.0" # web
       - name: acme/api
         newName: registry.example/acme/api
    -    newTag: 0123456789abcdef0123456789abcdef01234567
    +    newTag: 9f2c4d1a7b3e5f60718293a4b5c6d7e8f9012345
     namespace: prod
     replicas:
       - name: api
    @@ -16,3 +16,4 @@
       - name: api
         literals:
           - CONSOLE="The Shop"
    +      - NEW_FORMAT=json
    "#);
}

#[test]
fn nothing_is_planned_twice() {
    let (source, target) = files("kustomization.yaml", STAGING, PROD);
    let first = plan(
        &target,
        &compare(&source, &target, &terms()).unwrap(),
        &Choice::default(),
    );
    let edits = &first.edits[target.path()];
    let after = apply(Some(PROD), edits).unwrap().unwrap();
    let target = File::read(target.path(), &after).unwrap();
    let second = plan(
        &target,
        &compare(&source, &target, &terms()).unwrap(),
        &Choice::default(),
    );
    assert!(second.is_empty());
}

#[test]
fn an_overlay_without_images() {
    let source =
        "resources: [../../base]\nimages:\n- name: a/b\n  newName: c.dev/b\n  newTag: \"1.10\"\n";
    insta::assert_snapshot!(check("kustomization.yaml", source, "resources: [../../base]\n"), @r#"
    = environment-specific images[a/b].newName: - <- c.dev/b
    > ahead images[a/b].newTag: - <- 1.10
     resources: [../../base]
    +images:
    +- name: a/b
    +  newTag: "1.10"
    "#);
    // An image of something that the target lacks.
    let source = "resources: [../../base, job.yaml]\nimages:\n- name: a/b\n  newTag: v1\n";
    insta::assert_snapshot!(check("kustomization.yaml", source, "resources: [../../base]\n"), @r"
    = undecided resources[job.yaml]: - <- job.yaml (it goes with `job.yaml`, which is missing there)
    = ahead images[a/b].newTag: - <- v1 (it goes with `job.yaml`, which is missing there)
    ");
}

#[test]
fn one_commit_in_several_places() {
    let source =
        "resources:\n- https://github.com/a/b/x?ref=1111111111111111111111111111111111111111\n";
    let target = "\
resources:
- https://github.com/a/b/x?ref=2222222222222222222222222222222222222222
- https://github.com/a/b/y?ref=2222222222222222222222222222222222222222
- https://github.com/a/c/y?ref=2222222222222222222222222222222222222222
images:
- name: a/b
  newTag: 2222222222222222222222222222222222222222
- name: a/c
  newTag: 3333333333333333333333333333333333333333
";
    insta::assert_snapshot!(check("kustomization.yaml", source, target), @r#"
    > ahead resources[https://github.com/a/b/x?ref=]: 2222222222222222222222222222222222222222 <- 1111111111111111111111111111111111111111
    = target-only resources[https://github.com/a/b/y?ref=]: https://github.com/a/b/y?ref=2222222222222222222222222222222222222222 <- -
    = target-only resources[https://github.com/a/c/y?ref=]: https://github.com/a/c/y?ref=2222222222222222222222222222222222222222 <- -
    = target-only images: 2 items <- -
    > ahead resources[https://github.com/a/b/y?ref=]: 2222222222222222222222222222222222222222 <- - (with resources[https://github.com/a/b/x?ref=])
    > ahead images[a/b].newTag: 2222222222222222222222222222222222222222 <- - (with resources[https://github.com/a/b/x?ref=])
     resources:
    -- https://github.com/a/b/x?ref=2222222222222222222222222222222222222222
    -- https://github.com/a/b/y?ref=2222222222222222222222222222222222222222
    +- https://github.com/a/b/x?ref=1111111111111111111111111111111111111111
    +- https://github.com/a/b/y?ref=1111111111111111111111111111111111111111
     - https://github.com/a/c/y?ref=2222222222222222222222222222222222222222
     images:
     - name: a/b
    -  newTag: 2222222222222222222222222222222222222222
    +  newTag: "1111111111111111111111111111111111111111"
     - name: a/c
       newTag: 3333333333333333333333333333333333333333
    "#);
}

#[test]
fn tag_and_digest_are_one_version() {
    let tag = "images:\n- name: a\n  newTag: v2\n";
    let digest = "images:\n- name: a\n  digest: sha256:0a\n  newTag: v1\n";
    insta::assert_snapshot!(check("kustomization.yaml", tag, digest), @r"
    > ahead images[a].newTag: v1 <- v2
    > ahead images[a].digest: sha256:0a <- - (with images[a].newTag)
     images:
     - name: a
    -  digest: sha256:0a
    -  newTag: v1
    +  newTag: v2
    ");
    let lower = "images:\n- name: a\n  newTag: v1\n  digest: sha256:0b\n";
    let higher = "images:\n- name: a\n  newTag: v2\n  digest: sha256:0a\n";
    insta::assert_snapshot!(check("kustomization.yaml", lower, higher), @r"
    = ahead images[a].newTag: v2 <- v1 (it would be a downgrade)
    = ahead images[a].digest: sha256:0a <- sha256:0b (it would be a downgrade)
    ");
}

#[test]
fn versions_of_other_repositories() {
    let image =
        |name: &str, tag: &str| format!("images:\n- name: a\n  newName: {name}\n  newTag: {tag}\n");
    let two = |a: &str, b: &str| check("kustomization.yaml", a, b);
    insta::assert_snapshot!(two(&image("fork/api", "4"), &image("acme/api", "9f2c4d1a")), @r"
    = environment-specific images[a].newName: acme/api <- fork/api
    = ahead images[a].newTag: 9f2c4d1a <- 4 (the version is one of another repository)
    ");
    insta::assert_snapshot!(two(&image("fork/api", "1.5"), &image("acme/api", "1.4")), @r#"
    = environment-specific images[a].newName: acme/api <- fork/api
    > ahead images[a].newTag: 1.4 <- 1.5
     images:
     - name: a
       newName: acme/api
    -  newTag: 1.4
    +  newTag: "1.5"
    "#);
    insta::assert_snapshot!(two(&image("acme/api-gpu", "1.5"), &image("acme/api", "1.4")), @r"
    = environment-specific images[a].newName: acme/api <- acme/api-gpu
    = ahead images[a].newTag: 1.4 <- 1.5 (the version is one of another repository)
    ");
}

#[test]
fn inline_patches() {
    let kustomization = |port: u32, tag: &str| {
        format!(
            "patches:\n- target: {{kind: Service}}\n  patch: |-\n    - op: replace\n      path: /spec/ports/0/nodePort\n      value: {port}\n    - op: add\n      path: /spec/image\n      value: a/b:{tag}\n"
        )
    };
    insta::assert_snapshot!(
        check("kustomization.yaml", &kustomization(30081, "2.0"), &kustomization(30083, "1.0")),
        @r"
    = environment-specific patches[Service].patch[replace /spec/ports/0/nodePort].value: 30083 <- 30081
    > ahead patches[Service].patch[add /spec/image].value: 1.0 <- 2.0
           value: 30083
         - op: add
           path: /spec/image
    -      value: a/b:1.0
    +      value: a/b:2.0
    "
    );
}
