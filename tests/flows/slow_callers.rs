//! Callers who take their time, or send what is no HTTP at all: they are cut off, and nobody else notices.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use openssl::ssl::{SslConnector, SslMethod, SslStream, SslVersion};

use crate::appliance::{Appliance, Kind};

const LIMITS: &str = "[limits]\nhandshake_seconds = 2\nheaders_seconds = 2\nbody_seconds = 2\nkeep_alive_seconds = 2\nstop_seconds = 1\n";

on_both_databases! {
    who_takes_too_long_is_cut_off_and_nobody_else_waits
    a_stop_does_not_wait_for_somebody_who_never_ends
    no_place_is_kept_by_a_request_that_never_ends
    no_operators_place_is_kept_by_who_is_silent_or_never_reads
}

fn plain(appliance: &Appliance) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", appliance.port())).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream
}

fn connect(appliance: &Appliance, version: SslVersion) -> Result<SslStream<TcpStream>, String> {
    let mut connector = SslConnector::builder(SslMethod::tls()).unwrap();
    connector.set_ca_file(appliance.ca()).unwrap();
    connector.set_security_level(0);
    connector.set_min_proto_version(Some(version)).unwrap();
    connector.set_max_proto_version(Some(version)).unwrap();
    connector.build().connect("localhost", plain(appliance)).map_err(|error| error.to_string())
}

fn tls(appliance: &Appliance) -> SslStream<TcpStream> {
    connect(appliance, SslVersion::TLS1_3).unwrap()
}

/// All that comes until the other end is done.
fn rest(mut stream: impl Read) -> String {
    let mut bytes = Vec::new();
    // A connection that is cut is an end, too; one that isn't runs into the read's timeout.
    match stream.read_to_end(&mut bytes) {
        Err(error) if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => panic!("never cut off"),
        _ => String::from_utf8_lossy(&bytes).into_owned(),
    }
}

fn who_takes_too_long_is_cut_off_and_nobody_else_waits(kind: Kind) {
    let appliance = Appliance::with(kind, LIMITS);
    let shared = appliance.ada().share(&[]);
    let link = shared.link();
    let head = format!("POST {} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n", link.path("reveal"));
    let silent = plain(&appliance);
    let mut slow_head = tls(&appliance);
    slow_head.write_all(head.as_bytes()).unwrap();
    let mut slow_body = tls(&appliance);
    slow_body.write_all(format!("{head}content-length: 100\r\n\r\n{{\"knock\":").as_bytes()).unwrap();
    let idle = tls(&appliance);
    let mut no_tls = plain(&appliance);
    no_tls.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    let mut no_http = tls(&appliance);
    no_http.write_all(b"\x16\x03\x01 what is this?\r\n\r\n").unwrap();
    // Meanwhile everybody else is served.
    appliance.recipient("bob").see(link);
    assert_eq!(rest(silent), "");
    assert!(!rest(no_tls).contains("200"));
    let answer = rest(no_http);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{answer}");
    let answer = rest(slow_head);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
    let answer = rest(slow_body);
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("application/problem+json"), "{answer}");
    let answer = rest(idle);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
    for old in [SslVersion::TLS1, SslVersion::TLS1_1] {
        assert!(connect(&appliance, old).is_err(), "{old:?}");
    }
    let mut tls12 = connect(&appliance, SslVersion::TLS1_2).unwrap();
    tls12.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
    assert!(rest(tls12).starts_with("HTTP/1.1 200"));
    assert!(!appliance.said().contains("panic"), "{}", appliance.said());
}

