//! From texts to policies that can be evaluated.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU32;

use camino::Utf8Path;
use regorus::Engine;

use super::group::{Group, groups};
use super::identify::{documented, plain};
use super::inspect::{Inspection, Module, inspect, modules};
use super::metadata::{Metadata, TextFault};
use super::policies::{Policies, Policy};
use super::run::{Analysed, Machine, engine, guarded, in_own_words};
use super::scan::{Token, check_nesting, tokens};
use super::{PolicyFault, PolicySource};

/// Packages whose names start with these belong to the program.
const OWN_PACKAGES: [[&str; 2]; 2] = [["gitopslint", "lib"], ["gitopslint", "run"]];

/// Reads policies. Those that cannot be read are left out, and told in the faults.
pub fn load(sources: Vec<PolicySource>) -> (Policies, Vec<PolicyFault>) {
    let mut loader = Loader::default();
    for source in sources {
        loader.read(source);
    }
    let policies = loader.compile();
    loader.faults.sort();
    loader.faults.dedup();
    (policies, loader.faults)
}

/// A file whose text the parser takes.
pub(crate) struct File {
    pub(crate) source: PolicySource,
    metadata: Option<Metadata>,
    /// Whether it is written in the language's first version.
    v0: bool,
}

#[derive(Default)]
struct Loader {
    files: Vec<File>,
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
            Ok((metadata, v0)) => self.files.push(File {
                source,
                metadata,
                v0,
            }),
            Err(fault) => self.fault(&source.path, fault),
        }
    }

    /// An engine that holds the files, and what they hold.
    fn engine(&mut self) -> (Engine, Vec<Module>) {
        let mut engine = engine();
        let mut kept = Vec::new();
        for file in std::mem::take(&mut self.files) {
            match add(&mut engine, &file.source, file.v0) {
                Ok(()) => kept.push(file),
                Err(error) => self.fault(&file.source.path, in_own_words(&error)),
            }
        }
        self.files = kept;
        let modules = modules(&mut engine);
        (engine, modules)
    }

    /// Leaves out users' files that must not be evaluated, and then those that need them.
    fn inspected(&mut self) -> (Engine, Vec<Module>, Inspection) {
        loop {
            let (engine, modules) = self.engine();
            if self.files.iter().all(|file| file.source.built_in) {
                return (engine, modules, Inspection::default());
            }
            let mut inspection = inspect(&modules);
            let reserved = self
                .files
                .iter()
                .zip(&modules)
                .filter_map(|(file, module)| {
                    file.source.built_in.then_some(module.package.as_slice())
                });
            let reserved: Vec<&[String]> = reserved.collect();
            let mut kept = Vec::new();
            let mut complete = true;
            let files = std::mem::take(&mut self.files).into_iter();
            for ((file, module), faults) in files.zip(&modules).zip(&mut inspection.faults) {
                if !file.source.built_in {
                    faults.extend(check_package(module, &reserved));
                    if !faults.is_empty() {
                        complete = false;
                        for fault in faults.drain(..) {
                            self.fault(&file.source.path, fault);
                        }
                        continue;
                    }
                }
                kept.push(file);
            }
            self.files = kept;
            if complete {
                return (engine, modules, inspection);
            }
        }
    }

    /// The policies that the files hold, in the order of their ids.
    fn policies(&mut self, modules: &[Module], inspection: &Inspection) -> Vec<Policy> {
        let mut found: BTreeMap<String, Policy> = BTreeMap::new();
        for (file, module) in self.files.iter().zip(modules) {
            let named = match &file.metadata {
                Some(metadata) => match documented(file, module, metadata) {
                    Ok(policy) => vec![policy],
                    Err(fault) => {
                        self.faults.push(fault);
                        continue;
                    }
                },
                None => plain(file, module),
            };
            for mut policy in named {
                let name = policy.query.rsplit('.').next().unwrap_or_default();
                let path: Vec<String> = module
                    .package
                    .iter()
                    .cloned()
                    .chain([name.to_owned()])
                    .collect();
                policy.interpreted = file.v0 || inspection.contestable.contains(&path);
                match found.get_mut(&policy.rule.id) {
                    None => {
                        found.insert(policy.rule.id.clone(), policy);
                    }
                    // The files of a package may add to the same rule.
                    Some(known) if known.query == policy.query && file.metadata.is_none() => {
                        known.interpreted |= policy.interpreted;
                    }
                    Some(known) => self.faults.push(PolicyFault {
                        message: format!("{} has a rule of this name already", known.path),
                        path: policy.path,
                        line: None,
                        rule: Some(policy.rule.id),
                    }),
                }
            }
        }
        found.into_values().collect()
    }

    /// Compiles the policies. What the compiler does not take is left to the interpreter, and
    /// what the analysis before it does not take is left out.
    fn compile(&mut self) -> Policies {
        let (engine, modules, inspection) = self.inspected();
        let policies = self.policies(&modules, &inspection);
        if policies.is_empty() {
            return Policies::default();
        }
        let mut chosen: Vec<usize> = (0..policies.len()).collect();
        chosen.retain(|at| policies.get(*at).is_some_and(|p| !p.interpreted));
        let compiled = compile(&engine, &policies, &chosen).or_else(|_| {
            let analysed = Analysed::new(engine.clone(), &policies)?;
            chosen.retain(|at| {
                let query = policies.get(*at).map(|p| p.query.as_str());
                query.is_some_and(|query| analysed.machine(&[query]).is_ok())
            });
            compile(&engine, &policies, &chosen)
        });
        let (analysed, groups) = match compiled {
            Ok(compiled) => compiled,
            Err(error) => {
                return match self.leave_out_culprits() {
                    true => self.compile(),
                    false => {
                        self.fault("policies".into(), in_own_words(&error));
                        Policies::default()
                    }
                };
            }
        };
        Policies {
            groups,
            ungrouped: (0..policies.len())
                .filter(|at| !chosen.contains(at))
                .collect(),
            interpreter: Some(analysed.interpreter()),
            failures: policies.iter().map(|_| AtomicU32::new(0)).collect(),
            policies,
        }
    }

    /// Leaves out the users' files that cannot be analysed. Tells whether there are any.
    fn leave_out_culprits(&mut self) -> bool {
        let files = std::mem::take(&mut self.files);
        let (own, users): (Vec<_>, Vec<_>) = files.into_iter().partition(|f| f.source.built_in);
        self.files = own;
        let mut any = false;
        for file in users {
            let path = file.source.path.clone();
            self.files.push(file);
            let (engine, modules) = self.engine();
            let policies = self.policies(&modules, &Inspection::default());
            if let Err(error) = Analysed::new(engine, &policies) {
                self.files.pop();
                self.fault(&path, in_own_words(&error));
                any = true;
            }
        }
        any
    }
}

