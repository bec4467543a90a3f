//! Promotions told as stories: a repository with a past, the command, the files afterwards.

use std::process::{Command, Output};

use camino::Utf8Path;

use crate::run::Folder;

mod plans;
mod stories;

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
        crate::command::program()
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
