//! What SMTP can't tell: connections that end while a message is handed over, a daemon that ends, a server that repeats what it heard.
//! A message that may have been delivered is marked, and sent again as the same message.

use std::time::Duration;

use harness::clock::Deadline;
use harness::mail::{How, MailServer};
use vault::event::Kind as Event;

use crate::appliance::{Appliance, Kind};
use crate::mail::token_in;
use crate::nothing_secret::{absent, dump, search};
use crate::people::text;
use crate::smtp::{failed, heard_by_a_journal, is, journal_tells, kept, payloads, retry, share, through, wait_until};

on_both_databases! {
    without_an_answer_to_its_last_dot_a_message_is_marked_and_sent_again_as_the_same_one
    a_connection_lost_in_the_middle_of_a_message_loses_and_doubles_nothing_unmarked
    an_answer_that_takes_too_long_leaves_a_message_marked
    a_daemon_killed_while_a_message_leaves_finds_it_marked_later
    a_daemon_that_stops_while_a_message_leaves_marks_it_and_does_not_wait_for_ever
    a_stop_waits_for_no_slow_mail_server_and_no_message_leaves_twice_or_is_lost
    a_server_that_repeats_a_message_gets_no_word_of_it_into_log_or_list
}

fn message_ids(messages: &[String]) -> Vec<&str> {
    messages.iter().filter_map(|message| message.lines().find(|line| line.starts_with("Message-ID:"))).collect()
}

fn without_an_answer_to_its_last_dot_a_message_is_marked_and_sent_again_as_the_same_one(kind: Kind) {
    let server = MailServer::start(How::default());
    let appliance = heard_by_a_journal(kind, &server);
    for (behaviour, whom, copies) in [("drop-after-dot", "bob@example.org", 2), ("lose-after-dot", "carol@example.org", 1)] {
        server.behave(behaviour);
        let shared = share(&appliance, &[whom]);
        let row = wait_until(&appliance, whom, failed(1));
        assert_eq!((&row["uncertain"], payloads(&appliance)), (&true.into(), 1), "{row}");
        journal_tells(&appliance, Event::MailUncertain, &shared.link().id);
        server.behave("well");
        retry(&appliance, &row);
        let row = wait_until(&appliance, whom, is("sent"));
        assert_eq!(row["uncertain"], true, "the mark stays: {row}");
        let messages = kept(&server).to(whom, "");
        let ids = message_ids(&messages);
        assert_eq!((messages.len(), ids.len()), (copies, copies));
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
        let told = appliance.operator().events(&["--link", &shared.link().id]);
        assert!(told.ends_with(&["mail.uncertain".to_owned(), "mail.retried".to_owned(), "mail.sent".to_owned()]), "{told:?}");
    }
    assert_eq!(payloads(&appliance), 0);
}

fn a_connection_lost_in_the_middle_of_a_message_loses_and_doubles_nothing_unmarked(kind: Kind) {
    let server = MailServer::start(How::default());
    server.behave("drop-in-data");
    let appliance = Appliance::with(kind, &through(&server, ""));
    share(&appliance, &["bob@example.org"]);
    let row = wait_until(&appliance, "bob@example.org", failed(1));
    assert_eq!((server.count("dropped"), payloads(&appliance)), (1, 1), "{row}");
    server.behave("well");
    retry(&appliance, &row);
    wait_until(&appliance, "bob@example.org", is("sent"));
    assert_eq!(kept(&server).all().len(), 1);
}

fn an_answer_that_takes_too_long_leaves_a_message_marked(kind: Kind) {
    let server = MailServer::start(How::default());
    server.behave("hold");
    let appliance = Appliance::with(kind, &through(&server, "").replace("timeout_seconds = 10", "timeout_seconds = 1"));
    share(&appliance, &["bob@example.org"]);
    let row = wait_until(&appliance, "bob@example.org", failed(1));
    assert!(row["uncertain"] == true && text(&row, "/last_failure").contains("too long"), "{row}");
    server.behave("well");
}

