//! What templates find beside values.

mod capabilities;
mod files;
mod values;

pub(crate) use capabilities::capabilities;
pub(crate) use files::files;
pub(crate) use values::VALUES;
