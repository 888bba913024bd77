//! Messages leave through a real mail server: privately, each once, with the token only in its own, and nothing left behind.
//! What goes wrong after a message was said is told in `smtp_losses.rs`.

use std::sync::Arc;

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use harness::clock::{Deadline, PATIENCE};
use harness::journal::Journal;
use harness::mail::{How, MailServer};
use harness::postgres::query;
use serde_json::Value;
use vault::event::Kind as Event;

use crate::appliance::{Appliance, Kind};
use crate::configuration::Wish;
use crate::mail::Mail;
use crate::nothing_secret::{absent, dump, search};
use crate::people::text;

on_both_databases! {
    messages_leave_under_tls_each_once_and_nothing_of_a_token_stays
    both_ways_of_signing_in_are_known_and_a_wrong_password_can_be_mended_without_a_restart
    a_server_that_does_not_offer_starttls_is_told_nothing
    a_server_with_a_wrong_certificate_is_told_nothing
    a_server_that_asks_for_tls_first_gets_its_messages_later
    tls_from_the_beginning_works_as_well
    a_refused_recipient_is_final_and_the_owner_is_told
    greylisting_and_a_server_that_closes_only_put_a_message_off
    a_server_that_is_away_for_an_hour_gets_every_message_once
}

/// The settings that send through this server.
pub fn through(server: &MailServer, more: &str) -> String {
    let (port, authority) = (server.port(), server.authority().display().to_string());
    let who = "from = \"Postern <postern@example.com>\"\ntimeout_seconds = 10";
    format!("[mail]\ntransport = \"smtp\"\nserver = \"localhost\"\nport = {port}\nca_file = \"{authority}\"\n{who}\n{more}\n")
}

/// An appliance that sends through this server and tells a journal of it.
pub fn heard_by_a_journal(kind: Kind, server: &MailServer) -> Appliance {
    let wish = Wish { settings: through(server, ""), journal: Some(Arc::new(Journal::start())), ..Wish::default() };
    Appliance::prepared_with(kind, wish)
}

/// Waits until the journal has told this of a link.
#[track_caller]
pub fn journal_tells(appliance: &Appliance, event: Event, link: &str) {
    let message_id = format!("MESSAGE_ID={}", event.entry().message_id);
    let told = appliance.journal().wait_for(&[&message_id, &format!("POSTERN_LINK={link}")]);
    assert_eq!(told[0].field("POSTERN_ABOUT").as_deref(), Some("token"), "{told:?}");
}

/// What a server took, read as its recipients would.
pub fn kept(server: &MailServer) -> Mail {
    Mail(server.kept())
}

/// The message for this recipient, once it is like this.
#[track_caller]
pub fn wait_until(appliance: &Appliance, to: &str, like: impl Fn(&Value) -> bool) -> Value {
    let rows = || appliance.operator().json(&["mail", "list", "--all"])["rows"].as_array().unwrap().clone();
    let found = Deadline::after(PATIENCE).until(|| rows().into_iter().find(|row| row["to"] == to && like(row)));
    found.unwrap_or_else(|| panic!("no message for {to} is like that: {:#?}\n{}", rows(), appliance.said()))
}

pub fn is(state: &'static str) -> impl Fn(&Value) -> bool {
    move |row| row["state"] == state
}

/// Whether sending it failed so often and it waits.
pub fn failed(times: u64) -> impl Fn(&Value) -> bool {
    move |row| row["state"] == "waiting" && row["attempts"] == times
}

/// Has a message tried again at once.
pub fn retry(appliance: &Appliance, row: &Value) {
    appliance.operator().json(&["mail", "retry", &text(row, "/message")]);
}

/// How many messages still carry something.
pub fn payloads(appliance: &Appliance) -> i64 {
    const COUNT: &str = "SELECT count(*) AS found FROM outbox WHERE payload IS NOT NULL";
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = BigInt)]
        found: i64,
    }
    match &appliance.database {
        Some(address) => query(address, COUNT).parse().unwrap(),
        None => {
            let file = appliance.state().join("postern.sqlite");
            let found: Found =
                diesel::sql_query(COUNT).get_result(&mut SqliteConnection::establish(file.to_str().unwrap()).unwrap()).unwrap();
            found.found
        }
    }
}

/// Shares the prepared item, the token by mail.
pub fn share(appliance: &Appliance, to: &[&str]) -> crate::people::Shared {
    let to: Vec<&str> = to.iter().flat_map(|to| ["--to", to]).collect();
    appliance.ada().share_item("Staging", &to)
}

