//! The same input gives the same output, byte for byte, however many threads work.

use camino::Utf8Path;
use gitopslint::report::Format;

use crate::run::{check, disk};

/// How often each number of threads is tried.
const REPETITIONS: usize = 2;

/// Everything that is told about the fixture with faults.
fn outputs(threads: usize) -> Vec<String> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap();
    pool.install(|| {
        let root = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/platform");
        let run = check(&disk(&root));
        Format::ALL
            .into_iter()
            .map(|format| run.written(format))
            .collect()
    })
}

#[test]
fn output_does_not_depend_on_the_number_of_threads() {
    let repetitions = match std::env::var("GITOPSLINT_REPETITIONS") {
        Ok(number) => number.parse().unwrap(),
        Err(_) => REPETITIONS,
    };
    let expected = outputs(1);
    assert!(expected.iter().all(|output| output.len() > 1_000));
    for repetition in 0..repetitions {
        for threads in [1, 2, 8] {
            let found = outputs(threads);
            assert!(
                found == expected,
                "{threads} threads, repetition {repetition}"
            );
        }
    }
}
