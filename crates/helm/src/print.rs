use crate::{Origin, Rendered};

/// The manifests as `helm template` prints them.
pub fn print(rendered: &Rendered) -> String {
    let (mut installed, mut hooks) = (String::new(), String::new());
    for manifest in &rendered.manifests {
        let out = match manifest.origin {
            Origin::Hook(_) => &mut hooks,
            Origin::Crd | Origin::Template => &mut installed,
        };
        for part in ["---\n# Source: ", &manifest.template, "\n", manifest.text()] {
            out.push_str(part);
        }
        out.push('\n');
    }
    // Helm trims all of them together, and does not trim hooks.
    let mut out = installed.trim().to_owned();
    out.push('\n');
    out + &hooks
}
