//! One address, or one user, that takes more than its share: more connections than it may hold, headers without end, hosts named twice.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use harness::{Program, Running};
use openssl::ssl::{SslConnector, SslMethod, SslStream};

use crate::appliance::{Appliance, Kind};
use crate::configuration::Wish;
use crate::networks::Namespace;
use crate::people::text;

on_both_databases! {
    an_address_holds_so_many_connections_and_others_are_served_beside_it
    a_trusted_proxy_holds_as_many_as_its_visitors_need
    a_user_of_the_machine_locks_no_operator_out
    headers_that_nobody_should_send_are_refused_clearly
}

/// A TLS connection, if one is to be had.
fn connect(appliance: &Appliance) -> Option<SslStream<TcpStream>> {
    let stream = TcpStream::connect(("127.0.0.1", appliance.port())).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut connector = SslConnector::builder(SslMethod::tls()).unwrap();
    connector.set_ca_file(appliance.ca()).unwrap();
    connector.build().connect("localhost", stream).ok()
}

/// The answer's first line.
fn answer(mut stream: SslStream<TcpStream>, head: &str) -> String {
    // Whoever sends without end may be cut off in the middle of it.
    let _cut = stream.write_all(head.as_bytes());
    let mut answer = Vec::new();
    let _cut = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned()
}

const PLAIN: &str = "GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

