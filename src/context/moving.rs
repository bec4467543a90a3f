//! The rules on references that may lead to another image tomorrow.

use crate::rule::Rule;

const RULES: [&str; 5] = [
    "cached-moving-image",
    "image-without-digest",
    "loose-image-tag",
    "moving-image-tag",
    "mutable-image-tag",
];

/// Whether a rule is on what an image may become.
pub(super) fn is_of_moving_image(rule: &Rule) -> bool {
    RULES.contains(&&*rule.id)
}
