//! Files given new content, each all at once or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};

use camino::{Utf8Path, Utf8PathBuf};

use super::step::step;

/// Puts `text` in the place of a regular file that holds `before`.
pub(super) fn replace(path: &Utf8Path, before: &[u8], text: &str) -> io::Result<()> {
    let metadata = holds(path, before)?;
    put(path, text, Some(metadata.permissions()))
}

/// Makes a file where there is nothing.
pub(super) fn create(path: &Utf8Path, text: &str) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => put(path, text, None),
        Err(fault) => Err(fault),
        Ok(_) => Err(io::Error::other("something is already there")),
    }
}

/// Takes away a regular file that holds `before`.
pub(super) fn remove(path: &Utf8Path, before: &[u8]) -> io::Result<()> {
    holds(path, before)?;
    fs::remove_file(path)?;
    step();
    Ok(())
}

/// What a run of this process id leaves beside a file if it ends while it writes that.
pub(super) fn beside(path: &Utf8Path, process: u32) -> Utf8PathBuf {
    let name = path.file_name().unwrap_or_default();
    path.with_file_name(format!(".{name}.{process}"))
}

fn holds(path: &Utf8Path, before: &[u8]) -> io::Result<fs::Metadata> {
    let metadata = fs::symlink_metadata(path)?;
    let refuse = |why: &str| Err(io::Error::other(why.to_owned()));
    if !metadata.is_file() {
        return refuse("it is not a regular file");
    }
    if fs::read(path)? != before {
        return refuse("it was changed in the meantime");
    }
    Ok(metadata)
}

fn put(path: &Utf8Path, text: &str, permissions: Option<fs::Permissions>) -> io::Result<()> {
    let (file, beside) = create_beside(path)?;
    step();
    let written = write(file, text).and_then(|()| {
        step();
        if let Some(permissions) = permissions {
            fs::set_permissions(&beside, permissions)?;
        }
        fs::rename(&beside, path)
    });
    if written.is_err() {
        // What went wrong matters more than what is left behind.
        let _ = fs::remove_file(&beside);
    }
    step();
    written
}

/// A new file in the same folder, so that it can take the other's place in one step.
fn create_beside(path: &Utf8Path) -> io::Result<(File, Utf8PathBuf)> {
    let beside = beside(path, std::process::id());
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&beside)?;
    Ok((file, beside))
}

fn write(mut file: File, text: &str) -> io::Result<()> {
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A new folder with one file.
    fn file(name: &str) -> Utf8PathBuf {
        let name = format!("gitopslint-{name}-{}", std::process::id());
        let folder = Utf8PathBuf::from_path_buf(std::env::temp_dir().join(name)).unwrap();
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir(&folder).unwrap();
        let path = folder.join("a.yaml");
        fs::write(&path, "old").unwrap();
        path
    }

    #[test]
    fn a_file_gets_another_content_and_nothing_stays_behind() {
        let path = file("replaced");
        replace(&path, b"old", "new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_changed_stays() {
        let path = file("changed");
        let fault = replace(&path, b"older", "new").unwrap_err();
        assert_eq!(fault.to_string(), "it was changed in the meantime");
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let path = file("linked");
        let link = path.with_file_name("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let fault = replace(&link, b"old", "new").unwrap_err();
        assert_eq!(fault.to_string(), "it is not a regular file");
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    }
}
