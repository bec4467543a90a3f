//! What became of a field on both sides: who changed it since they last agreed.

use rustc_hash::FxHashSet;

use crate::path::{Path, Side};

/// A commit, as far as people want to see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its name.
    pub id: Box<str>,
    /// Who wrote it.
    pub author: Box<str>,
    /// When it was made, in seconds since 1970.
    pub time: i64,
    /// The first line of its message.
    pub subject: Box<str>,
}

/// Something of the past, or where the past is not known further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Past<T> {
    /// It was so.
    Was(T),
    /// What was before is not known: the history is shallow, or longer than what is looked at.
    CutOff,
}

/// How long a field had one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The value; none where the file lacked the field.
    pub value: Option<Box<str>>,
    /// The commit that brought it.
    pub since: Commit,
}

/// The past of two files.
pub trait History {
    /// What a field was on one side, newest first; the first is what it is. Neighbours differ.
    /// It ends with [`Past::CutOff`] where the beginning is not known.
    fn life<'a>(
        &'a self,
        side: Side,
        path: &'a Path,
    ) -> Box<dyn Iterator<Item = Past<Stretch>> + 'a>;
}

/// Who changed a field since both sides had it in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// Only the source: the target has what the source had.
    Source(Told),
    /// Only the target: the source has what the target had.
    Target(Told),
    /// Both, from a value that both once had.
    Both(Told),
    /// They never had a value in common.
    Never,
    /// As far as is known, they never had.
    CutOff,
}

/// The commits behind a [`Changed`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// The commit that gave the side that kept it the value they had in common.
    pub agreed: Option<Commit>,
    /// The commit that gave the source what it has.
    pub source: Option<Commit>,
    /// The commit that gave the target what it has.
    pub target: Option<Commit>,
    /// The commit by which the source left the value that the target has.
    pub left: Option<Commit>,
    /// How many values the source had since the one that the target has.
    pub behind: usize,
    /// Whether the target had the source's value before, and went back.
    pub is_rollback: bool,
}

/// Whether a field that a file lacked counts as a value that both can have had in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absence {
    /// The target lacks what the source got: it is behind.
    Counts,
    /// A field that belongs to its environment may be there or not.
    IsNothing,
}

/// How many values of a field are looked at on one side.
const LIFE_LIMIT: usize = 10_000;

/// Asks the past of both sides. Two sides that move on independently need not have been equal
/// at any moment: a target that has what the source once had is behind.
pub fn who_changed(history: &dyn History, path: &Path, absence: Absence) -> Changed {
    let mut source = Life::of(history, Side::Source, path);
    let mut target = Life::of(history, Side::Target, path);
    let unknown = |is_cut_off| {
        if is_cut_off {
            Changed::CutOff
        } else {
            Changed::Never
        }
    };
    let (Some(now_source), Some(now_target)) = (source.now(), target.now()) else {
        return unknown(source.is_cut_off || target.is_cut_off);
    };
    let counts = |now: &Stretch| now.value.is_some() || absence == Absence::Counts;
    let in_source = counts(&now_target)
        .then(|| source.find(&now_target.value))
        .flatten();
    let in_target = counts(&now_source)
        .then(|| target.find(&now_source.value))
        .flatten();
    let left = in_source.and_then(|at| source.known.get(at - 1));
    let left = left.map(|next| next.since.clone());
    let told = |agreed: &Stretch, behind| Told {
        agreed: Some(agreed.since.clone()),
        left: left.clone(),
        source: Some(now_source.since.clone()),
        target: Some(now_target.since.clone()),
        behind,
        is_rollback: in_source.is_some() && in_target.is_some(),
    };
    match (in_source, in_target) {
        (Some(behind), None) => Changed::Source(told(&now_target, behind)),
        (Some(behind), Some(_)) if now_target.since.time <= now_source.since.time => {
            Changed::Source(told(&now_target, behind))
        }
        (_, Some(_)) => Changed::Target(told(&now_source, 0)),
        (None, None) => match target.last_common(&source) {
            Some(agreed) => Changed::Both(told(agreed, 0)),
            None => unknown(source.is_cut_off || target.is_cut_off),
        },
    }
}

/// One side's past, asked for no further than needed.
struct Life<'a> {
    rest: Box<dyn Iterator<Item = Past<Stretch>> + 'a>,
    known: Vec<Stretch>,
    is_cut_off: bool,
}

impl<'a> Life<'a> {
    fn of(history: &'a dyn History, side: Side, path: &'a Path) -> Self {
        Self {
            rest: history.life(side, path),
            known: Vec::new(),
            is_cut_off: false,
        }
    }

