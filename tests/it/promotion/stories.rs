//! What people do with two environments, from the command line.

use insta::assert_snapshot;

use super::*;

#[test]
fn an_image_moves_and_comes_back() {
    let mut shop = Shop::new();
    for tag in ["1.4.3", "1.5.0"] {
        let before = if tag == "1.4.3" { "1.4.2" } else { "1.4.3" };
        shop.change("Bot", DEV, before, tag);
    }
    let before = shop.read(PRODUCTION);
    assert_snapshot!(shop.told("plan dev production api"), @r#"
    plan dev → production   api
      apps/api/overlays/production/kustomization.yaml
      -  newTag: 1.4.2   # what users have
      +  newTag: 1.5.0   # what users have
      from      COMMIT by Bot, AGO: apps/api/overlays/dev/kustomization.yaml: 1.5.0
                  images[ghcr.io/acme/api].newTag (2 versions behind, left behind AGO)
      cluster   Deployment/api  containers[api].image tag  1.4.2 → 1.5.0
      verified  rendered again: nothing else changes, nor do 5 other applications
      kept      2 environment-specific
    exit 0
    "#);
    assert_snapshot!(shop.told("promote dev production api"), @r#"
    plan dev → production   api
      apps/api/overlays/production/kustomization.yaml
      -  newTag: 1.4.2   # what users have
      +  newTag: 1.5.0   # what users have
      from      COMMIT by Bot, AGO: apps/api/overlays/dev/kustomization.yaml: 1.5.0
                  images[ghcr.io/acme/api].newTag (2 versions behind, left behind AGO)
      cluster   Deployment/api  containers[api].image tag  1.4.2 → 1.5.0
      verified  rendered again: nothing else changes, nor do 5 other applications
      kept      2 environment-specific
    written: 1 file; `gitopslint promote --undo 1` takes it back
    exit 0
    "#);
    assert_snapshot!(shop.changed_files(), @r#"
    +++ b/apps/api/overlays/production/kustomization.yaml
    -  newTag: 1.4.2   # what users have
    +  newTag: 1.5.0   # what users have
    "#);
    assert_snapshot!(shop.told("plan dev production"), @r#"
    3 applications with nothing to promote
    exit 0
    "#);
    assert_snapshot!(shop.told("promote --undo 1"), @r#"
    as before: apps/api/overlays/production/kustomization.yaml
    exit 0
    "#);
    assert_eq!(shop.read(PRODUCTION), before);
}

#[test]
fn a_promotion_that_was_merged_late_is_still_one() {
    let mut shop = Shop::new();
    for tag in 2..12 {
        shop.change(
            "Bot",
            DEV,
            &format!("1.4.{tag}"),
            &format!("1.4.{}", tag + 1),
        );
    }
    // Three versions late.
    shop.change("Ann", PRODUCTION, "1.4.2", "1.4.9");
    assert_snapshot!(shop.told("diff dev production api --only images"), @r#"
    api                            dev     production
      Deployment/api
        containers[api].image tag  1.4.12  1.4.9       ahead
          apps/api/overlays/{dev,production}/kustomization.yaml:7
          3 versions behind, left behind AGO
    0 objects equal · 2 label, name or checksum changes folded (--all)
    exit 1
    "#);
}

#[test]
fn a_variable_waits_for_its_key() {
    let mut shop = Shop::new();
    let env = "{name: MODE, value: fast}";
    let new = "{name: MODE, value: fast}\n        - {name: STRIPE_KEY, valueFrom: {secretKeyRef: {name: keys, key: STRIPE_KEY}}}";
    shop.edit("apps/api/overlays/dev/env.yaml", env, new);
    shop.edit(
        "apps/api/overlays/dev/sealed.yaml",
        "AgBdev",
        "AgBdev\n    STRIPE_KEY: AgBnew",
    );
    shop.change("Ann", DEV, "newTag: 1.4.2", "newTag: 1.5.0");
    assert_snapshot!(shop.told("plan dev production api"), @r#"
    plan dev → production   api     BLOCKED
      apps/api/overlays/production/env.yaml
      +        - name: STRIPE_KEY
      +          valueFrom:
      +            secretKeyRef:
      +              name: keys
      +              key: STRIPE_KEY
      apps/api/overlays/production/kustomization.yaml
      -  newTag: 1.4.2   # what users have
      +  newTag: 1.5.0   # what users have
      from      COMMIT by Ann, AGO: apps/api/overlays/dev/kustomization.yaml: newTag:…
                  containers[api].env[STRIPE_KEY], images[ghcr.io/acme/api].newTag
      cluster   Deployment/api  containers[api].image tag  1.4.2 → 1.5.0
                Deployment/api  containers[api].env[STRIPE_KEY]  - → Secret keys/STRIPE_KEY
      blocked   key `STRIPE_KEY` of Secret/keys is missing
                kubectl create secret generic keys --namespace shop-production --from-file=STRIPE_KEY=/dev/stdin --dry-run=client -o yaml | kubeseal --format yaml --merge-into apps/api/overlays/production/sealed.yaml
      kept      2 environment-specific
    exit 1
    "#);
    assert_snapshot!(shop.told("promote dev production api"), @r#"
    plan dev → production   api     BLOCKED
      apps/api/overlays/production/env.yaml
      +        - name: STRIPE_KEY
      +          valueFrom:
      +            secretKeyRef:
      +              name: keys
      +              key: STRIPE_KEY
      apps/api/overlays/production/kustomization.yaml
      -  newTag: 1.4.2   # what users have
      +  newTag: 1.5.0   # what users have
      from      COMMIT by Ann, AGO: apps/api/overlays/dev/kustomization.yaml: newTag:…
                  containers[api].env[STRIPE_KEY], images[ghcr.io/acme/api].newTag
      cluster   Deployment/api  containers[api].image tag  1.4.2 → 1.5.0
                Deployment/api  containers[api].env[STRIPE_KEY]  - → Secret keys/STRIPE_KEY
      blocked   key `STRIPE_KEY` of Secret/keys is missing
                kubectl create secret generic keys --namespace shop-production --from-file=STRIPE_KEY=/dev/stdin --dry-run=client -o yaml | kubeseal --format yaml --merge-into apps/api/overlays/production/sealed.yaml
      kept      2 environment-specific
    nothing was written
    exit 1
    "#);
    assert_snapshot!(shop.changed_files(), @"");
    assert_snapshot!(shop.told("plan dev production api --exclude env.STRIPE_KEY"), @r#"
    plan dev → production   api
      apps/api/overlays/production/kustomization.yaml
      -  newTag: 1.4.2   # what users have
      +  newTag: 1.5.0   # what users have
      from      COMMIT by Ann, AGO: apps/api/overlays/dev/kustomization.yaml: newTag:…
                  images[ghcr.io/acme/api].newTag
      cluster   Deployment/api  containers[api].image tag  1.4.2 → 1.5.0
      verified  rendered again: nothing else changes, nor do 5 other applications
      risk      spec.encryptedData.STRIPE_KEY - → ‹redacted›
                sensitive values are not copied
      kept      2 environment-specific
      left out  containers[api].env[STRIPE_KEY]
    exit 0
    "#);
    shop.change(
        "Ann",
        "apps/api/overlays/production/sealed.yaml",
        "AgBproduction",
        "AgBproduction\n    STRIPE_KEY: AgBsealed",
    );
    assert_snapshot!(shop.told("promote dev production api"), @r#"
    plan dev → production   api
      apps/api/overlays/production/env.yaml
      +        - name: STRIPE_KEY
      +          valueFrom:
      +            secretKeyRef:
      +              name: keys
      +              key: STRIPE_KEY
      apps/api/overlays/production/kustomization.yaml
      -  newTag: 1.4.2   # what users have
      +  newTag: 1.5.0   # what users have
      from      COMMIT by Ann, AGO: apps/api/overlays/dev/kustomization.yaml: newTag:…
                  containers[api].env[STRIPE_KEY], images[ghcr.io/acme/api].newTag
      cluster   Deployment/api  containers[api].image tag  1.4.2 → 1.5.0
                Deployment/api  containers[api].env[STRIPE_KEY]  - → Secret keys/STRIPE_KEY
      verified  rendered again: nothing else changes, nor do 5 other applications
      kept      3 environment-specific
    written: 2 files; `gitopslint promote --undo 1` takes it back
    exit 0
    "#);
    assert_snapshot!(shop.changed_files(), @r#"
    +++ b/apps/api/overlays/production/env.yaml
    +        - name: STRIPE_KEY
    +          valueFrom:
    +            secretKeyRef:
    +              name: keys
    +              key: STRIPE_KEY
    +++ b/apps/api/overlays/production/kustomization.yaml
    -  newTag: 1.4.2   # what users have
    +  newTag: 1.5.0   # what users have
    "#);
}

#[test]
fn some_values_move() {
    let mut shop = Shop::new();
    shop.edit(
        "apps/web/values-dev.yaml",
        "tag: \"2.0.0\"",
        "tag: \"2.1.0\"",
    );
    shop.edit("apps/web/values-dev.yaml", "b: two ", "b: TWO ");
    shop.change(
        "Bot",
        "apps/web/values-dev.yaml",
        "c: three",
        "c: three\n  d: four",
    );
    assert_snapshot!(shop.told("promote dev production web"), @r#"
    plan dev → production   web
      apps/web/values-production.yaml
      -tag: "2.0.0"
      +tag: "2.1.0"
      -  b: two   # twice
      +  b: TWO   # twice
      +  d: four
      from      COMMIT by Bot, AGO: apps/web/values-dev.yaml: c: three   d: four
                  tag, settings.b, settings.d
      cluster   ConfigMap/web  data.b  two → TWO
                ConfigMap/web  data.tag  2.0.0 → 2.1.0
                ConfigMap/web  data.d  - → four
      verified  rendered again: nothing else changes, nor do 5 other applications
      kept      1 environment-specific
    written: 1 file; `gitopslint promote --undo 1` takes it back
    exit 0
    "#);
    assert_snapshot!(shop.changed_files(), @r#"
    +++ b/apps/web/values-production.yaml
    -tag: "2.0.0"
    +tag: "2.1.0"
    -  b: two   # twice
    +  b: TWO   # twice
    +  d: four
    "#);
}

#[test]
fn a_revision_of_a_chart_elsewhere_moves() {
    let mut shop = Shop::new();
    shop.change("Bot", "argocd/dev/db.yaml", "12.1.0", "12.2.0");
    assert_snapshot!(shop.told("promote dev production db"), @r#"
    plan dev → production   db
      argocd/production/db.yaml
      -  source: {repoURL: https://charts.example.org, chart: postgres, targetRevision: 12.1.0}
      +  source: {repoURL: https://charts.example.org, chart: postgres, targetRevision: 12.2.0}
      from      COMMIT by Bot, AGO: argocd/dev/db.yaml: 12.2.0
                  spec.source.targetRevision
      cluster   Application/db-production  spec.source.targetRevision  12.1.0 → 12.2.0
      verified  rendered again: nothing else changes, nor do 5 other applications
      risk      Application/db-production does not sync by itself
      kept      1 environment-specific
    written: 1 file; `gitopslint promote --undo 1` takes it back
    exit 0
    "#);
    assert_snapshot!(shop.changed_files(), @r#"
    +++ b/argocd/production/db.yaml
    -  source: {repoURL: https://charts.example.org, chart: postgres, targetRevision: 12.1.0}
    +  source: {repoURL: https://charts.example.org, chart: postgres, targetRevision: 12.2.0}
    "#);
}

#[test]
fn a_hotfix_survives() {
    let mut shop = Shop::new();
    shop.change("Joe", PRODUCTION, "LOG_FORMAT=text", "LOG_FORMAT=json");
    shop.change("Bot", DEV, "1.4.2", "1.5.0");
    assert_snapshot!(shop.told("promote dev production api"), @r#"
    plan dev → production   api
      apps/api/overlays/production/kustomization.yaml
      -  newTag: 1.4.2   # what users have
      +  newTag: 1.5.0   # what users have
      from      COMMIT by Bot, AGO: apps/api/overlays/dev/kustomization.yaml: 1.5.0
                  images[ghcr.io/acme/api].newTag
      cluster   Deployment/api  containers[api].image tag  1.4.2 → 1.5.0
      verified  rendered again: nothing else changes, nor do 5 other applications
      kept      data.LOG_FORMAT  json, text in dev
                  changed in COMMIT by Joe, AGO: apps/api/overlays/production/kustomization.…
                  back to dev: gitopslint promote production dev api --only LOG_FORMAT
      kept      2 environment-specific
    written: 1 file; `gitopslint promote --undo 1` takes it back
    exit 0
    "#);
    assert_snapshot!(shop.changed_files(), @r#"
    +++ b/apps/api/overlays/production/kustomization.yaml
    -  newTag: 1.4.2   # what users have
    +  newTag: 1.5.0   # what users have
    "#);
}

#[test]
fn somebody_has_to_choose() {
    let mut shop = Shop::new();
    shop.change("Joe", PRODUCTION, "LOG_FORMAT=text", "LOG_FORMAT=json");
    shop.change("Ann", DEV, "LOG_FORMAT=text", "LOG_FORMAT=logfmt");
    assert_snapshot!(shop.told("plan dev production api"), @r#"
    plan dev → production   api     BLOCKED
      blocked   CONFLICT configMapGenerator[settings].literals[LOG_FORMAT] json → logfmt
                source COMMIT by Ann, AGO: apps/api/overlays/dev/kustomization.yaml: LOG_FOR…
                target COMMIT by Joe, AGO: apps/api/overlays/production/kustomization.yaml: …
                --take LOG_FORMAT=source or --take LOG_FORMAT=target
                back to dev: gitopslint promote production dev api --only LOG_FORMAT --take LOG_FORMAT
      kept      2 environment-specific
    exit 1
    "#);
    assert_snapshot!(shop.told("promote dev production api --take LOG_FORMAT=source --dry-run"), @r#"
    plan dev → production   api
      apps/api/overlays/production/kustomization.yaml
      -  - LOG_FORMAT=json  # for people
      +  - LOG_FORMAT=logfmt  # for people
      from      COMMIT by Ann, AGO: apps/api/overlays/dev/kustomization.yaml: LOG_FOR…
                  configMapGenerator[settings].literals[LOG_FORMAT]
      cluster   ConfigMap/settings  data.LOG_FORMAT  json → logfmt
      verified  rendered again: nothing else changes, nor do 5 other applications
      kept      2 environment-specific
    --- a/apps/api/overlays/production/kustomization.yaml
    +++ b/apps/api/overlays/production/kustomization.yaml
    @@ -8,5 +8,5 @@
     configMapGenerator:
     - name: settings
       literals:
    -  - LOG_FORMAT=json  # for people
    +  - LOG_FORMAT=logfmt  # for people
       - HOST=api.example.org
    exit 0
    "#);
}

#[test]
fn files_that_are_not_committed_stay() {
    let mut shop = Shop::new();
    shop.change("Bot", DEV, "1.4.2", "1.5.0");
    shop.edit(PRODUCTION, "# moved by promotions", "# moved");
    assert_snapshot!(shop.told("promote dev production api"), @r#"
    plan dev → production   api
      apps/api/overlays/production/kustomization.yaml
      -  newTag: 1.4.2   # what users have
      +  newTag: 1.5.0   # what users have
      from      COMMIT by Bot, AGO: apps/api/overlays/dev/kustomization.yaml: 1.5.0
                  images[ghcr.io/acme/api].newTag
      cluster   Deployment/api  containers[api].image tag  1.4.2 → 1.5.0
      verified  rendered again: nothing else changes, nor do 5 other applications
      kept      2 environment-specific
    error: apps/api/overlays/production/kustomization.yaml has uncommitted changes; nothing was written
      help: commit them, or edit it anyway with --allow-dirty
    exit 1
    "#);
    shop.commit("Ann", "comment");
    shop.change("Bot", "argocd/dev/db.yaml", "12.1.0", "12.2.0");
    assert_snapshot!(shop.told("promote dev production"), @r#"
    plan dev → production   api
      apps/api/overlays/production/kustomization.yaml
      -  newTag: 1.4.2   # what users have
      +  newTag: 1.5.0   # what users have
      from      COMMIT by Bot, AGO: apps/api/overlays/dev/kustomization.yaml: 1.5.0
                  images[ghcr.io/acme/api].newTag
      cluster   Deployment/api  containers[api].image tag  1.4.2 → 1.5.0
      verified  rendered again: nothing else changes, nor do 3 other applications
      kept      2 environment-specific
    plan dev → production   db
      argocd/production/db.yaml
      -  source: {repoURL: https://charts.example.org, chart: postgres, targetRevision: 12.1.0}
      +  source: {repoURL: https://charts.example.org, chart: postgres, targetRevision: 12.2.0}
      from      COMMIT by Bot, AGO: argocd/dev/db.yaml: 12.2.0
                  spec.source.targetRevision
      cluster   Application/db-production  spec.source.targetRevision  12.1.0 → 12.2.0
      verified  rendered again: nothing else changes, nor do 3 other applications
      risk      Application/db-production does not sync by itself
      kept      1 environment-specific
    1 application with nothing to promote
    several applications have something to promote: name the ones you mean, or take them all with --all; nothing was written
    exit 2
    "#);
    assert_snapshot!(shop.told("promote dev prod"), @r#"
    plan dev → production   api
      apps/api/overlays/production/kustomization.yaml
      -  newTag: 1.4.2   # what users have
      +  newTag: 1.5.0   # what users have
      from      COMMIT by Bot, AGO: apps/api/overlays/dev/kustomization.yaml: 1.5.0
                  images[ghcr.io/acme/api].newTag
      cluster   Deployment/api  containers[api].image tag  1.4.2 → 1.5.0
      verified  rendered again: nothing else changes, nor do 3 other applications
      kept      2 environment-specific
    plan dev → production   db
      argocd/production/db.yaml
      -  source: {repoURL: https://charts.example.org, chart: postgres, targetRevision: 12.1.0}
      +  source: {repoURL: https://charts.example.org, chart: postgres, targetRevision: 12.2.0}
      from      COMMIT by Bot, AGO: argocd/dev/db.yaml: 12.2.0
                  spec.source.targetRevision
      cluster   Application/db-production  spec.source.targetRevision  12.1.0 → 12.2.0
      verified  rendered again: nothing else changes, nor do 3 other applications
      risk      Application/db-production does not sync by itself
      kept      1 environment-specific
    1 application with nothing to promote
    several applications have something to promote: name the ones you mean, or take them all with --all; nothing was written
    exit 2
    "#);
    assert_snapshot!(shop.changed_files(), @"");
}

#[test]
fn what_a_change_does() {
    let mut shop = Shop::new();
    shop.change(
        "Ann",
        "apps/api/base/deployment.yaml",
        "envFrom",
        "securityContext: {privileged: true}\n        envFrom",
    );
    assert_snapshot!(shop.told("diff --rev HEAD~1..HEAD"), @r#"
    production
    api  changes in several environments at once
    api                                  HEAD~1  HEAD
      Deployment/api
        containers[api].securityContext  -       1 entry  apps/api/base/deployment.yaml:12
    4 objects equal · 2 applications without a difference

    dev
    api  changes in several environments at once
    api                                  HEAD~1  HEAD
      Deployment/api
        containers[api].securityContext  -       1 entry  apps/api/base/deployment.yaml:12
    4 objects equal · 2 applications without a difference

    1 finding introduced
      error[privileged-container]: container `api` runs privileged
        apps/api/base/deployment.yaml:12

    3 findings fixed
      warning[missing-seccomp-profile]: the pod's containers have no seccomp profile
        apps/api/base/deployment.yaml:8
      warning[capabilities-not-dropped]: container `api` does not drop all capabilities
        apps/api/base/deployment.yaml:10
      warning[privilege-escalation]: processes of container `api` may gain privileges
        apps/api/base/deployment.yaml:10
    exit 1
    "#);
    assert_snapshot!(shop.told("diff --rev HEAD"), @r#"
    nothing changes in what is applied
    exit 0
    "#);
}

#[test]
fn secrets_are_never_shown() {
    let mut shop = Shop::new();
    shop.change("Ann", DEV, "LOG_FORMAT=text", "DB_PASSWORD=hunter2");
    for format in ["human", "json", "markdown", "unified"] {
        let told = shop.told(&format!("diff dev production --format {format}"));
        assert!(!told.contains("hunter2") && !told.contains("AgB"), "{told}");
    }
    let told = shop.told("plan dev production");
    assert!(!told.contains("hunter2") && !told.contains("AgB"), "{told}");
}

#[test]
fn environments_that_are_not_there() {
    let shop = Shop::new();
    let check = |arguments: &str, said: &str, exit: &str| {
        let told = shop.told(arguments);
        assert!(told.contains(said) && told.ends_with(exit), "{told}");
    };
    check("diff dev prodution", "did you mean `production`?", "exit 2");
    check("plan dev production wep", "did you mean `web`?", "exit 2");
    check("promote --undo 7", "there is no promotion 7", "exit 1");
    check(
        "plan dev production web --only settings.x",
        "a field that was named does not differ",
        "exit 2",
    );
}

#[test]
fn a_tier_is_not_left_out() {
    let mut shop = Shop::new();
    let stage = shop.root().join("apps/api/overlays/stage");
    std::fs::create_dir_all(&stage).unwrap();
    for file in ["kustomization.yaml", "env.yaml", "sealed.yaml"] {
        let from = shop.root().join("apps/api/overlays/dev").join(file);
        std::fs::copy(from, stage.join(file)).unwrap();
    }
    shop.commit("Ann", "stage");
    shop.change("Bot", DEV, "1.4.2", "1.5.0");
    let told = shop.told("promote dev production api");
    assert!(
        told.contains("api would leave out stage") && told.ends_with("exit 1"),
        "{told}"
    );
    let told = shop.told("promote dev production api --skip-tier");
    assert!(told.ends_with("exit 0"), "{told}");
}

#[test]
fn a_revision_of_an_environment_is_rolled_back_to() {
    let mut shop = Shop::new();
    shop.change("Ann", PRODUCTION, "1.4.2", "1.5.0");
    let told = shop.told("diff production@HEAD~1 production");
    assert!(told.contains("1.4.2") && told.ends_with("exit 1"), "{told}");
    let told = shop.told("promote production@HEAD~1 production api");
    assert!(told.ends_with("exit 0"), "{told}");
    assert!(shop.read(PRODUCTION).contains("newTag: 1.4.2"));
}
