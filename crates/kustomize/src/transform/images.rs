//! `images`.

use std::cell::Cell;
use std::ops::Range;

use manifest::{Budget, Fault, FaultKind, Kind, Node, Step, Unit, View};
use regex::Regex;

use super::{Transformer, set_scalars, spend_change};
use crate::accumulate::State;
use crate::compose::Composer;
use crate::decode::{is_null, kind_of};
use crate::edit::{self, At};
use crate::effects::{Directive, Effect};
use crate::fault;
use crate::field_spec::{Leaf, Specs};
use crate::kustomization::Image;
use crate::resource::Resource;
use crate::selector;
use crate::text::Text;

/// Sets names, tags and digests of images.
pub(crate) struct Images {
    image: Image,
    name: Name,
    specs: Specs,
}

/// Which images are meant.
enum Name {
    /// No special characters but `.`, which fits any.
    Dotted(Box<str>),
    Regex(Regex),
}

/// An image's parts, as bytes of the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Parts {
    name: Range<usize>,
    tag: Range<usize>,
    digest: Range<usize>,
}

/// What may stand in a tag or digest.
fn is_tag(c: u8) -> bool {
    c.is_ascii_alphanumeric() || b"_.{}-".contains(&c)
}

impl Name {
    fn new(text: Option<&Text>, budget: &Budget) -> Result<Self, Fault> {
        let name = text.map_or("", Text::as_str);
        let special = |c: char| r"+*?()|[]{}^$\".contains(c);
        match text {
            Some(text) if name.contains(special) => {
                let pattern =
                    format!("^{name}(:[a-zA-Z0-9_.{{}}-]*)?(@sha256:[a-zA-Z0-9_.{{}}-]*)?$");
                selector::compile(&pattern, text, budget).map(Self::Regex)
            }
            _ => Ok(Self::Dotted(name.into())),
        }
    }

    fn fits(&self, image: &str) -> bool {
        match self {
            Self::Regex(regex) => regex.is_match(image),
            Self::Dotted(name) => fits_dotted(name, image).is_some_and(is_suffix),
        }
    }
}

/// What follows `name` in `image`.
fn fits_dotted<'a>(name: &str, image: &'a str) -> Option<&'a str> {
    let mut rest = image.chars();
    for wanted in name.chars() {
        let c = rest.next()?;
        if c != wanted && (wanted != '.' || c == '\n') {
            return None;
        }
    }
    Some(rest.as_str())
}

/// Whether a text is nothing but a tag and a digest, or one of them, or nothing.
fn is_suffix(text: &str) -> bool {
    let text = match text.strip_prefix(':') {
        Some(tag) => tag.trim_start_matches(|c: char| c.is_ascii() && is_tag(c as u8)),
        None => text,
    };
    text.is_empty()
        || text
            .strip_prefix("@sha256:")
            .is_some_and(|digest| digest.bytes().all(is_tag))
}

/// Splits an image at its tag and digest; a port in the host is no tag.
fn split(image: &str) -> Parts {
    let path = match image.find('/') {
        Some(slash) if slash > 0 => slash,
        _ => 0,
    };
    let rest = &image[path..];
    let at = rest.find('@').map(|at| at + path);
    let colon = rest.find(':').map(|at| at + path);
    let end = image.len();
    match (colon, at) {
        (None, None) => Parts {
            name: 0..end,
            tag: end..end,
            digest: end..end,
        },
        (colon, Some(at)) if colon.is_none_or(|colon| at < colon) => Parts {
            name: 0..at,
            tag: end..end,
            digest: at + 1..end,
        },
        (Some(colon), Some(at)) => Parts {
            name: 0..colon,
            tag: colon + 1..at,
            digest: at + 1..end,
        },
        (Some(colon), None) => Parts {
            name: 0..colon,
            tag: colon + 1..end,
            digest: end..end,
        },
        (None, Some(at)) => Parts {
            name: 0..at,
            tag: end..end,
            digest: at + 1..end,
        },
    }
}

impl Images {
    pub(crate) fn new(image: &Image, specs: &Specs, budget: &Budget) -> Result<Self, Fault> {
        Ok(Self {
            image: image.clone(),
            name: Name::new(image.name.as_ref(), budget)?,
            specs: specs.clone(),
        })
    }

    fn step(&self) -> Step {
        let image = &self.image;
        let by = [
            &image.new_tag,
            &image.digest,
            &image.new_name,
            &image.tag_suffix,
        ];
        let by = by
            .into_iter()
            .flatten()
            .next()
            .map(|text| text.at().clone());
        Step {
            name: "images",
            by: by.or(image.at.clone()),
        }
    }

