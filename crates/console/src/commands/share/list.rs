//! `posternctl share list`
//!
//! Nothing here shows what is shared, or a link that could be opened.

use api::admin::shares::{LinkRow, Sort};
use api::text::{Email, UserName};
use api::{Delivery, ItemId, LinkId, ShareId, Timestamp, Views};
use clap::Args;
use clap::builder::PossibleValuesParser;
use client::Client;
use client::admin::shares::Filter;

use crate::failure::Failure;
use crate::moment;
use crate::paging::Paging;
use crate::show::text::{COLUMNS, padded, width};
use crate::terminal::Terminal;

const STATES: [&str; 8] = ["waiting", "open", "used-up", "expired", "revoked", "frozen", "locked", "burnt"];
const DELIVERIES: [&str; 3] = ["hand-over", "by-hand", "relay-both"];
const SORTS: [&str; 2] = ["made", "expires"];

/// List shares and their links, newest first, or those first that end soonest
///
/// Each share has a heading, then a line for each recipient: the link's id, its state, views spent of views allowed.
/// The ids are what `posternctl share revoke` and `posternctl share freeze` ask for; nobody can open a share with them.
#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only shares by this owner
    #[arg(long, value_name = "NAME")]
    owner: Option<UserName>,

    /// Only links for this recipient
    #[arg(long, value_name = "ADDRESS")]
    recipient: Option<Email>,

    /// Only shares of this item
    #[arg(long, value_name = "ITEM")]
    item: Option<ItemId>,

    /// Only this share
    #[arg(long, value_name = "SHARE")]
    share: Option<ShareId>,

    /// Only this link
    #[arg(long, value_name = "LINK")]
    link: Option<LinkId>,

    /// Only links that are like this
    #[arg(long, value_name = "STATE", value_parser = PossibleValuesParser::new(STATES))]
    state: Option<String>,

    /// Only links that travel like this
    #[arg(long, value_name = "DELIVERY", value_parser = PossibleValuesParser::new(DELIVERIES))]
    delivery: Option<String>,

    /// Only links made then or later: a date, with a time or without, like "2026-12-24 18:00"
    #[arg(long, value_name = "WHEN", value_parser = moment::read)]
    made_from: Option<Timestamp>,

    /// Only links made earlier than then
    #[arg(long, value_name = "WHEN", value_parser = moment::read)]
    made_until: Option<Timestamp>,

    /// In which order: the newest first (made), or those first that end soonest (expires)
    #[arg(long, value_name = "ORDER", default_value = "made", hide_default_value = true, value_parser = PossibleValuesParser::new(SORTS))]
    sort: String,

    #[command(flatten)]
    paging: Paging,
}

impl List {
    pub(crate) fn run(&self, client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        let filter = Filter {
            owner: self.owner.as_ref().map(ToString::to_string),
            recipient: self.recipient.as_ref().map(ToString::to_string),
            item: self.item.map(|item| item.to_string()),
            share: self.share.map(|share| share.to_string()),
            link: self.link.map(|link| link.to_string()),
            state: self.state.clone(),
            delivery: self.delivery.clone(),
            made_from: self.made_from,
            made_until: self.made_until,
            sort: if self.sort == Sort::Expires.name() { Sort::Expires } else { Sort::Made },
        };
        self.paging.show(terminal, |after, limit| client.link_rows(&filter, after, limit), lines)
    }
}

fn lines(terminal: &Terminal<'_>, links: &[LinkRow], _first: bool) -> Vec<String> {
    let mut lines = Vec::new();
    let mut share = None;
    for link in links {
        if share != Some(link.share) {
            share = Some(link.share);
            lines.extend(heading(terminal, link));
        }
        lines.extend(line(link));
    }
    lines
}