fn an_address_holds_so_many_connections_and_others_are_served_beside_it(kind: Kind) {
    let (server, neighbour) = (Namespace::new(), Namespace::new());
    server.connect(&neighbour, "castle", &["10.20.0.1/24"], &["10.20.0.5/24"]);
    let settings = "[listen]\naddress = \"[::]:0\"\n[gate]\nowners = [\"10.20.0.0/24\", \"127.0.0.0/8\", \"::1/128\"]\n[limits]\nconnections_per_address = 3\nkeep_alive_seconds = 600\nheaders_seconds = 120\n";
    let wish = Wish { settings: settings.to_owned(), namespace: Some(server.0.clone()), ..Wish::default() };
    let appliance = Appliance::prepared_with(kind, wish);
    let url = format!("10.20.0.1:{}", appliance.port());
    let ca = appliance.ca().display().to_string();
    let client = Program::named("openssl").args(["s_client", "-quiet", "-connect", &url, "-CAfile", &ca]).within_network(&neighbour.0);
    let held: Vec<Running> = (0..6).map(|_| client.spawn_listening()).collect();
    let operator = appliance.operator();
    let crowded = harness::clock::Deadline::after(harness::clock::PATIENCE).until(|| {
        let told = operator.records(&["--event", "gate.crowded"]);
        told.first().map(|record| text(record, "/address"))
    });
    assert_eq!(crowded.as_deref(), Some("10.20.0.5"));
    // The owner at the appliance itself is another address.
    assert!(server.run(&appliance.ada().program(&["item", "list"], &[])).success());
    drop(held);
    let client = client.input("GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    let free = harness::clock::Deadline::after(harness::clock::PATIENCE).until(|| client.finish().stdout.contains("200 OK").then_some(()));
    assert!(free.is_some(), "places are free again when connections end");
}

fn a_trusted_proxy_holds_as_many_as_its_visitors_need(kind: Kind) {
    let settings = "[limits]\nconnections_per_address = 2\nkeep_alive_seconds = 600\nheaders_seconds = 120\n";
    let mut appliance = Appliance::with(kind, settings);
    let held: Vec<_> = (0..5).filter_map(|_| connect(&appliance)).collect();
    assert_eq!(held.len(), 2);
    appliance.reload(&format!("{settings}[gate]\ntrusted_proxies = [\"127.0.0.1\"]\n"));
    let more: Vec<_> = (0..5).filter_map(|_| connect(&appliance)).collect();
    assert_eq!(more.len(), 5);
}

/// Begins more requests at a UNIX socket than it has places and ends none of them; says how many are open still once no more are closed.
const CROWD: &str = r#"
use IO::Socket::UNIX; use IO::Select; $SIG{PIPE} = "IGNORE"; $| = 1;
my $open = IO::Select->new;
for (1 .. 300) {
    my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die "no connection: $!";
    syswrite($s, "GET /api/v1/admin/me HTTP/1.1\r\nhost: x");
    $open->add($s);
}
while ($open->count > $ARGV[1]) { $open->remove($_), close($_) for $open->can_read; }
print $open->can_read(0) ? "too few are held\n" : "all others are closed\n";
<STDIN>;
"#;

fn a_user_of_the_machine_locks_no_operator_out(kind: Kind) {
    let appliance = Appliance::with(kind, "[limits]\nheaders_seconds = 120\n");
    let crowd =
        Program::named("perl").args(["-e", CROWD]).arg(appliance.socket()).arg("16").as_user("nobody").in_folder("/").spawn_listening();
    crowd.wait_for("all others are closed");
    assert!(appliance.operator().json(&["health"])["version"].is_string());
    let said = appliance.said();
    let told = said.matches("connections to the admin socket are being closed").count();
    assert!((1..=2).contains(&told), "once a minute, however many there were: {said}");
}

fn headers_that_nobody_should_send_are_refused_clearly(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let ask = |more: &str| {
        let head = format!("GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{more}\r\n");
        answer(connect(&appliance).unwrap(), &head)
    };
    assert_eq!(answer(connect(&appliance).unwrap(), PLAIN), "HTTP/1.1 200 OK");
    let many = |count: usize| (0..count).map(|n| format!("x-{n}: y\r\n")).collect::<String>();
    assert_eq!(ask(&many(40)), "HTTP/1.1 200 OK");
    assert_eq!(ask(&many(70)), "HTTP/1.1 431 Request Header Fields Too Large");
    assert_eq!(ask(&format!("x: {}\r\n", "y".repeat(20_000))), "HTTP/1.1 431 Request Header Fields Too Large");
    for (what, hostile) in [
        ("far too many", many(2000)),
        ("without end", format!("x: {}\r\n", "y".repeat(300_000))),
        ("another host", "host: evil.example.com\r\n".to_owned()),
        ("a name with a space", "x y: z\r\n".to_owned()),
        ("no name", ": z\r\n".to_owned()),
        ("a NUL", "x: a\0b\r\n".to_owned()),
        ("two lengths", "content-length: 3\r\ncontent-length: 5\r\n".to_owned()),
        ("a length and chunks", "content-length: 3\r\ntransfer-encoding: chunked\r\n".to_owned()),
        ("a length that is none", "content-length: -1\r\n".to_owned()),
        ("an unknown coding", "transfer-encoding: gzip, cheese\r\n".to_owned()),
        ("a folded line", "x: a\r\n b\r\n".to_owned()),
    ] {
        let line = ask(&hostile);
        assert!(line.is_empty() || line.starts_with("HTTP/1.1 4"), "{what}: {line}");
    }
    // Strange, but harm nobody.
    for odd in [
        "accept-language: \u{fc}\u{0}".trim_end_matches('\0'),
        "accept: */*;q=9, ;;;,",
        "authorization: Bearer",
        "cookie: a=b",
        "range: bytes=0-1",
        "if-none-match: *",
    ] {
        let line = ask(&format!("{odd}\r\n"));
        assert!(line.starts_with("HTTP/1.1 200") || line.starts_with("HTTP/1.1 4"), "{odd}: {line}");
    }
    for target in [
        "/../../etc/passwd",
        "/s/../api",
        "/./",
        "http://evil.example.com/",
        "*",
        "/%2e%2e/",
        "//evil.example.com/",
        "/s/\\..\\x",
        "/a?b#c",
    ] {
        let line = answer(connect(&appliance).unwrap(), &PLAIN.replacen("GET / ", &format!("GET {target} "), 1));
        assert!(line.is_empty() || line.starts_with("HTTP/1.1 4") || line.starts_with("HTTP/1.1 200"), "{target}: {line}");
    }
    assert!(!appliance.said().contains("panic"), "{}", appliance.said());
    assert_eq!(answer(connect(&appliance).unwrap(), PLAIN), "HTTP/1.1 200 OK");
}
