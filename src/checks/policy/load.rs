//! From texts to policies that can be evaluated.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU32;

use camino::Utf8Path;
use rego_plan::{Plan, Planned};
use regorus::Engine;

use super::batch::batches;
use super::compiled::{planned, ways};
use super::identify::{documented, plain};
use super::inspect::{Module, inspect, modules};
use super::metadata::{Metadata, TextFault};
use super::policies::{Policies, Policy, Way};
use super::run::{Interpreter, analyse, engine, guarded, in_own_words};
use super::scan::{Token, check_nesting, tokens};
use super::{OWN_PACKAGE, PolicyFault, PolicySource, built_in, compiled, conftest};

/// The built-in policies, and those of users. Users' policies that cannot be read are left out,
/// and told in the faults.
pub fn load(users: Vec<PolicySource>) -> (Policies, Vec<PolicyFault>) {
    let mut loader = Loader::default();
    for source in users {
        loader.read(source);
    }
    let (own, own_plan) = compiled::read();
    if own.policies.is_empty() {
        let message = "the built-in policies cannot be read".to_owned();
        loader.fault("policies".into(), TextFault { line: 0, message });
    }
    let users = loader.users();
    let (users_plan, planned) = loader.plan(&users.policies);
    let (ways, users_unplanned) = ways(&users.policies, planned);
    let users_policies = users.policies.into_iter().zip(ways);
    let mut unplanned = own.unplanned;
    unplanned.extend(users_unplanned);
    let named = loader.named(own.policies.into_iter().chain(users_policies));
    let (policies, ways): (Vec<Policy>, Vec<Way>) = named.into_iter().unzip();
    let loaded = Policies {
        batches: batches(&policies),
        ways,
        own_plan,
        users_plan,
        built_in: Interpreter::new(compiled::interpreted),
        users: Interpreter::new(|| Ok(users.engine)),
        failures: policies.iter().map(|_| AtomicU32::new(0)).collect(),
        unplanned,
        policies,
    };
    loader.faults.sort();
    loader.faults.dedup();
    (loaded, loader.faults)
}

/// A file whose text the parser takes.
struct File {
    source: PolicySource,
    metadata: Option<Metadata>,
    /// Whether it is written in the language's first version.
    v0: bool,
}

/// Policies and the engine that knows them.
struct Loaded {
    engine: Engine,
    policies: Vec<Policy>,
}

#[derive(Default)]
struct Loader {
    users: Vec<File>,
    faults: Vec<PolicyFault>,
}

impl Loader {
    fn fault(&mut self, path: &Utf8Path, fault: TextFault) {
        self.faults.push(PolicyFault {
            path: path.to_owned(),
            line: (fault.line > 0).then_some(fault.line),
            rule: None,
            message: fault.message,
        });
    }

    /// Takes a file if it can be parsed.
    fn read(&mut self, source: PolicySource) {
        match parse(&source) {
            Ok((metadata, v0)) => self.users.push(File {
                source,
                metadata,
                v0,
            }),
            Err(fault) => self.fault(&source.path, fault),
        }
    }

