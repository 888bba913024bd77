//! Burning: "done, destroy it now".
//!
//! Nothing is asked of the owner for it, and nothing brings a burnt link back.

use diesel::prelude::*;
use vault::event::Kind;
use vault::link::{Knock, Presented, Proof};
use vault::{LinkId, Refusal};

use super::{check, decided, load, told};
use crate::outbox;
use crate::schema::links;
use crate::{Answer, Call, Store};

impl Store {
    /// Ends a link at the word of whoever holds link and token. The sweeper deletes its sealed bytes at once.
    ///
    /// # Errors
    /// As [`Store::check_link`]; a link that is used up or expired can still be burnt.
    pub async fn burn_link(&self, call: &Call, id: LinkId, knock: Knock, proof: Proof) -> Answer<()> {
        let address = check::from(call);
        self.write(call, move |tx| {
            let found = load::link(tx.conn, id)?.ok_or(Refusal::UnknownLink)?;
            let decision = found.link.burn(Presented { knock: &knock, proof: &proof, address }, tx.now());
            decided(tx, &found, "burn", &address.to_string(), decision)?;
            let now = tx.now().as_millis();
            let row = links::table.find(id.as_bytes().as_slice());
            diesel::update(row).set(links::burnt_at.eq(now)).execute(tx.conn)?;
            diesel::update(row.filter(links::sweep_at.is_not_null())).set(links::sweep_at.eq(now)).execute(tx.conn)?;
            outbox::withdraw(tx, &[id.as_bytes().to_vec()])?;
            Ok(tx.record(told(tx, &found, Kind::LinkBurnt))?)
        })
        .await
    }
}
