//! What stands in the list of users: one row for each account.
//!
//! Nothing here shows a key or a password: the appliance has none to show.

use api::admin::users::User;
use api::text::UserName;
use vault::account::Standing;

use crate::console::look::Tone;
use crate::console::screen::View;
use crate::console::when::{relative, span};
use crate::console::widgets::table::Column;
use crate::console::widgets::window::Row;

impl Row for User {
    type Key = UserName;

    fn key(&self) -> UserName {
        self.name.clone()
    }
}

/// The sign, the word and the meaning of how an account stands.
pub(super) fn standing(user: &User) -> (&'static str, &'static str, Tone) {
    match (user.standing, user.registered) {
        (Standing::Suspended, _) => ("‖", "suspended", Tone::Warn),
        (Standing::Active, true) => ("●", "active", Tone::Good),
        (Standing::Active, false) => ("○", "invited", Tone::Plain),
    }
}

/// The columns.
pub(super) const COLUMNS: [Column<User>; 7] = [
    Column { title: "STANDING", least: 11, most: 11, rank: 0, cell: stands },
    Column { title: "NAME", least: 14, most: 32, rank: 0, cell: |user, _| (user.name.to_string(), Tone::Plain) },
    Column { title: "OUTSIDE", least: 7, most: 7, rank: 1, cell: outside },
    Column { title: "SIGNED IN", least: 10, most: 12, rank: 2, cell: signed_in },
    Column { title: "PERSON", least: 16, most: 40, rank: 3, cell: |user, _| (user.full_name.to_string(), Tone::Plain) },
    Column { title: "EMAIL", least: 20, most: 48, rank: 4, cell: |user, _| (user.email.to_string(), Tone::Faint) },
    Column {
        title: "INVITED",
        least: 10,
        most: 12,
        rank: 5,
        cell: |user, view| (format!("{} ago", span(view.now.millis_since(user.created_at) / 1000)), Tone::Faint),
    },
];

fn stands(user: &User, view: &View<'_>) -> (String, Tone) {
    let (sign, word, tone) = standing(user);
    (format!("{} {word}", view.look.sign(sign)), tone)
}

fn outside(user: &User, view: &View<'_>) -> (String, Tone) {
    if user.external_share { (format!("{} yes", view.look.sign("✓")), Tone::Accent) } else { ("no".to_owned(), Tone::Faint) }
}

fn signed_in(user: &User, view: &View<'_>) -> (String, Tone) {
    user.signed_in_at.map_or_else(|| ("never".to_owned(), Tone::Faint), |at| (relative(at, view.now), Tone::Faint))
}