fn heading(terminal: &Terminal<'_>, link: &LinkRow) -> Vec<String> {
    let label = link.label.as_ref().map(|label| format!(", “{label}”")).unwrap_or_default();
    let delivery = match (link.delivery, link.with_token) {
        (_, false) => "without a token",
        (Delivery::HandOver, true) => "token by mail",
        (Delivery::ByHand, true) => "handed over",
        (Delivery::RelayBoth, true) => "both by mail: not end to end",
    };
    vec![
        format!("share {}  {delivery}", link.share),
        format!("  of item {} by {}{label}", link.item, link.owner),
        format!("  from {} until {}", terminal.minute(link.created_at), terminal.minute(link.expires_at)),
    ]
}

fn line(link: &LinkRow) -> Vec<String> {
    let views = match link.views {
        Views::Limited(limit) => format!("{}/{limit}", link.views_used),
        Views::Unlimited => format!("{}/any", link.views_used),
    };
    let wrong = match link.failed_tokens {
        0 => String::new(),
        1 => " (1 wrong token)".to_owned(),
        wrong => format!(" ({wrong} wrong tokens)"),
    };
    let begin = format!("  link {}  {}  {}  ", link.link, padded(link.state.name(), 7), padded(&views, 5));
    let end = format!("{}{wrong}", link.recipient);
    if width(&begin) + width(&end) <= COLUMNS { vec![begin + &end] } else { vec![begin.trim_end().to_owned(), format!("       {end}")] }
}

#[cfg(test)]
mod tests {
    use api::{LinkId, State, Timestamp};
    use jiff::tz::TimeZone;

    use super::*;

    fn link(share: u8, id: u8, recipient: &str) -> LinkRow {
        LinkRow {
            link: LinkId::from_bytes([id; 16]),
            share: ShareId::from_bytes([share; 16]),
            item: ItemId::from_bytes([9; 16]),
            owner: "ada".parse().unwrap(),
            label: (share == 1).then(|| "Wi-Fi, ground floor".parse().unwrap()),
            recipient: recipient.parse().unwrap(),
            state: State::Open,
            created_at: Timestamp::from_millis(1_700_000_000_000),
            expires_at: Timestamp::from_millis(1_700_086_400_000),
            views: Views::Limited(1),
            views_used: 0,
            failed_tokens: 0,
            delivery: Delivery::HandOver,
            with_token: true,
        }
    }

    #[test]
    fn links_stand_below_their_share_within_80_columns() {
        let links = [
            link(1, 3, "bob@example.com"),
            LinkRow { state: State::UsedUp, views_used: 1, ..link(1, 4, "carol@example.com") },
            LinkRow {
                views: Views::Unlimited,
                views_used: 12,
                failed_tokens: 3,
                delivery: Delivery::ByHand,
                ..link(2, 5, "somebody.with.a.long.name@department.example.com")
            },
        ];
        let (mut input, mut out, mut err) = (&b""[..], Vec::new(), Vec::new());
        let terminal = Terminal { input: &mut input, out: &mut out, err: &mut err, json: false, zone: TimeZone::UTC };
        let lines = lines(&terminal, &links, true);
        assert!(lines.iter().all(|line| width(line) <= COLUMNS));
        insta::assert_snapshot!(lines.join("\n"));
    }

    #[test]
    fn a_share_whose_link_and_token_are_mailed_is_marked() {
        let (mut input, mut out, mut err) = (&b""[..], Vec::new(), Vec::new());
        let terminal = Terminal { input: &mut input, out: &mut out, err: &mut err, json: false, zone: TimeZone::UTC };
        let relayed = LinkRow { delivery: Delivery::RelayBoth, ..link(1, 3, "bob@example.com") };
        let told = heading(&terminal, &relayed).join("\n");
        assert!(told.contains("both by mail: not end to end"), "{told}");
        assert!(told.lines().all(|line| width(line) <= COLUMNS), "{told}");
    }

    #[test]
    fn every_state_can_be_asked_for() {
        use State::*;
        assert_eq!([Waiting, Open, UsedUp, Expired, Revoked, Frozen, Locked, Burnt].map(State::name), STATES);
    }
}
