//! A daemon of a test's own, and ways to speak to it.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use daemon::init::{Existing, authority_certificate, init};
use daemon::{Clock, Config, Running, serve};
use openssl::ssl::{SslConnector, SslMethod, SslStream};
use reqwest::blocking::{Client, Response};
use serde_json::Value;
use vault::Timestamp;

/// 2026-03-01, noon.
pub const NOON: i64 = 1_772_366_400_000;

pub const LINK: &str = "019ca93f-2c00-7000-8000-000000000001";

/// A daemon with its folder, its clock and clients for both of its doors.
pub struct Ground {
    pub config: Config,
    pub clock: Arc<AtomicI64>,
    pub running: Option<Running>,
    pub https: Client,
    pub admin: Client,
    _folder: tempfile::TempDir,
}

impl Ground {
    /// A daemon with defaults.
    pub fn plain() -> Self {
        Self::with(|_| {})
    }

    /// A daemon configured like this.
    pub fn with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        config.state.folder = folder.path().join("state");
        config.listen.address = "127.0.0.1:0".parse().unwrap();
        config.tls.hosts = ["localhost", "127.0.0.1", "postern.example.com"].map(String::from).into();
        config.admin.socket = folder.path().join("admin/admin.sock");
        config.journal.to = daemon::config::journal::To::Stderr;
        change(&mut config);
        config.check().unwrap();
        init(&config, Existing::Keep, Timestamp::from_millis(NOON)).unwrap();
        let clock = Arc::new(AtomicI64::new(NOON));
        let running = serve(config.clone(), clock_of(&clock)).unwrap();
        let https = client(&config).build().unwrap();
        let admin = Client::builder().unix_socket(config.admin.socket.clone()).build().unwrap();
        Self { config, clock, running: Some(running), https, admin, _folder: folder }
    }

    pub fn pass(&self, seconds: i64) {
        self.clock.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    pub fn port(&self) -> u16 {
        self.running.as_ref().unwrap().https.port()
    }

    pub fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.port())
    }

    pub fn get(&self, path: &str) -> Response {
        self.https.get(self.url(path)).send().unwrap()
    }

    pub fn post(&self, path: &str, body: &str) -> Response {
        self.https.post(self.url(path)).header("content-type", "application/json").body(body.to_owned()).send().unwrap()
    }

    pub fn operator_get(&self, path: &str) -> Response {
        self.admin.get(format!("http://appliance/api/v1/admin{path}")).send().unwrap()
    }

    pub fn operator_post(&self, path: &str, body: &str) -> Response {
        let url = format!("http://appliance/api/v1/admin{path}");
        self.admin.post(url).header("content-type", "application/json").body(body.to_owned()).send().unwrap()
    }

    /// An act under these names of its request.
    pub fn operator_act_as(&self, path: &str, requests: &[&str]) -> Response {
        let sent = self.admin.post(format!("http://appliance/api/v1/admin{path}"));
        requests.iter().fold(sent, |sent, request| sent.header("postern-request", *request)).send().unwrap()
    }

    /// The records of events of this kind, newest first.
    pub fn events(&self, event: &str) -> Vec<Value> {
        let page = json(self.operator_get(&format!("/audit?event={event}")));
        page["rows"].as_array().unwrap().iter().map(|row| row["record"].clone()).collect()
    }

    /// A bare TLS connection.
    pub fn connect(&self) -> SslStream<std::net::TcpStream> {
        let mut connector = SslConnector::builder(SslMethod::tls()).unwrap();
        connector.set_ca_file(authority_certificate(&self.config)).unwrap();
        let stream = std::net::TcpStream::connect(("127.0.0.1", self.port())).unwrap();
        stream.set_read_timeout(Some(std::time::Duration::from_secs(30))).unwrap();
        connector.build().connect("localhost", stream).unwrap()
    }
}

pub fn clock_of(clock: &Arc<AtomicI64>) -> Clock {
    let clock = Arc::clone(clock);
    Clock::of(move || Timestamp::from_millis(clock.load(Ordering::SeqCst)))
}

pub fn client(config: &Config) -> reqwest::blocking::ClientBuilder {
    let authority = fs::read(authority_certificate(config)).unwrap();
    let authority = reqwest::Certificate::from_pem(&authority).unwrap();
    Client::builder().tls_certs_only([authority]).no_proxy().redirect(reqwest::redirect::Policy::none())
}

pub fn json(response: Response) -> Value {
    serde_json::from_str(&response.text().unwrap()).unwrap()
}

/// A problem, with its status, name, and nothing in it that only one request has.
pub fn problem(response: Response) -> (u16, String, Value) {
    let status = response.status().as_u16();
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let id = response.headers()["postern-request"].to_str().unwrap().to_owned();
    let mut body = json(response);
    assert_eq!(body["request"], id.as_str());
    assert_eq!(body["status"], status);
    body.as_object_mut().unwrap().remove("request");
    (status, body["name"].as_str().unwrap().to_owned(), body)
}

/// Bytes as requests carry them.
pub fn bytes(byte: u8, count: usize) -> String {
    daemon::random::text(&vec![byte; count])
}

pub fn exists(path: &Path) -> bool {
    path.exists()
}