fn a_stop_does_not_wait_for_somebody_who_never_ends(kind: Kind) {
    let mut appliance = Appliance::with(kind, "[limits]\nbody_seconds = 600\nkeep_alive_seconds = 600\nstop_seconds = 1\n");
    let shared = appliance.ada().share(&[]);
    let mut body = tls(&appliance);
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{{",
        shared.link().path("knock")
    );
    body.write_all(head.as_bytes()).unwrap();
    let _idle = tls(&appliance);
    appliance.stop();
    appliance.start();
    let events = appliance.operator().events(&["--actor", "appliance"]);
    assert!(events.ends_with(&["daemon.stopped".to_owned(), "daemon.started".to_owned()]), "{events:?}");
}

fn no_place_is_kept_by_a_request_that_never_ends(kind: Kind) {
    // Outside the owners' networks, so that those who are let in and those who are not are looked at together.
    let appliance = Appliance::with(kind, &format!("[gate]\nowners = []\n{LIMITS}"));
    let page = "GET /s/0190163d-8694-739b-aea5-966c26f8ad91 HTTP/1.1\r\nhost: localhost\r\n";
    let chunked = "transfer-encoding: chunked\r\n\r\n";
    let knock =
        "POST /api/v1/links/0190163d-8694-739b-aea5-966c26f8ad91/knock HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
    let begun = [
        ("a body that nobody reads", format!("{page}{chunked}"), "200", "1\r\nx\r\n"),
        ("a body of somebody who isn't let in", format!("POST / HTTP/1.1\r\nhost: localhost\r\n{chunked}"), "403", "1\r\nx\r\n"),
        ("a body that takes too long", format!("{knock}{chunked}"), "408", "1\r\n \r\n"),
        ("a body that is whole and never ends", format!("{knock}{chunked}2\r\n{{}}\r\n0\r\n"), "408", "x"),
        ("a second head", format!("{page}\r\n{page}"), "200", "x"),
        ("empty lines", format!("{page}\r\n"), "200", "\r\n"),
        ("a first head", page.to_owned(), "408", "x"),
    ];
    std::thread::scope(|threads| {
        for (what, begin, status, drop) in &begun {
            let mut stream = tls(&appliance);
            threads.spawn(move || {
                stream.write_all(begin.as_bytes()).unwrap();
                assert_eq!(until_cut(stream, drop.as_bytes()).get(9..12), Some(*status), "{what}");
            });
        }
        let stream = tls(&appliance);
        threads.spawn(move || never_reads(stream, &format!("{page}\r\n")));
    });
    assert!(!appliance.said().contains("panic"), "{}", appliance.said());
}

fn no_operators_place_is_kept_by_who_is_silent_or_never_reads(kind: Kind) {
    let appliance = Appliance::with(kind, LIMITS);
    let open = || UnixStream::connect(appliance.socket()).unwrap();
    let me = "GET /api/v1/admin/me HTTP/1.1\r\nhost: appliance\r\n";
    let chunked = "transfer-encoding: chunked\r\n\r\n";
    let begun = [
        ("a body that nobody reads", format!("{me}{chunked}"), "1\r\nx\r\n"),
        ("a second head", format!("{me}\r\n{me}"), "x"),
        ("empty lines", format!("{me}\r\n"), "\r\n"),
    ];
    std::thread::scope(|threads| {
        for (what, begin, drop) in &begun {
            let mut stream = open();
            threads.spawn(move || {
                stream.write_all(begin.as_bytes()).unwrap();
                assert_eq!(until_cut(stream, drop.as_bytes()).get(9..12), Some("200"), "{what}");
            });
        }
        let stream = open();
        threads.spawn(move || never_reads(stream, &format!("{me}\r\n")));
    });
    // Every place is taken by somebody who has asked once and falls silent amid the second time.
    let crowd: Vec<UnixStream> = (0..OPERATORS).map(|_| open()).collect();
    for mut stream in &crowd {
        stream.write_all(format!("{me}\r\n{me}").as_bytes()).unwrap();
    }
    assert!(appliance.operator().json(&["health"])["version"].is_string(), "and still an operator finds one");
    for stream in crowd {
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        assert!(rest(stream).starts_with("HTTP/1.1 200"));
    }
    assert!(!appliance.said().contains("panic"), "{}", appliance.said());
}

/// How many connections operators may have at once.
const OPERATORS: usize = 256;

/// A caller whose patience can be bounded.
trait Caller: Read + Write {
    fn wait_at_most(&self, time: Duration);
}

impl Caller for SslStream<TcpStream> {
    fn wait_at_most(&self, time: Duration) {
        self.get_ref().set_read_timeout(Some(time)).unwrap();
        self.get_ref().set_write_timeout(Some(time)).unwrap();
    }
}

impl Caller for UnixStream {
    fn wait_at_most(&self, time: Duration) {
        self.set_read_timeout(Some(time)).unwrap();
        self.set_write_timeout(Some(time)).unwrap();
    }
}

/// Asks so often that no buffer holds all the answers, and takes none of them, until the other end cuts the connection.
fn never_reads(mut stream: impl Caller, request: &str) {
    stream.wait_at_most(Duration::from_secs(30));
    let asked = request.repeat(50);
    let cut = (0..10_000).find_map(|_| stream.write_all(asked.as_bytes()).err());
    let kind = cut.map(|error| error.kind());
    assert!(!matches!(kind, None | Some(std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut)), "never cut off: {kind:?}");
}

/// All that comes until the other end cuts the connection, while these bytes are sent to it again and again, each after a short silence.
fn until_cut(mut stream: impl Caller, drop: &[u8]) -> String {
    stream.wait_at_most(Duration::from_millis(200));
    let (mut heard, mut part) = (Vec::new(), [0; 4096]);
    let cut = harness::clock::Deadline::after(harness::clock::PATIENCE).until(|| match stream.read(&mut part) {
        Ok(0) => Some(()),
        Ok(count) => {
            heard.extend(&part[..count]);
            None
        }
        Err(error) if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {
            stream.write_all(drop).err().map(|_| ())
        }
        Err(_) => Some(()),
    });
    assert!(cut.is_some(), "never cut off: {}", String::from_utf8_lossy(&heard));
    String::from_utf8_lossy(&heard).into_owned()
}
