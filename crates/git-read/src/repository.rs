use std::sync::OnceLock;

use camino::{Utf8Path, Utf8PathBuf};
use rustc_hash::FxHashSet;

use crate::config::Config;
use crate::objects::{Format, ObjectKind, Objects};
use crate::refs::Refs;
use crate::tree::{TreeEntry, Walk};
use crate::{Commit, Fault, Id, Index, Listing, Place, Staged, small};

/// The largest list of commits at which a shallow clone ends, in bytes.
const MOST_SHALLOW: u64 = 16 << 20;

/// A repository. To make one costs nothing; each part is opened when it is first asked for.
///
/// Nothing is ever executed, fetched or written, and of configuration only the repository's own
/// is read.
pub struct Repository {
    place: Place,
    index_file: Utf8PathBuf,
    config: OnceLock<Result<Config, Fault>>,
    objects: OnceLock<Result<Objects, Fault>>,
    shallow: OnceLock<Result<FxHashSet<Id>, Fault>>,
    refs: Refs,
}

/// Another repository that this one fetches from or pushes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remote {
    /// What it is called, such as `origin`.
    pub name: String,
    /// Where it is.
    pub url: String,
}

impl Repository {
    /// The repository at a place.
    pub fn new(place: Place) -> Self {
        Self {
            index_file: place.index(),
            refs: Refs::new(&place),
            place,
            config: OnceLock::new(),
            objects: OnceLock::new(),
            shallow: OnceLock::new(),
        }
    }

    /// Reads another file as the index, such as the one that `GIT_INDEX_FILE` names; a relative
    /// path counts from the top of the work tree.
    pub fn with_index(mut self, path: &Utf8Path) -> Self {
        let top = self.place.work_tree.as_deref().unwrap_or(&self.place.git);
        self.index_file = top.join(path);
        self
    }

    /// Where it keeps its things.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The index; `None` if nothing was ever added.
    ///
    /// # Errors
    /// It is no regular file, too large, or no index that is understood.
    pub fn index(&self) -> Result<Option<Index>, Fault> {
        // A configuration that is not understood is no reason not to know what is tracked.
        let is_sha256 = matches!(self.format(), Ok(Format::Sha256));
        Index::read(&self.index_file, is_sha256)
    }

    /// The files of a commit. With `inside`, only those in that folder, which is given from the
    /// top; paths count from the top all the same.
    ///
    /// # Errors
    /// Something is missing or corrupt, or the revision is larger than what is read.
    pub fn listing(&self, commit: &Id, inside: &Utf8Path) -> Result<Listing, Fault> {
        self.listing_beside(None, commit, inside)
    }

    /// As [`Repository::listing`]. Folders that the index says are the same in it are taken from
    /// there.
    ///
    /// # Errors
    /// As for [`Repository::listing`].
    pub fn listing_beside(
        &self,
        staged: Option<&Staged>,
        commit: &Id,
        inside: &Utf8Path,
    ) -> Result<Listing, Fault> {
        let mut walk = Walk::new(self, staged);
        if let Some(tree) = self.folder(&self.commit(commit)?.tree, inside)? {
            walk.add(&tree, inside)?;
        }
        Ok(walk.finish())
    }

    /// What a file or link holds, as it stands in the repository. `what` is how it is called if
    /// it is missing.
    ///
    /// # Errors
    /// It is missing, corrupt, or larger than 64 MiB.
    pub fn blob(&self, id: &Id, what: &str) -> Result<Vec<u8>, Fault> {
        let bytes = self.object(id, ObjectKind::Blob, || what.to_owned())?;
        Ok(bytes)
    }

    /// A commit.
    ///
    /// # Errors
    /// It is missing, corrupt, or no commit.
    pub fn commit(&self, id: &Id) -> Result<Commit, Fault> {
        let what = || format!("commit {}", id.short());
        Commit::parse(*id, &self.object(id, ObjectKind::Commit, what)?)
    }

    /// The entries of one folder of a commit, in git's order. `what` is how it is called if it is
    /// missing.
    ///
    /// # Errors
    /// It is missing, corrupt, or larger than 64 MiB.
    pub fn tree(&self, id: &Id, what: &str) -> Result<Vec<TreeEntry>, Fault> {
        let bytes = self.tree_bytes(id, || format!("the folder `{what}`"))?;
        let length = self.objects()?.format().length();
        let entries = crate::tree::entries(&bytes, length).map(|entry| {
            let entry = entry.map_err(|why| Fault::corrupt(format!("the folder `{what}`"), why))?;
            Ok(TreeEntry {
                mode: entry.mode,
                name: entry.name.to_vec(),
                id: entry.id,
            })
        });
        entries.collect()
    }

