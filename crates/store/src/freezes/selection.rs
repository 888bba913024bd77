//! Selections: as conditions on links, as columns, as what audit tells of.
//!
//! Nothing here changes a row.

use std::collections::BTreeMap;

use diesel::dsl::exists;
use diesel::prelude::*;
use vault::event::Subject;
use vault::freeze::{Selection, range};
use vault::text::UserName;
use vault::{Timestamp, UserId};

use crate::links::OnLinks;
use crate::schema::{link_addresses, links, shares, users};
use crate::{Broken, Connection, rows};

/// The condition on links that this selection is.
pub(super) fn selected(selection: &Selection) -> OnLinks {
    match selection {
        Selection::Link(id) => Box::new(links::id.eq(id.as_bytes().to_vec())),
        Selection::Share(id) => Box::new(links::share.eq(id.as_bytes().to_vec())),
        Selection::Owner(id) => Box::new(links::owner.eq(id.as_bytes().to_vec())),
        Selection::Item(id) => Box::new(links::item.eq(id.as_bytes().to_vec())),
        Selection::Recipient(email) => Box::new(links::recipient_folded.eq(rows::folded(email))),
        Selection::Network(network) => {
            let (first, last) = range(*network);
            let seen = link_addresses::table.filter(link_addresses::address.between(first, last)).select(link_addresses::link);
            Box::new(links::id.eq_any(seen))
        }
        Selection::Made { from, until } => made(*from, *until),
    }
}

/// Links whose share was made in this time, by the appliance's clock: their ids carry the time of their maker's. Only links that still have
/// their sealed bytes are looked at, of which there are few however many there have been: a bound on `sweep_at` is what lets SQLite see that.
fn made(from: Timestamp, until: Timestamp) -> OnLinks {
    let of_the_time = shares::table
        .filter(shares::id.eq(links::share))
        .filter(shares::created_at.ge(from.as_millis()).and(shares::created_at.lt(until.as_millis())));
    Box::new(links::sweep_at.is_not_null().and(links::sweep_at.assume_not_null().ge(0)).and(exists(of_the_time)))
}

/// A selection as a freeze's row holds it.
pub(super) fn selection(by: &str, value: &str) -> Result<Selection, Broken> {
    Selection::read(by, value).ok_or_else(|| Broken::Damaged("a selection doesn't read".to_owned()))
}

/// The names of the owners that these select by, each under its selection's value: people know names, and a freeze keeps the id.
pub(super) fn name<'a>(
    conn: &mut Connection,
    selections: impl IntoIterator<Item = &'a Selection>,
) -> Result<BTreeMap<String, UserName>, Broken> {
    let owner = |selection: &Selection| if let Selection::Owner(id) = selection { Some(*id) } else { None };
    let ids: Vec<UserId> = selections.into_iter().filter_map(owner).collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let asked = ids.iter().map(|id| id.as_bytes().to_vec());
    let found: Vec<(Vec<u8>, String)> = users::table.filter(users::id.eq_any(asked)).select((users::id, users::name)).load(conn)?;
    found.iter().map(|(id, name)| Ok((Selection::Owner(rows::id(id)?).value(), rows::text(name)?))).collect()
}

/// What audit tells that a freeze of this selection was done to.
pub(super) fn subject(selection: &Selection) -> Subject {
    let nothing = Subject::default();
    match selection {
        Selection::Link(id) => Subject { link: Some(*id), ..nothing },
        Selection::Share(id) => Subject { share: Some(*id), ..nothing },
        Selection::Owner(id) => Subject { user: Some(*id), ..nothing },
        Selection::Item(id) => Subject { item: Some(*id), ..nothing },
        Selection::Recipient(_) | Selection::Network(_) | Selection::Made { .. } => nothing,
    }
}

#[cfg(test)]
mod tests {
    use vault::{ItemId, LinkId, ShareId};

    use super::*;

    #[test]
    fn every_selection_reads_back() {
        let selections = [
            Selection::Link(LinkId::from_bytes([1; 16])),
            Selection::Share(ShareId::from_bytes([2; 16])),
            Selection::Owner(UserId::from_bytes([3; 16])),
            Selection::Item(ItemId::from_bytes([4; 16])),
            Selection::Recipient("bob@example.org".parse().unwrap()),
            Selection::network("2001:db8::/32").unwrap(),
            Selection::made(Timestamp::from_millis(1), Timestamp::from_millis(2)).unwrap(),
        ];
        for written in selections {
            assert_eq!(selection(written.kind(), &written.value()), Ok(written));
        }
    }
}
