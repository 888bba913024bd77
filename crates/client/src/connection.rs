//! How calls travel: over HTTPS with the system's authorities or exactly one given, or over the admin socket.
//!
//! Nothing here follows a redirect, asks a proxy, speaks plain HTTP over a network or goes below TLS 1.2.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use api::{RequestId, Secret, Timestamp};
use reqwest::blocking::{Client as Http, ClientBuilder, Request, Response};
use reqwest::header::{DATE, HeaderName, HeaderValue};
use reqwest::{Certificate, Method, StatusCode, Url, redirect, tls};

use crate::call::Call;
use crate::clock::{Heard, far};
use crate::identity::identity;
use crate::witness::Witness;
use crate::{Answer, Error};

/// The header that bears a request's id.
const REQUEST: HeaderName = HeaderName::from_static("postern-request");

/// How long a connection may take, in seconds.
const CONNECT_SECONDS: u64 = 10;

/// How long a whole call may take, in seconds.
const CALL_SECONDS: u64 = 60;

/// A way to one daemon.
#[derive(Debug)]
pub struct Client {
    http: Http,
    base: Url,
    whom: String,
    heard: Arc<Mutex<Option<Heard>>>,
    request: Option<RequestId>,
    pub(crate) witness: Option<Witness>,
}

/// A way to one daemon for an owner who has signed in.
#[derive(Clone, Copy, Debug)]
pub struct SignedIn<'a> {
    pub(crate) client: &'a Client,
    session: &'a Secret,
}

impl Client {
    /// Over HTTPS to `https://HOST[:PORT]`. With a file of certificate authorities (PEM), nothing but these is trusted. With a file of
    /// a client certificate and its key (PEM), it is shown where the other end asks for one.
    ///
    /// # Errors
    /// [`Error::Setup`] for an address that isn't such a one, or a file that can't be read or holds not what it should.
    pub fn https(server: &str, authorities: Option<&Path>, own: Option<&Path>) -> Answer<Self> {
        let base = address(server)?;
        let mut builder = bounded().https_only(true).tls_version_min(tls::Version::TLS_1_2);
        if let Some(file) = authorities {
            builder = builder.tls_certs_only(certificates(file)?);
        }
        if let Some(file) = own {
            builder = builder.identity(identity(file)?);
        }
        Self::built(builder, base, server.to_owned())
    }

    /// Over the admin socket of the daemon on this machine.
    ///
    /// # Errors
    /// [`Error::Setup`], for reasons of this machine alone. Whether the socket is there shows with the first call.
    pub fn admin(socket: &Path) -> Answer<Self> {
        let base = Url::parse("http://postern").map_err(|error| Error::Setup(error.to_string()))?;
        Self::built(bounded().unix_socket(socket), base, socket.display().to_string())
    }

    /// The same way, where every call bears this request's id: whoever wrote down before what they would ask for finds it in audit and
    /// journal under the same id. On the admin socket alone; over HTTPS the daemon names requests itself.
    #[must_use]
    pub fn as_request(&self, request: RequestId) -> Self {
        Self { request: Some(request), ..self.again() }
    }

    /// The same way once more.
    pub(crate) fn again(&self) -> Self {
        let Self { http, base, whom, heard, request, witness } = self;
        let (base, whom, witness) = (base.clone(), whom.clone(), witness.clone());
        Self { http: http.clone(), base, whom, heard: Arc::clone(heard), request: *request, witness }
    }

    /// The same way, for an owner who has signed in.
    pub fn signed_in<'a>(&'a self, session: &'a Secret) -> SignedIn<'a> {
        SignedIn { client: self, session }
    }

