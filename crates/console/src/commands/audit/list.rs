//! `posternctl audit list`
//!
//! Nothing here proves that the log is whole; that is `posternctl audit verify`.

use std::net::IpAddr;

use api::admin::audit::Entry;
use api::{ItemId, LinkId, ShareId};
use clap::Args;
use clap::builder::PossibleValuesParser;
use client::Client;
use client::admin::audit::Filter;
use vault::event::Kind;

use crate::failure::Failure;
use crate::paging::Paging;
use crate::person::Person;
use crate::show::record::dated;
use crate::show::text::wrapped;
use crate::terminal::Terminal;

/// Kinds of actors, as audit names them.
pub(crate) const ACTORS: [&str; 5] = ["owner", "recipient", "operator", "stranger", "appliance"];

const EXAMPLES: &str = "\
Examples:
  posternctl audit list --refused --explain
      What was refused, why, and what to do about it.
  posternctl audit list --event link.revealed --user ada --all
      Every view of what ada shared.";

/// List what happened and what was refused, newest first
///
/// With --explain each event is followed by its fields, by what it means, and by what to do.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct List {
    /// Only events of this kind, like link.revealed
    #[arg(long, value_name = "EVENT", value_parser = event)]
    event: Option<String>,

    /// Only what this kind of actor did
    #[arg(long, value_name = "KIND", value_parser = PossibleValuesParser::new(ACTORS))]
    actor: Option<String>,

    /// Only what exactly this one did: an id, or a Unix user like root(0)
    #[arg(long, value_name = "WHO")]
    who: Option<String>,

    /// Only what came from this address
    #[arg(long, value_name = "ADDRESS")]
    address: Option<IpAddr>,

    /// Only what concerns this account, by name or id
    #[arg(long, value_name = "NAME")]
    user: Option<Person>,

    /// Only what concerns this item
    #[arg(long, value_name = "ITEM")]
    item: Option<ItemId>,

    /// Only what concerns this share
    #[arg(long, value_name = "SHARE")]
    share: Option<ShareId>,

    /// Only what concerns this link
    #[arg(long, value_name = "LINK")]
    link: Option<LinkId>,

    /// Only refusals
    #[arg(long)]
    refused: bool,

    /// Say what each event means
    #[arg(long)]
    explain: bool,

    #[command(flatten)]
    paging: Paging,
}

impl List {
    pub(crate) fn run(&self, client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        let user = self.user.as_ref().map(|user| user.id(client)).transpose()?;
        let filter = Filter {
            event: self.event.clone(),
            actor: self.actor.clone(),
            who: self.who.clone(),
            address: self.address.map(|address| address.to_canonical().to_string()),
            user: user.map(|user| user.to_string()),
            item: self.item.map(|item| item.to_string()),
            share: self.share.map(|share| share.to_string()),
            link: self.link.map(|link| link.to_string()),
            refused: self.refused.then_some(true),
        };
        let fetch = |after: Option<&str>, limit| client.audit(&filter, after, limit);
        self.paging
            .show(terminal, fetch, |terminal, entries, _| entries.iter().flat_map(|entry| lines(terminal, entry, self.explain)).collect())
    }
}

/// An event's name; one that doesn't exist would match nothing and look like peace.
pub(crate) fn event(name: &str) -> Result<String, String> {
    match Kind::named(name) {
        Some(kind) => Ok(kind.entry().name.to_owned()),
        None => Err(format!(
            "there is no such event; there are: {}",
            Kind::ALL.iter().map(|kind| kind.entry().name).collect::<Vec<_>>().join(", ")
        )),
    }
}

fn lines(terminal: &Terminal<'_>, entry: &Entry, explain: bool) -> Vec<String> {
    let record = &entry.record;
    let mut lines = vec![format!("{}  {}  ({}.{})", terminal.second(record.at), record.event, record.lane.0, record.seq)];
    lines.extend(wrapped(&dated(record, &terminal.zone).message(), "    "));
    if explain {
        lines.extend(record.fields().flat_map(|(name, value)| wrapped(&format!("{name}={value}"), "      ")));
        if let Some(kind) = Kind::named(&record.event) {
            lines.extend(wrapped(kind.entry().explanation, "    | "));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use api::{Fixed, Timestamp};
    use jiff::tz::TimeZone;
    use vault::Refusal;
    use vault::event::{Actor, Event, Lane, Subject};

    use super::*;

    fn shown(explain: bool) -> String {
        let link = LinkId::from_bytes([7; 16]);
        let mut event = Event::new(Kind::LinkRefused, Timestamp::from_millis(1_700_000_000_000), Actor::Recipient(link))
            .on(Subject { link: Some(link), ..Subject::default() })
            .refused(Refusal::UsedUp)
            .with("action", "reveal");
        event.address = Some("10.20.0.5".parse().unwrap());
        let entry = Entry { record: event.record(Lane(1), 42), hash: Fixed([0; 32]) };
        let (mut input, mut out, mut err) = (&b""[..], Vec::new(), Vec::new());
        let terminal = Terminal { input: &mut input, out: &mut out, err: &mut err, json: false, zone: TimeZone::UTC };
        lines(&terminal, &entry, explain).join("\n")
    }

    #[test]
    fn an_event_is_told_in_a_sentence_with_its_time_and_place_in_the_log() {
        insta::assert_snapshot!(shown(false));
    }

    #[test]
    fn explained_it_shows_its_fields_and_what_to_make_of_it() {
        insta::assert_snapshot!(shown(true));
    }

    #[test]
    fn times_within_a_sentence_are_times_for_people() {
        let event = Event::new(Kind::ShareCreated, Timestamp::from_millis(1_700_000_000_000), Actor::Appliance);
        let record = event.with("expires", Timestamp::from_millis(1_700_086_400_000)).record(Lane(1), 1);
        let (mut input, mut out, mut err) = (&b""[..], Vec::new(), Vec::new());
        let terminal = Terminal { input: &mut input, out: &mut out, err: &mut err, json: false, zone: TimeZone::UTC };
        let told = dated(&record, &terminal.zone).message();
        assert!(told.contains("until 2023-11-15 22:13 +00:00"), "{told}");
    }

    #[test]
    fn an_event_that_does_not_exist_is_not_searched_for() {
        assert_eq!(event("link.revealed"), Ok("link.revealed".to_owned()));
        assert!(event("link.opened").unwrap_err().contains("link.revealed"));
    }
}
