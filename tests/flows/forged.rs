//! Bytes by hand that no honest program sends: forged hops, requests with two meanings, sessions that want to be resumed.
//! Each is refused or means exactly one thing; nothing that was hidden in it is ever served.

use std::ffi::OsStr;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use harness::Program;
use openssl::ssl::{SslConnector, SslMethod, SslVersion};

use crate::appliance::{Appliance, Kind};
use crate::mutual_tls::{DAY, PAGE, Use, certificate, in_a_file, settings};

on_both_databases! {
    a_chain_of_hops_means_one_address_or_nobody
    a_request_with_two_meanings_is_refused_and_nothing_hidden_in_it_is_served
    a_proxys_header_is_read_to_its_last_byte_and_no_further
    no_session_is_resumed_so_that_no_verdict_outlives_its_connection
}

const GATE: &str = "[gate]\nrecipients = [\"10.99.0.0/16\"]\nowners = [\"10.99.0.0/16\"]\ntrusted_proxies = [\"127.0.0.1\"]\n";

fn connector(appliance: &Appliance, version: SslVersion) -> openssl::ssl::SslConnectorBuilder {
    let mut connector = SslConnector::builder(SslMethod::tls()).unwrap();
    connector.set_ca_file(appliance.ca()).unwrap();
    connector.set_max_proto_version(Some(version)).unwrap();
    connector
}

fn plain(port: u16) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}

/// The statuses of all answers to these bytes, until the daemon ends the connection.
fn statuses(appliance: &Appliance, bytes: &[u8]) -> Vec<String> {
    let mut stream = connector(appliance, SslVersion::TLS1_3).build().connect("localhost", plain(appliance.port())).unwrap();
    // It may be ended before all of it was sent.
    let _cut = stream.write_all(bytes);
    let mut answer = Vec::new();
    let _cut = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    answer.match_indices("HTTP/1.1 ").map(|(at, _)| answer[at + 9..at + 12].to_owned()).collect()
}

