//! Charts in archives.

use std::io::Read;
use std::sync::Arc;

use camino::Utf8Path;
use flate2::read::MultiGzDecoder;
use tar::{Archive, EntryType};

use super::files::{File, Refused, Room};

/// The files of an archive, without the folder that holds all of them.
///
/// # Errors
/// It is not a compressed archive of one folder, it is too large, or it reaches outside.
pub(super) fn read(
    bytes: &[u8],
    path: &Utf8Path,
    room: &mut Room<'_>,
) -> Result<Vec<File>, Refused> {
    let unreadable =
        |error: std::io::Error| Refused::File(format!("this is not a chart archive: {error}"));
    // What is not counted below, such as the padding between files, is limited here.
    let unpacked = MultiGzDecoder::new(bytes).take(2 * room.bytes + (1 << 20));
    let mut archive = Archive::new(unpacked);
    let mut files = Vec::new();
    for entry in archive.entries().map_err(unreadable)? {
        let mut entry = entry.map_err(unreadable)?;
        let kind = entry.header().entry_type();
        match kind {
            EntryType::Directory | EntryType::XGlobalHeader | EntryType::XHeader => continue,
            EntryType::Symlink | EntryType::Link => {
                let message = "the archive holds a link, which is not followed";
                return Err(Refused::File(message.to_owned()));
            }
            _ => {}
        }
        let name = entry.path_bytes();
        let name = std::str::from_utf8(&name)
            .map_err(|_| Refused::File("a file's name is not UTF-8".to_owned()))?;
        let name = inside(name).map_err(Refused::File)?;
        let size = entry.size();
        room.file(&name, size)?;
        let mut content = Vec::new();
        let limit = Room::FILE.min(size) + 1;
        let read = entry.by_ref().take(limit).read_to_end(&mut content);
        read.map_err(unreadable)?;
        if content.len() as u64 != size {
            return Err(Refused::File(format!("the archive ends within `{name}`")));
        }
        let bytes: Arc<[u8]> = content.into();
        let path = path.join(&name);
        files.push(File { name, path, bytes });
    }
    if files.is_empty() {
        return Err(Refused::File("the archive holds no files".to_owned()));
    }
    Ok(files)
}

/// The name of a file without the outermost folder.
fn inside(name: &str) -> Result<String, String> {
    let name = name.replace('\\', "/");
    let outside = || format!("the archive holds `{name}`, which is outside its folder");
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

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use manifest::Budget;

    use super::*;

    fn compressed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn archive(files: &[(&str, usize)]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (name, size) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(*size as u64);
            builder
                .append_data(&mut header, name, &*vec![b'x'; *size])
                .unwrap();
        }
        compressed(&builder.into_inner().unwrap())
    }

    #[track_caller]
    fn check(bytes: &[u8], expected: Result<usize, &str>) {
        let mut room = Room {
            bytes: 1000,
            entries: 3,
            budget: &Budget::default(),
        };
        let read = read(bytes, Utf8Path::new("a.tgz"), &mut room);
        let read = read.map_err(|refused| refused.fault("a.tgz".into()).message);
        match (read, expected) {
            (Ok(files), Ok(count)) => assert_eq!(files.len(), count),
            (Err(message), Err(part)) => assert!(message.contains(part), "{message}"),
            (read, expected) => panic!("{read:?} {expected:?}"),
        }
    }

    #[test]
    fn no_more_is_read_than_the_budget_allows() {
        check(&archive(&[("a/b", 500), ("a/c", 500)]), Ok(2));
        check(&archive(&[("a/b", 500), ("a/c", 501)]), Err("too large"));
        check(
            &archive(&[("a/b", 1), ("a/c", 1), ("a/d", 1), ("a/e", 1)]),
            Err("too large"),
        );
        // Nothing but padding, without end.
        check(&compressed(&vec![0; 4 << 20]), Err("no files"));
    }
}
