//! A connection that is open while trust changes: what counted when it was opened counts no more than what counts now.
//! Nobody is cut off by a change that doesn't concern them.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use openssl::ssl::{SslConnector, SslMethod, SslStream, SslVersion};
use reqwest::Method;

use crate::appliance::{Appliance, Kind};
use crate::mutual_tls::{DAY, Held, PAGE, Use, certificate, settings};
use crate::people::text;

on_both_databases! {
    an_open_connection_is_judged_by_the_authority_that_counts_now
    who_was_never_asked_for_a_certificate_is_told_to_come_again
    a_proxy_that_is_trusted_no_more_is_not_heard_on_an_open_connection_either
    a_certificate_counts_for_whom_it_was_issued_and_not_for_those_behind_them
}

/// A connection that stays open, as long as the daemon lets it.
pub struct Kept(SslStream<TcpStream>);

/// An answer on it.
#[derive(Debug)]
pub struct Said {
    pub status: u16,
    /// The problem's name, if it is one.
    pub name: String,
    /// Whether the daemon ends the connection with it.
    pub last: bool,
}

impl Said {
    #[track_caller]
    fn refused(&self, status: u16, name: &str) {
        assert_eq!((self.status, self.name.as_str(), self.last), (status, name, true));
    }
}

impl Kept {
    /// Opens one to this port, says these bytes before TLS, and shows this certificate when asked.
    pub fn open(appliance: &Appliance, port: u16, begin: &[u8], shown: Option<&Held>, version: SslVersion) -> Self {
        let mut connector = SslConnector::builder(SslMethod::tls()).unwrap();
        connector.set_ca_file(appliance.ca()).unwrap();
        connector.set_max_proto_version(Some(version)).unwrap();
        if let Some(held) = shown {
            connector.set_certificate(&held.certificate).unwrap();
            connector.set_private_key(&held.key).unwrap();
        }
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream.write_all(begin).unwrap();
        Self(connector.build().connect("localhost", stream).unwrap())
    }

    /// Asks for a path, with these lines among the headers, and reads the answer and no more.
    pub fn ask(&mut self, path: &str, headers: &str) -> Said {
        self.0.write_all(format!("GET {path} HTTP/1.1\r\nhost: localhost\r\naccept: */*\r\n{headers}\r\n").as_bytes()).unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            self.0.read_exact(&mut byte).unwrap();
            head.extend(byte);
        }
        let head = String::from_utf8(head).unwrap().to_lowercase();
        let of = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        let mut body = vec![0; of("content-length:").unwrap().parse().unwrap()];
        self.0.read_exact(&mut body).unwrap();
        let problem: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let name = problem["name"].as_str().unwrap_or_default().to_owned();
        Said { status, name, last: of("connection:") == Some("close") }
    }
}

fn an_open_connection_is_judged_by_the_authority_that_counts_now(kind: Kind) {
    let mut appliance = Appliance::prepared(kind);
    let [first, second] = [(); 2].map(|()| certificate("Company devices", Use::Authority, 99 * DAY, None));
    let file = appliance.folder().join("devices.crt");
    let put = |authorities: &[&Held]| {
        let pem: Vec<u8> = authorities.iter().flat_map(|authority| authority.certificate.to_pem().unwrap()).collect();
        fs::write(&file, pem).unwrap();
    };
    put(&[&first]);
    appliance.reload(&settings(&file, "both"));
    let right = certificate("laptop-7", Use::Client, 9 * DAY, Some(&first));
    for version in [SslVersion::TLS1_2, SslVersion::TLS1_3] {
        let open = |shown: Option<&Held>| Kept::open(&appliance, appliance.port(), b"", shown, version);
        let mut kept = open(Some(&right));
        assert_eq!(kept.ask(PAGE, "").status, 200);
        put(&[&first, &second]);
        appliance.signal_reload();
        let told = appliance.operator().records(&["--event", "daemon.reloaded"]);
        let told = told.last().unwrap();
        assert!(text(told, "/details/changed").contains("tls.client_authority: another content"), "{told}");
        let said = kept.ask(PAGE, "");
        assert_eq!((said.status, said.last), (200, false), "a further authority takes nothing from anybody");
        put(&[&second]);
        appliance.signal_reload();
        kept.ask(PAGE, "").refused(421, "connection-outdated");
        open(Some(&right)).ask(PAGE, "").refused(403, "certificate-not-valid");
        put(&[&first]);
        appliance.signal_reload();
        assert_eq!(open(Some(&right)).ask("/", "").status, 200);
    }
    let refused = appliance.operator().records(&["--event", "gate.certificate_refused"]);
    let names: std::collections::BTreeSet<String> = refused.iter().map(|record| text(record, "/refusal")).collect();
    assert_eq!(names, ["certificate-not-valid", "connection-outdated"].map(String::from).into());
}

