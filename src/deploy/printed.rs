//! What Helm printed, kept in a file.

use super::{Kinds, LooseFile};

/// What Helm writes before each object: the template, from the chart's name on.
const SOURCE: &str = "# Source: ";

/// The templates that printed a text, from the chart's name on; nothing where Helm did not.
pub(crate) fn printed_by(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| line.strip_prefix(SOURCE))
}

/// Whether a chart that is here printed all that a file holds.
pub(super) fn is_printed(file: &LooseFile, kinds: &Kinds) -> bool {
    let templates = printed_by(file.source.tree.text());
    let mut names = templates.filter_map(|template| template.split('/').next());
    let Some(first) = names.next() else {
        return false;
    };
    let count = 1 + names.filter(|name| *name == first).count();
    let mut charts = kinds.charts();
    count >= file.objects.len() && charts.any(|chart| chart.file_name() == Some(first))
}
