//! An Application's options for kustomize give what kustomize itself gives after the commands
//! that Argo CD runs. `tests/golden/argocd-kustomize/generate.sh` writes what is expected.

use camino::Utf8Path;
use gitopslint::date::Date;
use gitopslint::snapshot::{Disk, Repository};
use gitopslint::{Request, Setup};
use manifest::{Memory, Snapshot};

fn check(case: &str) {
    let root = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/argocd-kustomize");
    let folder = root.join(case);
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let options: String = read("application.yaml")
        .lines()
        .map(|line| format!("      {line}\n"))
        .collect();
    let application = format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: api}}\nspec:\n  project: default\n  source:\n    repoURL: https://git.example.org/platform.git\n    path: app\n    kustomize:\n{options}  destination: {{name: in-cluster}}\n"
    );
    let mut files = vec![("apps/api.yaml".to_owned(), application)];
    let disk = Disk::new(&folder).unwrap();
    for path in disk.walk().files {
        let is_own = path.file_name() == Some("kustomization.yaml") || path == "deployment.yaml";
        if is_own {
            let text = String::from_utf8_lossy(&disk.bytes(&path).unwrap()).into_owned();
            files.push((format!("app/{path}"), text));
        }
    }
    let memory: Memory = files.into_iter().collect();
    let setup = Setup::read(&memory, None).unwrap();
    let request = Request::all(Date::parse("2026-06-30").unwrap());
    let deployed = setup.render(&memory, &request, kustomize::Options::default());
    let target = deployed.targets().find(|target| target.spec.path == "app");
    let target = target.unwrap();
    let faults: Vec<&str> = target.faults.iter().map(|fault| &*fault.message).collect();
    assert!(faults.is_empty(), "{case}: {faults:?}");
    let printed = kustomize::print(&target.objects).unwrap();
    assert_eq!(printed, read("expected.yaml"), "{case}");
}

#[test]
fn options_give_what_the_commands_give() {
    for case in [
        "names-and-images",
        "labels-everywhere",
        "labels-without-selectors",
        "replicas-and-namespace",
        "patches-and-components",
    ] {
        check(case);
    }
}
