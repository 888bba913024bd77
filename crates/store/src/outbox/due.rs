//! What is due: messages handed out to one worker at a time, each with all that rendering it needs.
//!
//! Nothing here is rendered or sent: a message goes out as what it is about and whom it concerns.

use diesel::prelude::*;
use vault::share::Delivery;
use vault::text::{Email, FullName, Label, UserName};
use vault::{ItemId, Language, LinkId, MessageId, ShareId, Timestamp, UserId};

use super::About;
use super::ended::give_up;
use super::worker::{LEASE_SECONDS, lost, told};
use crate::schema::{invitations, links, outbox, shares, users};
use crate::{Answer, Broken, Call, Connection, Store, rows};

/// A message to be sent, with all that rendering it needs.
#[derive(Clone)]
pub struct Message {
    /// Which it is.
    pub id: MessageId,
    /// What it is about.
    pub about: About,
    /// What and whom it concerns.
    pub matter: Matter,
    /// When it happened.
    pub at: Timestamp,
    /// From where it happened; empty where that means nothing.
    pub address: String,
    /// What the daemon sealed for this message alone.
    pub payload: Option<Vec<u8>>,
    /// How often sending failed.
    pub attempts: u32,
    /// Until when it is the caller's.
    pub leased_until: Timestamp,
}

/// What and whom a message concerns.
#[derive(Clone)]
pub enum Matter {
    /// A link, its owner and its recipient.
    Link(OfLink),
    /// A person who is invited.
    Invitation(OfInvitation),
}

/// A link that a message is about.
#[derive(Clone)]
pub struct OfLink {
    /// The link concerned.
    pub link: LinkId,
    /// Its share.
    pub share: ShareId,
    /// Its item.
    pub item: ItemId,
    /// Who shares.
    pub owner: UserId,
    /// The sharing person's name.
    pub owner_name: FullName,
    /// The sharing person's address.
    pub owner_email: Email,
    /// Whom the link is for.
    pub recipient: Email,
    /// What the owner calls the share.
    pub label: Option<Label>,
    /// Until when the link can be opened.
    pub expires_at: Timestamp,
    /// How link and token travel.
    pub delivery: Delivery,
    /// In which language the recipient is written to; nothing means the appliance's.
    pub language: Option<Language>,
}

/// A person whom a message invites.
#[derive(Clone)]
pub struct OfInvitation {
    /// The account that will be.
    pub user: UserId,
    /// The name to sign in with.
    pub name: UserName,
    /// The person's name.
    pub full_name: FullName,
    /// The person's address.
    pub email: Email,
    /// Until when the invitation can be used.
    pub expires_at: Timestamp,
}

impl Message {
    /// To whom it goes.
    pub fn to(&self) -> &Email {
        match (&self.matter, self.about) {
            (Matter::Invitation(of), _) => &of.email,
            (Matter::Link(of), About::Token | About::Link) => &of.recipient,
            (Matter::Link(of), _) => &of.owner_email,
        }
    }

    /// Until when what it is about can be used.
    pub fn expires_at(&self) -> Timestamp {
        match &self.matter {
            Matter::Link(of) => of.expires_at,
            Matter::Invitation(of) => of.expires_at,
        }
    }
}

