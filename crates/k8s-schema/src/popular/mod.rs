//! Custom kinds of popular projects, of which structure is known: types, required fields and
//! values. Which version of a definition a cluster has is not, so that a field is refused only
//! if no version that is known has it.

mod kinds;
mod patterns;
mod slip;
mod table;
mod walk;

pub(crate) use kinds::{Found, find};
pub(crate) use patterns::Patterns;
pub(crate) use table::{Kind, Popular, Type};
pub(crate) use walk::Walk;

#[cfg(test)]
mod tests;
