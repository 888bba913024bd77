//! The entrance to the admin socket: who asks, and what they may do.
//!
//! Anybody on the machine may connect; who is in neither group is refused, recorded, and told which group to join.

use std::future::{Future, Ready, ready};
use std::pin::Pin;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::{Error, FromRequest, HttpMessage as _, HttpRequest, web};
use store::Operator;
use vault::event::{Event, Kind};
use vault::operator::Role;
use vault::{Refusal, RequestId, Timestamp};

use super::caller::{self, Credentials};
use crate::appliance::Appliance;
use crate::gate::limits::Counted;
use crate::http::answer::No;
use crate::http::asked::{Asked, Entered};
use crate::http::entrance::{REQUEST, leave, refuse};
use crate::random;

/// What stands before every address of the admin socket.
///
/// # Errors
/// None that it makes itself: refusals are answers.
pub async fn entrance<B: MessageBody + 'static>(request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(appliance) = request.app_data::<web::Data<Appliance>>().cloned() else {
        return Ok(refuse(request, &No::Broken("a request met no appliance".into())));
    };
    let now = appliance.clock.now();
    let Ok(id) = random::id(now).map(RequestId::from_bytes) else {
        return Ok(refuse(request, &No::Broken("no randomness for a request's id".into())));
    };
    let admitted = match admitted(&appliance, &request, id).await {
        Ok(caller) => chosen(&request, now).map(|chosen| (caller, chosen.unwrap_or(id))),
        Err(no) => Err(no),
    };
    let (response, id) = match admitted {
        Ok((caller, id)) => {
            request.extensions_mut().insert(Entered { request: id, address: None });
            request.extensions_mut().insert(caller);
            (next.call(request).await?.map_into_boxed_body(), id)
        }
        Err(no) => (refuse(request, &no), id),
    };
    Ok(leave(response, id, None, now))
}

/// The request's id, if the caller chose it: so that they can write down before what they are about to ask for.
///
/// Only of somebody who was let in, and only one that was made just now: what is recorded under an old one could be taken for another act.
fn chosen(request: &ServiceRequest, now: Timestamp) -> Result<Option<RequestId>, No> {
    let mut given = request.headers().get_all(REQUEST);
    let (first, second) = (given.next(), given.next());
    let Some(text) = first else { return Ok(None) };
    let id = text.to_str().ok().filter(|_| second.is_none()).and_then(|text| text.parse::<RequestId>().ok());
    let id = id.filter(|id| id.check_fresh(now).is_ok());
    id.map(Some).ok_or_else(|| {
        No::senseless("the header Postern-Request takes one UUID of version 7 that was made within five minutes of the appliance's clock")
    })
}

/// Somebody at the admin socket, with what they may do.
#[derive(Clone)]
pub struct Who {
    /// Who it is.
    pub operator: Operator,
    /// What they may do.
    pub role: Role,
}

async fn admitted(appliance: &web::Data<Appliance>, request: &ServiceRequest, id: RequestId) -> Result<Who, No> {
    let credentials = request.conn_data::<Option<Credentials>>().copied().flatten();
    let credentials = credentials.ok_or_else(|| No::Broken("the kernel doesn't say who is at the admin socket".into()))?;
    let admin = appliance.config.admin.clone();
    let looked_up = web::block(move || caller::look_up(credentials, &admin)).await;
    let (operator, peer) = looked_up.map_err(|error| No::Broken(error.to_string()))?;
    match peer.role() {
        Ok(role) => Ok(Who { operator, role }),
        Err(refusal) => {
            appliance.limits.take(Counted::User(operator.uid), appliance.clock.now())?;
            record(appliance, &operator, request.method(), request.path(), refusal, id).await?;
            let admin = &appliance.config.admin;
            let more = format!(
                "Ask to be added to the group {} (may act) or {} (may read), then sign in to this machine anew.",
                admin.operators_group, admin.auditors_group
            );
            Err(No::Told(refusal, more))
        }
    }
}

async fn record(
    appliance: &Appliance,
    operator: &Operator,
    method: &Method,
    path: &str,
    refusal: Refusal,
    id: RequestId,
) -> Result<(), No> {
    let call = appliance.call(None, id);
    let action: String = format!("{method} {path}").chars().filter(|c| !c.is_control()).take(200).collect();
    let event = Event::new(Kind::OperatorRefused, call.clock, operator.actor()).with("action", action).refused(refusal);
    Ok(appliance.store.record(&call, event).await?)
}

/// Somebody who may read. Both groups may.
pub struct Reads;

/// Somebody who may act.
pub struct Acts(pub Operator);

type Checking<T> = Pin<Box<dyn Future<Output = Result<T, No>>>>;

impl FromRequest for Who {
    type Error = No;
    type Future = Ready<Result<Self, No>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(request.extensions().get::<Self>().cloned().ok_or_else(|| Refusal::NotOperator.into()))
    }
}

impl FromRequest for Reads {
    type Error = No;
    type Future = Checking<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let known = request.extensions().get::<Who>().is_some();
        Box::pin(async move { if known { Ok(Self) } else { Err(Refusal::NotOperator.into()) } })
    }
}

impl FromRequest for Acts {
    type Error = No;
    type Future = Checking<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let caller = request.extensions().get::<Who>().cloned();
        let (method, path) = (request.method().clone(), request.path().to_owned());
        let entered = request.extensions().get::<Entered>().copied();
        let asked = Asked::from_request(request, payload);
        Box::pin(async move {
            let (asked, caller) = (asked.await?, caller.ok_or(Refusal::NotOperator)?);
            let entered = entered.ok_or(Refusal::NotOperator)?;
            if let Err(refusal) = caller.role.may_act() {
                record(asked.appliance(), &caller.operator, &method, &path, refusal, entered.request).await?;
                let group = &asked.appliance().config.admin.operators_group;
                return Err(No::Told(refusal, format!("Ask to be added to the group {group}.")));
            }
            Ok(Self(caller.operator))
        })
    }
}
