//! Where the result goes, and in which formats.

use std::io;
use std::str::FromStr;

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use super::Failure;
use super::terminal::Terminal;
use crate::judge::finding::Report;
use crate::report::{self, Context, Format};

/// Where the result goes, and in which formats.
#[derive(Args)]
pub(super) struct Outputs {
    /// The format of the result
    #[arg(long, value_name = "FORMAT", value_parser = formats(), default_value = "human")]
    format: Format,
    /// Write the result to a file: FORMAT=FILE adds a file in that format and can be repeated;
    /// FILE alone replaces standard output
    #[arg(short, long = "output", value_name = "[FORMAT=]FILE")]
    outputs: Vec<Output>,
}

/// One file to write.
#[derive(Clone, Debug, PartialEq)]
struct Output {
    /// None if it is `--format` that says so.
    format: Option<Format>,
    path: Utf8PathBuf,
}

/// Reads a format by its name, and lists them all in the help.
pub(super) fn formats() -> impl TypedValueParser<Value = Format> {
    let values = Format::ALL.map(|f| PossibleValue::new(f.name()).help(f.about()));
    PossibleValuesParser::new(values).map(|name| Format::parse(&name).unwrap_or(Format::Human))
}

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(format) = Format::parse(text) {
            let name = format.name();
            return Err(format!(
                "`{name}` is a format; write `--format {name}`, `-o {name}=FILE`, or `-o ./{name}` \
                 for a file of that name"
            ));
        }
        let (format, path) = match text.split_once('=') {
            Some((name, path)) if is_word(name) => {
                let format = Format::parse(name).ok_or_else(|| unknown(name))?;
                (Some(format), path)
            }
            _ => (None, text),
        };
        if path.is_empty() {
            return Err("the file's name is missing".to_owned());
        }
        Ok(Self {
            format,
            path: path.into(),
        })
    }
}

/// Whether it could be meant as a format's name.
fn is_word(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

fn unknown(name: &str) -> String {
    let names = Format::ALL.map(Format::name);
    match suggest::nearest(name, names) {
        Some(near) => format!("unknown format `{name}`; did you mean `{near}`?"),
        None => format!(
            "unknown format `{name}`, expected one of {}",
            names.join(", ")
        ),
    }
}

impl Outputs {
    /// The format that `--format` asks for.
    pub(super) fn format(&self) -> Format {
        self.format
    }

    /// Prints how many findings there are instead of the findings; files are written as ever.
    ///
    /// # Errors
    /// As [`Self::write`], and if standard output is asked for in a format for programs.
    pub(super) fn write_statistics(
        &self,
        report: &Report,
        context: &Context<'_>,
        terminal: &mut Terminal,
    ) -> Result<(), Failure> {
        if self.format != Format::Human {
            let name = self.format.name();
            return Err(
                Failure::new(format!("--statistics has no format `{name}`")).hint(format!(
                    "it is text; write `-o {name}=FILE` for the findings"
                )),
            );
        }
        self.write_files(report, context)?;
        let context = Context {
            color: terminal.has_colour(),
            ..*context
        };
        told(report::write_statistics(report, &context, terminal.out()))
    }

    /// Writes a report wherever it is asked for. A file is complete or not there at all.
    ///
    /// # Errors
    /// If a file, or standard output, cannot be written. A reader that closed its pipe is no
    /// error.
    pub(super) fn write(
        &self,
        report: &Report,
        context: &Context<'_>,
        terminal: &mut Terminal,
    ) -> Result<(), Failure> {
        self.write_files(report, context)?;
        if self.outputs.iter().any(|output| output.format.is_none()) {
            return Ok(());
        }
        let context = Context {
            color: terminal.has_colour(),
            ..*context
        };
        told(report::write(self.format, report, &context, terminal.out()))
    }

    /// Writes a text that has a form of its own: to each file, else to the standard output.
    ///
    /// # Errors
    /// As [`Self::write`], and if a file is asked for in a format.
    pub(super) fn write_text(&self, text: &[u8], terminal: &mut Terminal) -> Result<(), Failure> {
        for output in &self.outputs {
            let path = &output.path;
            if let Some(format) = output.format {
                let name = format.name();
                return Err(Failure::new(format!(
                    "{path} cannot be written as `{name}`"
                )));
            }
            replace(path, text)
                .map_err(|fault| Failure::new(format!("cannot write {path}: {fault}")))?;
        }
        match self.outputs.is_empty() {
            true => told(terminal.out().write_all(text)),
            false => Ok(()),
        }
    }

    fn write_files(&self, report: &Report, context: &Context<'_>) -> Result<(), Failure> {
        let mut context = *context;
        context.detail.links = false;
        for output in &self.outputs {
            let mut text = Vec::new();
            let format = output.format.unwrap_or(self.format);
            report::write(format, report, &context, &mut text)
                .and_then(|()| replace(&output.path, &text))
                .map_err(|fault| Failure::new(format!("cannot write {}: {fault}", output.path)))?;
        }
        Ok(())
    }
}

/// A reader that closed its pipe wants no more.
fn told(written: io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(fault) if fault.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("cannot write the result: {fault}")))
        }
        _ => Ok(()),
    }
}

