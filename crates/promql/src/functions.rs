//! What functions and aggregations there are, those behind feature flags included.

use crate::Kind;
use crate::Kind::{Matrix as M, Scalar as S, String as T, Vector as V};

/// A function.
#[derive(Debug)]
pub(crate) struct Function {
    /// What it is called.
    pub(crate) name: &'static str,
    /// The kinds of its arguments. The last stands for all that follow.
    pub(crate) arguments: &'static [Kind],
    /// How many arguments it needs at least, and takes at most.
    pub(crate) least: usize,
    pub(crate) most: usize,
    pub(crate) returns: Kind,
}

const ANY: usize = usize::MAX;

const fn function(name: &'static str, arguments: &'static [Kind], returns: Kind) -> Function {
    ranged(name, arguments, arguments.len(), arguments.len(), returns)
}

const fn ranged(
    name: &'static str,
    arguments: &'static [Kind],
    least: usize,
    most: usize,
    returns: Kind,
) -> Function {
    Function {
        name,
        arguments,
        least,
        most,
        returns,
    }
}

/// Sorted by name.
const FUNCTIONS: &[Function] = &[
    function("abs", &[V], V),
    function("absent", &[V], V),
    function("absent_over_time", &[M], V),
    function("acos", &[V], V),
    function("acosh", &[V], V),
    function("asin", &[V], V),
    function("asinh", &[V], V),
    function("atan", &[V], V),
    function("atanh", &[V], V),
    function("avg_over_time", &[M], V),
    function("ceil", &[V], V),
    function("changes", &[M], V),
    function("clamp", &[V, S, S], V),
    function("clamp_max", &[V, S], V),
    function("clamp_min", &[V, S], V),
    function("cos", &[V], V),
    function("cosh", &[V], V),
    function("count_over_time", &[M], V),
    ranged("day_of_month", &[V], 0, 1, V),
    ranged("day_of_week", &[V], 0, 1, V),
    ranged("day_of_year", &[V], 0, 1, V),
    ranged("days_in_month", &[V], 0, 1, V),
    function("deg", &[V], V),
    function("delta", &[M], V),
    function("deriv", &[M], V),
    function("double_exponential_smoothing", &[M, S, S], V),
    function("end", &[], S),
    function("exp", &[V], V),
    function("first_over_time", &[M], V),
    function("floor", &[V], V),
    function("histogram_avg", &[V], V),
    function("histogram_count", &[V], V),
    function("histogram_fraction", &[S, S, V], V),
    function("histogram_quantile", &[S, V], V),
    ranged("histogram_quantiles", &[V, T, S], 3, ANY, V),
    function("histogram_stddev", &[V], V),
    function("histogram_stdvar", &[V], V),
    function("histogram_sum", &[V], V),
    // Its name before Prometheus 3.
    function("holt_winters", &[M, S, S], V),
    ranged("hour", &[V], 0, 1, V),
    function("idelta", &[M], V),
    function("increase", &[M], V),
    ranged("info", &[V, V], 1, 2, V),
    function("irate", &[M], V),
    ranged("label_join", &[V, T, T, T], 3, ANY, V),
    function("label_replace", &[V, T, T, T, T], V),
    function("last_over_time", &[M], V),
    function("ln", &[V], V),
    function("log10", &[V], V),
    function("log2", &[V], V),
    function("mad_over_time", &[M], V),
    function("max_over_time", &[M], V),
    function("min_over_time", &[M], V),
    ranged("minute", &[V], 0, 1, V),
    ranged("month", &[V], 0, 1, V),
    function("pi", &[], S),
    function("predict_linear", &[M, S], V),
    function("present_over_time", &[M], V),
    function("quantile_over_time", &[S, M], V),
    function("rad", &[V], V),
    function("range", &[], S),
    function("rate", &[M], V),
    function("resets", &[M], V),
    ranged("round", &[V, S], 1, 2, V),
    function("scalar", &[V], S),
    function("sgn", &[V], V),
    function("sin", &[V], V),
    function("sinh", &[V], V),
    function("sort", &[V], V),
    ranged("sort_by_label", &[V, T], 1, ANY, V),
    ranged("sort_by_label_desc", &[V, T], 1, ANY, V),
    function("sort_desc", &[V], V),
    function("sqrt", &[V], V),
    function("start", &[], S),
    function("stddev_over_time", &[M], V),
    function("stdvar_over_time", &[M], V),
    function("step", &[], S),
    function("sum_over_time", &[M], V),
    function("tan", &[V], V),
    function("tanh", &[V], V),
    function("time", &[], S),
    function("timestamp", &[V], V),
    function("ts_of_first_over_time", &[M], V),
    function("ts_of_last_over_time", &[M], V),
    function("ts_of_max_over_time", &[M], V),
    function("ts_of_min_over_time", &[M], V),
    function("vector", &[S], V),
    ranged("year", &[V], 0, 1, V),
];

/// The function of a name.
pub(crate) fn find(name: &str) -> Option<&'static Function> {
    let at = FUNCTIONS
        .binary_search_by(|function| function.name.cmp(name))
        .ok()?;
    FUNCTIONS.get(at)
}

/// Whether an aggregation is called so, in small letters; and the kind of its parameter, if it
/// needs one.
pub(crate) fn aggregation(name: &str) -> Option<Option<Kind>> {
    match name {
        "sum" | "avg" | "min" | "max" | "count" | "group" | "stddev" | "stdvar" => Some(None),
        "topk" | "bottomk" | "quantile" | "limitk" | "limit_ratio" => Some(Some(S)),
        "count_values" => Some(Some(T)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_found_by_their_names() {
        assert!(FUNCTIONS.is_sorted_by(|a, b| a.name < b.name));
        assert!(find("rate").is_some());
        assert!(find("Rate").is_none());
    }
}
