//! The object store: packs, loose objects, and the stores that these borrow from.
//!
//! The one place that knows the library behind it.

use std::any::Any;
use std::collections::HashSet;
use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};
use gix_hash::ObjectId;
use gix_object::Find as _;
use gix_odb::store::init::Options;

use crate::{Fault, Id, small};

/// The largest object that is read, in bytes; that holds for what it is unpacked from, too.
const MOST: usize = 64 << 20;

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ObjectKind {
    Blob,
    Tree,
    Commit,
    Tag,
}

/// How the objects of a repository are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Sha1,
    Sha256,
}

/// Each thread reads with a handle of its own, because one keeps what it unpacks.
type Handle = gix_odb::Cache<gix_odb::store::Handle<Arc<gix_odb::Store>>>;

pub(crate) struct Objects {
    store: Arc<gix_odb::Store>,
    idle: Mutex<Vec<Handle>>,
    /// The folders of objects, borrowed ones included.
    folders: Vec<Utf8PathBuf>,
    format: Format,
}

impl Format {
    fn kind(self) -> gix_hash::Kind {
        match self {
            Self::Sha1 => gix_hash::Kind::Sha1,
            Self::Sha256 => gix_hash::Kind::Sha256,
        }
    }

    /// How many bytes an id has.
    pub(crate) fn length(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
        }
    }

    /// The hash of some bytes; `None` if somebody made them to collide with others.
    pub(crate) fn hash(self, bytes: &[u8]) -> Option<Id> {
        let mut hasher = gix_hash::hasher(self.kind());
        hasher.update(bytes);
        let id = hasher.try_finalize().ok()?;
        Id::from_bytes(id.as_slice())
    }
}

impl Objects {
    /// The store in a folder named `objects`. What `replaced` names is read as its second.
    pub(crate) fn open(
        folder: &Utf8Path,
        format: Format,
        replaced: &[(Id, Id)],
    ) -> Result<Self, Fault> {
        let mut pairs = replaced
            .iter()
            .filter_map(|(old, new)| Some((to_gix(old)?, to_gix(new)?)));
        let options = Options {
            alloc_limit_bytes: Some(MOST),
            ..Options::default()
        };
        refuse_special(&folder.join("pack"))?;
        let store = guard(folder, || {
            let folder = folder.to_owned().into_std_path_buf();
            gix_odb::Store::at_opts(folder, format.kind(), &mut pairs, options)
        })?;
        let borrowed = guard(folder, || store.alternate_db_paths())?;
        let borrowed = borrowed
            .into_iter()
            .filter_map(|path| Utf8PathBuf::from_path_buf(path).ok());
        let mut folders = vec![folder.to_owned()];
        folders.extend(borrowed);
        for folder in &folders[1..] {
            refuse_special(&folder.join("pack"))?;
        }
        Ok(Self {
            store: Arc::new(store),
            idle: Mutex::default(),
            folders,
            format,
        })
    }

    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// An object; `None` if it is not there.
    pub(crate) fn read(&self, id: &Id) -> Result<Option<(ObjectKind, Vec<u8>)>, Fault> {
        let name = || format!("object {}", id.short());
        let Some(oid) = to_gix(id) else {
            return Ok(None);
        };
        self.refuse_special_object(id)?;
        let handle = self.handle();
        let mut bytes = Vec::new();
        let mut is_too_large = false;
        let found = guard(name(), || match handle.try_find(&oid, &mut bytes) {
            Ok(found) => Ok(found.map(|data| (ObjectKind::of(data.kind), data.data.len()))),
            Err(fault) => {
                is_too_large = fault.is_resource_exhausted();
                Err(fault.probable_cause().to_string())
            }
        });
        let found = match found {
            Err(_) if is_too_large => return Err(Fault::too_large(name())),
            found => found?,
        };
        // Not after a fault: what went wrong may have left the handle in disorder.
        self.put_back(handle);
        Ok(found.map(|(kind, length)| {
            bytes.truncate(length);
            (kind, bytes)
        }))
    }

    /// The objects whose names begin with some digits, at least four of them.
    pub(crate) fn begin_with(&self, digits: &str) -> Result<Vec<Id>, Fault> {
        let length = self.format.length() * 2;
        let padded = Id::from_hex(&format!("{digits:0<length$}"));
        let prefix = padded.and_then(|id| gix_hash::Prefix::new(&to_gix(&id)?, digits.len()).ok());
        let Some(prefix) = prefix else {
            return Ok(Vec::new());
        };
        let mut found = HashSet::new();
        let handle = self.handle();
        guard(digits, || handle.lookup_prefix(prefix, Some(&mut found)))?;
        self.put_back(handle);
        let ids = found.iter().filter_map(|id| Id::from_bytes(id.as_slice()));
        let mut ids: Vec<Id> = ids.collect();
        ids.sort_unstable();
        Ok(ids)
    }

    fn handle(&self) -> Handle {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        idle.unwrap_or_else(|| self.store.to_cache_arc())
    }

    fn put_back(&self, handle: Handle) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.push(handle);
    }

    /// Refuses to open something that is no regular file in the place of a loose object.
    fn refuse_special_object(&self, id: &Id) -> Result<(), Fault> {
        let text = id.to_string();
        let (folder, name) = text.split_at(2);
        for objects in &self.folders {
            let path = objects.join(folder).join(name);
            if std::fs::metadata(&path).is_ok_and(|found| !found.is_file()) {
                return Err(Fault::refused(
                    small::shown(&path),
                    "it is not a regular file",
                ));
            }
        }
        Ok(())
    }
}

impl ObjectKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Blob => "file",
            Self::Tree => "folder",
            Self::Commit => "commit",
            Self::Tag => "tag",
        }
    }

    fn of(kind: gix_object::Kind) -> Self {
        match kind {
            gix_object::Kind::Blob => Self::Blob,
            gix_object::Kind::Tree => Self::Tree,
            gix_object::Kind::Commit => Self::Commit,
            gix_object::Kind::Tag => Self::Tag,
        }
    }
}

fn to_gix(id: &Id) -> Option<ObjectId> {
    ObjectId::try_from(id.as_bytes()).ok()
}

/// Refuses a folder of packs in which something is no regular file: opening a pipe would wait
/// for ever.
fn refuse_special(folder: &Utf8Path) -> Result<(), Fault> {
    let Ok(entries) = folder.read_dir_utf8() else {
        return Ok(());
    };
    for entry in entries.flatten() {
        let is_regular = entry.file_type().is_ok_and(|kind| kind.is_file());
        let is_ordinary =
            || std::fs::metadata(entry.path()).is_ok_and(|it| it.is_file() || it.is_dir());
        if !is_regular && !is_ordinary() {
            return Err(Fault::refused(
                small::shown(entry.path()),
                "it is not a regular file",
            ));
        }
    }
    Ok(())
}

/// Runs what may meet corrupt data, so that not even a panic goes further than here.
fn guard<T, E: Display>(
    what: impl Display,
    read: impl FnOnce() -> Result<T, E>,
) -> Result<T, Fault> {
    let corrupt = |why: String| Fault::corrupt(what.to_string(), why);
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(read) => read.map_err(|fault| corrupt(fault.to_string())),
        Err(panic) => Err(corrupt(said(&*panic))),
    }
}

fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "it cannot be unpacked".to_owned())
}
