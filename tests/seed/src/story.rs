//! What becomes of a link: how it is opened, and how it ends.
//!
//! Nothing here decides what a link is like: `vault`'s `Link` does, from what happened up to now.

use std::net::IpAddr;

use vault::event::{Actor, Event, Kind, Subject};
use vault::gate::Networks;
use vault::link::{Link, WRONG_TOKENS_THAT_LOCK};
use vault::share::Views;
use vault::{Digest, LinkId, Refusal, ShareId, Timestamp, UserId};

use crate::chance::Chance;
use crate::ledger::Ledger;
use crate::names;

/// A link, and what happened to it until now.
pub(crate) struct Story {
    pub(crate) link: Link,
    pub(crate) openings: Vec<(Timestamp, IpAddr)>,
    /// From where it was checked or opened.
    pub(crate) addresses: Vec<IpAddr>,
    /// When its recipient reported it, if they did.
    pub(crate) reported_at: Option<Timestamp>,
}

/// What a story begins with.
pub(crate) struct Beginning {
    pub(crate) id: LinkId,
    pub(crate) share: ShareId,
    pub(crate) owner: UserId,
    pub(crate) subject: Subject,
    pub(crate) by: Actor,
    pub(crate) starts_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) views: Views,
    /// Nothing that lies behind it has happened.
    pub(crate) until: Timestamp,
}

/// Tells what becomes of a link.
pub(crate) fn told(beginning: Beginning, ledger: &mut Ledger, chance: &mut Chance) -> Story {
    let Beginning { id, share, owner, subject, by, starts_at, expires_at, views, until } = beginning;
    let link = Link {
        id,
        share,
        owner,
        knock_hash: Digest::from_bytes(chance.bytes()),
        proof_hash: Digest::from_bytes(chance.bytes()),
        starts_at,
        expires_at,
        views,
        views_used: 0,
        failed_tokens: 0,
        networks: Networks::default(),
        revoked_at: None,
        burnt_at: None,
        last_revealed_at: None,
        freezes: 0,
    };
    let mut story = Story { link, openings: Vec::new(), addresses: Vec::new(), reported_at: None };
    let mut teller = Teller { ledger, subject: Subject { link: Some(id), ..subject }, by, until };
    match chance.below(100) {
        0..72 => story.opened(&mut teller, chance),
        72..84 => {}
        84..90 => story.revoked(&mut teller, chance),
        90..94 => {
            story.opened(&mut teller, chance);
            story.burnt(&mut teller, chance);
        }
        94..97 => story.guessed(&mut teller, chance),
        97 => {
            story.opened(&mut teller, chance);
            story.reported(&mut teller, chance);
        }
        _ => {
            story.opened(&mut teller, chance);
            story.revoked(&mut teller, chance);
        }
    }
    story.expires(&mut teller);
    story
}

struct Teller<'a> {
    ledger: &'a mut Ledger,
    subject: Subject,
    by: Actor,
    until: Timestamp,
}

impl Teller<'_> {
    fn of(&mut self, kind: Kind, at: Timestamp, actor: Actor, address: Option<IpAddr>, more: impl FnOnce(Event) -> Event) {
        let mut event = more(Event::new(kind, at, actor).on(self.subject));
        event.address = address;
        self.ledger.tell(event);
    }
}

impl Story {
    fn recipient(&self) -> Actor {
        Actor::Recipient(self.link.id)
    }

    /// A time between its start and its end, early ones far more often.
    fn some_time(&self, chance: &mut Chance) -> Timestamp {
        let span = self.link.expires_at.millis_since(self.link.starts_at).unsigned_abs();
        let after = chance.mostly_small(span / 2).min(chance.below(span.max(1)));
        self.link.starts_at.plus_millis(i64::try_from(after).unwrap_or(0) + 60_000).min(self.link.expires_at.plus_millis(-1))
    }

