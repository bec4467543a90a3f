//! The table of popular custom kinds: from the packages in `schemas/custom/origins.txt` and the
//! kinds written by hand to `custom.bin`.

mod archive;
mod crd;
mod encode;
mod hand;
mod kinds;
mod models;
mod origins;
mod rust;
mod shape;
mod share;
mod whole;

use std::collections::HashMap;
use std::fs;

use camino::Utf8Path;

use self::archive::{Package, Registry};
use self::kinds::Known;
use self::origins::Origin;
use self::share::Core;
use super::union::Union;
use crate::{Failure, root};

/// Makes the table. `modules` is a folder like Go's download cache.
pub(crate) fn table(union: &Union, modules: Option<&Utf8Path>) -> Result<Vec<u8>, Failure> {
    let core = Core::of(union);
    let hand = root().join("schemas/custom");
    let list = fs::read_to_string(hand.join("origins.txt"))?;
    let mut known = Known::default();
    for origin in origins::read(&list)? {
        match origin {
            Origin::Package {
                registry,
                name,
                version,
                sha256,
                is_old,
                parts,
            } => {
                let package = Package {
                    registry,
                    name,
                    version,
                    sha256,
                };
                read(&package, is_old, &parts, modules, &core, &mut known)?;
            }
            Origin::Hand { file, is_old } => {
                let text = fs::read_to_string(hand.join(file))?;
                hand::read(&text, is_old, &core, &mut known).map_err(|e| format!("{file}: {e}"))?;
            }
            Origin::Optional {
                group,
                kind,
                fields,
            } => known.set_optional(group, kind, &fields)?,
            Origin::File { group } => known.set_file(group),
            Origin::Alias { alias, api_version } => {
                if known.alias(alias, api_version) == 0 {
                    return Err(format!("origins.txt: nothing is known of {api_version}").into());
                }
            }
        }
    }
    for kind in known.kinds.values_mut() {
        kind.root = core.share_fields(std::mem::take(&mut kind.root));
    }
    println!("{} kinds", known.kinds.len());
    let numbered = union.definitions.keys().map(String::as_str).zip(0..);
    encode::encode(&known, &numbered.collect::<HashMap<&str, u16>>())
}

fn read(
    package: &Package<'_>,
    is_old: bool,
    parts: &[Vec<&str>],
    modules: Option<&Utf8Path>,
    core: &Core<'_>,
    known: &mut Known,
) -> Result<(), Failure> {
    let before = known.kinds.len();
    let first = |part: &Vec<&str>| part.first().copied().unwrap_or_default().to_owned();
    let names: Vec<String> = parts.iter().map(first).collect();
    match package.registry {
        Registry::Go => {
            for text in package.files(&names, modules)?.values() {
                crd::read(text, is_old, known);
            }
        }
        Registry::Crates => {
            let folder = |group: &String| format!("src/{}", group.replace(['.', '-'], "_"));
            let folders: Vec<String> = names.iter().map(folder).collect();
            for text in package.files(&folders, modules)?.values() {
                rust::read(text, known);
            }
        }
        Registry::Npm => {
            let files = package.files(&names, modules)?;
            let files = files
                .into_iter()
                .map(|(path, text)| (path.trim_end_matches(".d.ts").to_owned(), text))
                .collect();
            for part in parts {
                if let [group, cluster_scoped @ ..] = part.as_slice() {
                    models::read(&files, group, cluster_scoped, core, known);
                }
            }
        }
    }
    let new = known.kinds.len() - before;
    println!("{} {}: {new} new kinds", package.name, package.version);
    Ok(())
}
