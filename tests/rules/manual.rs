//! The manual: each command has its page, pages lead only to pages that there are, and what formats them has nothing to complain of.
//! Doesn't judge how they read; the texts are the help's, and approved there.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use harness::Program;
use tempfile::TempDir;

use crate::pages::{MADE, PROGRAMS, commands, files_in, make, rows};

#[test]
fn every_command_that_the_help_lists_has_a_page_and_no_other_page_is_there() {
    let mut due = BTreeSet::from(["man5/postern.toml.5".to_owned()]);
    for (program, section) in PROGRAMS {
        due.extend(commands(program).iter().map(|(words, _)| format!("man{section}/{}.{section}", words.join("-"))));
    }
    let there = files_in(&MADE.join("man")).into_keys().map(|path| path.display().to_string()).collect();
    assert_eq!(due, there);
}

#[test]
fn what_formats_the_pages_has_nothing_to_complain_of() {
    for path in files_in(&MADE.join("man")).into_keys() {
        let (_, complaints) = formatted(&path);
        assert_eq!(complaints, "", "{}", path.display());
    }
    let wrong = MADE.join("wrong.1");
    fs::write(&wrong, ".TH W 1\n.SH NAME\n.NOSUCH\nw \\- \\fQwrong\n").unwrap();
    assert_ne!(man(&wrong).1, "", "man doesn't warn of what is wrong, so its silence says nothing");
}

#[test]
fn every_page_leads_to_others_and_all_of_them_exist() {
    let there = files_in(&MADE.join("man"));
    for path in there.keys() {
        let (text, _) = formatted(path);
        let own = path.file_stem().unwrap().to_string_lossy();
        let named = named(&text);
        assert!(section(&text, "SEE ALSO").contains("postern"), "{} leads nowhere", path.display());
        assert!(section(&text, "NAME").trim_start().starts_with(&format!("{own} - ")), "{} has no name", path.display());
        for (page, section) in named.into_iter().filter(|(page, _)| page.to_uppercase() != *page) {
            let target = format!("man{section}/{page}.{section}");
            assert!(there.contains_key(Path::new(&target)), "{} names {page}({section}), which there isn't", path.display());
        }
    }
}

#[test]
fn the_manual_promises_the_exit_codes_of_the_help_and_no_others() {
    for (program, number) in PROGRAMS {
        let (_, help) = commands(program).into_iter().find(|(words, _)| words.len() == 1).unwrap();
        let promised: Vec<&str> = rows(&help, "Exit codes:").filter(|code| code.parse::<u8>().is_ok()).collect();
        let (text, _) = formatted(Path::new(&format!("man{number}/{program}.{number}")));
        let told = section(&text, "EXIT STATUS");
        let told: Vec<&str> =
            told.lines().filter_map(|line| line.split_whitespace().next()).filter(|word| word.parse::<u8>().is_ok()).collect();
        assert!(promised.len() > 3, "{program} promises {promised:?}");
        assert_eq!(promised, told, "{program}");
    }
}

#[test]
fn the_same_sources_make_the_same_bytes_and_what_is_gone_leaves_no_page() {
    let again = TempDir::new().unwrap();
    assert!(make(again.path(), "0").success());
    let old: Vec<_> = files_in(again.path()).into_iter().filter(|(path, _)| path.starts_with("man")).collect();
    assert!(old.iter().all(|(_, text)| text.contains("\"1970-01-01\"")), "a page isn't of the day that was named: {:?}", old.first());
    fs::write(again.path().join("man/man1/postern-gone.1"), "").unwrap();
    assert!(make(again.path(), "1766577600").success());
    let first = |folder: &Path| files_in(folder).into_iter().filter(|(path, _)| path.components().count() > 1).collect::<Vec<_>>();
    assert!(first(again.path()) == first(&MADE), "a second run made other bytes");
    assert!(!make(again.path(), "yesterday").success(), "a day that is none was taken");
}

/// A page as a reader at 80 columns sees it, and what the formatter said.
fn formatted(page: &Path) -> (String, String) {
    man(&MADE.join("man").join(page))
}

fn man(path: &Path) -> (String, String) {
    let shown = Program::named("man").args(["--warnings", "--encoding=UTF-8", "--local-file"]).arg(path);
    let shown = shown.env("LC_ALL", "C.UTF-8").env("MANWIDTH", "80").env("MAN_KEEP_FORMATTING", "").finish();
    assert!(shown.success(), "man can't show {}: {}", path.display(), shown.stderr);
    (shown.stdout, shown.stderr)
}

/// What stands below a heading.
fn section(text: &str, heading: &str) -> String {
    let below = text.lines().skip_while(|line| *line != heading).skip(1);
    below.take_while(|line| line.is_empty() || line.starts_with(' ')).map(|line| format!("{line}\n")).collect()
}

/// The pages that a page names, as `postern-share(1)`.
fn named(text: &str) -> Vec<(String, String)> {
    let words = text.split_whitespace().filter(|word| word.starts_with("postern"));
    let named = words.filter_map(|word| {
        let (page, rest) = word.split_once('(')?;
        let (section, _) = rest.split_once(')')?;
        section.parse::<u8>().is_ok().then(|| (page.to_owned(), section.to_owned()))
    });
    named.collect()
}
