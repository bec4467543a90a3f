//! Whatever stands in git's index and in its configuration: it is read or refused, and no path
//! is longer than git's own.
#![no_main]

use camino::Utf8PathBuf;
use git_read::{Config, Index};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let folder = Utf8PathBuf::try_from(std::env::temp_dir()).expect("the folder's name is UTF-8");
    let path = folder.join(format!("gitopslint-fuzz-{}", std::process::id()));
    std::fs::write(&path, bytes).expect("the folder can be written");
    for is_sha256 in [false, true] {
        if let Ok(Some(index)) = Index::read(&path, is_sha256) {
            let _ = index.files();
            let _ = index.each(|entry| assert!(entry.path.len() <= bytes.len()));
        }
    }
    if let Ok(config) = Config::read(&path) {
        config.value("core", None, "bare");
        config.is_true("core", "bare");
    }
});
