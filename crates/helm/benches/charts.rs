//! How long charts of other repositories take with their default values, read beforehand:
//! `cargo bench -p helm --bench charts -- FOLDER...` prints milliseconds and the folder for each.
//! `benches/charts.py` holds that against Helm.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "it is not a library"
)]

use std::fs;
use std::hint::black_box;
use std::time::Instant;

use camino::Utf8Path;
use helm::{Capabilities, Chart, Options, Release, render};
use manifest::Memory;

const TIMES: u32 = 30;

fn main() {
    for folder in std::env::args()
        .skip(1)
        .filter(|arg| !arg.starts_with("--"))
    {
        if let Some(milliseconds) = time(Utf8Path::new(&folder)) {
            println!("{milliseconds:.3} {folder}");
        }
    }
}

/// The mean time of a rendering; none if Helm would refuse the chart or it renders nothing.
fn time(folder: &Utf8Path) -> Option<f64> {
    let mut files = Memory::new();
    read(folder, Utf8Path::new("chart"), &mut files);
    let chart = Chart::load(&files, Utf8Path::new("chart")).ok()?;
    let one = || {
        let release = Release::new("web", "default");
        render(
            &chart,
            &[],
            &release,
            &Capabilities::default(),
            Options::default(),
        )
    };
    if chart.is_library() || !one().faults.is_empty() {
        return None;
    }
    let start = Instant::now();
    for _ in 0..TIMES {
        black_box(one());
    }
    Some(start.elapsed().as_secs_f64() * 1000.0 / f64::from(TIMES))
}

fn read(folder: &Utf8Path, name: &Utf8Path, files: &mut Memory) {
    for entry in folder.read_dir_utf8().unwrap().flatten() {
        let path = entry.path();
        let own = name.join(entry.file_name());
        match fs::read(path) {
            Ok(bytes) => files.insert(own, bytes),
            Err(_) if path.is_dir() => read(path, &own, files),
            Err(_) => {}
        }
    }
}
