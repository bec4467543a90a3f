//! What the system tells of a file that is not opened.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use camino::Utf8Path;
use serde::{Deserialize, Serialize};

/// How coarse the clocks of file systems are: of two changes within that time the second one may
/// not show.
const GRAIN: Duration = Duration::from_secs(2);

/// Size, times and number of a file. A file that is written, replaced or renamed gets another one,
/// unless that happens within the grain of the file system's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stamp(u64, [(i64, i64); 2], [u64; 2]);

impl Stamp {
    /// That of a file, by its path without links.
    #[cfg(unix)]
    pub(super) fn of(file: &Utf8Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        let metadata = std::fs::symlink_metadata(file).ok()?;
        metadata.is_file().then(|| {
            Self(
                metadata.size(),
                [
                    (metadata.mtime(), metadata.mtime_nsec()),
                    (metadata.ctime(), metadata.ctime_nsec()),
                ],
                [metadata.dev(), metadata.ino()],
            )
        })
    }

    /// Other systems do not tell files apart well enough.
    #[cfg(not(unix))]
    pub(super) fn of(_: &Utf8Path) -> Option<Self> {
        None
    }

    /// The size in bytes.
    pub(super) fn size(&self) -> u64 {
        self.0
    }

    /// Whether the file was last changed so long before a moment that each change after it shows.
    pub(super) fn is_settled(&self, moment: SystemTime) -> bool {
        let Ok(moment) = moment.duration_since(UNIX_EPOCH) else {
            return false;
        };
        let grain = GRAIN.as_secs() as i64;
        let moment = (
            moment.as_secs() as i64 - grain,
            i64::from(moment.subsec_nanos()),
        );
        self.1.iter().all(|time| *time < moment)
    }
}
