//! Files compared and planned as a whole.

use std::fmt::Write;

use crate::*;

/// The two files of a test, as an environment `staging` and an environment `prod` have them.
fn files(name: &str, source: &str, target: &str) -> (File, File) {
    let read = |env: &str, text: &str| File::read(format!("{env}/{name}"), text).unwrap();
    (read("staging", source), read("prod", target))
}

fn terms<'a>() -> Terms<'a> {
    Terms {
        environments: Environments::new("staging", "prod"),
        guard: Some(&|name, _| name.to_lowercase().contains("password")),
        ..Terms::default()
    }
}

/// Every difference on a line of its own, then the diff of the target.
fn told(target: &File, differences: &[Difference], choice: &Choice) -> String {
    let planned = plan(target, differences, choice);
    let mut out = String::new();
    for (at, difference) in differences.iter().enumerate() {
        let mark = if planned.moved.contains(&at) {
            '>'
        } else {
            ' '
        };
        let _ = write!(out, "{mark} {} {}", difference.verdict, difference.path);
        let side = |side| difference.said(side).unwrap_or("-".into());
        let _ = write!(out, ": {} <- {}", side(Side::Target), side(Side::Source));
        if let Some(old) = &difference.renamed_from {
            let _ = write!(out, " (was {old})");
        }
        if let Basis::With(leader) = &difference.basis {
            let _ = write!(out, " (with {leader})");
        }
        if let Some(hold) = &difference.hold {
            let _ = write!(out, " ({hold})");
        }
        out.push('\n');
    }
    for (at, why) in &planned.refused {
        let _ = writeln!(out, "! {}: {why}", differences[*at].path);
    }
    let before = target.text();
    let edits = planned.edits.values().next().cloned().unwrap_or_default();
    let after = apply(Some(before), &edits).unwrap().unwrap();
    assert_eq!(
        apply(Some(&after), &inverse(&edits)),
        Ok(Some(before.to_owned()))
    );
    let diff = unified("file", Some(before), Some(&after));
    out.extend(diff.lines().skip(3).flat_map(|line| [line, "\n"]));
    out
}

fn check(name: &str, source: &str, target: &str) -> String {
    let (source, target) = files(name, source, target);
    let differences = compare(&source, &target, &terms());
    told(&target, &differences, &Choice::default())
}

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
      environment-specific namespace: prod <- staging
      environment-specific images[acme/api].newName: registry.example/acme/api <- registry.staging.example/acme/api
    > ahead images[acme/api].newTag: 0123456789abcdef0123456789abcdef01234567 <- 9f2c4d1a7b3e5f60718293a4b5c6d7e8f9012345
    > ahead images[acme/web].newTag: 1.4.2 <- 1.5.0
      environment-specific replicas[api].count: 5 <- 1
      undecided configMapGenerator[api].literals[CONSOLE]: "The Shop" <- "The Staging" (it names the source environment, `Staging`)
    > ahead configMapGenerator[api].literals[NEW_FORMAT]: - <- NEW_FORMAT=json
      ahead configMapGenerator[api].literals[NEW_URL]: - <- NEW_URL=https://api.example.com (it needs a value of its own there)
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
        &compare(&source, &target, &terms()),
        &Choice::default(),
    );
    let edits = &first.edits[target.path()];
    let after = apply(Some(PROD), edits).unwrap().unwrap();
    let target = File::read(target.path(), &after).unwrap();
    let second = plan(
        &target,
        &compare(&source, &target, &terms()),
        &Choice::default(),
    );
    assert!(second.is_empty());
}

