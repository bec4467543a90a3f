//! Which variables are visible, and where their values are kept.

/// The variables of one template while it is parsed.
pub(super) struct Scope {
    visible: Vec<(Box<str>, Option<usize>)>,
    slots: usize,
}

/// What a name means at a point.
pub(super) enum Found {
    /// A variable with this slot.
    Slot(usize),
    /// One that is declared, but only in a branch that has not run.
    NotRun,
    /// None.
    Unknown,
}

impl Scope {
    /// Only `$` is visible, in slot 0.
    pub(super) fn new() -> Self {
        Self {
            visible: vec![("$".into(), Some(0))],
            slots: 1,
        }
    }

    pub(super) fn slots(&self) -> usize {
        self.slots
    }

    /// Makes a name known that has no value yet; using it fails only where that is reached. In
    /// `$x := f $x` the second one is still an earlier `$x`.
    pub(super) fn announce(&mut self, name: &str) -> usize {
        self.visible.push((name.into(), None));
        self.visible.len() - 1
    }

    /// Gives an announced name its slot.
    pub(super) fn declare(&mut self, announced: usize) -> usize {
        let slot = self.slots;
        self.slots += 1;
        if let Some((_, own)) = self.visible.get_mut(announced) {
            *own = Some(slot);
        }
        slot
    }

    pub(super) fn find(&self, name: &str) -> Found {
        let mut known = false;
        for (visible, slot) in self.visible.iter().rev() {
            if &**visible == name {
                match slot {
                    Some(slot) => return Found::Slot(*slot),
                    None => known = true,
                }
            }
        }
        if known { Found::NotRun } else { Found::Unknown }
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.visible.iter().map(|(name, _)| &**name)
    }

    pub(super) fn mark(&self) -> usize {
        self.visible.len()
    }

    /// The end of a block: what it declared is gone.
    pub(super) fn leave(&mut self, mark: usize) {
        self.visible.truncate(mark);
    }

    /// The other branch begins: what the one before declared is known, but has not run.
    pub(super) fn hide(&mut self, mark: usize) {
        for (_, slot) in self.visible.iter_mut().skip(mark) {
            *slot = None;
        }
    }
}
