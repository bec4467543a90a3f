//! Where values come from, for everything that can be rendered here: the fixtures, and those of
//! the conformance kit where the variable `GITOPSLINT_CONFORMANCE` names it.

use camino::{Utf8Path, Utf8PathBuf};
use gitopslint::render;
use gitopslint::report::annotated;
use gitopslint::snapshot::{Disk, Repository};
use gitopslint::trace::{PathQuery, Value, trace};
use kustomize::Options;
use manifest::{FieldPath, Object, View};
use spanned_yaml::Tree;

/// How many values of an object are followed.
const MOST_PATHS: usize = 40;

/// Calls a function with the objects of each kustomization that renders, and its folder.
fn each(mut examine: impl FnMut(&Utf8Path, &[Object])) {
    let own = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut roots = subfolders(&own);
    if let Ok(kit) = std::env::var("GITOPSLINT_CONFORMANCE") {
        let groups = subfolders(&Utf8Path::new(&kit).join("kustomize"));
        let cases = groups.iter().flat_map(|group| subfolders(group));
        roots.extend(cases.map(|case| case.join("in")));
    }
    let mut count = 0;
    for root in roots {
        let disk = Disk::new(&root).unwrap();
        let files = disk.walk().files;
        for folder in files.iter().filter_map(|file| file.parent()) {
            if !render::is_kustomization(&disk, folder) {
                continue;
            }
            if let Ok(objects) = render::objects(&disk, folder, Options::default()) {
                examine(folder, &objects);
                count += 1;
            }
        }
    }
    assert!(count > 5, "the fixtures were not found");
}

fn subfolders(folder: &Utf8Path) -> Vec<Utf8PathBuf> {
    let entries = folder.read_dir_utf8().unwrap().map(Result::unwrap);
    let mut folders: Vec<_> = entries.map(|entry| entry.into_path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    folders
}

fn uncommented(text: &str) -> String {
    let tree = Tree::parse(text);
    let mut left = String::new();
    let mut done = 0;
    for comment in tree.comments() {
        left.push_str(text[done..comment.start as usize].trim_end_matches(' '));
        done = comment.end as usize;
    }
    left + &text[done..]
}

#[test]
fn comments_change_nothing() {
    each(|folder, objects| {
        let Ok(plain) = kustomize::print(objects) else {
            return;
        };
        let commented = annotated(objects).unwrap();
        assert_eq!(uncommented(&commented), plain, "{folder}");
    });
}

/// The paths of scalars, with their content.
fn scalars(value: View<'_>, path: &mut FieldPath, found: &mut Vec<(String, String)>) {
    if found.len() == MOST_PATHS {
        return;
    }
    for entry in value.entries() {
        let key = entry.key.text();
        if key.contains(|c: char| c.is_control() || "\\\"=".contains(c)) {
            continue;
        }
        path.push_key(key);
        scalars(entry.value, path, found);
        path.pop();
    }
    for (at, item) in value.items().enumerate() {
        path.push_index(at);
        scalars(item, path, found);
        path.pop();
    }
    if !value.is_map() && !value.is_seq() {
        found.push((path.to_string(), value.text().to_owned()));
    }
}

#[test]
fn a_life_ends_with_what_is_applied() {
    each(|folder, objects| {
        for object in objects {
            let mut found = Vec::new();
            scalars(object.node.view(), &mut FieldPath::default(), &mut found);
            for (path, content) in found {
                let query = PathQuery::parse(&path).unwrap();
                let traced = trace(folder, objects, object, &query)
                    .unwrap_or_else(|none| panic!("{folder} {} {path}: {none:?}", object.id));
                let last = traced.events.last().map(|event| &event.value);
                let is_same = match last {
                    Some(Value::Scalar(text)) => *text == content || text.contains('‹'),
                    Some(Value::Redacted) => true,
                    _ => false,
                };
                assert!(is_same, "{folder} {} {path}: {last:?}", object.id);
            }
        }
    });
}
