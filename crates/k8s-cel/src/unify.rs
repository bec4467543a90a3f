//! Whether types agree, and what unknown ones must be for that.

use std::sync::Arc;

use crate::Type;

/// How many comparisons of types one expression may take: types are trees, and what is shared in
/// memory is compared as often as it stands there.
const MAX_STEPS: u32 = 200_000;

/// What unknown types have turned out to be.
#[derive(Clone, Debug, Default)]
pub(crate) struct Unifier {
    known: Vec<Option<Type>>,
    steps: u32,
}

impl Unifier {
    /// A type that is not known yet.
    pub(crate) fn fresh(&mut self) -> Type {
        self.known.push(None);
        Type::Var(self.known.len() as u32 - 1)
    }

    /// Whether it took more work than is spent on one expression.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.steps >= MAX_STEPS
    }

    fn step(&mut self) -> bool {
        self.steps = self.steps.saturating_add(1);
        !self.is_exhausted()
    }

    /// Whether all of these agree one by one. If not, nothing is learnt.
    pub(crate) fn all_agree(&mut self, given: &[Type], wanted: &[Type]) -> bool {
        let before = self.known.clone();
        let agree =
            given.len() == wanted.len() && given.iter().zip(wanted).all(|(g, w)| self.agree(g, w));
        if !agree {
            self.known = before;
        }
        agree
    }

    /// Whether one can stand where the other is wanted, in either direction.
    fn agree(&mut self, a: &Type, b: &Type) -> bool {
        if !self.step() {
            return true;
        }
        match (a, b) {
            (Type::Var(a), Type::Var(b)) if a == b => true,
            (_, Type::Var(var)) => match self.substitutes(a, *var) {
                Some(agree) => agree,
                None => match a {
                    Type::Var(other) => self.substitutes(b, *other).unwrap_or(false),
                    _ => false,
                },
            },
            (Type::Var(var), _) => self.substitutes(b, *var).unwrap_or(false),
            _ if a.is_dyn() || b.is_dyn() => true,
            (Type::Null, other) | (other, Type::Null) => other.is_nullable(),
            (Type::List(a), Type::List(b)) | (Type::Optional(a), Type::Optional(b)) => {
                self.agree(a, b)
            }
            (Type::Map(a), Type::Map(b)) => self.agree(&a.0, &b.0) && self.agree(&a.1, &b.1),
            _ => same(a, b),
        }
    }

    /// Whether a type can be what an unknown one is; `None` if that one would contain itself.
    fn substitutes(&mut self, ty: &Type, var: u32) -> Option<bool> {
        let slot = var as usize;
        if let Some(known) = self.known.get(slot).cloned().flatten() {
            if !self.agree(ty, &known) {
                return Some(false);
            }
            let general = self.most_general(ty, &known);
            if !self.occurs(var, &general) {
                self.set(slot, general);
            }
            return Some(true);
        }
        if self.occurs(var, ty) {
            return None;
        }
        self.set(slot, ty.clone());
        Some(true)
    }

    fn set(&mut self, slot: usize, ty: Type) {
        if let Some(known) = self.known.get_mut(slot) {
            *known = Some(ty);
        }
    }

    fn occurs(&mut self, var: u32, ty: &Type) -> bool {
        if !self.step() {
            return true;
        }
        match ty {
            Type::Var(other) if *other == var => true,
            Type::Var(other) => match self.known.get(*other as usize).cloned().flatten() {
                Some(known) => self.occurs(var, &known),
                None => false,
            },
            Type::List(inner) | Type::Optional(inner) => self.occurs(var, inner),
            Type::Map(inner) => self.occurs(var, &inner.0) || self.occurs(var, &inner.1),
            _ => false,
        }
    }

    /// Of two types that agree, the one that says less.
    pub(crate) fn most_general(&mut self, a: &Type, b: &Type) -> Type {
        if self.is_less_specific(a, b) {
            a.clone()
        } else {
            b.clone()
        }
    }

    fn is_less_specific(&mut self, a: &Type, b: &Type) -> bool {
        if !self.step() {
            return true;
        }
        match (a, b) {
            (Type::Dyn | Type::Var(_), _) => true,
            (_, Type::Dyn | Type::Var(_)) => false,
            (Type::List(a), Type::List(b)) | (Type::Optional(a), Type::Optional(b)) => {
                self.is_less_specific(a, b)
            }
            (Type::Map(a), Type::Map(b)) => {
                self.is_less_specific(&a.0, &b.0) && self.is_less_specific(&a.1, &b.1)
            }
            _ => same(a, b),
        }
    }

    /// A type with everything in it that is known by now.
    pub(crate) fn resolve(&mut self, ty: &Type) -> Type {
        if !self.step() {
            return Type::Dyn;
        }
        match ty {
            Type::Var(var) => match self.known.get(*var as usize).cloned().flatten() {
                Some(known) => self.resolve(&known),
                None => ty.clone(),
            },
            Type::List(inner) => Type::List(Arc::new(self.resolve(inner))),
            Type::Optional(inner) => Type::Optional(Arc::new(self.resolve(inner))),
            Type::Map(inner) => {
                Type::Map(Arc::new((self.resolve(&inner.0), self.resolve(&inner.1))))
            }
            _ => ty.clone(),
        }
    }
}

/// Whether two types that contain no others are the same.
pub(crate) fn same(a: &Type, b: &Type) -> bool {
    match (a, b) {
        (Type::Object(a), Type::Object(b)) => Arc::ptr_eq(a, b) || a.name() == b.name(),
        (Type::Opaque(a), Type::Opaque(b)) => a == b,
        _ => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}
