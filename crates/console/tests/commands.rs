//! Whole commands against a socket that answers as posternd does: exit codes, words and JSON.
//! Doesn't test the daemon; what these answers look like is `api`'s.

#![cfg(test)]

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::thread;

use tempfile::TempDir;

const USER: &str = r#"{"user":"0190163d-8694-739b-aea5-966c26f8ad91","name":"ada","full_name":"Ada Lovelace","email":"ada@example.com",
    "standing":"active","external_share":false,"registered":true,"created_at":0,"signed_in_at":null}"#;

/// An appliance that gives one answer to everything.
struct Appliance {
    folder: TempDir,
}

struct Said {
    code: u8,
    out: String,
    err: String,
}

impl Appliance {
    fn answering(status: u16, body: &str) -> Self {
        let appliance = Self { folder: tempfile::tempdir().unwrap() };
        let listener = UnixListener::bind(appliance.socket()).unwrap();
        let answer = format!(
            "HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        // The thread ends with the test's process; each test has one of its own.
        thread::spawn(move || {
            for stream in listener.incoming() {
                let _ = stream.and_then(|stream| serve(stream, &answer));
            }
        });
        appliance
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("admin.sock")
    }

    fn run(&self, command: &str) -> Said {
        let socket = self.socket();
        let arguments = ["posternctl", "--socket", socket.to_str().unwrap()].into_iter().chain(command.split_whitespace());
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code = console::run(arguments, &mut &b""[..], &mut out, &mut err);
        Said { code, out: String::from_utf8(out).unwrap(), err: String::from_utf8(err).unwrap() }
    }
}

fn serve(stream: UnixStream, answer: &str) -> io::Result<()> {
    let mut reader = BufReader::new(&stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if let Some(said) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = said.trim().parse().unwrap_or(0);
        }
        if line.trim().is_empty() {
            break;
        }
    }
    reader.read_exact(&mut vec![0; length])?;
    (&stream).write_all(answer.as_bytes())
}

