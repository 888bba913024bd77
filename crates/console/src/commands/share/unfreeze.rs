//! `posternctl share unfreeze`
//!
//! Nothing here brings back what was revoked, used up or has expired meanwhile.

use api::FreezeId;
use clap::Args;
use client::Client;

use crate::failure::Failure;
use crate::show::selection::told;
use crate::terminal::Terminal;

/// Lift a freeze: its links live again as they were
///
/// An operator's freeze can be lifted for 24 hours; what it still holds then is burnt. A link under another freeze as well, or whose owner
/// is suspended, stays frozen. Time went on for all of them.
#[derive(Debug, Args)]
pub(crate) struct Unfreeze {
    /// The freeze, as `posternctl share freezes` lists it
    freeze: FreezeId,
}

impl Unfreeze {
    pub(crate) fn run(&self, client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        let freeze = client.lift_freeze(self.freeze).map_err(|error| Failure::missing(error, "freeze", self.freeze))?;
        if terminal.json {
            return terminal.json(&freeze);
        }
        terminal.line(&format!("Lifted: the freeze by {} holds no longer.", told(&freeze.selection, freeze.owner.as_ref())))
    }
}
