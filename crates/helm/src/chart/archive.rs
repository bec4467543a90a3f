//! Charts in archives.

use std::io::Read;
use std::sync::Arc;

use camino::Utf8Path;
use flate2::read::MultiGzDecoder;
use tar::{Archive, EntryType};

use super::files::{Budget, File};

/// The files of an archive, without the folder that holds all of them.
///
/// # Errors
/// It is not a compressed archive of one folder, it is too large, or it reaches outside.
pub(super) fn read(
    bytes: &[u8],
    path: &Utf8Path,
    budget: &mut Budget,
) -> Result<Vec<File>, String> {
    let unreadable = |error: std::io::Error| format!("this is not an archive of a chart: {error}");
    // What is not counted below, such as the padding between files, is limited here.
    let unpacked = MultiGzDecoder::new(bytes).take(2 * Budget::TOTAL);
    let mut archive = Archive::new(unpacked);
    let mut files = Vec::new();
    for entry in archive.entries().map_err(unreadable)? {
        let mut entry = entry.map_err(unreadable)?;
        let kind = entry.header().entry_type();
        match kind {
            EntryType::Directory | EntryType::XGlobalHeader | EntryType::XHeader => continue,
            EntryType::Symlink | EntryType::Link => {
                return Err("the archive holds a link, which is not followed".to_owned());
            }
            _ => {}
        }
        let name = entry.path_bytes();
        let name = std::str::from_utf8(&name).map_err(|_| "a file's name is not UTF-8")?;
        let name = inside(name)?;
        let size = entry.size();
        budget.spend(&name, size)?;
        let mut content = Vec::new();
        let limit = Budget::FILE.min(size) + 1;
        let read = entry.by_ref().take(limit).read_to_end(&mut content);
        read.map_err(unreadable)?;
        if content.len() as u64 != size {
            return Err(format!("the archive ends within `{name}`"));
        }
        let bytes: Arc<[u8]> = content.into();
        let path = path.join(&name);
        files.push(File { name, path, bytes });
    }
    if files.is_empty() {
        return Err("the archive holds no files".to_owned());
    }
    Ok(files)
}

/// The name of a file without the outermost folder.
fn inside(name: &str) -> Result<String, String> {
    let name = name.replace('\\', "/");
    let outside = || format!("the archive holds `{name}`, which is outside of its folder");
    let (folder, rest) = name.split_once('/').ok_or_else(outside)?;
    let mut parts = Vec::new();
    for part in rest.split('/') {
        match part {
            "" if parts.is_empty() => return Err(outside()),
            "" | "." => {}
            ".." => {
                parts.pop().ok_or_else(outside)?;
            }
            part => parts.push(part),
        }
    }
    let drive = parts.first().is_some_and(|part| part.ends_with(':'));
    if folder == "Chart.yaml" || parts.is_empty() || drive {
        return Err(outside());
    }
    Ok(parts.join("/"))
}
