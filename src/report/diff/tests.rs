//! How places and values are put into words.

use super::braces;

#[test]
fn places_that_are_alike_are_told_once() {
    let check = |a: &str, b: &str| braces(a, 9, b, 11);
    assert_eq!(
        check(
            "api/overlays/dev/kustomization.yaml",
            "api/overlays/production/kustomization.yaml"
        ),
        "api/overlays/{dev,production}/kustomization.yaml:9,11"
    );
    assert_eq!(
        check("web/values-dev.yaml", "web/values-production.yaml"),
        "web/{values-dev.yaml,values-production.yaml}:9,11"
    );
    assert_eq!(check("a/b.yaml", "c.yaml"), "a/b.yaml:9 c.yaml:11");
    assert_eq!(
        check("base/x.yaml", "base/x/x.yaml"),
        "base/{,x}/x.yaml:9,11"
    );
    assert_eq!(braces("a/b", 1, "a/c", 1), "a/{b,c}:1");
}
