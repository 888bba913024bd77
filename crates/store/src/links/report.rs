//! Reporting: "this wasn't me". The whole share is frozen, its owner is told, and so is the journal.
//!
//! Nothing here ends a link: an operator lifts the freeze, or the owner revokes.

use vault::event::Kind;
use vault::link::{Knock, Presented, Proof};
use vault::{FreezeId, LinkId, Refusal};

use super::{check, decided, load, told};
use crate::outbox::{self, About};
use crate::{Answer, Call, Store, freezes};

impl Store {
    /// Raises the alarm at the word of whoever holds link and token: an earlier opening wasn't theirs. Freezes the whole share as `freeze`.
    /// While an earlier report's freeze holds it, this one is recorded and changes nothing.
    ///
    /// # Errors
    /// [`Refusal::UnknownLink`], not recorded here; [`Refusal::OutsideShareNetworks`]; [`Refusal::Locked`]; [`Refusal::WrongToken`], counted.
    pub async fn report_link(&self, call: &Call, id: LinkId, knock: Knock, proof: Proof, freeze: FreezeId) -> Answer<()> {
        let address = check::from(call);
        self.write(call, move |tx| {
            let found = load::link(tx.conn, id)?.ok_or(Refusal::UnknownLink)?;
            let decision = found.link.report(Presented { knock: &knock, proof: &proof, address }, tx.now());
            decided(tx, &found, "report", &address.to_string(), decision)?;
            let reported = freezes::report(tx, &found, freeze)?;
            tx.record(told(tx, &found, Kind::LinkReported).with("links", reported.links))?;
            if !reported.held {
                outbox::notify(tx, About::Reported, id, reported.before, &address.to_string())?;
            }
            Ok(())
        })
        .await
    }
}
