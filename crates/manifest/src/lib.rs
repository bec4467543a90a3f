//! What the renderers of Kubernetes manifests share.
//!
//! A [`Snapshot`] answers what stands in the files of a repository; a [`Source`] is one text of
//! it, parsed; a [`Node`] is a value on its way to the cluster, which still knows the bytes it
//! came from and, where something changed it, what it was and by which [`Step`].

mod budget;
mod content;
mod expand;
mod fault;
mod gap;
pub mod glob;
mod id;
mod keyed;
mod memory;
mod node;
mod object;
mod path;
mod press;
mod print;
mod printed;
mod reads;
mod refold;
mod secret;
mod snapshot;
mod source;
mod view;
pub mod yaml;

pub use budget::{Amounts, Budget, Exceeded, Total, Unit};
pub use content::Address;
pub use expand::{Expanded, NODE_BUDGET};
pub use fault::{About, Fault, FaultKind};
pub use gap::Gap;
pub use id::{Gvk, ObjectId};
pub use keyed::Keyed;
pub use memory::Memory;
pub use node::{Entry, Item, Made, Map, Node, Part, Seq, Step, Was};
pub use object::Object;
pub use path::{FieldPath, Segment};
pub use press::{Press, Sheets};
pub use print::print;
pub use printed::{Piece, Printed, PrintedValue, TemplatePlace};
pub use reads::{Answers, Reads, Recorder};
pub use refold::refold;
pub use secret::{
    NAMING_FIELDS, held_by_secret, is_encrypted, is_encrypted_value, is_reference, lines_of,
    places_of, values_of_lines,
};
pub use snapshot::{Kept, ReadError, Snapshot, normalize, path_order};
pub use source::{Location, Place, Source, Src};
pub use spanned_yaml::{Dialect, Kind, Scalar, Span, Style};
pub use view::{EntryRef, View};
