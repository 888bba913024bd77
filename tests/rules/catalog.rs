//! The message catalogue as `make pages` makes it: journald takes it, it is about our events alone, and it promises no value that they don't have.
//! Doesn't show it filled in; a flow does, in a journal.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use harness::{Program, program};
use tempfile::TempDir;
use vault::event::{Entry, INTENT, Kind};

use crate::pages::MADE;

/// The fields of ours that every record has in the journal, besides those that the table names for its kind.
const EVERYWHERE: [&str; 5] = ["EVENT", "LANE", "SEQ", "AT", "HASH"];

/// What a record may have, whatever its kind.
const ANYWHERE: [&str; 9] = ["ACTOR", "WHO", "ADDRESS", "REQUEST", "USER", "ITEM", "SHARE", "LINK", "REFUSAL"];

/// Every event, and what operators' programs write before they ask.
fn rows() -> impl Iterator<Item = Entry> {
    Kind::ALL.iter().map(|kind| kind.entry()).chain([INTENT])
}

#[test]
fn every_event_has_an_explanation_and_nothing_else_has() {
    let explained = entries(&made());
    let due: BTreeSet<&str> = rows().map(|entry| entry.message_id).collect();
    assert_eq!(explained.keys().map(String::as_str).collect::<BTreeSet<_>>(), due);
    for kind in Kind::ALL {
        let (entry, text) = (kind.entry(), &explained[kind.entry().message_id]);
        let words: Vec<&str> = text.split_whitespace().collect();
        assert!(words.join(" ").contains(entry.explanation), "{} is explained by {text}", entry.name);
    }
}

#[test]
fn no_message_id_is_one_of_systemds_own() {
    let catalogs = Path::new("/usr/lib/systemd/catalog");
    let mut theirs = BTreeSet::new();
    for file in fs::read_dir(catalogs).unwrap().map(|file| file.unwrap().path()) {
        // What was installed on this machine may be ours.
        if !file.ends_with("postern.catalog") {
            theirs.extend(entries(&fs::read_to_string(file).unwrap()).into_keys());
        }
    }
    assert!(theirs.len() > 40, "systemd has only {} entries in {}", theirs.len(), catalogs.display());
    for entry in rows() {
        assert!(!theirs.contains(entry.message_id), "{} has an id of systemd's", entry.name);
    }
}

#[test]
fn every_value_that_an_explanation_promises_is_a_field_of_its_event() {
    let explained = entries(&made());
    for kind in Kind::ALL {
        let entry = kind.entry();
        let details: Vec<String> = entry.details.iter().map(|detail| detail.to_uppercase()).collect();
        let named = promised(&explained[entry.message_id]);
        assert!(named.contains("POSTERN_SEQ"), "{}: {named:?}", entry.name);
        for field in named {
            let own = field.strip_prefix("POSTERN_").unwrap_or_else(|| panic!("{} promises {field}, which isn't ours", entry.name));
            let known = EVERYWHERE.contains(&own) || ANYWHERE.contains(&own) || details.iter().any(|detail| detail == own);
            assert!(known, "{} promises {field}, which it doesn't have", entry.name);
        }
    }
}

#[test]
fn every_command_that_an_explanation_names_is_one_that_there_is() {
    let mut tried = BTreeSet::new();
    for (id, text) in entries(&made()) {
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for command in words.split('`').skip(1).step_by(2) {
            let mut command = command.split(' ');
            let name = command.next().unwrap();
            if name.starts_with("postern") && tried.insert(command.clone().collect::<Vec<_>>().join(" ")) {
                let asked = program(name).args(command).arg("--help").finish();
                assert!(asked.success(), "{id} names a command that isn't there: {}", asked.stderr);
            }
        }
        let pages = text.lines().find_map(|line| line.strip_prefix("Documentation: ")).unwrap();
        for page in pages.split(' ') {
            let (name, section) = page.trim_start_matches("man:").trim_end_matches(')').split_once('(').unwrap();
            assert!(MADE.join(format!("man/man{section}/{name}.{section}")).is_file(), "{id} leads to {page}, which there isn't");
        }
    }
    assert!(tried.len() > 5, "only {tried:?} were tried");
}

#[test]
fn what_is_shown_below_an_event_fits_on_a_terminal() {
    for (id, text) in entries(&made()) {
        for line in text.lines().filter(|line| !line.starts_with("Subject: ") && !line.contains('@')) {
            // journalctl puts three columns in front.
            assert!(line.chars().count() + 3 <= 80, "{id}: {line}");
        }
    }
}

#[test]
fn journald_takes_the_catalogue_and_lists_every_entry() {
    let root = TempDir::new().unwrap();
    let folder = root.path().join("usr/lib/systemd/catalog");
    fs::create_dir_all(&folder).unwrap();
    fs::create_dir_all(root.path().join("var/lib/systemd/catalog")).unwrap();
    fs::write(folder.join("postern.catalog"), made()).unwrap();
    let journalctl = |order: &str| Program::named("journalctl").arg(order).arg("--root").arg(root.path()).finish();
    let taken = journalctl("--update-catalog");
    assert!(taken.success() && taken.stderr.is_empty(), "journald has to complain: {}", taken.stderr);
    let listed = journalctl("--list-catalog");
    let listed: BTreeSet<&str> = listed.stdout.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(listed, rows().map(|entry| entry.message_id).collect());
    // journald is silent about most of what is wrong, so what it lists must be what we meant.
    let subject = |id: &str| Program::named("journalctl").args(["--dump-catalog", id, "--root"]).arg(root.path()).finish().stdout;
    for kind in Kind::ALL {
        let (id, text) = (kind.entry().message_id, subject(kind.entry().message_id));
        assert!(text.contains("Defined-By: Postern") && text.contains("--explain"), "{id}: {text}");
    }
}

fn made() -> String {
    fs::read_to_string(MADE.join("catalog/postern.catalog")).unwrap()
}

/// A catalogue's entries by their ids, in the format of systemd.io/CATALOG.
fn entries(catalog: &str) -> BTreeMap<String, String> {
    let mut entries = BTreeMap::new();
    let mut id = None;
    for line in catalog.lines().filter(|line| !line.starts_with('#')) {
        if let Some(next) = line.strip_prefix("-- ") {
            let next: String = next.split_whitespace().next().unwrap_or_default().to_owned();
            assert_eq!(entries.insert(next.clone(), String::new()), None, "{next} stands there twice");
            id = Some(next);
        } else if let Some(id) = &id {
            let text: &mut String = entries.get_mut(id).unwrap();
            text.push_str(line);
            text.push('\n');
        }
    }
    entries
}

/// The fields between the @ of an explanation.
fn promised(text: &str) -> BTreeSet<&str> {
    text.split('@').skip(1).step_by(2).collect()
}
