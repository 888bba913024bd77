//! The entrance: every request gets an id, passes the gate, and leaves with the headers that every answer has.
//!
//! Nothing is routed before the gate has let it in, and no answer leaves without its headers.

use std::sync::Arc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{ConnectionType, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, ResponseError as _, web};
use api::Problem;
use store::Call;
use vault::{Refusal, RequestId, Timestamp};

use super::answer::{No, Told};
use super::asked::Entered;
use super::headers::{self, Kind};
use super::pages::denied;
use crate::appliance::Appliance;
use crate::front::certificate::Shown;
use crate::front::connection::Met;
use crate::front::patience::Progress;
use crate::gate::denials::What;
use crate::gate::origin::origin;
use crate::gate::{self, Way};
use crate::live::Rules;
use crate::random;

/// The header that bears the request's id: the answer's, and on the admin socket the request's own if the caller chooses it.
pub const REQUEST: HeaderName = HeaderName::from_static("postern-request");

/// The longest address that anything here has, with its query, in bytes.
const LONGEST_ADDRESS: usize = 2048;

/// The most headers that a request may have. Browsers send about twenty, and proxies add a few.
const MOST_HEADERS: usize = 64;

/// The most that a request's headers may hold, in bytes.
const MOST_HEADER_BYTES: usize = 16 * 1024;

/// What stands before every address of the HTTPS listener.
///
/// # Errors
/// None that it makes itself: refusals are answers.
pub async fn entrance<B: MessageBody + 'static>(request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(appliance) = request.app_data::<web::Data<Appliance>>().cloned() else {
        return Ok(refuse(request, &No::Broken("a request met no appliance".into())));
    };
    // Taken once: an address is never judged half by the old rules and half by new ones.
    let (now, rules) = (appliance.clock.now(), appliance.live.now());
    let host = host(&request);
    let Ok(id) = random::id(now).map(RequestId::from_bytes) else {
        return Ok(refuse(request, &No::Broken("no randomness for a request's id".into())));
    };
    // What nothing is known of has shown nothing.
    let met = request.conn_data::<Arc<Met>>().cloned().unwrap_or_default();
    let origin = origin(&rules, &request, &met);
    let address = match &origin {
        Ok(believed) => believed.as_ref().map(|believed| believed.address),
        Err((_, whose)) => Some(*whose),
    };
    let entered = Entered { request: id, address };
    request.extensions_mut().insert(entered);
    let call = Call { clock: now, address, request: id };
    let refusal = match origin {
        Ok(believed) => {
            let forwarded = believed.is_some_and(|believed| !believed.hops.is_empty());
            let shown = (!forwarded).then_some(&met.shown);
            admitted(&appliance, &rules, &request, shown, call).await
        }
        Err((refusal, _)) => {
            appliance.denied(What::Proxy, refusal, &call).await;
            Some(refusal.into())
        }
    };
    let response = match refusal {
        Some(no) => refuse(request, &no),
        None => next.call(request).await?.map_into_boxed_body(),
    };
    let response = leave(response, id, host.as_deref(), now);
    Ok(denied::shown(response, entered, &rules.config.gate.hint))
}

async fn admitted(appliance: &Appliance, rules: &Rules, request: &ServiceRequest, shown: Option<&Shown>, call: Call) -> Option<No> {
    let uri = request.uri();
    match gate::admit(appliance, rules, Way::to(uri.path()), shown, &call).await {
        Err(Refusal::OutsideNetworks) => {
            return Some(No::Told(Refusal::OutsideNetworks, rules.config.gate.hint.clone()));
        }
        Err(refusal) => return Some(refusal.into()),
        Ok(()) => {}
    }
    // No address here needs an escape; with none, what the gate saw is what is routed.
    let long = uri.path_and_query().is_some_and(|whole| whole.as_str().len() > LONGEST_ADDRESS);
    if uri.path().contains('%') || long {
        let detail = "there is nothing at this address".to_owned();
        return Some(No::Senseless { status: StatusCode::NOT_FOUND, name: "not-found", detail });
    }
    if let Some(no) = overdone(request.headers()) {
        return Some(no);
    }
    // A script that would stay between the page and the daemon is never served.
    if request.headers().contains_key("service-worker") {
        let detail = "service workers are not served here".to_owned();
        return Some(No::Senseless { status: StatusCode::FORBIDDEN, name: "no-service-worker", detail });
    }
    None
}

/// More headers than anybody needs, or a host named twice, by which two servers could be told two things.
fn overdone(headers: &HeaderMap) -> Option<No> {
    let bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if headers.len() > MOST_HEADERS || bytes > MOST_HEADER_BYTES {
        let detail = format!("the request's headers are too many or too large: at most {MOST_HEADERS}, with {MOST_HEADER_BYTES} bytes");
        return Some(No::Senseless { status: StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, name: "headers-too-large", detail });
    }
    if headers.get_all(HOST).count() > 1 {
        return Some(No::senseless("the request names more than one host"));
    }
    None
}

/// Answers without going further in, and ends the connection: there are only so many, and who isn't let in keeps none of them.
pub fn refuse(request: ServiceRequest, no: &No) -> ServiceResponse<BoxBody> {
    if let Some(progress) = request.conn_data::<Arc<Progress>>() {
        progress.end();
    }
    let mut response = no.error_response();
    response.head_mut().set_connection_type(ConnectionType::Close);
    request.into_response(response)
}

/// Puts on what every answer has: id, headers, and a problem's body.
pub fn leave(mut response: ServiceResponse<BoxBody>, id: RequestId, host: Option<&str>, now: Timestamp) -> ServiceResponse<BoxBody> {
    let kind = response.response().extensions().get::<Kind>().copied().unwrap_or(Kind::Data);
    headers::put(response.headers_mut(), kind, host, now);
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(REQUEST, value);
    }
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let told = response.response().extensions().get::<Told>().cloned();
    let told = told.unwrap_or_else(|| Told { problem: plain(status), broken: None });
    if let Some(broken) = &told.broken {
        log::error!(request = id.to_string().as_str(); "{} {}: {broken}", response.request().method(), known(response.request()));
    }
    let body = serde_json::to_vec(&Problem { request: Some(id), ..told.problem }).unwrap_or_default();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response.map_body(|_, _| BoxBody::new(body))
}

/// The address as it stands in the table of routes: the ids in it are for audit, not for the log.
fn known(request: &actix_web::HttpRequest) -> String {
    request.match_pattern().unwrap_or_else(|| "an unknown address".to_owned())
}

/// A problem for what the framework refuses by itself.
fn plain(status: StatusCode) -> Problem {
    let (name, detail) = match status {
        StatusCode::REQUEST_TIMEOUT => ("too-slow", "the request did not arrive in time"),
        _ if status.is_client_error() => ("bad-request", "the request makes no sense"),
        _ => ("broken", "the appliance can't do this just now"),
    };
    Problem {
        status: status.as_u16(),
        name: name.to_owned(),
        detail: detail.to_owned(),
        request: None,
        tries_left: None,
        retry_seconds: None,
        hint: None,
    }
}

fn host(request: &ServiceRequest) -> Option<String> {
    request.headers().get(HOST).and_then(|host| host.to_str().ok()).map(str::to_owned)
}
