//! Proxies in front: a real HAProxy with the PROXY protocol and with X-Forwarded-For, and forgeries by hand.
//! What counts is the visitor's own address, and nobody's word for it but a listed proxy's.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use harness::Program;
use openssl::ssl::{SslConnector, SslMethod};
use reqwest::Method;

use crate::appliance::{Appliance, Kind};
use crate::configuration::Wish;
use crate::link::Link;
use crate::networks::Namespace;
use crate::people::{SECRET, refusal, text};
use crate::wire::Wire;

on_both_databases! {
    behind_a_real_proxy_the_visitors_own_address_decides
    a_forwarded_address_counts_from_a_trusted_hop_alone
    a_trusted_proxy_that_names_nobody_is_refused_and_written_down
    at_the_proxies_listener_only_trusted_proxies_are_heard
}

/// A second machine's ports in front of the appliance: PROXY protocol v2, v1, and X-Forwarded-For with TLS of its own.
const HAPROXY: &str = "
defaults
  mode tcp
  timeout connect 10s
  timeout client 60s
  timeout server 60s
listen second
  bind :::8002
  server postern 10.20.0.1:8500 send-proxy-v2
listen first
  bind :::8001
  server postern 10.20.0.1:8500 send-proxy
listen forwarding
  mode http
  bind :::8003 ssl crt @pem@
  option forwardfor
  server postern 10.20.0.1:8443 ssl verify required ca-file @ca@ verifyhost localhost
listen mute
  mode http
  bind :::8004 ssl crt @pem@
  server postern 10.20.0.1:8443 ssl verify required ca-file @ca@ verifyhost localhost
";

fn behind_a_real_proxy_the_visitors_own_address_decides(kind: Kind) {
    let (server, proxy, inside, outside) = (Namespace::new(), Namespace::new(), Namespace::new(), Namespace::new());
    server.connect(&proxy, "back", &["10.20.0.1/24"], &["10.20.0.2/24"]);
    proxy.connect(&inside, "castle", &["10.30.0.1/24", "fd00:30::1/64"], &["10.30.0.5/24", "fd00:30::5/64"]);
    proxy.connect(&outside, "world", &["203.0.113.1/24", "2001:db8::1/64"], &["203.0.113.7/24", "2001:db8::7/64"]);
    // The proxy itself sits inside the allowed networks: that must help nobody.
    let gate = "recipients = [\"10.20.0.0/24\", \"10.30.0.0/24\", \"fd00:30::/64\"]\nowners = [\"127.0.0.0/8\", \"::1/128\"]\n";
    let settings = format!(
        "[listen]\naddress = \"[::]:8443\"\nproxy_address = \"[::]:8500\"\n[tls]\nhosts = [\"localhost\", \"10.30.0.1\", \"fd00:30::1\", \"203.0.113.1\", \"2001:db8::1\"]\n[gate]\ntrusted_proxies = [\"10.20.0.2\"]\n{gate}"
    );
    let wish = Wish { settings, namespace: Some(server.0.clone()), ..Wish::default() };
    let mut appliance = Appliance::prepared_with(kind, wish);
    // A certificate for the names by which the proxy is reached.
    for file in ["server.crt", "server.key"] {
        fs::remove_file(appliance.state().join(file)).unwrap();
    }
    assert!(appliance.posternd().args(["init", "--if-missing"]).finish().success());
    appliance.signal_reload();
    let create = ["share", "create", "Staging", "--by-hand", "--to", "bob@example.org", "--views", "20", "--json"];
    let shared = server.run(&appliance.ada().program(&create, &[]));
    assert!(shared.success(), "{}", shared.stderr);
    let link = Link::of(&serde_json::from_str::<serde_json::Value>(&shared.stdout).unwrap()["links"][0]);

    let pem = appliance.folder().join("proxy.pem");
    let read = |name: &str| fs::read_to_string(appliance.state().join(name)).unwrap();
    fs::write(&pem, format!("{}{}", read("server.crt"), read("server.key"))).unwrap();
    let text_of = HAPROXY.replace("@pem@", &pem.display().to_string()).replace("@ca@", &appliance.ca().display().to_string());
    let file = appliance.folder().join("haproxy.cfg");
    fs::write(&file, text_of).unwrap();
    let haproxy = Program::named("haproxy").args(["-db", "-f"]).arg(&file).within_network(&proxy.0).spawn();
    let up = harness::clock::Deadline::after(harness::clock::PATIENCE).until(|| {
        let listening = Program::named("ss").args(["-ltn"]).within_network(&proxy.0).finish().stdout;
        assert_eq!(haproxy.ended(), None, "{}", haproxy.said());
        [8001, 8002, 8003, 8004].iter().all(|port| listening.contains(&format!(":{port} "))).then_some(())
    });
    assert!(up.is_some(), "haproxy doesn't listen: {}", haproxy.said());

    let open = |from: &Namespace, whom: &str, authority: &str| {
        let url = link.url.replace("localhost:8443", authority);
        let lines = [url.as_str(), link.token.as_deref().unwrap()];
        from.run(&appliance.recipient(whom).program(&["open", "--yes", "--json"], &lines))
    };
    let ports = [8001, 8002, 8003];
    for port in ports {
        for host in ["10.30.0.1", "[fd00:30::1]"] {
            let seen = open(&inside, "bob", &format!("{host}:{port}"));
            assert!(seen.success(), "{host}:{port}: {} {}", seen.stderr, appliance.said());
            assert_eq!(text(&serde_json::from_str(&seen.stdout).unwrap(), "/fields/password"), SECRET);
        }
        for host in ["203.0.113.1", "[2001:db8::1]"] {
            let refused = open(&outside, "eve", &format!("{host}:{port}"));
            assert_eq!(refusal(&["open"], &refused), (19, "outside-networks".to_owned()), "{host}:{port}");
        }
    }
    // A proxy that passes requests on and doesn't say whose they are lets nobody in, although it sits inside itself.
    let mute = open(&inside, "bob", "10.30.0.1:8004");
    assert_eq!(refusal(&["open"], &mute).1, "forwarded-unclear");
    let operator = appliance.operator();
    let from = |event: &str, address: &str| operator.records(&["--event", event, "--address", address]).len();
    for address in ["10.30.0.5", "fd00:30::5"] {
        assert_eq!(from("link.revealed", address), ports.len(), "{address}");
    }
    for address in ["203.0.113.7", "2001:db8::7"] {
        assert!(from("gate.denied", address) >= 1, "{address}");
    }
    assert_eq!((from("link.revealed", "10.20.0.2"), from("gate.denied", "10.20.0.2")), (0, 0));
    assert_eq!(from("proxy.refused", "10.20.0.2"), 1);
    appliance.stop();
}

