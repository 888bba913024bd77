//! A certificate of the client's own as a second condition beside the networks: right, wrong, expired and none.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::ssl::{SslConnector, SslMethod, SslVersion};
use openssl::x509::extension::{BasicConstraints, ExtendedKeyUsage};
use openssl::x509::{X509, X509NameBuilder};

use crate::appliance::{Appliance, Kind};
use crate::people::{PASSWORD, SECRET, refusal, text};

on_both_databases! {
    where_a_certificate_is_asked_for_only_a_right_one_opens
    who_shows_no_certificate_is_told_so_and_it_is_written_down
    at_the_command_line_a_certificate_is_shown_from_a_file_that_is_remembered
}

pub const DAY: i64 = 86_400;

/// A certificate with its key.
pub struct Held {
    pub certificate: X509,
    pub key: PKey<Private>,
}

/// What a certificate is for.
#[derive(Clone, Copy, PartialEq)]
pub enum Use {
    Authority,
    Client,
    Server,
}

/// A certificate of this name that ends so many seconds from now, issued by somebody or by itself.
pub fn certificate(name: &str, usage: Use, seconds: i64, issuer: Option<&Held>) -> Held {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    let key = PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap();
    let mut subject = X509NameBuilder::new().unwrap();
    subject.append_entry_by_nid(Nid::COMMONNAME, name).unwrap();
    let subject = subject.build();
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    builder.set_serial_number(&BigNum::from_u32(4711).unwrap().to_asn1_integer().unwrap()).unwrap();
    builder.set_subject_name(&subject).unwrap();
    builder.set_issuer_name(issuer.map_or(&*subject, |issuer| issuer.certificate.subject_name())).unwrap();
    builder.set_pubkey(&key).unwrap();
    let now = daemon::Clock::system().now().as_millis() / 1000;
    builder.set_not_before(&Asn1Time::from_unix(now - 9 * DAY).unwrap()).unwrap();
    builder.set_not_after(&Asn1Time::from_unix(now + seconds).unwrap()).unwrap();
    match usage {
        Use::Authority => builder.append_extension(BasicConstraints::new().critical().ca().build().unwrap()).unwrap(),
        Use::Client => builder.append_extension(ExtendedKeyUsage::new().client_auth().build().unwrap()).unwrap(),
        Use::Server => builder.append_extension(ExtendedKeyUsage::new().server_auth().build().unwrap()).unwrap(),
    }
    builder.sign(issuer.map_or(&key, |issuer| &issuer.key), MessageDigest::sha256()).unwrap();
    Held { certificate: builder.build(), key }
}

/// The answer to this request from somebody who shows this certificate.
fn ask(appliance: &Appliance, shown: Option<&Held>, version: SslVersion, path: &str, accept: &str) -> (String, String) {
    let mut connector = SslConnector::builder(SslMethod::tls()).unwrap();
    connector.set_ca_file(appliance.ca()).unwrap();
    connector.set_max_proto_version(Some(version)).unwrap();
    if let Some(held) = shown {
        connector.set_certificate(&held.certificate).unwrap();
        connector.set_private_key(&held.key).unwrap();
    }
    let stream = TcpStream::connect(("127.0.0.1", appliance.port())).unwrap();
    let mut stream = connector.build().connect("localhost", stream).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\naccept: {accept}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{path} by {version:?}: no answer: {}", appliance.said()));
    (head.split(' ').nth(1).unwrap().to_owned(), body.to_owned())
}

pub fn settings(authority: &Path, asked: &str) -> String {
    format!("[tls]\nclient_certificates = \"{asked}\"\nclient_authority = \"{}\"\n", authority.display())
}

/// Certificate and key in one file that only its user may read.
pub fn in_a_file(held: &Held, file: PathBuf) -> PathBuf {
    let parts = [held.certificate.to_pem().unwrap(), held.key.private_key_to_pem_pkcs8().unwrap()];
    fs::write(&file, parts.concat()).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    file
}

pub const PAGE: &str = "/s/0190163d-8694-739b-aea5-966c26f8ad91";

fn where_a_certificate_is_asked_for_only_a_right_one_opens(kind: Kind) {
    let mut appliance = Appliance::prepared(kind);
    let authority = certificate("Company devices", Use::Authority, 99 * DAY, None);
    let other = certificate("Company devices", Use::Authority, 99 * DAY, None);
    let file = appliance.folder().join("devices.crt");
    fs::write(&file, authority.certificate.to_pem().unwrap()).unwrap();
    let right = certificate("laptop-7", Use::Client, 9 * DAY, Some(&authority));
    let expired = certificate("laptop-6", Use::Client, -1, Some(&authority));
    let wrong = certificate("laptop-7", Use::Client, 9 * DAY, Some(&other));
    let itself = certificate("Company devices", Use::Client, 9 * DAY, None);
    let server = certificate("web-3", Use::Server, 9 * DAY, Some(&authority));
    for (asked, recipients, owners) in [("recipients", true, false), ("owners", false, true), ("both", true, true), ("off", false, false)] {
        appliance.reload(&settings(&file, asked));
        for version in [SslVersion::TLS1_2, SslVersion::TLS1_3] {
            let status = |shown: Option<&Held>, path: &str| ask(&appliance, shown, version, path, "*/*").0;
            for path in [PAGE, "/"] {
                let needed = if path == "/" { owners } else { recipients };
                let else_status = if needed { "403" } else { "200" };
                assert_eq!(status(Some(&right), path), "200", "{asked} {path}");
                for not_valid in [&expired, &wrong, &itself, &server] {
                    assert_eq!(status(Some(not_valid), path), else_status, "{asked} {path}");
                }
                assert_eq!(status(None, path), else_status, "{asked} {path}");
            }
        }
    }
    assert!(!appliance.said().contains("panic"));
}

