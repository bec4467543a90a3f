//! Values that are neither copied nor shown.

use manifest::{Kind, View};

use crate::field::{Role, telling_name};
use crate::file::text_of;
use crate::path::{Path, Step};

/// Says, of a name and a value, whether the value must not be seen: what looks like a credential,
/// what is named like one.
pub type Guard<'a> = &'a dyn Fn(&str, &str) -> bool;

/// How deep values are searched.
const DEPTH_LIMIT: usize = 128;

/// Whether a value is one that nobody may see, or holds one. The path is the document's own.
pub(crate) fn is_sensitive(
    role: &Role,
    path: &Path,
    value: View<'_>,
    guard: Option<Guard<'_>>,
) -> bool {
    is_kept_in(role, path) || holds(telling_name(path), value, guard, 0)
}

/// Whether everything at a place is sensitive.
fn is_kept_in(role: &Role, path: &Path) -> bool {
    let has = |key: &str| path.names().any(|name| name == key);
    match role {
        Role::Encrypted => true,
        Role::Object(gvk) => match &*gvk.kind {
            "Secret" => has("data") || has("stringData"),
            "SealedSecret" => has("encryptedData"),
            _ => false,
        },
        Role::Kustomization => has("secretGenerator") && has("literals"),
        // What kind is patched is not known here: a ConfigMap's data has to be told otherwise.
        Role::JsonPatch => matches!(path.steps(), [Step::Item(item), ..]
            if ["/data/", "/stringData", "/encryptedData"].iter().any(|p| item.name().contains(p))),
        Role::Chart | Role::Values | Role::Line(_) => false,
    }
}

fn holds(name: &str, value: View<'_>, guard: Option<Guard<'_>>, depth: usize) -> bool {
    if depth > DEPTH_LIMIT {
        return true;
    }
    match value.kind() {
        Kind::Map => {
            // Of a variable and a parameter the name says what the value is.
            let told = value.get("name").map(text_of);
            value.entries().any(|entry| {
                let key = entry.key.text();
                let name = told.filter(|_| key == "value").unwrap_or(key);
                holds(name, entry.value, guard, depth + 1)
            })
        }
        Kind::Seq => value
            .items()
            .any(|item| match text_of(item).split_once('=') {
                Some((key, _)) => holds(key, item, guard, depth + 1),
                None => holds(name, item, guard, depth + 1),
            }),
        _ => {
            let text = text_of(value);
            text.starts_with("ENC[") || guard.is_some_and(|hides| hides(name, text))
        }
    }
}