fn a_chain_of_hops_means_one_address_or_nobody(kind: Kind) {
    let appliance = Appliance::with(kind, GATE);
    let ask =
        |lines: &[u8]| statuses(&appliance, &[b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n", lines, b"\r\n"].concat());
    let header = |value: &[u8]| ask(&[b"x-forwarded-for: ", value, b"\r\n"].concat());
    for inside in ["10.99.0.5", ",10.99.0.5", ", ,10.99.0.5", "10.99.0.5:80", "[::ffff:10.99.0.5]", "::ffff:a63:5", "[::ffff:10.99.0.5]:80"]
    {
        assert_eq!(header(inside.as_bytes()), ["200"], "{inside}");
    }
    // Addresses that only look like the one inside.
    for outside in ["::10.99.0.5", "64:ff9b::10.99.0.5", "2002:a63:5::1"] {
        assert_eq!(header(outside.as_bytes()), ["403"], "{outside}");
    }
    let (commas, tail) = (b",".repeat(10_000), [&b"10.99.0.5"[..], &b",".repeat(10_000)].concat());
    let unclear: [&[u8]; 22] = [
        b"",
        b"10.99.0.5,",
        b"10.99.0.5, ,",
        b"[10.99.0.5]",
        b"10.99.0.5%lo",
        b"[fe80::1%lo]",
        b"unknown",
        b"_hidden",
        b"010.99.0.5",
        b"0x0a.99.0.5",
        b"174260229",
        b"10.99.5",
        b"\xc2\xa010.99.0.5",
        b"\"10.99.0.5\"",
        b"10.99.0.5;x",
        b"10.99.0.5:",
        b"10.99.0.5:99999",
        b"10.99.0.5:+80",
        b"[::ffff:10.99.0.5",
        b"\xff\xfe",
        &commas,
        &tail,
    ];
    for unclear in unclear {
        assert_eq!(header(unclear), ["400"], "{:?}", String::from_utf8_lossy(&unclear[..unclear.len().min(40)]));
    }
    // Several headers are one chain, however they are written; others that look like it are none.
    assert_eq!(ask(b"x-forwarded-for: 10.99.0.5\r\nX-FORWARDED-FOR: 203.0.113.7\r\n"), ["403"]);
    assert_eq!(ask(b"x-forwarded-for: 203.0.113.7\r\nx-forwarded-for: 10.99.0.5\r\n"), ["200"]);
    assert_eq!(ask(b"x-forwarded-for: 203.0.113.7\r\nx_forwarded_for: 10.99.0.5\r\nforwarded: for=10.99.0.5\r\n"), ["403"]);
    assert_eq!(ask(b"x-forwarded-for: 203.0.113.7\r\nconnection: x-forwarded-for\r\n"), ["403"]);
    assert_eq!(ask(b"x-forwarded-for: 203.0.113.7\r\n ,10.99.0.5\r\n"), ["400"], "a folded line");
    assert!(!appliance.said().contains("panic"), "{}", appliance.said());
}

fn a_request_with_two_meanings_is_refused_and_nothing_hidden_in_it_is_served(kind: Kind) {
    let appliance = Appliance::with(kind, "[limits]\nheaders_seconds = 2\nkeep_alive_seconds = 2\nbody_seconds = 2\n");
    let hidden = "GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let body = format!("{{\"knock\":\"{}\"}}", seal::text::encode(&[7; 32]));
    let length = format!("content-length: {}\r\n", body.len());
    let chunks = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    let chunked = "transfer-encoding: chunked\r\n";
    let knock =
        "POST /api/v1/links/0190163d-8694-739b-aea5-966c26f8ad91/knock HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
    let post = |lines: &str, body: &str| statuses(&appliance, format!("{knock}{lines}\r\n{body}{hidden}").as_bytes());
    // What means one thing is answered, and so is what stands behind it.
    assert_eq!(post(&length, &body), ["404", "200"]);
    assert_eq!(post(chunked, &chunks), ["404", "200"]);
    for lines in [
        length.repeat(2),
        format!("{length}content-length: 5\r\n"),
        format!("content-length: {0}, {0}\r\n", body.len()),
        format!("content-length: +{}\r\n", body.len()),
        "content-length: 0x34\r\n".to_owned(),
        "content-length: \r\n".to_owned(),
        "content-length: 99999999999999999999999\r\n".to_owned(),
        format!("content-length : {}\r\n", body.len()),
        format!("x: y\r\n {length}"),
    ] {
        assert_eq!(post(&lines, &body), ["400"], "{lines}");
    }
    for lines in [
        format!("{chunked}{length}"),
        format!("{length}{chunked}"),
        chunked.repeat(2),
        "transfer-encoding: xchunked\r\n".to_owned(),
        "transfer-encoding: chunked, identity\r\n".to_owned(),
        "transfer-encoding: gzip, chunked\r\n".to_owned(),
        "transfer-encoding: \u{b}chunked\r\n".to_owned(),
        "transfer-encoding : chunked\r\n".to_owned(),
    ] {
        assert_eq!(post(&lines, &chunks), ["400"], "{lines}");
    }
    for wrong in [format!("0x{chunks}"), format!("-{chunks}"), format!("5\r\n{body}\r\n0\r\n\r\n"), "fffffffffffffffff\r\n".to_owned()] {
        assert_eq!(post(chunked, &wrong), ["400"], "{wrong}");
    }
    for target in ["/%2e%2e/", "/%00", "/%c0%af", "//", "///s/x", "/s/..%2f", "localhost:443", "*"] {
        assert_eq!(statuses(&appliance, hidden.replacen("GET /", &format!("GET {target}"), 1).as_bytes()), ["404"], "{target}");
    }
    for line in ["GET /\0 HTTP/1.1", "GET / HTTP/2.0", "GET / HTTP/1.1 x", "GET", "PRI * HTTP/2.0", " GET / HTTP/1.1"] {
        assert_eq!(statuses(&appliance, hidden.replacen("GET / HTTP/1.1", line, 1).as_bytes()), ["400"], "{line:?}");
    }
    assert_eq!(statuses(&appliance, hidden.replacen("host: localhost\r\n", "", 1).as_bytes()), ["400"], "no host");
    assert_eq!(statuses(&appliance, hidden.replacen("\r\n\r\n", "\r\nhost: evil\r\n\r\n", 1).as_bytes()), ["400"], "two hosts");
    let many: String = (0..20_000).map(|n| format!("x{n}: y\r\n")).collect();
    assert_eq!(statuses(&appliance, hidden.replacen("host:", &format!("{many}host:"), 1).as_bytes()), ["431"]);
    assert!(!appliance.said().contains("panic"), "{}", appliance.said());
}

/// The first line that comes back over TLS after these bytes, each sent by itself.
fn behind(appliance: &Appliance, begin: &[u8]) -> Option<String> {
    let mut stream = plain(appliance.proxy_port());
    for byte in begin {
        // Who has heard enough may have closed.
        let _cut = stream.write_all(&[*byte]);
    }
    let mut stream = connector(appliance, SslVersion::TLS1_3).build().connect("localhost", stream).ok()?;
    stream.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\nx-forwarded-for: 10.99.0.6\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    let _cut = stream.read_to_end(&mut answer);
    Some(String::from_utf8_lossy(&answer)[9..12].to_owned())
}

fn a_proxys_header_is_read_to_its_last_byte_and_no_further(kind: Kind) {
    let appliance = Appliance::with(kind, &format!("[listen]\nproxy_address = \"127.0.0.1:0\"\n{GATE}"));
    let second = |command: u8, family: u8, said: &[u8]| {
        let length = u16::try_from(said.len()).unwrap().to_be_bytes();
        [&b"\r\n\r\n\0\r\nQUIT\n"[..], &[command, family], &length, said].concat()
    };
    let four = [10, 99, 0, 5, 127, 0, 0, 1, 0x12, 0x67, 1, 187];
    let six = |mapped: [u8; 16]| [&mapped[..], &[0; 15], &[1, 0x12, 0x67, 1, 187]].concat();
    let with = |said: &[u8]| [&four[..], said].concat();
    let first = b"PROXY TCP4 10.99.0.5 127.0.0.1 4711 443\r\n".to_vec();
    let heard = |begin: &[u8]| behind(&appliance, begin);
    assert_eq!(heard(&first).as_deref(), Some("200"));
    assert_eq!(heard(&second(0x21, 0x11, &four)).as_deref(), Some("200"));
    assert_eq!(
        heard(&second(0x21, 0x11, &with(b"\x02\0\x09localhost\x20\0\x05\x01\0\0\0\0"))).as_deref(),
        Some("200"),
        "what it tells besides"
    );
    assert_eq!(heard(&second(0x21, 0x11, &with(&[4; 2036]))).as_deref(), Some("200"), "as much as there may be");
    assert_eq!(heard(&second(0x21, 0x21, &six([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 99, 0, 5]))).as_deref(), Some("200"));
    assert_eq!(heard(&second(0x21, 0x21, &six([0x20; 16]))).as_deref(), Some("403"));
    assert_eq!(heard(b"PROXY TCP4 0.0.0.0 127.0.0.1 4711 443\r\n").as_deref(), Some("403"));
    assert_eq!(
        heard(b"PROXY TCP4 127.0.0.1 127.0.0.1 4711 443\r\n").as_deref(),
        Some("200"),
        "one trusted proxy behind another says who it is"
    );
    for wrong in [
        second(0x21, 0x11, &with(&[4; 2037])),
        second(0x20, 0x11, &four),
        second(0x20, 0, &[]),
        second(0x21, 0x11, &four[..11]),
        second(0x21, 0x12, &four),
        second(0x21, 0x31, &[b'/'; 216]),
        second(0x21, 0, &four),
        second(0x11, 0x11, &four),
        second(0x22, 0x11, &four),
        [first.clone(), first.clone()].concat(),
        [second(0x21, 0x11, &four), first.clone()].concat(),
        first.to_ascii_lowercase(),
        b"PROXY TCP4 10.99.0.5 127.0.0.1 4711 443\n".to_vec(),
        b"PROXY TCP4  10.99.0.5 127.0.0.1 4711 443\r\n".to_vec(),
        b"PROXY TCP4 010.99.0.5 127.0.0.1 4711 443\r\n".to_vec(),
        b"PROXY TCP4 10.99.0.5 127.0.0.1 70000 443\r\n".to_vec(),
        b"PROXY TCP6 fe80::1%lo ::1 4711 443\r\n".to_vec(),
    ] {
        assert_eq!(heard(&wrong), None, "{:?}", String::from_utf8_lossy(&wrong[..wrong.len().min(60)]));
    }
    assert!(!appliance.said().contains("panic"), "{}", appliance.said());
}

fn no_session_is_resumed_so_that_no_verdict_outlives_its_connection(kind: Kind) {
    let mut appliance = Appliance::prepared(kind);
    let [first, second] = [(); 2].map(|()| certificate("Company devices", Use::Authority, 99 * DAY, None));
    let file = appliance.folder().join("devices.crt");
    fs::write(&file, first.certificate.to_pem().unwrap()).unwrap();
    appliance.reload(&settings(&file, "both"));
    let right = in_a_file(&certificate("laptop-7", Use::Client, 9 * DAY, Some(&first)), appliance.folder().join("laptop-7.pem"));
    let session = appliance.folder().join("session.pem");
    let request = format!("GET {PAGE} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    let client = |version: &str, more: &[&OsStr]| {
        let at = format!("localhost:{}", appliance.port());
        let words = ["s_client", "-connect", &at, "-servername", "localhost", "-ign_eof", version, "-CAfile"];
        let program = Program::named("openssl").args(words).arg(appliance.ca()).args([OsStr::new("-cert"), right.as_os_str()]).args(more);
        program.input(&request).finish().stdout
    };
    for version in ["-tls1_2", "-tls1_3"] {
        let said = client(version, &[OsStr::new("-sess_out"), session.as_os_str()]);
        assert!(said.contains("HTTP/1.1 200 OK") && said.contains("New, TLSv1"), "{version}: {said}");
        assert!(!said.contains("TLS session ticket:") && !said.contains("New Session Ticket arrived"), "{version}: {said}");
        fs::write(&file, second.certificate.to_pem().unwrap()).unwrap();
        appliance.signal_reload();
        assert!(!session.exists(), "{version}: there is nothing to come again with");
        let said = client(version, &[]);
        assert!(said.contains("HTTP/1.1 403 Forbidden") && said.contains("certificate-not-valid"), "{version}: {said}");
        assert!(said.contains("New, TLSv1") && !said.contains("Reused, "), "{version}: {said}");
        fs::write(&file, first.certificate.to_pem().unwrap()).unwrap();
        appliance.signal_reload();
        let said = client(version, &[OsStr::new("-reconnect")]);
        assert!(said.matches("New, TLSv1").count() > 1 && !said.contains("Reused, "), "{version}: {said}");
    }
    // Nor is one negotiated anew while it is open.
    let at = format!("localhost:{}", appliance.port());
    let said = Program::named("openssl").args(["s_client", "-connect", &at, "-tls1_2"]).input("R\n").finish();
    assert!(said.stderr.contains("no renegotiation"), "{}", said.stderr);
}
