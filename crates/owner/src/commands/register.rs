//! `postern register`: an account out of an operator's invitation.
//!
//! Nothing that opens the account leaves this program: the daemon gets sealed bytes and what OPAQUE (RFC 9807) gives it.

use api::account::{FinishRegistration, PublicKeys, RecoverySeal, StartRegistration};
use api::{Bytes, Fixed, Sealed, Secret};
use clap::Args;
use seal::account::Account;
use seal::opaque::Registration;
use serde_json::json;

use super::new_password;
use crate::failure::Failure;
use crate::session::Place;
use crate::terminal::Terminal;

/// Make an account with an operator's invitation
///
/// Asks for the invitation and, twice, for a new password. Shows the recovery code, once.
#[derive(Debug, Args)]
pub struct Register {}

impl Register {
    pub fn run(self, place: &Place, terminal: &mut Terminal) -> Result<(), Failure> {
        let client = place.client()?;
        let invitation = Secret(terminal.ask_secret("Invitation: ")?.trim().to_owned());
        let password = new_password::ask(terminal)?;
        let (registration, request) = Registration::start(&password)?;
        let start = StartRegistration { invitation: invitation.clone(), request: Bytes(request) };
        let started = client.start_registration(&start)?;
        let (upload, export_key) = registration.finish(&started.response.0)?;
        let (account, code, sealed) = Account::create(*started.user.as_bytes(), &export_key)?;
        client.finish_registration(&FinishRegistration {
            invitation,
            upload: Bytes(upload),
            root: Sealed(sealed.root_by_password),
            keys: Sealed(sealed.bundle),
            public: PublicKeys { encryption: Fixed(sealed.public.encryption), signing: Fixed(sealed.public.signing) },
            recovery: RecoverySeal { root: Sealed(sealed.root_by_recovery), verifier: Fixed(sealed.recovery_verifier) },
        })?;
        let fingerprint = account.keys.public()?.fingerprint().to_string();
        let code = code.show();
        let answer = json!({
            "user": started.user, "name": started.name, "full_name": started.full_name, "recovery_code": *code, "fingerprint": fingerprint,
        });
        terminal.answer(&answer, |terminal| {
            terminal.print(&format!("Welcome, {}. You sign in as {}.", started.full_name, started.name))?;
            show_code(terminal, &code)?;
            terminal.print(&format!("\nFingerprint of your keys, for others to compare:\n\n    {fingerprint}\n"))
        })?;
        terminal.flush()?;
        terminal.say("Next: postern sign-in");
        place.remember(&started.name)
    }
}

/// Shows a recovery code with what to do with it.
pub fn show_code(terminal: &mut Terminal, code: &str) -> Result<(), Failure> {
    terminal.print(&format!(
        "\nYour recovery code:\n\n    {code}\n\n\
         Write it down now and keep it where you keep papers that matter: it is shown this once and stored nowhere.\n\
         It is the only way into your account when the password is lost. Nobody else can restore it for you."
    ))
}
