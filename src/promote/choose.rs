//! What people choose beside what the verdicts say.

use promotion::{Difference, Pattern, Side, Verdict};

use crate::compare::{Application, is_version};

/// What people choose. A field may be named as it is applied, or as the file says it.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// The fields.
    pub fields: promotion::Choice,
    /// Whether only versions move.
    pub only_versions: bool,
    /// Which side every conflict is decided for.
    pub conflicts: Option<Side>,
}

impl Choice {
    /// The choice as the fields of a pair of files are called.
    pub(super) fn of_pair(&self, application: &Application, pair: usize) -> promotion::Choice {
        let mut choice = self.fields.clone();
        let differences = &application.files[pair].differences;
        let exactly = |at: usize| Pattern::parse(&differences[at].path.to_string());
        // A field that is applied stands for what it comes from.
        let behind = |pattern: &Pattern| {
            let rows = application.objects.iter().flat_map(|own| &own.rows);
            let meant = rows.filter(|row| pattern.matches(&row.field.path));
            let causes = meant.filter_map(|row| row.cause);
            let causes = causes.filter(|(of, _)| *of == pair);
            causes.filter_map(|(_, at)| exactly(at)).collect::<Vec<_>>()
        };
        choice.only.extend(self.fields.only.iter().flat_map(behind));
        choice
            .exclude
            .extend(self.fields.exclude.iter().flat_map(behind));
        let take = self.fields.take.iter();
        choice.take.extend(
            take.flat_map(|(own, side)| behind(own).into_iter().map(|pattern| (pattern, *side))),
        );
        let set = self.fields.set.iter();
        choice.set.extend(set.flat_map(|(own, text)| {
            behind(own)
                .into_iter()
                .map(|pattern| (pattern, text.clone()))
        }));
        if self.only_versions {
            let versions = (0..differences.len()).filter(|at| is_version(differences[*at].field));
            choice.only.extend(versions.filter_map(exactly));
            if choice.only.is_empty() {
                // Nothing here is a version, so nothing moves.
                choice.only.extend(Pattern::parse("no version"));
            }
        }
        if let Some(side) = self.conflicts {
            let conflicts =
                (0..differences.len()).filter(|at| differences[*at].verdict == Verdict::Conflict);
            choice
                .take
                .extend(conflicts.filter_map(|at| Some((exactly(at)?, side))));
        }
        choice
    }

    /// Whether somebody said that a difference of files moves.
    pub(super) fn takes(&self, difference: &Difference) -> bool {
        let mut take = self.fields.take.iter();
        let own = take.find(|(own, _)| own.matches(&difference.path));
        own.is_some_and(|(_, side)| *side == Side::Source)
    }

    /// Whether somebody said that a difference of files does not move.
    pub(super) fn leaves(&self, difference: &Difference) -> bool {
        let path = &difference.path;
        let has = |patterns: &[Pattern]| patterns.iter().any(|own| own.matches(path));
        let fields = &self.fields;
        let take = fields.take.iter().find(|(own, _)| own.matches(path));
        has(&fields.exclude)
            || !(fields.only.is_empty() || has(&fields.only))
            || self.only_versions && !is_version(difference.field)
            || take.is_some_and(|(_, side)| *side == Side::Target)
    }

    /// The first field that was named and stands for nothing that differs.
    pub fn unknown<'a>(&'a self, applications: &[Application]) -> Option<&'a Pattern> {
        let fields = &self.fields;
        let named = fields.only.iter().chain(&fields.exclude);
        let mut named = named.chain(fields.take.iter().map(|(own, _)| own));
        let mut set = fields.set.iter().map(|(own, _)| own);
        let is_unknown = |pattern: &Pattern, is_meant: &dyn Fn(&Difference) -> bool| {
            !applications.iter().any(|application| {
                let mut rows = application.objects.iter().flat_map(|own| &own.rows);
                let mut differences = application.files.iter().flat_map(|own| &own.differences);
                rows.any(|row| pattern.matches(&row.field.path)) || differences.any(is_meant)
            })
        };
        named
            .find(|own| is_unknown(own, &|difference| own.matches(&difference.path)))
            .or_else(|| set.find(|own| is_unknown(own, &|difference| difference.can_be_given(own))))
    }
}
