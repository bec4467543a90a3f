/// The caller's number for where a value came from. This crate only carries it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tag(pub u32);

/// What is known of where a value came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Trace {
    /// The value of the caller that it is or was made from.
    pub tag: Option<Tag>,
    /// Whether it stands for something random or of the moment, which differs in every run.
    pub placeholder: bool,
    /// Whether nobody knows even whether there is a value; it is a placeholder then.
    pub open: bool,
}

impl Trace {
    /// What came from a value of the caller.
    pub fn tagged(tag: Tag) -> Self {
        Self {
            tag: Some(tag),
            ..Self::default()
        }
    }

    /// Something that differs in every run.
    pub const PLACEHOLDER: Self = Self {
        tag: None,
        placeholder: true,
        open: false,
    };

    /// Something of which nothing is known.
    pub const OPEN: Self = Self {
        open: true,
        ..Self::PLACEHOLDER
    };

    /// Whether nothing is known.
    pub fn is_unknown(self) -> bool {
        self.tag.is_none() && !self.placeholder
    }

    /// Of something that was made from both: the first tag, and a placeholder if either is.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            tag: self.tag.or(other.tag),
            placeholder: self.placeholder || other.placeholder,
            open: self.open || other.open,
        }
    }
}
