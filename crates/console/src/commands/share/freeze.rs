//! `posternctl share freeze`
//!
//! Nothing here ends a link: what is frozen comes back as it was.

use api::admin::freezes::{Place, Placed};
use api::text::{Email, Reason};
use api::{ItemId, LinkId, Selection, ShareId};
use clap::{ArgGroup, Args};
use client::{Answer, Client};

use crate::failure::Failure;
use crate::person::Person;
use crate::terminal::Terminal;

const EXAMPLES: &str = "\
Examples:
  posternctl share freeze --owner ada --count
      How many links would be taken, without freezing any.
  posternctl share freeze --recipient bob@example.com --reason phished
      Every link that was sent to this address.";

/// Stop links while somebody looks into it; what they are is counted and said first
///
/// A frozen link can't be opened, not even by an attempt under way, and comes back as it was when the freeze is lifted
/// (`posternctl share unfreeze`). The reason is kept in the audit log. Links that are made later are not taken:
/// to stop an owner from sharing on, suspend them or take back the permission.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES, group = ArgGroup::new("selection").required(true).multiple(false))]
pub(crate) struct Freeze {
    /// Every link of this share
    #[arg(long, group = "selection", value_name = "SHARE")]
    share: Option<ShareId>,

    /// This link
    #[arg(long, group = "selection", value_name = "LINK")]
    link: Option<LinkId>,

    /// Every link of this owner, by name or id
    #[arg(long, group = "selection", value_name = "NAME")]
    owner: Option<Person>,

    /// Every link of this item
    #[arg(long, group = "selection", value_name = "ITEM")]
    item: Option<ItemId>,

    /// Every link sent to this address
    #[arg(long, group = "selection", value_name = "ADDRESS")]
    recipient: Option<Email>,

    /// Why, for those who read the audit log later
    #[arg(long, value_name = "TEXT", required_unless_present = "count")]
    reason: Option<Reason>,

    /// Only count, and freeze nothing
    #[arg(long)]
    count: bool,
}

impl Freeze {
    pub(crate) fn run(&self, client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        let selection = self.selection(client)?;
        self.place(selection, |place| client.freeze(place), terminal)
    }

    fn place(&self, selection: Selection, ask: impl Fn(&Place) -> Answer<Placed>, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        let reason = self.reason.clone().map_or_else(counting, Ok)?;
        let by = format!("{} {}", selection.kind(), selection.value());
        let mut place = Place { selection, reason, count_only: true };
        let counted = ask(&place)?;
        if self.count {
            return if terminal.json { terminal.json(&counted) } else { terminal.line(&format!("{} by {by}.", living(counted.links))) };
        }
        terminal.remark(&format!("Freezing {} by {by}.", living(counted.links)))?;
        place.count_only = false;
        let placed = ask(&place)?;
        if terminal.json {
            return terminal.json(&placed);
        }
        terminal.line(&format!("Frozen: {}.", living(placed.links)))?;
        match placed.freeze {
            Some(freeze) => terminal.line(&format!("To lift it: posternctl share unfreeze {freeze}")),
            None => Ok(()),
        }
    }

    fn selection(&self, client: &Client) -> Result<Selection, Failure> {
        let owner = self.owner.as_ref().map(|owner| owner.id(client)).transpose()?;
        self.share
            .map(Selection::Share)
            .or(self.link.map(Selection::Link))
            .or(owner.map(Selection::Owner))
            .or(self.item.map(Selection::Item))
            .or(self.recipient.clone().map(Selection::Recipient))
            .ok_or_else(|| Failure::Usage("say what to freeze".to_owned()))
    }
}

/// A count asks for a reason as a freeze does, though nobody will read it.
fn counting() -> Result<Reason, Failure> {
    "counted only".parse().map_err(|_| Failure::Usage("say why with --reason".to_owned()))
}

fn living(links: u32) -> String {
    match links {
        1 => "1 living link".to_owned(),
        links => format!("{links} living links"),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use api::FreezeId;
    use jiff::tz::TimeZone;

    use super::*;

    /// What was asked, in order (whether it was only a count), and what was said.
    fn frozen(count: bool, json: bool) -> (Vec<bool>, String, String) {
        let reason = (!count).then(|| "phished".parse().unwrap());
        let freeze =
            Freeze { share: Some(ShareId::from_bytes([1; 16])), link: None, owner: None, item: None, recipient: None, reason, count };
        let (mut input, mut out, mut err) = (&b""[..], Vec::new(), Vec::new());
        let mut terminal = Terminal { input: &mut input, out: &mut out, err: &mut err, json, zone: TimeZone::UTC };
        let asked = RefCell::new(Vec::new());
        let ask = |place: &Place| {
            asked.borrow_mut().push(place.count_only);
            Ok(Placed { freeze: (!place.count_only).then(|| FreezeId::from_bytes([2; 16])), links: 3 })
        };
        freeze.place(Selection::Share(ShareId::from_bytes([1; 16])), ask, &mut terminal).unwrap();
        (asked.into_inner(), String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
    }

    #[test]
    fn links_are_counted_and_said_before_they_are_frozen() {
        let (asked, out, err) = frozen(false, false);
        assert_eq!(asked, [true, false]);
        assert_eq!(err, "Freezing 3 living links by share 01010101-0101-0101-0101-010101010101.\n");
        assert_eq!(out, "Frozen: 3 living links.\nTo lift it: posternctl share unfreeze 02020202-0202-0202-0202-020202020202\n");
    }

    #[test]
    fn a_count_freezes_nothing() {
        let (asked, out, _) = frozen(true, false);
        assert_eq!((asked, out.as_str()), (vec![true], "3 living links by share 01010101-0101-0101-0101-010101010101.\n"));
        assert_eq!(frozen(true, true).1, "{\"freeze\":null,\"links\":3}\n");
    }
}
