//! Folders that another program fills in.

use insta::assert_snapshot;
use manifest::Memory;

use super::check;
use crate::date::Date;
use crate::{Request, Setup};

const JINJA: &str = "resources:\n- ../base\n{% if network == \"private\" %}\ncomponents: [../../components/certs]\n{% endif %}\n";

/// All findings that are more than advice, and what was not checked of templates.
fn told(files: &[(&str, &str)]) -> String {
    let memory: Memory = files.iter().copied().collect();
    let setup = Setup::read(&memory, None).unwrap();
    let request = Request::all(Date::parse("2026-06-30").unwrap());
    let report = setup.check(&memory, &request).report;
    let mut told = String::new();
    for finding in &report.findings {
        let place = finding.place.as_ref().unwrap();
        let rule = &finding.rule.id;
        if finding.severity > crate::rule::Severity::Info || *rule == *"template-folder" {
            let line = place.start().line;
            told += &format!("{}:{line}: {} {rule}\n", place.path(), finding.severity);
        }
    }
    let unchecked = report.summary.unchecked.iter();
    let is_told = |what: &str| what.contains("template") || what.starts_with("folders that");
    for own in unchecked.filter(|own| is_told(&own.what)) {
        let which: Vec<&str> = own.which.iter().map(|(name, _)| &**name).collect();
        told += &format!("not checked: {}: {}\n", own.what, which.join(", "));
    }
    told
}

