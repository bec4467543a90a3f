//! What people and the configuration choose.

use super::{files, terms, told};
use crate::*;

/// The choices of one who runs it.
fn chosen(choice: Choice) -> String {
    let (source, target) = files(
        "values.yaml",
        "web: {tag: v2}\napi: {tag: v1}\nhost: a.staging.example\nlevel: debug\nnew: {url: http://x}\n",
        "web: {tag: v1}\napi: {tag: v3}\nhost: a.example\nlevel: info\n",
    );
    told(
        &target,
        &compare(&source, &target, &terms()).unwrap(),
        &choice,
    )
}

#[test]
fn choices() {
    let pattern = |text: &str| Pattern::parse(text).unwrap();
    insta::assert_snapshot!(chosen(Choice { only: vec![pattern("api")], allow_downgrade: true, ..Choice::default() }), @r"
    = ahead web.tag: v1 <- v2
    > ahead api.tag: v3 <- v1 (it would be a downgrade)
    = environment-specific host: a.example <- a.staging.example
    = undecided level: info <- debug
    = ahead new: - <- 1 entry (it needs a value of its own there)
     web: {tag: v1}
    -api: {tag: v3}
    +api: {tag: v1}
     host: a.example
     level: info
    ");
    insta::assert_snapshot!(chosen(Choice { exclude: vec![pattern("web.tag")], ..Choice::default() }), @r"
    = ahead web.tag: v1 <- v2
    = ahead api.tag: v3 <- v1 (it would be a downgrade)
    = environment-specific host: a.example <- a.staging.example
    = undecided level: info <- debug
    = ahead new: - <- 1 entry (it needs a value of its own there)
    ");
    insta::assert_snapshot!(
        chosen(Choice {
            take: vec![(pattern("level"), Side::Source), (pattern("web"), Side::Target)],
            set: vec![(pattern("host"), "b.example".into()), (pattern("new.url"), "x".into())],
            ..Choice::default()
        }),
        @r"
    = ahead web.tag: v1 <- v2
    = ahead api.tag: v3 <- v1 (it would be a downgrade)
    > environment-specific host: a.example <- a.staging.example
    > undecided level: info <- debug
    > ahead new: - <- 1 entry (it needs a value of its own there)
     web: {tag: v1}
     api: {tag: v3}
    -host: a.example
    -level: info
    +host: b.example
    +level: debug
    +new:
    +  url: x
    "
    );
}

#[test]
fn the_configuration_decides_first() {
    let (source, target) = files(
        "values.yaml",
        "tag: v2\nlevel: debug\nreplicas: 1\n",
        "tag: v1\nlevel: info\nreplicas: 5\n",
    );
    let rule = |text: &str, decision| Rule {
        pattern: Pattern::parse(text).unwrap(),
        decision,
    };
    let terms = Terms {
        rules: vec![rule("tag", Decision::Stay), rule("*e*", Decision::Move)],
        ..terms()
    };
    insta::assert_snapshot!(told(&target, &compare(&source, &target, &terms).unwrap(), &Choice::default()), @r"
    = environment-specific tag: v1 <- v2
    > ahead level: info <- debug
    > ahead replicas: 5 <- 1
     tag: v1
    -level: info
    -replicas: 5
    +level: debug
    +replicas: 1
    ");
}

#[test]
fn a_text_for_what_has_several_values_is_refused() {
    let set = Pattern::parse("new").unwrap();
    insta::assert_snapshot!(chosen(Choice { set: vec![(set, "x".into())], only: vec![Pattern::parse("new").unwrap()], ..Choice::default() }), @r"
    = ahead web.tag: v1 <- v2
    = ahead api.tag: v3 <- v1 (it would be a downgrade)
    = environment-specific host: a.example <- a.staging.example
    = undecided level: info <- debug
    = ahead new: - <- 1 entry (it needs a value of its own there)
    ! new: it has several values: name one of them
    ");
}
