//! What a hostile server can do: nothing is said to one that is not trusted, and none fills the memory, holds a message for ever, or has
//! a secret told.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::thread::JoinHandle;

use openssl::asn1::Asn1Time;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private as PrivateKey};
use openssl::ssl::{SslAcceptor, SslMethod};
use openssl::x509::extension::{BasicConstraints, SubjectAlternativeName};
use openssl::x509::{X509, X509Name};

use super::*;
use crate::config::mail::{Mail as Settings, Transport};

const PASSWORD: &str = "open-sesame";

fn key() -> PKey<PrivateKey> {
    let group = openssl::ec::EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    PKey::from_ec_key(openssl::ec::EcKey::generate(&group).unwrap()).unwrap()
}

/// A certificate from this issuer, or from itself, for a host that ends at this time (seconds since 1970).
fn certificate(host: &str, ends: i64, key: &PKey<PrivateKey>, issuer: Option<(&X509, &PKey<PrivateKey>)>) -> X509 {
    let mut name = X509Name::builder().unwrap();
    name.append_entry_by_nid(Nid::COMMONNAME, host).unwrap();
    let name = name.build();
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    builder.set_subject_name(&name).unwrap();
    builder.set_issuer_name(issuer.map_or(&name, |(issuer, _)| issuer.subject_name())).unwrap();
    builder.set_pubkey(key).unwrap();
    builder.set_not_before(&Asn1Time::from_unix(1_000_000_000).unwrap()).unwrap();
    builder.set_not_after(&Asn1Time::from_unix(ends).unwrap()).unwrap();
    if issuer.is_none() {
        builder.append_extension(BasicConstraints::new().critical().ca().build().unwrap()).unwrap();
    } else {
        let names = SubjectAlternativeName::new().dns(host).build(&builder.x509v3_context(None, None)).unwrap();
        builder.append_extension(names).unwrap();
    }
    builder.sign(issuer.map_or(key, |(_, key)| key), MessageDigest::sha256()).unwrap();
    builder.build()
}

/// 2100-01-01.
const LATE: i64 = 4_102_444_800;

/// A server's way into TLS, with a certificate for this host from an authority that is written into the folder.
fn acceptor(folder: &Path, host: &str, ends: i64) -> SslAcceptor {
    let (root_key, server_key) = (key(), key());
    let root = certificate("test authority", LATE, &root_key, None);
    std::fs::write(folder.join("authority.crt"), root.to_pem().unwrap()).unwrap();
    let mut acceptor = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server()).unwrap();
    acceptor.set_private_key(&server_key).unwrap();
    acceptor.set_certificate(&certificate(host, ends, &server_key, Some((&root, &root_key)))).unwrap();
    acceptor.build()
}

/// A way to a server at this port, which is called `localhost`.
fn smtp(port: u16, security: Security, folder: &Path) -> Smtp {
    let mail =
        Settings { transport: Transport::Smtp, server: "localhost".into(), port, security, timeout_seconds: 20, ..Settings::default() };
    let mut config = Config { mail, ..Config::default() };
    if security != Security::None {
        config.mail.ca_file = folder.join("authority.crt");
    }
    Smtp::open(&config).unwrap()
}

fn mail() -> Mail {
    let builder = Mail::builder().from("postern@example.com".parse().unwrap()).to("bob@example.org".parse().unwrap());
    builder.body("ABCD-EFGH-JKMN-PQRS\r\n".to_owned()).unwrap()
}

fn send(smtp: &Smtp) -> Result<String, NotSent> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { smtp.talk().send(&mail()).await })
}

/// Serves one connection.
fn serve<T: Send + 'static>(with: impl FnOnce(TcpStream) -> T + Send + 'static) -> (u16, JoinHandle<T>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    (port, std::thread::spawn(move || with(listener.accept().unwrap().0)))
}

