//! `posternctl share freezes`
//!
//! Nothing here lifts one.

use api::admin::freezes::Freeze;
use clap::Args;
use client::Client;

use crate::failure::Failure;
use crate::paging::Paging;
use crate::show::selection::told;
use crate::show::text::wrapped;
use crate::terminal::Terminal;

/// List freezes, newest first, lifted and burnt ones included
///
/// One that a recipient's report placed says so, and names the link. Which operator placed or lifted one stands in the audit log:
/// `posternctl audit list --event freeze.placed`.
#[derive(Debug, Args)]
pub(crate) struct Freezes {
    #[command(flatten)]
    paging: Paging,
}

impl Freezes {
    pub(crate) fn run(&self, client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        self.paging.show(
            terminal,
            |after, limit| client.freezes(after, limit),
            |terminal, freezes, _| freezes.iter().flat_map(|freeze| lines(terminal, freeze)).collect(),
        )
    }
}

fn lines(terminal: &Terminal<'_>, freeze: &Freeze) -> Vec<String> {
    let state = match (freeze.lifted_at, freeze.burnt_at, freeze.burns_at) {
        (Some(at), _, _) => format!("lifted {}", terminal.minute(at)),
        (None, Some(at), _) => format!("burnt {}", terminal.minute(at)),
        (None, None, Some(at)) => format!("holds; can be lifted until {}, then it is burnt", terminal.minute(at)),
        (None, None, None) => "holds".to_owned(),
    };
    let links = if freeze.links == 1 { "1 link".to_owned() } else { format!("{} links", freeze.links) };
    let mut lines =
        vec![format!("freeze {}  {state}", freeze.freeze), format!("  {links} by {}", told(&freeze.selection, freeze.owner.as_ref()))];
    if let Some(link) = freeze.reported_by {
        lines.push(format!("  reported by the recipient of link {link}"));
    }
    lines.extend(wrapped(&format!("placed {}: {}", terminal.minute(freeze.placed_at), freeze.reason), "  "));
    lines
}

#[cfg(test)]
mod tests {
    use api::{FreezeId, LinkId, Selection, ShareId, Timestamp, UserId};
    use jiff::tz::TimeZone;

    use super::*;

    #[test]
    fn a_freeze_says_what_it_took_why_and_whether_it_holds() {
        let holds = Freeze {
            freeze: FreezeId::from_bytes([1; 16]),
            selection: Selection::Owner(UserId::from_bytes([2; 16])),
            owner: Some("ada".parse().unwrap()),
            reason: "a laptop was stolen; ".repeat(8).parse().unwrap(),
            placed_at: Timestamp::from_millis(1_700_000_000_000),
            lifted_at: None,
            burns_at: Some(Timestamp::from_millis(1_700_086_400_000)),
            burnt_at: None,
            links: 12,
            reported_by: None,
        };
        let reported = Freeze {
            selection: Selection::Share(ShareId::from_bytes([3; 16])),
            owner: None,
            reason: "the recipient says: this was not me".parse().unwrap(),
            reported_by: Some(LinkId::from_bytes([4; 16])),
            burns_at: None,
            ..holds.clone()
        };
        let lifted =
            Freeze { lifted_at: Some(Timestamp::from_millis(1_700_086_400_000)), burns_at: None, links: 1, owner: None, ..holds.clone() };
        let burnt = Freeze {
            selection: Selection::network("10.20.0.0/16").unwrap(),
            owner: None,
            burnt_at: Some(Timestamp::from_millis(1_700_086_400_000)),
            burns_at: None,
            ..holds.clone()
        };
        let (mut input, mut out, mut err) = (&b""[..], Vec::new(), Vec::new());
        let terminal = Terminal { input: &mut input, out: &mut out, err: &mut err, json: false, zone: TimeZone::UTC };
        let all: Vec<_> = [holds, lifted, reported, burnt].iter().flat_map(|freeze| lines(&terminal, freeze)).collect();
        insta::assert_snapshot!(all.join("\n"));
    }
}
