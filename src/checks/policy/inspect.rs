//! What a policy must not do, found before it runs: call itself, or functions that are not there.

use std::collections::{BTreeMap, BTreeSet};

use regorus::Engine;

use super::OWN_PACKAGE;
use super::builtins::check_call;
use super::metadata::TextFault;
use super::scan::{Token, TokenKind, tokens};

/// A parsed policy file.
#[derive(Debug)]
pub(crate) struct Module {
    pub(crate) package: Vec<String>,
    /// What each imported name stands for, with `data` or `input` in front.
    imports: BTreeMap<String, Vec<String>>,
    pub(crate) rules: Vec<RuleText>,
}

/// One definition of a rule.
#[derive(Debug)]
pub(crate) struct RuleText {
    /// The name within the package: `deny`, or several parts for `a.b`.
    pub(crate) name: Vec<String>,
    parameters: Vec<String>,
    text: String,
    line: usize,
    /// How many words of the text stand before and in the name.
    start: usize,
}

const KEYWORDS: [&str; 12] = [
    "as", "default", "else", "every", "false", "if", "in", "not", "null", "some", "true", "with",
];

/// The modules of an engine.
pub(crate) fn modules(engine: &mut Engine) -> Vec<Module> {
    let packages = engine.get_policy_package_components().unwrap_or_default();
    engine
        .get_modules()
        .iter()
        .zip(packages)
        .map(|(module, package)| {
            let imports = module.imports.iter().filter_map(|import| {
                let path = path_of(import.refr.span().text());
                let name = match &import.r#as {
                    Some(name) => name.text().to_owned(),
                    None => path.last()?.clone(),
                };
                Some((name, path))
            });
            Module {
                package: package.components,
                imports: imports.collect(),
                rules: module
                    .policy
                    .iter()
                    .map(|rule| RuleText::new(rule.span().text(), rule.span().line as usize))
                    .collect(),
            }
        })
        .collect()
}

impl RuleText {
    fn new(text: &str, line: usize) -> Self {
        let tokens = tokens(text);
        let is_default = tokens.first().is_some_and(|t| t.is_name("default"));
        let words = tokens.get(usize::from(is_default)..).unwrap_or_default();
        let (name, length) = reference(words);
        let head = words.get(length..).unwrap_or_default();
        let is_function = head.first().is_some_and(|t| t.is("("));
        let parameters = match is_function {
            true => arguments(head),
            false => &[],
        };
        let names = parameters.iter().filter(|t| t.kind == TokenKind::Name);
        Self {
            name: name.into_iter().map(str::to_owned).collect(),
            parameters: names.map(|t| t.text.to_owned()).collect(),
            text: text.to_owned(),
            line,
            start: usize::from(is_default) + length,
        }
    }
}

impl Module {
    /// The full path of a rule.
    fn path(&self, rule: &RuleText) -> Vec<String> {
        self.package.iter().chain(&rule.name).cloned().collect()
    }
}

/// What is wrong with each module, in their order, from how rules refer to each other and which
/// functions they call.
pub(crate) fn inspect(modules: &[Module]) -> Vec<Vec<TextFault>> {
    let rules = Rules::new(modules);
    let mut uses = vec![BTreeSet::new(); rules.ids.len()];
    let mut faults = Vec::new();
    for module in modules {
        let mut found = Vec::new();
        for rule in &module.rules {
            let mut used = BTreeSet::new();
            visit(rule, |parts, call, line| {
                let path = rules.resolve(module, rule, parts).unwrap_or_default();
                let related = rules.related(&path);
                let name = parts.join(".");
                let message = match call {
                    _ if !related.is_empty() => None,
                    Some(arguments) => check_call(&name, arguments).err(),
                    None if path.first().is_some_and(|root| root == OWN_PACKAGE) => {
                        Some(format!("there is no `{name}`"))
                    }
                    None => None,
                };
                found.extend(message.map(|message| TextFault { line, message }));
                used.extend(related);
            });
            if let Some(uses) = rules.id(module, rule).and_then(|id| uses.get_mut(id)) {
                uses.extend(used);
            }
        }
        faults.push(found);
    }
    let circular = circular(&uses);
    for (module, found) in modules.iter().zip(&mut faults) {
        for rule in &module.rules {
            if rules
                .id(module, rule)
                .is_some_and(|id| circular.contains(&id))
            {
                found.push(TextFault {
                    line: rule.line,
                    message: format!(
                        "`{}` refers to itself, directly or through other rules; if it is only a \
                         variable that has a rule's name, rename the variable",
                        rule.name.join(".")
                    ),
                });
            }
        }
    }
    faults
}

/// The rules of all modules. A rule's id is shared by its definitions.
struct Rules<'a> {
    ids: BTreeMap<Vec<String>, usize>,
    /// The first parts of the names of each package's rules.
    names: BTreeSet<(&'a [String], &'a str)>,
}

