//! What an application has in one environment and lacks in another one.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeMap;

use camino::Utf8Path;
use manifest::{Location, View};
use rustc_hash::FxHashMap;

use super::index::{Facts, Found, Index};
use super::provided::Maker;
use super::{Use, uses};
use crate::checks::schema::Schemas;
use crate::deploy::Content;
use crate::problem::Problem;
use crate::render::Rendered;
use crate::rule::Tier;

/// The applications of a repository in their environments, as far as their names or folders tell
/// that they are one.
pub(super) struct Siblings<'a, 's> {
    rendered: &'a [Rendered],
    facts: &'a [Vec<Facts<'a>>],
    /// What is provided in the whole repository.
    all: &'s Index<'a>,
    schemas: &'s Schemas,
    families: FxHashMap<Family<'a>, BTreeMap<Environment<'a>, Member<'a>>>,
}

/// What targets of several environments have in common.
#[derive(PartialEq, Eq, Hash)]
enum Family<'a> {
    /// The application.
    Application(Cow<'a, str>),
    /// The folder around their overlays.
    Folder(&'a Utf8Path),
}

impl<'a> Family<'a> {
    /// Those of a target.
    fn all(own: &'a Rendered) -> impl Iterator<Item = Self> {
        let is_overlay = matches!(own.spec.content, Content::Kustomization);
        let folder = own.spec.path.parent().filter(|_| is_overlay);
        let folder = folder.filter(|folder| !folder.as_str().is_empty());
        let application = Self::Application(own.spec.application_across());
        std::iter::once(application).chain(folder.map(Self::Folder))
    }
}

/// An environment, in the order of the tiers.
type Environment<'a> = (Tier, &'a str);

/// An application in one environment.
#[derive(Default)]
struct Member<'a> {
    targets: Vec<usize>,
    /// Its references that it meets itself, once that is asked for.
    met: OnceCell<FxHashMap<Met<'a>, Found<'a>>>,
}

/// What is provided in another environment.
#[derive(Clone, Copy)]
pub(super) struct Sibling<'a> {
    /// The environment.
    pub(super) environment: &'a str,
    /// What is provided there.
    pub(super) found: Found<'a>,
}

impl<'a> Sibling<'a> {
    /// Whether a certificate is issued for it there. Elsewhere a program may sign its own.
    pub(super) fn is_issued(&self) -> bool {
        *self.found.by.object.id.gvk.group == *"cert-manager.io"
    }

    /// Where it is.
    pub(super) fn object(&self) -> Evidence<'a> {
        let name = self.found.by.object.node.view();
        let name = name.get_path(&["metadata", "name"]);
        self.at(name)
    }

    /// Where a key of it is, if it has that.
    pub(super) fn key(&self, key: &str) -> Option<Evidence<'a>> {
        let keys = self.found.provision.keys;
        (keys.has(key) == Some(true)).then(|| self.at(keys.find(key)))
    }

    fn at(&self, value: Option<View<'a>>) -> Evidence<'a> {
        let origin = value.and_then(View::origin);
        Evidence {
            environment: self.environment,
            place: origin.map(|origin| origin.locate()),
        }
    }
}

/// Where another environment has what one lacks.
pub(super) struct Evidence<'a> {
    environment: &'a str,
    place: Option<Location>,
}

impl Evidence<'_> {
    /// The problem of that message that shows it.
    pub(super) fn tell(self, message: String, problem: impl FnOnce(String) -> Problem) -> Problem {
        let environment = self.environment;
        let Some(place) = self.place else {
            return problem(format!("{message}, although {environment} has it"));
        };
        let message = format!(
            "{message}, although {environment} has it in `{}`",
            place.path()
        );
        problem(message).related(format!("that of {environment}"), place)
    }
}

/// A reference, whatever its environment: kind and name of the object that refers, then those of
/// what it refers to.
type Met<'a> = (&'a str, &'a str, &'a str, &'a str);

impl<'a, 's> Siblings<'a, 's> {
    pub(super) fn of(
        rendered: &'a [Rendered],
        facts: &'a [Vec<Facts<'a>>],
        all: &'s Index<'a>,
        schemas: &'s Schemas,
    ) -> Self {
        let mut families: FxHashMap<_, BTreeMap<_, Member<'_>>> = FxHashMap::default();
        for (at, own) in rendered.iter().enumerate() {
            let Some(environment) = environment(own).filter(|_| own.spec.is_applied()) else {
                continue;
            };
            for family in Family::all(own) {
                let members = families.entry(family).or_default();
                members.entry(environment).or_default().targets.push(at);
            }
        }
        Self {
            rendered,
            facts,
            all,
            schemas,
            families,
        }
    }

    /// What the same object refers to in another environment, where its application provides it.
    /// Where something of the name is found here, it is compared by what it was called before it
    /// was renamed.
    pub(super) fn met(&self, used: Use<'a>, found: Option<&Found<'a>>) -> Option<Sibling<'a>> {
        let own = &self.rendered[used.placed.at.target];
        let environment = environment(own)?;
        let name = found.map_or(used.reference.name, |found| {
            before(found, used.reference.name)
        });
        let wanted = reference(used, name);
        let mut families = Family::all(own);
        families.find_map(|family| self.met_in(&family, environment, wanted))
    }

    fn met_in(
        &self,
        family: &Family<'a>,
        own: Environment<'a>,
        wanted: Met<'a>,
    ) -> Option<Sibling<'a>> {
        let members = self.families.get(family)?;
        // What could not be rendered of it may hold what is missing.
        let mut here = members.get(&own)?.targets.iter();
        if !here.all(|at| self.rendered[*at].is_rendered()) {
            return None;
        }
        let mut others = members.iter().filter(|(other, _)| **other != own);
        others.find_map(|((_, environment), member)| {
            let met = member.met.get_or_init(|| self.met_by(&member.targets));
            let found = *met.get(&wanted)?;
            Some(Sibling { environment, found })
        })
    }

    fn met_by(&self, targets: &[usize]) -> FxHashMap<Met<'a>, Found<'a>> {
        let mut met = FxHashMap::default();
        for target in targets {
            for used in uses(self.rendered, self.facts, *target, self.schemas) {
                let name = used.reference.name;
                let found = self.all.find(used.reference.sort, used.namespace, name);
                let mut found = found.into_iter();
                let Some(found) = found.find(|own| targets.contains(&own.by.at.target)) else {
                    continue;
                };
                met.entry(reference(used, name)).or_insert(found);
                // What is missing elsewhere is called there as it was before it was renamed here.
                let before = before(&found, name);
                met.entry(reference(used, before)).or_insert(found);
            }
        }
        met
    }
}

/// What something of a name was called before its environment changed that.
fn before<'a>(found: &Found<'a>, name: &'a str) -> &'a str {
    match found.provision.maker {
        Maker::Plain => &found.by.object.identity.name,
        Maker::Sealed | Maker::Controller => name,
    }
}

fn environment(own: &Rendered) -> Option<Environment<'_>> {
    let environment = own.spec.environment.as_ref()?;
    Some((environment.tier, &environment.name))
}

fn reference<'a>(used: Use<'a>, name: &'a str) -> Met<'a> {
    let object = used.placed.object;
    (
        &object.id.gvk.kind,
        &object.identity.name,
        used.reference.sort.kind,
        name,
    )
}
