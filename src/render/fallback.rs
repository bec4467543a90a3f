//! All kustomizations of a run, and the bases of those that fail.

use camino::{Utf8Path, Utf8PathBuf};
use kustomize::Options;
use manifest::{Snapshot, Total};
use rustc_hash::FxHashSet;

use super::{Deeds, Graph, Rendered};
use crate::deploy::{Role, TargetSpec};

/// Renders kustomizations. Where one fails, the bases that no other target renders are rendered
/// in its place and in its environment, so that a fault in an overlay hides no other; they stand
/// behind the targets.
pub fn render_kustomizations(
    graph: &Graph,
    snapshot: &dyn Snapshot,
    specs: Vec<TargetSpec>,
    options: Options,
    deeds: &mut Deeds,
    total: &mut Total,
) -> Vec<Rendered> {
    let mut done = Vec::new();
    let mut seen: FxHashSet<Utf8PathBuf> = specs.iter().map(|spec| spec.path.clone()).collect();
    let mut covered = FxHashSet::default();
    let mut wave = specs;
    while !wave.is_empty() {
        let folders: Vec<Utf8PathBuf> = wave.iter().map(|spec| spec.path.clone()).collect();
        let rendering = graph.render(snapshot, &folders, options, total);
        deeds.extend(rendering.deeds);
        let start = done.len();
        for (spec, outcome) in wave.into_iter().zip(rendering.outcomes) {
            let reads = graph.reads(&spec.path);
            done.push(Rendered::of_outcome(spec, outcome, reads));
        }
        for rendered in done[start..].iter().filter(|r| r.is_rendered_in_part()) {
            cover(graph, &rendered.spec.path, &mut covered);
        }
        wave = Vec::new();
        for failed in done[start..].iter().filter(|r| !r.is_rendered_in_part()) {
            for base in graph.nearest_accumulated(&failed.spec.path) {
                if !covered.contains(base) && seen.insert(base.to_owned()) {
                    wave.push(TargetSpec {
                        path: base.to_owned(),
                        role: Role::StandIn,
                        ..failed.spec.clone()
                    });
                }
            }
        }
    }
    done
}

/// Notes all that a rendered kustomization builds on.
fn cover(graph: &Graph, folder: &Utf8Path, covered: &mut FxHashSet<Utf8PathBuf>) {
    let mut open = vec![folder];
    while let Some(folder) = open.pop() {
        for base in graph.bases(folder) {
            if covered.insert(base.to_owned()) {
                open.push(base);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use manifest::Memory;

    use super::*;
    use crate::deploy::Content;
    use crate::settings::Config;

    #[test]
    fn what_fails_below_is_not_rendered_for_what_fails_above() {
        let chain = (1..600).map(|n| {
            let below = format!("resources: [../k{}]\n", n - 1);
            (format!("k{n}/kustomization.yaml"), below)
        });
        let object = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
        let first = [
            (
                "k0/kustomization.yaml".to_owned(),
                "resources: [a.yaml]\n".to_owned(),
            ),
            ("k0/a.yaml".to_owned(), object.to_owned()),
        ];
        let files: Vec<(String, String)> = chain.chain(first).collect();
        let files = files
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()));
        let memory: Memory = files.collect();
        let options = Options::default();
        let graph = Graph::load(&memory, ["k599".into()], options);
        let config = Config::default();
        let spec = TargetSpec::new("k599".into(), Content::Kustomization, &config);
        let mut deeds = Deeds::default();
        let rendered = render_kustomizations(
            &graph,
            &memory,
            vec![spec],
            options,
            &mut deeds,
            &mut Total::default(),
        );
        let told: Vec<(&str, usize)> = rendered
            .iter()
            .map(|target| (target.spec.path.as_str(), target.objects.len()))
            .collect();
        assert_eq!(told, [("k599", 0), ("k256", 1)]);
    }
}
