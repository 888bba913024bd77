//! `posternctl user invite`
//!
//! Nothing here keeps the invitation: it is written out once and wiped, or never seen here.

use api::admin::users::{Invite as Asked, Invited};
use api::text::{Email, FullName, UserName};
use clap::Args;
use client::Client;

use crate::failure::Failure;
use crate::show;
use crate::terminal::Terminal;

/// Invite somebody to register as an owner; the invitation is shown this once
///
/// Hand the invitation over in a way that nobody else sees. Whoever has it first can register under that name.
/// It can be used once, and ends by itself; making it is recorded in the audit log. With --mail it is mailed to that person instead,
/// and you don't see it.
#[derive(Debug, Args)]
pub(crate) struct Invite {
    /// The name to sign in with
    name: UserName,

    /// The person's name
    #[arg(long, value_name = "TEXT")]
    full_name: FullName,

    /// Where notices go
    #[arg(long, value_name = "ADDRESS")]
    email: Email,

    /// Let them share with people outside the vault from the start
    #[arg(long)]
    external: bool,

    /// Mail the invitation to that address instead of showing it
    #[arg(long, conflicts_with = "qr")]
    mail: bool,

    /// Draw the invitation as a QR code, too
    #[arg(long)]
    qr: bool,
}

impl Invite {
    pub(crate) fn run(&self, client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        if terminal.json && self.qr {
            return Err(Failure::Usage("--qr draws for people; leave it out with --json".to_owned()));
        }
        let asked = Asked {
            name: self.name.clone(),
            full_name: self.full_name.clone(),
            email: self.email.clone(),
            external_share: self.external,
            mail: self.mail,
        };
        let invited = client.invite(&asked)?;
        let written = if terminal.json { terminal.json(&invited) } else { self.show(&invited, terminal) };
        // A success that showed nothing would leave an invitation that nobody holds.
        written.and_then(|()| terminal.flush()).map_err(|failure| match failure {
            Failure::Pipe => Failure::Output(std::io::Error::other("the invitation was made, but nobody took it; it ends by itself")),
            other => other,
        })
    }

    fn show(&self, invited: &Invited, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        let until = terminal.minute(invited.expires_at);
        let Some(invitation) = &invited.invitation else {
            terminal.line(&format!(
                "The invitation for {} ({}) is mailed to {}, valid until {until}.",
                self.name, self.full_name, self.email
            ))?;
            terminal.line("Whether it left, `posternctl mail list` tells.")?;
            return self.permission(terminal);
        };
        terminal.line(&format!("Invitation for {} ({}), shown this once, valid until {until}:", self.name, self.full_name))?;
        terminal.lines(["", &format!("    {}", invitation.0), ""])?;
        if self.qr {
            match show::qr::lines(&invitation.0) {
                Some(code) => terminal.lines(code)?,
                None => terminal.remark("The invitation is too long for a QR code.")?,
            }
            terminal.line("")?;
        }
        terminal.lines(show::text::wrapped(
            "Hand it over in a way that nobody else sees. They run `postern register` and enter it there.",
            "",
        ))?;
        self.permission(terminal)
    }

    fn permission(&self, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        if !self.external {
            terminal.line(&format!("To let them share outside the vault: posternctl user allow-external {}", self.name))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use api::{Secret, Timestamp, UserId};
    use jiff::tz::TimeZone;

    use super::*;

    #[test]
    fn an_invitation_is_shown_with_its_end_and_on_request_as_a_qr_code() {
        let invite = Invite {
            name: "ada".parse().unwrap(),
            full_name: "Ada Lovelace".parse().unwrap(),
            email: "ada@example.com".parse().unwrap(),
            external: false,
            mail: false,
            qr: true,
        };
        let invited = Invited {
            user: UserId::from_bytes([1; 16]),
            invitation: Some(Secret("AAAA-BBBB-CCCC".to_owned())),
            expires_at: Timestamp::from_millis(1_700_000_000_000),
        };
        let (mut input, mut out, mut err) = (&b""[..], Vec::new(), Vec::new());
        let mut terminal = Terminal { input: &mut input, out: &mut out, err: &mut err, json: false, zone: TimeZone::UTC };
        invite.show(&invited, &mut terminal).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap());
    }
}
