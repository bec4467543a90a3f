//! What Helm prints for the charts beside: `oracle.go` made the answers, and says how.

mod common;

use std::fs;

use camino::Utf8Path;
use common::{charts, read, template};
use helm::print;

#[test]
fn charts_render_as_helm_renders_them() {
    let folder = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let cases = fs::read_to_string(folder.join("cases.json")).unwrap();
    let cases: Vec<Vec<String>> = serde_json::from_str(&cases).unwrap();
    let files = read(&charts());
    let mut wrong = Vec::new();
    for case in &cases {
        let [name, chart, args @ ..] = case.as_slice() else {
            panic!("{case:?}");
        };
        let wanted = fs::read_to_string(folder.join(format!("{name}.yaml"))).unwrap();
        let (got, faults) = match template(&files, chart, args) {
            Ok(rendered) if rendered.faults.is_empty() => (print(&rendered), Vec::new()),
            Ok(rendered) => ("refused\n".to_owned(), rendered.faults),
            Err(faults) => ("refused\n".to_owned(), faults),
        };
        if got != wanted {
            let faults: Vec<&str> = faults.iter().map(|fault| &*fault.message).collect();
            wrong.push(format!(
                "{name}\n{}{}",
                faults.join("\n"),
                difference(&wanted, &got)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The first lines that differ.
fn difference(wanted: &str, got: &str) -> String {
    let (mut a, mut b) = (wanted.lines(), got.lines());
    let mut line = 1;
    loop {
        match (a.next(), b.next()) {
            (Some(a), Some(b)) if a == b => line += 1,
            (None, None) => return "  the ends of lines differ\n".to_owned(),
            (a, b) => return format!("  {line}: want {a:?}\n  {line}: got  {b:?}\n"),
        }
    }
}
