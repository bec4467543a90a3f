//! Which environments there are, and to which tier each belongs.

use camino::Utf8Path;
use globset::GlobSet;

use crate::rule::Tier;

/// The environments that the configuration names.
#[derive(Debug, Default)]
pub(super) struct Environments {
    pub(super) members: Vec<(Box<str>, Tier)>,
    pub(super) paths: Vec<Assignment>,
}

/// Paths that belong to an environment.
#[derive(Debug)]
pub(super) struct Assignment {
    pub(super) globs: GlobSet,
    pub(super) tier: Tier,
    /// The environment; where none is named, the path tells which member of the tier it is.
    pub(super) member: Option<Box<str>>,
}

impl Environments {
    /// The tier that an environment was put into.
    pub(super) fn tier_of(&self, environment: &str) -> Option<Tier> {
        self.members
            .iter()
            .find(|(name, _)| **name == *environment)
            .map(|(_, tier)| *tier)
    }

    pub(super) fn members(&self, tier: Tier) -> impl Iterator<Item = &str> {
        self.members
            .iter()
            .filter(move |(_, own)| *own == tier)
            .map(|(name, _)| name.as_ref())
    }

    /// Patterns come before names, as who writes one has a reason to.
    pub(super) fn of_path(&self, path: &Utf8Path) -> Option<(&str, Tier)> {
        let assigned = self.paths.iter().find(|a| a.globs.is_match(path));
        match assigned {
            Some(assignment) => Some((self.member_of(assignment, path), assignment.tier)),
            None => self.named_in(path, None),
        }
    }

    fn member_of<'a>(&'a self, assignment: &'a Assignment, path: &Utf8Path) -> &'a str {
        let tier = assignment.tier;
        if let Some(member) = &assignment.member {
            return member;
        }
        if let Some((named, _)) = self.named_in(path, Some(tier)) {
            return named;
        }
        let mut members = self.members(tier);
        match (members.next(), members.next()) {
            (Some(only), None) => only,
            _ => tier.name(),
        }
    }

    /// The member that a folder of the path is named after, the innermost one's.
    fn named_in(&self, path: &Utf8Path, tier: Option<Tier>) -> Option<(&str, Tier)> {
        path.components().rev().find_map(|component| {
            self.members
                .iter()
                .filter(|(_, own)| tier.is_none_or(|t| t == *own))
                .find(|(name, _)| **name == *component.as_str())
                .map(|(name, own)| (name.as_ref(), *own))
        })
    }
}
