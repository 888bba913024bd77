//! Two witnesses of each operator's act: its intent in the journal, stamped by the kernel, and its effect in the audit log.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::Arc;

use harness::journal::Journal;
use harness::{Program, program};
use serde_json::Value;
use vault::event::INTENT;
use vault::ids::version_7;
use vault::{RequestId, Timestamp};

use crate::appliance::{Appliance, Kind};
use crate::configuration::Wish;
use crate::people::{Operator, text};
use crate::users::{Group, User, reachable};

on_both_databases! {
    an_act_through_posternctl_has_both_witnesses_under_one_request
    an_act_past_posternctl_is_found_and_so_is_an_intent_that_nothing_came_of
    who_announces_in_anothers_stead_is_found
    only_who_may_read_the_journal_compares_the_witnesses
    a_restore_is_witnessed_and_what_it_took_away_is_told_as_that
    a_backup_of_another_machine_is_no_false_alarm
    without_a_journal_an_act_goes_on_and_says_that_it_was_not_witnessed
}

fn watched(kind: Kind) -> (Appliance, Arc<Journal>, Operator) {
    let journal = Arc::new(Journal::start());
    let appliance = Appliance::empty_with(kind, Wish { journal: Some(Arc::clone(&journal)), ..Wish::default() });
    let operator = appliance.operator().inside(&journal);
    (appliance, journal, operator)
}

const INVITE: &[&str] = &["user", "invite", "ada", "--full-name", "Ada", "--email", "ada@example.com"];

/// Speaks to the admin socket by hand, as root, under this request's id where there is one. Answers with the status.
fn by_hand(appliance: &Appliance, path: &str, request: Option<RequestId>) -> String {
    let mut socket = UnixStream::connect(appliance.socket()).unwrap();
    let id = request.map(|id| format!("Postern-Request: {id}\r\n")).unwrap_or_default();
    write!(socket, "POST /api/v1/admin/{path} HTTP/1.1\r\nHost: postern\r\nContent-Length: 0\r\nConnection: close\r\n{id}\r\n").unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap().to_owned()
}

/// What the comparison finds: the exit code, and each finding's kind with what it is about.
fn found(operator: &Operator) -> (i32, Vec<(String, String)>, Value) {
    let finished = operator.run(&["audit", "witness", "--json"]);
    let told: Value = serde_json::from_str(&finished.stdout).unwrap_or_else(|_| panic!("{finished:?}"));
    let about = |finding: &Value| {
        let about = finding.pointer("/effect/event").or(finding.pointer("/intent/intent")).unwrap();
        (text(finding, "/kind"), about.as_str().unwrap().to_owned())
    };
    (finished.code, told["findings"].as_array().unwrap().iter().map(about).collect(), told)
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(kind, about)| ((*kind).to_owned(), (*about).to_owned())).collect()
}

fn an_act_through_posternctl_has_both_witnesses_under_one_request(kind: Kind) {
    let (_appliance, journal, operator) = watched(kind);
    operator.json(INVITE);
    let invited = operator.records(&["--event", "account.invited"]).pop().unwrap();
    let intents = journal.wait_for(&[&format!("MESSAGE_ID={}", INTENT.message_id)]);
    assert_eq!(intents.len(), 1, "{intents:?}");
    let field = |name: &str| intents[0].field(name).unwrap_or_else(|| panic!("no {name} in {intents:?}"));
    assert_eq!(field("POSTERN_REQUEST"), text(&invited, "/request"));
    assert_eq!((field("POSTERN_INTENT"), field("_UID"), field("PRIORITY")), ("user.invite".to_owned(), "0".to_owned(), "5".to_owned()));
    assert!(field("POSTERN_COMMAND").contains("user invite ada --full-name Ada"), "{intents:?}");
    assert_eq!(field("SYSLOG_IDENTIFIER"), "posternctl");
    // A refusal answers an intent; what only counts or looks has none.
    assert_eq!(operator.refused(&["share", "revoke", "0190163d-8694-739b-aea5-966c26f8ad91"]), (1, "not-found".to_owned()));
    operator.run(&["share", "freeze", "--recipient", "bob@example.com", "--count"]);
    operator.run(&["health"]);
    let (code, findings, told) = found(&operator);
    assert_eq!((code, findings), (0, Vec::new()), "{told}");
    assert_eq!((told["acts"].as_u64(), told["intents"].as_u64()), (Some(1), Some(2)), "{told}");
    assert!(operator.run(&["audit", "witness"]).stdout.contains("Both witnesses agree"));
}

