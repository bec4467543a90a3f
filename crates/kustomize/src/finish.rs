//! What happens once, at the very top: hashes, references, vars, order.

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Budget, Fault, FaultKind, Node, Object, Span, Step, Unit, View};

use crate::accumulate::{Accumulated, all};
use crate::edit::{self, At};
use crate::generate::hash;
use crate::metadata;
use crate::options::{Options, Reorder};
use crate::order::{self, Order, Ranks};
use crate::read;
use crate::refer::{name_reference, vars};
use crate::resource::{Origin, Resource};
use crate::text::Text;

/// Objects with this annotation are for kustomize itself and not given out.
const LOCAL: &str = "config.kubernetes.io/local-config";
const ORIGIN: &str = "config.kubernetes.io/origin";
const TRANSFORMATIONS: &str = "alpha.config.kubernetes.io/transformations";
const MANAGED_BY: &str = "app.kubernetes.io/managed-by";

/// The program and version that `buildMetadata: [managedByLabel]` names.
const MANAGER: &str = "kustomize-v5.5.0";

/// Notes that kustomize keeps in annotations while it works.
const NOTES: &[&str] = &[
    "internal.config.kubernetes.io/previousKinds",
    "internal.config.kubernetes.io/previousNames",
    "internal.config.kubernetes.io/prefixes",
    "internal.config.kubernetes.io/suffixes",
    "internal.config.kubernetes.io/previousNamespaces",
    "internal.config.kubernetes.io/allowNameChange",
    "internal.config.kubernetes.io/allowKindChange",
    "internal.config.kubernetes.io/refBy",
    "internal.config.kubernetes.io/generatorBehavior",
    "internal.config.kubernetes.io/needsHashSuffix",
    "internal.config.kubernetes.io/path",
    "internal.config.kubernetes.io/index",
    "internal.config.kubernetes.io/seqindent",
    "internal.config.kubernetes.io/id",
    "internal.config.kubernetes.io/annotations-migration-resource-id",
    "config.kubernetes.io/path",
    "config.kubernetes.io/index",
    "config.k8s.io/id",
];

/// Turns what a kustomization came to into the objects that are applied.
///
/// # Errors
/// References that fit several objects, vars without a value, objects that have the same
/// identity, and what the kustomization's `sortOptions` get wrong.
pub fn finish(accumulated: &Accumulated, options: Options) -> Result<Vec<Object>, Vec<Fault>> {
    finish_within(accumulated, options, &Budget::default())
}

/// As [`finish`], within what a budget has left once it is charged for what accumulating took.
///
/// # Errors
/// As for [`finish`], or a limit is reached: then the fault stands where the kustomization does.
pub fn finish_within(
    accumulated: &Accumulated,
    options: Options,
    budget: &Budget,
) -> Result<Vec<Object>, Vec<Fault>> {
    let whole = |mut faults: Vec<Fault>| {
        let start = || accumulated.root.source.locate(Span::new(0, 0));
        for fault in faults.iter_mut().filter(|f| f.kind == FaultKind::Limit) {
            fault.at.get_or_insert_with(start);
        }
        faults
    };
    budget
        .inherit(&accumulated.taken())
        .map_err(|exceeded| whole(exceeded.into()))?;
    finished(accumulated, options, budget).map_err(whole)
}

fn finished(
    accumulated: &Accumulated,
    options: Options,
    budget: &Budget,
) -> Result<Vec<Object>, Vec<Fault>> {
    let mut objects = accumulated.state.objects.clone();
    let config = accumulated.state.config();
    let fields = &accumulated.root.fields;
    budget.spend(Unit::Objects, objects.as_slice().len())?;
    // Whatever becomes of them, all of them are read and printed.
    let sizes = objects.iter().map(|resource| {
        let stood = resource.view().origin();
        stood.map_or(0, |src| src.source.tree.span(src.node).len() as usize)
    });
    budget.spend(Unit::Bytes, sizes.sum())?;
    all(hash::add(objects.list_mut(), budget))?;
    all(name_reference::fix(objects.list_mut(), &config, budget))?;
    let vars = &accumulated.state.vars;
    let faults = vars::resolve(objects.list_mut(), vars, &config, budget);
    if let Some(exceeded) = budget.exceeded() {
        return Err(exceeded.into());
    }
    if accumulated.state.left_out.is_empty() {
        all(faults)?;
    }
    let faults = objects.iter().filter_map(|r| read::check(r.view()).err());
    all(faults.collect())?;
    objects.list_mut().retain(|resource| !is_local(resource));
    all(objects.check_unique())?;
    let order = match &fields.sort_options {
        Some(sort_options) => order::of_options(sort_options).map_err(|fault| vec![fault])?,
        None if options.reorder == Reorder::Legacy => Order::ByKind(Ranks::standard()),
        None => Order::Kept,
    };
    let mut resources = objects.into_list();
    if let Order::ByKind(ranks) = order {
        resources = order::sort(resources, &ranks);
    }
    let asks = |option: &str| fields.build_metadata.iter().find(|t| t.as_str() == option);
    let metadata = Metadata {
        managed_by: asks("managedByLabel"),
        origins: asks("originAnnotations"),
        transformations: asks("transformerAnnotations"),
        folder: accumulated.root.folder(),
    };
    Ok(resources
        .into_iter()
        .map(|resource| metadata.object(resource))
        .collect())
}

