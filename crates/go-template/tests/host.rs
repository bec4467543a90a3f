//! What the caller is told while a template runs.

use std::any::Any;

use go_template::{
    Entropy, Evaluator, Fixed, Functions, Host, Options, Place, SourceId, Tag, TemplateSet, Value,
    parse,
};

#[derive(Default)]
struct Listener {
    fixed: Fixed,
    heard: Vec<String>,
}

impl Host for Listener {
    fn entropy(&mut self) -> &mut dyn Entropy {
        &mut self.fixed
    }

    fn read(&mut self, map: &Value, key: &str, found: Option<&Value>) {
        let tag = |value: &Value| value.trace.tag.map_or(0, |tag| tag.0);
        let found = found.map_or("nothing".to_owned(), |value| format!("#{}", tag(value)));
        self.heard.push(format!("#{}.{key} gave {found}", tag(map)));
    }

    fn consume(&mut self, value: &Value) {
        let tag = value.trace.tag.map_or(0, |tag| tag.0);
        self.heard.push(format!("all of #{tag}"));
    }

    fn branch(&mut self, place: Place, branch: usize) {
        let at = place.span.start;
        self.heard
            .push(format!("branch {branch} of what begins at {at}"));
    }

    fn as_any(&mut self) -> &mut dyn Any {
        self
    }
}

#[track_caller]
fn check(template: &str, expected: &[&str]) {
    let parsed = parse(SourceId(0), "t", template);
    assert!(parsed.errors.is_empty(), "{:?}", parsed.errors);
    let mut set = TemplateSet::new();
    set.add(&parsed);
    let functions = Functions::sprig();
    let mut host = Listener::default();
    let image = Value::from_iter([("tag", Value::from("1").tagged(Tag(2)))]);
    let data = Value::from_iter([("image", image.tagged(Tag(1)))]).tagged(Tag(9));
    let mut evaluator = Evaluator::new(&set, &functions, &mut host, Options::default());
    assert!(evaluator.render("t", &data).is_ok());
    drop(evaluator);
    assert_eq!(host.heard, expected);
}

#[test]
fn every_way_to_read_an_entry() {
    check(
        "{{ .image.tag }}{{ .imge }}",
        &["#9.image gave #1", "#1.tag gave #2", "#9.imge gave nothing"],
    );
    check(
        r#"{{ index . "image" "tag" }}{{ get .image "x" }}"#,
        &[
            "#9.image gave #1",
            "#1.tag gave #2",
            "#9.image gave #1",
            "#1.x gave nothing",
        ],
    );
    check(
        r#"{{ dig "image" "tag" "" . }}{{ hasKey . "a" }}{{ pluck "b" . }}"#,
        &[
            "#9.image gave #1",
            "#1.tag gave #2",
            "#9.a gave nothing",
            "#9.b gave nothing",
            "all of #0",
        ],
    );
    check(r#"{{ pick . "image" | len }}"#, &["#9.image gave #1"]);
}

#[test]
fn every_branch() {
    check(
        "{{ if false }}{{ else if true }}{{ end }}{{ range list }}{{ else }}{{ end }}",
        &[
            "branch 1 of what begins at 0",
            "branch 1 of what begins at 41",
        ],
    );
    check(
        "{{ range list 1 2 }}{{ end }}{{ with 0 }}{{ end }}",
        &[
            "branch 0 of what begins at 0",
            "branch 1 of what begins at 29",
        ],
    );
}

#[test]
fn functions_that_nobody_defines() {
    let parsed = parse(
        SourceId(3),
        "t",
        "{{ if nope }}{{ (print (upcase .)).x }}{{ end }}",
    );
    let unknown = parsed.unknown_functions(&Functions::sprig());
    let names: Vec<_> = unknown.iter().map(|unknown| &*unknown.name).collect();
    assert_eq!(names, ["nope", "upcase"]);
    assert_eq!(unknown[1].place.map(|place| place.span.start), Some(24));
}

#[test]
fn whatever_uses_a_collection_as_a_whole() {
    let of_image = "#9.image gave #1";
    check("{{ .image | toString }}", &[of_image, "all of #1"]);
    check("{{ .image }}", &[of_image, "all of #1"]);
    check(
        "{{ range .image }}{{ end }}",
        &[of_image, "all of #1", "branch 0 of what begins at 0"],
    );
    check(
        "{{ if empty (default dict .image) }}{{ end }}",
        &[of_image, "branch 1 of what begins at 0"],
    );
    check(
        "{{ define \"u\" }}{{ .tag }}{{ end }}{{ template \"u\" .image }}",
        &[of_image, "#1.tag gave #2"],
    );
}
