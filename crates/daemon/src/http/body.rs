//! Bodies: bounded in size and time, JSON and nothing else, every field known and there once.
//!
//! No error repeats a value that was sent, since values may be secret; only the names of fields are told.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::{FromRequest, HttpRequest, web};
use serde::de::DeserializeOwned;

use super::answer::No;
use crate::appliance::Appliance;

/// A body that carries no sealed item or share.
pub struct Body<T>(pub T);

/// A recipient's body: three proofs at most.
pub struct SmallBody<T>(pub T);

/// The most that a recipient's body may have, in bytes (docs/protocol.md).
const SMALL_BYTES: usize = 16 * 1024;

/// A body that carries a sealed item or share, up to what policy allows.
pub struct SealedBody<T>(pub T);

type Reading<T> = Pin<Box<dyn Future<Output = Result<T, No>>>>;

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = No;
    type Future = Reading<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let reading = read(request, payload, |appliance| appliance.live.now().config.limits.body_bytes);
        Box::pin(async move { parse(&reading.await?).map(Self) })
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for SmallBody<T> {
    type Error = No;
    type Future = Reading<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let reading = read(request, payload, |_| SMALL_BYTES);
        Box::pin(async move { parse(&reading.await?).map(Self) })
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for SealedBody<T> {
    type Error = No;
    type Future = Reading<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let reading = read(request, payload, sealed_bytes);
        Box::pin(async move { parse(&reading.await?).map(Self) })
    }
}

/// Base64 makes four bytes of three; beside the sealed bytes stand names, hashes and half a kibibyte for each recipient.
fn sealed_bytes(appliance: &Appliance) -> usize {
    let policy = &appliance.config.policy;
    let sealed = usize::try_from(policy.maximum_sealed_bytes).unwrap_or(usize::MAX);
    let recipients = usize::try_from(policy.maximum_recipients).unwrap_or(usize::MAX);
    (sealed / 3).saturating_mul(4).saturating_add(recipients.saturating_mul(1024)).saturating_add(16 * 1024)
}

fn read(request: &HttpRequest, payload: &mut Payload, bound: impl Fn(&Appliance) -> usize) -> Reading<web::Bytes> {
    let Some(appliance) = request.app_data::<web::Data<Appliance>>() else {
        return Box::pin(async { Err(No::Broken("a request met no appliance".into())) });
    };
    let limit = bound(appliance);
    let time = appliance.live.now().config.limits.body_time();
    let is_json = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(says_json);
    let announced: Option<u64> = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    let body = web::Payload::from_request(request, payload);
    Box::pin(async move {
        if !is_json {
            return Err(No::Senseless {
                status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
                name: "not-json",
                detail: "send the body as application/json".into(),
            });
        }
        if announced.is_some_and(|length| length > limit as u64) {
            return Err(too_large(limit));
        }
        let body = body.await.map_err(|_| cut_short())?;
        match tokio::time::timeout(time, body.to_bytes_limited(limit)).await {
            Ok(Ok(Ok(bytes))) => Ok(bytes),
            Ok(Ok(Err(_))) => Err(cut_short()),
            Ok(Err(_)) => Err(too_large(limit)),
            Err(_) => Err(too_slow(time)),
        }
    })
}

fn says_json(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    let json = parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"));
    json && parts.all(|parameter| parameter.eq_ignore_ascii_case("charset=utf-8"))
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, No> {
    if std::str::from_utf8(bytes).is_err() {
        return Err(No::senseless("the body is not UTF-8"));
    }
    serde_json::from_slice(bytes).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        No::senseless(match error.classify() {
            serde_json::error::Category::Data => format!("the body is not what is expected at {place}: {}", without_values(&error)),
            serde_json::error::Category::Eof => "the body ends too early: it is not whole JSON".to_owned(),
            _ => format!("the body is not JSON: see {place}"),
        })
    })
}

/// What serde says about the shape of the data, without the data. Its own sentences are known; what isn't among them comes from this
/// house's types, which repeat nothing.
fn without_values(error: &serde_json::Error) -> String {
    let told = error.to_string();
    let told = told.rsplit_once(" at line ").map_or(told.as_str(), |(told, _)| told);
    let names_a_field = ["unknown field `", "missing field `", "duplicate field `"].iter().any(|words| told.starts_with(words));
    if told.starts_with("invalid ") || told.starts_with("unknown variant") {
        return match told.rsplit_once(", expected ") {
            Some((_, expected)) => format!("{expected} is expected"),
            None => "the value is not lawful".to_owned(),
        };
    }
    let most = if names_a_field { 160 } else { 300 };
    told.chars().filter(|c| !c.is_control()).take(most).collect()
}

fn too_large(limit: usize) -> No {
    No::Senseless {
        status: StatusCode::PAYLOAD_TOO_LARGE,
        name: "too-large",
        detail: format!("the body is too large: at most {limit} bytes are taken here"),
    }
}

fn too_slow(time: Duration) -> No {
    No::Senseless {
        status: StatusCode::REQUEST_TIMEOUT,
        name: "too-slow",
        detail: format!("the body did not arrive within {} seconds", time.as_secs()),
    }
}

fn cut_short() -> No {
    No::senseless("the body was cut short on its way")
}

#[cfg(test)]
mod tests {
    use api::links::Reveal;

    use super::*;

    fn complaint(text: &str) -> String {
        parse::<Reveal>(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn a_body_that_is_not_what_is_expected_is_refused_with_the_fields_name() {
        assert!(complaint("{\"knock\":").contains("ends too early"));
        assert!(complaint("{]").contains("not JSON"));
        assert!(complaint("{} {}").contains("missing field `knock`"));
        assert!(complaint("{\"kock\":\"\"}").contains("unknown field `kock`"));
        let knock = format!("\"knock\":\"{}\"", "A".repeat(43));
        assert!(complaint(&format!("{{{knock},{knock}}}")).contains("duplicate field `knock`"));
        assert!(complaint("{\"knock\":\"AAAA\"}").contains("32 bytes in base64url are expected"));
        let whole = format!("{{{knock},{},{}}}", knock.replace("knock", "proof"), knock.replace("knock", "attempt"));
        assert!(parse::<Reveal>(whole.as_bytes()).is_ok());
        assert!(complaint(&format!("{whole} x")).contains("not JSON"));
        assert!(parse::<Reveal>(b"\xff\xfe").unwrap_err().to_string().contains("not UTF-8"));
    }

    #[test]
    fn an_error_does_not_repeat_what_was_sent() {
        for body in ["{\"knock\":{\"s3cret\":1}}", "{\"knock\":\"s3cret!\"}", "\"s3cret\"", "{\"knock\":5.37}"] {
            let said = complaint(body);
            assert!(!said.contains("s3cret") && !said.contains("5.37"), "{said}");
        }
        let said = parse::<api::shares::NewShare>(b"{\"expires_at\":\"s3cret\"}").unwrap_err().to_string();
        assert!(said.contains("i64 is expected") && !said.contains("s3cret"), "{said}");
        let said = parse::<api::shares::NewShare>(b"{\"delivery\":\"s3cret, expected s3cret\"}").unwrap_err().to_string();
        assert!(!said.contains("s3cret"), "{said}");
    }

    #[test]
    fn only_json_is_json() {
        assert!(says_json("application/json") && says_json("application/JSON; charset=UTF-8"));
        assert!(!says_json("text/plain") && !says_json("application/json; charset=latin1") && !says_json(""));
    }
}
