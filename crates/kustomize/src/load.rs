//! Finding a kustomization and everything that it names.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Fault, FaultKind, Kept, Node, ReadError, Snapshot, Source};

use crate::Options;
use crate::kustomization::{Kustomization, Operand, document, read};
use crate::paths::{Files, is_remote};
use crate::text::Text;

/// The names a kustomization file may have.
pub const FILE_NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// How many components may take up one another in a row.
const MAX_COMPONENTS: usize = 64;

/// How many components one kustomization may take up, those that they take up included.
const MOST_COMPONENTS: usize = 2_000;

/// The components under way.
#[derive(Default)]
struct Loading {
    /// Their folders, and that of the kustomization before them, the outermost first.
    open: Vec<Utf8PathBuf>,
    /// How many were taken up.
    count: usize,
}

/// Reads the kustomization of a folder, and the components that it takes up.
///
/// # Errors
/// Everything that is wrong with the files themselves; whether the patches in them fit is found
/// when they are applied.
pub fn load(
    snapshot: &dyn Snapshot,
    folder: &Utf8Path,
    options: Options,
) -> Result<Arc<Kustomization>, Vec<Fault>> {
    load_below(snapshot, folder, options, &mut Loading::default())
}

/// Reads a kustomization from a text that need not be a file. Its paths start from `folder`.
///
/// # Errors
/// As for [`load`].
pub fn load_source(
    snapshot: &dyn Snapshot,
    folder: &Utf8Path,
    source: &Arc<Source>,
    options: Options,
) -> Result<Arc<Kustomization>, Vec<Fault>> {
    let node = document(source)?;
    load_document(snapshot, folder, source, &node, options)
}

/// The text of a folder's kustomization, and the document in it.
///
/// # Errors
/// There is no kustomization, or it is not well-formed.
pub fn text(snapshot: &dyn Snapshot, folder: &Utf8Path) -> Result<(Arc<Source>, Node), Vec<Fault>> {
    let path = find(snapshot, folder).map_err(|fault| vec![fault])?;
    let source = snapshot.source(&path).map_err(|error: ReadError| {
        vec![Fault::new(
            FaultKind::Missing,
            format!("`{path}` cannot be read: {error}"),
        )]
    })?;
    let node = document(&source)?;
    Ok((source, node))
}

/// Reads a kustomization that something changed after its text was read.
///
/// # Errors
/// As for [`load`].
pub fn load_document(
    snapshot: &dyn Snapshot,
    folder: &Utf8Path,
    source: &Arc<Source>,
    node: &Node,
    options: Options,
) -> Result<Arc<Kustomization>, Vec<Fault>> {
    complete(
        snapshot,
        folder,
        source,
        node,
        options,
        &mut Loading::default(),
    )
}

/// The path of a folder's kustomization file.
///
/// # Errors
/// If there is none, or more than one.
pub fn find(snapshot: &dyn Snapshot, folder: &Utf8Path) -> Result<Utf8PathBuf, Fault> {
    let paths = FILE_NAMES.map(|name| folder.join(name));
    let mut found = paths
        .into_iter()
        .filter(|path| snapshot.kept(path) == Kept::File);
    match (found.next(), found.next()) {
        (Some(path), None) => Ok(path),
        (Some(first), Some(second)) => Err(Fault::new(
            FaultKind::Conflict,
            format!("`{folder}` has more than one kustomization: {first}, {second}"),
        )
        .help("remove all but one of them")),
        (None, _) => Err(Fault::new(
            FaultKind::Missing,
            format!("`{folder}` has no kustomization"),
        )
        .help(format!("it needs one of {}", FILE_NAMES.join(", ")))),
    }
}

/// The folders of kustomizations that the one in `folder` names, as far as can be told of one that
/// cannot be read in full. Components are not followed.
pub fn named_bases(snapshot: &dyn Snapshot, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
    let source = find(snapshot, folder)
        .ok()
        .and_then(|path| snapshot.source(&path).ok());
    let documents = source.map(|source| source.documents().documents);
    let Some(document) = documents.into_iter().flatten().next() else {
        return Vec::new();
    };
    let lists = ["resources", "bases"].into_iter();
    let entries = lists
        .filter_map(|list| document.view().get(list))
        .flat_map(|list| list.items());
    let folders = entries
        .filter(|entry| !is_remote(entry.text()))
        .filter_map(|entry| manifest::normalize(folder, entry.text()))
        .filter(|found| snapshot.kept(found) == Kept::Folder)
        .map(|found| snapshot.real(&found));
    folders
        .filter(|found| !folder.starts_with(found) && find(snapshot, found).is_ok())
        .collect()
}

fn load_below(
    snapshot: &dyn Snapshot,
    folder: &Utf8Path,
    options: Options,
    loading: &mut Loading,
) -> Result<Arc<Kustomization>, Vec<Fault>> {
    let (source, node) = text(snapshot, folder)?;
    complete(snapshot, folder, &source, &node, options, loading)
}

