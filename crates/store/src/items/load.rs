//! Items as rules know them, and the one check that stands before everything else.
//!
//! Nothing here reads sealed bytes.

use diesel::prelude::*;
use vault::event::Subject;
use vault::item::Item;
use vault::{ItemId, Refusal};

use crate::accounts::{SignedIn, acting, owner_refused};
use crate::schema::items;
use crate::{Answer, Broken, Connection, Tx, rows};

#[derive(Queryable, Selectable)]
#[diesel(table_name = items)]
struct StoredItem {
    id: Vec<u8>,
    owner: Vec<u8>,
    epoch: i64,
    version: i64,
    disabled: bool,
}

/// The item with this id.
pub(crate) fn item(conn: &mut Connection, id: ItemId) -> Result<Option<Item>, Broken> {
    let row = items::table.find(id.as_bytes().as_slice()).select(StoredItem::as_select()).first(conn).optional()?;
    row.map(|row| {
        Ok(Item {
            id: rows::id(&row.id)?,
            owner: rows::id(&row.owner)?,
            epoch: rows::number(row.epoch)?,
            version: rows::number(row.version)?,
            disabled: row.disabled,
        })
    })
    .transpose()
}

/// The item, for somebody who may see it and acts now; else a refusal, recorded.
pub(super) fn seen(tx: &mut Tx<'_>, by: &SignedIn, action: &'static str, id: ItemId) -> Answer<Item> {
    let subject = about(by, id);
    let owner = acting(tx, by, action, subject)?;
    let decision = item(tx.conn, id)?.ok_or(Refusal::NotFound).and_then(|item| item.seen_by(owner.id).map(|()| item));
    let refused = owner_refused(tx, by, action, subject);
    tx.decided(decision, refused)
}

/// What audit tells of an item that its owner does something to.
pub(super) fn about(by: &SignedIn, id: ItemId) -> Subject {
    Subject { user: Some(by.owner().id), item: Some(id), ..Subject::default() }
}
