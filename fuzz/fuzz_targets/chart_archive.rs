//! Whatever stands in an archive: it is read as a chart or refused.
//!
//! An input that is not compressed is taken for the archive within.
//! `fuzz/run chart_archive`
#![no_main]

use flate2::Crc;
use fuzz::LIMITS;
use helm::{Chart, Shelf};
use libfuzzer_sys::fuzz_target;
use manifest::{Budget, Memory};

fuzz_target!(|bytes: &[u8]| {
    let bytes = match bytes.starts_with(&[0x1f, 0x8b]) {
        true => bytes.to_vec(),
        false => stored(bytes),
    };
    let files = Memory::from_iter([("app.tgz", bytes)]);
    let budget = Budget::new(LIMITS);
    if let Err(faults) = Chart::load_within(&files, "app.tgz".into(), &Shelf::default(), &budget) {
        assert!(!faults.is_empty());
    }
});

/// The bytes in the format of gzip as they are: packing them would take longer than reading them.
fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    for block in bytes.chunks(u16::MAX.into()) {
        let len = block.len() as u16;
        out.push(0);
        out.extend(len.to_le_bytes());
        out.extend((!len).to_le_bytes());
        out.extend(block);
    }
    // The last block, which is empty.
    out.extend([1, 0, 0, 0xff, 0xff]);
    let mut sum = Crc::new();
    sum.update(bytes);
    out.extend(sum.sum().to_le_bytes());
    out.extend((bytes.len() as u32).to_le_bytes());
    out
}
