use rustc_hash::FxHashMap;

use crate::View;

/// With so many entries a table is made sooner than looking through them each time.
const TABLE: usize = 16;

/// A mapping whose entries are looked for again and again.
#[derive(Debug)]
pub struct Keyed<'a> {
    view: View<'a>,
    /// None where there are few.
    table: Option<FxHashMap<&'a str, View<'a>>>,
}

impl<'a> Keyed<'a> {
    /// The entries of a mapping; none of anything else.
    pub fn of(view: View<'a>) -> Self {
        let is_large = view.entries().nth(TABLE).is_some();
        let entries = || view.entries().map(|entry| (entry.key.text(), entry.value));
        Self {
            view,
            table: is_large.then(|| entries().collect()),
        }
    }

    /// The value of the entry with this key; the last of duplicates.
    pub fn get(&self, key: &str) -> Option<View<'a>> {
        match &self.table {
            Some(table) => table.get(key).copied(),
            None => self.view.get(key),
        }
    }
}

#[cfg(test)]
mod tests {
    use spanned_yaml::Tree;

    use super::*;
    use crate::Source;

    #[test]
    fn finds_the_same_as_the_mapping_itself() {
        for count in [3, 40] {
            let text: String = (0..count).map(|n| format!("k{n}: {n}\n")).collect();
            let source = Source::file("a.yaml", Tree::parse(text + "k1: last\n? [x]\n: y\n"));
            let documents = source.documents().documents;
            let keyed = Keyed::of(documents[0].view());
            for key in ["k0", "k1", "k2", "k39"] {
                let found = keyed.get(key).map(View::text);
                assert_eq!(found.is_some(), key != "k39" || count > 3, "{key}");
                assert_eq!(found, documents[0].view().get(key).map(View::text), "{key}");
            }
            assert_eq!(keyed.get("k1").map(View::text), Some("last"));
        }
    }
}