impl Store {
    /// Messages that are due, oldest first. They are the caller's for [`LEASE_SECONDS`]: another daemon on the same database gets others.
    /// One whose handing over had begun and of which nothing was heard since may have been delivered; that is recorded. One whose row
    /// can't be read is given up.
    ///
    /// # Errors
    /// Only [`Broken`].
    pub async fn due_messages(&self, call: &Call, limit: u32) -> Answer<Vec<Message>> {
        let clock = call.clock.as_millis();
        // Mostly there is nothing, and finding that out is no write.
        let due = outbox::table.filter(outbox::due_at.le(clock)).filter(outbox::held.eq(false));
        if !self.read(move |conn| Ok(diesel::select(diesel::dsl::exists(due)).get_result(conn)?)).await? {
            return Ok(Vec::new());
        }
        self.write(call, move |tx| {
            let now = tx.now();
            let until = now.plus_seconds(LEASE_SECONDS);
            let due = outbox::table.filter(outbox::due_at.le(now.as_millis())).filter(outbox::held.eq(false));
            let due = due.order((outbox::due_at, outbox::id)).limit(i64::from(limit));
            let due: Vec<StoredMessage> = due.select(StoredMessage::as_select()).load(tx.conn)?;
            let ids: Vec<&[u8]> = due.iter().map(|message| message.id.as_slice()).collect();
            let leased = outbox::due_at.eq(until.as_millis());
            diesel::update(outbox::table.filter(outbox::id.eq_any(ids))).set(leased).execute(tx.conn)?;
            let mut messages = Vec::with_capacity(due.len());
            for found in due {
                let (id, silent) = (rows::id(&found.id)?, found.leaving_at.is_some());
                let read = matter(tx.conn, &found).and_then(|matter| found.read(matter, until));
                let mut message = match read {
                    // Whatever is wrong with one, the others go on.
                    Err(damaged @ Broken::Damaged(_)) => {
                        let told = told(tx, id)?;
                        give_up(tx, &told, id, &damaged.to_string())?;
                        continue;
                    }
                    read => read?,
                };
                if silent {
                    message.attempts += 1;
                    lost(tx, &message)?;
                }
                messages.push(message);
            }
            Ok(messages)
        })
        .await
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = outbox)]
struct StoredMessage {
    id: Vec<u8>,
    about: String,
    link: Option<Vec<u8>>,
    account: Option<Vec<u8>>,
    address: String,
    payload: Option<Vec<u8>>,
    created_at: i64,
    attempts: i32,
    leaving_at: Option<i64>,
}

impl StoredMessage {
    fn read(self, matter: Matter, leased_until: Timestamp) -> Result<Message, Broken> {
        Ok(Message {
            id: rows::id(&self.id)?,
            about: About::named(&self.about)?,
            matter,
            at: rows::time(self.created_at),
            address: self.address,
            payload: self.payload,
            attempts: rows::count(self.attempts)?,
            leased_until,
        })
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = links)]
struct AboutLink {
    id: Vec<u8>,
    share: Vec<u8>,
    item: Vec<u8>,
    recipient: String,
    expires_at: i64,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
struct AboutPerson {
    id: Vec<u8>,
    name: String,
    full_name: String,
    email: String,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = shares)]
struct AboutShare {
    label: Option<String>,
    delivery: String,
    relayed: bool,
    language: Option<String>,
}

fn matter(conn: &mut Connection, message: &StoredMessage) -> Result<Matter, Broken> {
    let nobody = || Broken::Damaged("a message concerns nobody".to_owned());
    match (&message.link, &message.account) {
        (Some(link), _) => {
            let found = links::table.inner_join(users::table).inner_join(shares::table).filter(links::id.eq(link));
            let found = found.select((AboutLink::as_select(), AboutPerson::as_select(), AboutShare::as_select()));
            let (link, owner, share): (AboutLink, AboutPerson, AboutShare) = found.first(conn).optional()?.ok_or_else(nobody)?;
            Ok(Matter::Link(OfLink {
                link: rows::id(&link.id)?,
                share: rows::id(&link.share)?,
                item: rows::id(&link.item)?,
                owner: rows::id(&owner.id)?,
                owner_name: rows::text(&owner.full_name)?,
                owner_email: rows::text(&owner.email)?,
                recipient: rows::text(&link.recipient)?,
                label: share.label.as_deref().map(rows::text).transpose()?,
                expires_at: rows::time(link.expires_at),
                delivery: rows::delivery(&share.delivery, share.relayed)?,
                language: rows::language(share.language.as_deref())?,
            }))
        }
        (None, account) => {
            let account = account.as_ref().ok_or_else(nobody)?;
            let found = invitations::table.inner_join(users::table).filter(users::id.eq(account));
            let found = found.select((AboutPerson::as_select(), invitations::expires_at));
            let (person, expires_at): (AboutPerson, i64) = found.first(conn).optional()?.ok_or_else(nobody)?;
            Ok(Matter::Invitation(OfInvitation {
                user: rows::id(&person.id)?,
                name: rows::text(&person.name)?,
                full_name: rows::text(&person.full_name)?,
                email: rows::text(&person.email)?,
                expires_at: rows::time(expires_at),
            }))
        }
    }
}
