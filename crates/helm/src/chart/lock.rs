//! `Chart.lock`.

use std::sync::Arc;

use go_template::satisfies;
use manifest::{Source, View};

use super::Dependency;
use super::metadata::{content, field};

/// Whether the lock file fits what is declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lock {
    /// There is none.
    Missing,
    /// It fits.
    Fits,
    /// It does not; each text says of one dependency why.
    Differs(Vec<String>),
}

impl Lock {
    /// Compares the file with what is declared.
    pub(super) fn compare(source: Option<&Arc<Source>>, declared: &[Dependency]) -> Self {
        let Some(source) = source else {
            return Self::Missing;
        };
        let Ok(document) = super::document(source) else {
            return Self::Differs(vec!["the lock file cannot be read".to_owned()]);
        };
        let locked = field(document.view(), "dependencies");
        let locked = locked.into_iter().flat_map(View::items);
        let locked: Vec<(String, String)> = locked
            .map(|one| {
                let text = |key| field(one, key).and_then(content).unwrap_or_default();
                (text("name"), text("version"))
            })
            .collect();
        let mut differences = Vec::new();
        for one in declared {
            let (name, wanted) = (&one.name, &one.version);
            match locked.iter().find(|(locked, _)| locked == name) {
                None => differences.push(format!("`{name}` is not locked")),
                Some((_, version)) if !satisfies(version, wanted).unwrap_or(false) => {
                    differences.push(format!("`{name}` is locked to {version}, not to {wanted}"));
                }
                Some(_) => {}
            }
        }
        let extra = locked
            .iter()
            .filter(|(name, _)| !declared.iter().any(|d| d.name == *name));
        differences.extend(extra.map(|(name, _)| format!("`{name}` is locked, but not declared")));
        if differences.is_empty() {
            Self::Fits
        } else {
            Self::Differs(differences)
        }
    }
}
