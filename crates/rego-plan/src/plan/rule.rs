//! Rules.

use std::collections::BTreeMap;

use super::names::{Defined, Names, key};
use super::scope::{Scope, Variable};
use super::{Branch, Definition, Entry, Expr, Gives, Key, Pattern, Plan, Rule, Slot, Step};
use crate::Unsupported;
use crate::ast::{self, Head, Module, Term};
use crate::value::Const;

/// Rules that refer to each other, and terms in them, are read this deep.
pub(crate) const DEPTH_LIMIT: usize = 256;

/// Why something has no plan.
pub(crate) enum Stuck {
    /// A variable in it has no value yet.
    NotYet,
    Unsupported(Unsupported),
}

pub(crate) type Planned<T> = Result<T, Stuck>;

/// What is made of a rule.
#[derive(Clone, Debug)]
pub(crate) enum Made {
    /// It has this value always.
    Constant(u32),
    /// Its place in the plan.
    Rule(u32),
    /// It is being read.
    Begun,
    Unsupported(Unsupported),
}

/// Reads policies into a plan.
pub(crate) struct Planner<'p, 'm> {
    pub(crate) names: &'p Names<'m>,
    pub(crate) varying: &'p str,
    pub(crate) plan: Plan,
    /// By the keys of rules.
    made: BTreeMap<String, Made>,
    keys: BTreeMap<String, Key>,
    /// The rule that is being read.
    pub(crate) frame: Option<Frame<'m>>,
    pub(crate) depth: usize,
}

/// What is known while a definition is read.
pub(crate) struct Frame<'m> {
    pub(crate) module: &'m Module<'m>,
    pub(crate) scope: Scope<'m>,
    pub(crate) varies: bool,
    pub(crate) line: u32,
    /// Whether what is read stands behind `not`, where nothing may be gone through.
    pub(crate) is_negated: bool,
}

impl<'m> Frame<'m> {
    fn new(defined: &Defined<'m>) -> Self {
        Self {
            module: defined.module,
            scope: Scope::default(),
            varies: false,
            line: defined.rule.line,
            is_negated: false,
        }
    }
}

impl<'p, 'm> Planner<'p, 'm> {
    pub(crate) fn new(names: &'p Names<'m>, varying: &'p str) -> Self {
        Self {
            names,
            varying,
            plan: Plan::default(),
            made: BTreeMap::new(),
            keys: BTreeMap::new(),
            frame: None,
            depth: 0,
        }
    }

    pub(crate) fn entry(&mut self, name: &[&str]) -> Result<Entry, Unsupported> {
        match self.rule(name) {
            Made::Rule(at) => Ok(Entry(at)),
            Made::Constant(at) => {
                self.plan.rules.push(always(at));
                Ok(Entry(self.plan.rules.len() as u32 - 1))
            }
            Made::Begun => Err(unsupported(0, "a rule that refers to itself")),
            Made::Unsupported(why) => Err(why),
        }
    }

    /// An entry for what has to hold before a rule that is not supported can give anything, as
    /// far as that is supported; none if nothing of it is.
    pub(crate) fn guard(&mut self, name: &[&str]) -> Option<Entry> {
        if self.names.unread(name).is_some() {
            return None;
        }
        let definitions = self.names.definitions(name)?;
        let mut rule = always(self.constant(Const::Bool(true)));
        rule.default = None;
        let mut read = Vec::new();
        for defined in definitions {
            if defined.rule.is_default || defined.rule.parameters.is_some() {
                return None;
            }
            for branch in &defined.rule.branches {
                self.frame = Some(Frame::new(defined));
                let mut body = Vec::new();
                self.enter(&branch.body, &[]).ok()?;
                self.supported_literals(&branch.body, &mut body);
                let frame = self.frame.take()?;
                if body.is_empty() {
                    return None;
                }
                rule.slots = rule.slots.max(frame.scope.slots());
                rule.varies |= frame.varies;
                read.push(Definition {
                    arguments: Box::default(),
                    branches: Box::new([Branch {
                        body: body.into(),
                        key: None,
                        value: Expr::Constant(self.constant(Const::Bool(true))),
                    }]),
                });
            }
        }
        rule.definitions = read.into();
        self.plan.rules.push(rule);
        Some(Entry(self.plan.rules.len() as u32 - 1))
    }