fn messages_leave_under_tls_each_once_and_nothing_of_a_token_stays(kind: Kind) {
    let server = MailServer::start(How { account: Some("postern:let me out"), ..How::default() });
    let mut appliance = Appliance::prepared(kind);
    std::fs::write(appliance.folder().join("smtp.password"), "let me out\n").unwrap();
    let password = appliance.folder().join("smtp.password").display().to_string();
    appliance.settle(&through(&server, &format!("username = \"postern\"\npassword_file = \"{password}\"")));
    let shared = share(&appliance, &["bob@example.org", "carol@example.org"]);
    let mail = kept(&server);
    let tokens = ["bob@example.org", "carol@example.org"].map(|whom| mail.wait_for_token(whom));
    assert_eq!((server.count("connect"), server.count("starttls"), server.count("auth PLAIN right")), (1, 1, 1), "one connection for both");
    let events = server.events();
    let first = |what: &str| events.iter().position(|event| event.starts_with(what)).unwrap();
    assert!(first("starttls") < first("auth") && first("auth") < first("mail"), "{events:?}");
    appliance.recipient("bob").see(&shared.links[0].with_token(&tokens[0]));
    mail.wait_for("ada@example.com", "bob@example.org");
    for whom in ["bob@example.org", "carol@example.org", "ada@example.com"] {
        wait_until(&appliance, whom, is("sent"));
    }
    let all = mail.all();
    assert_eq!(all.len(), 3, "{all:#?}");
    for (link, token) in shared.links.iter().zip(&tokens) {
        assert_eq!(all.iter().filter(|message| message.contains(token.as_str())).count(), 1);
        assert!(all.iter().all(|message| !message.contains(link.fragment())));
    }
    assert_eq!(payloads(&appliance), 0);
    let mut secrets: Vec<(String, Vec<u8>)> = tokens.iter().map(|token| ("a token".to_owned(), token.as_bytes().to_vec())).collect();
    secrets.push(("the mail password".to_owned(), b"let me out".to_vec()));
    search(&appliance.state(), &secrets);
    absent("the log", appliance.said().as_bytes(), &secrets);
    if let Some(database) = &appliance.database {
        absent("the database", &dump(database), &secrets);
    }
    let folder = appliance.state().join("mail-keys");
    let keys = || std::fs::read_dir(&folder).unwrap().count();
    assert_eq!(keys(), 1);
    appliance.restart_later(2 * 86_400);
    let erased = Deadline::after(PATIENCE).until(|| (keys() == 0).then_some(()));
    assert!(erased.is_some(), "the day's key is kept although nothing waits under it");
}

fn both_ways_of_signing_in_are_known_and_a_wrong_password_can_be_mended_without_a_restart(kind: Kind) {
    for only in ["LOGIN", "PLAIN"] {
        let server = MailServer::start(How { account: Some("postern:let me out"), only: Some(only), ..How::default() });
        let mut appliance = Appliance::prepared(kind);
        let file = appliance.folder().join("smtp.password");
        std::fs::write(&file, "wrong-password").unwrap();
        appliance.settle(&through(&server, &format!("username = \"postern\"\npassword_file = \"{}\"", file.display())));
        share(&appliance, &["bob@example.org"]);
        let row = wait_until(&appliance, "bob@example.org", failed(1));
        assert!(text(&row, "/last_failure").contains("535"), "{row}");
        assert!(!row.to_string().contains("wrong-password") && !appliance.said().contains("wrong-password"));
        assert_eq!(server.count("mail"), 0);
        std::fs::write(&file, "let me out\n").unwrap();
        retry(&appliance, &row);
        kept(&server).wait_for_token("bob@example.org");
        assert_eq!(server.count(&format!("auth {only} right")), 1);
    }
}

fn a_server_that_does_not_offer_starttls_is_told_nothing(kind: Kind) {
    let server = MailServer::start(How { security: "none", ..How::default() });
    let appliance = Appliance::with(kind, &through(&server, ""));
    share(&appliance, &["bob@example.org"]);
    let row = wait_until(&appliance, "bob@example.org", failed(1));
    assert!(text(&row, "/last_failure").contains("doesn't offer STARTTLS"), "{row}");
    assert_eq!(server.events(), ["connect"], "not even whom it is for");
    assert!(kept(&server).all().is_empty());
}

fn a_server_with_a_wrong_certificate_is_told_nothing(kind: Kind) {
    let elsewhere = MailServer::start(How { host: "elsewhere.example", ..How::default() });
    let (strange, known) = (MailServer::start(How::default()), MailServer::start(How::default()));
    let path = |server: &MailServer| server.authority().display().to_string();
    let distrusting = through(&strange, "").replace(&path(&strange), &path(&known));
    for (server, settings) in [(&elsewhere, through(&elsewhere, "")), (&strange, distrusting)] {
        let appliance = Appliance::with(kind, &settings);
        share(&appliance, &["bob@example.org"]);
        let row = wait_until(&appliance, "bob@example.org", failed(1));
        assert!(text(&row, "/last_failure").contains("certificate"), "{row}");
        assert_eq!((server.count("mail"), server.count("rcpt"), kept(server).all().len()), (0, 0, 0));
    }
}