    fn opened(&mut self, teller: &mut Teller<'_>, chance: &mut Chance) {
        let times = match self.link.views {
            Views::Limited(limit) => limit.min(1 + u32::try_from(chance.mostly_small(4)).unwrap_or(0)),
            Views::Unlimited => 1 + u32::try_from(chance.mostly_small(12)).unwrap_or(0),
        };
        let mut at = self.some_time(chance);
        let mut from = names::inside(chance);
        for nth in 1..=times {
            if at > teller.until || at >= self.link.expires_at {
                return;
            }
            if chance.percent(10) {
                let left = WRONG_TOKENS_THAT_LOCK - 1;
                let wrong = |event: Event| event.with("action", "check").refused(Refusal::WrongToken { tries_left: left });
                teller.of(Kind::LinkRefused, at, self.recipient(), Some(from), wrong);
                self.link.failed_tokens += 1;
            }
            teller.of(Kind::LinkChecked, at.plus_millis(2_000), self.recipient(), Some(from), |event| event);
            let revealed = at.plus_millis(5_000);
            self.addresses.push(from);
            if revealed > teller.until {
                return;
            }
            let left = self.link.views.left(nth);
            let views_left = left.map_or_else(|| "unlimited".to_owned(), |left| left.to_string());
            let viewed = |event: Event| event.with("views_used", nth).with("views_left", views_left);
            teller.of(Kind::LinkRevealed, revealed, self.recipient(), Some(from), viewed);
            self.link.views_used = nth;
            self.link.last_revealed_at = Some(revealed);
            self.openings.push((revealed, from));
            if left == Some(0) {
                teller.of(Kind::LinkUsedUp, revealed, self.recipient(), Some(from), |event| event);
                if chance.percent(15) {
                    let late = revealed.plus_seconds(7200);
                    let again = |event: Event| event.with("action", "knock").refused(Refusal::UsedUp);
                    teller.of(Kind::LinkRefused, late, self.recipient(), Some(from), again);
                }
            }
            at = revealed.plus_millis(i64::try_from(chance.below(86_400_000)).unwrap_or(0));
            if chance.percent(25) {
                from = names::inside(chance);
            }
        }
    }

    fn revoked(&mut self, teller: &mut Teller<'_>, chance: &mut Chance) {
        let at = self.after(chance);
        if at < teller.until && self.link.obtainable(at) {
            let by = teller.by.clone();
            teller.of(Kind::LinkRevoked, at, by, None, |event| event.with("links", 1));
            self.link.revoked_at = Some(at);
        }
    }

    fn burnt(&mut self, teller: &mut Teller<'_>, chance: &mut Chance) {
        let at = self.after(chance);
        if at < teller.until && self.link.obtainable(at) {
            teller.of(Kind::LinkBurnt, at, self.recipient(), self.addresses.last().copied(), |event| event);
            self.link.burnt_at = Some(at);
        }
    }

    fn guessed(&mut self, teller: &mut Teller<'_>, chance: &mut Chance) {
        let at = self.some_time(chance);
        if at > teller.until {
            return;
        }
        let from = names::inside(chance);
        let tries = 1 + u32::try_from(chance.below(10)).unwrap_or(0);
        for nth in 0..tries {
            let tries_left = WRONG_TOKENS_THAT_LOCK.saturating_sub(nth + 1);
            let wrong = |event: Event| event.with("action", "check").refused(Refusal::WrongToken { tries_left });
            teller.of(Kind::LinkRefused, at, self.recipient(), Some(from), wrong);
        }
        if tries >= WRONG_TOKENS_THAT_LOCK {
            teller.of(Kind::LinkLocked, at, self.recipient(), Some(from), |event| event);
        }
        self.link.failed_tokens = tries;
    }

    fn reported(&mut self, teller: &mut Teller<'_>, chance: &mut Chance) {
        let at = self.after(chance);
        if at < teller.until && self.link.obtainable(at) {
            teller.of(Kind::LinkReported, at, self.recipient(), self.addresses.last().copied(), |event| event.with("links", 1));
            self.reported_at = Some(at);
            self.link.freezes = 1;
        }
    }

    fn expires(&self, teller: &mut Teller<'_>) {
        let (at, link) = (self.link.expires_at, &self.link);
        let ended = link.revoked_at.is_some() || link.burnt_at.is_some() || link.views.left(link.views_used) == Some(0);
        if at <= teller.until && !ended {
            let views_used = link.views_used;
            teller.of(Kind::LinkExpired, at, Actor::Appliance, None, |event| event.with("views_used", views_used));
        }
    }

    /// A while after the last view, or at some time.
    fn after(&self, chance: &mut Chance) -> Timestamp {
        let wait = i64::try_from(chance.below(590_000)).unwrap_or(0);
        self.link.last_revealed_at.map_or_else(|| self.some_time(chance), |at| at.plus_millis(wait))
    }
}