fn knock(wire: &Wire, path: &str, headers: &[(&str, &str)], body: &serde_json::Value) -> (u16, String) {
    let headers = [headers, &[("content-type", "application/json")]].concat();
    let reply = wire.send(Method::POST, path, &headers, body.to_string());
    if reply.status < 400 { (reply.status, String::new()) } else { reply.refusal() }
}

fn a_forwarded_address_counts_from_a_trusted_hop_alone(kind: Kind) {
    let gate = "[gate]\nrecipients = [\"10.99.0.0/16\", \"2001:db8:99::/48\"]\nowners = [\"127.0.0.0/8\"]\n";
    let mut appliance = Appliance::with(kind, gate);
    let shared = appliance.ada().share(&[]);
    let (wire, link) = (appliance.wire(), shared.link());
    let knock = |headers: &[(&str, &str)]| knock(&wire, &link.path("knock"), headers, &link.knock()).0;
    assert_eq!(knock(&[("x-forwarded-for", "10.99.0.5")]), 403, "whoever isn't trusted writes what they like");
    appliance.reload(&format!("{gate}trusted_proxies = [\"127.0.0.1\", \"192.0.2.0/24\"]\n"));
    for (chain, status) in [
        ("10.99.0.5", 200),
        ("::ffff:10.99.0.5", 200),
        ("[2001:db8:99::5]:4711", 200),
        ("203.0.113.7", 403),
        ("10.99.0.5, 203.0.113.7", 403),
        ("203.0.113.7, 10.99.0.5", 200),
        ("203.0.113.7, 10.99.0.5, 192.0.2.9", 200),
        ("10.99.0.5, 203.0.113.7, 192.0.2.9", 403),
    ] {
        assert_eq!(knock(&[("x-forwarded-for", chain)]), status, "{chain}");
    }
    assert_eq!(knock(&[("x-forwarded-for", "10.99.0.5"), ("x-forwarded-for", "203.0.113.7")]), 403);
    assert_eq!(knock(&[("x-forwarded-for", "203.0.113.7"), ("forwarded", "for=10.99.0.5"), ("x-real-ip", "10.99.0.5")]), 403);
    let addresses = |event: &str| -> std::collections::BTreeSet<String> {
        appliance.operator().records(&["--event", event]).iter().map(|record| text(record, "/address")).collect()
    };
    assert_eq!(addresses("gate.denied"), ["127.0.0.1", "203.0.113.7"].map(String::from).into());
}

