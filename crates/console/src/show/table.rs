//! Tables that stay readable at 80 columns.
//!
//! Nothing here cuts a value short: what doesn't fit goes on in the next line.

use super::text::{COLUMNS, padded, width, wrapped};

/// The most columns that a column of the table takes before a longer value pushes its own row to the right.
const WIDEST: usize = 25;

/// Where what doesn't fit goes on.
const INDENT: &str = "    ";

/// The lines of a table: headings, if they are wanted, and rows. The last cell is free in length.
pub(crate) fn lines(headings: Option<&[&str]>, rows: &[Vec<String>]) -> Vec<String> {
    let first = headings.map(|headings| headings.iter().map(|heading| (*heading).to_owned()).collect::<Vec<_>>());
    let all: Vec<&Vec<String>> = first.iter().chain(rows).collect();
    let count = all.iter().map(|row| row.len()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..count)
        .map(|column| all.iter().filter_map(|row| row.get(column)).map(|cell| width(cell)).filter(|wide| *wide <= WIDEST).max())
        .map(Option::unwrap_or_default)
        .collect();
    all.into_iter().flat_map(|row| lines_of(row, &widths)).collect()
}

fn lines_of(row: &[String], widths: &[usize]) -> Vec<String> {
    let Some((last, cells)) = row.split_last() else { return Vec::new() };
    let mut line = String::new();
    for (cell, columns) in cells.iter().zip(widths) {
        line.push_str(&padded(cell, *columns));
        line.push_str("  ");
    }
    if width(&line) + width(last) <= COLUMNS {
        line.push_str(last);
        return vec![line.trim_end().to_owned()];
    }
    let mut lines = vec![line.trim_end().to_owned()];
    lines.extend(wrapped(last, INDENT));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_long_last_cells_go_on_below() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let rows = [row(["ada", "active", "Ada"]), row(["grace.hopper", "suspended", &"Grace ".repeat(20)])];
        let lines = lines(Some(&["NAME", "STATE", "PERSON"]), &rows);
        assert_eq!(lines[0], "NAME          STATE      PERSON");
        assert_eq!(lines[1], "ada           active     Ada");
        assert_eq!(lines[2], "grace.hopper  suspended");
        assert!(lines[3].starts_with("    Grace Grace") && lines.iter().all(|line| width(line) <= COLUMNS));
    }
}
