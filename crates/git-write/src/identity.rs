//! Who writes a commit.

use git_read::{Config, Repository};

/// Somebody, and when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    name: String,
    address: String,
    /// Seconds since 1970.
    seconds: i64,
    /// Minutes ahead of UTC.
    offset: i32,
}

/// What somebody does with a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Writes it.
    Author,
    /// Makes it a commit.
    Committer,
}

impl Role {
    fn word(self) -> &'static str {
        match self {
            Self::Author => "author",
            Self::Committer => "committer",
        }
    }
}

impl Identity {
    /// Who git would say it is: by the variables `GIT_AUTHOR_NAME`, `GIT_AUTHOR_EMAIL` and
    /// `GIT_AUTHOR_DATE` (seconds and zone) or those of the committer, then by the repository's
    /// configuration, then by `others`, of which the first counts most. None if either a name or
    /// an address is said nowhere: it is not guessed from the machine.
    pub fn find(
        role: Role,
        variable: &dyn Fn(&str) -> Option<String>,
        repository: &Repository,
        others: &[Config],
        now: i64,
    ) -> Option<Self> {
        let word = role.word();
        let said = |what: &str| {
            let upper = format!("GIT_{}_{}", word.to_uppercase(), what.to_uppercase());
            let own = repository.configuration().ok();
            let configured = |section: &str| {
                let all = own.into_iter().chain(others);
                let mut values = all.filter_map(|config| config.value(section, None, what));
                values.next().map(str::to_owned)
            };
            variable(&upper)
                .or_else(|| configured(word))
                .or_else(|| configured("user"))
                .map(|text| clean(&text))
                .filter(|text| !text.is_empty())
        };
        let date = variable(&format!("GIT_{}_DATE", word.to_uppercase()));
        let (seconds, offset) = date.and_then(|date| moment(&date)).unwrap_or((now, 0));
        Some(Self {
            name: said("name")?,
            address: said("email")?,
            seconds,
            offset,
        })
    }

    /// A line such as `Signed-off-by: Ann <ann@example.org>` after its key.
    pub fn who(&self) -> String {
        format!("{} <{}>", self.name, self.address)
    }

    pub(crate) fn line(&self) -> String {
        let (hours, minutes) = (self.offset.abs() / 60, self.offset.abs() % 60);
        let sign = if self.offset < 0 { '-' } else { '+' };
        format!(
            "{} {} {sign}{hours:02}{minutes:02}",
            self.who(),
            self.seconds
        )
    }
}

/// Without what would end the line or the address, as git leaves it out.
fn clean(text: &str) -> String {
    let text: String = text
        .chars()
        .filter(|c| !c.is_control() && !matches!(c, '<' | '>'))
        .collect();
    text.trim_matches(|c: char| c.is_whitespace() || ".,:;\"\\'".contains(c))
        .to_owned()
}

/// Seconds and zone, as git writes them itself: `1700000000 +0100`, with or without `@`.
fn moment(text: &str) -> Option<(i64, i32)> {
    let mut words = text.trim().trim_start_matches('@').split_whitespace();
    let seconds = words.next()?.parse().ok()?;
    let zone = words.next().unwrap_or("+0000");
    let zone: i32 = zone.parse().ok().filter(|zone: &i32| zone.abs() < 2400)?;
    Some((seconds, zone / 100 * 60 + zone % 100))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_hold_nothing_but_what_belongs_there() {
        let identity = Identity {
            name: clean(" Ann\n<x> \"Lee\". "),
            address: clean("<ann@example.org>\0"),
            seconds: 1_700_000_000,
            offset: -90,
        };
        assert_eq!(
            identity.line(),
            "Annx \"Lee <ann@example.org> 1700000000 -0130"
        );
    }

    #[test]
    fn moments_are_read_as_git_writes_them() {
        assert_eq!(moment("1700000000 +0130"), Some((1_700_000_000, 90)));
        assert_eq!(moment("@12"), Some((12, 0)));
        assert_eq!(moment("yesterday"), None);
    }
}
