//! Objects, values and Applications.

use super::{check, files, terms, told};
use crate::*;

#[test]
fn what_is_no_step_forward() {
    let tag = |tag: &str| format!("image:\n  repository: a/b\n  tag: {tag}\n");
    let two = |a: &str, b: &str| check("values.yaml", &tag(a), &tag(b));
    insta::assert_snapshot!(two("1.4.1", "1.4.2"), @"= ahead image.tag: 1.4.2 <- 1.4.1 (it would be a downgrade)");
    insta::assert_snapshot!(two("latest", "1.4.2"), @"= ahead image.tag: 1.4.2 <- latest (it would follow something that is not pinned)");
    insta::assert_snapshot!(two("staging-77", "77"), @"= ahead image.tag: 77 <- staging-77 (it names the source environment, `staging`)");
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
    = environment-specific metadata.namespace: prod <- staging
    = environment-specific spec.replicas: 9 <- 2
    = environment-specific spec.template.spec.containers[proxy].image: registry.example/proxy <- registry.staging.example/proxy
    > ahead spec.template.spec.containers[proxy].image: 2.0 <- 2.1@sha256:0a
    > ahead spec.template.spec.containers[api].image: 1.4 <- 1.5
    = undecided spec.template.spec.containers[api].env[LOG_LEVEL].value: info <- debug
    > ahead spec.template.spec.containers[api].env[FEATURE_X]: - <- 2 entries
    > ahead spec.template.spec.containers[api].env[API_KEY]: - <- Secret api/key
    = ahead spec.template.spec.containers[api].env[PEER]: - <- 2 entries (it names the source environment, `staging`)
    = environment-specific spec.template.spec.containers[api].resources.limits.memory: 2Gi <- 1Gi
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
    = undecided cache.enabled: false <- true
    = ahead cache.ttl: - <- 5m (it is needed only with `cache.enabled`, which stays off)
    = environment-specific hosts[a.example]: - <- a.example
    > ahead newFormat: - <- json
    = undecided extra: - <- 2 entries
    = ahead smtp: - <- 2 entries (it needs a value of its own there)
    = undecided debug: - <- true
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
    = environment-specific spec.destination.namespace: prod <- staging
    > ahead spec.source.targetRevision: 18.1.0 <- 18.2.0
    > ahead spec.source.helm.parameters[image.tag].value: v1 <- v2
    = environment-specific spec.source.helm.parameters[ingress.host].value: shop.example <- staging.example
    > ahead spec.source.helm.values.image.tag: v1 <- v2
    = environment-specific spec.source.helm.values.replicaCount: 5 <- 1
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
fn reordering_is_silent_and_renaming_is_told() {
    insta::assert_snapshot!(check("values.yaml", "a: 1\nb: [x, y]\nenv:\n- {name: A, value: a}\n- {name: B, value: b}\n", "env:\n- {name: B, value: b}\n- {name: A, value: a}\nb: [y, x]\na: 1\n"), @"");
    insta::assert_snapshot!(check("values.yaml", "ingressHosts: {api: a.example}\nenv:\n- {name: NEW, value: something}\n", "hosts: {api: a.example}\nenv:\n- {name: OLD, value: something}\n"), @r"
    = undecided env[NEW]: 2 entries <- 2 entries (was OLD)
    = undecided ingressHosts: 1 entry <- 1 entry (was hosts)
    ");
}

#[test]
fn a_name_that_has_changed() {
    let (source, target) = files(
        "values.yaml",
        "web: {domain: a.staging.example}\nenv: [{name: NEW, value: \"1\"}]\n",
        "web: {host: a.example} # ours\nenv: [{name: OLD, value: \"2\"}]\n",
    );
    let rename = |old: &str, new: &str| Rename {
        old: Pattern::parse(old).unwrap(),
        new: Pattern::parse(new).unwrap(),
    };
    let terms = Terms {
        renames: vec![
            rename("web.host", "web.domain"),
            rename("env.OLD", "env.NEW"),
            rename("x", "y"),
        ],
        ..terms()
    };
    insta::assert_snapshot!(told(&target, &compare(&source, &target, &terms).unwrap(), &Choice::default()), @r#"
    > ahead web.domain: a.example <- a.staging.example (was host)
    > ahead env[NEW]: 2 entries <- 2 entries (was OLD)
    -web: {host: a.example} # ours
    -env: [{name: OLD, value: "2"}]
    +web: {domain: a.example} # ours
    +env: [{name: NEW, value: "2"}]
    "#);
}

#[test]
fn a_short_value_under_another_name() {
    let (source, target) = files("values.yaml", "replicaCount: 1\n", "replicas: 6  # ours\n");
    let terms = Terms {
        renames: vec![Rename {
            old: Pattern::parse("replicas").unwrap(),
            new: Pattern::parse("replicaCount").unwrap(),
        }],
        ..terms()
    };
    let differences = compare(&source, &target, &terms).unwrap();
    insta::assert_snapshot!(told(&target, &differences, &Choice::default()), @r#"
    > ahead replicaCount: 6 <- 1 (was replicas)
    -replicas: 6  # ours
    +replicaCount: 6  # ours
    "#);
}
