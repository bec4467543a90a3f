//! Charts of several files are rendered without panic, hang or limit passed, and the same each
//! time.
//!
//! A line `%%% path` begins another file; the first is `values.yaml`.
//! `fuzz/run chart`
#![no_main]

use fuzz::{LIMITS, files};
use helm::{Capabilities, Chart, Options, Release, Shelf, print, render_within};
use libfuzzer_sys::fuzz_target;
use manifest::{Budget, Kept, Memory, Snapshot};

fuzz_target!(|text: &str| {
    let mut files = files(text, "app/values.yaml");
    if files.kept("app/Chart.yaml".into()) == Kept::Nothing {
        files.insert("app/Chart.yaml", "apiVersion: v2\nname: app\nversion: 1.0.0\n");
    }
    assert_eq!(rendered(&files), rendered(&files));
});

fn rendered(files: &Memory) -> Option<String> {
    let budget = Budget::new(LIMITS);
    let chart = Chart::load_within(files, "app".into(), &Shelf::default(), &budget).ok()?;
    let (release, capabilities) = (Release::default(), Capabilities::default());
    let options = Options::default();
    let rendered = render_within(&chart, &[], &release, &capabilities, options, &budget);
    for fault in rendered.faults.iter().chain(&rendered.unchecked) {
        assert!(!fault.message.trim().is_empty());
        if let Some(at) = &fault.at {
            assert!(at.file.tree.text().get(at.span.range()).is_some());
            at.start();
        }
    }
    Some(print(&rendered))
}
