//! The harness's journal is a real one and a private one.
//! Needs root, like everything that is tested inside it.

use harness::Program;
use harness::journal::Journal;

/// Made up for this test; no event of Postern's has it.
const MESSAGE_ID: &str = "MESSAGE_ID=6f1d2c3b4a5948778695a4b3c2d1e0f1";

#[test]
fn what_a_program_says_is_read_back_by_field_and_message_id() {
    let journal = Journal::start();
    let entry = format!("MESSAGE=a door opened\n{MESSAGE_ID}\nPOSTERN_LINK=xyz\nPRIORITY=5\n");
    let said = Program::named("logger").arg("--journald").input(&entry).inside(&journal).finish();
    assert!(said.success(), "{}", said.stderr);

    let found = journal.wait_for(&[MESSAGE_ID]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].field("MESSAGE").as_deref(), Some("a door opened"));
    assert_eq!(found[0].field("PRIORITY").as_deref(), Some("5"));
    assert!(found[0].names().any(|name| name == "POSTERN_LINK"));
    assert_eq!(journal.entries(&["POSTERN_LINK=xyz"]), found);
    assert_eq!(journal.entries(&["POSTERN_LINK=other"]), []);
}

#[test]
fn two_journals_hear_nothing_of_each_other() {
    let (mine, yours) = (Journal::start(), Journal::start());
    let said = Program::named("systemd-cat").args(["--identifier=mine", "echo", "hello"]).inside(&mine).finish();
    assert!(said.success(), "{}", said.stderr);
    assert_eq!(mine.wait_for(&["SYSLOG_IDENTIFIER=mine"]).len(), 1);
    assert_eq!(yours.entries(&["SYSLOG_IDENTIFIER=mine"]), []);
}