    fn at(&mut self, at: usize) -> Option<&Stretch> {
        while self.known.len() <= at {
            match self.rest.next() {
                Some(Past::Was(stretch)) if at < LIFE_LIMIT => self.known.push(stretch),
                None => return None,
                Some(_) => {
                    self.is_cut_off = true;
                    return None;
                }
            }
        }
        self.known.get(at)
    }

    fn now(&mut self) -> Option<Stretch> {
        self.at(0).cloned()
    }

    /// How long ago a value was there, counted in values; never now.
    fn find(&mut self, value: &Option<Box<str>>) -> Option<usize> {
        let mut at = 1;
        while let Some(past) = self.at(at) {
            if past.value == *value {
                return Some(at);
            }
            at += 1;
        }
        None
    }

    /// The last of this side's values that the other had, too. Both are known to their ends.
    fn last_common(&self, other: &Self) -> Option<&Stretch> {
        let values = other.known.iter().filter_map(|past| past.value.as_deref());
        let theirs: FxHashSet<&str> = values.collect();
        let is_theirs = |past: &&Stretch| past.value.as_deref().is_some_and(|v| theirs.contains(v));
        self.known.iter().find(is_theirs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values of one field, newest first, each with the time since which it was there; `-`
    /// where there was none, `…` where no more is known.
    struct Two(&'static str, &'static str);

    impl History for Two {
        fn life<'a>(
            &'a self,
            side: Side,
            _: &'a Path,
        ) -> Box<dyn Iterator<Item = Past<Stretch>> + 'a> {
            let text = if side == Side::Source { self.0 } else { self.1 };
            Box::new(
                text.split_whitespace()
                    .map(|word| match word.split_once('@') {
                        None => Past::CutOff,
                        Some((value, time)) => Past::Was(Stretch {
                            value: (value != "-").then(|| value.into()),
                            since: Commit {
                                id: time.into(),
                                author: "".into(),
                                time: time.parse().unwrap(),
                                subject: "".into(),
                            },
                        }),
                    }),
            )
        }
    }

    fn check(source: &'static str, target: &'static str) -> String {
        told(source, target, Absence::Counts)
    }

    fn told(source: &'static str, target: &'static str, absence: Absence) -> String {
        let two = Two(source, target);
        let at = |commit: &Option<Commit>| commit.as_ref().map_or(-1, |commit| commit.time);
        let why = |name: &str, told: Told| {
            let back = if told.is_rollback {
                ", rolled back"
            } else {
                ""
            };
            format!(
                "{name}, agreed @{}, behind {}{back}",
                at(&told.agreed),
                told.behind
            )
        };
        match who_changed(&two, &Path::default(), absence) {
            Changed::Source(told) => why("source", told),
            Changed::Target(told) => why("target", told),
            Changed::Both(told) => why("both", told),
            Changed::Never => "never".into(),
            Changed::CutOff => "cut off".into(),
        }
    }

    #[test]
    fn never_equal_at_one_moment() {
        // The source went on before the target took what it had.
        assert_eq!(
            check("5@50 4@40 3@30 2@20", "3@45 1@5"),
            "source, agreed @45, behind 2"
        );
    }

    #[test]
    fn a_hotfix() {
        assert_eq!(check("1@10", "1.1@20 1@15"), "target, agreed @10, behind 0");
        assert_eq!(
            check("2@30 1@10", "1.1@20 1@15"),
            "both, agreed @15, behind 0"
        );
    }

    #[test]
    fn a_rollback() {
        assert_eq!(
            check("2@20 1@10", "1@40 2@30 1@15"),
            "target, agreed @20, behind 0, rolled back"
        );
        // The source came to it again, later than the target left it.
        assert_eq!(
            check("2@60 3@50 2@20 1@10", "1@40 2@30 1@15"),
            "source, agreed @40, behind 3, rolled back"
        );
    }

    #[test]
    fn a_field_that_was_not_there() {
        assert_eq!(check("a@20 -@10", "-@5"), "source, agreed @5, behind 1");
        assert_eq!(told("a@20 -@10", "-@5", Absence::IsNothing), "never");
        assert_eq!(check("-@10", "a@20 -@5"), "target, agreed @10, behind 0");
        assert_eq!(check("a@20 -@10", "b@20 -@5"), "never");
    }

    #[test]
    fn what_is_not_known() {
        assert_eq!(check("a@20", "b@10"), "never");
        assert_eq!(check("a@20 …", "b@10"), "cut off");
        assert_eq!(
            check("a@20 b@10 …", "b@15 …"),
            "source, agreed @15, behind 1"
        );
        assert_eq!(check("", "b@10"), "never");
    }
}
