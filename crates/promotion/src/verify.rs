//! An edit held to what it was meant to change.

use rustc_hash::FxHashSet;

use crate::environment::Environments;
use crate::file::File;
use crate::walk::walk;

/// Whether a file's new text differs from it where it was meant to, and nowhere else. What is
/// meant is told by the names on the way to it.
pub(crate) fn verify(target: &File, text: &str, meant: Vec<Vec<&str>>) -> Result<(), String> {
    let file = File::read(target.path(), text)
        .map_err(|fault| format!("the file could not be read afterwards: {}", fault.message))?;
    let file_name = target.path().file_name().unwrap_or_default();
    let changed = walk(
        &Environments::default(),
        file_name,
        file.documents(),
        target.documents(),
    )
    .ok_or("too much would change")?;
    // One way is the other, or leads to it.
    let mut ways: FxHashSet<Vec<&str>> = FxHashSet::default();
    let mut above: FxHashSet<Vec<&str>> = FxHashSet::default();
    for names in meant {
        above.extend((0..names.len()).map(|len| names[..len].to_vec()));
        ways.insert(names);
    }
    for found in changed {
        let names: Vec<&str> = found.path.names().collect();
        let is_below = (0..=names.len()).any(|len| ways.contains(&names[..len]));
        if !is_below && !above.contains(&names) {
            return Err(format!("`{}` would change with it", found.path));
        }
    }
    Ok(())
}