    /// Whether objects are named by SHA-256, instead of SHA-1.
    ///
    /// # Errors
    /// The repository is of a kind that is not understood.
    pub fn is_sha256(&self) -> Result<bool, Fault> {
        Ok(self.format()? == Format::Sha256)
    }

    /// The commit, or tag, that a full name such as `refs/heads/main` stands for.
    ///
    /// # Errors
    /// The file of that name holds no id.
    pub fn reference(&self, full: &str) -> Result<Option<Id>, Fault> {
        self.refs.get(full)
    }

    /// Whether there is a name below a full name, or one that is a part of it: git cannot keep
    /// `a` and `a/b` at once.
    pub fn has_names_around(&self, full: &str) -> bool {
        let mut above = full.rsplit_once('/').map(|(above, _)| above);
        while let Some(name) = above.filter(|name| name.starts_with("refs/heads/")) {
            if self.refs.get(name).is_ok_and(|id| id.is_some()) {
                return true;
            }
            above = name.rsplit_once('/').map(|(above, _)| above);
        }
        !self.refs.below(&format!("{full}/")).is_empty()
    }

    /// Whether a work tree of this repository has a branch, by its full name, checked out.
    pub fn is_checked_out(&self, full: &str) -> bool {
        let common = &self.place.common;
        let others = common.join("worktrees").read_dir_utf8();
        let others = others.into_iter().flatten().flatten();
        let mut heads = vec![self.place.git.join("HEAD"), common.join("HEAD")];
        heads.extend(others.map(|entry| entry.path().join("HEAD")));
        let is_asked = |head: Utf8PathBuf| {
            let line = small::line(&head).ok().flatten().unwrap_or_default();
            line.strip_prefix("ref:")
                .is_some_and(|name| name.trim() == full)
        };
        heads.into_iter().any(is_asked)
    }

    /// The repository's own configuration.
    ///
    /// # Errors
    /// It is not understood.
    pub fn configuration(&self) -> Result<&Config, Fault> {
        self.config()
    }