    /// What the daemon's clock says by now, once any answer has come from it. Ids are made on it.
    pub fn daemon_time(&self) -> Option<Timestamp> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(Heard::now)
    }

    /// The server's address or the socket's path, for telling people.
    pub fn whom(&self) -> &str {
        &self.whom
    }

    fn built(builder: ClientBuilder, base: Url, whom: String) -> Answer<Self> {
        let http = builder.build().map_err(|error| Error::Setup(format!("no connection can be set up: {}", error.without_url())))?;
        Ok(Self { http, base, whom, heard: Arc::default(), request: None, witness: None })
    }

    /// A question to the daemon, at this path below `/api/v1`.
    pub(crate) fn get(&self, path: &[&str]) -> Call<'_> {
        Call::new(self, Method::GET, &self.base, path)
    }

    /// A wish to the daemon, at this path below `/api/v1`.
    pub(crate) fn post(&self, path: &[&str]) -> Call<'_> {
        Call::new(self, Method::POST, &self.base, path)
    }

    /// Makes a call. One that acts is told to the witness before, where there is one.
    pub(crate) fn send(&self, request: Request, acts: bool) -> Answer<Response> {
        let witness = self.witness.as_ref().filter(|_| acts);
        let known = self.daemon_time();
        let Some(witness) = witness else { return self.send_as(request, self.request) };
        let again = request.try_clone();
        let response = self.send_as(request, Some(witness.told(known)?))?;
        // The id was made by this machine's clock, and the daemon's is another: nothing was done, and now its clock is known.
        match again.filter(|_| response.status() == StatusCode::BAD_REQUEST && known.is_none() && self.daemon_time().is_some_and(far)) {
            Some(again) => self.send_as(again, Some(witness.told(self.daemon_time())?)),
            None => Ok(response),
        }
    }

    fn send_as(&self, mut request: Request, id: Option<RequestId>) -> Answer<Response> {
        if let Some(id) = id.and_then(|id| HeaderValue::from_str(&id.to_string()).ok()) {
            request.headers_mut().insert(REQUEST, id);
        }
        let again = request.try_clone();
        let execute = |request| self.http.execute(request).map_err(|error| Error::unreachable(&self.whom, error));
        let mut response = execute(request)?;
        // Nothing was done, and only the connection was too old for it: the daemon has closed it (RFC 9110, section 15.5.20).
        if let (StatusCode::MISDIRECTED_REQUEST, Some(again)) = (response.status(), again) {
            response = execute(again)?;
        }
        let date = response.headers().get(DATE).and_then(|date| date.to_str().ok()).and_then(Heard::date);
        if let Some(heard) = date {
            *self.heard.lock().unwrap_or_else(PoisonError::into_inner) = Some(heard);
        }
        Ok(response)
    }
}

impl<'a> SignedIn<'a> {
    pub(crate) fn get(&self, path: &[&str]) -> Call<'a> {
        self.client.get(path).session(self.session)
    }

    pub(crate) fn post(&self, path: &[&str]) -> Call<'a> {
        self.client.post(path).session(self.session)
    }
}

fn bounded() -> ClientBuilder {
    Http::builder()
        .user_agent(concat!("postern-client/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(Duration::from_secs(CONNECT_SECONDS))
        .timeout(Duration::from_secs(CALL_SECONDS))
        .redirect(redirect::Policy::none())
        .no_proxy()
}

fn address(server: &str) -> Answer<Url> {
    let wrong = || Error::Setup(format!("{server:?} is no address of an appliance: write it like https://postern.example.com"));
    let url = Url::parse(server).map_err(|_| wrong())?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let nameless = url.username().is_empty() && url.password().is_none();
    if url.scheme() == "https" && url.has_host() && bare && nameless { Ok(url) } else { Err(wrong()) }
}

fn certificates(file: &Path) -> Answer<Vec<Certificate>> {
    let shown = file.display();
    let text =
        std::fs::read(file).map_err(|error| Error::Setup(format!("the file of certificate authorities {shown} can't be read: {error}")))?;
    match Certificate::from_pem_bundle(&text) {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(Error::Setup(format!("there is no certificate in {shown}: a PEM file that begins with BEGIN CERTIFICATE is expected"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_bare_https_address_is_an_appliance() {
        for right in ["https://postern.example.com", "https://localhost:8443", "https://[::1]:8443/", "https://10.20.0.1"] {
            assert!(address(right).is_ok(), "{right}");
        }
        for wrong in
            ["", "postern", "http://localhost", "https://", "https://a/b", "https://a?b", "https://a#b", "https://me:pw@a", "file:///x"]
        {
            assert!(matches!(address(wrong), Err(Error::Setup(_))), "{wrong}");
        }
    }

    #[test]
    fn a_file_without_certificates_is_not_a_reason_to_trust_the_systems() {
        let empty = tempfile::NamedTempFile::new().unwrap();
        assert!(Client::https("https://localhost", Some(empty.path()), None).unwrap_err().to_string().contains("no certificate"));
        assert!(
            Client::https("https://localhost", Some(Path::new("/nowhere/ca.pem")), None).unwrap_err().to_string().contains("can't be read")
        );
    }
}