/// Says these answers in turn, the greeting first; then only listens. A message's text counts as one question. Answers with what was asked.
fn say(stream: impl Read + Write, answers: &[&str]) -> Vec<String> {
    let mut stream = BufReader::new(stream);
    let (mut asked, mut text) = (Vec::new(), false);
    for (at, answer) in answers.iter().enumerate() {
        let mut waiting = at > 0;
        while waiting {
            let mut line = String::new();
            if stream.read_line(&mut line).unwrap_or(0) == 0 {
                return asked;
            }
            waiting = text && line != ".\r\n";
            asked.push(line.trim_end().to_owned());
        }
        text = answer.starts_with("354");
        let _ = write!(stream.get_mut(), "{answer}\r\n").and_then(|()| stream.get_mut().flush());
    }
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    asked.extend(String::from_utf8_lossy(&rest).lines().map(str::to_owned));
    asked
}

const TAKEN: [&str; 6] = ["220 mail.test", "250 mail.test", "250 ok", "250 ok", "354 go", "250 2.0.0 kept"];

/// Sends to a server with this certificate. Answers with what was asked under TLS.
fn under_tls(security: Security, host: &str, ends: i64, known: bool) -> (Result<String, NotSent>, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let acceptor = acceptor(folder.path(), host, ends);
    if !known {
        self::acceptor(folder.path(), host, ends);
    }
    let (port, server) = serve(move |mut stream| {
        let mut answers = &TAKEN[..];
        if security == Security::Starttls {
            let mut line = [0; 512];
            for answer in ["220 mail.test\r\n", "250 STARTTLS\r\n", "220 go\r\n"] {
                stream.write_all(answer.as_bytes()).unwrap();
                // The last one is followed by TLS.
                if answer != "220 go\r\n" {
                    let _ = stream.read(&mut line).unwrap();
                }
            }
            answers = &TAKEN[1..];
        }
        let Ok(mut stream) = acceptor.accept(stream) else { return Vec::new() };
        if security == Security::Starttls {
            // EHLO comes first here, before anything is said.
            let mut line = [0; 512];
            let _ = stream.read(&mut line);
        }
        say(stream, answers)
    });
    let sent = send(&smtp(port, security, folder.path()));
    (sent, server.join().unwrap())
}

#[test]
fn a_server_whose_certificate_is_not_right_is_told_nothing() {
    for security in [Security::Tls, Security::Starttls] {
        let (sent, asked) = under_tls(security, "localhost", LATE, true);
        assert_eq!(sent, Ok("250 (2.0.0 kept)".to_owned()), "{security:?} {asked:?}");
        for (host, ends, known, reason) in [
            ("elsewhere.example", LATE, true, "hostname mismatch"),
            ("localhost", 1_500_000_000, true, "certificate has expired"),
            ("localhost", LATE, false, "certificate"),
        ] {
            let (sent, asked) = under_tls(security, host, ends, known);
            let Err(NotSent::Later(why)) = sent else { panic!("{security:?} {host} {ends} {known}: {sent:?}") };
            assert!(why.contains("certificate is not trusted") && why.contains(reason), "{why}");
            assert_eq!(asked, Vec::<String>::new());
        }
    }
}

#[test]
fn a_server_that_stalls_holds_a_message_no_longer_than_each_answer_may_take() {
    let stalls: Vec<_> = (0..TAKEN.len())
        .map(|said| {
            std::thread::spawn(move || {
                let (port, server) = serve(move |stream| say(stream, &TAKEN[..said]));
                let mut smtp = smtp(port, Security::None, Path::new(""));
                smtp.patience = Duration::from_secs(3);
                let sent = send(&smtp);
                server.join().unwrap();
                (said, sent)
            })
        })
        .collect();
    for stall in stalls {
        let (said, sent) = stall.join().unwrap();
        let why = match sent {
            Err(NotSent::Later(why)) if said < 5 => why,
            Err(NotSent::Uncertain(why)) if said == 5 => why,
            other => panic!("after {said} answers: {other:?}"),
        };
        assert!(why.contains("took too long"), "{why}");
    }
}

