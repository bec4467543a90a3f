//! What Argo CD's plugin for vaults fills in.

use manifest::View;

/// What the annotations of Argo CD Vault Plugin begin with.
const VAULT_PLUGIN: &str = "avp.kubernetes.io/";

/// Whether the plugin fills in an object: it takes `<NAME>` for a value that is kept elsewhere.
pub(crate) fn is_for_vault(object: View<'_>) -> bool {
    let annotations = object.get_path(&["metadata", "annotations"]);
    let mut all = annotations.into_iter().flat_map(View::entries);
    all.any(|entry| entry.key.text().starts_with(VAULT_PLUGIN))
}
