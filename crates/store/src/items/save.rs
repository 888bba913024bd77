//! Making, changing and disabling items.
//!
//! Nothing here replaces a version or an epoch: each is added after the one before it.

use diesel::prelude::*;
use vault::event::Kind;
use vault::{Digest, ItemId, Refusal};

use super::load::{about, item, seen};
use super::{EpochBlobs, NewItem, SaveItem};
use crate::accounts::{SignedIn, acting, owner_refused};
use crate::schema::{item_epochs, item_versions, items, version_bodies};
use crate::{Answer, Broken, Call, Connection, Store, rows};

impl Store {
    /// Puts a new item into the vault. The same id with the same bytes again is a success that makes nothing more.
    ///
    /// # Errors
    /// [`Refusal::IdReused`], [`Refusal::IdOffClock`], [`Refusal::StaleEpoch`], [`Refusal::StaleVersion`], [`Refusal::TooLarge`],
    /// [`Refusal::ClockBehind`], [`Refusal::Suspended`].
    pub async fn create_item(&self, call: &Call, signed_in: &SignedIn, new: NewItem) -> Answer<()> {
        let signed_in = signed_in.clone();
        let (id, save) = (new.id, SaveItem { epoch: Some(new.epoch), version: new.version, body: new.body });
        let digest = save.digest();
        self.write(call, move |tx| {
            let refused = owner_refused(tx, &signed_in, "create", about(&signed_in, id));
            let owner = acting(tx, &signed_in, "create", about(&signed_in, id))?;
            if let Some(found) = item(tx.conn, id)? {
                let same = found.owner == signed_in.owner().id && digest_of(tx.conn, id, 1)? == Some(digest);
                return if same { Ok(()) } else { tx.decided(Err(Refusal::IdReused), refused) };
            }
            let decision = tx.trusted().and_then(|now| {
                id.check_fresh(now)?;
                save.saving()?.begin(tx.policy()).map(|()| now)
            });
            let now = tx.decided(decision, refused)?.as_millis();
            diesel::insert_into(items::table)
                .values((
                    items::id.eq(id.as_bytes().as_slice()),
                    items::owner.eq(owner.id.as_bytes().as_slice()),
                    items::epoch.eq(rows::number_column(save.version.epoch)),
                    items::version.eq(rows::number_column(save.version.version)),
                    items::disabled.eq(false),
                    items::created_at.eq(now),
                    items::updated_at.eq(now),
                ))
                .execute(tx.conn)?;
            keep(tx.conn, id, &save, digest, now)?;
            Ok(tx.record(tx.event(Kind::ItemCreated, signed_in.actor()).on(about(&signed_in, id)))?)
        })
        .await
    }

    /// Saves the next version of an item, with a new epoch if one begins. The same bytes as the newest version again are a success.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], [`Refusal::ItemDisabled`], [`Refusal::StaleEpoch`], [`Refusal::StaleVersion`], [`Refusal::TooLarge`],
    /// [`Refusal::ClockBehind`], [`Refusal::Suspended`].
    pub async fn save_item(&self, call: &Call, signed_in: &SignedIn, id: ItemId, save: SaveItem) -> Answer<()> {
        let signed_in = signed_in.clone();
        let digest = save.digest();
        self.write(call, move |tx| {
            let item = seen(tx, &signed_in, "save", id)?;
            if item.version == save.version.version && digest_of(tx.conn, id, item.version)? == Some(digest) {
                return Ok(());
            }
            let refused = owner_refused(tx, &signed_in, "save", about(&signed_in, id));
            let decision = tx.trusted().and_then(|now| item.save(item.owner, save.saving()?, tx.policy()).map(|()| now));
            let now = tx.decided(decision, refused)?.as_millis();
            diesel::update(items::table.find(id.as_bytes().as_slice()))
                .set((
                    items::epoch.eq(rows::number_column(save.version.epoch)),
                    items::version.eq(rows::number_column(save.version.version)),
                    items::updated_at.eq(now),
                ))
                .execute(tx.conn)?;
            keep(tx.conn, id, &save, digest, now)?;
            let event = tx.event(Kind::ItemSaved, signed_in.actor()).on(about(&signed_in, id));
            Ok(tx.record(event.with("version", save.version.version).with("epoch", save.version.epoch))?)
        })
        .await
    }

    /// Disables an item, so that it can be neither changed nor shared, or enables it again. Its living shares are not touched.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], [`Refusal::Suspended`].
    pub async fn set_item_disabled(&self, call: &Call, signed_in: &SignedIn, id: ItemId, disabled: bool) -> Answer<()> {
        let signed_in = signed_in.clone();
        self.write(call, move |tx| {
            let (action, kind) = if disabled { ("disable", Kind::ItemDisabled) } else { ("enable", Kind::ItemEnabled) };
            seen(tx, &signed_in, action, id)?;
            diesel::update(items::table.find(id.as_bytes().as_slice())).set(items::disabled.eq(disabled)).execute(tx.conn)?;
            Ok(tx.record(tx.event(kind, signed_in.actor()).on(about(&signed_in, id)))?)
        })
        .await
    }
}

fn digest_of(conn: &mut Connection, item: ItemId, version: u64) -> Result<Option<Digest>, Broken> {
    let row = item_versions::table.find((item.as_bytes().as_slice(), rows::number_column(version)));
    let stored: Option<Vec<u8>> = row.select(item_versions::digest).first(conn).optional()?;
    stored.map(|stored| rows::digest(&stored)).transpose()
}

fn keep(conn: &mut Connection, item: ItemId, save: &SaveItem, digest: Digest, now: i64) -> Result<(), Broken> {
    let item = item.as_bytes().as_slice();
    if let Some(epoch) = &save.epoch {
        keep_epoch(conn, item, epoch)?;
    }
    let number = rows::number_column(save.version.version);
    diesel::insert_into(item_versions::table)
        .values((
            item_versions::item.eq(item),
            item_versions::version.eq(number),
            item_versions::epoch.eq(rows::number_column(save.version.epoch)),
            item_versions::record.eq(&save.version.record),
            item_versions::details.eq(&save.version.details),
            item_versions::digest.eq(digest.as_bytes().as_slice()),
            item_versions::saved_at.eq(now),
        ))
        .execute(conn)?;
    diesel::insert_into(version_bodies::table)
        .values((version_bodies::item.eq(item), version_bodies::version.eq(number), version_bodies::body.eq(&save.body)))
        .execute(conn)?;
    Ok(())
}

fn keep_epoch(conn: &mut Connection, item: &[u8], epoch: &EpochBlobs) -> Result<(), Broken> {
    diesel::insert_into(item_epochs::table)
        .values((
            item_epochs::item.eq(item),
            item_epochs::epoch.eq(rows::number_column(epoch.epoch)),
            item_epochs::record.eq(&epoch.record),
            item_epochs::wrap.eq(&epoch.wrap),
            item_epochs::previous_key.eq(epoch.previous_key.as_ref()),
        ))
        .execute(conn)?;
    Ok(())
}
