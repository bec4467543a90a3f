//! One set of parameters for each folder, or for each file, of a git repository.

use std::rc::Rc;

use camino::{Utf8Path, Utf8PathBuf};
use go_template::{List, Map, Text, TextBuilder, Trace, Value};
use manifest::{Dialect, Fault, FaultKind, Kind, Node, Snapshot, Src, View};

use super::files::Repository;
use super::{Generated, Run, Stop, fault, map_of};
use crate::applicationset::functions::normalize;
use crate::applicationset::params::{self, Params};
use crate::applicationset::{Unknown, UnknownKind};
use crate::document::first_document;
use crate::shape::{Reader, Shape};

impl<'a> Run<'a> {
    pub(super) fn git(&mut self, own: View<'_>, at: Option<Src>) -> Generated<Vec<Params>> {
        self.check_project(at.as_ref())?;
        let directories: Vec<View<'_>> = items(own, "directories");
        let files: Vec<View<'_>> = items(own, "files");
        if directories.is_empty() && files.is_empty() {
            let message = "a git generator needs `directories` or `files`";
            return Err(fault(FaultKind::Field, message, own).into());
        }
        let text = |key: &str| own.get(key).map_or("", View::text).to_owned();
        let url = text("repoURL");
        let Some(repository) = self.files.repository(self.world, &url, &text("revision")) else {
            let at = own.get("repoURL").and_then(View::origin).or(at);
            let what = UnknownKind::Repository(url);
            return Err(Stop::Unknown(Unknown { what, at }));
        };
        match directories.is_empty() {
            false => self.git_directories(&repository, own, &directories, at.as_ref()),
            true => self.git_files(&repository, own, &files, at.as_ref()),
        }
    }

    /// Whether the controller finds the project for which it reads a repository.
    fn check_project(&self, at: Option<&Src>) -> Generated<()> {
        let project = &self.project;
        let is_known = !project.is_empty() && self.world.has_project(project);
        if project.contains("{{") || is_known {
            return Ok(());
        }
        let message = match project.is_empty() {
            true => "the template names no project, without which no repository is read".to_owned(),
            false => {
                format!("there is no project `{project}`, without which no repository is read")
            }
        };
        let fault = Fault::new(FaultKind::Missing, message);
        Err(match at {
            Some(at) => fault.at(at),
            None => fault,
        }
        .into())
    }

