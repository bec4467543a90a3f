//! SealedSecrets that are put where they cannot be unsealed.

use manifest::{Location, Was};

use crate::problem::{Field, Instance, Problem};
use crate::render::Rendered;
use crate::rule::{SECRETS, rules};

rules! {
    [group SECRETS]

    SEALED_SECRET_MOVED {
        id: "sealed-secret-moved",
        severity: Error,
        title: "SealedSecret moved from the name or namespace it was sealed for",
        description: "A SealedSecret can be unsealed only under the name and in the namespace that it was sealed for, unless its scope is wider. The controller rejects this one, so no Secret is created.",
        remediation: "Seal it for the name and the namespace that the overlay gives it, or with the scope `namespace-wide` or `cluster-wide`.",
        bad: "# kustomization.yaml\nnamespace: api-production\nresources: [sealed-secret.yaml]  # sealed for the namespace api\n",
        good: "# kustomization.yaml\nnamespace: api\nresources: [sealed-secret.yaml]\n",
    }
}

const ANNOTATIONS: &str = "sealedsecrets.bitnami.com";

/// SealedSecrets of all targets which kustomizations rename or move.
pub fn problems(rendered: &[Rendered]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (target, own) in rendered.iter().enumerate() {
        for (object, sealed) in own.objects.iter().enumerate() {
            let gvk = &sealed.id.gvk;
            if &*gvk.kind != "SealedSecret" || &*gvk.group != "bitnami.com" {
                continue;
            }
            let view = sealed.node.view();
            let is_set = |scope: &str| {
                let name = format!("{ANNOTATIONS}/{scope}");
                let set = view.get_path(&["metadata", "annotations", &name]);
                set.is_some_and(|value| value.text() == "true")
            };
            if is_set("cluster-wide") {
                continue;
            }
            let fields = match is_set("namespace-wide") {
                true => &["namespace"][..],
                false => &["namespace", "name"],
            };
            let moved = fields.iter().filter_map(|field| {
                let entry = view.get("metadata")?.entry(field)?;
                let first = first(entry.was?);
                let (sealed_for, now) = (first.node.view().text(), entry.value.text());
                let is_moved = !sealed_for.is_empty() && sealed_for != now;
                is_moved.then(|| (*field, sealed_for, now, origin(first)))
            });
            let moved: Vec<_> = moved.collect();
            let Some((field, .., place)) = moved.first() else {
                continue;
            };
            let changes: Vec<String> = moved
                .iter()
                .map(|(field, was, now, _)| format!("{field} `{was}`, not `{now}`"))
                .collect();
            let message = format!("it was sealed for the {}", changes.join(" and the "));
            let path = ["metadata", *field].into_iter().map(Into::into).collect();
            let problem = Problem::new(&SEALED_SECRET_MOVED, message).at_field(Field {
                path,
                ..Field::default()
            });
            let problem = match place {
                Some(place) => problem.related("sealed for this", place.clone()),
                None => problem,
            };
            problems.push(problem.affecting_objects([Instance { target, object }].into()));
        }
    }
    problems
}

/// What a value was before anything changed it.
fn first(mut was: &Was) -> &Was {
    while let Some(earlier) = &was.prev {
        was = earlier;
    }
    was
}

fn origin(was: &Was) -> Option<Location> {
    was.node.view().origin().map(|src| src.locate())
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use manifest::Memory;

    use crate::date::Date;
    use crate::{Request, Setup};

    fn check(sealed: &str, kustomization: &str) -> String {
        let files = [
            ("a/sealed.yaml", sealed),
            ("a/kustomization.yaml", kustomization),
        ];
        let memory: Memory = files.into_iter().collect();
        let setup = Setup::read(&memory, None).unwrap();
        let request = Request {
            select: vec!["sealed-secret-moved".to_owned()],
            ..Request::all(Date::parse("2026-06-30").unwrap())
        };
        let findings = setup.check(&memory, &request).report.findings;
        let told = findings.iter().map(|finding| {
            let place = finding.place.as_ref().unwrap();
            format!(
                "{}:{}: {}\n",
                place.path(),
                place.start().line,
                finding.message
            )
        });
        told.collect()
    }

    const SEALED: &str = "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata:\n  name: db\n  namespace: shop\nspec: {encryptedData: {a: AgB}}\n";

    #[test]
    fn what_is_moved_cannot_be_unsealed() {
        assert_snapshot!(check(SEALED, "namespace: prod\nresources: [sealed.yaml]\n"), @"a/kustomization.yaml:1: it was sealed for the namespace `shop`, not `prod`");
        assert_snapshot!(check(SEALED, "namespace: shop\nnamePrefix: prod-\nresources: [sealed.yaml]\n"), @"a/kustomization.yaml:2: it was sealed for the name `db`, not `prod-db`");
        assert_snapshot!(check(SEALED, "namespace: shop\nresources: [sealed.yaml]\n"), @"");
        let wide = |scope: &str| {
            let annotation =
                format!("name: db\n  annotations: {{sealedsecrets.bitnami.com/{scope}: 'true'}}");
            SEALED.replace("name: db", &annotation)
        };
        let kustomization = "namespace: prod\nnamePrefix: prod-\nresources: [sealed.yaml]\n";
        assert_snapshot!(check(&wide("namespace-wide"), kustomization), @"a/kustomization.yaml:1: it was sealed for the namespace `shop`, not `prod`");
        assert_snapshot!(check(&wide("cluster-wide"), kustomization), @"");
        // Nobody can tell for which namespace this one was sealed.
        let nowhere = SEALED.replace("  namespace: shop\n", "");
        assert_snapshot!(check(&nowhere, "namespace: prod\nresources: [sealed.yaml]\n"), @"");
    }
}