#[test]
fn an_overlay_without_images() {
    let source =
        "resources: [../../base]\nimages:\n- name: a/b\n  newName: c.dev/b\n  newTag: \"1.10\"\n";
    insta::assert_snapshot!(check("kustomization.yaml", source, "resources: [../../base]\n"), @r#"
      environment-specific images[a/b].newName: - <- c.dev/b
    > ahead images[a/b].newTag: - <- 1.10
     resources: [../../base]
    +images:
    +- name: a/b
    +  newTag: "1.10"
    "#);
    // An image of something that the target lacks.
    let source = "resources: [../../base, job.yaml]\nimages:\n- name: a/b\n  newTag: v1\n";
    insta::assert_snapshot!(check("kustomization.yaml", source, "resources: [../../base]\n"), @r"
    undecided resources[job.yaml]: - <- job.yaml (it goes with `job.yaml`, which is missing there)
    ahead images[a/b].newTag: - <- v1 (it goes with `job.yaml`, which is missing there)
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
      target-only resources[https://github.com/a/b/y?ref=]: https://github.com/a/b/y?ref=2222222222222222222222222222222222222222 <- -
      target-only resources[https://github.com/a/c/y?ref=]: https://github.com/a/c/y?ref=2222222222222222222222222222222222222222 <- -
      target-only images: 2 items <- -
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
    ahead images[a].newTag: v2 <- v1 (it would be a downgrade)
    ahead images[a].digest: sha256:0a <- sha256:0b (it would be a downgrade)
    ");
}

#[test]
fn versions_of_other_repositories() {
    let image =
        |name: &str, tag: &str| format!("images:\n- name: a\n  newName: {name}\n  newTag: {tag}\n");
    let two = |a: &str, b: &str| check("kustomization.yaml", a, b);
    insta::assert_snapshot!(two(&image("fork/api", "4"), &image("acme/api", "9f2c4d1a")), @r#"
      environment-specific images[a].newName: acme/api <- fork/api
    > ahead images[a].newTag: v1-2-b <- 4
     images:
     - name: a
       newName: acme/api
    -  newTag: v1-2-b
    +  newTag: "4"
    "#);
    insta::assert_snapshot!(two(&image("fork/api", "1.5"), &image("acme/api", "1.4")), @r#"
      environment-specific images[a].newName: acme/api <- fork/api
    > ahead images[a].newTag: 1.4 <- 1.5
     images:
     - name: a
       newName: acme/api
    -  newTag: 1.4
    +  newTag: "1.5"
    "#);
    insta::assert_snapshot!(two(&image("acme/api-gpu", "1.5"), &image("acme/api", "1.4")), @r"
    environment-specific images[a].newName: acme/api <- acme/api-gpu
    ahead images[a].newTag: 1.4 <- 1.5 (the version is one of another repository)
    ");
}

#[test]
fn what_is_no_step_forward() {
    let tag = |tag: &str| format!("image:\n  repository: a/b\n  tag: {tag}\n");
    let two = |a: &str, b: &str| check("values.yaml", &tag(a), &tag(b));
    insta::assert_snapshot!(two("1.4.1", "1.4.2"), @r"
      ahead image.tag: 1.4.2 <- 1.4.1 (it would be a downgrade)
    ");
    insta::assert_snapshot!(two("latest", "1.4.2"), @r"
      ahead image.tag: 1.4.2 <- latest (it would follow what moves by itself)
    ");
    insta::assert_snapshot!(two("staging-77", "77"), @r"
      ahead image.tag: 77 <- staging-77 (it names the source environment, `staging`)
    ");
    insta::assert_snapshot!(two("1.10", "'1.9'"), @r"
    > ahead image.tag: 1.9 <- 1.10
     image:
       repository: a/b
    -  tag: '1.9'
    +  tag: '1.10'
    ");
}

#[test]
fn a_workload() {
    let source = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: staging}
spec:
  replicas: 2
  template:
    spec:
      containers:
      - name: proxy
        image: registry.staging.example/proxy:2.1@sha256:0a
      - name: api
        image: acme/api:1.5
        env:
        - {name: LOG_LEVEL, value: debug}
        - {name: FEATURE_X, value: \"true\"}
        - name: API_KEY
          valueFrom: {secretKeyRef: {name: api, key: key}}
        - {name: PEER, value: http://peer.staging}
        resources: {limits: {memory: 1Gi}}
";
    let target = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: prod}
spec:
  replicas: 9
  template:
    spec:
      containers:
      - name: api
        image: acme/api:1.4   # the API
        env:
        - {name: LOG_LEVEL, value: info}
        resources: {limits: {memory: 2Gi}}
      - name: proxy
        image: registry.example/proxy:2.0
";
    insta::assert_snapshot!(check("patch.yaml", source, target), @r#"
      environment-specific metadata.namespace: prod <- staging
      environment-specific spec.replicas: 9 <- 2
      environment-specific spec.template.spec.containers[proxy].image: registry.example/proxy <- registry.staging.example/proxy
    > ahead spec.template.spec.containers[proxy].image: 2.0 <- 2.1@sha256:0a
    > ahead spec.template.spec.containers[api].image: 1.4 <- 1.5
      undecided spec.template.spec.containers[api].env[LOG_LEVEL].value: info <- debug
    > ahead spec.template.spec.containers[api].env[FEATURE_X]: - <- 2 entries
    > ahead spec.template.spec.containers[api].env[API_KEY]: - <- 2 entries
      ahead spec.template.spec.containers[api].env[PEER]: - <- 2 entries (it names the source environment, `staging`)
      environment-specific spec.template.spec.containers[api].resources.limits.memory: 2Gi <- 1Gi
         spec:
           containers:
           - name: api
    -        image: acme/api:1.4   # the API
    +        image: acme/api:1.5   # the API
             env:
             - {name: LOG_LEVEL, value: info}
    +        - name: FEATURE_X
    +          value: "true"
    +        - name: API_KEY
    +          valueFrom:
    +            secretKeyRef:
    +              name: api
    +              key: key
             resources: {limits: {memory: 2Gi}}
           - name: proxy
    -        image: registry.example/proxy:2.0
    +        image: registry.example/proxy:2.1@sha256:0a
    "#);
}

#[test]
fn values_with_switches() {
    let source = "\
cache: {enabled: true, ttl: 5m}
newFormat: json
extra: {enabled: true, level: 3}
smtp: {host: mail.example.com, from: shop}
debug: true
hosts: [a.example, b.example]
";
    insta::assert_snapshot!(check("values.yaml", source, "cache: {enabled: false}\nhosts: [b.example]\n"), @r"
      undecided cache.enabled: false <- true
      ahead cache.ttl: - <- 5m (it is of use only with `cache.enabled`, which stays off)
      environment-specific hosts[a.example]: - <- a.example
    > ahead newFormat: - <- json
      undecided extra: - <- 2 entries
      ahead smtp: - <- 2 entries (it needs a value of its own there)
      undecided debug: - <- true
     cache: {enabled: false}
     hosts: [b.example]
    +newFormat: json
    ");
}

#[test]
fn applications() {
    let source = "\
kind: Application
apiVersion: argoproj.io/v1alpha1
spec:
  destination: {namespace: staging}
  source:
    repoURL: https://charts.example
    chart: redis
    targetRevision: 18.2.0
    helm:
      parameters:
      - {name: image.tag, value: v2}
      - {name: ingress.host, value: staging.example}
      values: |
        # values
        image:
          tag: v2   # two
        replicaCount: 1
        newKey: [1]
";
    let target = "\
kind: Application
apiVersion: argoproj.io/v1alpha1
spec:
  destination: {namespace: prod}
  source:
    repoURL: https://charts.example
    chart: redis
    targetRevision: 18.1.0
    helm:
      parameters:
      - {name: image.tag, value: v1}
      - {name: ingress.host, value: shop.example}
      values: |
        # production
        image:
          tag: v1   # one

        replicaCount: 5
";
    insta::assert_snapshot!(check("api.yaml", source, target), @r"
      environment-specific spec.destination.namespace: prod <- staging
    > ahead spec.source.targetRevision: 18.1.0 <- 18.2.0
    > ahead spec.source.helm.parameters[image.tag].value: v1 <- v2
      environment-specific spec.source.helm.parameters[ingress.host].value: shop.example <- staging.example
    > ahead spec.source.helm.values.image.tag: v1 <- v2
      environment-specific spec.source.helm.values.replicaCount: 5 <- 1
    > ahead spec.source.helm.values.newKey: - <- 1 item
       source:
         repoURL: https://charts.example
         chart: redis
    -    targetRevision: 18.1.0
    +    targetRevision: 18.2.0
         helm:
           parameters:
    -      - {name: image.tag, value: v1}
    +      - {name: image.tag, value: v2}
           - {name: ingress.host, value: shop.example}
           values: |
             # production
             image:
    -          tag: v1   # one
    +          tag: v2   # one
     
             replicaCount: 5
    +        newKey:
    +        - 1
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
      environment-specific patches[Service].patch[replace /spec/ports/0/nodePort].value: 30083 <- 30081
    > ahead patches[Service].patch[add /spec/image].value: 1.0 <- 2.0
           value: 30083
         - op: add
           path: /spec/image
    -      value: a/b:1.0
    +      value: a/b:2.0
    "
    );
}

#[test]
fn other_files() {
    insta::assert_snapshot!(check("VERSION", "v1.3.0\n", "v1.2.0"), @r"
    > ahead : v1.2.0 <- v1.3.0
    -v1.2.0
    \ No newline at end of file
    +v1.3.0
    \ No newline at end of file
    ");
    insta::assert_snapshot!(
        check("app.env", "# a\nAPI_TAG=2\nHOST=x.staging\nNEW='a b'\nSEED=9\n", "HOST=x.prod\r\n# tag\r\nAPI_TAG=\"1\"\r\nSEED=7"),
        @r#"
    > ahead API_TAG: 1 <- 2
      environment-specific HOST: x.prod <- x.staging
      undecided SEED: 7 <- 9
    > ahead NEW: - <- a b
     HOST=x.prod
     # tag
    -API_TAG="1"
    -SEED=7
    \ No newline at end of file
    +API_TAG="2"
    +SEED=7
    +NEW="a b"
    \ No newline at end of file
    "#
    );
    insta::assert_snapshot!(
        check("config.json", "{\"image\": {\"tag\": \"2\"}, \"new\": [\"a\"], \"sub\": {\"x\": \"y\"}}", "{\n  \"image\": {\n    \"tag\": \"1\"\n  },\n  \"sub\": {}\n}\n"),
        @r#"
    > ahead image.tag: 1 <- 2
    > ahead sub.x: - <- y
    > ahead new: - <- 1 item
     {
       "image": {
    -    "tag": "1"
    +    "tag": "2"
       },
    -  "sub": {}
    +  "sub": {"x": "y"},
    +  "new": ["a"]
     }
    "#
    );
}

#[test]
fn what_nobody_may_see() {
    let secret = |value: &str| {
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: a}}\nstringData:\n  key: {value}\n"
        )
    };
    insta::assert_snapshot!(check("secret.yaml", &secret("one"), &secret("two")), @r"
      undecided stringData.key: ‹redacted› <- ‹redacted› (sensitive values are not copied)
    ");
    let sealed = |value: &str| {
        format!(
            "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nspec:\n  encryptedData:\n    key: {value}\n    {value}: x\n"
        )
    };
    insta::assert_snapshot!(check("sealed.yaml", &sealed("one"), &sealed("two")), @r"
    undecided spec.encryptedData.key: ‹redacted› <- ‹redacted› (sensitive values are not copied)
    undecided spec.encryptedData.one: - <- ‹redacted› (sensitive values are not copied)
    target-only spec.encryptedData.two: ‹redacted› <- -
    ");
    insta::assert_snapshot!(check("values.yaml", "db: {password: one, tag: v2}\n", "db: {tag: v1}\n"), @r"
    > ahead db.tag: v1 <- v2
      ahead db.password: - <- ‹redacted› (sensitive values are not copied)
    -db: {tag: v1}
    +db: {tag: v2}
    ");
    insta::assert_snapshot!(check("x.env", "DB_PASSWORD=one\n", "DB_PASSWORD=two\n"), @r"
      environment-specific DB_PASSWORD: ‹redacted› <- ‹redacted› (sensitive values are not copied)
    ");
    insta::assert_snapshot!(check("sops.yaml", "tag: v2\nsops: {mac: a}\n", "tag: v1\nsops: {mac: b}\n"), @r"
    ahead tag: ‹redacted› <- ‹redacted› (sensitive values are not copied)
    undecided sops.mac: ‹redacted› <- ‹redacted› (sensitive values are not copied)
    ");
    insta::assert_snapshot!(check("kustomization.yaml", "secretGenerator:\n- name: a\n  literals: [k=one]\n", "secretGenerator:\n- name: a\n  literals: [k=two]\n"), @r"
      undecided secretGenerator[a].literals[k]: ‹redacted› <- ‹redacted› (sensitive values are not copied)
    ");
}

#[test]
fn reordering_is_silent_and_renaming_is_told() {
    insta::assert_snapshot!(check("values.yaml", "a: 1\nb: [x, y]\nenv:\n- {name: A, value: a}\n- {name: B, value: b}\n", "env:\n- {name: B, value: b}\n- {name: A, value: a}\nb: [y, x]\na: 1\n"), @"");
    insta::assert_snapshot!(check("values.yaml", "ingressHosts: {api: a.example}\nenv:\n- {name: NEW, value: something}\n", "hosts: {api: a.example}\nenv:\n- {name: OLD, value: something}\n"), @r"
    undecided env[NEW]: 2 entries <- 2 entries (was OLD)
    undecided ingressHosts: 1 entry <- 1 entry (was hosts)
    ");
}

#[test]
fn places_that_are_not_clear() {
    insta::assert_snapshot!(check("values.yaml", "a: {tag: v2}\nb: {tag: v1}\n", "a: &a {tag: v1}\nb: *a\n"), @r"
      ahead a.tag: v1 <- v2
    ! a.tag: `b.tag` would change with it
    ");
    insta::assert_snapshot!(check("values.yaml", "tag: v2\nx: {tag: v2}\n", "tag: v1\nx: {tag: v1}\ntag: v0\n"), @r"
      ahead tag: v0 <- v2
    > ahead x.tag: v1 <- v2
    ! tag: the key stands twice
     tag: v1
    -x: {tag: v1}
    +x: {tag: v2}
     tag: v0
    ");
    insta::assert_snapshot!(check("a.yaml", "kind: A\ntag: v2\n---\nkind: B\n", "kind: A\ntag: v1\n---\nkind: C\n"), @r"
    > ahead A.tag: v1 <- v2
      undecided B: - <- 1 entry
      target-only C: 1 entry <- -
     kind: A
    -tag: v1
    +tag: v2
     ---
     kind: C
    ");
}

/// The choices of one who runs it.
fn chosen(choice: Choice) -> String {
    let (source, target) = files(
        "values.yaml",
        "web: {tag: v2}\napi: {tag: v1}\nhost: a.staging.example\nlevel: debug\nnew: {url: http://x}\n",
        "web: {tag: v1}\napi: {tag: v3}\nhost: a.example\nlevel: info\n",
    );
    told(&target, &compare(&source, &target, &terms()), &choice)
}

#[test]
fn choices() {
    let pattern = |text: &str| Pattern::parse(text).unwrap();
    insta::assert_snapshot!(chosen(Choice { only: vec![pattern("api")], allow_downgrade: true, ..Choice::default() }), @r"
      ahead web.tag: v1 <- v2
    > ahead api.tag: v3 <- v1 (it would be a downgrade)
      environment-specific host: a.example <- a.staging.example
      undecided level: info <- debug
      ahead new: - <- 1 entry (it needs a value of its own there)
     web: {tag: v1}
    -api: {tag: v3}
    +api: {tag: v1}
     host: a.example
     level: info
    ");
    insta::assert_snapshot!(chosen(Choice { exclude: vec![pattern("web.tag")], ..Choice::default() }), @r"
    ahead web.tag: v1 <- v2
    ahead api.tag: v3 <- v1 (it would be a downgrade)
    environment-specific host: a.example <- a.staging.example
    undecided level: info <- debug
    ahead new: - <- 1 entry (it needs a value of its own there)
    ");
    insta::assert_snapshot!(
        chosen(Choice {
            take: vec![(pattern("level"), Side::Source), (pattern("web"), Side::Target)],
            set: vec![(pattern("host"), "b.example".into()), (pattern("new.url"), "x".into())],
            ..Choice::default()
        }),
        @r"
      ahead web.tag: v1 <- v2
      ahead api.tag: v3 <- v1 (it would be a downgrade)
    > environment-specific host: a.example <- a.staging.example
    > undecided level: info <- debug
    > ahead new: - <- 1 entry (it needs a value of its own there)
     web: {tag: v1}
     api: {tag: v3}
    -host: a.example
    -level: info
    +host: b.example
    +level: debug
    +new:
    +  url: x
    "
    );
}

#[test]
fn the_configuration_decides_first() {
    let (source, target) = files(
        "values.yaml",
        "tag: v2\nlevel: debug\nreplicas: 1\n",
        "tag: v1\nlevel: info\nreplicas: 5\n",
    );
    let rule = |text: &str, decision| Rule {
        pattern: Pattern::parse(text).unwrap(),
        decision,
    };
    let terms = Terms {
        rules: vec![rule("tag", Decision::Stay), rule("*e*", Decision::Move)],
        ..terms()
    };
    insta::assert_snapshot!(told(&target, &compare(&source, &target, &terms), &Choice::default()), @r"
      environment-specific tag: v1 <- v2
    > ahead level: info <- debug
    > ahead replicas: 5 <- 1
     tag: v1
    -level: info
    -replicas: 5
    +level: debug
    +replicas: 1
    ");
}

/// Files with a past: the versions of each, oldest first.
fn with_history(source: &[&str], target: &[&str]) -> String {
    let versions = |texts: &[&str], offset: i64| -> Vec<Past<Version>> {
        let version = |(at, text): (usize, &&str)| {
            Past::Was(Version {
                commit: Commit {
                    id: format!("{at}").into(),
                    author: "A".into(),
                    time: at as i64 * 10 + offset,
                    subject: "s".into(),
                },
                text: Some((*text).to_owned()),
            })
        };
        texts.iter().enumerate().map(version).rev().collect()
    };
    let last = |texts: &[&str]| texts.last().unwrap().to_string();
    let (source_file, target_file) = files("values.yaml", &last(source), &last(target));
    let history = FileHistory::new(
        (
            source_file.path().to_owned(),
            Box::new(versions(source, 0).into_iter()),
        ),
        (
            target_file.path().to_owned(),
            Box::new(versions(target, 5).into_iter()),
        ),
    );
    let terms = Terms {
        history: Some(&history),
        ..terms()
    };
    told(
        &target_file,
        &compare(&source_file, &target_file, &terms),
        &Choice::default(),
    )
}

#[test]
fn history_decides_before_the_field() {
    // Bumped ever since, a promotion merged late: the tag still moves.
    insta::assert_snapshot!(with_history(&["tag: v1", "tag: v2", "tag: v3", "tag: v4"], &["tag: v1", "tag: v2"]), @r"
    > ahead tag: v2 <- v4
    -tag: v2
    \ No newline at end of file
    +tag: v4
    \ No newline at end of file
    ");
    // A hotfix, and one that the source has passed.
    insta::assert_snapshot!(with_history(&["tag: 1.4.1"], &["tag: 1.4.1", "tag: 1.4.2"]), @r"
      target-only tag: 1.4.2 <- 1.4.1 (it would be a downgrade)
    ");
    insta::assert_snapshot!(with_history(&["tag: 1.4.1", "tag: 1.5.0"], &["tag: 1.4.1", "tag: 1.4.2"]), @r"
      conflict tag: 1.4.2 <- 1.5.0
    ");
    // What stays by itself moves where the target has what the source had.
    insta::assert_snapshot!(with_history(&["memory: 1Gi", "memory: 2Gi"], &["memory: 1Gi"]), @r"
    > ahead memory: 1Gi <- 2Gi
    -memory: 1Gi
    \ No newline at end of file
    +memory: 2Gi
    \ No newline at end of file
    ");
    insta::assert_snapshot!(with_history(&["replicas: 1", "replicas: 2"], &["replicas: 1", "replicas: 9"]), @r"
      environment-specific replicas: 9 <- 2
    ");
    // A key that went.
    insta::assert_snapshot!(with_history(&["a: x\nb: y", "a: x"], &["a: x\nb: y"]), @r"
    > ahead b: y <- -
     a: x
    -b: y
    \ No newline at end of file
    ");
    insta::assert_snapshot!(with_history(&["level: a"], &["level: b"]), @r"
      environment-specific level: b <- a
    ");
}
