//! Which variables there are, and which of them have a value yet.

use super::Slot;

/// The variables of a rule and of the bodies within it that are being read.
#[derive(Debug, Default)]
pub(crate) struct Scope<'m> {
    /// Those of each body, inner ones last.
    bodies: Vec<Vec<(&'m str, Option<Slot>)>>,
    /// What got a value, in this order: the body and the variable in it.
    bound: Vec<(usize, usize)>,
    slots: Slot,
}

/// A point to return to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    bodies: usize,
    bound: usize,
}

/// What is known about a name.
pub(crate) enum Variable {
    /// It has its value there.
    Bound(Slot),
    /// It gets a value later.
    Free,
    /// It is no variable.
    None,
}

impl<'m> Scope<'m> {
    /// Begins a body with these variables.
    pub(crate) fn enter(&mut self, names: Vec<&'m str>) {
        let names = names.into_iter().map(|name| (name, None));
        self.bodies.push(names.collect());
    }

    pub(crate) fn leave(&mut self) {
        self.bodies.pop();
        let left = self.bodies.len();
        self.bound.retain(|(body, _)| *body < left);
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark {
            bodies: self.bodies.len(),
            bound: self.bound.len(),
        }
    }

    /// Takes back what got a value since then.
    pub(crate) fn back_to(&mut self, mark: Mark) {
        self.bodies.truncate(mark.bodies);
        while self.bound.len() > mark.bound {
            let Some((body, at)) = self.bound.pop() else {
                return;
            };
            if let Some(variable) = self.bodies.get_mut(body).and_then(|body| body.get_mut(at)) {
                variable.1 = None;
            }
        }
    }

    pub(crate) fn get(&self, name: &str) -> Variable {
        for body in self.bodies.iter().rev() {
            if let Some((_, slot)) = body.iter().find(|(known, _)| *known == name) {
                return match slot {
                    Some(slot) => Variable::Bound(*slot),
                    None => Variable::Free,
                };
            }
        }
        Variable::None
    }

    /// A place for a value without a name.
    pub(crate) fn slot(&mut self) -> Slot {
        self.slots += 1;
        self.slots - 1
    }

    /// A place for a variable, which has a value from now on; `None` if it is no free one.
    pub(crate) fn bind(&mut self, name: &str) -> Option<Slot> {
        for (at, body) in self.bodies.iter_mut().enumerate().rev() {
            if let Some(index) = body.iter().position(|(known, _)| *known == name) {
                let variable = body.get_mut(index)?;
                if variable.1.is_some() {
                    return None;
                }
                variable.1 = Some(self.slots);
                self.slots += 1;
                self.bound.push((at, index));
                return variable.1;
            }
        }
        None
    }

    /// As [`Scope::bind`], for a variable of the innermost body alone.
    pub(crate) fn bind_here(&mut self, name: &str) -> Option<Slot> {
        let here = self.bodies.last()?;
        match here.iter().any(|(known, _)| *known == name) {
            true => self.bind(name),
            false => None,
        }
    }

    /// How many places there are.
    pub(crate) fn slots(&self) -> Slot {
        self.slots
    }
}
