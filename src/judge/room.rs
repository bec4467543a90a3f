//! How many findings are kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use camino::Utf8Path;

use super::judged::{Judged, Key};
use crate::problem::{INPUT_LIMIT, Problem, whole_file};

/// How many findings are kept: a report of more serves nobody, and a hostile repository could
/// fill the memory with them.
const MOST: usize = 100_000;

/// How many of them one file may have, so that it leaves room for what is found in others.
const MOST_OF_A_FILE: usize = 20_000;

/// What there is no room for.
#[derive(Default)]
pub(super) struct Room {
    /// How many problems are more than what is kept.
    more: usize,
    /// How many are more than what is kept of their file.
    more_of_files: BTreeMap<Arc<str>, usize>,
    /// Whether what is told now is kept in any case.
    is_unlimited: bool,
}

impl Room {
    /// Whether there is room for a finding beside those that were judged. Those without are counted.
    pub(super) fn has(&mut self, judged: &Judged, key: &Key) -> bool {
        if self.is_unlimited {
            return true;
        }
        let is_much_of_file = judged.in_file(&key.path) >= MOST_OF_A_FILE;
        if !is_much_of_file && judged.len() < MOST || judged.has(key) {
            return true;
        }
        if is_much_of_file {
            *self.more_of_files.entry(key.path.clone()).or_default() += 1;
        } else {
            self.more += 1;
        }
        false
    }

    /// What to say of what had no room. There is room for all that is told from now on.
    pub(super) fn close(&mut self) -> Vec<Problem> {
        self.is_unlimited = true;
        let listed = |more: usize| match more {
            1 => "1 problem is not listed".to_owned(),
            _ => format!("{more} problems are not listed"),
        };
        let whole = std::mem::take(&mut self.more);
        let files = std::mem::take(&mut self.more_of_files).into_iter();
        let of_files = files.map(|(path, more)| {
            let path = Utf8Path::new(&*path);
            let message = format!(
                "there are more than {MOST_OF_A_FILE} findings in `{path}`; {}",
                listed(more)
            );
            Problem::new(&INPUT_LIMIT, message).at(whole_file(path))
        });
        let of_all = (whole > 0).then(|| {
            let message = format!("there are more than {MOST} findings; {}", listed(whole));
            Problem::new(&INPUT_LIMIT, message)
        });
        let help =
            "fix or ignore what is listed first, or check parts of the repository separately";
        let told = of_files.chain(of_all);
        told.map(|problem| problem.help(help)).collect()
    }
}

#[cfg(test)]
mod tests {
    use manifest::Memory;

    use super::*;
    use crate::date::Date;
    use crate::deploy::Apart;
    use crate::judge::finding::Finding;
    use crate::judge::sink::{Judge, Sink};
    use crate::problem::INVALID_YAML;
    use crate::{Request, Setup};

    /// How many findings come of so many problems in each of some files, and what is said of the
    /// others.
    fn check(problems: usize, files: usize) -> (usize, Vec<String>) {
        let setup = Setup::read(&Memory::default(), None).unwrap();
        let request = Request::all(Date::parse("2026-06-30").unwrap());
        let judge = Judge {
            rules: setup.rules(),
            config: setup.config(),
            request: &request,
            apart: &Apart::default(),
            baseline: None,
        };
        let mut sink = Sink::new(&judge, &[]);
        let problem = |file: usize, number: usize| {
            let path = format!("{file}.yaml");
            let message = format!("problem {number:06}");
            Problem::new(&INVALID_YAML, message).at(whole_file(Utf8Path::new(&path)))
        };
        for file in 0..files {
            sink.take((0..problems).map(|number| problem(file, number)));
        }
        let (findings, _) = sink.finish();
        let is_limit = |finding: &&Finding| finding.rule.id == INPUT_LIMIT.id;
        let limits = findings.iter().filter(is_limit);
        (
            findings.len(),
            limits.map(|finding| finding.message.clone()).collect(),
        )
    }

    #[test]
    fn more_findings_than_anybody_reads_are_counted() {
        let share = MOST_OF_A_FILE;
        let files = MOST / share;
        assert_eq!(check(share, files), (MOST, vec![]));
        let told = "there are more than 100000 findings; 20000 problems are not listed";
        assert_eq!(check(share, files + 1), (MOST + 1, vec![told.to_owned()]));
    }

    #[test]
    fn a_file_full_of_findings_leaves_room_for_others() {
        let told = |file: &str, more: &str| {
            format!("there are more than 20000 findings in `{file}`; {more} not listed")
        };
        assert_eq!(
            check(MOST_OF_A_FILE + 1, 2),
            (
                2 * MOST_OF_A_FILE + 2,
                vec![
                    told("0.yaml", "1 problem is"),
                    told("1.yaml", "1 problem is")
                ]
            )
        );
    }
}
