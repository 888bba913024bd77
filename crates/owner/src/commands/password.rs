//! `postern password`: a new password for the same account.
//!
//! Nothing but the root is sealed anew: no item changes.

use api::account::{FinishPassword, StartPassword};
use api::text::UserName;
use api::{Bytes, Sealed};
use clap::Args;
use seal::opaque::Registration;
use serde_json::json;

use super::{new_password, sign_in};
use crate::failure::Failure;
use crate::session::{Place, Session};
use crate::terminal::Terminal;

/// Change your password; all your other sessions end
///
/// Asks for the name, the present password and, twice, the new one. Signs you in afresh.
#[derive(Debug, Args)]
pub struct Password {
    /// Your name at the appliance; the one of the session, if there is one, and asked for otherwise
    #[arg(long)]
    name: Option<UserName>,
}

impl Password {
    pub fn run(self, place: &Place, terminal: &mut Terminal) -> Result<(), Failure> {
        let client = place.client()?;
        let known = if place.home.session()?.is_some() { place.name()? } else { None };
        let name = sign_in::name(self.name.or(known), place, terminal)?;
        let present = terminal.ask_secret("Present password: ")?;
        let new = new_password::ask(terminal)?;
        // The daemon asks for a fresh sign-in; this one becomes the session that is kept.
        let (begun, root) = sign_in::sign_in(&client, &name, &present)?;
        let user = begun.account.user;
        let token = begun.session.clone();
        Session::begin(place, begun, &root)?;
        let daemon = client.signed_in(&token);
        let (registration, request) = Registration::start(&new)?;
        let started = daemon.start_password(&StartPassword { request: Bytes(request) })?;
        let (upload, export_key) = registration.finish(&started.response.0)?;
        let root = Sealed(root.seal_by_password(&export_key, user.as_bytes())?);
        daemon.finish_password(&FinishPassword { upload: Bytes(upload), root })?;
        terminal.answer(&json!({"changed": true}), |terminal| terminal.print("The password is changed. Your other sessions have ended."))
    }
}
