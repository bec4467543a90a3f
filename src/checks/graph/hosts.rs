//! Ingresses for the same host and path.

use manifest::View;
use rustc_hash::FxHashMap;

use super::traffic_rules::INGRESS_COLLISION;
use super::{Placed, Scene, further, path};
use crate::problem::Problem;

const CLASS: &str = "kubernetes.io/ingress.class";

/// At which of Traefik's entry points an Ingress is served.
const ENTRY_POINTS: &str = "traefik.ingress.kubernetes.io/router.entrypoints";

pub(super) fn look(
    scene: &Scene<'_>,
    is_own: &impl Fn(&Placed<'_>) -> bool,
    problems: &mut Vec<Problem>,
) {
    let mut claimed: FxHashMap<_, Placed<'_>> = FxHashMap::default();
    let objects = scene.namespaces.values().flat_map(|space| &space.objects);
    let ingresses = objects.filter(|placed| {
        let groups = ["networking.k8s.io", "extensions"];
        groups.iter().any(|group| placed.is(group, "Ingress")) && is_own(placed)
    });
    for ingress in ingresses {
        let view = ingress.object.node.view();
        let text = |keys: &[&str]| view.get_path(keys).map(View::text);
        if is_canary(view) {
            continue;
        }
        let class = text(&["spec", "ingressClassName"])
            .or_else(|| text(&["metadata", "annotations", CLASS]))
            .unwrap_or("");
        let entry_points = text(&["metadata", "annotations", ENTRY_POINTS]).unwrap_or("");
        let rules = view.get_path(&["spec", "rules"]);
        for (index, rule) in rules.into_iter().flat_map(View::items).enumerate() {
            let Some(host) = rule.get("host").and_then(View::as_str) else {
                continue;
            };
            let paths = rule.get_path(&["http", "paths"]);
            for (number, entry) in paths.into_iter().flat_map(View::items).enumerate() {
                let field = |key: &str| entry.get(key).map(View::text);
                let way = field("path").unwrap_or("/");
                let claim = (
                    scene.company(*ingress),
                    class,
                    entry_points,
                    host,
                    way,
                    field("pathType").unwrap_or(""),
                );
                let first = *claimed.entry(claim).or_insert(*ingress);
                if first.object.id != ingress.object.id {
                    let message = format!(
                        "Ingress `{}` also claims `{host}{way}`",
                        first.object.id.name
                    );
                    let at = further(
                        &path(["spec", "rules"]),
                        [
                            index.into(),
                            "http".into(),
                            "paths".into(),
                            number.into(),
                            "path".into(),
                        ],
                    );
                    problems.push(ingress.problem(&INGRESS_COLLISION, at, message));
                }
            }
        }
    }
}

fn is_canary(ingress: View<'_>) -> bool {
    let annotations = ingress.get_path(&["metadata", "annotations"]);
    let mut annotations = annotations.into_iter().flat_map(View::entries);
    annotations.any(|entry| entry.key.text().contains("canary"))
}
