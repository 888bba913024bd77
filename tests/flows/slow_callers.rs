//! Callers who take their time, or send what is no HTTP at all: they are cut off, and nobody else notices.

use std::io::Write as _;
use std::net::TcpStream;
use std::time::Duration;

use openssl::ssl::{SslConnector, SslMethod, SslStream, SslVersion};

use crate::appliance::{Appliance, Kind};

const LIMITS: &str = "[limits]\nhandshake_seconds = 2\nheaders_seconds = 2\nbody_seconds = 2\nkeep_alive_seconds = 2\nstop_seconds = 1\n";

on_both_databases! {
    who_takes_too_long_is_cut_off_and_nobody_else_waits
    a_stop_does_not_wait_for_somebody_who_never_ends
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
fn rest(mut stream: impl std::io::Read) -> String {
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
