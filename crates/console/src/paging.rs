//! Lists that are fetched page by page.
//!
//! Nothing here keeps more than one page, however long the list.

use api::Page;
use api::page::MAXIMUM_ROWS;
use clap::Args;
use client::Answer;
use serde::Serialize;

use crate::failure::Failure;
use crate::terminal::Terminal;

/// How it is said that a list goes on: what stands before the place and behind it.
pub(crate) const MORE: (&str, &str) = ("There is more: go on with --after '", "', or ask for --all.");

/// How much of a list is wanted.
#[derive(Clone, Debug, Args)]
pub(crate) struct Paging {
    /// At most this many rows
    #[arg(long, value_name = "ROWS", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,

    /// Go on where an earlier answer ended
    #[arg(long, value_name = "WHERE")]
    after: Option<String>,

    /// All rows
    #[arg(long, conflicts_with = "limit")]
    all: bool,
}

impl Paging {
    /// Shows a list: `fetch` gets a page, `show` makes lines of it for people and is told whether it is the first.
    ///
    /// For programs it is one JSON object, `{"rows": [...], "next": ...}`, a row on each line.
    pub(crate) fn show<T: Serialize>(
        &self,
        terminal: &mut Terminal<'_>,
        fetch: impl Fn(Option<&str>, u32) -> Answer<Page<T>>,
        show: impl Fn(&Terminal<'_>, &[T], bool) -> Vec<String>,
    ) -> Result<(), Failure> {
        let mut after = self.after.clone();
        let mut left = if self.all { u32::MAX } else { self.limit };
        let mut shown = 0_u64;
        loop {
            let page = fetch(after.as_deref(), left.min(MAXIMUM_ROWS))?;
            if terminal.json {
                write_rows(terminal, &page.rows, shown == 0)?;
            } else {
                let lines = show(terminal, &page.rows, shown == 0);
                terminal.lines(lines)?;
            }
            let rows = u32::try_from(page.rows.len()).unwrap_or(u32::MAX);
            shown += u64::from(rows);
            if !self.all {
                left = left.saturating_sub(rows);
            }
            // A page may have no rows and go on: nothing was found in its part of the list. One that leads to itself ends the list, whatever it says.
            after = page.next.filter(|next| after.as_deref() != Some(next));
            if after.is_none() || left == 0 {
                break;
            }
        }
        match (terminal.json, after) {
            (true, after) => write_end(terminal, shown == 0, after.as_deref()),
            (false, Some(after)) => terminal.remark(&format!("{}{after}{}", MORE.0, MORE.1)),
            (false, None) if shown == 0 => terminal.remark("Nothing fits."),
            (false, None) => Ok(()),
        }
    }
}

fn write_rows<T: Serialize>(terminal: &mut Terminal<'_>, rows: &[T], mut first: bool) -> Result<(), Failure> {
    for row in rows {
        let row = crate::show::json::line(row)?;
        write!(terminal.out, "{}{row}", if first { "{\"rows\":[\n" } else { ",\n" })?;
        first = false;
    }
    Ok(())
}

fn write_end(terminal: &mut Terminal<'_>, empty: bool, next: Option<&str>) -> Result<(), Failure> {
    let begin = if empty { "{\"rows\":[" } else { "\n" };
    Ok(writeln!(terminal.out, "{begin}],\"next\":{}}}", crate::show::json::line(&next)?)?)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use jiff::tz::TimeZone;

    use super::*;

    /// A list of the numbers below `length`, whose cursor is the number that comes next.
    fn page(length: u32, after: Option<&str>, limit: u32) -> Page<u32> {
        let from = after.map_or(0, |after| after.parse().unwrap());
        let to = (from + limit).min(length);
        Page { rows: (from..to).collect(), next: (to < length).then(|| to.to_string()) }
    }

    fn shown(paging: &Paging, length: u32, json: bool) -> (String, String, Vec<u32>) {
        let (mut input, mut out, mut err) = (&b""[..], Vec::new(), Vec::new());
        let mut terminal = Terminal { input: &mut input, out: &mut out, err: &mut err, json, zone: TimeZone::UTC };
        let limits = RefCell::new(Vec::new());
        let fetch = |after: Option<&str>, limit| {
            limits.borrow_mut().push(limit);
            Ok(page(length, after, limit))
        };
        paging.show(&mut terminal, fetch, |_, rows, _| rows.iter().map(ToString::to_string).collect()).unwrap();
        (String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap(), limits.into_inner())
    }

    #[test]
    fn a_limit_ends_the_list_and_says_how_to_go_on() {
        let (out, err, limits) = shown(&Paging { limit: 250, after: None, all: false }, 1000, false);
        assert_eq!((out.lines().count(), limits), (250, vec![200, 50]));
        assert!(err.contains("--after '250'"), "{err}");
    }

    #[test]
    fn all_rows_come_page_by_page_and_the_end_is_quiet() {
        let (out, err, limits) = shown(&Paging { limit: 50, after: Some("3".to_owned()), all: true }, 403, false);
        assert_eq!((out.lines().next(), out.lines().count(), limits), (Some("3"), 400, vec![200, 200]));
        assert_eq!(err, "");
    }

    #[test]
    fn programs_read_one_object_with_its_rows_and_where_to_go_on() {
        let read = |text: &str| serde_json::from_str::<Page<u32>>(text).unwrap();
        let (out, err, _) = shown(&Paging { limit: 2, after: None, all: false }, 3, true);
        assert_eq!((out.as_str(), err.as_str()), ("{\"rows\":[\n0,\n1\n],\"next\":\"2\"}\n", ""));
        assert_eq!(read(&out).rows, [0, 1]);
        let (out, _, _) = shown(&Paging { limit: 50, after: None, all: true }, 450, true);
        assert_eq!((read(&out).rows.len(), read(&out).next), (450, None));
        let (out, _, _) = shown(&Paging { limit: 50, after: None, all: false }, 0, true);
        assert_eq!(out, "{\"rows\":[],\"next\":null}\n");
    }

    #[test]
    fn pages_without_rows_are_passed_and_one_that_leads_to_itself_ends_the_list() {
        let asked = RefCell::new(0);
        let mut terminal_out = Vec::new();
        let (mut input, mut err) = (&b""[..], Vec::new());
        let mut terminal = Terminal { input: &mut input, out: &mut terminal_out, err: &mut err, json: false, zone: TimeZone::UTC };
        let fetch = |after: Option<&str>, _| {
            *asked.borrow_mut() += 1;
            let (rows, next) = match after {
                None => (vec![], "1"),
                Some("1") => (vec![7], "2"),
                Some(_) => (vec![], "2"),
            };
            Ok(Page { rows, next: Some(next.to_owned()) })
        };
        let paging = Paging { limit: 50, after: None, all: false };
        paging.show(&mut terminal, fetch, |_, rows: &[u32], _| rows.iter().map(ToString::to_string).collect()).unwrap();
        assert_eq!((String::from_utf8(terminal_out).unwrap().as_str(), asked.into_inner()), ("7\n", 3));
    }
}
