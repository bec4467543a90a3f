//! From the texts of users' policies to policies and the engine that knows them.
//!
//! The parser and the analysis recurse as deep as the texts tell them to. They run where a stack
//! that overflows takes nothing else along, and say which file they are at, so that whoever finds
//! them dead knows which file it was.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use camino::Utf8Path;
use rego_plan::{Plan, Unsupported};
use regorus::Engine;
use serde::{Deserialize, Serialize};

use super::compiled::{planned, ways};
use super::identify::{documented, plain};
use super::inspect::{Module, inspect, modules};
use super::metadata::{Metadata, TextFault};
use super::policies::{Policy, Way};
use super::run::{analyse, engine, guarded, in_own_words};
use super::scan::{Token, check_nesting, tokens};
use super::{OWN_PACKAGE, PolicyFault, PolicySource, built_in, conftest};

/// Users' policies as they are known outside of the engine.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Known {
    /// Each with how it is evaluated.
    pub(crate) policies: Vec<(Policy, Way)>,
    /// The plan of those that have one.
    pub(crate) plan: Plan,
    /// What the others need that plans do not support, by the rule's id.
    pub(crate) unplanned: BTreeMap<String, Unsupported>,
    /// What is wrong with files that are left out.
    pub(crate) faults: Vec<PolicyFault>,
}

/// Is told which file is looked at, by its index; none where it is all of them.
pub(crate) type At<'a> = &'a mut dyn FnMut(Option<usize>);

/// Reads policies. `one_by_one`, each file is analysed before the next one is added, which takes
/// longer and finds out which of them the analysis does not survive.
pub(crate) fn read(files: &[PolicySource], one_by_one: bool, at: At<'_>) -> (Known, Engine) {
    let mut reader = Reader {
        files: Vec::new(),
        faults: Vec::new(),
        at,
    };
    for (index, source) in files.iter().enumerate() {
        reader.parse(index, source);
    }
    if one_by_one {
        reader.leave_out_culprits();
    }
    let (engine, policies) = reader.policies();
    (reader.at)(None);
    let (plan, planned) = reader.plan(&policies);
    let (ways, unplanned) = ways(&policies, planned);
    let known = Known {
        policies: policies.into_iter().zip(ways).collect(),
        plan,
        unplanned,
        faults: reader.faults,
    };
    (known, engine)
}

/// A file whose text the parser takes.
struct File<'s> {
    index: usize,
    source: &'s PolicySource,
    metadata: Option<Metadata>,
    /// Whether it is written in the language's first version.
    v0: bool,
}

struct Reader<'s, 'a> {
    files: Vec<File<'s>>,
    faults: Vec<PolicyFault>,
    at: At<'a>,
}

