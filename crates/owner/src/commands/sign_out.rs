//! `postern sign-out`: the end of a session, there and here.
//!
//! Nothing of the session stays here, also where the appliance can't be told.

use clap::Args;
use serde_json::json;

use crate::failure::{Exit, Failure};
use crate::session::Place;
use crate::terminal::Terminal;

/// End the session, at the appliance and here
#[derive(Debug, Args)]
pub struct SignOut {}

impl SignOut {
    pub fn run(self, place: &Place, terminal: &mut Terminal) -> Result<(), Failure> {
        let Some(kept) = place.home.session()? else {
            return terminal.answer(&json!({"signed_out": false}), |terminal| terminal.print("You were not signed in."));
        };
        let told = place.client_of(&kept.server).and_then(|client| Ok(client.signed_in(&kept.session).sign_out()?));
        place.home.forget_session()?;
        match told {
            Err(failure) if failure.exit != Exit::NotSignedIn => Err(failure.hint(format!(
                "Here the session is forgotten; at the appliance it ends by itself {}.",
                crate::moment::shown(kept.expires_at)
            ))),
            _ => terminal.answer(&json!({"signed_out": true}), |terminal| terminal.print("Signed out.")),
        }
    }
}
