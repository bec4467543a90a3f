use std::rc::Rc;

use go_template::{Data, Map};

/// Puts everything of the second map into the first; only mappings on both sides are merged.
pub(super) fn merge(into: &Rc<Map>, from: &Rc<Map>) {
    for (key, entry) in from.entries() {
        if let Data::Map(new) = &entry.value.data
            && let Some(Data::Map(old)) = into.get(&key).map(|value| value.data)
        {
            merge(&old, new);
            continue;
        }
        into.insert(key, entry);
    }
}
