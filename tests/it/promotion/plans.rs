//! Plans kept in files, promotions as commits, copies by hand, and files that come and go.

use insta::assert_snapshot;

use super::*;

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
    error: other.plan: it has format 9, but only 1 is supported: plan again
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
        let output = crate::command::program()
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
    error: git does not know who commits; nothing was written
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
    NOT CHECKED: 2 charts that are elsewhere (postgres 2)
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
    NOT CHECKED: 2 charts that are elsewhere (postgres 2)
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
