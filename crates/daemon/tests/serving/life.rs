//! The daemon's life: how it starts, stops, comes back, and what TLS it speaks.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use daemon::{NotStarted, serve};
use openssl::ssl::{SslConnector, SslMethod, SslStream, SslVerifyMode, SslVersion};

use crate::support::{Ground, clock_of, exists, json};

/// The answer to these bytes.
pub fn raw(ground: &Ground, request: &[u8]) -> String {
    let mut stream = ground.connect();
    stream.write_all(request).unwrap();
    rest(&mut stream)
}

/// The head and the body of the next answer.
pub fn rest(stream: &mut SslStream<TcpStream>) -> String {
    let mut answer = Vec::new();
    let mut part = [0; 4096];
    while let Ok(count @ 1..) = stream.read(&mut part) {
        answer.extend_from_slice(&part[..count]);
        let text = String::from_utf8_lossy(&answer);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if length.is_some_and(|length: usize| body.len() >= length) {
            break;
        }
    }
    String::from_utf8(answer).unwrap()
}

#[test]
fn a_daemon_that_was_stopped_comes_back_with_what_it_knew() {
    let mut ground = Ground::plain();
    ground.operator_post("/users", "{\"name\":\"ada\",\"full_name\":\"Ada\",\"email\":\"ada@example.com\"}");
    ground.running.take().unwrap().stop();
    assert!(!exists(&ground.config.admin.socket), "a stopped daemon leaves no socket");
    ground.running = Some(serve(ground.config.clone(), clock_of(&ground.clock)).unwrap());
    assert_eq!(json(ground.operator_get("/users"))["rows"][0]["name"], "ada");
    let life: Vec<_> = ["daemon.started", "daemon.stopped"].map(|event| ground.events(event).len()).into();
    assert_eq!(life, [2, 1]);
}

#[test]
fn a_socket_left_behind_is_taken_away_and_one_in_use_is_not() {
    let mut ground = Ground::plain();
    let Err(NotStarted::Taken(error)) = serve(ground.config.clone(), clock_of(&ground.clock)) else {
        panic!("two daemons on one database")
    };
    assert!(error.to_string().contains("another daemon serves the database"), "{error}");
    let mut other = ground.config.clone();
    other.database.file = "other.sqlite".into();
    let Err(NotStarted::Io(error)) = serve(other, clock_of(&ground.clock)) else { panic!("two daemons at one socket") };
    assert!(error.to_string().contains("another daemon answers"), "{error}");
    ground.running.take().unwrap().stop();
    drop(std::os::unix::net::UnixListener::bind(&ground.config.admin.socket).unwrap());
    assert!(exists(&ground.config.admin.socket));
    ground.running = Some(serve(ground.config.clone(), clock_of(&ground.clock)).unwrap());
    assert_eq!(ground.operator_get("/health").status(), 200);
}

#[test]
fn a_daemon_does_not_begin_with_a_database_that_a_restore_has_and_finishes_nothing_of_it() {
    let mut ground = Ground::plain();
    ground.running.take().unwrap().stop();
    let restoring = std::fs::File::open(ground.config.path("postern.sqlite.lock".as_ref())).unwrap();
    restoring.lock().unwrap();
    // What a restore writes down before it moves its files.
    let (left, aside) = (ground.config.path("restore.moves".as_ref()), ground.config.path("appliance.key.restoring".as_ref()));
    std::fs::write(&aside, "x").unwrap();
    let moves =
        serde_json::json!({"request": crate::support::LINK, "removed": [], "moved": [[aside, ground.config.path("moved".as_ref())]]});
    std::fs::write(&left, moves.to_string()).unwrap();
    let Err(NotStarted::Broken(error)) = serve(ground.config.clone(), clock_of(&ground.clock)) else { panic!("started amid a restore") };
    assert!(error.to_string().contains("an upgrade or a restore of the database is under way: wait for its end"), "{error}");
    assert!(exists(&left) && exists(&aside), "what is left to do is still the restore's");
    drop(restoring);
    ground.running = Some(serve(ground.config.clone(), clock_of(&ground.clock)).unwrap());
    assert!(!exists(&left) && !exists(&aside), "after its end, it is the next daemon's");
}

#[test]
fn a_daemon_without_its_keys_does_not_start_and_says_what_makes_them() {
    let mut ground = Ground::plain();
    ground.running.take().unwrap().stop();
    std::fs::remove_file(ground.config.path(&ground.config.keys.sign_in)).unwrap();
    let Err(NotStarted::Configured(error)) = serve(ground.config.clone(), clock_of(&ground.clock)) else { panic!("started without keys") };
    assert!(error.to_string().contains("sign-in.setup") && error.to_string().contains("posternd init"), "{error}");
}

fn handshake(ground: &Ground, version: SslVersion) -> Result<SslStream<TcpStream>, ()> {
    let mut connector = SslConnector::builder(SslMethod::tls()).unwrap();
    connector.set_verify(SslVerifyMode::NONE);
    connector.set_cipher_list("ALL:@SECLEVEL=0").unwrap();
    connector.set_min_proto_version(Some(version)).unwrap();
    connector.set_max_proto_version(Some(version)).unwrap();
    connector.build().connect("localhost", TcpStream::connect(("127.0.0.1", ground.port())).unwrap()).map_err(|_| ())
}

#[test]
fn tls_is_1_3_or_1_2_with_forward_secrecy_and_nothing_older() {
    let ground = Ground::plain();
    assert_eq!(handshake(&ground, SslVersion::TLS1_3).unwrap().ssl().version_str(), "TLSv1.3");
    let older = handshake(&ground, SslVersion::TLS1_2).unwrap();
    let cipher = older.ssl().current_cipher().unwrap().name();
    assert!(cipher.starts_with("ECDHE-ECDSA-"), "{cipher}");
    assert!(handshake(&ground, SslVersion::TLS1_1).is_err());
    assert!(handshake(&ground, SslVersion::TLS1).is_err());
}

#[test]
fn a_client_that_never_finishes_its_handshake_is_let_go() {
    let ground = Ground::with(|config| config.limits.handshake_seconds = 1);
    let mut silent = TcpStream::connect(("127.0.0.1", ground.port())).unwrap();
    silent.set_read_timeout(Some(std::time::Duration::from_secs(30))).unwrap();
    assert_eq!(silent.read(&mut [0; 1]).unwrap(), 0);
}

#[test]
fn what_was_asked_before_a_stop_is_answered() {
    let mut ground = Ground::plain();
    let mut stream = ground.connect();
    let head = "POST /api/v1/recovery/user HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 14\r\n";
    stream.write_all(format!("{head}expect: 100-continue\r\n\r\n").as_bytes()).unwrap();
    // By this the daemon says that it has the request in hand.
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    let running = ground.running.take().unwrap();
    let stopping = std::thread::spawn(move || running.stop());
    stream.write_all(b"{\"name\":\"bob\"}").unwrap();
    let answer = rest(&mut stream);
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    drop(stream);
    stopping.join().unwrap();
}
