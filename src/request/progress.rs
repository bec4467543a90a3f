//! How far a run has come, for whoever ends it before it is through.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

/// What a run does, one after the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Files are found and read.
    #[default]
    Read,
    /// Targets are rendered.
    Render,
    /// What they render to is judged.
    Judge,
    /// Findings are written.
    Report,
}

/// How far a run has come. Copies tell of the same run.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<Mutex<Doing>>);

#[derive(Debug, Default)]
struct Doing {
    stage: Stage,
    /// What is dealt with at the moment.
    names: Vec<String>,
}

/// How many names are told.
const TOLD: usize = 8;

impl Stage {
    const ALL: [Self; 4] = [Self::Read, Self::Render, Self::Judge, Self::Report];

    fn name(self) -> &'static str {
        match self {
            Self::Read => "reading files",
            Self::Render => "rendering",
            Self::Judge => "checking what is rendered",
            Self::Report => "writing the report",
        }
    }
}

impl Progress {
    /// Something begins, with these targets.
    pub fn begins(&self, stage: Stage, names: impl IntoIterator<Item = String>) {
        let mut doing = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        doing.stage = stage;
        doing.names = names.into_iter().collect();
    }

    /// What is left to do: "rendering (apps/api, apps/web and 3 more), checking what is rendered".
    pub fn left(&self) -> String {
        let doing = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut told = String::new();
        for stage in Stage::ALL.into_iter().filter(|stage| *stage >= doing.stage) {
            if !told.is_empty() {
                told.push_str(", ");
            }
            told.push_str(stage.name());
            if stage == doing.stage && !doing.names.is_empty() {
                let shown = doing.names.len().min(TOLD);
                let _ = write!(told, " ({}", doing.names[..shown].join(", "));
                if doing.names.len() > shown {
                    let _ = write!(told, " and {} more", doing.names.len() - shown);
                }
                told.push(')');
            }
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_named() {
        let progress = Progress::default();
        assert_eq!(
            progress.left(),
            "reading files, rendering, checking what is rendered, writing the report"
        );
        progress.begins(Stage::Judge, (0..10).map(|at| format!("apps/{at}")));
        assert_eq!(
            progress.clone().left(),
            "checking what is rendered (apps/0, apps/1, apps/2, apps/3, apps/4, apps/5, apps/6, \
             apps/7 and 2 more), writing the report"
        );
    }
}
