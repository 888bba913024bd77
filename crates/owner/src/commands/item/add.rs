//! `postern item add`: a new item, sealed before it leaves.
//!
//! Nothing is asked of the daemon but to keep the sealed bytes.

use api::items::{Epoch, NewItem, Version};
use api::{ItemId, Sealed};
use clap::Subcommand;
use seal::item::{Item, SealedEpoch, SealedVersion};
use serde_json::json;

use super::ask::{self, OfAccount, OfApiSecret, OfNote};
use crate::failure::Failure;
use crate::session::{Session, again};
use crate::terminal::Terminal;
use crate::{ids, item};

/// Add an item; asks for its secrets
#[derive(Debug, Subcommand)]
pub enum Add {
    /// A way to sign in somewhere: name, URL, username, password, MFA key, notes
    Account(OfAccount),
    /// A text: name, text
    Note(OfNote),
    /// What a program signs in with: name, application URL, key, secret, notes
    ApiSecret(OfApiSecret),
}

impl Add {
    pub fn run(self, session: &Session, terminal: &mut Terminal) -> Result<(), Failure> {
        let contents = match self {
            Self::Account(given) => ask::account(given, terminal)?,
            Self::Note(given) => ask::note(given, terminal)?,
            Self::ApiSecret(given) => ask::api_secret(given, terminal)?,
        };
        let id = ItemId::from_bytes(ids::new(session.id_time()));
        let (epoch, version) = Item::create(&session.account, *id.as_bytes(), &contents)?;
        let (version, body) = version_of(version);
        let new = NewItem { id, epoch: epoch_of(epoch), version, body };
        again(|| session.daemon().create_item(&new))?;
        // Read back and checked: from here on nothing older is believed.
        item::open(session, id)?;
        let answer = json!({"id": id, "kind": item::kind(contents.kind()), "name": contents.name(), "version": 1});
        terminal.answer(&answer, |terminal| terminal.print(&format!("Added {} as {id}.", crate::terminal::harmless(contents.name()))))
    }
}

/// A sealed epoch as it travels.
pub fn epoch_of(sealed: SealedEpoch) -> Epoch {
    Epoch { epoch: sealed.epoch, record: Sealed(sealed.record), wrap: Sealed(sealed.wrap), previous_key: sealed.previous_key.map(Sealed) }
}

/// A sealed version as it travels, and its body.
pub fn version_of(sealed: SealedVersion) -> (Version, Sealed) {
    let version = Version { version: sealed.version, epoch: sealed.epoch, record: Sealed(sealed.record), details: Sealed(sealed.details) };
    (version, Sealed(sealed.body))
}