fn complete(
    snapshot: &dyn Snapshot,
    folder: &Utf8Path,
    source: &Arc<Source>,
    node: &Node,
    options: Options,
    loading: &mut Loading,
) -> Result<Arc<Kustomization>, Vec<Fault>> {
    let (fields, component) = read(source, node)?;
    let files = Files {
        snapshot,
        folder,
        listed: &fields.resources,
        options,
    };
    let mut faults = Vec::new();
    // What a component that is missing would have made of the objects is not known; the objects
    // of a resource that is missing are not there, and the others are what they are.
    let is_left_out = |fault: &Fault| options.leave_out_absent && fault.kind == FaultKind::Remote;
    let is_missing = |fault: &Fault| options.leave_out_absent && fault.kind == FaultKind::Missing;
    let mut left_out = Vec::new();
    let mut resources = Vec::new();
    for text in &fields.resources {
        match operand(&files, text) {
            Ok(operand) => resources.push(operand),
            Err(fault) if is_left_out(&fault) || is_missing(&fault) => {
                left_out.push((text.clone(), fault))
            }
            Err(fault) => faults.push(fault),
        }
    }
    let mut components = Vec::new();
    loading.open.push(snapshot.real(folder));
    for text in &fields.components {
        match load_component(&files, text, loading) {
            Ok(component) => components.push((text.clone(), component)),
            Err(more) => {
                for fault in more {
                    match is_left_out(&fault) {
                        true => left_out.push((text.clone(), fault)),
                        false => faults.push(fault),
                    }
                }
                if loading.count > MOST_COMPONENTS {
                    break;
                }
            }
        }
    }
    loading.open.pop();
    if !faults.is_empty() {
        tell_missing(&mut faults, &left_out);
        faults.sort_by_key(|fault| fault.at.as_ref().map(|at| at.span));
        return Err(faults);
    }
    Ok(Arc::new(Kustomization {
        path: source.path().to_owned(),
        folder: folder.to_owned(),
        source: source.clone(),
        component,
        fields,
        resources,
        components,
        left_out,
    }))
}

/// Tells of what is not there together with other faults: nothing is left out where the rest fails.
pub(crate) fn tell_missing(faults: &mut Vec<Fault>, left_out: &[(Text, Fault)]) {
    let left_out = left_out.iter().map(|(_, fault)| fault);
    faults.extend(
        left_out
            .filter(|fault| fault.kind == FaultKind::Missing)
            .cloned(),
    );
}

/// What an entry of `resources` leads to: a file before anything else.
pub(crate) fn operand(files: &Files<'_>, text: &Text) -> Result<Operand, Fault> {
    let path = text.as_str();
    let is_file = !is_remote(path)
        && manifest::normalize(files.folder, path)
            .is_some_and(|found| files.snapshot.kept(&found) == Kept::File);
    if is_file {
        return Ok(Operand::File(text.clone(), files.path(text)?));
    }
    let folder = files.folder(text)?;
    let (from, to) = (
        files.snapshot.real(files.folder),
        files.snapshot.real(&folder),
    );
    refuse_circle(&from, &to, text)?;
    match find(files.snapshot, &folder) {
        Err(fault) if fault.kind == FaultKind::Missing => Err(fault.at(text.at())),
        _ => Ok(Operand::Base(text.clone(), folder)),
    }
}

/// kustomize takes it for a circle when a kustomization refers to a folder that it stands in.
pub(crate) fn refuse_circle(from: &Utf8Path, to: &Utf8Path, text: &Text) -> Result<(), Fault> {
    if !from.starts_with(to) {
        return Ok(());
    }
    let message = match from == to {
        true => "the kustomization refers to itself".to_owned(),
        false => format!("`{text}` leads to a folder that contains the kustomization itself"),
    };
    Err(Fault::new(FaultKind::Cycle, message)
        .at(text.at())
        .help("kustomize rejects this: a base must not contain the folder that uses it"))
}

fn load_component(
    files: &Files<'_>,
    text: &Text,
    loading: &mut Loading,
) -> Result<Arc<Kustomization>, Vec<Fault>> {
    let folder = files.folder(text).map_err(|fault| vec![fault])?;
    let real = files.snapshot.real(&folder);
    for outer in &loading.open {
        refuse_circle(outer, &real, text).map_err(|fault| vec![fault])?;
    }
    if loading.open.len() > MAX_COMPONENTS {
        let message = format!("more than {MAX_COMPONENTS} components include one another");
        return Err(vec![Fault::new(FaultKind::Limit, message).at(text.at())]);
    }
    loading.count += 1;
    if loading.count > MOST_COMPONENTS {
        let message = format!("more than {MOST_COMPONENTS} components are included");
        return Err(vec![Fault::new(FaultKind::Limit, message).at(text.at())]);
    }
    let component = load_below(files.snapshot, &folder, files.options, loading)
        .map_err(|faults| at_reference(faults, text))?;
    if !component.component {
        let message = format!("`{text}` is a Kustomization, not a Component");
        return Err(vec![
            Fault::new(FaultKind::Field, message)
                .at(text.at())
                .help("name it in `resources`, or make it `kind: Component`"),
        ]);
    }
    Ok(component)
}

/// Faults without a place of their own are told where the folder is referred to.
pub(crate) fn at_reference(mut faults: Vec<Fault>, text: &Text) -> Vec<Fault> {
    for fault in &mut faults {
        if fault.at.is_none() {
            fault.at = Some(text.at().locate());
        }
    }
    faults
}