impl<'s> Reader<'s, '_> {
    fn fault(&mut self, path: &Utf8Path, fault: TextFault) {
        self.faults.push(PolicyFault {
            path: path.to_owned(),
            line: (fault.line > 0).then_some(fault.line),
            rule: None,
            message: fault.message,
        });
    }

    /// Takes a file if it can be parsed.
    fn parse(&mut self, index: usize, source: &'s PolicySource) {
        (self.at)(Some(index));
        match parse(source) {
            Ok((metadata, v0)) => self.files.push(File {
                index,
                source,
                metadata,
                v0,
            }),
            Err(fault) => self.fault(&source.path, fault),
        }
    }

    /// The policies of the files, and an engine that is ready to evaluate them. They may use what
    /// the built-in ones share.
    fn policies(&mut self) -> (Engine, Vec<Policy>) {
        loop {
            if self.files.is_empty() {
                return (engine(), Vec::new());
            }
            let mut engine = engine_with_shared();
            for file in &self.files {
                (self.at)(Some(file.index));
                // What does not parse was told about already.
                let _ = add(&mut engine, file.source, file.v0);
            }
            (self.at)(None);
            let shared = built_in::shared().count();
            let modules = modules(&mut engine);
            let faults = inspect(&modules).split_off(shared);
            let modules = modules.get(shared..).unwrap_or_default();
            if self.leave_out_faulty(modules, faults) {
                continue;
            }
            let found = self.files.iter().zip(modules).flat_map(|(file, module)| {
                let path = &file.source.path;
                match &file.metadata {
                    Some(metadata) => vec![documented(path, module, metadata)],
                    None => plain(path, module).into_iter().map(Ok).collect(),
                }
            });
            let found: Vec<_> = found.collect();
            let unmarked = self.files.iter().zip(modules);
            let unmarked = unmarked.filter(|(file, _)| file.metadata.is_none());
            let advice = conftest::advice(unmarked.map(|(file, module)| {
                let has_rules = !plain(&file.source.path, module).is_empty();
                (&file.source.path, &*file.source.text, module, has_rules)
            }));
            self.faults.extend(advice);
            let policies = self.sound(found);
            if analyse(&mut engine).is_ok() || !self.leave_out_culprits() {
                return (engine, policies);
            }
        }
    }

    fn sound(&mut self, found: Vec<Result<Policy, PolicyFault>>) -> Vec<Policy> {
        let mut policies = Vec::new();
        for result in found {
            match result {
                Ok(policy) => policies.push(policy),
                Err(fault) => self.faults.push(fault),
            }
        }
        policies
    }

    /// Leaves out files that must not be evaluated. Tells whether there are any: others may need
    /// them.
    fn leave_out_faulty(&mut self, modules: &[Module], faults: Vec<Vec<TextFault>>) -> bool {
        let mut any = false;
        let files = std::mem::take(&mut self.files).into_iter();
        for ((file, module), mut faults) in files.zip(modules).zip(faults) {
            faults.extend(check_package(module));
            if faults.is_empty() {
                self.files.push(file);
                continue;
            }
            any = true;
            for fault in faults {
                self.fault(&file.source.path, fault);
            }
        }
        any
    }

    /// Leaves out files that the analysis does not take. Tells whether there are any.
    fn leave_out_culprits(&mut self) -> bool {
        let mut any = false;
        let mut engine = engine_with_shared();
        for file in std::mem::take(&mut self.files) {
            (self.at)(Some(file.index));
            let mut tried = engine.clone();
            let added = add(&mut tried, file.source, file.v0);
            // It is judged elsewhere; what counts here is that it is survived.
            inspect(&modules(&mut tried));
            match added.and_then(|()| analyse(&mut tried.clone())) {
                Ok(_) => {
                    engine = tried;
                    self.files.push(file);
                }
                Err(error) => {
                    self.fault(&file.source.path, in_own_words(&error));
                    any = true;
                }
            }
        }
        any
    }

    fn plan(&self, policies: &[Policy]) -> (Plan, Vec<rego_plan::Planned>) {
        if policies.is_empty() {
            return Default::default();
        }
        let shared = built_in::shared().map(|(_, text)| text);
        let texts = shared.chain(self.files.iter().map(|file| &*file.source.text));
        let modules: Vec<_> = texts.map(rego_plan::Module::parse).collect();
        planned(&modules, policies)
    }
}

/// Reads a text's metadata and finds the version of the language that it is written in.
pub(crate) fn parse(source: &PolicySource) -> Result<(Option<Metadata>, bool), TextFault> {
    let words = tokens(&source.text);
    check_nesting(&words)?;
    let metadata = Metadata::parse(&source.text)?;
    let Err(error) = add(&mut engine(), source, false) else {
        return Ok((metadata, false));
    };
    if metadata.is_none() && may_be_v0(&words) && add(&mut engine(), source, true).is_ok() {
        return Ok((metadata, true));
    }
    // A text that is right in neither version is told about in terms of the newer one.
    Err(in_own_words(&error))
}

/// Whether no word is a keyword that the language's first version lacks. Its parser would take
/// them for names, and understand something else.
fn may_be_v0(words: &[Token<'_>]) -> bool {
    let mut pairs = words.iter().zip(words.iter().skip(1));
    let imports_them = pairs
        .clone()
        .any(|(word, next)| word.is_name("import") && next.is_name("future"));
    imports_them
        || !pairs
            .any(|(word, next)| word.is_name("if") || word.is_name("contains") && !next.is("("))
}

/// An engine that knows what the built-in policies share. To read that takes longer than most users'
/// policies do.
pub(crate) fn engine_with_shared() -> Engine {
    static READY: LazyLock<Engine> = LazyLock::new(|| {
        let mut engine = engine();
        for (path, text) in built_in::shared() {
            // The tests hold that these texts are right.
            let _ = guarded(|| engine.add_policy(path.to_owned(), text.to_owned()));
        }
        engine
    });
    READY.clone()
}

pub(crate) fn add(engine: &mut Engine, source: &PolicySource, v0: bool) -> Result<(), String> {
    engine.set_rego_v0(v0);
    guarded(|| engine.add_policy(source.path.to_string(), source.text.clone())).map(|_| ())
}

fn check_package(module: &Module) -> Option<TextFault> {
    let own = module
        .package
        .first()
        .is_some_and(|first| first == OWN_PACKAGE);
    own.then(|| TextFault {
        line: 1,
        message: format!(
            "packages below `{OWN_PACKAGE}` are reserved: rename `{}`",
            module.package.join(".")
        ),
    })
}
