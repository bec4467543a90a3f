//! What an expression may speak of.

use std::sync::Arc;

use crate::Type;

/// The newest minor version of Kubernetes 1 whose functions are known here.
const NEWEST: u8 = 37;

/// In place of a version: only where expressions make changes to objects.
pub(crate) const FOR_CHANGES: u8 = u8::MAX;

/// Variables with their types, and since when functions are known.
#[derive(Clone, Debug)]
pub struct Environment {
    variables: Vec<(Arc<str>, Type)>,
    minor: u8,
    types: Vec<Arc<str>>,
    has_bindings: bool,
}

impl Default for Environment {
    fn default() -> Self {
        Self::new()
    }
}

impl Environment {
    /// Without variables, with every function.
    pub fn new() -> Self {
        Self {
            variables: Vec::new(),
            minor: NEWEST,
            types: Vec::new(),
            has_bindings: false,
        }
    }

    /// Also this variable. Values are given in the order of variables.
    #[must_use]
    pub fn with(mut self, name: &str, ty: Type) -> Self {
        self.variables.push((name.into(), ty));
        self
    }

    /// Also a type that expressions make values of, `Name{field: value}`. Its fields are not
    /// checked, and such values cannot be evaluated.
    #[must_use]
    pub fn with_type(mut self, name: &str) -> Self {
        self.types.push(name.into());
        self
    }

    /// Also `cel.bind()`, which few of Kubernetes' expressions may use.
    #[must_use]
    pub fn with_bindings(mut self) -> Self {
        self.has_bindings = true;
        self
    }

    pub(crate) fn has_bindings(&self) -> bool {
        self.has_bindings
    }

    /// Only functions that this minor version of Kubernetes 1 knows.
    #[must_use]
    pub fn of_minor(mut self, minor: u8) -> Self {
        self.minor = minor;
        self
    }

    /// Whether functions are known that exist since then.
    pub(crate) fn has(&self, since: u8) -> bool {
        match since {
            FOR_CHANGES => self.constructs("JSONPatch").is_some(),
            _ => since <= self.minor,
        }
    }

    /// A variable's place and type.
    pub(crate) fn variable(&self, name: &str) -> Option<(usize, Type)> {
        let at = self.variables.iter().rposition(|(n, _)| &**n == name)?;
        Some((at, self.variables.get(at)?.1.clone()))
    }

    /// The type of what is made by a type's name, or one below it (`Object.spec`).
    pub(crate) fn constructs(&self, name: &str) -> Option<Type> {
        let is_known = |ty: &Arc<str>| {
            let rest = name.strip_prefix(&**ty);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.types.iter().any(is_known).then_some(Type::Dyn)
    }
}
