//! `/api/v1/links/{link}/...`: knock, check, watch, reveal, burn, report.
//!
//! A link's id that is none, or none that there is, or a wrong knock: all of these are one answer, and counted alike.

use actix_web::web;
use api::links::{Burn, Check, Checked, Knock, Knocked, Opening, Report, Reveal, Revealed, Watch, Watched};
use api::{Fixed, Sealed};
use store::{Call, Failure};
use vault::link::{Attempt, Knock as LinkKnock, Proof};
use vault::{FreezeId, LinkId, Refusal};

use crate::gate::denials::What;
use crate::http::answer::{No, Reply, done, json};
use crate::http::asked::Asked;
use crate::http::body::SmallBody;
use crate::random;

/// `POST /api/v1/links/{link}/knock`
pub async fn knock(asked: Asked, link: web::Path<String>, body: SmallBody<Knock>) -> Reply {
    let call = asked.call();
    let knocked = match read(&link) {
        Ok(link) => asked.store().knock_link(&call, link, knock_of(&body.0.knock)).await,
        Err(refusal) => Err(refusal.into()),
    };
    let knocked = known(&asked, &call, "knock", knocked).await?;
    json(&Knocked { state: knocked.state, with_token: knocked.with_token, starts_at: knocked.starts_at })
}

/// `POST /api/v1/links/{link}/check`
pub async fn check(asked: Asked, link: web::Path<String>, body: SmallBody<Check>) -> Reply {
    let call = asked.call();
    let checked = match read(&link) {
        Ok(link) => asked.store().check_link(&call, link, knock_of(&body.0.knock), proof_of(&body.0.proof)).await,
        Err(refusal) => Err(refusal.into()),
    };
    let checked = known(&asked, &call, "check", checked).await?;
    json(&Checked {
        sharer: checked.sharer.to_string(),
        sharer_email: checked.sharer_email.to_string(),
        shared_at: checked.shared_at,
        expires_at: checked.expires_at,
        views_left: checked.views_left,
        openings: checked.openings.into_iter().map(opening).collect(),
        failed_tokens: checked.failed_tokens,
    })
}

/// `POST /api/v1/links/{link}/watch`
pub async fn watch(asked: Asked, link: web::Path<String>, body: SmallBody<Watch>) -> Reply {
    let call = asked.call();
    let watched = match read(&link) {
        Ok(link) => asked.store().watch_link(&call, link, knock_of(&body.0.knock), proof_of(&body.0.proof)).await,
        Err(refusal) => Err(refusal.into()),
    };
    let watched = known(&asked, &call, "watch", watched).await?;
    json(&Watched { state: watched.state, views_left: watched.views_left, expires_at: watched.expires_at })
}

/// `POST /api/v1/links/{link}/reveal`
pub async fn reveal(asked: Asked, link: web::Path<String>, body: SmallBody<Reveal>) -> Reply {
    let call = asked.call();
    let Reveal { knock, proof, attempt } = &body.0;
    let revealed = match read(&link) {
        Ok(link) => {
            let attempt = Attempt::from_bytes(attempt.0);
            asked.store().reveal_link(&call, link, knock_of(knock), proof_of(proof), attempt).await
        }
        Err(refusal) => Err(refusal.into()),
    };
    let revealed = known(&asked, &call, "reveal", revealed).await?;
    json(&Revealed {
        share: revealed.share,
        snapshot: Sealed(revealed.snapshot),
        wrap: Sealed(revealed.wrap),
        views_left: revealed.views_left,
        expires_at: revealed.expires_at,
        retry_until: revealed.retry_until,
    })
}

/// `POST /api/v1/links/{link}/burn`
pub async fn burn(asked: Asked, link: web::Path<String>, body: SmallBody<Burn>) -> Reply {
    let call = asked.call();
    let burnt = match read(&link) {
        Ok(link) => asked.store().burn_link(&call, link, knock_of(&body.0.knock), proof_of(&body.0.proof)).await,
        Err(refusal) => Err(refusal.into()),
    };
    known(&asked, &call, "burn", burnt).await?;
    done()
}

/// `POST /api/v1/links/{link}/report`
pub async fn report(asked: Asked, link: web::Path<String>, body: SmallBody<Report>) -> Reply {
    let call = asked.call();
    let freeze = FreezeId::from_bytes(random::id(call.clock)?);
    let reported = match read(&link) {
        Ok(link) => asked.store().report_link(&call, link, knock_of(&body.0.knock), proof_of(&body.0.proof), freeze).await,
        Err(refusal) => Err(refusal.into()),
    };
    known(&asked, &call, "report", reported).await?;
    done()
}

/// An opening as programs read it.
pub fn opening(opening: store::Opening) -> Opening {
    Opening { at: opening.at, address: opening.address }
}

fn read(link: &str) -> Result<LinkId, Refusal> {
    link.parse().map_err(|_| Refusal::UnknownLink)
}

fn knock_of(knock: &Fixed<32>) -> LinkKnock {
    LinkKnock::from_bytes(knock.0)
}

fn proof_of(proof: &Fixed<32>) -> Proof {
    Proof::from_bytes(proof.0)
}

/// Counts what strangers try; the store records what holders are refused. Who is elsewhere is told where to go.
async fn known<T>(asked: &Asked, call: &Call, action: &'static str, answer: Result<T, Failure>) -> Result<T, No> {
    match answer {
        Err(Failure::Refused(refusal @ Refusal::UnknownLink)) => {
            asked.appliance().denied(What::Unknown(action), refusal, call).await;
            Err(refusal.into())
        }
        Err(Failure::Refused(refusal @ Refusal::OutsideShareNetworks)) => {
            Err(No::Told(refusal, asked.appliance().live.now().config.gate.hint.clone()))
        }
        other => Ok(other?),
    }
}
