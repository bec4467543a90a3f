use crate::Tree;
use crate::parse::suite;
use crate::parse::tests::dump;

/// Both parsers read the text, if this one takes it at all, to the same tree.
fn check(name: &str, yaml: &str) {
    let Some(tree) = Tree::parse_fast(yaml) else {
        return;
    };
    let full = Tree::parse_full(yaml);
    assert_eq!(dump(&tree), dump(&full), "{name}:\n{yaml}");
    assert_eq!(tree, full, "{name}:\n{yaml}");
}

#[test]
fn the_suite_is_read_alike() {
    for case in suite::cases() {
        check(&case.name, &case.yaml);
    }
}
