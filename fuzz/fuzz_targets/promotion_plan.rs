//! Two files are compared, the differences planned as edits, and the edits carried out: what
//! comes of them can be read, and undone.
//!
//! A line `%%% target` begins the second file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use promotion::{Choice, File, Terms, apply, compare, inverse, plan, unified};

fuzz_target!(|text: &str| {
    let Some((source, target)) = text.split_once("%%% target\n") else {
        return;
    };
    let (Ok(source), Ok(target)) = (File::read("dev/a.yaml", source), File::read("b/a.yaml", target))
    else {
        return;
    };
    let Ok(differences) = compare(&source, &target, &Terms::default()) else {
        return;
    };
    let plan = plan(&target, &differences, &Choice::default());
    for (path, edits) in &plan.edits {
        let before = target.text();
        let after = apply(Some(before), edits).expect("the edits are of this text");
        unified(path.as_str(), Some(before), after.as_deref());
        let undone = apply(after.as_deref(), &inverse(edits)).expect("edits can be undone");
        assert_eq!(undone.as_deref(), Some(before));
        if let Some(after) = after {
            assert!(File::read(path.clone(), &after).is_ok(), "{after}");
        }
    }
});
