//! When syncs may run.

use manifest::glob::Dialect;
use manifest::{Src, View};

use super::Target;
use super::permit::fits;
use crate::text::{Text, is_on, text, texts};

/// A time at which syncs are allowed or denied.
#[derive(Clone, Debug)]
pub struct SyncWindow {
    /// `allow` or `deny`.
    pub kind: Option<Text>,
    /// When it opens, as of cron.
    pub schedule: Option<Text>,
    /// How long it stays open.
    pub duration: Option<Text>,
    /// The time zone of the schedule; UTC without one.
    pub time_zone: Option<Text>,
    /// Patterns of Applications' names.
    pub applications: Vec<Text>,
    /// Patterns of namespaces that are deployed to.
    pub namespaces: Vec<Text>,
    /// Patterns of clusters' names and addresses.
    pub clusters: Vec<Text>,
    /// Whether all of these have to fit, and not one.
    pub all_have_to_fit: bool,
    /// Whether syncs by hand run all the same.
    pub allows_manual_sync: bool,
    /// A note for people.
    pub description: Option<Text>,
    /// Where it stands.
    pub place: Option<Src>,
}

impl SyncWindow {
    pub(super) fn of(view: View<'_>) -> Self {
        Self {
            kind: text(view, "kind"),
            schedule: text(view, "schedule"),
            duration: text(view, "duration"),
            time_zone: text(view, "timeZone"),
            applications: texts(view, "applications"),
            namespaces: texts(view, "namespaces"),
            clusters: texts(view, "clusters"),
            all_have_to_fit: is_on(view, "andOperator"),
            allows_manual_sync: is_on(view, "manualSync"),
            description: text(view, "description"),
            place: view.origin(),
        }
    }

    /// Whether it is about an Application, by its name and destination.
    pub fn concerns(&self, application: &str, target: Target<'_>) -> bool {
        let any = |patterns: &[Text], value: &str| {
            let mut patterns = patterns.iter().map(Text::as_str);
            patterns.any(|pattern| pattern == "*" || fits(pattern, value, Dialect::GobwasFlat))
        };
        let any_of = |patterns: &[Text], value: Option<&str>| {
            value.is_some_and(|value| !value.is_empty() && any(patterns, value))
        };
        let of_cluster =
            || any_of(&self.clusters, target.name) || any_of(&self.clusters, target.server);
        let parts = [
            (&self.applications, any(&self.applications, application)),
            (&self.clusters, of_cluster()),
            (&self.namespaces, any(&self.namespaces, target.namespace)),
        ];
        let mut given = parts
            .iter()
            .filter(|(patterns, _)| !patterns.is_empty())
            .peekable();
        match self.all_have_to_fit {
            true => given.peek().is_some() && given.all(|(_, fits)| *fits),
            false => given.any(|(_, fits)| *fits),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::tests::read;

    #[test]
    fn concerns_applications_by_any_or_all() {
        let target = Target {
            server: Some("https://prod"),
            name: Some("prod"),
            namespace: "shop",
        };
        let check = |window: &str| {
            let project = read(&format!("{{syncWindows: [{window}]}}"));
            project.sync_windows[0].concerns("api", target)
        };
        assert!(check("{applications: ['a*']}"));
        assert!(!check("{applications: [b]}"));
        assert!(check("{applications: [b], clusters: [prod]}"));
        assert!(check("{clusters: ['https://*']}"));
        assert!(!check(
            "{applications: [b], clusters: [prod], andOperator: true}"
        ));
        assert!(check(
            "{applications: [api], namespaces: [shop], andOperator: true}"
        ));
        assert!(!check("{andOperator: true}"));
    }
}
