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
        let shown = code.show();
        let finished = client.finish_registration(&FinishRegistration {
            invitation,
            upload: Bytes(upload),
            root: Sealed(sealed.root_by_password),
            keys: Sealed(sealed.bundle),
            public: PublicKeys { encryption: Fixed(sealed.public.encryption), signing: Fixed(sealed.public.signing) },
            recovery: RecoverySeal { root: Sealed(sealed.root_by_recovery), verifier: Fixed(sealed.recovery_verifier) },
        });
        code_if_lost(terminal, &finished, &shown)?;
        finished?;
        let fingerprint = account.keys.public()?.fingerprint().to_string();
        let answer = json!({
            "user": started.user, "name": started.name, "full_name": started.full_name, "recovery_code": *shown, "fingerprint": fingerprint,
        });
        terminal.answer(&answer, |terminal| {
            terminal.print(&format!("Welcome, {}. You sign in as {}.", started.full_name, started.name))?;
            show_code(terminal, &shown)?;
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

/// Shows the code also where the last answer was lost: what was asked may have happened, and then there is no other time to see it.
pub fn code_if_lost<T>(terminal: &mut Terminal, finished: &Result<T, client::Error>, code: &str) -> Result<(), Failure> {
    if !finished.as_ref().is_err_and(client::Error::lost) {
        return Ok(());
    }
    let told = json!({"recovery_code": code, "certain": false});
    terminal.answer(&told, |terminal| {
        terminal.print("The last answer was lost. Try `postern sign-in` with the new password; if it works, this counts:")?;
        show_code(terminal, code)
    })
}

#[cfg(test)]
mod tests {
    use client::{Error, Trouble};

    use super::*;

    #[test]
    fn a_recovery_code_that_may_count_already_is_shown_although_the_answer_was_lost() {
        let lost = Error::Unreachable { whom: "it".into(), trouble: Trouble::Broken("cut".into()), sent: true };
        let never_sent = Error::Unreachable { whom: "it".into(), trouble: Trouble::Refused, sent: false };
        for (finished, shown) in [(Err(lost), true), (Err(never_sent), false), (Ok(()), false)] {
            let (mut terminal, results, _) = Terminal::scripted(false, "");
            code_if_lost(&mut terminal, &finished, "CODE").unwrap();
            assert_eq!(results.text().contains("CODE"), shown);
        }
    }
}