fn a_trusted_proxy_that_names_nobody_is_refused_and_written_down(kind: Kind) {
    let gate = "[gate]\ntrusted_proxies = [\"127.0.0.1\"]\n";
    let mut appliance = Appliance::prepared(kind);
    let shared = appliance.ada().share(&[]);
    let (wire, link) = (appliance.wire(), shared.link());
    appliance.reload(gate);
    let refused = (400, "forwarded-unclear".to_owned());
    let knock = |headers: &[(&str, &str)]| knock(&wire, &link.path("knock"), headers, &link.knock());
    assert_eq!(knock(&[]), refused, "although its own address is inside");
    let long = vec!["10.99.0.5"; 40].join(", ");
    for chain in ["", "unknown", "127.0.0.1", "10.99.0.5,", "10.99.0.5 203.0.113.7", "for=10.99.0.5", "<script>", &long, &"1".repeat(5000)]
    {
        assert_eq!(knock(&[("x-forwarded-for", chain)]), refused, "{chain}");
    }
    assert_eq!(knock(&[("forwarded", "for=127.0.0.2")]), refused);
    let told = &appliance.operator().records(&["--event", "proxy.refused"])[0];
    assert_eq!((text(told, "/address").as_str(), text(told, "/refusal").as_str()), ("127.0.0.1", "forwarded-unclear"));
    assert!(!appliance.said().contains("panic") && !appliance.said().contains("<script>"));
}

/// What comes back for these bytes and then a request over TLS, if anything does.
fn through(appliance: &Appliance, begin: &[u8]) -> Option<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", appliance.proxy_port())).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream.write_all(begin).unwrap();
    let mut connector = SslConnector::builder(SslMethod::tls()).unwrap();
    connector.set_ca_file(appliance.ca()).unwrap();
    let mut stream = connector.build().connect("localhost", stream).ok()?;
    stream.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\nx-forwarded-for: 10.99.0.5\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    let _cut = stream.read_to_end(&mut answer);
    Some(String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned())
}

fn at_the_proxies_listener_only_trusted_proxies_are_heard(kind: Kind) {
    let gate = "[listen]\nproxy_address = \"127.0.0.1:0\"\n[gate]\nowners = [\"10.99.0.0/16\", \"127.0.0.0/8\"]\n";
    let settings = |trusted: &str| format!("{gate}trusted_proxies = [{trusted}]\n[limits]\nhandshake_seconds = 2\n");
    let mut appliance = Appliance::with(kind, &settings("\"192.0.2.1\""));
    let inside = b"PROXY TCP4 10.99.0.5 127.0.0.1 4711 443\r\n";
    assert_eq!(through(&appliance, inside), None, "closed");
    let refusals = |appliance: &Appliance| {
        // The first of a minute is told at once, the others when it is over, which the daemon's end hastens.
        let told = appliance.operator().records(&["--event", "proxy.refused"]);
        told.iter().map(|record| text(record, "/refusal")).collect::<Vec<_>>()
    };
    assert_eq!(refusals(&appliance), ["not-trusted-proxy"]);
    appliance.reload(&settings("\"127.0.0.1\""));
    assert_eq!(through(&appliance, inside).as_deref(), Some("HTTP/1.1 200 OK"));
    let outside = b"PROXY TCP4 203.0.113.7 127.0.0.1 4711 443\r\n";
    assert_eq!(through(&appliance, outside).as_deref(), Some("HTTP/1.1 403 Forbidden"), "its header isn't believed");
    let second = |source: [u8; 4]| [&b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c"[..], &source, &[127, 0, 0, 1, 0x12, 0x67, 1, 187]].concat();
    assert_eq!(through(&appliance, &second([10, 99, 0, 5])).as_deref(), Some("HTTP/1.1 200 OK"));
    assert_eq!(through(&appliance, &second([203, 0, 113, 7])).as_deref(), Some("HTTP/1.1 403 Forbidden"));
    for wrong in [
        &b""[..],
        b"GET / HTTP/1.1\r\n\r\n",
        b"PROXY TCP4 10.99.0.5\r\n",
        b"PROXY TCP4 unix unix 0 0\r\n",
        b"PROXY UNKNOWN\r\n",
        &[b'P'; 300],
    ] {
        assert_eq!(through(&appliance, wrong), None, "{:?}", String::from_utf8_lossy(wrong));
    }
    // Silence, and a header that never ends.
    for begin in [&b""[..], b"PROXY TCP4 10.99"] {
        let mut stream = TcpStream::connect(("127.0.0.1", appliance.proxy_port())).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream.write_all(begin).unwrap();
        let mut answer = Vec::new();
        let cut = stream.read_to_end(&mut answer);
        assert!(answer.is_empty() && !matches!(cut, Err(error) if error.kind() == std::io::ErrorKind::WouldBlock), "never cut off");
    }
    assert_eq!(appliance.wire().send(Method::GET, "/", &[("x-forwarded-for", "10.99.0.5")], "").status, 200);
    let mut plain = TcpStream::connect(("127.0.0.1", appliance.port())).unwrap();
    plain.write_all(inside).unwrap();
    let mut answer = Vec::new();
    let _cut = plain.read_to_end(&mut answer);
    assert!(!String::from_utf8_lossy(&answer).contains("HTTP/1.1"), "the other listener takes no such header");
    appliance.stop();
    assert!(!appliance.said().contains("panic"), "{}", appliance.said());
}