    fn git_directories(
        &mut self,
        repository: &Repository<'a>,
        own: View<'_>,
        patterns: &[View<'_>],
        at: Option<&Src>,
    ) -> Generated<Vec<Params>> {
        let mut chosen: Vec<(Utf8PathBuf, Option<Src>)> = Vec::new();
        let (out, included): (Vec<View<'_>>, Vec<View<'_>>) = patterns
            .iter()
            .copied()
            .partition(|item| is_excluded(*item));
        for item in included {
            let pattern = item.get("path").unwrap_or(View::Gone);
            let found = self
                .files
                .folders(repository, pattern.text(), &mut self.work);
            let found = found.map_err(|failure| self.failed(failure, own))?;
            let place = pattern.origin().or_else(|| item.origin());
            chosen.extend(found.iter().map(|path| (path.clone(), place.clone())));
        }
        let mut excluded = Vec::new();
        for item in out {
            let pattern = item.get("path").map_or("", View::text);
            let found = self.files.folders(repository, pattern, &mut self.work);
            let found = found.map_err(|failure| self.failed(failure, own))?;
            excluded.extend(found.iter().cloned());
        }
        excluded.sort_unstable();
        // A folder that several patterns fit is there once, by the first of them.
        chosen.sort_by(|(a, _), (b, _)| a.cmp(b));
        chosen.dedup_by(|(a, _), (b, _)| a == b);
        chosen.retain(|(path, _)| excluded.binary_search(path).is_err());
        let mut all = Vec::new();
        for (path, place) in chosen {
            let trace = self.places.trace(place.as_ref());
            let map = self.path_params(Map::default(), own, &path, None, trace);
            let from = place.into_iter().collect();
            let mut set = Params {
                map: Rc::new(map),
                from,
            };
            self.add_values(own.get("values"), &mut set)?;
            self.push(&mut all, set, at)?;
        }
        Ok(all)
    }

    fn git_files(
        &mut self,
        repository: &Repository<'a>,
        own: View<'_>,
        patterns: &[View<'_>],
        at: Option<&Src>,
    ) -> Generated<Vec<Params>> {
        let mut chosen = Vec::new();
        let mut excluded = Vec::new();
        for item in patterns {
            let pattern = item.get("path").unwrap_or(View::Gone);
            let globbing = self.options.globbing;
            let work = &mut self.work;
            let found = self.files.files(repository, pattern.text(), globbing, work);
            let found = match found {
                Ok(Ok(found)) => found,
                Ok(Err(message)) => {
                    let at = if pattern.origin().is_some() {
                        pattern
                    } else {
                        *item
                    };
                    return Err(fault(FaultKind::Field, message, at).into());
                }
                Err(failure) => return Err(self.failed(failure, own)),
            };
            match is_excluded(*item) {
                true => excluded.extend(found.iter().cloned()),
                false => chosen.extend(found.iter().cloned()),
            }
        }
        chosen.sort_unstable();
        chosen.dedup();
        excluded.sort_unstable();
        chosen.retain(|path| excluded.binary_search(path).is_err());
        let mut all = Vec::new();
        for path in chosen {
            let (objects, start) = self.config(repository.snapshot, &path, own)?;
            for object in objects {
                let place = object.as_ref().and_then(|object| object.view().origin());
                let value = match &object {
                    Some(object) => params::value(object.view(), &mut self.places, &mut self.work),
                    None => Ok(Value::NIL),
                };
                let value = value.map_err(|failure| self.failed(failure, own))?;
                let given = map_of(&value).unwrap_or_default();
                let given = match self.is_go {
                    true => copied(&given),
                    false => self.flat(&given, own)?,
                };
                let trace = self.places.trace(start.as_ref());
                let folder = match path.parent() {
                    Some(folder) if !folder.as_str().is_empty() => folder,
                    _ => Utf8Path::new("."),
                };
                let name = path.file_name();
                let map = self.path_params(given, own, folder, name, trace);
                let mut set = Params {
                    map: Rc::new(map),
                    from: place.or_else(|| start.clone()).into_iter().collect(),
                };
                self.add_values(own.get("values"), &mut set)?;
                self.push(&mut all, set, at)?;
            }
        }
        Ok(all)
    }

    /// Parameters with a name for each value, all of it text.
    fn flat(&mut self, given: &Map, at: View<'_>) -> Generated<Map> {
        let flat = params::flatten(given, &mut self.work);
        let flat = flat.map_err(|failure| self.failed(failure, at))?;
        for (key, entry) in flat.entries() {
            let text = params::printed(&entry.value, &mut self.work);
            let text = text.map_err(|failure| self.failed(failure, at))?;
            flat.set(key, Value::text(text));
        }
        Ok(flat)
    }

    /// The objects of a file, none for an object that is null, and the place of the file's start.
    fn config(
        &mut self,
        snapshot: &'a dyn Snapshot,
        path: &Utf8Path,
        at: View<'_>,
    ) -> Generated<(Vec<Option<Node>>, Option<Src>)> {
        let source = snapshot.source(path).map_err(|error| {
            let message = format!("{path} cannot be read: {error}");
            Stop::from(fault(FaultKind::Missing, message, at))
        })?;
        let start = self.files.start(&source);
        let wrong = |message: &str, node: Option<&Node>| -> Stop {
            let place = node.and_then(|node| node.view().origin());
            let fault = Fault::new(FaultKind::Field, message);
            match place.as_ref().or(start.as_ref()) {
                Some(place) => fault.at(place).into(),
                None => fault.into(),
            }
        };
        let Some(document) = first_document(&source)? else {
            return Ok((vec![None], start));
        };
        let mut reader = Reader::new(Dialect::Kubectl);
        let read = reader.read(document.view(), &Shape::Any, "the file");
        if let Some(fault) = reader.faults.into_iter().next() {
            return Err(fault.into());
        }
        let Some(read) = read else {
            return Ok((vec![None], start));
        };
        let objects = match read.view().kind() {
            Kind::Map => vec![Some(read)],
            Kind::Seq => {
                let mut items = read.view().items();
                if let Some(item) = items.find(|item| !item.is_map() && !item.is_null()) {
                    let message = "each item of this file has to be a mapping of parameters";
                    return Err(wrong(message, Some(&item.to_node())));
                }
                let items = read.view().items();
                items
                    .map(|item| item.is_map().then(|| item.to_node()))
                    .collect()
            }
            _ => {
                let message = "this file has to be a mapping of parameters, or a list of mappings";
                return Err(wrong(message, Some(&read)));
            }
        };
        Ok((objects, start))
    }

    /// Adds what a path tells: `path.basename` and so on.
    fn path_params(
        &mut self,
        given: Map,
        own: View<'_>,
        path: &Utf8Path,
        filename: Option<&str>,
        trace: Trace,
    ) -> Map {
        let prefix = own.get("pathParamPrefix").map_or("", View::text);
        let base = path.file_name().unwrap_or(path.as_str());
        let text = |text: &str| Value::text(made(text, trace));
        let mut about = vec![
            ("basename", text(base)),
            ("basenameNormalized", text(&normalize(base))),
        ];
        if let Some(name) = filename {
            about.push(("filename", text(name)));
            about.push(("filenameNormalized", text(&normalize(name))));
        }
        let segments = path.as_str().split('/');
        if !self.is_go {
            let name = match prefix {
                "" => "path".to_owned(),
                prefix => format!("{prefix}.path"),
            };
            given.set(name.as_str(), text(path.as_str()));
            for (key, value) in about {
                given.set(format!("{name}.{key}"), value);
            }
            for (index, segment) in segments.enumerate() {
                if !segment.is_empty() {
                    given.set(format!("{name}[{index}]"), text(segment));
                }
            }
            return given;
        }
        let map: Map = about.into_iter().collect();
        map.set("path", text(path.as_str()));
        let segments = List::strings(segments.map(text).collect());
        map.set("segments", Value::from(segments).traced(trace));
        let map = Value::from(map).traced(trace);
        match prefix {
            "" => given.set("path", map),
            prefix => given.set(prefix, Value::from(Map::from_iter([("path", map)]))),
        }
        given
    }
}

fn items<'a>(own: View<'a>, key: &str) -> Vec<View<'a>> {
    own.get(key).into_iter().flat_map(View::items).collect()
}

fn is_excluded(item: View<'_>) -> bool {
    item.get("exclude")
        .is_some_and(|flag| flag.text() == "true")
}

/// Text that came from somewhere as a whole.
fn made(text: &str, trace: Trace) -> Text {
    let mut built = TextBuilder::new(usize::MAX);
    built.push_made(text.as_bytes(), trace);
    built.finish().unwrap_or_else(|_| text.into())
}

fn copied(map: &Map) -> Map {
    let copy = Map::new(map.of());
    for (key, entry) in map.entries() {
        copy.insert(key, entry);
    }
    copy
}
