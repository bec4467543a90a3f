//! Objects written one file each. The one place that knows the library behind it.

use git_read::{Id, Repository};
use gix_hash::ObjectId;
use gix_object::Write as _;

use crate::Refused;

/// What an object is.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Blob,
    Tree,
    Commit,
}

/// Writes an object; one that is there already stays.
pub(crate) fn put(repository: &Repository, kind: Kind, bytes: &[u8]) -> Result<Id, Refused> {
    let hash = match repository.is_sha256()? {
        true => gix_hash::Kind::Sha256,
        false => gix_hash::Kind::Sha1,
    };
    let kind = match kind {
        Kind::Blob => gix_object::Kind::Blob,
        Kind::Tree => gix_object::Kind::Tree,
        Kind::Commit => gix_object::Kind::Commit,
    };
    let folder = repository.place().common.join("objects");
    let store = gix_odb::loose::Store::at(folder.into_std_path_buf(), hash);
    let id: ObjectId = store
        .write_buf(kind, bytes)
        .map_err(|fault| Refused::because(format!("git's objects cannot be written: {fault}")))?;
    Id::from_bytes(id.as_slice()).ok_or_else(|| Refused::because("git's object has no name"))
}
