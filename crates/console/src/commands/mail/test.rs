//! `posternctl mail test`
//!
//! Nothing here touches the outbox.

use api::text::Email;
use clap::Args;
use client::Client;

use crate::failure::Failure;
use crate::terminal::Terminal;

/// Send a test message to an address right now, and tell what the mail server answers
///
/// It takes the configured way, is tried once, and ends with exit code 1 if it was not taken. At most ten leave in an hour, whoever asks;
/// each is recorded with its address.
#[derive(Debug, Args)]
pub(crate) struct Test {
    /// To whom
    address: Email,
}

impl Test {
    pub(crate) fn run(&self, client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        let tested = client.test_mail(&self.address)?;
        if terminal.json {
            terminal.json(&tested)?;
        } else {
            let began = match (tested.accepted, tested.uncertain) {
                (true, _) => "Accepted",
                (false, true) => "Perhaps accepted",
                (false, false) => "Not accepted",
            };
            terminal.line(&format!("{began}: {}.", tested.answer))?;
        }
        if tested.accepted { Ok(()) } else { Err(Failure::NotDelivered) }
    }
}
