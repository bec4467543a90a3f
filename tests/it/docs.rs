//! The documents say what the program does.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use gitopslint::Setup;
use gitopslint::cli;
use gitopslint::report::{rule_document, rules_index};
use manifest::Memory;

use crate::run::{Folder, disk};

fn root() -> &'static Utf8Path {
    Utf8Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The documents that people read, each with its text.
fn documents() -> Vec<(Utf8PathBuf, String)> {
    let names = [
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "ARCHITECTURE.md",
    ];
    let mut paths: Vec<Utf8PathBuf> = names.iter().map(|name| root().join(name)).collect();
    let pages = root().join("docs").read_dir_utf8().unwrap();
    paths.extend(pages.map(|page| page.unwrap().into_path()));
    paths.retain(|path| path.extension() == Some("md"));
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            (path.strip_prefix(root()).unwrap().to_owned(), text)
        })
        .collect()
}

/// Each page on rules by its name, as it has to be.
fn rule_pages() -> BTreeMap<String, String> {
    let setup = Setup::read(&Memory::default(), None).unwrap();
    let rules = setup.rules().iter();
    let pages = rules.map(|rule| {
        let page = rule_document(rule, setup.severities(rule));
        (format!("{}.md", rule.id), page)
    });
    let index = ("README.md".to_owned(), rules_index(&setup));
    pages.chain([index]).collect()
}

#[test]
fn no_two_rules_have_one_id() {
    let setup = Setup::read(&Memory::default(), None).unwrap();
    let mut seen = BTreeSet::new();
    let twice: Vec<_> = setup
        .rules()
        .iter()
        .map(|rule| rule.id.clone())
        .filter(|id| !seen.insert(id.clone()))
        .collect();
    assert!(twice.is_empty(), "{twice:?}");
}

/// With `WRITE_DOCS`, the pages are written instead.
#[test]
fn pages_on_rules_are_current() {
    let expected = rule_pages();
    let folder = root().join("docs/rules");
    if std::env::var_os("WRITE_DOCS").is_some() {
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        for (name, page) in &expected {
            fs::write(folder.join(name), page).unwrap();
        }
    }
    let found = folder
        .read_dir_utf8()
        .unwrap()
        .map(|page| page.unwrap().into_path());
    let found: BTreeMap<String, String> = found
        .map(|page| {
            let text = fs::read_to_string(&page).unwrap();
            (page.file_name().unwrap().to_owned(), text)
        })
        .collect();
    let names = expected.keys().chain(found.keys()).collect::<BTreeSet<_>>();
    let stale: Vec<_> = names
        .into_iter()
        .filter(|name| expected.get(*name) != found.get(*name))
        .collect();
    assert!(stale.is_empty(), "WRITE_DOCS=1 writes them anew: {stale:?}");
}

#[test]
fn the_book_lists_every_page() {
    let summary = fs::read_to_string(root().join("docs/SUMMARY.md")).unwrap();
    let links: BTreeSet<&str> = summary
        .split("](")
        .skip(1)
        .map(|rest| rest.split(')').next().unwrap())
        .collect();
    for link in &links {
        assert!(
            root().join("docs").join(link).exists(),
            "there is no {link}"
        );
    }
    for (path, _) in documents() {
        let page = path.strip_prefix("docs").ok();
        let page = page.filter(|page| *page != "SUMMARY.md");
        assert!(
            page.is_none_or(|page| links.contains(page.as_str())),
            "{path} is not listed"
        );
    }
}

#[test]
fn links_lead_to_files() {
    let mut broken = Vec::new();
    for (path, text) in documents() {
        let links = text.split("](").skip(1);
        let links = links.filter_map(|rest| rest.split(')').next());
        for link in links.filter(|link| !link.contains("://") && !link.starts_with('#')) {
            let file = link.split('#').next().unwrap();
            let folder = root().join(&path);
            if !folder.parent().unwrap().join(file).exists() {
                broken.push(format!("{path}: {link}"));
            }
        }
    }
    assert_eq!(broken, Vec::<String>::new());
}

