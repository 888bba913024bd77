//! `journalctl -x` at three in the morning: below an event stands what it means and what to do, with the event's own values in it.

use std::sync::Arc;

use harness::journal::Journal;
use harness::program;
use tempfile::TempDir;
use vault::event::Kind as Event;

use crate::appliance::{Appliance, Kind};
use crate::configuration::Wish;
use crate::people::{PASSWORD, text};

on_both_databases! {
    journalctl_explains_what_happened_with_its_values_and_says_what_to_do
}

/// The catalogue as packages take it, read by a journal's `journalctl -x`.
fn explaining() -> (Arc<Journal>, TempDir) {
    let pages = TempDir::new().unwrap();
    let made = program("pages").arg(pages.path()).finish();
    assert!(made.success(), "{}", made.stderr);
    let journal = Journal::start();
    journal.learn(pages.path().join("catalog/postern.catalog"));
    (Arc::new(journal), pages)
}

fn journalctl_explains_what_happened_with_its_values_and_says_what_to_do(kind: Kind) {
    let (journal, pages) = explaining();
    let appliance = Appliance::prepared_with(kind, Wish { journal: Some(journal), ..Wish::default() });
    let (ada, operator, journal) = (appliance.ada(), appliance.operator(), appliance.journal());
    let shared = ada.share(&[]);
    let link = shared.link();
    let wrong = link.with_token(&crate::link::wrong_token());
    appliance.wire().post(&wrong.path("check"), &wrong.check()).problem();
    appliance.recipient("bob").see(link);
    operator.json(&["share", "freeze", "--owner", "ada", "--reason", "alarm"]);
    // A sign-in under a name that nobody has, and a registration with an invitation that nobody made, of which no name is known.
    let mallory = appliance.owner("mallory");
    mallory.refused(&["sign-in"], &["mallory", "guessed"]);
    mallory.refused(&["register"], &["EX09-BYT4-TYYQ-SKS3-29DT-CQQF", PASSWORD, PASSWORD]);

    let explained = |event: Event| {
        let id = format!("MESSAGE_ID={}", event.entry().message_id);
        journal.wait_for(&[&id]);
        // Lines are wrapped, and begin with what marks them as an explanation.
        let words = journal.explained(&[&id]);
        words.split_whitespace().filter(|word| *word != "\u{2591}\u{2591}").collect::<Vec<_>>().join(" ")
    };
    let revealed = explained(Event::LinkRevealed);
    assert!(revealed.contains(&format!("Subject: Link {} was revealed from 127.0.0.1 (view 1)", link.id)), "{revealed}");
    assert!(revealed.contains(Event::LinkRevealed.entry().explanation), "{revealed}");
    assert!(revealed.contains(&format!("posternctl audit list --link {} --explain", link.id)), "{revealed}");
    let refused = explained(Event::LinkRefused);
    assert!(refused.contains(&format!("Subject: check of link {} from 127.0.0.1 was refused: wrong-token", link.id)), "{refused}");
    let frozen = explained(Event::FreezePlaced);
    assert!(
        frozen.contains("placed a freeze by owner (links: 1): alarm")
            && frozen.contains("`posternctl share unfreeze` brings the links back"),
        "{frozen}"
    );

    // journalctl shows the bare name of a field that an entry lacks, so each explanation may name only what every entry of its kind has.
    let catalog = std::fs::read_to_string(pages.path().join("catalog/postern.catalog")).unwrap();
    let records = operator.records(&[]);
    let kinds: std::collections::BTreeSet<String> = records.iter().map(|record| text(record, "/event")).collect();
    assert!(kinds.contains("account.refused") && kinds.len() > 6, "{kinds:?}");
    let entries = journal.entries(&["SYSLOG_IDENTIFIER=posternd"]);
    let told: Vec<_> = entries.iter().filter(|entry| entry.field("MESSAGE_ID").is_some()).collect();
    assert!(told.len() > 6);
    for entry in told {
        let id = entry.field("MESSAGE_ID").unwrap();
        let explanation = catalog.split("\n-- ").find(|one| one.starts_with(&id)).unwrap();
        for field in explanation.split('@').skip(1).step_by(2) {
            assert!(entry.field(field).is_some(), "the explanation names {field}, which isn't in {entry:?}");
        }
    }
}
