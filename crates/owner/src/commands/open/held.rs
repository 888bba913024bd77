//! A link in somebody's hands, and the calls that whoever holds it can make.
//!
//! Nothing here asks whether they want to, but for the token.

use api::links::{Check, Checked, Report, Reveal, Revealed};
use api::{Fixed, LinkId, Timestamp};
use client::Client;
use seal::link::{Attempt, LinkUrl, Snapshot, Token, open_link};
use zeroize::Zeroizing;

use crate::clock;
use crate::failure::{Exit, Failure};
use crate::session::again;
use crate::terminal::Terminal;

/// How often somebody at a terminal is asked for the token.
const TRIES: u32 = 3;

/// A link in somebody's hands.
pub struct Held {
    pub client: Client,
    url: LinkUrl,
    pub link: LinkId,
    pub knock: Fixed<32>,
    token: Option<Token>,
    pub proof: Fixed<32>,
}

impl Held {
    /// What a link's text holds, before anything is asked about it.
    pub fn new(client: Client, url: LinkUrl) -> Result<Self, Failure> {
        let link = LinkId::from_bytes(url.link);
        let knock = Fixed(*url.secret.knock(&url.link)?.expose());
        let proof = Fixed(*url.secret.proof(None, &url.link)?.expose());
        Ok(Self { client, url, link, knock, token: None, proof })
    }

    /// The appliance's time, once it has answered.
    pub fn now(&self) -> Timestamp {
        self.client.daemon_time().unwrap_or_else(clock::now)
    }

    /// Asks for the token; a mistyped one costs nothing and is asked for again where somebody is there.
    pub fn ask_token(&mut self, terminal: &mut Terminal) -> Result<(), Failure> {
        for left in (0..TRIES).rev() {
            let typed: Zeroizing<String> = terminal.ask_secret("Token (it isn't shown): ")?;
            match Token::read(&typed) {
                Ok(token) => {
                    self.proof = Fixed(*self.url.secret.proof(Some(&token), &self.url.link)?.expose());
                    self.token = Some(token);
                    return Ok(());
                }
                Err(error) if terminal.interactive() && left > 0 => terminal.say(&format!("This is no token: {error}.")),
                Err(error) => {
                    return Err(Failure::new(Exit::WrongToken, "wrong-token", format!("this is no token: {error}; nothing was counted")));
                }
            }
        }
        Ok(())
    }

    /// Checks link and token.
    pub fn check(&mut self, terminal: &mut Terminal, with_token: bool) -> Result<Checked, Failure> {
        self.proved(terminal, with_token, |held| {
            held.client.check(held.link, &Check { knock: held.knock.clone(), proof: held.proof.clone() })
        })
    }

    /// Says that an earlier opening was somebody else's. Saying it twice is no more than saying it once.
    pub fn report(&mut self, terminal: &mut Terminal, with_token: bool) -> Result<(), Failure> {
        self.proved(terminal, with_token, |held| {
            again(|| held.client.report(held.link, &Report { knock: held.knock.clone(), proof: held.proof.clone() }))
        })
    }

    /// Makes a call that asks for the token; after a wrong one it is asked for again where somebody is there.
    fn proved<T>(
        &mut self,
        terminal: &mut Terminal,
        with_token: bool,
        call: impl Fn(&Self) -> Result<T, client::Error>,
    ) -> Result<T, Failure> {
        for _ in 1..TRIES {
            match call(self).map_err(Failure::from) {
                Err(failure) if failure.exit == Exit::WrongToken && with_token && terminal.interactive() => {
                    terminal.say(&failure.message);
                    self.ask_token(terminal)?;
                }
                done => return done,
            }
        }
        Ok(call(self)?)
    }

    /// Spends a view, or has the answer to this attempt again.
    pub fn reveal(&self, attempt: &Attempt) -> Result<Revealed, Failure> {
        let reveal = Reveal { knock: self.knock.clone(), proof: self.proof.clone(), attempt: Fixed(*attempt.expose()) };
        Ok(again(|| self.client.reveal(self.link, &reveal))?)
    }

    /// Opens what was revealed, if every byte of it verifies.
    pub fn open(&self, revealed: &Revealed) -> Result<Snapshot, Failure> {
        let share = *revealed.share.as_bytes();
        let (wrap, snapshot) = (&revealed.wrap.0, &revealed.snapshot.0);
        Ok(open_link(share, self.url.link, &self.url.secret, self.token.as_ref(), wrap, snapshot)?)
    }
}
