//! What the client makes of answers, good and bad, from a daemon that this test plays on a socket of its own.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may end where something is wrong")]
use std::io::{Read, Write};
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::thread::JoinHandle;

use api::Secret;
use client::{Client, Error, Trouble};

const DATE: &str = "Date: Sun, 06 Nov 1994 08:49:37 GMT";

/// A socket on which one call gets this answer; joining gives the call's text.
fn daemon(answer: Vec<u8>) -> (tempfile::TempDir, Client, JoinHandle<String>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("admin.sock");
    let listener = UnixListener::bind(&path).unwrap();
    let played = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut call = Vec::new();
        let mut some = [0; 4096];
        while !call.windows(4).any(|window| window == b"\r\n\r\n") {
            let read = stream.read(&mut some).unwrap();
            call.extend_from_slice(&some[..read]);
        }
        // A client that has had enough closes while this still writes.
        let _ = stream.write_all(&answer);
        String::from_utf8(call).unwrap()
    });
    let client = Client::admin(&path).unwrap();
    (folder, client, played)
}

fn answered(status: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\n{DATE}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn health(answer: Vec<u8>) -> Error {
    let (_folder, client, played) = daemon(answer);
    let error = client.health().unwrap_err();
    played.join().unwrap();
    error
}

#[test]
fn a_right_answer_is_read_and_brings_the_daemons_time() {
    let body = r#"{"version":"0.1.0","database":"sqlite","clock":5,"latest":5,"clock_behind":false,"mail_waiting":0,"certificate_until":1700000000000,"certificate_days":30,"certificate_ends_soon":true,"journal_dropped":0}"#;
    let (_folder, client, played) = daemon(answered("200 OK", body));
    assert_eq!(client.daemon_time(), None);
    assert_eq!(client.health().unwrap().database, "sqlite");
    assert!(client.daemon_time().unwrap().as_millis() >= 784_111_777_000);
    assert!(played.join().unwrap().starts_with("GET /api/v1/admin/health HTTP/1.1\r\n"));
}

#[test]
fn a_session_travels_in_its_header_and_nowhere_else() {
    let (_folder, client, played) = daemon(answered("204 No Content", ""));
    let session = Secret("the-session".to_owned());
    client.signed_in(&session).sign_out().unwrap();
    let call = played.join().unwrap();
    assert!(call.starts_with("POST /api/v1/sign-out HTTP/1.1\r\n"), "{call}");
    assert!(call.contains("authorization: Bearer the-session\r\n"), "{call}");
}

#[test]
fn what_stands_in_a_path_or_query_cannot_leave_its_place() {
    let (_folder, client, played) = daemon(answered("404 Not Found", "{}"));
    let filter = client::admin::audit::Filter { who: Some("a&b=c d/../e".to_owned()), ..Default::default() };
    client.audit(&filter, None, 5).unwrap_err();
    let call = played.join().unwrap();
    assert!(call.starts_with("GET /api/v1/admin/audit?who=a%26b%3Dc+d%2F..%2Fe&limit=5 HTTP/1.1"), "{call}");
}

#[test]
fn a_refusal_keeps_its_name_and_sentence() {
    let problem = r#"{"status":403,"name":"not-operator","detail":"you are in none of the groups that may do this"}"#;
    let error = health(answered("403 Forbidden", problem));
    assert_eq!(error.refusal(), Some("not-operator"));
    assert_eq!(error.to_string(), "you are in none of the groups that may do this");
}

#[test]
fn answers_that_are_not_posterns_are_told_without_repeating_them() {
    for (answer, what) in [
        (answered("200 OK", "<html>secret</html>"), "line 1"),
        (answered("200 OK", r#"{"version":"secret"}"#), "line 1"),
        (answered("502 Bad Gateway", "secret"), "status 502"),
        (answered("302 Found\r\nLocation: https://elsewhere.example/", ""), "status 302"),
    ] {
        let error = health(answer);
        assert!(matches!(error, Error::NotPostern { .. }), "{error:?}");
        assert!(error.to_string().contains(what) && !error.to_string().contains("secret"), "{error}");
    }
}

#[test]
fn an_answer_without_bound_is_cut_off() {
    let mut answer = format!("HTTP/1.1 200 OK\r\n{DATE}\r\nConnection: close\r\n\r\n").into_bytes();
    answer.resize(answer.len() + 65 * 1024 * 1024, b' ');
    assert!(health(answer).to_string().contains("larger than any answer"));
}

#[test]
fn an_answer_that_ends_too_early_is_lost_and_may_be_asked_for_again() {
    let whole = answered("200 OK", "{\"version\":1}");
    let error = health(whole[..whole.len() - 3].to_vec());
    assert!(error.lost(), "{error:?}");
    let error = health(Vec::new());
    assert!(error.lost(), "{error:?}");
}

#[test]
fn a_missing_socket_and_one_that_nobody_serves_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let trouble = |path: PathBuf| match Client::admin(&path).unwrap().health() {
        Err(Error::Unreachable { trouble, .. }) => trouble,
        other => panic!("{other:?}"),
    };
    assert_eq!(trouble(folder.path().join("none.sock")), Trouble::NoSocket);
    let stale = folder.path().join("stale.sock");
    drop(UnixListener::bind(&stale).unwrap());
    assert_eq!(trouble(stale), Trouble::Refused);
}

#[test]
fn a_server_that_nobody_serves_is_unreachable() {
    // Bound and dropped: a port that nothing listens on.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let client = Client::https(&format!("https://127.0.0.1:{port}"), None, None).unwrap();
    let body = api::account::FindRecovery { name: "ada".parse().unwrap() };
    assert!(matches!(client.find_recovery(&body), Err(Error::Unreachable { trouble: Trouble::Refused, .. })));
}

#[test]
fn lanes_are_read_to_the_last_page_and_a_daemon_that_never_ends_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("admin.sock");
    let listener = UnixListener::bind(&path).unwrap();
    let lane = |n: u32| format!(r#"{{"lane":{n},"seq":0,"head":"{}"}}"#, "A".repeat(43));
    let pages = [
        format!(r#"{{"rows":[{},{}],"next":"2"}}"#, lane(1), lane(2)),
        format!(r#"{{"rows":[{}],"next":null}}"#, lane(3)),
        format!(r#"{{"rows":[{}],"next":"1"}}"#, lane(1)),
        format!(r#"{{"rows":[{}],"next":"1"}}"#, lane(1)),
    ];
    let played = std::thread::spawn(move || {
        pages.map(|body| {
            let (mut stream, _) = listener.accept().unwrap();
            let mut call = [0; 4096];
            let read = stream.read(&mut call).unwrap();
            stream.write_all(&answered("200 OK", &body)).unwrap();
            String::from_utf8_lossy(&call[..read]).lines().next().unwrap().to_owned()
        })
    });
    let client = Client::admin(&path).unwrap();
    let lanes: Vec<u32> = client.audit_lanes().unwrap().iter().map(|head| head.lane.0).collect();
    assert_eq!(lanes, [1, 2, 3]);
    assert_eq!(client.audit_lanes().unwrap().len(), 2, "the same page came again and again");
    let asked = played.join().unwrap();
    assert!(!asked[0].contains("after=") && asked[1].contains("after=2"), "{asked:?}");
}

#[test]
fn what_found_nobody_was_never_sent_and_what_lost_its_answer_may_have_counted() {
    let sent = |error: &Error| matches!(error, Error::Unreachable { sent: true, .. });
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("admin.sock");
    assert!(!sent(&Client::admin(&path).unwrap().retry_dead_messages().unwrap_err()), "there is no socket");
    drop(UnixListener::bind(&path).unwrap());
    assert!(!sent(&Client::admin(&path).unwrap().retry_dead_messages().unwrap_err()), "nobody listens");
    let (_folder, client, played) = daemon(Vec::new());
    assert!(sent(&client.retry_dead_messages().unwrap_err()), "it was taken, and nothing came back");
    played.join().unwrap();
    let (_folder, client, played) = daemon(b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{".to_vec());
    assert!(sent(&client.retry_dead_messages().unwrap_err()), "the answer was cut off");
    played.join().unwrap();
}
