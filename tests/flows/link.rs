//! A link in somebody's hands, and what follows from it on the wire (docs/protocol.md).
//! Never asks the appliance anything itself.

use seal::link::{Attempt, LinkUrl, Token, open_link};
use serde_json::{Value, json};

use crate::people::text;
use crate::wire::{Reply, Wire};

/// A link as its owner handed it over.
#[derive(Clone, Debug)]
pub struct Link {
    pub id: String,
    pub url: String,
    pub token: Option<String>,
}

impl Link {
    /// One of `links` in what `postern share create --json` tells.
    pub fn of(told: &Value) -> Self {
        Self { id: text(told, "/id"), url: text(told, "/link"), token: told["token"].as_str().map(str::to_owned) }
    }

    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// What stands behind the `#`.
    pub fn fragment(&self) -> &str {
        self.url.split_once('#').unwrap().1
    }

    /// The link's secret itself.
    pub fn secret(&self) -> [u8; 32] {
        *self.parsed().secret.expose()
    }

    /// The address without the secret: what a browser asks for.
    pub fn page(&self) -> String {
        format!("/s/{}", self.id)
    }

    pub fn path(&self, action: &str) -> String {
        format!("/api/v1/links/{}/{action}", self.id)
    }

    pub fn knock(&self) -> Value {
        json!({"knock": self.knock_text()})
    }

    pub fn check(&self) -> Value {
        json!({"knock": self.knock_text(), "proof": self.proof_text()})
    }

    pub fn reveal(&self, attempt: [u8; 32]) -> Value {
        json!({"knock": self.knock_text(), "proof": self.proof_text(), "attempt": seal::text::encode(&attempt)})
    }

    /// Every call that there is about a link, with a right body.
    pub fn calls(&self) -> [(&'static str, Value); 6] {
        [
            ("knock", self.knock()),
            ("check", self.check()),
            ("watch", self.check()),
            ("reveal", self.reveal([7; 32])),
            ("burn", self.check()),
            ("report", self.check()),
        ]
    }

    /// Asks for a reveal with this attempt.
    pub fn revealed(&self, wire: &Wire, attempt: [u8; 32]) -> Reply {
        wire.post(&self.path("reveal"), &self.reveal(attempt))
    }

    /// Opens what a reveal answered, as the recipient's program does.
    pub fn opened(&self, revealed: &Value) -> seal::link::Snapshot {
        let bytes = |name: &str| seal::text::decode(revealed[name].as_str().unwrap()).unwrap();
        let share = seal::id::from_text(revealed["share"].as_str().unwrap()).unwrap();
        let url = self.parsed();
        open_link(share, url.link, &url.secret, self.read_token().as_ref(), &bytes("wrap"), &bytes("snapshot")).unwrap()
    }

    fn parsed(&self) -> LinkUrl {
        LinkUrl::parse(&self.url).unwrap()
    }

    fn read_token(&self) -> Option<Token> {
        self.token.as_ref().map(|token| Token::read(token).unwrap())
    }

    fn knock_text(&self) -> String {
        let url = self.parsed();
        seal::text::encode(url.secret.knock(&url.link).unwrap().expose())
    }

    fn proof_text(&self) -> String {
        let url = self.parsed();
        seal::text::encode(url.secret.proof(self.read_token().as_ref(), &url.link).unwrap().expose())
    }
}

/// A fresh attempt.
pub fn attempt() -> [u8; 32] {
    *Attempt::random().unwrap().expose()
}

/// A token of the right form that is not this link's.
pub fn wrong_token() -> String {
    Token::random().unwrap().show().to_string()
}
