//! Whatever stands in an archive: it is read as a chart or refused.
//!
//! An input that is not compressed is taken for the archive within.
//! `fuzz/run chart_archive`
#![no_main]

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use fuzz::LIMITS;
use helm::{Chart, Shelf};
use libfuzzer_sys::fuzz_target;
use manifest::{Budget, Memory};

fuzz_target!(|bytes: &[u8]| {
    let bytes = match bytes.starts_with(&[0x1f, 0x8b]) {
        true => bytes.to_vec(),
        false => {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(bytes).expect("memory takes it");
            encoder.finish().expect("memory takes it")
        }
    };
    let files = Memory::from_iter([("app.tgz", bytes)]);
    let budget = Budget::new(LIMITS);
    if let Err(faults) = Chart::load_within(&files, "app.tgz".into(), &Shelf::default(), &budget) {
        assert!(!faults.is_empty());
    }
});
