//! Kustomizations of the conformance kit, where the variable `GITOPSLINT_CONFORMANCE` names it.

use std::process::Command;

use camino::{Utf8Path, Utf8PathBuf};
use manifest::Source;

use crate::edited::Disk;
use crate::perturb::Report;

/// How many scalars of the corpus are tried.
const SAMPLE: usize = 4_000;

/// The share of rendered scalars that name an origin, in thousandths.
const WITH_ORIGIN: usize = 995;

fn kit() -> Option<Utf8PathBuf> {
    std::env::var("GITOPSLINT_CONFORMANCE").ok().map(Into::into)
}

fn subfolders(folder: &Utf8Path) -> Vec<Utf8PathBuf> {
    let entries = folder.read_dir_utf8().unwrap().map(Result::unwrap);
    let mut folders: Vec<_> = entries.map(camino::Utf8DirEntry::into_path).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    folders
}

#[test]
fn of_fixtures() {
    let Some(kit) = kit() else {
        return;
    };
    let mut report = Report::default();
    for group in subfolders(&kit.join("kustomize")) {
        for case in subfolders(&group) {
            let meta = std::fs::read_to_string(case.join("meta.json")).unwrap();
            let meta = Source::built_in("meta.json", &meta).documents().documents;
            let path = meta.first().and_then(|meta| meta.view().get("path"));
            let path = path.map_or("", |path| path.text()).trim_start_matches('/');
            let folder = Utf8Path::new(if path == "." { "" } else { path });
            report.what = case.file_name().unwrap_or_default().to_owned();
            report.examine(&Disk::new(case.join("in")), folder, || true);
        }
    }
    println!("{}", report.assert_true(WITH_ORIGIN));
}

#[test]
fn of_the_corpus() {
    let Some(kit) = kit() else {
        return;
    };
    let unpack = Command::new(kit.join("run"))
        .arg("unpack")
        .output()
        .unwrap();
    let root = Utf8PathBuf::from(String::from_utf8(unpack.stdout).unwrap().trim());
    let results = std::fs::read_to_string(root.join("results.tsv")).unwrap();
    let mut report = Report::default();
    let mut random = 1u32;
    let mut repository = (String::new(), Disk::new(&root));
    let rows = results
        .lines()
        .map(|line| line.split('\t').collect::<Vec<_>>());
    let built: Vec<_> = rows
        .filter(|row| row.get(2).is_some_and(|c| c.starts_with("ok")))
        .collect();
    // About as many of every kustomization.
    let each = SAMPLE.div_ceil(built.len()) as u32;
    for row in built {
        if repository.0 != row[0] {
            repository = (
                row[0].to_owned(),
                Disk::new(root.join("repos").join(row[0])),
            );
        }
        report.what = row[0].to_owned();
        let mut left = each;
        let folder = Utf8Path::new(if row[1] == "." { "" } else { row[1] });
        report.examine(&repository.1, folder, || {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let is_chosen = left > 0 && random >> 29 == 0;
            left -= u32::from(is_chosen);
            is_chosen
        });
    }
    println!("{}", report.assert_true(WITH_ORIGIN));
}
