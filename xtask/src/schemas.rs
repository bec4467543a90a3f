//! The tables of kinds: from published definitions and the hand-kept files in `schemas/` to
//! `kubernetes.bin`, Kubernetes' own, and `custom.bin`, popular custom ones.

mod custom;
mod encode;
mod hand;
mod union;

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};

use crate::wheel::Wheel;
use crate::{Failure, root};

/// Published definitions, one file for each version of Kubernetes.
const DEFINITIONS: Wheel = Wheel {
    package: "kubernetes-validate",
    version: "1.37.0",
    sha256: "85136d018a27b50ec7fc049d902bfa5193f5976807e6c0f408e3ab6fe078cad9",
};

/// The minor versions of Kubernetes 1 that the table covers.
const MINORS: std::ops::RangeInclusive<u16> = 25..=37;

/// Makes the tables. `modules` is a folder like Go's download cache, to look for Go modules in
/// before the cache itself.
pub(crate) fn write(modules: Option<&str>) -> Result<(), Failure> {
    for (target, bytes) in tables(modules)? {
        fs::write(&target, &bytes)?;
        println!("{target}: {} bytes", bytes.len());
    }
    Ok(())
}

/// Tells whether the tables in the repository are those that would be made.
pub(crate) fn check(modules: Option<&str>) -> Result<(), Failure> {
    for (target, bytes) in tables(modules)? {
        if fs::read(&target)? != bytes {
            return Err(format!("{target} is out of date: run `cargo xtask schemas`").into());
        }
    }
    Ok(())
}

/// Both tables and where they stand.
fn tables(modules: Option<&str>) -> Result<[(Utf8PathBuf, Vec<u8>); 2], Failure> {
    let union = union()?;
    let folder = root().join("crates/k8s-schema");
    Ok([
        (
            folder.join("kubernetes.bin"),
            encode::encode(&union, *MINORS.start())?,
        ),
        (
            folder.join("custom.bin"),
            custom::table(&union, modules.map(Utf8Path::new))?,
        ),
    ])
}

fn union() -> Result<union::Union, Failure> {
    let folder = DEFINITIONS
        .unpacked()?
        .join("kubernetes_validate/kubernetes-json-schema");
    let mut union = union::Union::default();
    for minor in MINORS {
        let file = folder.join(format!("v1.{minor}.0-local/_definitions.json"));
        union.add(&serde_json::from_slice(&fs::read(file)?)?)?;
    }
    let hand = root().join("schemas");
    union.set_enums(&hand::enums(&read(&hand, "enums.txt")?)?)?;
    union.set_required(&hand::required(&read(&hand, "required.txt")?)?)?;
    union.set_lifecycles(
        &hand::lifecycles(&read(&hand, "lifecycle.txt")?)?,
        *MINORS.start(),
    )?;
    union.set_scopes(&hand::cluster_scoped(&read(&hand, "cluster-scoped.txt")?)?)?;
    union.drop_unreachable();
    Ok(union)
}

fn read(folder: &Utf8Path, name: &str) -> Result<String, Failure> {
    let path = folder.join(name);
    fs::read_to_string(&path).map_err(|e| format!("{path}: {e}").into())
}