fn is_local(resource: &Resource) -> bool {
    resource
        .view()
        .get_path(&["metadata", "annotations", LOCAL])
        .is_some_and(|value| value.text() != "false")
}

/// What `buildMetadata` asks for.
struct Metadata<'a> {
    managed_by: Option<&'a Text>,
    origins: Option<&'a Text>,
    transformations: Option<&'a Text>,
    /// Where the build starts, from which paths are told.
    folder: &'a Utf8Path,
}

impl Metadata<'_> {
    fn object(&self, mut resource: Resource) -> Object {
        if let Some(text) = self.managed_by {
            let step = Step::new("buildMetadata", text.at().clone());
            let way = [At::Key("metadata"), At::Key("labels"), At::Key(MANAGED_BY)];
            let value = Node::text(MANAGER, step.clone());
            edit::set(&mut resource.node, &way, value, &step);
        }
        let node = &mut resource.node;
        if node.view().get("metadata").is_none_or(View::is_null) {
            let step = Step::own("annotations");
            edit::set(node, &[At::Key("metadata")], edit::map_of([], &step), &step);
        }
        metadata::stringify(node, "annotations", |key| {
            NOTES.contains(&key) || key == ORIGIN || key == TRANSFORMATIONS
        });
        if let (Some(text), Some(origin)) = (self.origins, &resource.origin) {
            let told = self.tell(origin, "");
            annotate(&mut resource.node, ORIGIN, told, text);
        }
        if let Some(text) = self.transformations
            && !resource.transformations.is_empty()
        {
            let told = resource.transformations.iter().map(|origin| {
                let told = self.tell(origin, "  ");
                format!("- {}", told.trim_start())
            });
            annotate(&mut resource.node, TRANSFORMATIONS, told.collect(), text);
        }
        Object::renamed(resource.node, resource.identity)
    }

    /// An origin as YAML.
    fn tell(&self, origin: &Origin, indent: &str) -> String {
        match origin {
            Origin::File(path) => format!("{indent}path: {}\n", self.relative(path)),
            Origin::Configured { file, by } => {
                let mut text = format!(
                    "{indent}configuredIn: {}\n{indent}configuredBy:\n",
                    self.relative(file)
                );
                let mut field = |name: &str, value: &str| {
                    if !value.is_empty() {
                        text.push_str(&format!("{indent}  {name}: {value}\n"));
                    }
                };
                field("apiVersion", &by.gvk.api_version());
                field("kind", &by.gvk.kind);
                field("name", &by.name);
                field("namespace", &by.namespace);
                text
            }
        }
    }

    /// A path as seen from the folder of the build.
    fn relative(&self, path: &Utf8Path) -> Utf8PathBuf {
        let mut from = self.folder.components().peekable();
        let mut to = path.components().peekable();
        while from.peek().is_some() && from.peek() == to.peek() {
            from.next();
            to.next();
        }
        from.map(|_| "..".to_owned())
            .chain(to.map(|part| part.as_str().to_owned()))
            .collect()
    }
}

fn annotate(node: &mut Node, key: &str, value: String, text: &Text) {
    let step = Step::new("buildMetadata", text.at().clone());
    let way = [At::Key("metadata"), At::Key("annotations"), At::Key(key)];
    let value = Node::text(value, step.clone());
    edit::set(node, &way, value, &step);
}
