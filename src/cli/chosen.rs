//! What people choose of a promotion on the command line.

use clap::Args;
use promotion::{Pattern, Rename, Side};

use super::{Failure, pattern};
use crate::compare::Rules;
use crate::promote::{Choice, Wanted};

/// Which fields move.
#[derive(Args, Default)]
pub(super) struct Chosen {
    /// Move only these fields, such as env.LOG_LEVEL; `images` and `versions` mean all
    /// versions
    #[arg(long, value_name = "FIELD")]
    pub(super) only: Vec<String>,
    /// Do not move these fields
    #[arg(long, value_name = "FIELD")]
    exclude: Vec<String>,
    /// Give a field this value instead of the source's
    #[arg(long, value_name = "FIELD=VALUE")]
    set: Vec<String>,
    /// Take a field from the source, or with FIELD=target from the target, whatever the verdict;
    /// `source` or `target` alone decides all conflicts
    #[arg(long, value_name = "FIELD[=SIDE]")]
    take: Vec<String>,
    /// Give a field of the target the name that the source has for it, and keep its value
    #[arg(long, value_name = "OLD=NEW")]
    rename: Vec<String>,
    /// Also move lower versions
    #[arg(long)]
    allow_downgrade: bool,
}

impl Chosen {
    /// What a plan's file asks for.
    pub(super) fn of(wanted: Wanted) -> Self {
        Self {
            only: wanted.only,
            exclude: wanted.exclude,
            set: wanted.set,
            take: wanted.take,
            rename: wanted.rename,
            allow_downgrade: wanted.allow_downgrade,
        }
    }

    /// The same for a plan's file.
    pub(super) fn wanted(&self) -> Wanted {
        Wanted {
            only: self.only.clone(),
            exclude: self.exclude.clone(),
            set: self.set.clone(),
            take: self.take.clone(),
            rename: self.rename.clone(),
            allow_downgrade: self.allow_downgrade,
            ..Wanted::default()
        }
    }

    pub(super) fn rules(&self) -> Result<Rules, Failure> {
        Ok(Rules {
            rules: Vec::new(),
            renames: self.renames()?,
        })
    }

    pub(super) fn renames(&self) -> Result<Vec<Rename>, Failure> {
        let rename = |text: &String| {
            let (old, new) = text.split_once('=').ok_or_else(|| {
                Failure::new(format!("`{text}` has no new name")).hint("write it as OLD=NEW")
            })?;
            Ok(Rename {
                old: pattern(old)?,
                new: pattern(new)?,
            })
        };
        self.rename.iter().map(rename).collect()
    }

    pub(super) fn choice(&self) -> Result<Choice, Failure> {
        let all = |texts: &mut dyn Iterator<Item = &String>| -> Result<Vec<Pattern>, Failure> {
            texts.map(|text| pattern(text)).collect()
        };
        let side = |text: &str| match text {
            "source" => Some(Side::Source),
            "target" => Some(Side::Target),
            _ => None,
        };
        let mut conflicts = None;
        let mut take = Vec::new();
        for text in &self.take {
            if let Some(side) = side(text) {
                conflicts = Some(side);
                continue;
            }
            let parts = text.rsplit_once('=');
            match parts.and_then(|(field, word)| Some((field, side(word)?))) {
                Some((field, side)) => take.push((pattern(field)?, side)),
                None => take.push((pattern(text)?, Side::Source)),
            }
        }
        let set = self.set.iter().map(|text| {
            let (field, value) = text.split_once('=').ok_or_else(|| {
                Failure::new(format!("`{text}` has no value")).hint("write it as FIELD=VALUE")
            })?;
            Ok((pattern(field)?, value.to_owned()))
        });
        let is_sort = |text: &&String| matches!(text.as_str(), "images" | "versions");
        Ok(Choice {
            fields: promotion::Choice {
                only: all(&mut self.only.iter().filter(|text| !is_sort(text)))?,
                exclude: all(&mut self.exclude.iter())?,
                take,
                set: set.collect::<Result<_, Failure>>()?,
                allow_downgrade: self.allow_downgrade,
            },
            only_versions: self.only.iter().any(|text| is_sort(&text)),
            conflicts,
        })
    }
}