/// A command without what fetches the program first.
fn started(line: &str) -> &str {
    let fetched = line.strip_prefix("uvx ").or(line.strip_prefix("npx "));
    fetched.unwrap_or(line)
}

/// The commands of the program in a document: lines of code that begin with its name, or hand it
/// to a hook.
fn commands(text: &str) -> Vec<String> {
    let mut commands = Vec::new();
    let mut is_code = false;
    for line in text.lines() {
        let line = line.trim();
        if line.starts_with("```") {
            is_code = !is_code;
            continue;
        }
        let line = line.strip_prefix("- ").unwrap_or(line);
        let line = line.strip_prefix("entry: ").unwrap_or(line);
        let line = started(line);
        let line = line.strip_prefix("$ ").unwrap_or(line);
        let line = line.strip_prefix("cargo run --release -- ").map_or_else(
            || line.to_owned(),
            |arguments| format!("gitopslint {arguments}"),
        );
        // What is named alone, before a comment, is no command.
        if is_code && line.starts_with("gitopslint ") && !line.starts_with("gitopslint #") {
            commands.push(line);
        } else if !is_code {
            let spans = line.split('`').skip(1).step_by(2);
            let spans = spans.map(started);
            let spans = spans.filter(|span| span.starts_with("gitopslint "));
            // A command that is only named has no arguments yet.
            commands.extend(spans.map(|span| match span.split_whitespace().count() {
                2 => format!("{span} --help"),
                _ => span.to_owned(),
            }));
        }
    }
    commands
}

/// The words of a command up to what a shell would do with it.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    for word in command.split_whitespace() {
        let is_placeholder = word.starts_with('<') && word.ends_with('>');
        if word.starts_with(['#', '|', '>', '<', ';', '&']) && !is_placeholder {
            break;
        }
        words.push(match is_placeholder {
            true => "privileged-container".to_owned(),
            false => word.trim_matches(['\'', '"']).to_owned(),
        });
    }
    words
}

#[test]
fn every_command_line_is_one_that_the_program_takes() {
    let mut count = 0;
    let mut wrong = Vec::new();
    for (path, text) in documents() {
        for command in commands(&text) {
            count += 1;
            if let Some(fault) = cli::usage_fault(words(&command)) {
                wrong.push(format!("{path}: {command}: {fault}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(count > 10, "only {count} commands were found");
}

/// Configurations in the documents are valid.
#[test]
fn every_configuration_is_valid() {
    let mut count = 0;
    for (path, text) in documents() {
        for block in text.split("```yaml\n").skip(1) {
            let block = block.split("```").next().unwrap();
            let keys = [
                "profile:",
                "kubernetes:",
                "environments:",
                "rules:",
                "ignores:",
            ];
            if !keys
                .iter()
                .any(|key| block.starts_with(key) || block.contains(&format!("\n{key}")))
            {
                continue;
            }
            count += 1;
            let memory: Memory = [(".gitopslint.yaml", block)].into_iter().collect();
            let faults = Setup::read(&memory, None).err().unwrap_or_default();
            let told: Vec<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
            assert_eq!(told, Vec::<&str>::new(), "{path}");
        }
    }
    assert!(count > 0);
}

/// The finding that the README begins with is what the program says of the files that it shows.
#[test]
fn the_finding_in_the_readme_is_a_real_one() {
    let text = fs::read_to_string(root().join("README.md")).unwrap();
    let start = text.find("```text\n").unwrap();
    let shown = text[start..].split("```").nth(1).unwrap();
    let shown = shown.strip_prefix("text\n$ gitopslint check\n").unwrap();
    let folder = Folder::new();
    let source = root().join("fixtures/readme");
    for path in gitopslint::snapshot::Repository::walk(&disk(&source)).files {
        folder.write(&path, &fs::read(source.join(&path)).unwrap());
    }
    let output = crate::command::program()
        .arg("check")
        .current_dir(folder.path())
        .env_remove("COLUMNS")
        .env_remove("FORCE_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), shown);
}
