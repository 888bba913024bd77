//! What stands below a program's help (exit codes, files, environment, examples), read back from the help itself: it is told once.
//!
//! Nothing is guessed: a line that doesn't fit is an error, not a loss.

use crate::Failed;

/// What a heading of the help is called in the manual, in the order in which the manual has them.
const SECTIONS: [(&str, &str); 4] =
    [("Exit codes:", "EXIT STATUS"), ("Environment:", "ENVIRONMENT"), ("Files:", "FILES"), ("Examples:", "EXAMPLES")];

/// From this column on a line goes on with what the row above says.
const DEEP: usize = 6;

/// A section of the manual: its heading and its rows.
#[derive(Debug, PartialEq, Eq)]
pub struct Section {
    pub heading: &'static str,
    pub rows: Vec<Row>,
}

/// What is told of, and what is told.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    pub of: String,
    pub told: String,
}

/// The sections of a help's end, in the manual's order.
pub fn sections(help: &str) -> Result<Vec<Section>, Failed> {
    let mut sections: Vec<Section> = Vec::new();
    for line in help.lines().filter(|line| !line.trim().is_empty()) {
        let indent = line.len() - line.trim_start().len();
        if indent == 0 {
            let known = SECTIONS.iter().find(|(heading, _)| *heading == line);
            let (_, heading) = known.ok_or_else(|| Failed(format!("no section of the manual is known for {line:?} in a help")))?;
            sections.push(Section { heading, rows: Vec::new() });
            continue;
        }
        let lost = || Failed(format!("{line:?} in a help belongs to nothing"));
        let rows = &mut sections.last_mut().ok_or_else(lost)?.rows;
        if indent < DEEP {
            let (of, told) = line.trim().split_once("  ").unwrap_or((line.trim(), ""));
            rows.push(Row { of: of.to_owned(), told: told.trim().to_owned() });
        } else {
            let told = &mut rows.last_mut().ok_or_else(lost)?.told;
            *told = format!("{told} {}", line.trim()).trim().to_owned();
        }
    }
    if let Some(row) = sections.iter().flat_map(|section| &section.rows).find(|row| row.told.is_empty()) {
        return Err(Failed(format!("a help names {:?} and tells nothing of it", row.of)));
    }
    sections.sort_by_key(|section| SECTIONS.iter().position(|(_, heading)| *heading == section.heading));
    Ok(sections)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_from_one_line_or_from_several() {
        let read = sections("Files:\n  /etc/x\n      The one\n      file.\n\nExit codes:\n   0  done\n  10  not\n      open\n").unwrap();
        let row = |of: &str, told: &str| Row { of: of.to_owned(), told: told.to_owned() };
        assert_eq!(
            read,
            [
                Section { heading: "EXIT STATUS", rows: vec![row("0", "done"), row("10", "not open")] },
                Section { heading: "FILES", rows: vec![row("/etc/x", "The one file.")] },
            ]
        );
    }

    #[test]
    fn what_fits_nowhere_is_an_error() {
        for help in ["Exit codes: 0 done", "Notes:\n  x  y", "  0  done", "Files:\n        deep", "Files:\n  /etc/x\n"] {
            assert!(sections(help).is_err(), "{help:?}");
        }
    }
}
