//! Both databases grow in the same steps: a migration that one of them lacks is a table that one half of the customers doesn't have.
//! Says nothing about what the steps do; the store's tests run them.

use std::collections::BTreeSet;

use harness::tree::files;

#[test]
fn both_databases_have_migrations_of_the_same_names() {
    let (sqlite, postgres) = (steps("sqlite"), steps("postgres"));
    assert!(!sqlite.is_empty(), "there are no migrations");
    assert_eq!(sqlite, postgres);
}

#[test]
fn every_migration_has_a_way_up() {
    for step in steps("sqlite") {
        let (folder, _) = step.split_once('/').unwrap_or((&step, ""));
        assert!(steps("sqlite").contains(&format!("{folder}/up.sql")), "{folder} has no up.sql");
    }
}

/// The files of one database's migrations, relative to its folder.
fn steps(database: &str) -> BTreeSet<String> {
    let folder = format!("migrations/{database}");
    let inside = files().into_iter().filter_map(|file| file.strip_prefix(&folder).map(|rest| rest.display().to_string()).ok());
    inside.collect()
}
