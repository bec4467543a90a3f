//! Values as they are written, read once and shared by threads.

use go_template::Text;
use manifest::{Dialect, Fault, FaultKind, Kind, Node, Scalar, Src, View};

/// How deeply values may be nested.
const DEPTH: usize = 150;

/// A mapping of values. Where a text held several documents, they are merged.
#[derive(Debug, Default)]
pub(crate) struct Document {
    pub(crate) roots: Vec<Cell>,
    /// Where values and keys stand; cells have indices into it.
    pub(crate) places: Vec<Src>,
}

/// A value and where it stands.
#[derive(Debug)]
pub(crate) struct Cell {
    pub(crate) place: Option<u32>,
    pub(crate) data: Data,
}

#[derive(Debug)]
pub(crate) enum Data {
    Null,
    /// Nobody knows what it is, nor whether it is anything.
    Open,
    Bool(bool),
    /// Helm reads every number as a floating-point number.
    Number(f64),
    /// Text whose bytes are those of the scalar at its place.
    Text(Text),
    /// Text that was made out of what stands at its place.
    Made(Box<str>),
    List(Vec<Cell>),
    Map(Vec<Entry>),
}

#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) key: Box<str>,
    pub(crate) place: Option<u32>,
    pub(crate) value: Cell,
}

impl Document {
    /// Reads documents, each of which has to be a mapping or nothing.
    pub(crate) fn of<'a>(nodes: impl IntoIterator<Item = &'a Node>) -> Result<Self, Vec<Fault>> {
        Self::read(nodes, Reader::default())
    }

    /// As [`Document::of`], where what a template printed nothing for is not known.
    pub(crate) fn supposed(node: &Node) -> Result<Self, Vec<Fault>> {
        let reader = Reader {
            is_supposed: true,
            ..Reader::default()
        };
        Self::read([node], reader)
    }

    fn read<'a>(
        nodes: impl IntoIterator<Item = &'a Node>,
        mut reader: Reader,
    ) -> Result<Self, Vec<Fault>> {
        let mut roots = Vec::new();
        for node in nodes {
            let view = node.view();
            if view.is_map() {
                roots.push(reader.cell(view, 0));
            } else if view.scalar(Dialect::Kubectl) != Some(Scalar::Null) {
                let fault = Fault::new(FaultKind::Values, "values have to be a mapping");
                reader.faults.push(placed(fault, view));
            }
        }
        match reader.faults.is_empty() {
            true => Ok(Self {
                roots,
                places: reader.places,
            }),
            false => Err(reader.faults),
        }
    }
}

/// Whether an action of a template printed nothing for a value, and nothing else stands there.
fn is_gap(view: View<'_>) -> bool {
    let Some(Src { source, node }) = view.origin() else {
        return false;
    };
    let span = source.tree.span(node);
    let gap = source.gap_at(span);
    gap.is_some_and(|gap| span.is_empty() || gap.span == span)
}

fn placed(fault: Fault, view: View<'_>) -> Fault {
    match view.origin() {
        Some(src) => fault.at(&src),
        None => fault,
    }
}

#[derive(Default)]
struct Reader {
    places: Vec<Src>,
    faults: Vec<Fault>,
    /// Whether what a template printed nothing for is not known.
    is_supposed: bool,
}

impl Reader {
    fn place(&mut self, view: View<'_>) -> Option<u32> {
        let src = view.origin()?;
        self.places.push(src);
        u32::try_from(self.places.len() - 1).ok()
    }

    fn cell(&mut self, view: View<'_>, depth: usize) -> Cell {
        let place = self.place(view);
        if depth > DEPTH {
            let fault = Fault::new(FaultKind::Limit, "these values are nested too deeply");
            self.faults.push(placed(fault, view));
            return Cell {
                place,
                data: Data::Null,
            };
        }
        let data = match view.kind() {
            Kind::Map => Data::Map(self.entries(view, depth)),
            Kind::Seq => Data::List(view.items().map(|i| self.cell(i, depth + 1)).collect()),
            Kind::Scalar | Kind::Alias => self.scalar(view),
        };
        Cell { place, data }
    }

    fn entries(&mut self, view: View<'_>, depth: usize) -> Vec<Entry> {
        let mut entries = Vec::new();
        for entry in view.entries() {
            let Some(key) = self.key(entry.key) else {
                continue;
            };
            let place = self.place(entry.key);
            let value = self.cell(entry.value, depth + 1);
            entries.push(Entry { key, place, value });
        }
        entries
    }

    /// A key as text: Helm writes out what YAML takes for a number or boolean.
    fn key(&mut self, key: View<'_>) -> Option<Box<str>> {
        match manifest::yaml::key_text(key.scalar(Dialect::Kubectl)) {
            Some(text) => Some(text.into()),
            None => {
                let message = "a key of values has to be text, a number or a boolean";
                let fault = Fault::new(FaultKind::Values, message);
                self.faults.push(placed(fault, key));
                None
            }
        }
    }

    fn scalar(&mut self, view: View<'_>) -> Data {
        match view.scalar(Dialect::Kubectl) {
            None | Some(Scalar::Null) if self.is_supposed && is_gap(view) => Data::Open,
            None | Some(Scalar::Null) => Data::Null,
            Some(Scalar::Str(_)) if self.is_supposed && is_gap(view) => Data::Open,
            Some(Scalar::Bool(value)) => Data::Bool(value),
            Some(Scalar::Int(value)) => Data::Number(value as f64),
            Some(Scalar::Uint(value)) => Data::Number(value as f64),
            Some(Scalar::Float(value)) => {
                if !value.is_finite() {
                    let message = "values are kept as JSON, which has no infinity and no NaN";
                    let fault = Fault::new(FaultKind::Values, message);
                    self.faults.push(placed(fault, view));
                }
                Data::Number(value)
            }
            Some(Scalar::Str(text)) => match view {
                View::Src(..) if text == view.text() => Data::Text(Text::from(&*text)),
                _ => Data::Made(text.into()),
            },
        }
    }
}