#[test]
fn a_server_that_stalls_instead_of_turning_to_tls_is_left() {
    for security in [Security::Tls, Security::Starttls] {
        let folder = tempfile::tempdir().unwrap();
        acceptor(folder.path(), "localhost", LATE);
        let answers: &[&str] = if security == Security::Tls { &[] } else { &["220 mail.test", "250 STARTTLS", "220 go"] };
        let (port, server) = serve(move |stream| say(stream, answers));
        let mut smtp = smtp(port, security, folder.path());
        smtp.patience = Duration::from_secs(2);
        let sent = send(&smtp);
        assert!(matches!(&sent, Err(NotSent::Later(why)) if why.contains("took too long")), "{sent:?}");
        server.join().unwrap();
    }
}

/// Talks until nobody listens, or for much longer than any answer is. Answers how much was said.
fn talk(mut stream: impl Write, piece: &[u8]) -> usize {
    let mut said = 0;
    while said < 512 * 1024 * 1024 && stream.write_all(piece).is_ok() {
        said += piece.len();
    }
    said
}

#[test]
fn a_server_that_talks_without_end_is_left_before_it_fills_the_memory() {
    let line = vec![b'2'; 64 * 1024];
    let lines = format!("250-{}\r\n", "and another thing ".repeat(40)).into_bytes().repeat(64);
    for piece in [line, lines] {
        for security in [Security::None, Security::Starttls, Security::Tls] {
            let folder = tempfile::tempdir().unwrap();
            let acceptor = acceptor(folder.path(), "localhost", LATE);
            let piece = piece.clone();
            let (port, server) = serve(move |mut stream| match security {
                Security::None => talk(stream, &piece),
                Security::Tls => talk(acceptor.accept(stream).unwrap(), &piece),
                Security::Starttls => {
                    let mut line = [0; 512];
                    for answer in ["220 mail.test\r\n", "250 STARTTLS\r\n"] {
                        stream.write_all(answer.as_bytes()).unwrap();
                        let _ = stream.read(&mut line).unwrap();
                    }
                    stream.write_all(b"220 go\r\n").unwrap();
                    talk(acceptor.accept(stream).unwrap(), &piece)
                }
            });
            let sent = send(&smtp(port, security, folder.path()));
            assert!(matches!(&sent, Err(NotSent::Later(_))), "{sent:?}");
            // What stands in the machine's own buffers counts too.
            let said = server.join().unwrap();
            assert!(said < 64 * 1024 * 1024, "{security:?}: {said} bytes were taken");
        }
    }
}

#[test]
fn a_password_that_the_server_repeats_is_not_told() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("password"), PASSWORD).unwrap();
    let plain = openssl::base64::encode_block(format!("\0postern\0{PASSWORD}").as_bytes());
    for words in [format!("no {PASSWORD} here"), format!("you said {plain}"), format!("5.7.8 {PASSWORD}")] {
        let answer: &'static str = Box::leak(format!("535 {words}").into_boxed_str());
        let (port, server) = serve(move |stream| say(stream, &["220 mail.test", "250 AUTH PLAIN LOGIN", answer]));
        let mut smtp = smtp(port, Security::None, folder.path());
        smtp.account = Some(("postern".to_owned(), folder.path().join("password")));
        let Err(NotSent::Later(why)) = send(&smtp) else { panic!("it was taken") };
        assert!(why.contains("535") && !why.contains(PASSWORD) && !why.contains(&plain), "{why}");
        server.join().unwrap();
    }
}

#[test]
fn an_answer_to_nothing_ends_the_connection() {
    let (port, server) = serve(|stream| say(stream, &["220 mail.test", "250 mail.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 2.0.0 kept"]));
    let sent = send(&smtp(port, Security::None, Path::new("")));
    assert!(matches!(sent, Err(NotSent::Later(_))), "{sent:?}");
    assert!(!server.join().unwrap().iter().any(|line| line.starts_with("MAIL")));
}
