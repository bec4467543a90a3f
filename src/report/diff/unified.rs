//! The objects as text, line by line, without what nobody may see.

use std::io::{self, Write};

use manifest::{Kind, Node, Object, Step, print};
use promotion::REDACTED;

use super::DiffContext;
use crate::compare::{Comparison, Unit};
use crate::judge::redact::looks_sensitive;
use crate::report::escape;

/// How deep values are searched for what nobody may see.
const DEPTH: usize = 128;

pub(super) fn write(
    comparisons: &[Comparison],
    _: &DiffContext<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    for comparison in comparisons {
        for application in &comparison.applications {
            let text = |unit: &Option<Unit>, at: Option<usize>| {
                let object = unit.as_ref()?.objects.get(at?)?;
                Some(visible(object))
            };
            for object in application.told() {
                let before = text(&application.pair.from, object.left);
                let after = text(&application.pair.to, object.right);
                let name = format!(
                    "{}/{}/{}",
                    application.pair.name, object.identity.gvk.kind, object.identity.name
                );
                let name = escape::printable(&name).into_owned();
                let diff = promotion::unified(&name, before.as_deref(), after.as_deref());
                let shown: Vec<_> = diff.lines().map(escape::printable).collect();
                if !shown.is_empty() {
                    writeln!(out, "{}", shown.join("\n"))?;
                }
                let hidden = object.rows.iter().filter(|row| row.field.is_sensitive);
                for row in hidden {
                    writeln!(
                        out,
                        "# {}: differs, and is not shown",
                        escape::printable(&row.field.path.to_string())
                    )?;
                }
            }
        }
    }
    Ok(())
}

/// An object's text.
fn visible(object: &Object) -> String {
    let mut node = object.node.clone();
    let is_secret = matches!(&*object.id.gvk.kind, "Secret" | "SealedSecret");
    hide(&mut node, "", is_secret, 0);
    print(node.view()).unwrap_or_else(|_| "# cannot be printed\n".to_owned())
}

/// Takes out what nobody may see below a name.
fn hide(node: &mut Node, name: &str, is_secret: bool, depth: usize) {
    let hidden = || Node::text(REDACTED, Step::own("redaction"));
    if depth > DEPTH {
        *node = hidden();
        return;
    }
    match node.view().kind() {
        Kind::Map => {
            let told = node.view().get("name").map(|name| name.text().to_owned());
            let Some(map) = node.map_mut() else {
                return;
            };
            for entry in &mut map.entries {
                let key = entry.key.view().text().to_owned();
                let holds =
                    is_secret && depth == 0 && matches!(key.as_str(), "data" | "stringData")
                        || is_secret && key == "encryptedData";
                if holds {
                    hide_all(&mut entry.value, depth + 1);
                    continue;
                }
                let name = match &told {
                    Some(told) if key == "value" => told.clone(),
                    _ => key,
                };
                hide(&mut entry.value, &name, is_secret, depth + 1);
            }
        }
        Kind::Seq => {
            for item in node.seq_mut().into_iter().flat_map(|seq| &mut seq.items) {
                hide(&mut item.value, name, is_secret, depth + 1);
            }
        }
        _ => {
            if looks_sensitive(name, node.view().text()) {
                *node = hidden();
            }
        }
    }
}

fn hide_all(node: &mut Node, depth: usize) {
    if depth < DEPTH
        && let Some(map) = node.map_mut()
    {
        for entry in &mut map.entries {
            hide_all(&mut entry.value, depth + 1);
        }
        return;
    }
    *node = Node::text(REDACTED, Step::own("redaction"));
}
