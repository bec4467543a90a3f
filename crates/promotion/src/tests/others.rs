//! Files of other kinds, and places that are left alone.

use super::check;

#[test]
fn other_files() {
    insta::assert_snapshot!(check("VERSION", "v1.3.0\n", "v1.2.0"), @r"
    > ahead : v1.2.0 <- v1.3.0
    -v1.2.0
    \ No newline at end of file
    +v1.3.0
    \ No newline at end of file
    ");
    insta::assert_snapshot!(
        check("app.env", "# a\nAPI_TAG=2\nHOST=x.staging\nNEW='a b'\nSEED=9\n", "HOST=x.prod\r\n# tag\r\nAPI_TAG=\"1\"\r\nSEED=7"),
        @r#"
    > ahead API_TAG: 1 <- 2
    = environment-specific HOST: x.prod <- x.staging
    = undecided SEED: 7 <- 9
    > ahead NEW: - <- a b
     HOST=x.prod
     # tag
    -API_TAG="1"
    -SEED=7
    \ No newline at end of file
    +API_TAG="2"
    +SEED=7
    +NEW="a b"
    \ No newline at end of file
    "#
    );
    insta::assert_snapshot!(
        check("config.json", "{\"image\": {\"tag\": \"2\"}, \"new\": [\"a\"], \"sub\": {\"x\": \"y\"}}", "{\n  \"image\": {\n    \"tag\": \"1\"\n  },\n  \"sub\": {}\n}\n"),
        @r#"
    > ahead image.tag: 1 <- 2
    > ahead sub.x: - <- y
    > ahead new: - <- 1 item
     {
       "image": {
    -    "tag": "1"
    +    "tag": "2"
       },
    -  "sub": {}
    +  "sub": {"x": "y"},
    +  "new": ["a"]
     }
    "#
    );
}

#[test]
fn what_nobody_may_see() {
    let secret = |value: &str| {
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: a}}\nstringData:\n  key: {value}\n"
        )
    };
    insta::assert_snapshot!(check("secret.yaml", &secret("one"), &secret("two")), @"= undecided stringData.key: ‹redacted› <- ‹redacted› (sensitive values are not copied)");
    let sealed = |value: &str| {
        format!(
            "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nspec:\n  encryptedData:\n    key: {value}\n    {value}: x\n"
        )
    };
    insta::assert_snapshot!(check("sealed.yaml", &sealed("one"), &sealed("two")), @r"
    = undecided spec.encryptedData.key: ‹redacted› <- ‹redacted› (sensitive values are not copied)
    = undecided spec.encryptedData.one: - <- ‹redacted› (sensitive values are not copied)
    = target-only spec.encryptedData.two: ‹redacted› <- -
    ");
    insta::assert_snapshot!(check("values.yaml", "db: {password: one, tag: v2}\n", "db: {tag: v1}\n"), @r"
    > ahead db.tag: v1 <- v2
    = ahead db.password: - <- ‹redacted› (sensitive values are not copied)
    -db: {tag: v1}
    +db: {tag: v2}
    ");
    insta::assert_snapshot!(check("x.env", "DB_PASSWORD=one\n", "DB_PASSWORD=two\n"), @"= environment-specific DB_PASSWORD: ‹redacted› <- ‹redacted› (sensitive values are not copied)");
    insta::assert_snapshot!(check("sops.yaml", "tag: v2\nsops: {mac: a}\n", "tag: v1\nsops: {mac: b}\n"), @r"
    = ahead tag: ‹redacted› <- ‹redacted› (sensitive values are not copied)
    = undecided sops.mac: ‹redacted› <- ‹redacted› (sensitive values are not copied)
    ");
    insta::assert_snapshot!(check("kustomization.yaml", "secretGenerator:\n- name: a\n  literals: [k=one]\n", "secretGenerator:\n- name: a\n  literals: [k=two]\n"), @"= undecided secretGenerator[a].literals[k]: ‹redacted› <- ‹redacted› (sensitive values are not copied)");
}

#[test]
fn places_that_are_not_clear() {
    insta::assert_snapshot!(check("values.yaml", "a: {tag: v2}\nb: {tag: v1}\n", "a: &a {tag: v1}\nb: *a\n"), @r"
    = ahead a.tag: v1 <- v2
    ! a.tag: `b.tag` would change with it
    ");
    insta::assert_snapshot!(check("values.yaml", "tag: v2\nx: {tag: v2}\n", "tag: v1\nx: {tag: v1}\ntag: v0\n"), @r"
    = ahead tag: v0 <- v2
    > ahead x.tag: v1 <- v2
    ! tag: duplicate key
     tag: v1
    -x: {tag: v1}
    +x: {tag: v2}
     tag: v0
    ");
    insta::assert_snapshot!(check("a.yaml", "kind: A\ntag: v2\n---\nkind: B\n", "kind: A\ntag: v1\n---\nkind: C\n"), @r"
    > ahead A.tag: v1 <- v2
    = undecided B: - <- 1 entry
    = target-only C: 1 entry <- -
     kind: A
    -tag: v1
    +tag: v2
     ---
     kind: C
    ");
}