fn a_server_that_asks_for_tls_first_gets_its_messages_later(kind: Kind) {
    let server = MailServer::start(How::default());
    let mut appliance = Appliance::with(kind, &through(&server, "security = \"none\""));
    share(&appliance, &["bob@example.org"]);
    let row = wait_until(&appliance, "bob@example.org", failed(1));
    assert!(text(&row, "/last_failure").contains("530"), "{row}");
    assert!(kept(&server).all().is_empty());
    appliance.settle(&through(&server, ""));
    retry(&appliance, &row);
    kept(&server).wait_for_token("bob@example.org");
}

fn tls_from_the_beginning_works_as_well(kind: Kind) {
    let server = MailServer::start(How { security: "tls", ..How::default() });
    let appliance = Appliance::with(kind, &through(&server, "security = \"tls\""));
    share(&appliance, &["bob@example.org"]);
    kept(&server).wait_for_token("bob@example.org");
    let row = wait_until(&appliance, "bob@example.org", is("sent"));
    assert_eq!((&row["attempts"], &row["uncertain"]), (&0.into(), &false.into()));
}

fn a_refused_recipient_is_final_and_the_owner_is_told(kind: Kind) {
    let server = MailServer::start(How::default());
    server.behave("refuse-recipient bob@example.org");
    let appliance = heard_by_a_journal(kind, &server);
    let shared = share(&appliance, &["bob@example.org"]);
    let row = wait_until(&appliance, "bob@example.org", is("dead"));
    assert!(text(&row, "/last_failure").contains("550 (5.1.1 <bob@example.org>: no such user here)"), "{row}");
    journal_tells(&appliance, Event::MailGivenUp, &shared.link().id);
    kept(&server).wait_for("ada@example.com", "could not be");
    wait_until(&appliance, "ada@example.com", is("sent"));
    // Others on the same connection are not held up.
    share(&appliance, &["bob@example.org", "carol@example.org"]);
    kept(&server).wait_for_token("carol@example.org");
    wait_until(&appliance, "carol@example.org", is("sent"));
    let dead = || appliance.operator().json(&["mail", "list", "--state", "dead"])["rows"].as_array().unwrap().len();
    let both = Deadline::after(PATIENCE).until(|| (dead() == 2).then_some(()));
    assert!(both.is_some());
    let quiet = Deadline::after(PATIENCE).until(|| (appliance.operator().json(&["health"])["mail_waiting"] == 0).then_some(()));
    assert!(quiet.is_some());
    assert_eq!((server.count("rcpt bob@example.org"), payloads(&appliance)), (2, 0));
    let told = appliance.operator().records(&["--event", "mail.given_up", "--link", &shared.links[0].id]);
    assert_eq!((told.len(), told[0]["details"]["about"].as_str()), (1, Some("token")));
    let health = appliance.operator().json(&["health"]);
    assert_eq!((&health["mail_dead"], &health["mail_waiting"]), (&2.into(), &0.into()));
    assert_eq!(appliance.operator().refused(&["mail", "retry", &text(&row, "/message")]), (1, "nothing-to-send".to_owned()));
}

fn greylisting_and_a_server_that_closes_only_put_a_message_off(kind: Kind) {
    let server = MailServer::start(How::default());
    let appliance = Appliance::with(kind, &through(&server, ""));
    for (behaviour, code, whom) in [
        ("greylist", "451 (4.7.1 greylisted", "bob@example.org"),
        ("closing", "421", "carol@example.org"),
        ("refuse-sender", "550", "dave@example.org"),
    ] {
        server.behave(behaviour);
        share(&appliance, &[whom]);
        let row = wait_until(&appliance, whom, failed(1));
        assert!(text(&row, "/last_failure").contains(code), "{row}");
        assert_eq!((&row["uncertain"], payloads(&appliance)), (&false.into(), 1));
        if behaviour != "greylist" {
            server.behave("well");
        }
        retry(&appliance, &row);
        wait_until(&appliance, whom, is("sent"));
        assert_eq!(kept(&server).to(whom, "").len(), 1);
    }
    assert_eq!(payloads(&appliance), 0);
    assert!(appliance.operator().events(&[]).iter().all(|event| event != "mail.uncertain"));
}

fn a_server_that_is_away_for_an_hour_gets_every_message_once(kind: Kind) {
    let mut server = MailServer::start(How::default());
    let mut appliance = Appliance::with(kind, &through(&server, ""));
    server.go_away();
    share(&appliance, &["bob@example.org"]);
    let row = wait_until(&appliance, "bob@example.org", failed(1));
    assert!(text(&row, "/last_failure").contains("can't be reached"), "{row}");
    appliance.restart_later(3500);
    wait_until(&appliance, "bob@example.org", failed(2));
    server.come_back();
    appliance.restart_later(100);
    let row = wait_until(&appliance, "bob@example.org", is("sent"));
    assert_eq!((&row["uncertain"], kept(&server).all().len(), payloads(&appliance)), (&false.into(), 1, 0));
}
