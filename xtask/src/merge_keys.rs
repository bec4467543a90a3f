//! The table by which kustomize merges lists.

use std::fs;

use manifest::Source;

use crate::wheel::Wheel;
use crate::{Failure, root};

/// Published definitions of the Kubernetes version that kustomize knows.
const DEFINITIONS: Wheel = Wheel {
    package: "kubernetes-validate",
    version: "1.28.3",
    sha256: "916b8539c570958ca4742a09d42c9a29b7b89bfb3a04972a40abfa63f797b850",
};

const DOCUMENT: &str = "kubernetes_validate/kubernetes-json-schema/v1.21.0-local/_definitions.json";
const TABLE: &str = "crates/kustomize/tables/merge-keys.bin";

/// Writes the table anew.
pub(crate) fn write() -> Result<(), Failure> {
    let text = fs::read_to_string(DEFINITIONS.unpacked()?.join(DOCUMENT))?;
    let source = Source::built_in("definitions", &text);
    let expanded = source.documents();
    let document = expanded.documents.first().ok_or("no definitions")?;
    let table = kustomize::openapi::compile(document.view(), is_served);
    println!("{TABLE}: {} bytes of {DEFINITIONS}", table.len());
    fs::write(root().join(TABLE), table)?;
    Ok(())
}

/// Whether a cluster with default settings serves the definition: kustomize's document comes
/// from such a one.
fn is_served(definition: &str) -> bool {
    let is_alpha = definition
        .split('.')
        .any(|part| part.starts_with('v') && part.contains("alpha"));
    !is_alpha && definition != "io.k8s.api.core.v1.EphemeralContainers"
}