fn who_was_never_asked_for_a_certificate_is_told_to_come_again(kind: Kind) {
    let mut appliance = Appliance::prepared(kind);
    let authority = certificate("Company devices", Use::Authority, 99 * DAY, None);
    let file = appliance.folder().join("devices.crt");
    fs::write(&file, authority.certificate.to_pem().unwrap()).unwrap();
    let right = certificate("laptop-7", Use::Client, 9 * DAY, Some(&authority));
    let open = |appliance: &Appliance| Kept::open(appliance, appliance.port(), b"", Some(&right), SslVersion::TLS1_3);
    let (mut recipients, mut owners) = (open(&appliance), open(&appliance));
    assert_eq!((recipients.ask(PAGE, "").status, owners.ask("/", "").status), (200, 200));
    let wire = appliance.wire();
    assert_eq!(wire.get("/").status, 200);
    appliance.reload(&settings(&file, "recipients"));
    recipients.ask(PAGE, "").refused(421, "connection-outdated");
    let said = owners.ask("/", "");
    assert_eq!((said.status, said.last), (200, false), "whom it doesn't concern goes on");
    assert_eq!(open(&appliance).ask(PAGE, "").status, 200);
    assert_eq!(wire.get("/").status, 200);
}

fn a_proxy_that_is_trusted_no_more_is_not_heard_on_an_open_connection_either(kind: Kind) {
    let settings = |trusted: &str| {
        format!("[listen]\nproxy_address = \"127.0.0.1:0\"\n[gate]\nowners = [\"10.99.0.0/16\"]\ntrusted_proxies = [{trusted}]\n")
    };
    let mut appliance = Appliance::with(kind, &settings("\"127.0.0.1\""));
    let begin = b"PROXY TCP4 10.99.0.5 127.0.0.1 4711 443\r\n";
    let open = |appliance: &Appliance| Kept::open(appliance, appliance.proxy_port(), begin, None, SslVersion::TLS1_3);
    let (mut kept, mut other) = (open(&appliance), open(&appliance));
    assert_eq!((kept.ask("/", "").status, other.ask("/", "").status), (200, 200));
    appliance.reload(&settings("\"192.0.2.1\", \"127.0.0.1\""));
    assert_eq!(kept.ask("/", "").status, 200);
    appliance.reload(&settings("\"192.0.2.1\""));
    kept.ask("/", "").refused(403, "not-trusted-proxy");
    let told = &appliance.operator().records(&["--event", "proxy.refused"])[0];
    assert_eq!((text(told, "/address").as_str(), text(told, "/refusal").as_str()), ("127.0.0.1", "not-trusted-proxy"));
    // Nor by a header about somebody else.
    other.ask("/", "x-forwarded-for: 10.99.0.6\r\n").refused(403, "not-trusted-proxy");
}

fn a_certificate_counts_for_whom_it_was_issued_and_not_for_those_behind_them(kind: Kind) {
    let mut appliance = Appliance::prepared(kind);
    let authority = certificate("Company devices", Use::Authority, 99 * DAY, None);
    let file = appliance.folder().join("devices.crt");
    fs::write(&file, authority.certificate.to_pem().unwrap()).unwrap();
    let proxys = certificate("proxy-1", Use::Client, 9 * DAY, Some(&authority));
    let gate = "[gate]\ntrusted_proxies = [\"127.0.0.1\"]\nrecipients = [\"10.99.0.0/16\"]\nowners = [\"10.99.0.0/16\"]\n";
    appliance.reload(&format!("{gate}{}", settings(&file, "recipients")));
    let ask = |path: &str| {
        Kept::open(&appliance, appliance.port(), b"", Some(&proxys), SslVersion::TLS1_3).ask(path, "x-forwarded-for: 10.99.0.5\r\n")
    };
    ask(PAGE).refused(403, "certificate-behind-proxy");
    assert_eq!(ask("/").status, 200, "the other door asks for none");
    let refused = &appliance.operator().records(&["--event", "gate.certificate_refused"])[0];
    assert_eq!((text(refused, "/address").as_str(), text(refused, "/refusal").as_str()), ("10.99.0.5", "certificate-behind-proxy"));
    let checked = appliance.posternd().arg("check-config").finish();
    assert!(
        checked.success() && checked.stdout.contains("tls.client_certificates") && checked.stdout.contains("X-Forwarded-For"),
        "{}",
        checked.stdout
    );
    assert!(appliance.said().contains("X-Forwarded-For"), "and the journal says so when it is taken");
    let headers = [("x-forwarded-for", "10.99.0.5")];
    assert_eq!(appliance.wire().send(Method::GET, "/", &headers, "").status, 200);
}
