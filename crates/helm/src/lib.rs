//! Charts rendered as Helm renders them, with the way back.
//!
//! A [`Chart`] is read from a folder or an archive once; [`render`] makes manifests of it for a
//! [`Release`] with [`Layer`]s of values. Every manifest is a [`manifest::Source`] that knows for
//! each of its bytes which template printed it and which entry of which values file it came
//! from. Nothing is executed and nothing is fetched; what differs in every run — chance, keys,
//! the time — is a marked placeholder.
//!
//! ```
//! use camino::Utf8Path;
//! use helm::{Capabilities, Chart, Options, Release, print, render};
//! use manifest::Memory;
//!
//! let files = Memory::from_iter([
//!     ("app/Chart.yaml", "apiVersion: v2\nname: app\nversion: 1.0.0\n"),
//!     ("app/values.yaml", "size: 3\n"),
//!     ("app/templates/map.yaml", "kind: ConfigMap\nsize: {{ .Values.size }}\n"),
//! ]);
//! let chart = Chart::load(&files, Utf8Path::new("app")).unwrap();
//! let release = Release::new("web", "default");
//! let rendered = render(&chart, &[], &release, &Capabilities::default(), Options::default());
//!
//! assert!(rendered.faults.is_empty());
//! assert_eq!(
//!     print(&rendered),
//!     "---\n# Source: app/templates/map.yaml\nkind: ConfigMap\nsize: 3\n"
//! );
//! ```

mod capabilities;
mod chart;
mod fault;
mod function;
mod host;
mod kind_order;
mod object;
mod output;
mod print;
mod release;
mod render;
mod split;
mod usage;
mod values;

pub use capabilities::Capabilities;
pub use chart::{Chart, Dependency, Found, Lock, Shelf};
pub use output::{Hook, Manifest, Origin, Rendered};
pub use print::print;
pub use release::{Options, Release};
pub use render::{render, render_within};
pub use usage::{BranchRun, KeyRead, Usage};
pub use values::{Layer, SetKind};