    /// What is made of a rule, which is read when it is asked for first.
    pub(crate) fn rule(&mut self, name: &[&str]) -> Made {
        let key = key(name);
        if let Some(made) = self.made.get(&key) {
            return made.clone();
        }
        let names = self.names;
        if let Some(why) = names.unread(name) {
            return Made::Unsupported(why.clone());
        }
        let Some(definitions) = names.definitions(name) else {
            return Made::Unsupported(unsupported(0, "a rule without definitions"));
        };
        if self.depth >= DEPTH_LIMIT {
            return Made::Unsupported(unsupported(0, "so long a chain of rules"));
        }
        self.made.insert(key.clone(), Made::Begun);
        let outer = self.frame.take();
        self.depth += 1;
        let made = match self.defined(definitions) {
            Ok(made) => made,
            Err(why) => Made::Unsupported(why),
        };
        self.depth -= 1;
        self.frame = outer;
        self.made.insert(key, made.clone());
        made
    }

    fn defined(&mut self, definitions: &[Defined<'m>]) -> Result<Made, Unsupported> {
        if let [only] = definitions
            && let Some(constant) = constant(only.rule)
        {
            return Ok(Made::Constant(self.constant(constant)));
        }
        let mut rule = Rule {
            gives: Gives::Value,
            slots: 0,
            varies: false,
            is_uniform: true,
            definitions: Box::default(),
            default: None,
        };
        let mut arity = None;
        let mut given = None;
        let mut read = Vec::new();
        for defined in definitions {
            let text = defined.rule;
            let gives = match &text.head {
                Head::Value => Gives::Value,
                Head::Member(_) => Gives::Set,
                Head::Key(_) => Gives::Object,
            };
            let parameters = text.parameters.as_ref().map(Vec::len);
            let known = *arity.get_or_insert(parameters);
            if *given.get_or_insert(gives) != gives || known != parameters {
                return Err(unsupported(text.line, "a rule of two sorts"));
            }
            rule.gives = gives;
            if text.is_default {
                let value = text.branches.first().and_then(|b| b.value.as_ref());
                let value = value.and_then(folded);
                let (Some(value), None) = (value, rule.default) else {
                    return Err(unsupported(text.line, "this default"));
                };
                rule.default = Some(self.constant(value));
                continue;
            }
            let (definition, frame) = self.definition(defined)?;
            rule.slots = rule.slots.max(frame.scope.slots());
            rule.varies |= frame.varies;
            read.push(definition);
        }
        rule.is_uniform = rule.gives == Gives::Value && is_uniform(&read, &self.plan);
        rule.definitions = read.into();
        self.plan.rules.push(rule);
        Ok(Made::Rule(self.plan.rules.len() as u32 - 1))
    }

    fn definition(
        &mut self,
        defined: &Defined<'m>,
    ) -> Result<(Definition, Frame<'m>), Unsupported> {
        let rule = defined.rule;
        self.frame = Some(Frame::new(defined));
        let arguments = self.arguments(rule.parameters.as_deref().unwrap_or_default());
        let mut branches = Vec::new();
        let read = arguments.and_then(|arguments| {
            for branch in &rule.branches {
                branches.push(self.branch(rule, branch)?);
            }
            Ok(arguments)
        });
        let frame = self.frame.take();
        let line = frame.as_ref().map_or(rule.line, |frame| frame.line);
        match (read, frame) {
            (Ok(arguments), Some(frame)) => Ok((
                Definition {
                    arguments,
                    branches: branches.into(),
                },
                frame,
            )),
            (Err(Stuck::Unsupported(why)), _) => Err(why),
            _ => Err(unsupported(line, "a variable that nothing gives a value")),
        }
    }

    /// The places of what a function is given come first.
    fn arguments(&mut self, parameters: &'m [Term<'m>]) -> Planned<Box<[(Slot, Pattern)]>> {
        let mut names = Vec::new();
        for parameter in parameters {
            variables(parameter, &mut names);
        }
        let frame = self.frame()?;
        frame.scope.enter(names);
        let mut places = Vec::new();
        for parameter in parameters {
            let named = parameter.as_name().and_then(|name| frame.scope.bind(name));
            let is_bound = named.is_some();
            places.push((named.unwrap_or_else(|| frame.scope.slot()), is_bound));
        }
        let mut patterns = Vec::new();
        for (parameter, (slot, is_bound)) in parameters.iter().zip(places) {
            if !is_bound && !matches!(parameter, Term::Any) {
                let mut steps = Vec::new();
                let pattern = self.pattern(parameter, &mut steps)?;
                if !steps.is_empty() {
                    return Err(self.unsupported("a parameter that has to be computed"));
                }
                patterns.push((slot, pattern));
            }
        }
        Ok(patterns.into())
    }

