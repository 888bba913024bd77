//! Problems as pages: where a browser asks because somebody wants to look at something, they are told in words, in their language.
//!
//! What is told is what the problem says, no more: no page gives away whether a link exists. Programs get the problem itself.

use actix_web::HttpRequest;
use actix_web::body::{BoxBody, MessageBody as _};
use actix_web::dev::ServiceResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{Accept, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, Header as _, HeaderValue, VARY};
use api::{BASE, Problem};
use vault::Refusal;
use web::{Facts, Why};

use super::edition;
use crate::http::answer::Told;
use crate::http::asked::Entered;
use crate::http::headers::{self, Kind};

/// How long to wait when nobody says, in seconds.
const WAIT: u32 = 60;

/// The answer as it is, or as a page if it is a problem and a person is going to look at it.
pub fn shown(response: ServiceResponse<BoxBody>, entered: Entered, hint: &str) -> ServiceResponse<BoxBody> {
    if !looked_at(response.request()) {
        return response;
    }
    let problem = response.response().extensions().get::<Told>().map(|told| told.problem.clone());
    let Some((why, problem)) = problem.and_then(|problem| Some((why(&problem)?, problem))) else {
        return response;
    };
    let edition = edition(response.request());
    let page = edition.denied(
        why,
        &Facts {
            hint,
            address: &entered.address.map(|address| address.to_string()).unwrap_or_default(),
            request: &entered.request.to_string(),
            // At least two, because the sentence speaks of seconds.
            seconds: &problem.retry_seconds.unwrap_or(WAIT).max(2).to_string(),
        },
    );
    let mut response = response.map_body(|_, _| page.boxed());
    let told = response.headers_mut();
    told.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    told.insert(CONTENT_LANGUAGE, HeaderValue::from_static(edition.language));
    told.insert(VARY, HeaderValue::from_static("accept, accept-language"));
    told.insert(CONTENT_SECURITY_POLICY, headers::policy(Kind::Denied));
    response
}

/// Whether a person is going to look at the answer: a browser says so by preferring HTML. The API's addresses and assets are for programs.
fn looked_at(request: &HttpRequest) -> bool {
    let for_programs = [BASE, web::ASSETS_PATH].iter().any(|beginning| request.path().starts_with(beginning));
    !for_programs && Accept::parse(request).is_ok_and(|accept| accept.preference().essence_str() == "text/html")
}

/// Which page tells of this problem, if any.
fn why(problem: &Problem) -> Option<Why> {
    if problem.name == Refusal::OutsideNetworks.name() {
        return Some(Why::Outside);
    }
    if [Refusal::CertificateRequired, Refusal::CertificateNotValid, Refusal::CertificateBehindProxy]
        .iter()
        .any(|refusal| problem.name == refusal.name())
    {
        return Some(Why::Certificate);
    }
    match StatusCode::from_u16(problem.status).ok()? {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Some(Why::Nothing),
        StatusCode::TOO_MANY_REQUESTS => Some(Why::Busy),
        status if status.is_server_error() => Some(Why::Away),
        _ => None,
    }
}
