//! An appliance that does what a test says: HTTPS on a port of its own, with an authority of its own.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::ssl::{SslAcceptor, SslMethod};
use openssl::x509::extension::{BasicConstraints, SubjectAlternativeName};
use openssl::x509::{X509, X509NameBuilder};
use serde_json::{Value, json};

/// What is answered to a call.
#[derive(Clone)]
pub enum Said {
    /// A success with this body.
    Right(Value),
    /// A refusal of this status and name.
    No(u16, &'static str),
    /// These bytes, whatever they are.
    Raw(&'static str),
    /// What comes out of the call's body.
    Made(Arc<dyn Fn(&Value) -> Said + Send + Sync>),
    /// Nothing: the connection is cut.
    Cut,
}

impl Said {
    /// What comes out of the call's body.
    pub fn made(make: impl Fn(&Value) -> Self + Send + Sync + 'static) -> Self {
        Self::Made(Arc::new(make))
    }
}

/// A call that came in: its path below `/api/v1` and its body.
pub type Call = (String, Value);

type Answers = Arc<Mutex<BTreeMap<String, Vec<Said>>>>;

/// A played appliance. It lives as long as the test's process.
pub struct Appliance {
    pub url: String,
    pub authority: String,
    answers: Answers,
    calls: Arc<Mutex<Vec<Call>>>,
}

impl Appliance {
    pub fn new() -> Self {
        let (key, certificate) = certificate();
        let mut acceptor = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls()).unwrap();
        acceptor.set_private_key(&key).unwrap();
        acceptor.set_certificate(&certificate).unwrap();
        let acceptor = Arc::new(acceptor.build());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        let (answers, calls) = (Answers::default(), Arc::new(Mutex::new(Vec::new())));
        let played = (Arc::clone(&answers), Arc::clone(&calls));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                // A client that doesn't trust the certificate goes away here.
                let Ok(stream) = acceptor.accept(stream) else { continue };
                serve(stream, &played.0, &played.1);
            }
        });
        Self { url, authority: String::from_utf8(certificate.to_pem().unwrap()).unwrap(), answers, calls }
    }

    /// From now on this path is answered so: one answer after the other, the last one for good.
    pub fn on(&self, path: &str, said: impl Into<Vec<Said>>) -> &Self {
        self.answers.lock().unwrap().insert(path.to_owned(), said.into());
        self
    }

    /// The bodies that came to this path.
    pub fn calls(&self, path: &str) -> Vec<Value> {
        self.calls.lock().unwrap().iter().filter(|(called, _)| called == path).map(|(_, body)| body.clone()).collect()
    }
}

impl From<Said> for Vec<Said> {
    fn from(said: Said) -> Self {
        vec![said]
    }
}

fn serve(mut stream: impl Read + Write, answers: &Answers, calls: &Mutex<Vec<Call>>) {
    let mut read = Vec::new();
    let mut some = [0; 4096];
    let (head, body) = loop {
        let Ok(count @ 1..) = stream.read(&mut some) else { return };
        read.extend_from_slice(&some[..count]);
        let text = String::from_utf8_lossy(&read).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse::<usize>().ok());
        if body.len() >= length.unwrap_or(0) {
            break (head.to_owned(), body.to_owned());
        }
    };
    let path = head.split_whitespace().nth(1).unwrap().trim_start_matches("/api/v1").split('?').next().unwrap().to_owned();
    let body = serde_json::from_str(&body).unwrap_or(Value::Null);
    calls.lock().unwrap().push((path.clone(), body.clone()));
    let said = match answers.lock().unwrap().get_mut(&path) {
        Some(answers) if answers.len() > 1 => answers.remove(0),
        Some(answers) => answers[0].clone(),
        None => Said::No(404, "not-found"),
    };
    let said = match said {
        Said::Made(make) => make(&body),
        said => said,
    };
    let (status, text) = match said {
        Said::Right(body) => (200, body.to_string()),
        Said::No(status, name) => {
            let detail = format!("the appliance said {name} \u{1b}[2J");
            (status, json!({"status": status, "name": name, "detail": detail}).to_string())
        }
        Said::Raw(text) => (200, text.to_owned()),
        Said::Made(_) | Said::Cut => return,
    };
    let length = text.len();
    let _ = write!(
        stream,
        "HTTP/1.1 {status} X\r\nDate: Wed, 01 Jan 2031 12:00:00 GMT\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{text}"
    );
    let _ = stream.flush();
}

fn certificate() -> (PKey<Private>, X509) {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    let key = PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap();
    let mut name = X509NameBuilder::new().unwrap();
    name.append_entry_by_text("CN", "played").unwrap();
    let name = name.build();
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    builder.set_serial_number(&BigNum::from_u32(1).unwrap().to_asn1_integer().unwrap()).unwrap();
    builder.set_subject_name(&name).unwrap();
    builder.set_issuer_name(&name).unwrap();
    builder.set_not_before(&Asn1Time::days_from_now(0).unwrap()).unwrap();
    builder.set_not_after(&Asn1Time::days_from_now(2).unwrap()).unwrap();
    builder.set_pubkey(&key).unwrap();
    builder.append_extension(BasicConstraints::new().critical().ca().build().unwrap()).unwrap();
    let names = SubjectAlternativeName::new().dns("localhost").build(&builder.x509v3_context(None, None)).unwrap();
    builder.append_extension(names).unwrap();
    builder.sign(&key, MessageDigest::sha256()).unwrap();
    (key, builder.build())
}
