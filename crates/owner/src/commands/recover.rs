//! `postern recover`: back into an account whose password is lost, with the recovery code.
//!
//! Nothing of the old code works afterwards: one code recovers once.

use api::account::{FindRecovery, FinishRecovery, RecoverySeal, StartRecovery};
use api::text::UserName;
use api::{Bytes, Fixed, Sealed};
use clap::Args;
use seal::account::{RecoveryCode, Root};
use seal::opaque::Registration;
use serde_json::json;

use super::register::{code_if_lost, show_code};
use super::{new_password, sign_in};
use crate::failure::Failure;
use crate::session::Place;
use crate::terminal::Terminal;

/// Set a new password with your recovery code; all your sessions end
///
/// Asks for the name, the recovery code and, twice, a new password. Shows a new recovery code, once.
#[derive(Debug, Args)]
pub struct Recover {
    /// Your name at the appliance; asked for, if not given
    #[arg(long)]
    name: Option<UserName>,
}

impl Recover {
    pub fn run(self, place: &Place, terminal: &mut Terminal) -> Result<(), Failure> {
        let client = place.client()?;
        let name = sign_in::name(self.name, place, terminal)?;
        let typed = terminal.ask_secret("Recovery code: ")?;
        let code = RecoveryCode::read(&typed).map_err(|error| Failure::usage(format!("this is no recovery code: {error}")))?;
        let password = new_password::ask(terminal)?;
        let user = client.find_recovery(&FindRecovery { name: name.clone() })?.user;
        let (registration, request) = Registration::start(&password)?;
        let proof = Fixed(*code.proof(user.as_bytes())?.expose());
        let started = client.start_recovery(&StartRecovery { name: name.clone(), proof, request: Bytes(request) })?;
        if started.user != user {
            return Err(Failure::integrity("the appliance answered with somebody else's account"));
        }
        let root = Root::open_by_recovery(&started.root.0, &code, user.as_bytes())?;
        let (upload, export_key) = registration.finish(&started.response.0)?;
        let new = RecoveryCode::random()?;
        let verifier = Fixed(new.proof(user.as_bytes())?.verifier());
        let shown = new.show();
        let finished = client.finish_recovery(&FinishRecovery {
            recovery: started.recovery,
            upload: Bytes(upload),
            root: Sealed(root.seal_by_password(&export_key, user.as_bytes())?),
            recovery_seal: RecoverySeal { root: Sealed(root.seal_by_recovery(&new, user.as_bytes())?), verifier },
        });
        code_if_lost(terminal, &finished, &shown)?;
        finished?;
        terminal.answer(&json!({"name": name, "recovery_code": *shown}), |terminal| {
            terminal.print(&format!("The password of {name} is set. The old recovery code works no more."))?;
            show_code(terminal, &shown)
        })?;
        terminal.flush()?;
        place.home.forget_session()?;
        place.remember(&name)?;
        terminal.say("\nNext: postern sign-in");
        Ok(())
    }
}
