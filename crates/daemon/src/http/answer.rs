//! Answers: what was asked for as JSON, or a problem (RFC 9457) that says what happened and what to do.
//!
//! Nothing of what broke inside leaves the daemon: that stands in the journal, under the request's id.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, RETRY_AFTER};
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};
use api::Problem;
use serde::Serialize;
use store::{Broken, Failure};
use vault::Refusal;

use super::status;
use crate::opaque::{Malformed, Unanswered};
use crate::random::NoRandomness;

/// What a handler gives back.
pub type Reply = Result<HttpResponse, No>;

/// Why a request is not answered as asked.
#[derive(Debug)]
pub enum No {
    /// A rule says no.
    Refused(Refusal),
    /// A rule says no, and there is more to say about it than its own sentence: which network to join, whom to ask.
    Told(Refusal, String),
    /// The request makes no sense.
    Senseless {
        /// The status.
        status: StatusCode,
        /// The stable name.
        name: &'static str,
        /// The sentence.
        detail: String,
    },
    /// The address is there, and is asked in these ways only.
    AskedOtherwise(&'static str),
    /// The daemon can't. What it holds is for the journal alone.
    Broken(String),
}

impl No {
    /// The request makes no sense.
    pub fn senseless(detail: impl Into<String>) -> Self {
        Self::Senseless { status: StatusCode::BAD_REQUEST, name: "bad-request", detail: detail.into() }
    }

    /// The problem as it is sent, but for the request's id.
    pub fn problem(&self) -> Problem {
        let plain = |status: StatusCode, name: &str, detail: String| Problem {
            status: status.as_u16(),
            name: name.to_owned(),
            detail,
            request: None,
            tries_left: None,
            retry_seconds: None,
            hint: None,
        };
        match self {
            Self::Refused(refusal) => of_refusal(refusal, refusal.to_string()),
            Self::Told(refusal, hint) if hint.is_empty() => of_refusal(refusal, refusal.to_string()),
            Self::Told(refusal, hint) => Problem { hint: Some(hint.clone()), ..of_refusal(refusal, format!("{refusal}. {hint}")) },
            Self::Senseless { status, name, detail } => plain(*status, name, detail.clone()),
            Self::AskedOtherwise(ways) => {
                let detail = format!("this address is asked by {ways}");
                plain(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", detail)
            }
            Self::Broken(_) => {
                let detail = "the appliance can't do this just now: try again; if it stays so, tell an operator the request's id";
                plain(StatusCode::SERVICE_UNAVAILABLE, "broken", detail.to_owned())
            }
        }
    }
}

impl fmt::Display for No {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem().detail)
    }
}

/// What the entrance finds in an answer: it adds the request's id, and logs what broke.
#[derive(Clone)]
pub struct Told {
    /// The problem to send.
    pub problem: Problem,
    /// What broke, for the journal.
    pub broken: Option<String>,
}

impl ResponseError for No {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.problem().status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE)
    }

    fn error_response(&self) -> HttpResponse {
        let problem = self.problem();
        let mut response = HttpResponse::build(self.status_code());
        if let Some(seconds) = problem.retry_seconds {
            response.insert_header((RETRY_AFTER, seconds.to_string()));
        }
        if let Self::AskedOtherwise(ways) = self {
            response.insert_header((ALLOW, *ways));
        }
        if matches!(self, Self::Refused(Refusal::NotSignedIn)) {
            response.insert_header(("WWW-Authenticate", "Bearer"));
        }
        let mut response = response.finish();
        let broken = match self {
            Self::Broken(what) => Some(what.clone()),
            _ => None,
        };
        response.extensions_mut().insert(Told { problem, broken });
        response
    }
}

/// A body as JSON.
pub fn json(body: &impl Serialize) -> Reply {
    with(HttpResponse::Ok(), body)
}

/// A body as JSON, for something new.
pub fn created(body: &impl Serialize) -> Reply {
    with(HttpResponse::Created(), body)
}

/// Done, and nothing to say.
pub fn done() -> Reply {
    Ok(HttpResponse::NoContent().finish())
}

fn with(mut response: HttpResponseBuilder, body: &impl Serialize) -> Reply {
    Ok(response.json(body))
}

fn of_refusal(refusal: &Refusal, detail: String) -> Problem {
    let tries_left = match refusal {
        Refusal::WrongToken { tries_left } => Some(*tries_left),
        _ => None,
    };
    let retry_seconds = match refusal {
        Refusal::TooManyRequests { retry_seconds }
        | Refusal::TooManyAttempts { retry_seconds }
        | Refusal::TooManyTests { retry_seconds } => Some(*retry_seconds),
        _ => None,
    };
    let (status, name) = (status::of(refusal).as_u16(), refusal.name().to_owned());
    Problem { status, name, detail, request: None, tries_left, retry_seconds, hint: None }
}

impl From<Refusal> for No {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Broken> for No {
    fn from(broken: Broken) -> Self {
        Self::Broken(broken.to_string())
    }
}

impl From<Failure> for No {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => Self::Refused(refusal),
            Failure::Broken(broken) => broken.into(),
        }
    }
}

impl From<NoRandomness> for No {
    fn from(none: NoRandomness) -> Self {
        Self::Broken(none.to_string())
    }
}

impl From<std::io::Error> for No {
    fn from(error: std::io::Error) -> Self {
        Self::Broken(error.to_string())
    }
}

impl From<Malformed> for No {
    fn from(malformed: Malformed) -> Self {
        Self::senseless(malformed.to_string())
    }
}

impl From<Unanswered> for No {
    fn from(unanswered: Unanswered) -> Self {
        match unanswered {
            Unanswered::Malformed(malformed) => malformed.into(),
            other => Self::Broken(other.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_by_name_with_what_a_program_needs() {
        let problem = No::from(Refusal::WrongToken { tries_left: 3 }).problem();
        assert_eq!((problem.status, problem.name.as_str(), problem.tries_left), (403, "wrong-token", Some(3)));
        assert_eq!(problem.detail, "the token is wrong (3 tries left)");
        let problem = No::from(Refusal::TooManyAttempts { retry_seconds: 8 }).problem();
        assert_eq!((problem.status, problem.retry_seconds), (429, Some(8)));
    }

    #[test]
    fn who_is_elsewhere_is_told_where_to_go_as_a_sentence_and_as_a_field() {
        let problem = No::Told(Refusal::OutsideNetworks, "Ask Olga.".to_owned()).problem();
        assert_eq!(problem.detail, "you are outside the networks from which this is allowed. Ask Olga.");
        assert_eq!((problem.name.as_str(), problem.hint.as_deref()), ("outside-networks", Some("Ask Olga.")));
        let problem = No::Told(Refusal::OutsideNetworks, String::new()).problem();
        assert_eq!(problem.detail, "you are outside the networks from which this is allowed");
        assert_eq!(problem.hint, None, "an administrator who says nothing");
    }

    #[test]
    fn what_broke_inside_does_not_leave() {
        let no = No::from(Broken::Database("no such table: links".into()));
        assert_eq!((no.problem().status, no.problem().name.as_str()), (503, "broken"));
        assert!(!no.to_string().contains("table"));
        let response = no.error_response();
        assert!(response.extensions().get::<Told>().unwrap().broken.as_ref().unwrap().contains("no such table"));
    }
}
