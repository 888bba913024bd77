//! What a rule decided, told.
//!
//! Nothing here decides; and no "no" is answered from here before it is recorded.

use vault::Refusal;
use vault::event::{Actor, Event, Kind};

use crate::{Answer, Tx};

impl Tx<'_> {
    /// An event of this kind at the time that counts.
    pub(crate) fn event(&self, kind: Kind, actor: Actor) -> Event {
        Event::new(kind, self.now(), actor)
    }

    /// Passes a rule's "yes" on, and records its "no" as `refused` before answering it.
    pub(crate) fn decided<T>(&mut self, decision: Result<T, Refusal>, refused: Event) -> Answer<T> {
        match decision {
            Ok(value) => Ok(value),
            Err(refusal) => {
                self.record(refused.refused(refusal))?;
                Err(refusal.into())
            }
        }
    }
}