fn who_shows_no_certificate_is_told_so_and_it_is_written_down(kind: Kind) {
    let mut appliance = Appliance::prepared(kind);
    let authority = certificate("Company devices", Use::Authority, 99 * DAY, None);
    let file = appliance.folder().join("devices.crt");
    appliance.reload(&settings(&file, "both"));
    let refused = &appliance.operator().records(&["--event", "daemon.reload_refused"])[0];
    assert!(text(refused, "/details/why").contains("devices.crt"), "an authority that isn't there locks nobody out: {refused}");
    fs::write(&file, authority.certificate.to_pem().unwrap()).unwrap();
    appliance.signal_reload();
    let (status, body) = ask(&appliance, None, SslVersion::TLS1_3, "/api/v1/items", "*/*");
    assert!(status == "403" && body.contains("\"certificate-required\""), "{body}");
    let (status, body) = ask(&appliance, None, SslVersion::TLS1_3, PAGE, "text/html");
    assert!(status == "403" && body.contains("certificate"), "{body}");
    let expired = certificate("laptop-6", Use::Client, -1, Some(&authority));
    let (status, body) = ask(&appliance, Some(&expired), SslVersion::TLS1_3, PAGE, "*/*");
    assert!(status == "403" && body.contains("\"certificate-not-valid\""), "{body}");
    appliance.stop();
    appliance.start();
    let records = appliance.operator().records(&["--event", "gate.certificate_refused"]);
    assert!(records.iter().all(|record| text(record, "/address") == "127.0.0.1"), "{records:?}");
    assert!(records.iter().any(|record| text(record, "/details/door") == "owners"), "{records:?}");
    assert!(records.iter().any(|record| text(record, "/details/door") == "recipients"), "{records:?}");
}

fn at_the_command_line_a_certificate_is_shown_from_a_file_that_is_remembered(kind: Kind) {
    let mut appliance = Appliance::prepared(kind);
    let authority = certificate("Company devices", Use::Authority, 99 * DAY, None);
    let file = appliance.folder().join("devices.crt");
    fs::write(&file, authority.certificate.to_pem().unwrap()).unwrap();
    let right = certificate("laptop-7", Use::Client, 9 * DAY, Some(&authority));
    let right = in_a_file(&right, appliance.folder().join("laptop-7.pem"));
    let expired = certificate("laptop-6", Use::Client, -1, Some(&authority));
    let expired = in_a_file(&expired, appliance.folder().join("laptop-6.pem"));
    appliance.reload(&settings(&file, "both"));
    let (ada, bob) = (appliance.ada(), appliance.recipient("bob"));
    let with = |file: &Path, arguments: &[&str]| {
        let first = ["--client-certificate", file.to_str().unwrap()].map(str::to_owned);
        first.into_iter().chain(arguments.iter().map(|argument| (*argument).to_owned())).collect::<Vec<_>>()
    };
    let sign_in = |file: &Path| {
        let arguments = with(file, &["sign-in", "--json"]);
        ada.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), &["ada", PASSWORD])
    };

    let without = ada.run(&["sign-in", "--json"], &["ada", PASSWORD]);
    assert_eq!(refusal(&["sign-in"], &without), (1, "certificate-required".to_owned()));
    assert!(without.stderr.contains("--client-certificate FILE"), "{}", without.stderr);
    let ended = sign_in(&expired);
    assert_eq!(refusal(&["sign-in"], &ended), (1, "certificate-not-valid".to_owned()));
    assert!(ended.stderr.contains("--client-certificate FILE"), "{}", ended.stderr);
    let signed_in = sign_in(&right);
    assert!(signed_in.success(), "{}", signed_in.stderr);
    let shared = ada.share(&[]);

    let link = shared.link();
    let lines = [link.url.as_str(), link.token.as_deref().unwrap()];
    let without = bob.open(link);
    assert_eq!(refusal(&["open"], &without), (1, "certificate-required".to_owned()));
    assert!(without.stderr.contains("--client-certificate FILE"), "{}", without.stderr);
    let arguments = with(&right, &["open", "--yes", "--json"]);
    let opened = bob.program(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), &lines).finish();
    assert!(opened.success() && opened.stdout.contains(SECRET), "{}", opened.stderr);

    fs::set_permissions(&right, fs::Permissions::from_mode(0o644)).unwrap();
    let open_to_others = ada.run(&["item", "list", "--json"], &[]);
    assert_eq!(refusal(&["item", "list"], &open_to_others), (2, "usage".to_owned()), "remembered, and looked at each time");
}
