//! The entrance to the admin socket: who asks, and what they may do.
//!
//! Anybody on the machine may connect; who is in neither group is refused, recorded, and told which group to join.

use std::future::Future;
use std::pin::Pin;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::{Error, FromRequest, HttpMessage as _, HttpRequest, web};
use store::Operator;
use vault::event::{Event, Kind};
use vault::operator::Role;
use vault::{Refusal, RequestId};

use super::caller::{self, Credentials};
use crate::appliance::Appliance;
use crate::gate::limits::Counted;
use crate::http::answer::No;
use crate::http::asked::{Asked, Entered};
use crate::http::entrance::{leave, refuse};
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
    request.extensions_mut().insert(Entered { request: id, address: None });
    let response = match admitted(&appliance, &request, id).await {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.call(request).await?.map_into_boxed_body()
        }
        Err(no) => refuse(request, &no),
    };
    Ok(leave(response, id, None, now))
}

/// Somebody at the admin socket, with what they may do.
#[derive(Clone)]
struct Caller {
    operator: Operator,
    role: Role,
}

async fn admitted(appliance: &web::Data<Appliance>, request: &ServiceRequest, id: RequestId) -> Result<Caller, No> {
    let credentials = request.conn_data::<Credentials>().copied();
    let credentials = credentials.ok_or_else(|| No::Broken("the kernel doesn't say who is at the admin socket".into()))?;
    let admin = appliance.config.admin.clone();
    let looked_up = web::block(move || caller::look_up(credentials, &admin)).await;
    let (operator, peer) = looked_up.map_err(|error| No::Broken(error.to_string()))?;
    match peer.role() {
        Ok(role) => Ok(Caller { operator, role }),
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

impl FromRequest for Reads {
    type Error = No;
    type Future = Checking<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let known = request.extensions().get::<Caller>().is_some();
        Box::pin(async move { if known { Ok(Self) } else { Err(Refusal::NotOperator.into()) } })
    }
}

impl FromRequest for Acts {
    type Error = No;
    type Future = Checking<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let caller = request.extensions().get::<Caller>().cloned();
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
