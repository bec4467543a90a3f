//! Workloads without pods: what is wrong with their containers harms nobody yet.

use manifest::{Object, View};
use rustc_hash::FxHashSet;

use super::moving::is_of_moving_image;
use super::{Context, Told};
use crate::problem::{Affects, Instance, Problem};
use crate::render::Rendered;
use crate::rule::Severity;

pub(super) fn concerns(problem: &Problem) -> bool {
    is_of_moving_image(&problem.rule)
}

/// Lowers what is said of images of workloads that run nothing.
pub(super) fn amend(told: &mut Told<'_>, context: &Context<'_>) {
    let rendered = context.rendered;
    let mut scaled = None;
    for problem in told.of(concerns) {
        let Affects::Objects(objects) = &problem.affects else {
            continue;
        };
        let is_idle = |at: &Instance| {
            let object = &rendered[at.target].objects[at.object];
            has_no_replicas(object)
                && !scaled
                    .get_or_insert_with(|| self::scaled(rendered))
                    .contains(&(&*object.id.gvk.kind, &*object.id.name))
        };
        if objects.iter().all(is_idle) {
            problem.limit(Severity::Warning);
        }
    }
}

fn has_no_replicas(object: &Object) -> bool {
    let replicas = object.node.view().get_path(&["spec", "replicas"]);
    replicas.is_some_and(|replicas| replicas.text() == "0")
}

/// The kinds and names of what autoscalers scale, in whatever namespace and cluster.
fn scaled(rendered: &[Rendered]) -> FxHashSet<(&str, &str)> {
    let objects = rendered.iter().flat_map(|target| &target.objects);
    let scalers = objects.filter(|object| {
        matches!(
            (&*object.id.gvk.group, &*object.id.gvk.kind),
            ("autoscaling", "HorizontalPodAutoscaler") | ("keda.sh", "ScaledObject")
        )
    });
    let targets = scalers.filter_map(|scaler| {
        let target = scaler.node.view().get_path(&["spec", "scaleTargetRef"])?;
        let kind = target.get("kind").map_or("Deployment", View::text);
        Some((kind, target.get("name")?.text()))
    });
    targets.collect()
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use manifest::Memory;

    use crate::date::Date;
    use crate::{Request, Setup};

    fn check(replicas: &str, more: &str) -> String {
        let file = format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web, namespace: shop}}\nspec:\n{replicas}  selector: {{matchLabels: {{app: web}}}}\n  template:\n    metadata: {{labels: {{app: web}}}}\n    spec: {{containers: [{{name: web, image: 'example.org/web:latest'}}]}}\n{more}"
        );
        let memory: Memory = [("prod/web.yaml", &*file)].into_iter().collect();
        let setup = Setup::read(&memory, None).unwrap();
        let request = Request {
            select: vec!["mutable-image-tag".to_owned()],
            ..Request::all(Date::parse("2026-06-30").unwrap())
        };
        let findings = setup.check(&memory, &request).report.findings;
        let told = findings.iter().map(|finding| finding.severity.to_string());
        told.collect()
    }

    #[test]
    fn what_does_not_run_harms_nobody() {
        let scaler = "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web, namespace: shop}\nspec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, maxReplicas: 2}\n";
        assert_snapshot!(check("  replicas: 1\n", ""), @"error");
        assert_snapshot!(check("", ""), @"error");
        assert_snapshot!(check("  replicas: 0\n", ""), @"warning");
        assert_snapshot!(check("  replicas: 0\n", scaler), @"error");
    }
}
