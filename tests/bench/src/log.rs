//! What the audit log can be narrowed by: what is common, what is rare, and what never was.

use client::admin::audit::Filter;

use crate::lists::{Known, Part};

/// One of everything, and of what is told in few words all there are.
pub fn parts(known: &Known) -> Vec<Part<Filter>> {
    let text = |text: &str| Some(text.to_owned());
    let none = Filter::default;
    let mut parts = Vec::new();
    let mut part = |kind: &'static str, name: &str, filter: Filter| parts.push(Part { kind, name: name.to_owned(), filter });
    for event in ["link.revealed", "link.locked", "account.refused", "clock.accepted"] {
        part("event", event, Filter { event: text(event), ..none() });
    }
    for actor in ["owner", "recipient", "operator", "stranger", "appliance"] {
        part("actor", actor, Filter { actor: text(actor), ..none() });
    }
    part("who", "by an owner", Filter { who: text(known.owner.name.as_str()), ..none() });
    part("who", "by an operator", Filter { who: text("olga(1000)"), ..none() });
    part("who", "by a recipient", Filter { who: Some(known.link.link.to_string()), ..none() });
    part("who", "by nobody known", Filter { who: text("nobody"), ..none() });
    part("address", "address", Filter { address: text("10.20.0.5"), ..none() });
    part("address", "address unknown", Filter { address: text("192.0.2.1"), ..none() });
    part("user", "user", Filter { user: Some(known.owner.user.to_string()), ..none() });
    part("item", "item", Filter { item: Some(known.link.item.to_string()), ..none() });
    part("share", "share", Filter { share: Some(known.link.share.to_string()), ..none() });
    part("link", "link", Filter { link: Some(known.link.link.to_string()), ..none() });
    part("refused", "refused", Filter { refused: Some(true), ..none() });
    part("refused", "not refused", Filter { refused: Some(false), ..none() });
    parts
}

/// What is both.
pub fn both(one: &Filter, other: &Filter) -> Filter {
    let (one, other) = (one.clone(), other.clone());
    Filter {
        event: one.event.or(other.event),
        actor: one.actor.or(other.actor),
        who: one.who.or(other.who),
        address: one.address.or(other.address),
        user: one.user.or(other.user),
        item: one.item.or(other.item),
        share: one.share.or(other.share),
        link: one.link.or(other.link),
        refused: one.refused.or(other.refused),
    }
}
