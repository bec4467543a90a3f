//! Packages of registries as a source of definitions: fetched by their own clients, verified,
//! unpacked in `target/`.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Stdio};

use camino::{Utf8Path, Utf8PathBuf};

use crate::wheel::sha256;
use crate::{Failure, root};

/// Files by their paths in the package.
pub(crate) type Files = BTreeMap<String, String>;

/// Unpacks what is asked for: archive, folder, how many leading parts of a path are the package
/// itself, then the beginnings of paths.
const UNPACK: &str = r#"
import os, sys, tarfile, zipfile
archive, folder, parts, wanted = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4:]
def files():
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as f:
            for name in f.namelist():
                yield name, lambda: f.read(name)
    else:
        with tarfile.open(archive) as f:
            for member in f:
                if member.isfile():
                    yield member.name, lambda: f.extractfile(member).read()
for name, read in files():
    path = "/".join(name.split("/")[parts:])
    inside = any(path == w or path.startswith(w.rstrip("/") + "/") for w in wanted)
    if inside and ".." not in path and path.endswith((".yaml", ".yml", ".rs", ".d.ts")):
        target = os.path.join(folder, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb") as out:
            out.write(read())
"#;

/// A package of a registry, pinned.
pub(crate) struct Package<'a> {
    pub(crate) registry: Registry,
    pub(crate) name: &'a str,
    pub(crate) version: &'a str,
    /// SHA-256 of the archive, in lower-case hexadecimal digits.
    pub(crate) sha256: &'a str,
}

#[derive(Clone, Copy)]
pub(crate) enum Registry {
    /// Go modules.
    Go,
    /// Crates of Rust.
    Crates,
    /// Packages of npm.
    Npm,
}

impl Package<'_> {
    /// The files at or below paths. `modules` is a folder like Go's download cache to look into
    /// first.
    pub(crate) fn files(
        &self,
        wanted: &[String],
        modules: Option<&Utf8Path>,
    ) -> Result<Files, Failure> {
        let archive = self.archive(modules)?;
        let digest = sha256(&fs::read(&archive)?);
        if digest != self.sha256 {
            return Err(format!("{archive} has the SHA-256 {digest}, not {}", self.sha256).into());
        }
        let folder = root().join("target/definitions").join(format!(
            "{}-{}",
            self.name.replace(['/', '@'], "_"),
            self.version
        ));
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        let parts = match self.registry {
            Registry::Go => self.name.split('/').count(),
            Registry::Crates | Registry::Npm => 1,
        };
        let status = Command::new("python3")
            .args(["-c", UNPACK, archive.as_str(), folder.as_str()])
            .arg(parts.to_string())
            .args(wanted)
            .status()?;
        if !status.success() {
            return Err(format!("{archive} cannot be unpacked").into());
        }
        let mut files = Files::new();
        collect(&folder, &folder, &mut files)?;
        Ok(files)
    }

    fn archive(&self, modules: Option<&Utf8Path>) -> Result<Utf8PathBuf, Failure> {
        let Self { name, version, .. } = self;
        match self.registry {
            Registry::Go => {
                let path = format!("{}/@v/{version}.zip", escaped(name));
                let given = modules.map(|folder| folder.join(&path));
                if let Some(file) = given.filter(|file| file.exists()) {
                    return Ok(file);
                }
                let cache = output("go", &["env", "GOMODCACHE"])?;
                let file = Utf8PathBuf::from(cache.trim())
                    .join("cache/download")
                    .join(path);
                if !file.exists() {
                    // The archive arrives even if the module asks for a newer Go.
                    let _ = output("go", &["mod", "download", &format!("{name}@{version}")]);
                }
                Ok(file)
            }
            Registry::Crates => {
                output("cargo", &["info", "--quiet", &format!("{name}@{version}")])?;
                let home = std::env::var("CARGO_HOME")
                    .or_else(|_| std::env::var("HOME").map(|home| format!("{home}/.cargo")))?;
                let caches = Utf8PathBuf::from(home).join("registry/cache");
                let file = format!("{name}-{version}.crate");
                let mut files = caches
                    .read_dir_utf8()?
                    .filter_map(Result::ok)
                    .map(|cache| cache.into_path().join(&file));
                let found = files.find(|file| file.exists());
                found.ok_or_else(|| format!("cargo brought no {file}").into())
            }
            Registry::Npm => {
                let folder = root().join("target/definitions");
                fs::create_dir_all(&folder)?;
                let pinned = format!("{name}@{version}");
                let packed = [
                    "pack",
                    "--silent",
                    "--pack-destination",
                    folder.as_str(),
                    &pinned,
                ];
                Ok(folder.join(output("npm", &packed)?.trim()))
            }
        }
    }
}

/// A module's path as Go's cache writes it: capitals in lower case behind an exclamation mark.
fn escaped(module: &str) -> String {
    let mut path = String::new();
    for c in module.chars() {
        if c.is_ascii_uppercase() {
            path.push('!');
        }
        path.push(c.to_ascii_lowercase());
    }
    path
}

fn output(program: &str, arguments: &[&str]) -> Result<String, Failure> {
    let output = Command::new(program)
        .args(arguments)
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(format!("{program} {} failed", arguments.join(" ")).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

fn collect(folder: &Utf8Path, base: &Utf8Path, files: &mut Files) -> Result<(), Failure> {
    for entry in folder.read_dir_utf8()? {
        let path = entry?.into_path();
        if path.is_dir() {
            collect(&path, base, files)?;
        } else {
            let name = path.strip_prefix(base)?.to_string();
            files.insert(name, fs::read_to_string(&path)?);
        }
    }
    Ok(())
}
