//! postern.toml(5), from the packaged configuration alone: its comments become prose, its keys become rows.
//!
//! Nothing is left out: a line that isn't understood is an error.

use clap_mangen::roff::{bold, roman};

use crate::sheet::Sheet;
use crate::{Failed, Issue};

/// The packaged configuration, which is also its documentation.
const PACKAGED: &str = include_str!("../../../config/postern.toml");

const NAME: &str = "postern.toml";

/// What the file says, in its order.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Section(String),
    Paragraph(String),
    Key { name: String, default: String, told: String },
}

/// The page.
pub fn page(issue: &Issue) -> Result<String, Failed> {
    let mut parts = parts(PACKAGED)?.into_iter();
    let Some(Part::Paragraph(first)) = parts.next() else {
        return Err(Failed("the configuration doesn't begin with what it is".to_owned()));
    };
    let mut sheet = Sheet::new(NAME, 5, issue);
    sheet.heading("NAME");
    sheet.paragraph([roman(format!("{NAME} - {}", first.trim_end_matches('.')))]);
    sheet.heading("SYNOPSIS");
    sheet.paragraph([bold(daemon::config::FILE)]);
    sheet.heading("DESCRIPTION");
    for part in parts {
        match part {
            Part::Section(name) => sheet.heading(&format!("[{name}]")),
            Part::Paragraph(words) => sheet.paragraph([roman(words)]),
            Part::Key { name, default, told } => sheet.row([bold(name), roman(format!(" = {default}"))], &told),
        }
    }
    sheet.heading("SEE ALSO");
    sheet.references(&[("posternctl".to_owned(), 8), ("posternd".to_owned(), 8)]);
    sheet.finish()
}

fn parts(file: &str) -> Result<Vec<Part>, Failed> {
    let mut parts = Vec::new();
    let mut waiting: Vec<&str> = Vec::new();
    for (at, line) in file.lines().enumerate() {
        let wrong = |why: &str| Failed(format!("line {} of the configuration {why}: {line:?}", at + 1));
        if line.is_empty() || line == "#" {
            // Comments that no key follows are about the section, or the whole.
            parts.extend(paragraph(&mut waiting).map(Part::Paragraph));
        } else if let Some(words) = line.strip_prefix("# ") {
            waiting.push(words);
        } else if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            parts.extend(paragraph(&mut waiting).map(Part::Paragraph));
            parts.push(Part::Section(name.to_owned()));
        } else if let Some((name, default)) = line.trim_start_matches('#').split_once(" = ") {
            if default.starts_with('[') && !default.ends_with(']') {
                return Err(wrong("goes on in the next, which this page can't show"));
            }
            let told = paragraph(&mut waiting).ok_or_else(|| wrong("has a key that nothing is told of"))?;
            parts.push(Part::Key { name: name.to_owned(), default: default.to_owned(), told });
        } else {
            return Err(wrong("is neither comment, section nor key"));
        }
    }
    parts.extend(paragraph(&mut waiting).map(Part::Paragraph));
    Ok(parts)
}

fn paragraph(waiting: &mut Vec<&str>) -> Option<String> {
    let words = std::mem::take(waiting).join(" ");
    (!words.is_empty()).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_become_prose_and_keys_become_rows() {
        let read = parts("# What\n# it is.\n#\n# More.\n\n[a]\n# The x\n# of a.\n#x = [1, 2]\n# Its y.\ny = \"z\"\n").unwrap();
        let key = |name: &str, default: &str, told: &str| Part::Key { name: name.into(), default: default.into(), told: told.into() };
        assert_eq!(
            read,
            [
                Part::Paragraph("What it is.".into()),
                Part::Paragraph("More.".into()),
                Part::Section("a".into()),
                key("x", "[1, 2]", "The x of a."),
                key("y", "\"z\"", "Its y."),
            ]
        );
    }

    #[test]
    fn a_line_that_would_be_lost_is_an_error() {
        for file in ["#x = 1", "# A list.\n#x = [", "nonsense"] {
            assert!(parts(file).is_err(), "{file:?}");
        }
    }
}