    /// The image with what is asked for; none if it is not meant, or is already done. One that is
    /// set to what it was comes from here all the same.
    fn value(&self, old: View<'_>, step: &Step, effect: &Cell<Effect>) -> Option<Node> {
        let text = old.text();
        if !self.name.fits(text) {
            return None;
        }
        let parts = split(text);
        let image = &self.image;
        let mut new = match &image.new_name {
            Some(name) => Composer::new().text(name),
            None => Composer::new().slice(old, parts.name.clone()),
        };
        let (new_tag, new_digest) = (&image.new_tag, &image.digest);
        new = match (new_tag, new_digest, &image.tag_suffix) {
            (Some(tag), _, _) => new.str(":").text(tag),
            (None, Some(_), _) => new,
            (None, None, Some(suffix)) => new.str(":").slice(old, parts.tag.clone()).text(suffix),
            (None, None, None) if parts.tag.is_empty() => new,
            (None, None, None) => new.str(":").slice(old, parts.tag.clone()),
        };
        let keeps_digest = new_tag.is_none() && image.tag_suffix.is_none();
        new = match new_digest {
            Some(digest) => new.str("@").text(digest),
            None if keeps_digest && !parts.digest.is_empty() => {
                new.str("@").slice(old, parts.digest.clone())
            }
            None => new,
        };
        let node = new.finish_like(old, step);
        let is_own = |made: &Step| made.name == step.name && made.by == step.by;
        let is_done = matches!(old, View::Made(made) if is_own(&made.step));
        let changed = node.view().text() != text;
        effect.set(Effect::of(changed).max(effect.get()));
        (!is_done || changed).then_some(node)
    }

    fn set(
        &self,
        resource: &mut Resource,
        step: &Step,
        effect: &Cell<Effect>,
        budget: &Budget,
    ) -> Result<(), Fault> {
        if &*resource.gvk.kind == "CustomResourceDefinition" {
            return Ok(());
        }
        let mut places = Places::default();
        places.search(resource.view())?;
        budget.spend(Unit::Steps, places.seen / 16)?;
        let mut changes = Vec::new();
        for (place, old) in places.found {
            if let Some(new) = self.value(old, step, effect) {
                changes.push((place.into_iter().map(Way::owned).collect::<Vec<_>>(), new));
            }
        }
        for (place, new) in changes {
            let way: Vec<At<'_>> = place.iter().map(Way::borrowed).collect();
            spend_change(budget, &way, &new)?;
            edit::set(&mut resource.node, &way, new, step);
        }
        let value = |old: Option<View<'_>>| old.and_then(|old| self.value(old, step, effect));
        for spec in self.specs.iter() {
            set_scalars(resource, spec, Leaf::Existing, step, budget, &value)?;
        }
        Ok(())
    }
}

impl Transformer for Images {
    fn apply(&self, state: &mut State, budget: &Budget) -> Vec<Fault> {
        let step = self.step();
        let effect = Cell::new(Effect::Unmatched);
        let mut faults = Vec::new();
        for resource in state.objects.iter_mut() {
            faults.extend(self.set(resource, &step, &effect, budget).err());
            if budget.exceeded().is_some() {
                return faults;
            }
        }
        let at = self.image.name.as_ref().map(Text::at);
        let at = at.or(self.image.at.as_ref());
        state.effects.note(Directive::Image, at, effect.get());
        faults
    }
}

/// A step to an image that outlives the object's view.
enum Way {
    Key(Box<str>),
    Item(usize),
}

impl Way {
    fn owned(at: At<'_>) -> Self {
        match at {
            At::Key(key) => Self::Key(key.into()),
            At::Item(index) => Self::Item(index),
        }
    }

    fn borrowed(&self) -> At<'_> {
        match self {
            Self::Key(key) => At::Key(key),
            Self::Item(index) => At::Item(*index),
        }
    }
}

/// The images of all lists of containers, at any depth.
#[derive(Default)]
struct Places<'o> {
    here: Vec<At<'o>>,
    found: Vec<(Vec<At<'o>>, View<'o>)>,
    /// How many entries and items were looked at.
    seen: usize,
}

impl<'o> Places<'o> {
    fn search(&mut self, view: View<'o>) -> Result<(), Fault> {
        match view.kind() {
            Kind::Map => {
                for entry in view.entries() {
                    self.seen += 1;
                    let key = entry.key.text();
                    if entry.value.kind() == Kind::Scalar {
                        continue;
                    }
                    self.here.push(At::Key(key));
                    self.search(entry.value)?;
                    if matches!(key, "containers" | "initContainers") {
                        self.containers(entry.value)?;
                    }
                    self.here.pop();
                }
            }
            Kind::Seq => {
                for (index, item) in view.items().enumerate() {
                    self.seen += 1;
                    if item.kind() == Kind::Scalar {
                        continue;
                    }
                    self.here.push(At::Item(index));
                    self.search(item)?;
                    self.here.pop();
                }
            }
            Kind::Scalar | Kind::Alias => {}
        }
        Ok(())
    }

    fn containers(&mut self, list: View<'o>) -> Result<(), Fault> {
        for (index, container) in list.items().enumerate() {
            if is_null(container) {
                continue;
            }
            if !container.is_map() {
                let message = format!("a container is a mapping, not {}", kind_of(container));
                let place = container.origin();
                return Err(fault::at(FaultKind::Field, message, place.as_ref())
                    .help("`images` looks into every list of containers"));
            }
            let Some(image) = container.get("image") else {
                continue;
            };
            if image.kind() != Kind::Scalar {
                let message = format!("an image is text, not {}", kind_of(image));
                let place = image.origin();
                return Err(fault::at(FaultKind::Field, message, place.as_ref()));
            }
            let mut place = self.here.clone();
            place.extend([At::Item(index), At::Key("image")]);
            self.found.push((place, image));
        }
        Ok(())
    }
}