fn a_daemon_killed_while_a_message_leaves_finds_it_marked_later(kind: Kind) {
    let server = MailServer::start(How::default());
    server.behave("hold");
    let mut appliance = Appliance::with(kind, &through(&server, ""));
    share(&appliance, &["bob@example.org"]);
    server.wait_for("data", 1);
    appliance.kill();
    server.behave("well");
    kept(&server).wait_for_token("bob@example.org");
    appliance.start();
    appliance.restart_later(301);
    let row = wait_until(&appliance, "bob@example.org", is("sent"));
    assert_eq!((&row["uncertain"], &row["attempts"]), (&true.into(), &1.into()), "{row}");
    let messages = kept(&server).all();
    let ids = message_ids(&messages);
    assert!(ids.len() == 2 && ids[0] == ids[1], "{ids:?}");
    assert_eq!(appliance.operator().records(&["--event", "mail.uncertain"]).len(), 1);
    assert_eq!(payloads(&appliance), 0);
}

/// A stop may take much longer than this for requests; for mail it never does.
const SOON: Duration = Duration::from_secs(30);

/// Both are more than that.
fn slow(server: &MailServer) -> String {
    through(server, "").replace("timeout_seconds = 10", "timeout_seconds = 60") + "[limits]\nstop_seconds = 600\n"
}

fn a_daemon_that_stops_while_a_message_leaves_marks_it_and_does_not_wait_for_ever(kind: Kind) {
    let server = MailServer::start(How::default());
    server.behave("hold");
    let mut appliance = Appliance::with(kind, &slow(&server));
    share(&appliance, &["bob@example.org"]);
    server.wait_for("data", 1);
    appliance.stop_by(Deadline::after(SOON));
    server.behave("well");
    appliance.start();
    let row = wait_until(&appliance, "bob@example.org", failed(1));
    assert_eq!((&row["uncertain"], payloads(&appliance)), (&true.into(), 1), "{row}");
}

fn a_stop_waits_for_no_slow_mail_server_and_no_message_leaves_twice_or_is_lost(kind: Kind) {
    let server = MailServer::start(How::default());
    let mut appliance = Appliance::with(kind, &slow(&server));
    // Before anything of the message was said, and after all of it was taken.
    server.behave("hold-sender");
    share(&appliance, &["bob@example.org"]);
    server.wait_for("mail ", 1);
    appliance.stop_by(Deadline::after(SOON));
    server.behave("hold-good-bye");
    appliance.start();
    let row = wait_until(&appliance, "bob@example.org", failed(1));
    assert_eq!((&row["uncertain"], payloads(&appliance)), (&false.into(), 1), "{row}");
    retry(&appliance, &row);
    server.wait_for("quit", 1);
    appliance.stop_by(Deadline::after(SOON));
    server.behave("well");
    appliance.start();
    let row = wait_until(&appliance, "bob@example.org", is("sent"));
    assert_eq!((&row["uncertain"], kept(&server).all().len(), payloads(&appliance)), (&false.into(), 1, 0), "{row}");
}

fn a_server_that_repeats_a_message_gets_no_word_of_it_into_log_or_list(kind: Kind) {
    let server = MailServer::start(How::default());
    let appliance = Appliance::with(kind, &through(&server, ""));
    server.behave("echo-and-defer");
    share(&appliance, &["bob@example.org"]);
    let deferred = wait_until(&appliance, "bob@example.org", failed(1));
    server.behave("echo-and-refuse");
    share(&appliance, &["carol@example.org"]);
    let refused = wait_until(&appliance, "carol@example.org", is("dead"));
    assert!(
        text(&deferred, "/last_failure").contains("451 (4.7.1)") || text(&deferred, "/last_failure").contains("451 (5.7.1)"),
        "{deferred}"
    );
    assert!(text(&refused, "/last_failure").contains("554 (5.7.1)"), "{refused}");
    server.behave("well");
    retry(&appliance, &deferred);
    let token = kept(&server).wait_for_token("bob@example.org");
    assert!(token_in(&kept(&server).to("bob@example.org", "")[0]).is_some());
    let words = ["shares something confidential", "Access token from", "You need two things"];
    let mut secrets: Vec<(String, Vec<u8>)> = words.iter().map(|word| ("the message".to_owned(), word.as_bytes().to_vec())).collect();
    secrets.push(("the token".to_owned(), token.into_bytes()));
    let told = appliance.operator().json(&["mail", "list", "--all"]).to_string()
        + &appliance.operator().json(&["audit", "list", "--all"]).to_string();
    absent("what operators see", told.as_bytes(), &secrets);
    absent("the log", appliance.said().as_bytes(), &secrets);
    search(&appliance.state(), &secrets);
    if let Some(database) = &appliance.database {
        absent("the database", &dump(database), &secrets);
    }
}