fn an_act_past_posternctl_is_found_and_so_is_an_intent_that_nothing_came_of(kind: Kind) {
    let (mut appliance, _journal, operator) = watched(kind);
    operator.json(INVITE);
    assert_eq!(by_hand(&appliance, "users/ada/suspend", None), "200");
    assert_eq!(found(&operator).1, pairs(&[("effect-without-intent", "account.suspended")]));
    assert_eq!(operator.run(&["audit", "witness"]).code, 6);
    appliance.kill();
    assert_eq!(operator.run(&["user", "resume", "ada"]).code, 3);
    appliance.start();
    let (code, findings, _) = found(&operator);
    assert_eq!(code, 6);
    assert_eq!(findings, pairs(&[("effect-without-intent", "account.suspended"), ("intent-without-effect", "user.resume")]));
    let said = operator.run(&["audit", "witness"]).stdout;
    assert!(said.contains("DONE, NOT ANNOUNCED") && said.contains("account.suspended by root(0)"), "{said}");
    assert!(said.contains("ANNOUNCED, NOT DONE") && said.contains("posternctl") && said.contains("user resume ada"), "{said}");
}

fn who_announces_in_anothers_stead_is_found(kind: Kind) {
    let (appliance, journal, operator) = watched(kind);
    operator.json(INVITE);
    let latest = operator.json(&["health"])["clock"].as_i64().unwrap();
    let request = RequestId::from_bytes(version_7(Timestamp::from_millis(latest), [7; 16]));
    let entry = format!("MESSAGE_ID={}\nMESSAGE=x\nPOSTERN_REQUEST={request}\nPOSTERN_INTENT=user.suspend\n", INTENT.message_id);
    let logged = Program::named("logger").arg("--journald").input(entry).as_user("nobody").inside(&journal).finish();
    assert!(logged.success(), "{}", logged.stderr);
    journal.wait_for(&[&format!("POSTERN_REQUEST={request}")]);
    assert_eq!(by_hand(&appliance, "users/ada/suspend", Some(request)), "200");
    assert_eq!(found(&operator).1, pairs(&[("another-user", "account.suspended")]));
}

fn only_who_may_read_the_journal_compares_the_witnesses(kind: Kind) {
    let auditors = Group::new();
    let appliance = Appliance::with(kind, &format!("[admin]\nauditors_group = \"{}\"\n", auditors.0));
    let otto = User::in_groups(&[&auditors]);
    let copy = reachable("posternctl", appliance.folder());
    let acting = appliance.operator().as_user(&otto.0, &copy);
    assert_eq!(acting.refused(&["audit", "witness"]), (1, "closed".to_owned()));
    assert!(acting.run(&["audit", "witness"]).stderr.contains("systemd-journal"));
}

fn without_a_journal_an_act_goes_on_and_says_that_it_was_not_witnessed(kind: Kind) {
    let (appliance, _journal, operator) = watched(kind);
    let ctl = program("posternctl");
    let nowhere = |arguments: &[&str]| {
        let script = "mount -t tmpfs tmpfs /run && exec \"$@\"";
        let unshared = Program::named("unshare").args(["--mount", "--propagation", "private", "--", "sh", "-euc", script, "sh"]);
        let socket = appliance.socket();
        unshared.arg(ctl.path()).arg("--socket").arg(&socket).args(arguments).finish()
    };
    let invited = nowhere(INVITE);
    assert!(invited.success(), "{invited:?}");
    assert!(invited.stderr.contains("No second witness: see systemctl status systemd-journald (the act goes on; "), "{invited:?}");
    // For programs standard error holds errors alone.
    let suspended = nowhere(&["user", "suspend", "ada", "--json"]);
    assert!(suspended.success() && suspended.stderr.is_empty(), "{suspended:?}");
    assert_eq!(found(&operator).1.len(), 2, "both are found to be announced by nobody");
}

/// Makes a backup; answers with its file, and what opens it.
fn backup(appliance: &Appliance, operator: &Operator) -> [String; 2] {
    let [file, words] = ["b.age", "words"].map(|name| appliance.folder().join(name).to_str().unwrap().to_owned());
    std::fs::write(&words, "four words of no meaning\n").unwrap();
    operator.json(&["backup", &file, "--passphrase-file", &words, "--with-sign-in"]);
    [file, words]
}

