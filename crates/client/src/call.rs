//! One call: where to, with what, and what is expected back.
//!
//! Nothing secret goes into the address: queries hold pages and filters, secrets travel in bodies and in one header.

use api::{BASE, Secret};
use reqwest::blocking::{Request, Response};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Method, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Duration;
use zeroize::Zeroizing;

use crate::connection::Client;
use crate::{Answer, Error, answer};

/// How long an answer may take that is read piece by piece, in seconds: a day.
const STREAM_SECONDS: u64 = 86_400;

/// A call that has not been made yet.
#[must_use]
pub(crate) struct Call<'a> {
    client: &'a Client,
    request: Answer<Request>,
    /// Whether it changes something: a witness is told of it before.
    acts: bool,
}

impl<'a> Call<'a> {
    /// A call to this path below `/api/v1`. What stands between slashes is encoded, whatever it holds.
    pub(crate) fn new(client: &'a Client, method: Method, base: &Url, path: &[&str]) -> Self {
        let mut url = base.clone();
        url.set_path(BASE);
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.extend(path);
        }
        let acts = method != Method::GET;
        let mut request = Request::new(method, url);
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json, application/problem+json"));
        Self { client, request: Ok(request), acts }
    }

    /// It only counts, although it asks in the manner of an act.
    pub(crate) fn counts(mut self, only: bool) -> Self {
        self.acts &= !only;
        self
    }

    /// Adds to the query, if there is something to add.
    pub(crate) fn query(mut self, name: &str, value: Option<impl ToString>) -> Self {
        if let (Ok(request), Some(value)) = (&mut self.request, value) {
            request.url_mut().query_pairs_mut().append_pair(name, &value.to_string());
        }
        self
    }

    /// In the name of an owner who has signed in.
    pub(crate) fn session(self, session: &Secret) -> Self {
        self.with(|request| {
            let text = Zeroizing::new(format!("Bearer {}", session.0));
            let mut value =
                HeaderValue::from_str(&text).map_err(|_| Error::Setup("the session kept here is damaged: sign in again".to_owned()))?;
            value.set_sensitive(true);
            request.headers_mut().insert(AUTHORIZATION, value);
            Ok(())
        })
    }

    /// With a body.
    pub(crate) fn json(self, body: &impl Serialize) -> Self {
        self.with(|request| {
            let text = serde_json::to_vec(body).map_err(|_| Error::Setup("the call can't be written as JSON".to_owned()))?;
            request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            *request.body_mut() = Some(text.into());
            Ok(())
        })
    }

    /// Makes the call and reads the answer's body.
    pub(crate) fn answer<T: DeserializeOwned>(self) -> Answer<T> {
        let response = self.client.send(self.request?, self.acts)?;
        answer::body(self.client.whom(), response)
    }

    /// Makes the call, whose answer says nothing but that it is done.
    pub(crate) fn done(self) -> Answer<()> {
        let response = self.client.send(self.request?, self.acts)?;
        answer::nothing(self.client.whom(), response)
    }

    /// Makes the call, whose answer is read piece by piece and may take hours.
    pub(crate) fn stream(self) -> Answer<Response> {
        let mut request = self.request?;
        *request.timeout_mut() = Some(Duration::from_secs(STREAM_SECONDS));
        answer::stream(self.client.whom(), self.client.send(request, self.acts)?)
    }

    fn with(mut self, change: impl FnOnce(&mut Request) -> Answer<()>) -> Self {
        self.request = self.request.and_then(|mut request| change(&mut request).map(|()| request));
        self
    }
}
