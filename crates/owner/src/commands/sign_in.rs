//! `postern sign-in`: a session out of name and password.
//!
//! Nothing is sent from which the appliance alone could guess the password (OPAQUE, RFC 9807).

use api::Bytes;
use api::account::{FinishSignIn, SignedIn, StartSignIn};
use api::text::UserName;
use clap::Args;
use client::Client;
use seal::account::Root;
use seal::opaque;
use serde_json::json;

use crate::failure::Failure;
use crate::moment;
use crate::session::{Place, Session, opened};
use crate::terminal::Terminal;

/// Sign in; the session is kept until it ends or you sign out
///
/// Asks for the name and the password.
#[derive(Debug, Args)]
pub struct SignIn {
    /// Your name at the appliance; asked for, if not given
    #[arg(long)]
    name: Option<UserName>,
}

impl SignIn {
    pub fn run(self, place: &Place, terminal: &mut Terminal) -> Result<(), Failure> {
        let client = place.client()?;
        let name = name(self.name, place, terminal)?;
        let password = terminal.ask_secret("Password: ")?;
        let (begun, root) = sign_in(&client, &name, &password)?;
        let answer = json!({
            "user": begun.account.user, "name": name, "server": place.server()?, "expires_at": moment::written(begun.expires_at),
        });
        let until = begun.expires_at;
        Session::begin(place, begun, &root)?;
        terminal.answer(&answer, |terminal| terminal.print(&format!("Signed in as {name} until {}.", moment::shown(until))))
    }
}

/// The name that was given, or is typed; at a terminal an empty line means the last one.
pub fn name(given: Option<UserName>, place: &Place, terminal: &mut Terminal) -> Result<UserName, Failure> {
    if let Some(name) = given {
        return Ok(name);
    }
    let last = place.name()?;
    let question = last.as_ref().map_or_else(|| "Name: ".to_owned(), |last| format!("Name [{last}]: "));
    let typed = terminal.ask(&question)?;
    match last {
        Some(last) if typed.trim().is_empty() => Ok(last),
        _ => typed.parse().map_err(|error| Failure::usage(format!("{error}"))),
    }
}

/// Signs in and opens the root, which proves that password, daemon and account fit together.
pub fn sign_in(client: &Client, name: &UserName, password: &str) -> Result<(SignedIn, Root), Failure> {
    let (state, first) = opaque::SignIn::start(password)?;
    let started = client.start_sign_in(&StartSignIn { name: name.clone(), request: Bytes(first) })?;
    let verified = state.finish(&started.response.0)?;
    let finish = FinishSignIn { sign_in: started.sign_in, finalization: Bytes(verified.finalization) };
    let begun = client.finish_sign_in(&finish)?;
    let user = begun.account.user;
    let root = || Root::open_by_password(&begun.account.root.0, &verified.export_key, user.as_bytes());
    opened(&begun.account, root()?)?;
    let root = root()?;
    Ok((begun, root))
}
