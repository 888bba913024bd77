//! HTTPS as anybody can speak it, for what the programs never say: bad input, strangers, many at once.
//! Never follows a redirect, and trusts the appliance's own authority alone.

use std::path::Path;

use reqwest::blocking::{Body, Client, Response};
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::{Certificate, Method, redirect};
use serde_json::Value;

/// A way to an appliance. Clones share their connections.
#[derive(Clone)]
pub struct Wire {
    client: Client,
    authority: Certificate,
    url: String,
    session: Option<String>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Wire {
    pub fn new(url: &str, ca: &Path) -> Self {
        let authority = Certificate::from_pem(&std::fs::read(ca).unwrap()).unwrap();
        Self { client: client(&authority), authority, url: url.to_owned(), session: None }
    }

    /// The same way, on connections that nobody else uses.
    pub fn alone(&self) -> Self {
        Self { client: client(&self.authority), ..self.clone() }
    }

    /// The same for somebody who has signed in.
    pub fn session(&self, session: &str) -> Self {
        Self { session: Some(session.to_owned()), ..self.clone() }
    }

    pub fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, &[], "")
    }

    pub fn post(&self, path: &str, body: &Value) -> Reply {
        self.send(Method::POST, path, &[("content-type", "application/json")], body.to_string())
    }

    pub fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Reply {
        self.try_send(method, path, headers, body).unwrap_or_else(|error| panic!("no answer: {error}"))
    }

    pub fn try_send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Result<Reply, reqwest::Error> {
        let mut request = self.client.request(method, format!("{}{path}", self.url)).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(session) = &self.session {
            request = request.bearer_auth(session);
        }
        Reply::read(request.send()?)
    }
}

fn client(authority: &Certificate) -> Client {
    Client::builder()
        .timeout(harness::clock::PATIENCE)
        .tls_certs_only([authority.clone()])
        .redirect(redirect::Policy::none())
        .no_proxy()
        .build()
        .unwrap()
}

impl Reply {
    fn read(response: Response) -> Result<Self, reqwest::Error> {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Self { status, headers, bytes: response.bytes()?.to_vec() })
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The body of a success.
    #[track_caller]
    pub fn right(&self) -> Value {
        assert!((200..300).contains(&self.status), "{} {}", self.status, self.text());
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    /// The problem of a refusal (RFC 9457): it must be whole, and say the same as the status.
    #[track_caller]
    pub fn problem(&self) -> Value {
        assert!(self.status >= 400, "{} {}", self.status, self.text());
        assert_eq!(self.header(CONTENT_TYPE.as_str()), "application/problem+json", "{} {}", self.status, self.text());
        let problem: Value = serde_json::from_slice(&self.bytes).unwrap();
        assert_eq!(problem["status"], self.status);
        assert_eq!(problem["request"], self.header("postern-request"));
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.len() > 10), "{problem}");
        problem
    }

    /// Status and name of a refusal.
    #[track_caller]
    pub fn refusal(&self) -> (u16, String) {
        let problem = self.problem();
        (self.status, problem["name"].as_str().unwrap().to_owned())
    }
}
