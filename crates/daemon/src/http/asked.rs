//! What a handler is given: who asks from where, and the parts of the address as types.
//!
//! Nothing here believes a header about an address or an id.

use std::future::{Ready, ready};
use std::net::IpAddr;
use std::str::FromStr;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, web};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use store::{Call, Store};
use vault::{Refusal, RequestId};

use super::answer::No;
use crate::appliance::Appliance;

/// What the entrance learned about a request.
#[derive(Clone, Copy, Debug)]
pub struct Entered {
    /// The request's id.
    pub request: RequestId,
    /// Where it came from, canonical; nothing on the admin socket.
    pub address: Option<IpAddr>,
}

/// A request that was let in.
pub struct Asked {
    appliance: web::Data<Appliance>,
    entered: Entered,
}

impl Asked {
    /// This request as the store sees it. Reads the clock: once for each request, when all of it has arrived.
    pub fn call(&self) -> Call {
        self.appliance.call(self.entered.address, self.entered.request)
    }

    /// The appliance.
    pub fn appliance(&self) -> &Appliance {
        &self.appliance
    }

    /// What is remembered.
    pub fn store(&self) -> &Store {
        &self.appliance.store
    }
}

impl FromRequest for Asked {
    type Error = No;
    type Future = Ready<Result<Self, No>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let entered = request.extensions().get::<Entered>().copied();
        let appliance = request.app_data::<web::Data<Appliance>>().cloned();
        ready(match (appliance, entered) {
            (Some(appliance), Some(entered)) => Ok(Self { appliance, entered }),
            _ => Err(No::Broken("a request passed no entrance".into())),
        })
    }
}

/// The part of the address that stands in `{id}`. A text that is no id names nothing that there is.
pub struct Id<T>(pub T);

impl<T: FromStr> FromRequest for Id<T> {
    type Error = No;
    type Future = Ready<Result<Self, No>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = request.match_info().get("id").and_then(|id| id.parse().ok());
        ready(id.map(Self).ok_or(No::Refused(Refusal::NotFound)))
    }
}

/// A second part of the address, in `{part}`.
pub struct Part<T>(pub T);

impl<T: FromStr> FromRequest for Part<T> {
    type Error = No;
    type Future = Ready<Result<Self, No>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let part = request.match_info().get("part").and_then(|part| part.parse().ok());
        ready(part.map(Self).ok_or(No::Refused(Refusal::NotFound)))
    }
}

/// The query as a type. Unknown and repeated keys are errors.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = No;
    type Future = Ready<Result<Self, No>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let query = web::Query::<T>::from_query(request.query_string());
        // The error's own text may repeat what was sent; only the known words of it are passed on.
        ready(query.map(|query| Self(query.into_inner())).map_err(|error| {
            let told = error.to_string();
            let known = ["unknown field", "duplicate field"].iter().find(|words| told.contains(*words));
            let why = known.map_or("a value in it can't be read", |words| words);
            No::senseless(format!("the address's query makes no sense: {why}"))
        }))
    }
}

/// Which page of a list is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paging {
    /// From after this on.
    pub after: Option<String>,
    /// How many rows at most.
    pub limit: Option<u32>,
}

/// How many rows a page has when nobody says.
const ROWS: u32 = 50;

/// How many rows to give: between one and the most that a page has.
pub fn rows(limit: Option<u32>) -> u32 {
    limit.unwrap_or(ROWS).clamp(1, api::page::MAXIMUM_ROWS)
}

/// What a list begins after, as a type.
///
/// # Errors
/// The text is none.
pub fn after<T: FromStr>(after: Option<&str>) -> Result<Option<T>, No> {
    after.map(|text| text.parse().map_err(|_| misplaced())).transpose()
}

/// What the list should begin after is no place in it.
pub fn misplaced() -> No {
    No::senseless("after= takes what the page before gave as next")
}

/// A part of a list, with what to ask for next if there may be more.
pub fn page<T, R>(found: Vec<T>, limit: u32, next: impl Fn(&T) -> String, row: impl Fn(T) -> R) -> api::Page<R> {
    let full = u32::try_from(found.len()).is_ok_and(|count| count >= limit);
    let next = found.last().filter(|_| full).map(next);
    api::Page { rows: found.into_iter().map(row).collect(), next }
}

/// There is nothing at this address.
pub async fn nowhere() -> Result<actix_web::HttpResponse, No> {
    Err(No::Senseless { status: StatusCode::NOT_FOUND, name: "not-found", detail: "there is nothing at this address".into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_what_to_ask_for_next_only_when_there_may_be_more() {
        let full = page(vec![1, 2, 3], 3, ToString::to_string, |n| n * 10);
        assert_eq!((full.rows, full.next), (vec![10, 20, 30], Some("3".to_owned())));
        assert_eq!(page(vec![1, 2], 3, ToString::to_string, |n| n).next, None);
    }

    #[test]
    fn a_page_has_at_most_two_hundred_rows_and_at_least_one() {
        assert_eq!((rows(None), rows(Some(0)), rows(Some(7)), rows(Some(u32::MAX))), (50, 1, 7, 200));
    }
}
