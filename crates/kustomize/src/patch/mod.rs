//! Patches: strategic merges and JSON 6902.

mod directive;
mod irregular;
mod list;
mod regular;
mod scalars;
pub mod strategic;
#[cfg(test)]
mod tests;
