//! `posternctl share freeze`
//!
//! Nothing here ends a link: what is frozen comes back as it was, if it is lifted in time.

use api::admin::freezes::{Place, Placed};
use api::text::{Email, Reason};
use api::{ItemId, LinkId, Selection, ShareId};
use clap::{ArgGroup, Args};
use client::{Answer, Client};
use jiff::tz::TimeZone;

use crate::failure::Failure;
use crate::moment::Moment;
use crate::person::Person;
use crate::show::selection::told;
use crate::terminal::Terminal;

const EXAMPLES: &str = "\
Examples:
  posternctl share freeze --owner ada --count
      How many links would be taken, without freezing any.
  posternctl share freeze --recipient bob@example.com --reason phished
      Every link that was sent to this address.
  posternctl share freeze --network 10.20.7.0/24 --reason 'a stolen laptop was there'
      Every link that was checked or opened from there.
  posternctl share freeze --made-from 2026-11-20T14:00 --made-until 2026-11-20T18:00 --reason 'a session was stolen'
      Every link that was made that afternoon.";

/// Stop links while somebody looks into it; what they are is counted and said first
///
/// A frozen link can't be opened, not even by an attempt under way, and comes back as it was when the freeze is lifted
/// (`posternctl share unfreeze`). That can be done for 24 hours: what the freeze still holds then is burnt, for good, and the owners
/// are told. The reason is kept in the audit log. Links that are made later are not taken:
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

    /// Every link that was checked or opened from this network or address, like 10.20.0.0/16
    #[arg(long, group = "selection", value_name = "CIDR", value_parser = Selection::network)]
    network: Option<Selection>,

    /// Every link that was made from this time on, like 2026-11-20T14:05 or 2026-11-20T14:05Z
    #[arg(long, group = "selection", value_name = "TIME", requires = "made_until")]
    made_from: Option<Moment>,

    /// Until when it was made, itself not included; together with --made-from
    #[arg(long, value_name = "TIME", requires = "made_from")]
    made_until: Option<Moment>,

    /// Why, for those who read the audit log later
    #[arg(long, value_name = "TEXT", required_unless_present = "count")]
    reason: Option<Reason>,

    /// Only count, and freeze nothing
    #[arg(long)]
    count: bool,
}

impl Freeze {
    pub(crate) fn run(&self, client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        let selection = self.selection(client, &terminal.zone)?;
        self.place(selection, |place| client.freeze(place), terminal)
    }

    fn place(&self, selection: Selection, ask: impl Fn(&Place) -> Answer<Placed>, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        let reason = self.reason.clone().map_or_else(counting, Ok)?;
        let mut place = Place { selection, reason, count_only: true };
        let counted = ask(&place)?;
        let by = told(&place.selection, counted.owner.as_ref());
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
        if let Some(burns_at) = placed.burns_at {
            terminal.line(&format!("This can be undone until {}; what it still holds then is burnt.", terminal.minute(burns_at)))?;
        }
        match placed.freeze {
            Some(freeze) => terminal.line(&format!("To lift it: posternctl share unfreeze {freeze}")),
            None => Ok(()),
        }
    }

    fn selection(&self, client: &Client, zone: &TimeZone) -> Result<Selection, Failure> {
        if let Some((from, until)) = self.made_from.zip(self.made_until) {
            let (from, until) = (from.at(zone).map_err(Failure::Usage)?, until.at(zone).map_err(Failure::Usage)?);
            return Selection::made(from, until).map_err(|why| Failure::Usage(why.to_string()));
        }
        let owner = self.owner.as_ref().map(|owner| owner.id(client)).transpose()?;
        self.share
            .map(Selection::Share)
            .or(self.link.map(Selection::Link))
            .or(owner.map(Selection::Owner))
            .or(self.item.map(Selection::Item))
            .or(self.recipient.clone().map(Selection::Recipient))
            .or(self.network.clone())
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

    use api::{FreezeId, Timestamp};

    use super::*;

    /// What was asked, in order (whether it was only a count), and what was said.
    fn frozen(count: bool, json: bool) -> (Vec<bool>, String, String) {
        placed(count, json, Selection::Share(ShareId::from_bytes([1; 16])), None)
    }

    fn placed(count: bool, json: bool, selection: Selection, owner: Option<&str>) -> (Vec<bool>, String, String) {
        let reason = (!count).then(|| "phished".parse().unwrap());
        let owner = owner.map(|name| name.parse().unwrap());
        let share = Some(ShareId::from_bytes([1; 16]));
        let (network, made_from, made_until) = (None, None, None);
        let freeze = Freeze { share, link: None, owner: None, item: None, recipient: None, network, made_from, made_until, reason, count };
        let (mut input, mut out, mut err) = (&b""[..], Vec::new(), Vec::new());
        let mut terminal = Terminal { input: &mut input, out: &mut out, err: &mut err, json, zone: TimeZone::UTC };
        let asked = RefCell::new(Vec::new());
        let ask = |place: &Place| {
            asked.borrow_mut().push(place.count_only);
            let burns_at = (!place.count_only).then(|| Timestamp::from_millis(1_700_000_000_000));
            Ok(Placed { freeze: (!place.count_only).then(|| FreezeId::from_bytes([2; 16])), links: 3, owner: owner.clone(), burns_at })
        };
        freeze.place(selection, ask, &mut terminal).unwrap();
        (asked.into_inner(), String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
    }

    #[test]
    fn links_are_counted_and_said_before_they_are_frozen() {
        let (asked, out, err) = frozen(false, false);
        assert_eq!(asked, [true, false]);
        assert_eq!(err, "Freezing 3 living links by share 01010101-0101-0101-0101-010101010101.\n");
        assert_eq!(
            out,
            "Frozen: 3 living links.\n\
             This can be undone until 2023-11-14 22:13 +00:00; what it still holds then is burnt.\n\
             To lift it: posternctl share unfreeze 02020202-0202-0202-0202-020202020202\n"
        );
    }

    #[test]
    fn an_owner_is_told_by_name_and_one_whom_nobody_knows_by_the_end_of_the_id() {
        let of = || Selection::Owner(api::UserId::from_bytes([7; 16]));
        assert_eq!(placed(true, false, of(), Some("ada")).1, "3 living links by owner ada.\n");
        assert_eq!(placed(false, false, of(), Some("ada")).2, "Freezing 3 living links by owner ada.\n");
        assert_eq!(placed(true, false, of(), None).1, "3 living links by owner 07070707.\n");
        assert_eq!(placed(true, true, of(), Some("ada")).1, "{\"freeze\":null,\"links\":3,\"owner\":\"ada\"}\n");
    }

    #[test]
    fn a_count_freezes_nothing() {
        let (asked, out, _) = frozen(true, false);
        assert_eq!((asked, out.as_str()), (vec![true], "3 living links by share 01010101-0101-0101-0101-010101010101.\n"));
        assert_eq!(frozen(true, true).1, "{\"freeze\":null,\"links\":3}\n");
    }
}