#[test]
fn a_tree_of_templates_is_told_once_and_not_checked() {
    let files = [
        ("hack/templates/one/kustomization.yaml", JINJA),
        (
            "hack/templates/two/kustomization.yaml",
            "resources: [../base]\n",
        ),
        (
            "hack/templates/three/pod.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {hostPIDD: true}\n",
        ),
        ("hack/templates/three/broken.yaml", "a: [\n"),
    ];
    assert_snapshot!(told(&files), @r"
    hack/templates/one/kustomization.yaml:3: info template-folder
    not checked: folders of templates, which another program fills in: hack/templates
    ");
}

#[test]
fn a_kustomization_with_holes_is_a_template() {
    let files = [
        (
            "new/app/kustomization.yaml",
            "namespace: {{ .namespace }}\nresources: [../gone]\n",
        ),
        (
            "new/app/pod.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {hostPIDD: true}\n",
        ),
        ("new/other/kustomization.yaml", "resources: [../gone]\n"),
    ];
    assert_snapshot!(told(&files), @r"
    new/app/kustomization.yaml:1: info template-folder
    new/other/kustomization.yaml:1: error missing-resource
    not checked: folders of templates, which another program fills in: new/app
    ");
}

#[test]
fn templates_of_other_generators() {
    let object = "apiVersion: v1\nkind: Service\nmetadata: {name: 'a'}\nspec: {portss: []}\n";
    let backstage = "apiVersion: v1\nkind: Service\nmetadata:\n  name: ${{ values.name }}\nspec: {portss: []}\n";
    let files = [
        ("catalog/skeleton/service.yaml", backstage),
        ("catalog/skeleton/other/service.yaml", object),
        (
            "catalog/skeleton/chart/Chart.yaml",
            "apiVersion: v2\nname: ${{ values.name }}\nversion: 1\n",
        ),
        (
            "catalog/skeleton/chart/templates/a.yaml",
            "a: {{ nothing }}\n",
        ),
        ("{{cookiecutter.app}}/service.yaml", object),
        ("copied/copier.yml", "name: {type: str}\n"),
        ("copied/deep/kustomization.yaml", JINJA),
        ("copied/deep/service.yaml", object),
    ];
    assert_snapshot!(told(&files), @r"
    catalog/skeleton/service.yaml:4: info template-folder
    copied/deep/kustomization.yaml:3: info template-folder
    {{cookiecutter.app}}/service.yaml:1: info template-folder
    not checked: folders of templates, which another program fills in: catalog/skeleton, copied, {{cookiecutter.app}}
    ");
}

#[test]
fn what_is_deployed_or_only_wrong_is_no_template() {
    let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: one}\nspec:\n  project: default\n  destination: {name: in-cluster, namespace: one}\n  source: {repoURL: 'https://git.example.org/acme/deploy.git', path: templates/one}\n";
    let files = [
        ("apps/one.yaml", application),
        ("templates/one/kustomization.yaml", JINJA),
        (
            "templates/two/kustomization.yaml",
            "resources: [gone.yaml]\n",
        ),
    ];
    assert_snapshot!(told(&files), @r"
    templates/one/kustomization.yaml:3: error invalid-yaml
    templates/two/kustomization.yaml:1: error missing-resource
    ");
    // Braces without quotes are a mistake.
    let files = [
        ("apps/web/kustomization.yaml", "resources: [secret.yaml]\n"),
        (
            "apps/web/secret.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: {{ .password }}\n",
        ),
    ];
    assert_snapshot!(told(&files), @"apps/web/secret.yaml:5: error wrong-type");
}

#[test]
fn what_is_there_to_be_copied() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {hostPIDD: true}\n";
    let gone = "resources: [gone.yaml]\n";
    let policy = "apiVersion: templates.gatekeeper.sh/v1\nkind: ConstraintTemplate\nmetadata: {name: a}\nspec: []\n";
    let application = |path: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: one}}\nspec:\n  project: default\n  destination: {{name: in-cluster, namespace: one}}\n  source: {{repoURL: 'https://git.example.org/acme/deploy.git', path: {path}}}\n"
        )
    };
    let files = [
        ("apps/_templates/web/kustomization.yaml", gone),
        ("clusters/template/pod.yaml", pod),
        ("utils/templates/a/kustomization.yaml", gone),
        ("bases/template/kustomization.yaml", gone),
        (
            "bases/user/kustomization.yaml",
            "resources: [../template]\n",
        ),
        ("chart/templates/pod.yaml", pod),
        ("policies/templates/a/policy.yaml", policy),
    ];
    assert_snapshot!(told(&files), @r"
    apps/_templates/web/kustomization.yaml:1: info template-folder
    bases/template/kustomization.yaml:1: error missing-resource
    chart/templates/pod.yaml:4: error missing-field
    chart/templates/pod.yaml:4: error unknown-field
    clusters/template/pod.yaml:1: info template-folder
    policies/templates/a/policy.yaml:4: error wrong-type
    utils/templates/a/kustomization.yaml:1: info template-folder
    not checked: folders that are there to be copied: apps/_templates, clusters/template, utils/templates
    ");
    let files = [
        ("clusters/one.yaml", &*application("clusters/template")),
        ("clusters/template/pod.yaml", pod),
    ];
    assert_snapshot!(told(&files), @r"
    clusters/template/pod.yaml:4: error missing-field
    clusters/template/pod.yaml:4: error unknown-field
    ");
}

#[test]
fn what_an_application_set_leaves_out() {
    let set = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: apps}\nspec:\n  generators:\n  - git:\n      repoURL: https://git.example.org/acme/deploy.git\n      revision: main\n      directories:\n      - path: apps/*\n      - {path: apps/old, exclude: true}\n      - {path: apps/web, exclude: true}\n  template:\n    metadata: {name: '{{path.basename}}'}\n    spec:\n      project: default\n      destination: {name: in-cluster, namespace: one}\n      source: {repoURL: 'https://git.example.org/acme/deploy.git', path: '{{path}}'}\n";
    let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\nspec:\n  project: default\n  destination: {name: in-cluster, namespace: one}\n  source: {repoURL: 'https://git.example.org/acme/deploy.git', path: apps/web}\n";
    let gone = "resources: [gone.yaml]\n";
    let files = [
        ("argocd/set.yaml", set),
        ("argocd/web.yaml", application),
        ("apps/old/kustomization.yaml", gone),
        ("apps/web/kustomization.yaml", gone),
    ];
    assert_snapshot!(told(&files), @r"
    apps/web/kustomization.yaml:1: error missing-resource
    argocd/set.yaml:11: info template-folder
    not checked: folders that an ApplicationSet leaves out: apps/old
    ");
}

#[test]
fn a_secret_in_a_template_can_be_read() {
    let secret =
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {password: x9-Kf2mQ7w}\n";
    let files = [
        ("new/template/kustomization.yaml", JINJA),
        ("new/template/more/secret.yaml", secret),
    ];
    assert_snapshot!(check("plain-secret", &files), @"new/template/more/secret.yaml:4: error {-} Secret `a` is not encrypted: password");
}

#[test]
fn a_file_that_is_called_a_template_is_one_until_something_refers_to_it() {
    let service =
        "apiVersion: v1\nkind: Service\nmetadata: {name: 'service_name'}\nspec: {portss: []}\n";
    let secret =
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {password: x9-Kf2mQ7w}\n";
    let files = [
        ("services/template.yaml", service),
        ("services/db.template.yaml", secret),
        (
            "services/broken.template.yaml",
            "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  a: b\n c\n",
        ),
    ];
    assert_snapshot!(told(&files), @r"
    services/db.template.yaml:4: error plain-secret
    not checked: unreferenced files named as templates: services/broken.template.yaml, services/db.template.yaml, services/template.yaml
    ");
    let kustomization = (
        "services/kustomization.yaml",
        "resources: [template.yaml]\n",
    );
    let told_of_built = told(&[files[0], kustomization]);
    assert!(
        told_of_built.contains("services/template.yaml:4: error unknown-field"),
        "{told_of_built}"
    );
    let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: one}\nspec:\n  project: default\n  destination: {name: in-cluster, namespace: one}\n  source: {repoURL: 'https://git.example.org/acme/deploy.git', path: services}\n";
    let told_of_deployed = told(&[files[0], ("apps/one.yaml", application)]);
    assert!(
        told_of_deployed.contains("services/template.yaml:4: error unknown-field"),
        "{told_of_deployed}"
    );
    assert!(
        !told_of_deployed.contains("not checked"),
        "{told_of_deployed}"
    );
}
