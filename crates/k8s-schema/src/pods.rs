//! Where the objects of a kind tell of pods, found by the form of its schema.

use manifest::{FieldPath, Segment, View};

use crate::popular::{self, Popular};
use crate::table::{Table, Type};

/// How deep schemas are searched.
const MAX_DEPTH: usize = 24;

/// How many values of a schema are looked at.
const MAX_VALUES: usize = 100_000;

/// A place in the objects of a kind that has the form of a pod's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodPlace {
    /// The way there from the object.
    pub path: Vec<PodStep>,
    /// What stands there.
    pub form: PodForm,
    /// Whether it must have containers. Where it need not, it changes or completes a pod that
    /// something else tells of.
    pub is_whole: bool,
}

/// A step on the way to a [`PodPlace`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PodStep {
    /// The field of that name.
    Key(Box<str>),
    /// Every item of a list, or every value of a mapping.
    Each,
}

/// What stands at a [`PodPlace`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PodForm {
    /// A pod's metadata and specification, as in `spec.template` of a Deployment.
    Template,
    /// Its specification alone.
    Spec,
}

impl PodPlace {
    /// What stands at the place in an object, with its path.
    pub fn find<'v>(&self, object: View<'v>) -> Vec<(FieldPath, View<'v>)> {
        let mut found = vec![(Vec::new(), object)];
        for step in &self.path {
            let mut next = Vec::new();
            for (path, view) in found {
                let mut push = |segment: Segment, view| {
                    let mut path: Vec<Segment> = path.clone();
                    path.push(segment);
                    next.push((path, view));
                };
                match step {
                    PodStep::Key(key) => {
                        if let Some(value) = view.get(key) {
                            push(Segment::from(&**key), value);
                        }
                    }
                    PodStep::Each => {
                        for (index, item) in view.items().enumerate() {
                            push(Segment::from(index), item);
                        }
                        for entry in view.entries() {
                            push(Segment::from(entry.key.text()), entry.value);
                        }
                    }
                }
            }
            found = next;
        }
        let to_path = |(path, view): (Vec<Segment>, _)| (path.into_iter().collect(), view);
        found.into_iter().map(to_path).collect()
    }
}

/// A schema of whatever source.
pub(crate) trait Form: Clone {
    /// The fields of a mapping, with whether they are required.
    fn fields(&self) -> Vec<(Box<str>, Self, bool)>;

    /// What a list's items or a mapping's values have to be.
    fn each(&self) -> Option<Self>;
}

/// Finds the places below the root of a schema.
pub(crate) fn places(root: impl Form) -> Vec<PodPlace> {
    let mut search = Search {
        places: Vec::new(),
        path: Vec::new(),
        values: 0,
    };
    for (name, form, _) in root.fields() {
        if &*name != "status" && &*name != "metadata" {
            search.step(PodStep::Key(name), form);
        }
    }
    search.places
}

struct Search {
    places: Vec<PodPlace>,
    path: Vec<PodStep>,
    values: usize,
}

impl Search {
    fn step(&mut self, step: PodStep, form: impl Form) {
        self.path.push(step);
        self.look(form);
        self.path.pop();
    }

    fn look(&mut self, form: impl Form) {
        self.values += 1;
        if self.path.len() > MAX_DEPTH || self.values > MAX_VALUES {
            return;
        }
        let fields = form.fields();
        let found = match is_spec(&fields) {
            Some(is_whole) => Some((PodForm::Spec, is_whole)),
            None => is_template(&fields).map(|is_whole| (PodForm::Template, is_whole)),
        };
        if let Some((form, is_whole)) = found {
            self.places.push(PodPlace {
                path: self.path.clone(),
                form,
                is_whole,
            });
            return;
        }
        for (name, form, _) in fields {
            self.step(PodStep::Key(name), form);
        }
        if let Some(each) = form.each() {
            self.step(PodStep::Each, each);
        }
    }
}