    /// The parents of a commit that this clone has. A shallow clone ends somewhere: there, it is
    /// `None`.
    pub(crate) fn parents<'a>(&self, commit: &'a Commit) -> Result<Option<&'a [Id]>, Fault> {
        let is_end = self.shallow()?.contains(&commit.id);
        Ok((!is_end).then_some(commit.parents.as_slice()))
    }

    /// Whether its history was cut off when it was cloned.
    ///
    /// # Errors
    /// The list of where it was cut off is not readable.
    pub fn is_shallow(&self) -> Result<bool, Fault> {
        Ok(!self.shallow()?.is_empty())
    }

    /// The commits that are being merged into the current one, if a merge is under way.
    ///
    /// # Errors
    /// The list of them is not readable.
    pub fn merge_heads(&self) -> Result<Vec<Id>, Fault> {
        const MOST: u64 = 1 << 20;
        let path = self.place.git.join("MERGE_HEAD");
        let text = small::read(&path, MOST)?.unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let ids: Option<Vec<Id>> = text.lines().map(|line| Id::from_hex(line.trim())).collect();
        ids.ok_or_else(|| Fault::corrupt(small::shown(&path), "it holds no ids"))
    }

    /// The other repositories that this one knows, in the order of its configuration.
    ///
    /// # Errors
    /// The configuration is not understood.
    pub fn remotes(&self) -> Result<Vec<Remote>, Fault> {
        let urls = self.config()?.values("remote", "url");
        let remotes = urls.map(|(name, url)| Remote {
            name: name.to_owned(),
            url: url.to_owned(),
        });
        Ok(remotes.collect())
    }

    pub(crate) fn refs(&self) -> &Refs {
        &self.refs
    }

    pub(crate) fn config(&self) -> Result<&Config, Fault> {
        let read = || {
            let mut config = Config::read(&self.place.common.join("config"))?;
            if config.is_true("extensions", "worktreeconfig") == Some(true) {
                config.extend(Config::read(&self.place.git.join("config.worktree"))?);
            }
            Ok(config)
        };
        self.config.get_or_init(read).as_ref().map_err(Clone::clone)
    }

    pub(crate) fn objects(&self) -> Result<&Objects, Fault> {
        let open = || {
            let format = self.format()?;
            let replaced = self.refs.below("refs/replace/");
            let replaced: Vec<(Id, Id)> = replaced
                .iter()
                .filter_map(|old| {
                    let new = self.refs.get(&format!("refs/replace/{old}")).ok()??;
                    Some((Id::from_hex(old)?, new))
                })
                .collect();
            Objects::open(&self.place.common.join("objects"), format, &replaced)
        };
        self.objects
            .get_or_init(open)
            .as_ref()
            .map_err(Clone::clone)
    }

    /// The bytes of a folder.
    pub(crate) fn tree_bytes(
        &self,
        id: &Id,
        what: impl FnOnce() -> String,
    ) -> Result<Vec<u8>, Fault> {
        self.object(id, ObjectKind::Tree, what)
    }

    /// The fault of an object that is not here.
    pub(crate) fn missing(&self, what: String) -> Fault {
        let remote = self.promising_remote();
        let command = match remote {
            Some(remote) => format!("git fetch --refetch --no-filter {remote}"),
            None if self.is_shallow().unwrap_or(false) => "git fetch --unshallow".to_owned(),
            None => "git fsck".to_owned(),
        };
        Fault::Missing { what, command }
    }

    /// The remote that a partial clone leaves objects at.
    fn promising_remote(&self) -> Option<&str> {
        let config = self.config().ok()?;
        let mut promising = config.values("remote", "promisor");
        let first = promising.find(|(_, value)| *value != "false");
        first
            .map(|(name, _)| name)
            .or_else(|| config.value("extensions", None, "partialclone"))
    }

    fn object(
        &self,
        id: &Id,
        kind: ObjectKind,
        what: impl FnOnce() -> String,
    ) -> Result<Vec<u8>, Fault> {
        match self.objects()?.read(id)? {
            None => Err(self.missing(what())),
            Some((found, bytes)) if found == kind => Ok(bytes),
            Some((found, _)) => {
                let why = format!("it is a {}, not a {}", found.name(), kind.name());
                Err(Fault::corrupt(format!("object {}", id.short()), why))
            }
        }
    }

    /// The id of a folder below another one; `None` if there is none at that path.
    fn folder(&self, tree: &Id, path: &Utf8Path) -> Result<Option<Id>, Fault> {
        let mut id = *tree;
        let length = self.objects()?.format().length();
        for part in path.components() {
            let bytes = self.tree_bytes(&id, || format!("the folder above {path}"))?;
            let mut entries = crate::tree::entries(&bytes, length).flatten();
            let is_asked = |entry: &crate::tree::RawEntry| {
                entry.name == part.as_str().as_bytes() && entry.is_folder()
            };
            match entries.find(is_asked) {
                Some(entry) => id = entry.id,
                None => return Ok(None),
            }
        }
        Ok(Some(id))
    }

    fn shallow(&self) -> Result<&FxHashSet<Id>, Fault> {
        let read = || {
            let path = self.place.common.join("shallow");
            let text = small::read(&path, MOST_SHALLOW)?.unwrap_or_default();
            let text = String::from_utf8_lossy(&text);
            let ids: Option<_> = text.lines().map(|line| Id::from_hex(line.trim())).collect();
            ids.ok_or_else(|| Fault::corrupt(small::shown(&path), "it holds no ids"))
        };
        self.shallow
            .get_or_init(read)
            .as_ref()
            .map_err(Clone::clone)
    }

    /// How objects are named, if the repository is one that is understood.
    fn format(&self) -> Result<Format, Fault> {
        const KNOWN: [&str; 8] = [
            "compatobjectformat",
            "noop",
            "objectformat",
            "partialclone",
            "preciousobjects",
            "refstorage",
            "relativeworktrees",
            "worktreeconfig",
        ];
        let config = self.config()?;
        let version = config.value("core", None, "repositoryformatversion");
        match version.unwrap_or("0") {
            "0" => return Ok(Format::Sha1),
            "1" => {}
            version => {
                let what =
                    format!("the repository has format {version}, but only 0 and 1 are supported");
                return Err(Fault::unsupported(what));
            }
        }
        if let Some(key) = config.keys("extensions").find(|key| !KNOWN.contains(key)) {
            let what =
                format!("the repository uses git's extension `{key}`, which is not supported");
            return Err(Fault::unsupported(what));
        }
        match config.value("extensions", None, "objectformat") {
            None | Some("sha1") => Ok(Format::Sha1),
            Some("sha256") => Ok(Format::Sha256),
            Some(other) => Err(Fault::unsupported(format!(
                "the repository names objects by {other}, but only sha1 and sha256 are supported"
            ))),
        }
    }
}
