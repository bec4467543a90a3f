use manifest::{Memory, Recorder, Snapshot};

use super::*;

fn asked_of(files: &[(&str, &str)], ask: impl Fn(&dyn Snapshot)) -> (usize, String) {
    let memory: Memory = files.iter().copied().collect();
    let recorder = Recorder::new(&memory);
    ask(&recorder);
    let (questions, answers) = asked(&recorder.into_reads());
    (questions.len(), answers)
}

#[test]
fn answers_that_differ_have_other_digests() {
    let files = [("a/b.yaml", "a: 1\n"), ("a/c.yaml", "a: 2\n")];
    let ask = |snapshot: &dyn Snapshot| {
        let _ = snapshot.kept("a".into());
        let _ = snapshot.list("a".into());
        let _ = snapshot.bytes("a/d.yaml".into());
        let _ = snapshot.source("a/b.yaml".into());
    };
    let (questions, answers) = asked_of(&files, ask);
    assert_eq!(questions, 2);
    // Contents are held against their own digests.
    let other = [("a/b.yaml", "a: 3\n"), ("a/c.yaml", "a: 2\n")];
    assert_eq!(asked_of(&other, ask).1, answers);
    for other in [
        &files[..1],
        &[files[0], files[1], ("a/d.yaml", "")],
        &[files[0], files[1], ("a/e.yaml", "")],
        &[("a", "")],
    ] {
        assert_ne!(asked_of(other, ask).1, answers, "{other:?}");
    }
}
