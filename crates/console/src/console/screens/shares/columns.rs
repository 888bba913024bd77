//! What stands in the list of shares: one row for each link, the columns that matter most when it is narrow.
//!
//! Nothing here shows what is shared.

use api::admin::shares::LinkRow;
use api::{Delivery, LinkId, State, Views};

use crate::console::look::Tone;
use crate::console::screen::View;
use crate::console::when::{relative, span};
use crate::console::widgets::table::Column;
use crate::console::widgets::window::Row;

impl Row for LinkRow {
    type Key = LinkId;

    fn key(&self) -> LinkId {
        self.link
    }
}

/// The sign and the meaning of a state.
pub(in crate::console::screens) fn sign(state: State) -> (&'static str, Tone) {
    match state {
        State::Open => ("●", Tone::Good),
        State::Waiting => ("○", Tone::Plain),
        State::UsedUp => ("✓", Tone::Faint),
        State::Expired => ("·", Tone::Faint),
        State::Revoked | State::Burnt => ("✗", Tone::Faint),
        State::Frozen => ("‖", Tone::Warn),
        State::Locked => ("!", Tone::Bad),
    }
}

/// How link and token travel, in a few words.
pub(super) fn travels(row: &LinkRow) -> &'static str {
    match (row.delivery, row.with_token) {
        (_, false) => "no token",
        (Delivery::HandOver, true) => "token by mail",
        (Delivery::ByHand, true) => "by hand",
        (Delivery::RelayBoth, true) => "both by mail",
    }
}

/// Views spent of those allowed.
pub(super) fn views(row: &LinkRow) -> String {
    match row.views {
        Views::Limited(limit) => format!("{}/{limit}", row.views_used),
        Views::Unlimited => format!("{}/any", row.views_used),
    }
}

/// The columns.
pub(super) const COLUMNS: [Column<LinkRow>; 9] = [
    Column { title: "STATE", least: 9, most: 9, rank: 0, cell: state },
    Column { title: "RECIPIENT", least: 20, most: 44, rank: 0, cell: |row, _| (row.recipient.to_string(), Tone::Plain) },
    Column { title: "OWNER", least: 8, most: 24, rank: 0, cell: |row, _| (row.owner.to_string(), Tone::Plain) },
    Column { title: "VIEWS", least: 5, most: 9, rank: 1, cell: |row, _| (views(row), Tone::Plain) },
    Column { title: "ENDS", least: 10, most: 10, rank: 2, cell: ends },
    Column { title: "SHARE", least: 8, most: 8, rank: 3, cell: |row, _| (row.share.short(), Tone::Faint) },
    Column {
        title: "MADE",
        least: 8,
        most: 10,
        rank: 6,
        cell: |row, view| (format!("{} ago", span(view.now.millis_since(row.created_at) / 1000)), Tone::Faint),
    },
    Column { title: "TRAVELS", least: 12, most: 13, rank: 7, cell: |row, _| (travels(row).to_owned(), Tone::Faint) },
    Column {
        title: "LABEL",
        least: 10,
        most: 40,
        rank: 8,
        cell: |row, _| (row.label.as_ref().map(ToString::to_string).unwrap_or_default(), Tone::Faint),
    },
];

fn state(row: &LinkRow, view: &View<'_>) -> (String, Tone) {
    let (sign, tone) = sign(row.state);
    (format!("{} {}", view.look.sign(sign), row.state.name()), tone)
}

fn ends(row: &LinkRow, view: &View<'_>) -> (String, Tone) {
    let soon = row.state.alive() && row.expires_at.millis_since(view.now) < 3_600_000;
    (relative(row.expires_at, view.now), if soon { Tone::Warn } else { Tone::Faint })
}
