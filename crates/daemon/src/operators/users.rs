//! `/api/v1/admin/users/...`: invite, list, suspend, resume, sign out, and the permission to share outside.
//!
//! An invitation is in no log and no list: its maker sees it once, or the invited person gets it by mail.

use actix_web::http::StatusCode;
use api::Secret;
use api::admin::users::{Invite, Invited, Session, SessionsEnded, User};
use serde::Deserialize;
use store::{NewInvitation, SessionRow, UserFilter, UserRow};
use vault::account::Standing;
use vault::text::UserName;

use super::entrance::{Acts, Reads};
use crate::config::mail::Transport;
use crate::http::answer::{No, Reply, created, json};
use crate::http::asked::{Asked, Id, Paging, Query, after, page, rows};
use crate::http::body::Body;
use crate::owners::registration;
use crate::owners::shares::seal_mail;
use crate::random;

/// `POST /api/v1/admin/users`
pub async fn invite(asked: Asked, operator: Acts, body: Body<Invite>) -> Reply {
    let Invite { name, full_name, email, external_share, mail } = body.0;
    if mail && asked.appliance().config.mail.transport == Transport::None {
        return Err(No::Senseless {
            status: StatusCode::CONFLICT,
            name: "no-mail-transport",
            detail: "mail.transport is \"none\" in this appliance's configuration: no message leaves it".into(),
        });
    }
    let call = asked.call();
    let invitation = Secret(random::code()?.to_string());
    // What a stranger is told of this name is the same before, in between and after.
    let user = asked.appliance().keys.user_of(&name)?;
    let code_hash = registration::hash(&invitation);
    // Sealed before the store's write begins.
    let sealed = mail.then(|| seal_mail(&asked, &call, &email, &invitation)).transpose()?;
    let new = NewInvitation { user, name, full_name, email, external_share, code_hash, mail: sealed };
    let expires_at = asked.store().invite(&call, &operator.0, new).await?;
    created(&Invited { user, invitation: Some(invitation).filter(|_| !mail), expires_at })
}

/// Which accounts are wanted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    name: Option<UserName>,
    standing: Option<Standing>,
    external: Option<bool>,
    registered: Option<bool>,
    after: Option<String>,
    limit: Option<u32>,
}

/// `GET /api/v1/admin/users`
pub async fn list(asked: Asked, _reader: Reads, wanted: Query<Wanted>) -> Reply {
    let Wanted { name, standing, external, registered, after: from, limit } = wanted.0;
    let limit = rows(limit);
    let found = asked.store().users(UserFilter { name, standing, external, registered }, after(from.as_deref())?, limit).await?;
    json(&page(found, limit, |row| row.name.to_string(), shown))
}

/// `GET /api/v1/admin/users/{name}/sessions`
pub async fn sessions(asked: Asked, _reader: Reads, name: Id<UserName>, paging: Query<Paging>) -> Reply {
    let limit = rows(paging.0.limit);
    let found = asked.store().sessions(&asked.call(), &name.0, after(paging.0.after.as_deref())?, limit).await?;
    let told = |row: SessionRow| Session { session: row.id, signed_in_at: row.session.signed_in_at, expires_at: row.session.expires_at };
    json(&page(found, limit, |row| row.id.to_string(), told))
}

/// `POST /api/v1/admin/users/{name}/sessions/end`
pub async fn end_sessions(asked: Asked, operator: Acts, name: Id<UserName>) -> Reply {
    json(&SessionsEnded { sessions: asked.store().end_sessions(&asked.call(), &operator.0, &name.0).await? })
}

/// `POST /api/v1/admin/users/{name}/suspend`
pub async fn suspend(asked: Asked, operator: Acts, name: Id<UserName>) -> Reply {
    json(&shown(asked.store().set_standing(&asked.call(), &operator.0, &name.0, Standing::Suspended).await?))
}

/// `POST /api/v1/admin/users/{name}/resume`
pub async fn resume(asked: Asked, operator: Acts, name: Id<UserName>) -> Reply {
    json(&shown(asked.store().set_standing(&asked.call(), &operator.0, &name.0, Standing::Active).await?))
}

/// `POST /api/v1/admin/users/{name}/allow-external`
pub async fn allow_external(asked: Asked, operator: Acts, name: Id<UserName>) -> Reply {
    json(&shown(asked.store().set_external_share(&asked.call(), &operator.0, &name.0, true).await?))
}

/// `POST /api/v1/admin/users/{name}/deny-external`
pub async fn deny_external(asked: Asked, operator: Acts, name: Id<UserName>) -> Reply {
    json(&shown(asked.store().set_external_share(&asked.call(), &operator.0, &name.0, false).await?))
}

fn shown(row: UserRow) -> User {
    User {
        user: row.user,
        name: row.name,
        full_name: row.full_name,
        email: row.email,
        standing: row.standing,
        external_share: row.external_share,
        registered: row.registered,
        created_at: row.created_at,
        signed_in_at: row.signed_in_at,
    }
}
