//! Promotions told as stories: a repository with a past, the command, the files afterwards.

use std::process::{Command, Output};

use camino::Utf8Path;
use insta::assert_snapshot;

use crate::run::Folder;

const SHOP: &str = "
--- apps/api/base/kustomization.yaml
resources: [deployment.yaml]
--- apps/api/base/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      containers:
      - name: api
        image: ghcr.io/acme/api:1.0.0
        envFrom: [{configMapRef: {name: settings}}]
--- apps/api/overlays/dev/kustomization.yaml
namespace: shop-dev
resources: [../../base, sealed.yaml]
patches: [{path: env.yaml}]
# moved by promotions
images:
- name: ghcr.io/acme/api
  newTag: 1.4.2
configMapGenerator:
- name: settings
  literals:
  - LOG_FORMAT=text  # for people
  - HOST=api.dev.example.org
--- apps/api/overlays/dev/env.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  template:
    spec:
      containers:
      - name: api
        env:
        - {name: MODE, value: fast}
--- apps/api/overlays/dev/sealed.yaml
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: {name: keys}
spec:
  encryptedData:
    TOKEN: AgBdev
--- apps/api/overlays/production/kustomization.yaml
namespace: shop-production
resources: [../../base, sealed.yaml]
patches: [{path: env.yaml}]
# moved by promotions
images:
- name: ghcr.io/acme/api
  newTag: 1.4.2   # what users have
configMapGenerator:
- name: settings
  literals:
  - LOG_FORMAT=text  # for people
  - HOST=api.example.org
--- apps/api/overlays/production/env.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  template:
    spec:
      containers:
      - name: api
        env:
        - {name: MODE, value: fast}
--- apps/api/overlays/production/sealed.yaml
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: {name: keys}
spec:
  encryptedData:
    TOKEN: AgBproduction
--- argocd/dev/db.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: db-dev, namespace: argocd}
spec:
  project: default
  source: {repoURL: https://charts.example.org, chart: postgres, targetRevision: 12.1.0}
  destination: {namespace: db-dev, name: dev}
--- argocd/production/db.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: db-production, namespace: argocd}
spec:
  project: default
  source: {repoURL: https://charts.example.org, chart: postgres, targetRevision: 12.1.0}
  destination: {namespace: db-production, name: production}
--- apps/web/Chart.yaml
apiVersion: v2
name: web
version: 0.1.0
--- apps/web/templates/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: web}
data:
  {{- range $key, $value := .Values.settings }}
  {{ $key }}: {{ $value | quote }}
  {{- end }}
  tag: {{ .Values.tag | quote }}
--- apps/web/values-dev.yaml
tag: \"2.0.0\"
settings:
  a: one
  b: two   # twice
  c: three
  host: web.dev.example.org
--- apps/web/values-production.yaml
# what users have
tag: \"2.0.0\"
settings:
  a: one
  b: two   # twice
  c: three
  host: web.example.org
";

const DEV: &str = "apps/api/overlays/dev/kustomization.yaml";
const PRODUCTION: &str = "apps/api/overlays/production/kustomization.yaml";

/// A repository in git, whose commits are a day apart.
struct Shop {
    folder: Folder,
    commits: u32,
}

impl Shop {
    fn new() -> Self {
        let mut shop = Self {
            folder: Folder::with(SHOP),
            commits: 0,
        };
        shop.git(&["init", "-q", "-b", "main"]);
        shop.commit("Ann", "start");
        shop
    }

    fn root(&self) -> &Utf8Path {
        self.folder.path()
    }

    fn git(&self, arguments: &[&str]) {
        let date = format!("2026-01-{:02}T10:00:00Z", self.commits + 1);
        let output = Command::new("git")
            .args(arguments)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_DATE", &date)
            .env("GIT_COMMITTER_DATE", &date)
            .env_remove("GIT_DIR")
            .env_remove("GIT_INDEX_FILE")
            .env_remove("GIT_WORK_TREE")
            .current_dir(self.root())
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
    }

    fn commit(&mut self, author: &str, subject: &str) {
        self.git(&["add", "-A"]);
        let name = format!("user.name={author}");
        self.git(&[
            "-c",
            &name,
            "-c",
            "user.email=a@example.org",
            "commit",
            "-q",
            "-m",
            subject,
        ]);
        self.commits += 1;
    }

    fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.root().join(path)).unwrap()
    }

    /// Replaces a part of a file that is there once.
    fn edit(&self, path: &str, old: &str, new: &str) {
        let text = self.read(path);
        assert_eq!(text.matches(old).count(), 1, "{path}: {old}");
        std::fs::write(self.root().join(path), text.replace(old, new)).unwrap();
    }

    fn change(&mut self, author: &str, path: &str, old: &str, new: &str) {
        self.edit(path, old, new);
        self.commit(author, &format!("{path}: {new}"));
    }

    fn run(&self, arguments: &str) -> Output {
        Command::new(env!("CARGO_BIN_EXE_gitopslint"))
            .args(arguments.split_whitespace())
            .env("COLUMNS", "100")
            .env("NO_COLOR", "1")
            .current_dir(self.root())
            .output()
            .unwrap()
    }

    /// What a command prints, and its exit status; how long ago something was is left out.
    fn told(&self, arguments: &str) -> String {
        let output = self.run(arguments);
        let text =
            String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        let age = regex::Regex::new(r"\b[0-9a-f]{7} by (\w+), [^;:\n]* ago").unwrap();
        let text = age.replace_all(&text, "COMMIT by $1, AGO");
        let left = regex::Regex::new(r"left behind [^;\n)]* ago").unwrap();
        let text = left.replace_all(&text, "left behind AGO");
        format!("{text}exit {}", output.status.code().unwrap())
    }

    fn changed_files(&self) -> String {
        let output = Command::new("git")
            .args(["diff", "-U0"])
            .current_dir(self.root())
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let lines = text
            .lines()
            .filter(|line| line.starts_with(['+', '-']) && !line.starts_with("---"));
        lines.collect::<Vec<_>>().join("\n")
    }
}

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
          3 versions behind
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
      cluster   Deployment/api  containers[api].image tag  1.4.2 → 1.5.0
                Deployment/api  containers[api].env[STRIPE_KEY]  - → 2 entries
      blocked   key `STRIPE_KEY` of Secret/keys is missing
                kubectl create secret generic keys --namespace shop-production --from-file=STRIPE_KEY=/dev/stdin --dry-run=client -o yaml | kubeseal --format yaml --merge-into apps/api/overlays/production/sealed.yaml
      blocked   error[missing-key]: Secret `keys` has no key `STRIPE_KEY`  apps/api/overlays/production/env.yaml:15
      risk      spec.encryptedData.STRIPE_KEY - → ‹redacted›
                sensitive values are not copied
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
      cluster   Deployment/api  containers[api].image tag  1.4.2 → 1.5.0
                Deployment/api  containers[api].env[STRIPE_KEY]  - → 2 entries
      blocked   key `STRIPE_KEY` of Secret/keys is missing
                kubectl create secret generic keys --namespace shop-production --from-file=STRIPE_KEY=/dev/stdin --dry-run=client -o yaml | kubeseal --format yaml --merge-into apps/api/overlays/production/sealed.yaml
      blocked   error[missing-key]: Secret `keys` has no key `STRIPE_KEY`  apps/api/overlays/production/env.yaml:15
      risk      spec.encryptedData.STRIPE_KEY - → ‹redacted›
                sensitive values are not copied
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
      cluster   Deployment/api  containers[api].image tag  1.4.2 → 1.5.0
                Deployment/api  containers[api].env[STRIPE_KEY]  - → 2 entries
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
      cluster   Deployment/api  containers[api].image tag  1.4.2 → 1.5.0
      verified  rendered again: nothing else changes, nor do 5 other applications
      kept      data.LOG_FORMAT  changed in COMMIT by Joe, AGO
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
                source COMMIT by Ann, AGO
                target COMMIT by Joe, AGO
                --take 'configMapGenerator[settings].literals[LOG_FORMAT]=source' or --take 'configMapGenerator[settings].literals[LOG_FORMAT]=target'
                back to dev: gitopslint promote production dev api --take 'configMapGenerator[settings].literals[LOG_FORMAT]'
      kept      2 environment-specific
    exit 1
    "#);
    assert_snapshot!(shop.told("promote dev production api --take LOG_FORMAT=source --dry-run"), @r#"
    plan dev → production   api
      apps/api/overlays/production/kustomization.yaml
      -  - LOG_FORMAT=json  # for people
      +  - LOG_FORMAT=logfmt  # for people
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
      cluster   Deployment/api  containers[api].image tag  1.4.2 → 1.5.0
      verified  rendered again: nothing else changes, nor do 5 other applications
      kept      2 environment-specific
    error: apps/api/overlays/production/kustomization.yaml has changes that are not committed; nothing was written
      help: commit them, or edit it all the same with --allow-dirty
    exit 1
    "#);
    shop.commit("Ann", "comment");
    shop.change("Bot", "argocd/dev/db.yaml", "12.1.0", "12.2.0");
    assert_snapshot!(shop.told("promote dev production"), @r#"
    plan dev → production   api
      apps/api/overlays/production/kustomization.yaml
      -  newTag: 1.4.2   # what users have
      +  newTag: 1.5.0   # what users have
      cluster   Deployment/api  containers[api].image tag  1.4.2 → 1.5.0
      verified  rendered again: nothing else changes, nor do 3 other applications
      kept      2 environment-specific
    plan dev → production   db
      argocd/production/db.yaml
      -  source: {repoURL: https://charts.example.org, chart: postgres, targetRevision: 12.1.0}
      +  source: {repoURL: https://charts.example.org, chart: postgres, targetRevision: 12.2.0}
      cluster   Application/db-production  spec.source.targetRevision  12.1.0 → 12.2.0
      verified  rendered again: nothing else changes, nor do 3 other applications
      risk      Application/db-production does not sync by itself
      kept      1 environment-specific
    1 application with nothing to promote
    several applications have something to promote: name those that are meant, or take them all with --all; nothing was written
    exit 2
    "#);
    assert_snapshot!(shop.told("promote dev prod"), @r#"
    plan dev → production   api
      apps/api/overlays/production/kustomization.yaml
      -  newTag: 1.4.2   # what users have
      +  newTag: 1.5.0   # what users have
      cluster   Deployment/api  containers[api].image tag  1.4.2 → 1.5.0
      verified  rendered again: nothing else changes, nor do 3 other applications
      kept      2 environment-specific
    plan dev → production   db
      argocd/production/db.yaml
      -  source: {repoURL: https://charts.example.org, chart: postgres, targetRevision: 12.1.0}
      +  source: {repoURL: https://charts.example.org, chart: postgres, targetRevision: 12.2.0}
      cluster   Application/db-production  spec.source.targetRevision  12.1.0 → 12.2.0
      verified  rendered again: nothing else changes, nor do 3 other applications
      risk      Application/db-production does not sync by itself
      kept      1 environment-specific
    1 application with nothing to promote
    several applications have something to promote: name those that are meant, or take them all with --all; nothing was written
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
        "a field was named that does not differ",
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

/// Where a command's words are a test's, and not a plan's.
fn last_lines(told: &str, count: usize) -> String {
    let lines: Vec<&str> = told.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

#[test]
fn a_plan_is_kept_and_carried_out() {
    let mut shop = Shop::new();
    shop.change("Bot", DEV, "1.4.2", "1.5.0");
    let told = shop.told("plan dev production api --out api.plan --detailed-exitcode");
    assert_snapshot!(last_lines(&told, 2), @r#"
    `gitopslint promote --plan api.plan` carries it out
    exit 2
    "#);
    let kept = shop.read("api.plan");
    assert!(!kept.contains("1.5.0"), "{kept}");
    assert_snapshot!(last_lines(&shop.told("promote --plan api.plan"), 2), @r#"
    written: 1 file; `gitopslint promote --undo 1` takes it back
    exit 0
    "#);
    assert_snapshot!(shop.changed_files(), @r#"
    +++ b/apps/api/overlays/production/kustomization.yaml
    -  newTag: 1.4.2   # what users have
    +  newTag: 1.5.0   # what users have
    "#);
    // Written already, so this is another plan.
    assert_snapshot!(last_lines(&shop.told("promote --plan api.plan"), 3), @r#"
    error: apps/api/overlays/production/kustomization.yaml has changed since it was planned; nothing was written
      help: plan again
    exit 1
    "#);
    shop.told("promote --undo 1");
    let told = shop.told("plan dev production web --detailed-exitcode");
    assert_snapshot!(last_lines(&told, 1), @"exit 0");
    // Something that was read has changed, though no edit would be another one.
    shop.edit(
        "apps/api/base/deployment.yaml",
        "name: api}",
        "name: api} # the same",
    );
    assert_snapshot!(last_lines(&shop.told("promote --plan api.plan"), 3), @r#"
    error: apps/api/base/deployment.yaml has changed since it was planned; nothing was written
      help: plan again
    exit 1
    "#);
}

#[test]
fn a_plan_that_somebody_else_made_asks_for_no_more_than_a_command() {
    let mut shop = Shop::new();
    shop.change("Bot", DEV, "1.4.2", "1.5.0");
    shop.told("plan dev production api --out api.plan");
    let plan = shop.read("api.plan");
    let check = |old: &str, new: &str| {
        assert!(plan.contains(old), "{old}");
        std::fs::write(shop.root().join("other.plan"), plan.replace(old, new)).unwrap();
        let told = last_lines(&shop.told("promote --plan other.plan"), 3);
        assert_eq!(shop.changed_files(), "");
        told
    };
    assert_snapshot!(check(PRODUCTION, "../../outside.yaml"), @r#"
    error: ../../outside.yaml has changed since it was planned; nothing was written
      help: plan again
    exit 1
    "#);
    assert_snapshot!(check("\"to\": \"production\"", "\"to\": \"moon\""), @r#"
    error: nothing here belongs to the environment `moon`
      help: there are dev, production
    exit 2
    "#);
    assert_snapshot!(check("\"version\": 1", "\"version\": 9"), @r#"
    error: other.plan: it has format 9, and 1 is understood: plan again
    exit 2
    "#);
    assert_snapshot!(check("\"made_by\"", "\"run\""), @r#"
    error: other.plan: it is not a plan: unknown field `run`, expected one of `version`, `made_by`, `wanted`, `commit`, `reads`, `files` at line 3 column 7
    exit 2
    "#);
    assert_snapshot!(check("\"set\": []", "\"set\": [\"containers[api].image=evil:1\"]"), @r#"
      kept      2 environment-specific
    nothing was written
    exit 1
    "#);
    assert_snapshot!(check(&plan, "[[[["), @r#"
    error: other.plan: it is not a plan: invalid type: sequence, expected u32 at line 1 column 1
    exit 2
    "#);
}

/// What git says.
fn git(root: &Utf8Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .current_dir(root)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_promotion_becomes_a_commit() {
    let mut shop = Shop::new();
    shop.change("Bot", DEV, "1.4.2", "1.5.0");
    let who = &[
        ("GIT_AUTHOR_NAME", "Ann"),
        ("GIT_AUTHOR_EMAIL", "ann@example.org"),
        ("GIT_AUTHOR_DATE", "1767261600 +0100"),
        ("GIT_COMMITTER_NAME", "Bo"),
        ("GIT_COMMITTER_EMAIL", "bo@example.org"),
        ("GIT_COMMITTER_DATE", "1767261600 +0000"),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
    ];
    let run = |arguments: &str, who: &[(&str, &str)]| {
        let output = Command::new(env!("CARGO_BIN_EXE_gitopslint"))
            .args(arguments.split_whitespace())
            .env("NO_COLOR", "1")
            .env_remove("HOME")
            .env_remove("GIT_AUTHOR_NAME")
            .env_remove("GIT_COMMITTER_NAME")
            .envs(who.iter().copied())
            .current_dir(shop.root())
            .output()
            .unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        format!("{told}exit {}", output.status.code().unwrap())
    };
    // A hook that would run is none that may.
    let hook = shop.root().join(".git/hooks/post-commit");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::fs::write(&hook, "#!/bin/sh\ntouch hooked\n").unwrap();
    assert_snapshot!(run("promote dev production api --commit promote/api", &who[6..]), @r#"
    error: git is not told who commits; nothing was written
      help: set user.name and user.email in git's configuration, or GIT_AUTHOR_NAME and GIT_AUTHOR_EMAIL and the same for GIT_COMMITTER
    exit 1
    "#);
    assert_snapshot!(run("promote dev production api --commit main", who), @r#"
    error: the branch `main` is checked out, and its files would stay as they are; nothing was written
    exit 1
    "#);
    assert_snapshot!(run("promote dev production api --commit ../x", who), @r#"
    error: `../x` is not a valid branch name; nothing was written
    exit 1
    "#);
    // A plan that was made of the files on disk holds for the same files in a commit.
    run("plan dev production api --out api.plan", who);
    let told = run("promote --plan api.plan --commit plans/api", who);
    assert!(
        told.contains(" on plans/api; ") && told.ends_with("exit 0"),
        "{told}"
    );
    // What is not committed is not part of it.
    shop.edit(DEV, "1.5.0", "1.6.0");
    let told = run(
        "promote dev production api --commit promote/api --signoff",
        who,
    );
    let told = regex::Regex::new("[0-9a-f]{7} on")
        .unwrap()
        .replace(&told, "COMMIT on")
        .into_owned();
    assert_snapshot!(told, @r#"
    committed: COMMIT on promote/api; `gitopslint promote --undo 2` takes it back
    exit 0
    "#);
    assert_snapshot!(git(shop.root(), &["show", "--format=%an <%ae> %ad%n%cn%n%B", "promote/api"]), @r#"
    Ann <ann@example.org> Thu Jan 1 11:00:00 2026 +0100
    Bo
    promote api: dev → production

    api in production
      Deployment/api  containers[api].image tag  1.4.2 → 1.5.0

    Signed-off-by: Bo <bo@example.org>


    diff --git a/apps/api/overlays/production/kustomization.yaml b/apps/api/overlays/production/kustomization.yaml
    index 70750c3..9e85734 100644
    --- a/apps/api/overlays/production/kustomization.yaml
    +++ b/apps/api/overlays/production/kustomization.yaml
    @@ -4,7 +4,7 @@ patches: [{path: env.yaml}]
     # moved by promotions
     images:
     - name: ghcr.io/acme/api
    -  newTag: 1.4.2   # what users have
    +  newTag: 1.5.0   # what users have
     configMapGenerator:
     - name: settings
       literals:
    "#);
    assert_eq!(git(shop.root(), &["fsck", "--strict"]), "");
    assert_snapshot!(git(shop.root(), &["reflog", "--format=%gs", "promote/api"]), @"commit: promote api: dev → production");
    assert!(!shop.root().join("hooked").exists());
    assert!(!shop.changed_files().contains("production"));
    assert_snapshot!(run("promote --undo 2", who), @r#"
    promote/api is deleted; its commit was 4c12d95c6bf434121f9063197823005b730a4933
    exit 0
    "#);
    assert_eq!(git(shop.root(), &["branch", "--list", "promote/*"]), "");
}

#[test]
fn a_copy_by_hand_loses_a_hotfix() {
    let mut shop = Shop::new();
    shop.change("Joe", PRODUCTION, "LOG_FORMAT=text", "LOG_FORMAT=json");
    shop.change("Bot", DEV, "1.4.2", "1.5.0");
    let text = shop.read(DEV).replace("shop-dev", "shop-production");
    std::fs::write(shop.root().join(PRODUCTION), text).unwrap();
    assert_snapshot!(shop.told("check --changed"), @r#"
    warning[hotfix-lost]: `configMapGenerator[settings].literals[LOG_FORMAT]` becomes `text` as in dev:
        a change that only production had, `json`, is lost
      apps/api/overlays/production/kustomization.yaml:11:5
       11 │   - LOG_FORMAT=text  # for people
          │     ^^^^^^^^^^^^^^^
      help: it was changed in d0ba078 by Joe; `gitopslint promote dev production` keeps it

    warning[hotfix-lost]: `configMapGenerator[settings].literals[HOST]` becomes `api.dev.example.org` as
        in dev: production had a value of its own, `api.example.org`
      apps/api/overlays/production/kustomization.yaml:12:5
       12 │   - HOST=api.dev.example.org
          │     ^^^^^^^^^^^^^^^^^^^^^^^^
      help: `gitopslint promote dev production` leaves it as it was

    no errors, 2 warnings
    1 file changed, 1 target reads it
    6 targets, 10 objects, 14 files: 14 used
    NOT CHECKED: 4 custom objects beyond their structure (Application 2, SealedSecret 2); 2 charts that
      are elsewhere (postgres 2)
    why, and how to fix it: gitopslint explain hotfix-lost
    exit 0
    "#);
    shop.commit("Ann", "to production");
    assert_snapshot!(shop.told("diff --rev HEAD~1..HEAD"), @r#"
    production
    api                            HEAD~1           HEAD
      ConfigMap/settings
        data.LOG_FORMAT            json             text
          apps/api/overlays/production/kustomization.yaml:11
        data.HOST                  api.example.org  api.dev.example.org
          apps/api/overlays/production/kustomization.yaml:12
      Deployment/api
        containers[api].image tag  1.4.2            1.5.0
          apps/api/overlays/production/kustomization.yaml:7
    3 objects equal · 2 applications without a difference · 2 label, name or checksum changes folded (--all)

    2 findings introduced
      warning[hotfix-lost]: `configMapGenerator[settings].literals[LOG_FORMAT]` becomes `text` as in dev: a change that only production had, `json`, is lost
        apps/api/overlays/production/kustomization.yaml:11
      warning[hotfix-lost]: `configMapGenerator[settings].literals[HOST]` becomes `api.dev.example.org` as in dev: production had a value of its own, `api.example.org`
        apps/api/overlays/production/kustomization.yaml:12
    exit 1
    "#);
    // A change that goes its own way is none of this.
    shop.change("Ann", PRODUCTION, "LOG_FORMAT=text", "LOG_FORMAT=logfmt");
    assert_snapshot!(shop.told("check --changed=HEAD~1"), @r#"
    no errors, no warnings
    1 file changed, 1 target reads it
    6 targets, 10 objects, 14 files: 14 used
    NOT CHECKED: 4 custom objects beyond their structure (Application 2, SealedSecret 2); 2 charts that
      are elsewhere (postgres 2)
    exit 0
    "#);
}

const PDB: &str = "\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: api}
spec:
  maxUnavailable: 1  # one at a time
  selector: {matchLabels: {app: api}}
";

#[test]
fn a_resource_comes_and_goes_with_its_file() {
    let mut shop = Shop::new();
    let dev = "apps/api/overlays/dev/pdb.yaml";
    let production = "apps/api/overlays/production/pdb.yaml";
    std::fs::write(shop.root().join(dev), PDB).unwrap();
    shop.change("Ann", DEV, "sealed.yaml]", "sealed.yaml, pdb.yaml]");
    let told = shop.told("promote dev production api");
    assert!(told.contains("PodDisruptionBudget/api is added"), "{told}");
    assert!(told.contains("written: 2 files"), "{told}");
    assert_eq!(shop.read(production), PDB);
    shop.told("promote --undo 1");
    assert!(!shop.root().join(production).exists());
    assert_eq!(shop.changed_files(), "");
    let told = shop.told("promote dev production api");
    assert!(told.ends_with("exit 0"), "{told}");
    shop.commit("Ann", "to production");
    std::fs::remove_file(shop.root().join(dev)).unwrap();
    shop.change("Ann", DEV, "sealed.yaml, pdb.yaml]", "sealed.yaml]");
    let told = shop.told("promote dev production api");
    assert!(
        told.contains("PodDisruptionBudget/api is removed"),
        "{told}"
    );
    assert!(!shop.root().join(production).exists());
    shop.told("promote --undo 2");
    assert_eq!(shop.read(production), PDB);
}

#[test]
fn a_resource_of_its_own_is_not_copied() {
    let mut shop = Shop::new();
    let secret =
        "apiVersion: v1\nkind: Secret\nmetadata: {name: more}\nstringData: {PIN: hunter2}\n";
    std::fs::write(shop.root().join("apps/api/overlays/dev/more.yaml"), secret).unwrap();
    let own = PDB.replace("app: api", "app: api-dev");
    std::fs::write(shop.root().join("apps/api/overlays/dev/own.yaml"), own).unwrap();
    shop.change(
        "Ann",
        DEV,
        "sealed.yaml]",
        "sealed.yaml, more.yaml, own.yaml]",
    );
    let told = shop.told("plan dev production api");
    assert!(told.contains("more.yaml holds sensitive values"), "{told}");
    assert!(
        told.contains("own.yaml names the source environment"),
        "{told}"
    );
    assert!(
        !told.contains("hunter2") && told.ends_with("exit 1"),
        "{told}"
    );
}
