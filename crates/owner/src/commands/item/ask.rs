//! Asking for what an item holds, field by field.
//!
//! Nothing secret has an option: what may be an argument is what may be read over a shoulder.

use clap::Args;
use seal::item::Contents;
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::terminal::Terminal;

/// What an account's arguments may say.
#[derive(Debug, Default, Args)]
pub struct OfAccount {
    /// What you call it; asked for, if not given, like all that follows
    #[arg(long)]
    pub name: Option<String>,
    /// Where one signs in
    #[arg(long)]
    pub url: Option<String>,
    /// As whom
    #[arg(long)]
    pub username: Option<String>,
}

/// What a note's arguments may say.
#[derive(Debug, Default, Args)]
pub struct OfNote {
    /// What you call it; asked for, if not given
    #[arg(long)]
    pub name: Option<String>,
}

/// What an API secret's arguments may say.
#[derive(Debug, Default, Args)]
pub struct OfApiSecret {
    /// What you call it; asked for, if not given, like all that follows
    #[arg(long)]
    pub name: Option<String>,
    /// Where the application is
    #[arg(long)]
    pub application_url: Option<String>,
}

/// Asks for what is missing of an account: name, URL, username, password, MFA key, notes.
pub fn account(given: OfAccount, terminal: &mut Terminal) -> Result<Contents, Failure> {
    Ok(Contents::Account {
        name: name(given.name, terminal)?,
        url: line(given.url, "URL: ", terminal)?,
        username: line(given.username, "Username: ", terminal)?,
        password: owned(terminal.ask_secret("Password: ")?),
        mfa_key: owned(terminal.ask_optional_secret("MFA key (or nothing): ")?),
        notes: owned(terminal.ask_text("Notes ")?),
    })
}

/// Asks for what is missing of a note: name, text.
pub fn note(given: OfNote, terminal: &mut Terminal) -> Result<Contents, Failure> {
    let name = name(given.name, terminal)?;
    let body = owned(terminal.ask_text("Text ")?);
    if body.is_empty() {
        return Err(Failure::usage("a note without text keeps nothing"));
    }
    Ok(Contents::Note { name, body })
}

/// Asks for what is missing of an API secret: name, application URL, key, secret, notes.
pub fn api_secret(given: OfApiSecret, terminal: &mut Terminal) -> Result<Contents, Failure> {
    Ok(Contents::ApiSecret {
        name: name(given.name, terminal)?,
        application_url: line(given.application_url, "Application URL: ", terminal)?,
        key: owned(terminal.ask_secret("Key: ")?),
        secret: owned(terminal.ask_secret("Secret: ")?),
        notes: owned(terminal.ask_text("Notes ")?),
    })
}

fn name(given: Option<String>, terminal: &mut Terminal) -> Result<String, Failure> {
    let name = line(given, "Name: ", terminal)?.trim().to_owned();
    if name.is_empty() { Err(Failure::usage("an item needs a name")) } else { Ok(name) }
}

fn line(given: Option<String>, question: &str, terminal: &mut Terminal) -> Result<String, Failure> {
    match given {
        Some(given) => Ok(given),
        None => terminal.ask(question).map(owned),
    }
}

/// Contents wipe themselves when dropped, so nothing is lost by giving up the wrapper.
fn owned(mut text: Zeroizing<String>) -> String {
    std::mem::take(&mut *text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_accounts_fields_are_asked_for_in_order_and_those_given_are_not() {
        let lines = "Staging\nhttps://staging.example.com\ndeploy\ns3cret\n\n\n";
        let whole = account(OfAccount::default(), &mut Terminal::scripted(false, lines).0).unwrap();
        let given =
            OfAccount { name: Some("Staging".into()), url: Some("https://staging.example.com".into()), username: Some("deploy".into()) };
        let rest = account(given, &mut Terminal::scripted(false, "s3cret\n").0).unwrap();
        assert!(whole == rest);
        assert!(matches!(&whole, Contents::Account { password, .. } if password == "s3cret"));
    }

    #[test]
    fn a_note_has_a_name_and_a_text_of_several_lines() {
        let asked = |lines| note(OfNote::default(), &mut Terminal::scripted(false, lines).0);
        let note = asked("Wi-Fi\none\n\ntwo\n").unwrap();
        assert!(matches!(&note, Contents::Note { name, body } if name == "Wi-Fi" && body == "one\n\ntwo"));
        assert!(asked("Wi-Fi\n").unwrap_err().message.contains("without text"));
        assert!(asked("  \ntext\n").unwrap_err().message.contains("needs a name"));
    }

    #[test]
    fn an_api_secret_is_asked_for_in_order() {
        let lines = "Mail\nhttps://mail.example.com\nkey-1\nsecret-1\nnotes\n";
        let asked = api_secret(OfApiSecret::default(), &mut Terminal::scripted(false, lines).0).unwrap();
        assert!(
            matches!(&asked, Contents::ApiSecret { key, secret, notes, .. } if key == "key-1" && secret == "secret-1" && notes == "notes")
        );
    }
}
