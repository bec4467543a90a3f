//! An edit held to what it was meant to change.

use crate::environment::Environments;
use crate::file::File;
use crate::path::Path;
use crate::walk::walk;

/// Whether a file's new text differs from it where it was meant to, and nowhere else.
pub(crate) fn verify(target: &File, text: &str, meant: &[&Path]) -> Result<(), String> {
    let file = File::read(target.path(), text)
        .map_err(|fault| format!("the file could not be read afterwards: {}", fault.message))?;
    let file_name = target.path().file_name().unwrap_or_default();
    let changed = walk(
        &Environments::default(),
        file_name,
        file.documents(),
        target.documents(),
    );
    for found in changed {
        let names: Vec<&str> = found.path.names().collect();
        let is_meant = |path: &&&Path| {
            let mut meant = path.names();
            let mut names = names.iter();
            // One is the way to the other.
            loop {
                match (names.next(), meant.next()) {
                    (Some(a), Some(b)) if is_same(a, b) => {}
                    (None, _) | (_, None) => return true,
                    _ => return false,
                }
            }
        };
        if !meant.iter().any(|path| is_meant(&path)) {
            return Err(format!("`{}` would change with it", found.path));
        }
    }
    Ok(())
}

/// Names of items that are found by content or place are not the same before and after.
fn is_same(a: &str, b: &str) -> bool {
    a == b
}
