//! After the main story nothing secret lies anywhere that the appliance writes: database, log, journal, mail, folders.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use harness::journal::Journal;
use harness::postgres::query;

use crate::appliance::{Appliance, Kind};
use crate::configuration::Wish;
use crate::people::{PASSWORD, SECRET, STAGING, text};

on_both_databases! {
    nothing_secret_lies_anywhere_that_the_appliance_writes
}

fn nothing_secret_lies_anywhere_that_the_appliance_writes(kind: Kind) {
    let appliance = Appliance::empty_with(kind, Wish { journal: Some(Arc::new(Journal::start())), ..Wish::default() });
    let (operator, grace) = (appliance.operator(), appliance.owner("grace"));
    let invitation = grace.invite(&operator, &["--external"]);
    let recovery_code = text(&grace.register(&invitation), "/recovery_code");
    grace.sign_in(PASSWORD);
    let session = grace.session();
    grace.json(&["item", "add", "account"], STAGING);
    let shared = grace.share_item("Staging", &["--to", "bob@example.org", "--to", "carol@example.org"]);
    let mailed = appliance.mail().wait_for_token("bob@example.org");
    let link = shared.links[0].with_token(&mailed);
    let wrong = link.with_token(&crate::link::wrong_token());
    assert_eq!(appliance.recipient("mallory").refused(&wrong).0, 18);
    appliance.recipient("bob").see(&link);
    let other = appliance.mail().wait_for_token("carol@example.org");
    assert_eq!(appliance.recipient("bob").refused(&link).0, 11);
    let attempt = crate::link::attempt();
    let carol = shared.links[1].with_token(&other);
    let wrap = text(&carol.revealed(&appliance.wire(), attempt).right(), "/wrap");
    assert!(!wrap.is_empty());
    appliance.mail().wait_for("grace@example.com", "carol@example.org");
    assert_eq!(appliance.wire().post(&carol.path("watch"), &carol.check()).status, 200);
    assert_eq!(appliance.wire().post(&carol.path("report"), &carol.check()).status, 204);
    appliance.mail().wait_for("grace@example.com", "somebody else opened");

    let body = carol.reveal(attempt);
    let mut secrets: Vec<(String, Vec<u8>)> = Vec::new();
    let mut secret = |name: &str, bytes: &[u8]| secrets.push((name.to_owned(), bytes.to_owned()));
    for (name, words) in [
        ("the item's secret", SECRET),
        ("the item's name", "Staging"),
        ("the password", PASSWORD),
        ("the session", &session),
        ("the invitation", &invitation),
        ("the recovery code", &recovery_code),
    ] {
        secret(name, words.as_bytes());
    }
    for link in [&link, &carol] {
        secret("a link's fragment", link.fragment().as_bytes());
        secret("a link's secret", &link.secret());
    }
    for field in ["knock", "proof", "attempt"] {
        secret(field, body[field].as_str().unwrap().as_bytes());
        secret(field, &seal::text::decode(body[field].as_str().unwrap()).unwrap());
    }
    let tokens: Vec<(String, Vec<u8>)> = [&mailed, &other, wrong.token.as_ref().unwrap()]
        .iter()
        .flat_map(|token| {
            [token.as_bytes().to_vec(), token.replace('-', "").into_bytes(), seal::link::Token::read(token).unwrap().expose().to_vec()]
        })
        .map(|bytes| ("a token".to_owned(), bytes))
        .collect();
    secrets.extend(tokens.iter().cloned());

    let journal: Vec<u8> = appliance.journal().entries(&[]).iter().flat_map(|entry| format!("{entry:?}\n").into_bytes()).collect();
    assert!(!journal.is_empty());
    absent("the journal", &journal, &secrets);
    absent("the log", appliance.said().as_bytes(), &secrets);
    search(&appliance.state(), &secrets);
    if let Some(database) = &appliance.database {
        absent("the database", &dump(database), &hexed(&secrets));
        absent("the database", &dump(database), &secrets);
    }
    // A token stands in its own message and nowhere else; everything else that is secret in no message.
    let not_mailed: Vec<_> = secrets.iter().filter(|(name, _)| name != "a token").cloned().collect();
    search(&appliance.mail().0, &not_mailed);
    let mails = appliance.mail().all();
    for token in [&mailed, &other] {
        assert_eq!(mails.iter().filter(|message| message.contains(token.as_str())).count(), 1);
    }
}

/// Every file below a folder.
pub fn search(folder: &Path, secrets: &[(String, Vec<u8>)]) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            search(&path, secrets);
        } else {
            absent(&path.display().to_string(), &fs::read(&path).unwrap(), secrets);
        }
    }
}

pub fn absent(place: &str, bytes: &[u8], secrets: &[(String, Vec<u8>)]) {
    for (name, secret) in secrets {
        assert!(secret.len() >= 7);
        assert!(!bytes.windows(secret.len()).any(|window| window == secret), "{place} holds {name}");
    }
}

/// How PostgreSQL shows bytes.
pub fn hexed(secrets: &[(String, Vec<u8>)]) -> Vec<(String, Vec<u8>)> {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into_bytes();
    secrets.iter().map(|(name, bytes)| (name.clone(), hex(bytes))).collect()
}

/// Every row of every table.
pub fn dump(database: &str) -> Vec<u8> {
    let tables = query(database, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
    assert!(tables.lines().count() > 10, "{tables}");
    let rows = tables.lines().map(|table| query(database, &format!("SELECT t::text FROM \"{table}\" t")));
    rows.collect::<Vec<_>>().join("\n").into_bytes()
}