    /// The policies of the repository. They may use what the built-in ones share.
    fn users(&mut self) -> Loaded {
        if self.users.is_empty() {
            return Loaded {
                engine: engine(),
                policies: Vec::new(),
            };
        }
        loop {
            let mut engine = engine_with_shared();
            for file in &self.users {
                // What does not parse was told about already.
                let _ = add(&mut engine, &file.source, file.v0);
            }
            let shared = built_in::shared().count();
            let modules = modules(&mut engine);
            let faults = inspect(&modules).split_off(shared);
            let modules = modules.get(shared..).unwrap_or_default();
            if self.leave_out_faulty(modules, faults) {
                continue;
            }
            let found = self.users.iter().zip(modules).flat_map(|(file, module)| {
                let path = &file.source.path;
                match &file.metadata {
                    Some(metadata) => vec![documented(path, module, metadata)],
                    None => plain(path, module).into_iter().map(Ok).collect(),
                }
            });
            let found: Vec<_> = found.collect();
            let unmarked = self.users.iter().zip(modules);
            let unmarked = unmarked.filter(|(file, _)| file.metadata.is_none());
            let advice = conftest::advice(unmarked.map(|(file, module)| {
                let has_rules = !plain(&file.source.path, module).is_empty();
                (&file.source.path, &*file.source.text, module, has_rules)
            }));
            self.faults.extend(advice);
            let policies = self.sound(found);
            if analyse(&mut engine).is_ok() || !self.leave_out_culprits() {
                return Loaded { engine, policies };
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

    /// Leaves out users' files that must not be evaluated. Tells whether there are any: others
    /// may need them.
    fn leave_out_faulty(&mut self, modules: &[Module], faults: Vec<Vec<TextFault>>) -> bool {
        let mut any = false;
        let files = std::mem::take(&mut self.users).into_iter();
        for ((file, module), mut faults) in files.zip(modules).zip(faults) {
            faults.extend(check_package(module));
            if faults.is_empty() {
                self.users.push(file);
                continue;
            }
            any = true;
            for fault in faults {
                self.fault(&file.source.path, fault);
            }
        }
        any
    }

    /// Leaves out users' files that the analysis does not take. Tells whether there are any.
    fn leave_out_culprits(&mut self) -> bool {
        let mut any = false;
        let mut engine = engine_with_shared();
        for file in std::mem::take(&mut self.users) {
            let mut tried = engine.clone();
            let added = add(&mut tried, &file.source, file.v0);
            match added.and_then(|()| analyse(&mut tried.clone())) {
                Ok(_) => {
                    engine = tried;
                    self.users.push(file);
                }
                Err(error) => {
                    self.fault(&file.source.path, in_own_words(&error));
                    any = true;
                }
            }
        }
        any
    }

    /// A plan for users' policies.
    fn plan(&self, policies: &[Policy]) -> (Plan, Vec<Planned>) {
        if policies.is_empty() {
            return Default::default();
        }
        let shared = built_in::shared().map(|(_, text)| text);
        let texts = shared.chain(self.users.iter().map(|file| &*file.source.text));
        let modules: Vec<_> = texts.map(rego_plan::Module::parse).collect();
        planned(&modules, policies)
    }

    /// The policies in the order of their ids, each id once.
    fn named(&mut self, policies: impl Iterator<Item = (Policy, Way)>) -> Vec<(Policy, Way)> {
        let mut found: BTreeMap<String, (Policy, Way)> = BTreeMap::new();
        for (policy, way) in policies {
            match found.get(&*policy.rule.id) {
                None => {
                    found.insert(policy.rule.id.to_string(), (policy, way));
                }
                // The files of a package may add to the same rule.
                Some((known, _)) if known.name == policy.name => {}
                Some((known, _)) => self.faults.push(PolicyFault {
                    message: format!("{} has a rule of this name already", known.path),
                    path: policy.path,
                    line: None,
                    rule: Some(policy.rule.id.to_string()),
                }),
            }
        }
        found.into_values().collect()
    }
}

/// Reads a text's metadata and finds the version of the language that it is written in.
pub(super) fn parse(source: &PolicySource) -> Result<(Option<Metadata>, bool), TextFault> {
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

/// An engine that knows what the built-in policies share.
pub(super) fn engine_with_shared() -> Engine {
    let mut engine = engine();
    for (path, text) in built_in::shared() {
        // The tests hold that these texts are right.
        let _ = guarded(|| engine.add_policy(path.to_owned(), text.to_owned()));
    }
    engine
}

pub(super) fn add(engine: &mut Engine, source: &PolicySource, v0: bool) -> Result<(), String> {
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
            "packages below `{OWN_PACKAGE}` are the program's own: call `{}` something else",
            module.package.join(".")
        ),
    })
}
