//! Why a kustomization is not rendered: its bases failed, they wait for one another, nothing is
//! left for it, or it is no part of the repository.

use camino::Utf8Path;
use manifest::{Fault, FaultKind, Total};

use super::run::Run;
use super::{Failure, Graph, Outcome};

impl Graph {
    /// Why a kustomization is not rendered for which nothing is left.
    pub(super) fn too_much(&self, at: usize) -> Fault {
        let mut fault = Total::fault();
        if let Ok(kustomization) = &self.nodes[at].kustomization {
            fault.at = Some(kustomization.source().locate(manifest::Span::new(0, 0)));
        }
        fault
    }
}

/// What to say of a kustomization that stands on disk alone.
pub(super) fn left_out(folder: &Utf8Path) -> Fault {
    Fault::new(
        FaultKind::Missing,
        format!("the kustomization in {folder} is not among the files of the repository"),
    )
    .help("git has to track it, or at least not ignore it, for a deployer to see it")
}

impl Run<'_> {
    /// What keeps a kustomization from being rendered whose bases failed: the faults at the ends
    /// of all chains of failures.
    pub(super) fn blocked(&self, from: usize) -> Outcome {
        let mut seen = vec![false; self.graph.nodes.len()];
        let mut open = vec![from];
        let mut first = None;
        let mut faults = Vec::new();
        while let Some(at) = open.pop() {
            if std::mem::replace(&mut seen[at], true) {
                continue;
            }
            let own = match self.graph.results[at].get() {
                Some(Err(Failure::Bases(bases))) => {
                    open.extend(bases.iter().rev());
                    continue;
                }
                Some(Err(Failure::Own(own))) => own.clone(),
                Some(Ok(_)) => continue,
                None => vec![self.cycle(at)],
            };
            first = first.or_else(|| Some(self.graph.nodes[at].folder.clone()));
            faults.extend(own);
        }
        Outcome::Blocked(first.unwrap_or_default(), faults)
    }

    /// What to say of a kustomization whose bases never got ready, because they wait for one
    /// another.
    pub(super) fn cycle(&self, from: usize) -> Fault {
        let mut path = vec![from];
        let mut at = from;
        let closed = loop {
            let stuck = |base: &&usize| self.graph.results[**base].get().is_none();
            let Some(next) = self.graph.nodes[at].bases.iter().find(stuck) else {
                break from;
            };
            if path.contains(next) {
                break *next;
            }
            path.push(*next);
            at = *next;
        };
        let start = path.iter().position(|node| *node == closed).unwrap_or(0);
        let mut circle = path.split_off(start);
        // From wherever it is entered, it is the same circle.
        let folder = |at: &usize| self.graph.nodes[*at].folder.as_path();
        let first = (0..circle.len()).min_by_key(|at| folder(&circle[*at]));
        circle.rotate_left(first.unwrap_or(0));
        let closed = circle.first().copied().unwrap_or(from);
        let next = circle.get(1).copied().unwrap_or(closed);
        circle.push(closed);
        let circle: Vec<&str> = circle.iter().map(|at| folder(at).as_str()).collect();
        let fault = Fault::new(
            FaultKind::Cycle,
            format!(
                "these kustomizations include each other in a cycle: {}",
                circle.join(" → ")
            ),
        )
        .help("remove one of these references; what both need belongs in a base of its own");
        let place = self.graph.nodes[closed]
            .kustomization
            .as_ref()
            .ok()
            .and_then(|k| k.reference_to(&self.graph.nodes[next].folder));
        match place {
            Some(place) => fault.at_location(place),
            None => fault,
        }
    }
}