/// Restores it here, as root, the journal within reach.
fn restore(appliance: &Appliance, journal: &Journal, [file, words]: &[String; 2]) -> i32 {
    let config = appliance.config();
    let posternctl = program("posternctl").args(["restore", file, "--passphrase-file", words, "--replace", "--config"]).arg(config);
    posternctl.arg("--posternd").arg(program("posternd").path()).inside(journal).finish().code
}

/// What a restore explains: each with its kind and what it is about.
fn explained(told: &Value) -> Vec<(String, String)> {
    let about = |row: &Value| row.pointer("/effect/event").or(row.pointer("/intent/intent")).unwrap().as_str().unwrap().to_owned();
    told["explained"].as_array().unwrap().iter().map(|row| (text(row, "/kind"), about(row))).collect()
}

fn a_restore_is_witnessed_and_what_it_took_away_is_told_as_that(kind: Kind) {
    let (mut appliance, journal, operator) = watched(kind);
    operator.json(INVITE);
    // Before the backup nobody announced this, and no restore makes that good.
    assert_eq!(by_hand(&appliance, "users/ada/allow-external", None), "200");
    journal.wait_for(&["POSTERN_EVENT=account.external_allowed"]);
    let made = backup(&appliance, &operator);
    operator.json(&["user", "suspend", "ada"]);
    assert_eq!(by_hand(&appliance, "users/ada/resume", None), "200");
    appliance.kill();
    assert_eq!(operator.run(&["user", "end-sessions", "ada"]).code, 3);
    appliance.start();
    // What is refused because the daemon runs was announced by nobody, or says that it came to nothing.
    assert_eq!(restore(&appliance, &journal, &made), 1);
    appliance.stop();
    assert_eq!(restore(&appliance, &journal, &[made[0].clone(), appliance.config().to_str().unwrap().to_owned()]), 1, "not the words");
    assert_eq!(restore(&appliance, &journal, &made), 0);
    appliance.start();
    let restored = operator.records(&["--event", "backup.restored"]).pop().unwrap();
    let announced = journal.wait_for(&["POSTERN_INTENT=restore", &format!("POSTERN_REQUEST={}", text(&restored, "/request"))]);
    assert_eq!(announced[0].field("_UID").as_deref(), Some("0"));
    let (code, findings, told) = found(&operator);
    assert_eq!(code, 6, "{told:#}");
    assert_eq!(findings, pairs(&[("effect-without-intent", "account.external_allowed"), ("not-in-audit", "account.resumed")]), "{told:#}");
    let expected = [
        ("lost-act", "backup.made"),
        ("lost-act", "account.suspended"),
        ("lost-intent", "user.end-sessions"),
        ("restored", "backup.restored"),
    ];
    let mut there = explained(&told);
    // Whether the one that met a running daemon had come so far as to announce itself, only time decides.
    there.retain(|row| *row != ("lost-intent".to_owned(), "restore".to_owned()));
    assert_eq!(there, pairs(&expected), "{told:#}");
    let said = operator.run(&["audit", "witness"]).stdout;
    assert!(said.contains("DONE, THEN LOST BY A RESTORE") && said.contains("user suspend ada"), "{said}");
    assert_eq!(told["elsewhere"], 0);
}

fn a_backup_of_another_machine_is_no_false_alarm(kind: Kind) {
    let (appliance, _journal, operator) = watched(kind);
    operator.json(INVITE);
    let made = backup(&appliance, &operator);
    let (mut elsewhere, its_journal, its_operator) = watched(kind);
    its_operator.json(&["user", "invite", "eve", "--full-name", "Eve", "--email", "eve@example.com"]);
    elsewhere.stop();
    assert_eq!(restore(&elsewhere, &its_journal, &made), 0);
    elsewhere.start();
    let (code, findings, told) = found(&its_operator);
    assert_eq!((code, findings), (0, Vec::new()), "{told:#}");
    assert_eq!(explained(&told), pairs(&[("lost-act", "account.invited"), ("restored", "backup.restored")]), "{told:#}");
    // The invitation and the backup's beginning were announced in the other journal.
    assert_eq!(told["elsewhere"], 2, "{told:#}");
}
