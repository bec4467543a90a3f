use std::fmt;

/// A version of Kubernetes that the built-in table covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Version {
    minor: u16,
}

impl Version {
    /// The oldest covered version.
    pub const OLDEST: Self = Self { minor: 25 };

    /// The newest covered version.
    pub const NEWEST: Self = Self { minor: 37 };

    /// Reads `1.29`, also with a `v` before it and with a patch version and what vendors add
    /// behind it: `v1.29.3-eks-1`. `None` if it is no version, or one that is not covered.
    pub fn parse(text: &str) -> Option<Self> {
        let minor = text.strip_prefix('v').unwrap_or(text).strip_prefix("1.")?;
        let digits = minor.split(['.', '-', '+']).next()?;
        let minor = digits.parse().ok()?;
        Self::of_minor(minor)
    }

    /// Kubernetes 1.`minor`, if it is covered.
    pub(crate) fn of_minor(minor: u16) -> Option<Self> {
        let covered = Self::OLDEST.minor..=Self::NEWEST.minor;
        covered.contains(&minor).then_some(Self { minor })
    }

    /// All covered versions, the oldest first.
    pub fn all() -> impl DoubleEndedIterator<Item = Self> {
        (Self::OLDEST.minor..=Self::NEWEST.minor).map(|minor| Self { minor })
    }

    /// The number behind `1.`.
    pub fn minor(self) -> u16 {
        self.minor
    }
}

/// `1.29`
impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1.{}", self.minor)
    }
}

/// A set of covered versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Versions(pub(crate) u16);

impl Versions {
    pub(crate) fn contain(self, version: Version) -> bool {
        self.0 >> (version.minor - Version::OLDEST.minor) & 1 == 1
    }

    pub(crate) fn first(self) -> Option<Version> {
        Version::all().find(|version| self.contain(*version))
    }

    pub(crate) fn last(self) -> Option<Version> {
        Version::all().rfind(|version| self.contain(*version))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_people_write_them() {
        let read = |text| Version::parse(text).map(|v| v.to_string());
        for text in ["1.29", "v1.29", "1.29.3", "v1.29.3-eks-1a2b", "1.29+"] {
            assert_eq!(read(text).as_deref(), Some("1.29"), "{text}");
        }
        for text in ["", "1", "1.24", "1.38", "2.29", "1.x", "v", "1.-2"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_set_knows_its_ends() {
        let some = Versions(0b1110);
        assert_eq!(some.first(), Version::parse("1.26"));
        assert_eq!(some.last(), Version::parse("1.28"));
        assert!(!some.contain(Version::OLDEST));
        assert_eq!(Versions(0).first(), None);
    }
}
