//! Aliases and merge keys are followed within limits, and merging gives what the rule says: the
//! entries that are written, then those that merge keys bring and that are not there yet.
//!
//! `fuzz/run documents`
#![no_main]

use libfuzzer_sys::fuzz_target;
use manifest::{Node, Source, View, print};
use spanned_yaml::{Kind, Style, Tree};

fuzz_target!(|text: &str| {
    let source = Source::file("a.yaml", Tree::parse(text));
    let expanded = source.documents();
    for node in &expanded.documents {
        look(node.view(), 0);
        let _ = print(node.view());
    }
});

fn look(view: View<'_>, depth: usize) {
    assert!(depth <= 260);
    assert!(view.kind() != Kind::Alias);
    for item in view.items() {
        look(item, depth + 1);
    }
    if let View::Map(map) = view {
        let is_merge = |node: &Node| {
            let key = node.view();
            key.text() == "<<" && key.style() == Style::Plain
        };
        // One that is brought by another mapping's merge key is an ordinary one.
        assert!(map.entries.iter().filter(|entry| is_merge(&entry.key)).count() <= 1);
    }
    for entry in view.entries() {
        look(entry.value, depth + 1);
    }
}