impl<'a> Rules<'a> {
    fn new(modules: &'a [Module]) -> Self {
        let mut rules = Self {
            ids: BTreeMap::new(),
            names: BTreeSet::new(),
        };
        for module in modules {
            for rule in &module.rules {
                let next = rules.ids.len();
                rules.ids.entry(module.path(rule)).or_insert(next);
                let first = rule.name.first().map(String::as_str);
                rules
                    .names
                    .extend(first.map(|name| (module.package.as_slice(), name)));
            }
        }
        rules
    }

    fn id(&self, module: &Module, rule: &RuleText) -> Option<usize> {
        self.ids.get(&module.path(rule)).copied()
    }

    /// What a reference stands for, if it may be a rule.
    fn resolve(&self, module: &Module, rule: &RuleText, parts: &[&str]) -> Option<Vec<String>> {
        let (first, rest) = parts.split_first()?;
        let rest = rest.iter().map(|part| (*part).to_owned());
        if *first == "data" {
            return Some(rest.collect());
        }
        if *first == "input" || rule.parameters.iter().any(|p| p == first) {
            return None;
        }
        if let Some(import) = module.imports.get(*first) {
            let (root, path) = import.split_first()?;
            return (root == "data").then(|| path.iter().cloned().chain(rest).collect());
        }
        self.names
            .contains(&(module.package.as_slice(), *first))
            .then(|| {
                let own = module.package.iter().cloned();
                own.chain([(*first).to_owned()]).chain(rest).collect()
            })
    }

    /// The rules that a path refers to: the rule itself, one that holds it, or all within it.
    /// There are none for the empty path.
    fn related(&self, path: &[String]) -> BTreeSet<usize> {
        if path.is_empty() {
            return BTreeSet::new();
        }
        let within = self
            .ids
            .range(path.to_vec()..)
            .take_while(|(rule, _)| rule.starts_with(path))
            .map(|(_, id)| *id);
        let around = (0..path.len()).filter_map(|end| self.ids.get(path.get(..end)?).copied());
        within.chain(around).collect()
    }
}

/// The rules that refer to themselves: those that remain when all whose uses are settled are
/// taken away, and then all that nothing in the remainder refers to.
fn circular(uses: &[BTreeSet<usize>]) -> BTreeSet<usize> {
    let mut left: BTreeSet<usize> = (0..uses.len()).collect();
    loop {
        let used: BTreeSet<usize> = left
            .iter()
            .filter_map(|id| uses.get(*id))
            .flat_map(|uses| uses.intersection(&left).copied().collect::<Vec<_>>())
            .collect();
        let next: BTreeSet<usize> = left
            .iter()
            .copied()
            .filter(|id| {
                let settled = uses.get(*id).is_none_or(|uses| uses.is_disjoint(&left));
                !settled && used.contains(id)
            })
            .collect();
        if next.len() == left.len() {
            return left;
        }
        left = next;
    }
}

/// Calls `seen` for every reference in a rule with its parts, the arguments if it is a call, and
/// its line.
fn visit<'a>(rule: &'a RuleText, mut seen: impl FnMut(&[&'a str], Option<&[Token<'a>]>, usize)) {
    let tokens = tokens(&rule.text);
    let mut at = rule.start;
    while let Some(token) = tokens.get(at) {
        let after_dot = at > 0 && tokens.get(at - 1).is_some_and(|t| t.is("."));
        if token.kind != TokenKind::Name || after_dot || KEYWORDS.contains(&token.text) {
            at += 1;
            continue;
        }
        let rest = tokens.get(at..).unwrap_or_default();
        let (parts, length) = reference(rest);
        let rest = rest.get(length..).unwrap_or_default();
        let call = rest.first().is_some_and(|t| t.is("("));
        let line = rule.line + token.line - 1;
        seen(&parts, call.then(|| arguments(rest)), line);
        at += length;
    }
}

/// The constant parts of the reference that stands first, and the number of its words.
fn reference<'a>(tokens: &[Token<'a>]) -> (Vec<&'a str>, usize) {
    let mut parts: Vec<&'a str> = tokens.iter().take(1).map(|t| t.text).collect();
    let mut at = parts.len();
    loop {
        match tokens.get(at..) {
            Some([dot, name, ..]) if dot.is(".") && name.kind == TokenKind::Name => {
                parts.push(name.text);
                at += 2;
            }
            Some([open, key, close, ..])
                if open.is("[") && key.kind == TokenKind::String && close.is("]") =>
            {
                parts.push(key.text);
                at += 3;
            }
            _ => return (parts, at),
        }
    }
}

/// What stands between the bracket that stands first and the one that closes it.
fn arguments<'s, 'a>(tokens: &'s [Token<'a>]) -> &'s [Token<'a>] {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        if token.is("(") {
            depth += 1;
        } else if token.is(")") {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return tokens.get(1..at).unwrap_or_default();
            }
        }
    }
    tokens.get(1..).unwrap_or_default()
}

fn path_of(text: &str) -> Vec<String> {
    let tokens = tokens(text);
    reference(&tokens)
        .0
        .into_iter()
        .map(str::to_owned)
        .collect()
}
