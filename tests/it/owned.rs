//! Whose findings are reported.

use crate::command::told;
use crate::git::git;
use crate::run::Folder;

const ADDRESS: &str = "https://git.example.org/acme/platform.git";

/// Two applications in projects of their own, each with a privileged pod.
fn repository() -> Folder {
    let folder = Folder::new();
    for (name, project) in [("web", "shop"), ("api", "payments")] {
        let application = format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\n\
             metadata: {{name: {name}, namespace: argocd}}\nspec:\n  project: {project}\n  \
             source: {{repoURL: {ADDRESS}, targetRevision: main, path: apps/{name}}}\n  \
             destination: {{name: production, namespace: {name}}}\n"
        );
        let pod = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec:\n  containers:\n  \
             - {{name: {name}, image: acme/{name}:1.0.0, securityContext: {{privileged: true}}}}\n"
        );
        folder.write(format!("argocd/{name}.yaml"), application.as_bytes());
        folder.write(format!("apps/{name}/pod.yaml"), pod.as_bytes());
    }
    folder.write("CODEOWNERS", b"/apps/web/ @acme/shop\n");
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["remote", "add", "origin", ADDRESS]);
    folder
}

fn check(arguments: &[&str]) -> String {
    let folder = repository();
    let all = [&["check", "--select", "privileged-container"], arguments].concat();
    let first = told(folder.path(), &all);
    assert_eq!(told(folder.path(), &all), first, "as it was told before");
    first
}

#[test]
fn those_of_an_owner() {
    insta::assert_snapshot!(check(&["--owner", "@acme/shop"]), @r"
    1
    error[privileged-container]: container `web` runs privileged
    ");
    insta::assert_snapshot!(check(&["--owner", "@acme/shp"]), @r"
    2

    error: nothing here is owned by `@acme/shp`
      help: did you mean `@acme/shop`?
    ");
}

#[test]
fn those_of_a_project() {
    insta::assert_snapshot!(check(&["--project", "payments"]), @r"
    1
    error[privileged-container]: container `api` runs privileged
    ");
    insta::assert_snapshot!(check(&["--project", "payment"]), @r"
    2

    error: no Application here belongs to the AppProject `payment`
      help: did you mean `payments`?
    ");
    insta::assert_snapshot!(check(&["--project", "payments", "--owner", "@acme/shop"]), @"0");
    let table = check(&["--project", "shop", "--project", "payments"]);
    insta::assert_snapshot!(table, @r"
    1
    error[privileged-container]: container `api` runs privileged
    error[privileged-container]: container `web` runs privileged
    ");
}
