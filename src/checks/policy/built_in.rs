//! The texts of the policies that come with the program.

/// Every `.rego` file under `policies/`, with its text; the build script lists them.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/policies.rs"));

/// Whether a policy with this id comes with the program.
pub(crate) fn has(id: &str) -> bool {
    let names = FILES.iter().filter_map(|(path, _)| path.rsplit_once('/'));
    let mut names = names.filter(|(folder, _)| *folder != "lib");
    names.any(|(_, name)| name.strip_suffix(".rego") == Some(id))
}

/// The policies that come with the program and what they share, by their paths below
/// `policies/`.
pub(crate) fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    FILES.iter().copied()
}

/// What policies share, users' policies as well.
pub(crate) fn shared() -> impl Iterator<Item = (&'static str, &'static str)> {
    all().filter(|(path, _)| path.starts_with("lib/"))
}
