//! How a share and its links are shown, to people and to programs.
//!
//! Nothing here knows a secret or a token: after its making, a share has none to show.

use api::shares::{Link, Share};
use api::{State, Views};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::moment;
use crate::terminal::{Terminal, harmless};

/// A share for programs.
pub fn as_json(share: &Share) -> Value {
    json!({
        "id": share.id, "item": share.item, "label": share.label, "created_at": moment::written(share.created_at),
        "starts_at": moment::written(share.starts_at), "expires_at": moment::written(share.expires_at), "views": views(share.views),
        "networks": share.networks, "delivery": share.delivery, "language": share.language, "with_token": share.with_token,
        "links": share.links.iter().map(link_as_json).collect::<Vec<_>>(),
    })
}

/// A share for people: what it is, then one line for each link.
pub fn print(share: &Share, openings: bool, terminal: &mut Terminal) -> Result<(), Failure> {
    let label = share.label.as_ref().map(|label| format!("  {}", harmless(label.as_str()))).unwrap_or_default();
    terminal.print(&format!("share {}{label}", share.id))?;
    terminal.print(&format!(
        "  item {}, made {}, until {}, {}",
        share.item,
        moment::shown(share.created_at),
        moment::shown(share.expires_at),
        views_in_words(share.views)
    ))?;
    if share.delivery.mails_link() {
        terminal.print("  link and token mailed by the appliance: not end to end")?;
    }
    for link in &share.links {
        let failed = match link.failed_tokens {
            0 => String::new(),
            one @ 1 => format!(", {one} wrong token"),
            some => format!(", {some} wrong tokens"),
        };
        let used = link.views_used;
        let state = state_in_words(link.state);
        terminal.print(&format!("  {}  {state:<9}  {used} viewed{failed}  {}", link.id, harmless(link.recipient.as_str())))?;
        for opening in link.openings.iter().filter(|_| openings) {
            terminal.print(&format!("      opened {} from {}", moment::shown(opening.at), harmless(&opening.address)))?;
        }
    }
    Ok(())
}

/// A number of views for programs: a number, or `"unlimited"`.
pub fn views(views: Views) -> Value {
    match views {
        Views::Limited(views) => json!(views),
        Views::Unlimited => json!("unlimited"),
    }
}

/// A number of views for people.
pub fn views_in_words(views: Views) -> String {
    match views {
        Views::Limited(1) => "1 view".to_owned(),
        Views::Limited(views) => format!("{views} views"),
        Views::Unlimited => "unlimited views".to_owned(),
    }
}

fn state_in_words(state: State) -> &'static str {
    match state {
        State::UsedUp => "used up",
        other => other.name(),
    }
}

fn link_as_json(link: &Link) -> Value {
    let openings: Vec<_> =
        link.openings.iter().map(|opening| json!({"at": moment::written(opening.at), "address": opening.address})).collect();
    json!({
        "id": link.id, "recipient": link.recipient, "state": link.state, "views_used": link.views_used,
        "failed_tokens": link.failed_tokens, "openings": openings,
    })
}

#[cfg(test)]
mod tests {
    use api::links::Opening;
    use api::{Delivery, ItemId, LinkId, Networks, ShareId, Timestamp};

    use super::*;

    fn share() -> Share {
        let at = Timestamp::from_millis(1_700_000_000_000);
        Share {
            id: ShareId::from_bytes([1; 16]),
            item: ItemId::from_bytes([2; 16]),
            label: Some("Wi-Fi".parse().unwrap()),
            created_at: at,
            starts_at: at,
            expires_at: at.plus_seconds(3600),
            views: Views::Limited(2),
            networks: Networks::read(["10.20.0.0/16"]).unwrap(),
            delivery: Delivery::HandOver,
            language: None,
            with_token: true,
            links: vec![Link {
                id: LinkId::from_bytes([3; 16]),
                recipient: "bob@example.org".parse().unwrap(),
                state: State::UsedUp,
                views_used: 2,
                failed_tokens: 1,
                openings: vec![Opening { at, address: "10.20.0.5\u{1b}[2J".into() }],
            }],
        }
    }

    #[test]
    fn people_see_who_opened_what_and_nothing_steers_their_terminal() {
        let (mut terminal, results, _) = Terminal::scripted(false, "");
        print(&share(), true, &mut terminal).unwrap();
        let text = results.text();
        for part in ["Wi-Fi", "2 views", "used up", "2 viewed, 1 wrong token", "bob@example.org", "from 10.20.0.5<1B>[2J"] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }

    #[test]
    fn programs_get_a_stable_shape() {
        let told = as_json(&share());
        assert_eq!(told["views"], 2);
        assert_eq!(told["expires_at"], "2023-11-14T23:13:20Z");
        assert_eq!(told["networks"][0], "10.20.0.0/16");
        assert_eq!(told["links"][0]["state"], "used-up");
        assert_eq!(views(Views::Unlimited), "unlimited");
    }
}
