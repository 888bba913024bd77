//! What the list of shares can be narrowed by, and ordered.

use api::admin::shares::Sort;
use client::admin::shares::Filter;
use seed::clock::now;

use crate::lists::{Known, Part};

const DAY: i64 = 86_400;

/// One of everything, and of what is told in few words all there are.
pub fn parts(known: &Known) -> Vec<Part<Filter>> {
    let text = |text: &str| Some(text.to_owned());
    let none = Filter::default;
    let mut parts = Vec::new();
    let mut part = |kind: &'static str, name: &str, filter: Filter| parts.push(Part { kind, name: name.to_owned(), filter });
    part("sort", "expires", Filter { sort: Sort::Expires, ..none() });
    part("owner", "owner", Filter { owner: text(known.link.owner.as_str()), ..none() });
    part("recipient", "recipient", Filter { recipient: text(known.link.recipient.as_str()), ..none() });
    part("recipient", "recipient unknown", Filter { recipient: text("nobody@example.com"), ..none() });
    part("item", "item", Filter { item: Some(known.link.item.to_string()), ..none() });
    part("share", "share", Filter { share: Some(known.link.share.to_string()), ..none() });
    part("link", "link", Filter { link: Some(known.link.link.to_string()), ..none() });
    for state in ["waiting", "open", "used-up", "expired", "revoked", "frozen", "locked", "burnt"] {
        part("state", state, Filter { state: text(state), ..none() });
    }
    for delivery in ["hand-over", "by-hand", "relay-both"] {
        part("delivery", delivery, Filter { delivery: text(delivery), ..none() });
    }
    let ago = |days: i64| Some(now().plus_seconds(-days * DAY));
    part("made", "made lately", Filter { made_from: ago(1), ..none() });
    part("made", "made a year ago", Filter { made_from: ago(372), made_until: ago(365), ..none() });
    parts
}

/// What is both.
pub fn both(one: &Filter, other: &Filter) -> Filter {
    let (one, other) = (one.clone(), other.clone());
    Filter {
        owner: one.owner.or(other.owner),
        recipient: one.recipient.or(other.recipient),
        item: one.item.or(other.item),
        share: one.share.or(other.share),
        link: one.link.or(other.link),
        state: one.state.or(other.state),
        delivery: one.delivery.or(other.delivery),
        made_from: one.made_from.or(other.made_from),
        made_until: one.made_until.or(other.made_until),
        sort: if one.sort == Sort::default() { other.sort } else { one.sort },
    }
}
