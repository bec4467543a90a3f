//! Values that objects take from one another.

pub(crate) mod field_path;
pub(crate) mod name_reference;
pub(crate) mod replacement;
#[cfg(test)]
mod tests;
pub(crate) mod vars;
