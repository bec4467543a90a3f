//! What names stand for.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::Unsupported;
use crate::ast::{Module, Rule};

/// All rules of all modules.
#[derive(Debug)]
pub(crate) struct Names<'m> {
    /// The definitions of each rule, by its key.
    rules: BTreeMap<String, Vec<Defined<'m>>>,
    /// What could not be read of packages.
    unread: Vec<(&'m [Cow<'m, str>], &'m Unsupported)>,
}

/// A definition, and the module that it stands in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Defined<'m> {
    pub(crate) module: &'m Module<'m>,
    pub(crate) rule: &'m Rule<'m>,
}

/// What a name stands for outside of a rule.
pub(crate) enum Meaning<'m> {
    Input,
    Data,
    /// A rule of the same package.
    Rule(Vec<&'m str>),
    /// Something else, by its full name, `data` or `input` first.
    Import(Vec<&'m str>),
}

impl<'m> Names<'m> {
    pub(crate) fn new(modules: &'m [Module<'m>]) -> Self {
        let mut rules: BTreeMap<String, Vec<Defined<'m>>> = BTreeMap::new();
        let mut unread = Vec::new();
        for module in modules {
            let why = module.unread.as_ref();
            unread.extend(why.map(|why| (module.package.as_slice(), why)));
            for rule in &module.rules {
                let key = key(&full_name(module, rule.name));
                rules.entry(key).or_default().push(Defined { module, rule });
            }
        }
        Self { rules, unread }
    }

    /// What could not be read of the package of a rule.
    pub(crate) fn unread(&self, name: &[&str]) -> Option<&'m Unsupported> {
        let package = name.split_last().map_or(name, |(_, package)| package);
        let of_it = |unread: &&(&[Cow<'_, str>], &Unsupported)| {
            // Not even the package of some could be read.
            unread.0.is_empty() || unread.0.iter().eq(package)
        };
        self.unread.iter().find(of_it).map(|(_, why)| *why)
    }

    /// The definitions of a rule.
    pub(crate) fn definitions(&self, name: &[&str]) -> Option<&[Defined<'m>]> {
        self.rules.get(&key(name)).map(Vec::as_slice)
    }

    /// How many of the parts of a name are that of a rule.
    pub(crate) fn rule_in(&self, path: &[&str]) -> Option<usize> {
        (1..=path.len()).find(|end| {
            path.get(..*end)
                .is_some_and(|p| self.definitions(p).is_some())
        })
    }

    /// What a name stands for in a module, if it is none of a variable.
    pub(crate) fn meaning(&self, module: &'m Module<'m>, name: &'m str) -> Option<Meaning<'m>> {
        match name {
            "input" => return Some(Meaning::Input),
            "data" => return Some(Meaning::Data),
            _ => {}
        }
        let own = full_name(module, name);
        if self.definitions(&own).is_some() {
            return Some(Meaning::Rule(own));
        }
        let import = module.imports.iter().find(|import| import.name == name)?;
        Some(Meaning::Import(
            import.path.iter().map(|part| &**part).collect(),
        ))
    }
}

/// A name as one text. No part of a name has this character in it.
pub(crate) fn key(name: &[&str]) -> String {
    name.join("\0")
}

pub(crate) fn full_name<'m>(module: &'m Module<'m>, name: &'m str) -> Vec<&'m str> {
    let package = module.package.iter().map(|part| &**part);
    package.chain([name]).collect()
}