/// Reads a text's metadata and finds the version of the language that it is written in. Built-in
/// texts are taken to be right: they are parsed only once.
fn parse(source: &PolicySource) -> Result<(Option<Metadata>, bool), TextFault> {
    if source.built_in {
        return Ok((Metadata::parse(&source.text)?, false));
    }
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
    let imports = words.windows(2);
    let mut imports =
        imports.filter(|w| matches!(w, [i, root] if i.is_name("import") && root.is_name("future")));
    let mut pairs = words.iter().zip(words.iter().skip(1));
    imports.next().is_some()
        || !pairs
            .any(|(word, next)| word.is_name("if") || word.is_name("contains") && !next.is("("))
}

fn add(engine: &mut Engine, source: &PolicySource, v0: bool) -> Result<(), String> {
    engine.set_rego_v0(v0);
    guarded(|| engine.add_policy(source.path.to_string(), source.text.clone())).map(|_| ())
}

fn check_package(module: &Module, reserved: &[&[String]]) -> Option<TextFault> {
    let own = OWN_PACKAGES.iter().any(|own| {
        let pairs = module.package.iter().zip(own);
        module.package.len() >= own.len() && pairs.clone().all(|(part, own)| part == own)
    });
    (own || reserved.contains(&module.package.as_slice())).then(|| TextFault {
        line: 1,
        message: format!(
            "the package `{}` is gitopslint's own: choose another one",
            module.package.join(".")
        ),
    })
}

/// Compiles the chosen policies in groups.
fn compile(
    engine: &Engine,
    policies: &[Policy],
    chosen: &[usize],
) -> Result<(Analysed, Vec<(Group, Machine)>), String> {
    let groups = groups(policies, chosen);
    let mut engine = engine.clone();
    engine.set_rego_v0(false);
    let mut entries: Vec<Vec<String>> = Vec::new();
    for (at, group) in groups.iter().enumerate() {
        let package = format!("gitopslint.run.g{at}");
        let text = group.module(&package, policies);
        guarded(|| engine.add_policy(package.clone(), text))?;
        let numbers = 0..group.entries.len();
        entries.push(
            numbers
                .map(|entry| format!("data.{package}.e{entry}"))
                .collect(),
        );
    }
    let analysed = Analysed::new(engine, policies)?;
    let machines = entries.iter().map(|names| {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        analysed.machine(&names)
    });
    let machines = machines.collect::<Result<Vec<_>, _>>()?;
    Ok((analysed, groups.into_iter().zip(machines).collect()))
}
