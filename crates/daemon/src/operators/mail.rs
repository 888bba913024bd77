//! `/api/v1/admin/mail/...`: what waits, what was given up and why; try again, drop, test.
//!
//! What a message says or carries is in no list.

use actix_web::http::StatusCode;
use api::admin::mail::{Message, Retried, Test, Tested};
use serde::Deserialize;
use store::MessageRow;
use vault::MessageId;
use vault::message::State;

use super::entrance::{Acts, Reads};
use crate::http::answer::{No, Reply, json};
use crate::http::asked::{Asked, Id, Query, after, page, rows};
use crate::http::body::Body;
use crate::mail;
use crate::mail::{NotSent, Tested as Outcome};
use crate::random;

/// Which messages are wanted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    state: Option<State>,
    after: Option<String>,
    limit: Option<u32>,
}

/// `GET /api/v1/admin/mail`
pub async fn list(asked: Asked, _reader: Reads, wanted: Query<Wanted>) -> Reply {
    let Wanted { state, after: from, limit } = wanted.0;
    let limit = rows(limit);
    let found = asked.store().messages(state, after(from.as_deref())?, limit).await?;
    json(&page(found, limit, |row| row.id.to_string(), shown))
}

/// `POST /api/v1/admin/mail/{message}/retry`
pub async fn retry(asked: Asked, operator: Acts, message: Id<MessageId>) -> Reply {
    json(&shown(asked.store().retry_message(&asked.call(), &operator.0, message.0).await?))
}

/// `POST /api/v1/admin/mail/retry-dead`
pub async fn retry_dead(asked: Asked, operator: Acts) -> Reply {
    let retried = asked.store().retry_dead_messages(&asked.call(), &operator.0).await?;
    json(&Retried { tried: retried.tried, gone: retried.gone, more: retried.more })
}

/// `POST /api/v1/admin/mail/{message}/drop`
pub async fn drop(asked: Asked, operator: Acts, message: Id<MessageId>) -> Reply {
    json(&shown(asked.store().drop_message(&asked.call(), &operator.0, message.0).await?))
}

/// `POST /api/v1/admin/mail/test`
pub async fn test(asked: Asked, operator: Acts, body: Body<Test>) -> Reply {
    let (call, to) = (asked.call(), body.0.to);
    // Recorded before it leaves: what can't be recorded doesn't happen.
    asked.store().mail_tested(&call, &operator.0, to.clone()).await?;
    let id = MessageId::from_bytes(random::id(call.clock)?);
    let answer = |accepted, uncertain, answer| json(&Tested { accepted, uncertain, answer });
    match mail::test(&asked.appliance().config, id, call.clock, &to).await {
        Ok(Outcome::Accepted(words)) => answer(true, false, words),
        Ok(Outcome::NotSent(NotSent::Uncertain(why))) => answer(false, true, why),
        Ok(Outcome::NotSent(NotSent::Later(why) | NotSent::Refused(why))) => answer(false, false, why),
        Ok(Outcome::NoWay) => Err(No::Senseless {
            status: StatusCode::CONFLICT,
            name: "no-mail-transport",
            detail: "mail.transport is \"none\" in this appliance's configuration: no message leaves it".into(),
        }),
        // Which file of the configuration is no good is for operators to know.
        Err(error) => answer(false, false, error.to_string()),
    }
}

fn shown(row: MessageRow) -> Message {
    Message {
        message: row.id,
        about: row.about.name().to_owned(),
        state: row.state,
        to: row.to,
        link: row.link,
        created_at: row.created_at,
        due_at: row.due_at,
        sent_at: row.sent_at,
        attempts: row.attempts,
        last_failure: row.last_failure,
        uncertain: row.uncertain,
    }
}
