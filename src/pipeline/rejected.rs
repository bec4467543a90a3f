//! What a change makes of what is deployed that the API server rejects.

use super::Deployed;
use crate::checks::immutable::{self, IMMUTABLE_FIELD};
use crate::judge::finding::Finding;
use crate::judge::redact::redact;
use crate::judge::sink::{Judge, Sink};
use crate::request::Request;
use crate::settings::owners::Owners;
use crate::setup::Setup;
use crate::snapshot::Repository;

impl Setup {
    /// The changes from one state of a repository to another that a sync would fail on, as
    /// findings in the second one, whose files `repository` holds.
    pub fn rejected(
        &self,
        repository: &dyn Repository,
        request: &Request,
        before: &Deployed,
        after: &Deployed,
    ) -> Vec<Finding> {
        if !request.looks_at(&IMMUTABLE_FIELD) || !self.config().is_on_anywhere(&IMMUTABLE_FIELD) {
            return Vec::new();
        }
        let problems = immutable::problems(&before.rendered, &after.rendered);
        if problems.is_empty() {
            return Vec::new();
        }
        let judge = Judge {
            rules: self.rules(),
            config: self.config(),
            request,
            apart: &after.apart,
            baseline: None,
        };
        let mut sink = Sink::new(&judge, &after.rendered);
        for source in after.files_read().sources(repository) {
            sink.read_ignores(&source);
        }
        for source in after.loose.sources() {
            sink.read_ignores(source);
        }
        sink.take(problems);
        let (mut findings, _) = sink.finish();
        // What no other rule finds here is told elsewhere.
        findings.retain(|finding| finding.rule.id == IMMUTABLE_FIELD.id);
        redact(&after.rendered, &mut findings);
        let owners = Owners::read(repository);
        for finding in &mut findings {
            let path = finding.place.as_ref().map(|place| place.path());
            finding.owners = path.map(|path| owners.of(path)).unwrap_or_default();
        }
        findings
    }
}
