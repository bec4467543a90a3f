//! What a chart of the repository printed, kept in a file beside it.

use super::{Kinds, LooseFile};

/// What Helm writes before each object: the template, from the chart's name on.
const SOURCE: &str = "# Source: ";

/// Whether a chart that is here printed all that a file holds.
pub(super) fn is_printed(file: &LooseFile, kinds: &Kinds) -> bool {
    let lines = file.source.tree.text().lines();
    let mut names = lines.filter_map(|line| line.strip_prefix(SOURCE)?.split('/').next());
    let Some(first) = names.next() else {
        return false;
    };
    let count = 1 + names.filter(|name| *name == first).count();
    let mut charts = kinds.charts();
    count >= file.objects.len() && charts.any(|chart| chart.file_name() == Some(first))
}