/// Puts a file in its place at once: whoever reads it meanwhile reads the earlier one. A link is
/// replaced and not followed: it may stand in a repository that is not to be trusted. What is no
/// plain file, such as `/dev/stderr`, is written to as it is.
pub(super) fn replace(path: &Utf8Path, text: &[u8]) -> io::Result<()> {
    if path.metadata().is_ok_and(|kept| !kept.is_file()) {
        return std::fs::write(path, text);
    }
    let name = path.file_name().unwrap_or_default();
    let beside = path.with_file_name(format!(".{name}.{}", std::process::id()));
    std::fs::write(&beside, text)
        .and_then(|()| std::fs::rename(&beside, path))
        .inspect_err(|_| {
            // What is left of it is of no use.
            let _ = std::fs::remove_file(&beside);
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: Result<(Option<Format>, &str), &str>) {
        let read = text.parse::<Output>();
        let read = read.as_ref().map(|o| (o.format, o.path.as_str()));
        assert_eq!(read.map_err(String::as_str), expect);
    }

    #[test]
    fn a_file_with_or_without_its_format() {
        check("report.txt", Ok((None, "report.txt")));
        check(
            "sarif=out/x.sarif",
            Ok((Some(Format::Sarif), "out/x.sarif")),
        );
        check("json-lines=a=b", Ok((Some(Format::JsonLines), "a=b")));
        check("./a=b", Ok((None, "./a=b")));
        check("a.b=c", Ok((None, "a.b=c")));
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        check(
            "json",
            Err(
                "`json` is a format; write `--format json`, `-o json=FILE`, or `-o ./json` for a file of that name",
            ),
        );
        check(
            "sarf=x",
            Err("unknown format `sarf`; did you mean `sarif`?"),
        );
        check("json=", Err("the file's name is missing"));
        assert!(
            "qqqqq=x"
                .parse::<Output>()
                .unwrap_err()
                .contains("expected one of human, concise")
        );
    }

    #[test]
    fn a_file_is_replaced_as_a_whole() {
        let folder = std::env::temp_dir().join(format!("gitopslint-out-{}", std::process::id()));
        let folder = Utf8PathBuf::from_path_buf(folder).unwrap();
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("a.json");
        replace(&path, b"one").unwrap();
        replace(&path, b"two").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "two");
        let link = folder.join("link");
        std::os::unix::fs::symlink("a.json", &link).unwrap();
        replace(&link, b"three").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "two");
        std::fs::remove_file(&link).unwrap();
        assert!(replace(&folder.join("none/a.json"), b"x").is_err());
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
