//! Moments, written and read as Go does it.

pub mod duration;
mod layout;
mod moment;
mod read;

pub use layout::format;
pub use moment::{Civil, Moment, day_name, days, month_name};
pub use read::parse;