    fn branch(&mut self, rule: &'m ast::Rule<'m>, branch: &'m ast::Branch<'m>) -> Planned<Branch> {
        let mut body = Vec::new();
        let mut heads: Vec<&'m Term<'m>> = branch.value.iter().collect();
        heads.extend(match &rule.head {
            Head::Member(term) | Head::Key(term) => Some(term),
            Head::Value => None,
        });
        let mark = self.frame()?.scope.mark();
        self.enter(&branch.body, &heads)?;
        self.literals(&branch.body, &mut body)?;
        let (key, value) = match &rule.head {
            Head::Member(member) => (None, self.term(member, &mut body)?),
            Head::Key(key) => {
                let key = self.term(key, &mut body)?;
                (Some(key), self.value(branch, &mut body)?)
            }
            Head::Value => (None, self.value(branch, &mut body)?),
        };
        let scope = &mut self.frame()?.scope;
        scope.leave();
        scope.back_to(mark);
        Ok(Branch {
            body: body.into(),
            key,
            value,
        })
    }

    fn value(&mut self, branch: &'m ast::Branch<'m>, body: &mut Vec<Step>) -> Planned<Expr> {
        match &branch.value {
            Some(value) => self.term(value, body),
            None => Ok(Expr::Constant(self.constant(Const::Bool(true)))),
        }
    }

    pub(crate) fn constant(&mut self, value: Const) -> u32 {
        let is_small = !matches!(value, Const::Array(_) | Const::Set(_) | Const::Object(_));
        let constants = &mut self.plan.constants;
        let known = constants.iter().position(|c| is_small && *c == value);
        known.unwrap_or_else(|| {
            constants.push(value);
            constants.len() - 1
        }) as u32
    }

    pub(crate) fn key(&mut self, name: &str) -> Key {
        let keys = &mut self.plan.keys;
        *self.keys.entry(name.to_owned()).or_insert_with(|| {
            keys.push(name.into());
            keys.len() as Key - 1
        })
    }

    pub(crate) fn frame(&mut self) -> Planned<&mut Frame<'m>> {
        let nowhere = || Stuck::Unsupported(unsupported(0, "a term outside a rule"));
        self.frame.as_mut().ok_or_else(nowhere)
    }

    pub(crate) fn unsupported(&self, what: &str) -> Stuck {
        let line = self.frame.as_ref().map_or(0, |frame| frame.line);
        Stuck::Unsupported(unsupported(line, what))
    }

    /// Whether a term has a variable in it that has no value yet, where a pattern can give it
    /// one.
    pub(crate) fn binds(&self, term: &Term<'_>) -> bool {
        match term {
            Term::Any => true,
            Term::Name(name) => {
                let scope = self.frame.as_ref().map(|frame| frame.scope.get(name));
                matches!(scope, Some(Variable::Free))
            }
            Term::Array(items) => items.iter().any(|item| self.binds(item)),
            _ => false,
        }
    }
}

pub(crate) fn unsupported(line: u32, what: &str) -> Unsupported {
    Unsupported {
        line,
        what: what.to_owned(),
    }
}

fn always(constant: u32) -> Rule {
    Rule {
        gives: Gives::Value,
        slots: 0,
        varies: false,
        is_uniform: true,
        definitions: Box::default(),
        default: Some(constant),
    }
}

/// The value of a rule that has the same one always.
fn constant(rule: &ast::Rule<'_>) -> Option<Const> {
    match (&rule.head, &rule.parameters, rule.branches.as_slice()) {
        (Head::Value, None, [only]) if only.body.is_empty() && !rule.is_default => {
            folded(only.value.as_ref()?)
        }
        _ => None,
    }
}

/// The value of a term without variables.
pub(crate) fn folded(term: &Term<'_>) -> Option<Const> {
    let all = |terms: &[Term<'_>]| terms.iter().map(folded).collect::<Option<Vec<Const>>>();
    Some(match term {
        Term::Null => Const::Null,
        Term::Bool(value) => Const::Bool(*value),
        Term::Number(number) => Const::Number(*number),
        Term::Text(text) => Const::Text(text.as_ref().into()),
        Term::Array(items) => Const::Array(all(items)?.into()),
        Term::Set(members) => Const::set(all(members)?),
        Term::Object(entries) => {
            let entries = entries.iter().map(|(k, v)| Some((folded(k)?, folded(v)?)));
            Const::object(entries.collect::<Option<Vec<_>>>()?)
        }
        _ => return None,
    })
}

/// The names in a pattern.
pub(crate) fn variables<'m>(term: &'m Term<'m>, names: &mut Vec<&'m str>) {
    match term {
        Term::Name(name) => names.push(name),
        Term::Array(items) => items.iter().for_each(|item| variables(item, names)),
        _ => {}
    }
}

/// Whether all branches give the same constant.
fn is_uniform(definitions: &[Definition], plan: &Plan) -> bool {
    let mut branches = definitions.iter().flat_map(|d| &d.branches);
    let constant = |branch: &Branch| match branch.value {
        Expr::Constant(at) => plan.constants.get(at as usize),
        _ => None,
    };
    let Some(first) = branches.next().map(constant) else {
        return true;
    };
    first.is_some() && branches.all(|branch| constant(branch) == first)
}
