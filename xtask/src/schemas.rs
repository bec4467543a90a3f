//! The table of Kubernetes' own kinds: from published definitions and the hand-kept files in
//! `schemas/` to `schemas/kubernetes.bin`.

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

/// Makes the table.
pub(crate) fn write() -> Result<(), Failure> {
    let bytes = table()?;
    fs::write(target(), &bytes)?;
    println!("{}: {} bytes", target(), bytes.len());
    Ok(())
}

/// Tells whether the table in the repository is the one that would be made.
pub(crate) fn check() -> Result<(), Failure> {
    if fs::read(target())? == table()? {
        return Ok(());
    }
    Err(format!("{} is out of date: run `cargo xtask schemas`", target()).into())
}

fn target() -> Utf8PathBuf {
    root().join("crates/k8s-schema/kubernetes.bin")
}

fn table() -> Result<Vec<u8>, Failure> {
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
    encode::encode(&union, *MINORS.start())
}

fn read(folder: &Utf8Path, name: &str) -> Result<String, Failure> {
    let path = folder.join(name);
    fs::read_to_string(&path).map_err(|e| format!("{path}: {e}").into())
}
