use std::ops::AddAssign;

use manifest::FieldPath;

/// One thing that is wrong with an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaViolation {
    /// What sort of thing it is.
    pub kind: ViolationKind,
    /// The field that is wrong. Where one is missing, the path it would have.
    pub path: FieldPath,
    /// Whether the key at the end of `path` is meant, not its value.
    pub at_key: bool,
    /// What is wrong: one sentence without a full stop. It quotes no value of a Secret.
    pub message: String,
    /// How to fix it, if that is known: one sentence without a full stop.
    pub suggestion: Option<String>,
    /// The path of the mapping that a field which does not exist was meant to be in, if that is
    /// known.
    pub meant_in: Option<Box<str>>,
}

/// The sorts of violations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ViolationKind {
    /// There is no field of that name.
    UnknownField,
    /// No version of the kind that is known here has a field of that name, or one of that form.
    /// The cluster may have another version, unless the name is misspelt, which is an
    /// [`UnknownField`](Self::UnknownField).
    UnlistedField,
    /// A mapping around the field, or beside it, has a field of that name: it is indented too far
    /// or too little.
    MisplacedField,
    /// The value is of another type than the field.
    WrongType,
    /// A field that has to be there is not.
    MissingField,
    /// The value is of the right type and not allowed.
    InvalidValue,
    /// Two items of a list have the same key, which the server refuses.
    DuplicateListKey,
    /// Two items of a list have the same key, which the server refuses only where the object is
    /// applied server-side: a create, and with it a client-side apply, takes both.
    DuplicateApplyKey,
    /// There is no such apiVersion, or it has no such kind.
    UnknownApiVersion,
    /// The apiVersion is no longer served.
    RemovedApiVersion,
    /// The apiVersion is served and will not be for ever.
    DeprecatedApiVersion,
}

/// What is known about one object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// By what it was judged.
    pub coverage: Coverage,
    /// Everything that is wrong, in the order of the object's fields.
    pub violations: Vec<SchemaViolation>,
    /// What could not be judged.
    pub unchecked: Unchecked,
    /// How many steps it took, which are limited.
    pub steps: u32,
    /// Whether it is incomplete, since it would take more steps than were allowed.
    pub is_cut: bool,
}

/// By what an object was judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Coverage {
    /// By nothing but the rules for metadata: there is no schema for its kind.
    #[default]
    NoSchema,
    /// By the built-in table.
    BuiltIn,
    /// By a CustomResourceDefinition.
    Custom,
    /// By all that the definition of a popular custom kind says.
    Popular,
    /// By the structure that a popular custom kind is known to have: types, required fields,
    /// values and patterns. What its definition says beyond that, such as limits and rules in
    /// CEL, was not asked.
    Structure,
}

/// What is said of the `valueFrom` of a variable that has a `value`, behind the field's name.
pub const WITH_VALUE: &str = "must not be set together with `value`";

/// How much of an object could not be judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unchecked {
    /// Values that another program fills in later, such as `${REPLICAS}`.
    pub placeholders: usize,
    /// Rules in the Common Expression Language that apply to the object.
    pub cel_rules: usize,
    /// Patterns that are no regular expressions this program can evaluate safely.
    pub patterns: usize,
    /// Formats whose rules are not known here.
    pub formats: usize,
    /// Violations beyond those that are listed.
    pub violations: usize,
    /// Values beyond the limits on depth and work.
    pub values: usize,
}

impl AddAssign for Unchecked {
    fn add_assign(&mut self, other: Self) {
        self.placeholders += other.placeholders;
        self.cel_rules += other.cel_rules;
        self.patterns += other.patterns;
        self.formats += other.formats;
        self.violations += other.violations;
        self.values += other.values;
    }
}