fn problem(status: u16, name: &str, detail: &str) -> Appliance {
    let request = "0190163d-8694-739b-aea5-966c26f8ad92";
    Appliance::answering(status, &format!(r#"{{"status":{status},"name":"{name}","detail":"{detail}","request":"{request}"}}"#))
}

#[test]
fn a_list_is_shown_to_people_and_to_programs() {
    let appliance = Appliance::answering(200, &format!(r#"{{"rows":[{USER}],"next":null}}"#));
    let said = appliance.run("user list");
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert!(said.out.starts_with("NAME") && said.out.contains("ada@example.com"), "{}", said.out);
    let said = appliance.run("user list --json");
    let read: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((said.code, read["rows"][0]["name"].as_str(), &read["next"]), (0, Some("ada"), &serde_json::Value::Null));
}

#[test]
fn a_control_character_from_the_appliance_never_reaches_the_terminal() {
    let appliance = Appliance::answering(403, r#"{"status":403,"name":"not-operator","detail":"no\u001b[2J\u009b"}"#);
    for command in ["health", "health --json"] {
        let said = appliance.run(command);
        let clean = |text: &str| text.chars().all(|letter| letter == '\n' || !letter.is_control());
        assert!(clean(&said.out) && clean(&said.err) && !said.err.is_empty(), "{:?}", said.err);
    }
}

#[test]
fn a_refusal_is_told_in_the_daemons_words_with_the_request() {
    let appliance = problem(403, "not-operator", "join postern-operators");
    let said = appliance.run("user suspend ada");
    assert_eq!((said.code, said.out.as_str()), (1, ""));
    assert!(said.err.contains("join postern-operators") && said.err.contains("0190163d-8694-739b-aea5-966c26f8ad92"), "{}", said.err);
    let said = appliance.run("user suspend ada --json");
    let told: serde_json::Value = serde_json::from_str(&said.err).unwrap();
    assert_eq!((told["name"].as_str(), told["exit_code"].as_u64()), (Some("not-operator"), Some(1)));
}

#[test]
fn what_is_not_there_is_named_with_the_command_that_lists_what_is() {
    let appliance = problem(404, "not-found", "no such thing");
    let id = "0190163d-8694-739b-aea5-966c26f8ad91";
    for (command, told) in [
        ("user suspend nobody".to_owned(), "there is no account nobody; `posternctl user list`"),
        (format!("share revoke {id}"), "there is no share 0190163d"),
        (format!("share unfreeze {id}"), "`posternctl share freezes` shows"),
    ] {
        let said = appliance.run(&command);
        assert!(said.code == 1 && said.err.contains(told), "{}", said.err);
    }
}

#[test]
fn a_fault_of_the_appliance_is_no_refusal() {
    assert_eq!(problem(500, "broken", "the database failed").run("health").code, 4);
    assert_eq!(Appliance::answering(200, "<html>").run("health").code, 4);
}

#[test]
fn a_socket_that_is_not_there_or_dead_says_so() {
    let nothing = Appliance { folder: tempfile::tempdir().unwrap() };
    let said = nothing.run("health");
    assert!(said.code == 3 && said.err.contains("there is no admin socket at"), "{}", said.err);
    drop(UnixListener::bind(nothing.socket()).unwrap());
    let said = nothing.run("health");
    assert!(said.code == 3 && said.err.contains("nobody answers at"), "{}", said.err);
    assert_eq!(nothing.run("health --json").code, 3);
}

#[test]
fn wrong_usage_is_told_apart_and_help_is_no_error() {
    let nothing = Appliance { folder: tempfile::tempdir().unwrap() };
    for (command, code) in
        [("", 2), ("nonsense", 2), ("share revoke", 2), ("clock accept --json", 2), ("--help", 0), ("share freeze --help", 0)]
    {
        assert_eq!(nothing.run(command).code, code, "{command}");
    }
}

#[test]
fn an_invitation_that_nobody_could_take_is_no_success() {
    let body = r#"{"user":"0190163d-8694-739b-aea5-966c26f8ad91","invitation":"AAAA-BBBB","expires_at":0}"#;
    let appliance = Appliance::answering(200, body);
    let said = appliance.run("user invite ada --full-name Ada --email ada@example.com");
    assert!(said.code == 0 && said.out.contains("AAAA-BBBB"), "{}", said.err);
    let told: serde_json::Value =
        serde_json::from_str(&appliance.run("user invite ada --full-name Ada --email ada@example.com --json").out).unwrap();
    assert_eq!(told["invitation"], "AAAA-BBBB");

    let socket = appliance.socket();
    let arguments = ["posternctl", "--socket", socket.to_str().unwrap(), "user", "invite", "ada", "--full-name=A", "--email=a@b.c"];
    let mut err = Vec::new();
    assert_eq!(console::run(arguments, &mut &b""[..], &mut Closed, &mut err), 4);
    assert!(String::from_utf8(err).unwrap().contains("nobody took it"));
}

#[test]
fn a_reader_who_has_seen_enough_is_no_error() {
    let appliance = Appliance::answering(200, &format!(r#"{{"rows":[{USER}],"next":null}}"#));
    let socket = appliance.socket();
    let mut err = Vec::new();
    let code = console::run(["posternctl", "--socket", socket.to_str().unwrap(), "user", "list"], &mut &b""[..], &mut Closed, &mut err);
    assert_eq!((code, err.is_empty()), (0, true));
}

#[test]
fn a_broken_log_is_told_by_the_exit_code_whoever_reads() {
    // A head that no empty lane has, and no records behind it.
    let head = "A".repeat(43);
    let appliance = Appliance::answering(200, &format!(r#"{{"rows":[{{"lane":1,"seq":0,"head":"{head}"}}],"next":null}}"#));
    let said = appliance.run("audit verify");
    assert!(said.code == 5 && said.out.contains("lane 1") && said.out.contains("BROKEN at number 0"), "{}{}", said.out, said.err);
    let socket = appliance.socket();
    let arguments = ["posternctl", "--socket", socket.to_str().unwrap(), "audit", "verify"];
    assert_eq!(console::run(arguments, &mut &b""[..], &mut Closed, &mut Vec::new()), 5);
}

#[test]
fn a_clock_is_accepted_only_when_somebody_says_yes() {
    let body = r#"{"version":"0.1.0","database":"sqlite","clock":0,"latest":900000,"clock_behind":true,"mail_waiting":0,"certificate_until":1700000000000,"certificate_days":30,"certificate_ends_soon":true,"journal_dropped":0}"#;
    let said = Appliance::answering(200, &body.replace("true", "false")).run("clock accept");
    assert!(said.code == 0 && said.out.contains("nothing to accept"), "{}", said.err);
    let said = Appliance::answering(200, body).run("clock accept");
    assert!(said.code == 1 && said.err.contains("not confirmed: nothing was changed"), "{}", said.err);
}

/// A pipe whose reader is gone.
struct Closed;

impl io::Write for Closed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
