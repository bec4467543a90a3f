use super::*;

#[track_caller]
fn check(rule: fn(&str) -> Why, good: &[&str], bad: &[&str]) {
    for text in good {
        assert_eq!(rule(text), None, "{text:?} is good");
    }
    for text in bad {
        assert!(rule(text).is_some(), "{text:?} is bad");
    }
}

#[test]
fn names_follow_the_rules_of_their_kind() {
    let long = "a".repeat(64);
    check(
        label,
        &["a", "1", "a-b", "a--b"],
        &["", "A", "a_b", "a.b", "-a", "a-", &long],
    );
    check(label_1035, &["a", "a-1"], &["", "1a", "a-", "a.b"]);
    check(
        subdomain,
        &["a", "a.b", "1.2", &long],
        &["", ".", "a.", ".a", "a..b", "a.-b", "A.b"],
    );
    check(subdomain_any_case, &["A.b"], &["A_b"]);
    check(
        subdomain_underscore,
        &["_a._b", "a_b.c"],
        &["", "__a", "a_", "A"],
    );
    check(
        wildcard_subdomain,
        &["*.a.b"],
        &["*", "a.*", "*.*.a", "**.a", "*a.b"],
    );
    check(three_segments, &["a.b.c"], &["a.b", "a", "a.b.C"]);
    check(full_domain, &["a.b", "a.b."], &["a", "a.", ""]);
    check(
        path_segment,
        &["system:node", "A b", "..."],
        &[".", "..", "a/b", "a%b"],
    );
    check(
        domain_path,
        &["a.io/x", "a.io/X/y~z"],
        &["", "a.io", "a.io/", "/x", "A.io/x", "a.io/x y"],
    );
}

#[test]
fn labels_have_keys_and_values() {
    let long = "a".repeat(64);
    check(
        label_key,
        &["a", "A", "a.b_c-d", "a.io/x", "1"],
        &["", "-a", "a-", "a b", "/a", "a/", "A.io/x", "a/b/c", &long],
    );
    check(annotation_key, &["A.io/x", "a"], &["A.io/-x", "a b"]);
    check(
        label_value,
        &["", "a", "A_b.c-d"],
        &["a b", "-a", "a/b", &long],
    );
}

#[test]
fn ports_and_variables_have_names() {
    check(
        port_name,
        &["http", "h2", "a-b", "123a"],
        &[
            "",
            "8080",
            "HTTP",
            "a_b",
            "a--b",
            "-a",
            "a-",
            "longer-than-that",
        ],
    );
    check(env_name, &["A", "my-var.x", "1A", "a b"], &["A=B", "Ä"]);
    check(
        strict_env_name,
        &["A", "my-var.x", "_"],
        &["1A", "A=B", "a b", "..", "..a", "."],
    );
    check(
        config_key,
        &["a", ".a", "A_b-c.d"],
        &["", "a b", "a/b", ".", "..", "..a"],
    );
    check(http_header, &["X-Header"], &["", "a:b", "a b"]);
    check(
        sysctl,
        &["net.core.somaxconn", "net/ipv4/x_y"],
        &["", "net ipv4", ".a", "A"],
    );
    check(
        cel_identifier,
        &["a", "_a1"],
        &["", "1a", "while", "in", "a-b"],
    );
}

#[test]
fn paths_stay_where_they_are() {
    check(
        no_backsteps,
        &["", "/a/b", "a..b", "..."],
        &["..", "a/../b", "../a"],
    );
    check(relative_path, &["a/b", "..a"], &["/a", "a/.."]);
    check(file_path, &["a/b"], &["/a", "..a", "../a"]);
}

#[test]
fn finalizers_have_domains() {
    check(finalizer, &["a", "a.io/x"], &["", "a b"]);
    check(own_finalizer, &["kubernetes", "a.io/x"], &["a", "a b"]);
}

#[test]
fn what_is_filled_in_later_is_left_alone() {
    for text in [
        "${A}",
        "{{ .a }}",
        "a-$NAME",
        "<% x %>",
        "%%A%%",
        "@@A@@",
        "<path:a#b>",
        "((a))",
        "a.__HOST__",
        "HELM_SUBST_NAME",
        "<CHARTNAME>-api",
    ] {
        assert!(is_open(text), "{text}");
    }
    for text in ["", "a", "$", "$1", "a%b", "a@b", "$(A)", "A_B", "__a__"] {
        assert!(!is_open(text), "{text}");
    }
}
