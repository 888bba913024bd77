//! `posternctl mail list`
//!
//! Nothing here shows what a message says.

use api::admin::mail::Message;
use clap::Args;
use clap::builder::PossibleValuesParser;
use client::Client;

use crate::failure::Failure;
use crate::paging::Paging;
use crate::show::text::wrapped;
use crate::terminal::Terminal;

const STATES: [&str; 4] = ["waiting", "sent", "dead", "withdrawn"];

/// List messages, newest first: what they are about, to whom, and what became of them
///
/// A waiting message that failed says why and when it is tried next. A dead one was given up. A withdrawn one is not needed any
/// more: its link or invitation ended, or an operator dropped it. "Perhaps delivered" stands where a mail server took all of a
/// message and gave no answer; it is sent again under the same Message-ID. What was sent is forgotten after 7 days, the dead and
/// the withdrawn after 30.
#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only messages that are like this
    #[arg(long, value_name = "STATE", value_parser = PossibleValuesParser::new(STATES))]
    state: Option<String>,

    #[command(flatten)]
    paging: Paging,
}

impl List {
    pub(crate) fn run(&self, client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        self.paging.show(
            terminal,
            |after, limit| client.messages(self.state.as_deref(), after, limit),
            |terminal, messages, _| messages.iter().flat_map(|message| lines(terminal, message)).collect(),
        )
    }
}

/// One message, as every command of this subject shows it.
pub(super) fn lines(terminal: &Terminal<'_>, message: &Message) -> Vec<String> {
    let when = match (message.sent_at, message.due_at) {
        (Some(sent), _) => format!(" {}", terminal.minute(sent)),
        (None, Some(due)) if message.attempts > 0 => format!(", next try {}", terminal.minute(due)),
        _ => String::new(),
    };
    let perhaps = if message.uncertain { ", perhaps delivered before" } else { "" };
    let mut lines = vec![format!("message {}  {}", message.message, message.about)];
    lines.extend(wrapped(&format!("{}{when}{perhaps}, to {}", message.state.name(), message.to), "  "));
    let link = message.link.map(|link| format!(" about link {link}")).unwrap_or_default();
    lines.push(format!("  since {}{link}", terminal.minute(message.created_at)));
    if let Some(why) = &message.last_failure {
        let tries = if message.attempts == 1 { "1 try".to_owned() } else { format!("{} tries", message.attempts) };
        lines.extend(wrapped(&format!("{tries} failed, last: {why}"), "  "));
    }
    lines
}

#[cfg(test)]
mod tests {
    use api::{LinkId, MessageId, Timestamp};
    use jiff::tz::TimeZone;

    use super::*;
    use crate::show::text::{COLUMNS, width};

    fn message() -> Message {
        Message {
            message: MessageId::from_bytes([1; 16]),
            about: "token".to_owned(),
            state: api::MessageState::Waiting,
            to: "bob@example.org".parse().unwrap(),
            link: Some(LinkId::from_bytes([2; 16])),
            created_at: Timestamp::from_millis(1_700_000_000_000),
            due_at: Some(Timestamp::from_millis(1_700_000_060_000)),
            sent_at: None,
            attempts: 0,
            last_failure: None,
            uncertain: false,
        }
    }

    #[test]
    fn a_message_says_to_whom_it_goes_and_what_became_of_it_within_80_columns() {
        let failed = Message {
            attempts: 2,
            last_failure: Some("the mail server answered 451 (4.7.1 Greylisted, come back later) to the recipient".to_owned()),
            ..message()
        };
        let sent = Message {
            state: api::MessageState::Sent,
            due_at: None,
            sent_at: Some(Timestamp::from_millis(1_700_000_090_000)),
            uncertain: true,
            ..failed.clone()
        };
        let dead = Message { state: api::MessageState::Dead, due_at: None, attempts: 1, ..failed.clone() };
        let (mut input, mut out, mut err) = (&b""[..], Vec::new(), Vec::new());
        let terminal = Terminal { input: &mut input, out: &mut out, err: &mut err, json: false, zone: TimeZone::UTC };
        let all: Vec<_> = [message(), failed, sent, dead].iter().flat_map(|message| lines(&terminal, message)).collect();
        assert!(all.iter().all(|line| width(line) <= COLUMNS));
        insta::assert_snapshot!(all.join("\n"));
    }

    #[test]
    fn every_state_can_be_asked_for() {
        assert_eq!(api::MessageState::ALL.map(api::MessageState::name), STATES);
    }
}