/// Whether fields are those of a pod's specification, and if so, whether it must have containers.
fn is_spec<F: Form>(fields: &[(Box<str>, F, bool)]) -> Option<bool> {
    let (_, containers, is_whole) = fields.iter().find(|(name, ..)| &**name == "containers")?;
    let container = containers.each()?.fields();
    let has = |name: &str| container.iter().any(|(own, ..)| &**own == name);
    (has("image") && has("name") && has("env") && has("command")).then_some(*is_whole)
}

/// Whether fields are those of a pod's template.
fn is_template<F: Form>(fields: &[(Box<str>, F, bool)]) -> Option<bool> {
    let known = |name: &str| {
        matches!(
            name,
            "metadata" | "spec" | "template" | "apiVersion" | "kind"
        )
    };
    if !fields.iter().all(|(name, ..)| known(name)) {
        return None;
    }
    let (_, spec, _) = fields.iter().find(|(name, ..)| &**name == "spec")?;
    fields.iter().find(|(name, ..)| &**name == "metadata")?;
    is_spec(&spec.fields())
}

/// Kubernetes' own types.
#[derive(Clone, Copy)]
pub(crate) struct Own<'a> {
    pub(crate) table: &'a Table,
    pub(crate) ty: Type,
}

impl Form for Own<'_> {
    fn fields(&self) -> Vec<(Box<str>, Self, bool)> {
        let Type::Object(definition) = self.ty else {
            return Vec::new();
        };
        let fields = self.table.fields(definition);
        let field = |(_, field): (usize, crate::table::Field)| {
            let ty = self.table.ty(field.ty);
            let name = self.table.text(field.name).into();
            (name, Self { ty, ..*self }, field.required == field.versions)
        };
        fields.map(field).collect()
    }

    fn each(&self) -> Option<Self> {
        match self.ty {
            Type::List(inner, _) | Type::Map(inner) => Some(Self {
                ty: self.table.ty(inner),
                ..*self
            }),
            _ => None,
        }
    }
}

/// Types of popular custom kinds.
#[derive(Clone, Copy)]
pub(crate) enum Custom<'a> {
    Popular(&'a Popular, &'a Table, popular::Type),
    Own(Own<'a>),
}

impl Form for Custom<'_> {
    fn fields(&self) -> Vec<(Box<str>, Self, bool)> {
        match *self {
            Self::Popular(popular, table, popular::Type::Object(definition)) => popular
                .fields(definition)
                .map(|field| {
                    let inner = Self::of(popular, table, popular.ty(field.ty));
                    (popular.text(field.name).into(), inner, field.required)
                })
                .collect(),
            Self::Popular(..) => Vec::new(),
            Self::Own(own) => own
                .fields()
                .into_iter()
                .map(|(name, inner, required)| (name, Self::Own(inner), required))
                .collect(),
        }
    }

    fn each(&self) -> Option<Self> {
        match *self {
            Self::Popular(
                popular,
                table,
                popular::Type::List(inner, _) | popular::Type::Map(inner),
            ) => Some(Self::of(popular, table, popular.ty(inner))),
            Self::Popular(..) => None,
            Self::Own(own) => Some(Self::Own(own.each()?)),
        }
    }
}

impl<'a> Custom<'a> {
    pub(crate) fn of(popular: &'a Popular, table: &'a Table, ty: popular::Type) -> Self {
        match ty {
            popular::Type::Core(definition) => Self::Own(Own {
                table,
                ty: Type::Object(definition),
            }),
            ty => Self::Popular(popular, table, ty),
        }
    }
}

/// The schema of a version in a CustomResourceDefinition.
impl Form for View<'_> {
    fn fields(&self) -> Vec<(Box<str>, Self, bool)> {
        let required = self.get("required");
        let is_required = |name: &str| {
            let mut names = required.into_iter().flat_map(View::items);
            names.any(|required| required.text() == name)
        };
        let properties = self.get("properties").into_iter().flat_map(View::entries);
        properties
            .map(|property| {
                let name = property.key.text();
                (name.into(), property.value, is_required(name))
            })
            .collect()
    }

    fn each(&self) -> Option<Self> {
        let inner = self
            .get("items")
            .or_else(|| self.get("additionalProperties"));
        inner.filter(|inner| inner.is_map())
    }
}
