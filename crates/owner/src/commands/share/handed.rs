//! What the owner hands over after `postern share create`: links, and tokens where nobody mails them.
//!
//! Nothing here is shown twice: a link's secret is printed now or never.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use api::shares::NewShare;
use api::text::{Email, Label};
use api::{Delivery, ItemId, LinkId, Networks, ShareId, Timestamp};
use seal::link::{LinkUrl, Origin, SealedLink};
use serde::Serialize;
use serde_json::Value;
use zeroize::Zeroizing;

use super::draft::{Common, Draft};
use super::view;
use crate::failure::Failure;
use crate::moment;
use crate::terminal::{Terminal, drawn};

/// One recipient's link, to be handed over.
pub struct Handed {
    link: LinkId,
    recipient: Email,
    url: Zeroizing<String>,
    token: Option<Zeroizing<String>>,
    draft: Option<PathBuf>,
}

/// A new share for programs. It borrows what is secret, so that no second copy is made of it.
#[derive(Serialize)]
struct Created<'a> {
    id: ShareId,
    item: ItemId,
    label: Option<&'a Label>,
    starts_at: String,
    expires_at: String,
    views: Value,
    networks: &'a Networks,
    delivery: Delivery,
    with_token: bool,
    links: Vec<CreatedLink<'a>>,
}

#[derive(Serialize)]
struct CreatedLink<'a> {
    id: LinkId,
    recipient: &'a Email,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    draft: Option<Cow<'a, str>>,
}

impl Handed {
    /// What was sealed for this recipient, as a link to this appliance.
    pub fn new(recipient: &Email, sealed: SealedLink, origin: &Origin) -> Self {
        let token = sealed.token.as_ref().map(seal::link::Token::show);
        let url = LinkUrl { origin: origin.clone(), link: sealed.link, secret: sealed.secret }.to_text();
        Self { link: LinkId::from_bytes(sealed.link), recipient: recipient.clone(), url, token, draft: None }
    }

    /// Writes the draft that hands this link over, and nothing of its token.
    pub fn draft(&self, folder: &Path, common: &Common<'_>) -> Result<Draft, Failure> {
        Draft::write(folder, common, &self.recipient, self.link, &self.url)
    }

    /// Remembers where its draft lies.
    pub fn drafted(&mut self, path: PathBuf) {
        self.draft = Some(path);
    }
}

/// Tells it, to a program or a person.
pub fn tell(new: &NewShare, links: &[Handed], now: Timestamp, qr: bool, terminal: &mut Terminal) -> Result<(), Failure> {
    terminal.answer(&created(new, links), |terminal| {
        links.iter().try_for_each(|handed| print(new, handed, qr, terminal))?;
        terminal.flush()?;
        let (until, left) = (moment::shown(new.expires_at), moment::left(new.expires_at, now));
        terminal.say(&format!("\nUntil {until} ({left}), {} for each link.", view::views_in_words(new.views)));
        terminal.say(if new.delivery.mails_link() {
            "The appliance mails both, one after the other: not end to end."
        } else {
            "The links are shown this once. Hand each one over by another way than its token."
        });
        if links.iter().any(|handed| handed.draft.is_some()) {
            terminal.say("Open each draft in your mail program and send it, then delete the file: whoever reads it has the link.");
        }
        if new.label.is_some() {
            terminal.say("The appliance can read the label.");
        }
        Ok(())
    })
}

fn print(new: &NewShare, handed: &Handed, qr: bool, terminal: &mut Terminal) -> Result<(), Failure> {
    terminal.print(&format!("For {}:", handed.recipient))?;
    if new.delivery.mails_link() {
        terminal.print(&format!("  link {}, mailed to {} some minutes after its token", handed.link.short(), handed.recipient))?;
    } else {
        terminal.print(&format!("  link: {}", *handed.url))?;
    }
    match (&handed.token, new.delivery) {
        (Some(_), Delivery::HandOver | Delivery::RelayBoth) => terminal.print(&format!("  token mailed to {}", handed.recipient))?,
        (Some(token), Delivery::ByHand) => terminal.print(&format!("  token: {}", **token))?,
        (None, _) => terminal.print("  no token: whoever has the link can open it")?,
    }
    if let Some(draft) = &handed.draft {
        terminal.print(&format!("  draft: {}", draft.display()))?;
    }
    if qr { terminal.print(&format!("\n{}\n", drawn(&handed.url)?)) } else { Ok(()) }
}

fn created<'a>(new: &'a NewShare, links: &'a [Handed]) -> Created<'a> {
    let shown = |handed: &'a Handed| CreatedLink {
        id: handed.link,
        recipient: &handed.recipient,
        // Where the daemon mails it, nobody needs to see it.
        link: Some(handed.url.as_str()).filter(|_| !new.delivery.mails_link()),
        // Where the daemon mails it, the token stays out: link and token belong into separate hands.
        token: handed.token.as_ref().filter(|_| new.delivery == Delivery::ByHand).map(|token| token.as_str()),
        draft: handed.draft.as_ref().map(|path| path.to_string_lossy()),
    };
    Created {
        id: new.id,
        item: new.item,
        label: new.label.as_ref(),
        starts_at: moment::written(new.starts_at),
        expires_at: moment::written(new.expires_at),
        views: view::views(new.views),
        networks: &new.networks,
        delivery: new.delivery,
        with_token: new.with_token,
        links: links.iter().map(shown).collect(),
    }
}

#[cfg(test)]
mod tests {
    use api::{Sealed, Views};

    use super::*;

    fn told(delivery: Delivery, with_token: bool, json: bool, qr: bool) -> (String, Option<String>) {
        let contents = seal::item::Contents::Note { name: "n".into(), body: "b".into() };
        let snapshot = seal::link::Snapshot { sharer: "Ada".into(), starts_ms: 1, expires_ms: 2, views: None, contents };
        let wanted = [seal::link::NewLink { link: [1; 16], with_token }];
        let sealed = seal::link::seal_share([2; 16], &snapshot, &wanted).unwrap().links.remove(0);
        let token = sealed.token.as_ref().map(|token| token.show().to_string());
        let new = NewShare {
            id: ShareId::from_bytes([2; 16]),
            item: ItemId::from_bytes([3; 16]),
            label: None,
            starts_at: Timestamp::from_millis(0),
            expires_at: Timestamp::from_millis(1),
            views: Views::Unlimited,
            networks: Networks::default(),
            delivery,
            language: None,
            with_token,
            snapshot: Sealed(vec![1]),
            links: Vec::new(),
        };
        let origin = Origin::parse("https://localhost").unwrap();
        let handed = [Handed::new(&"bob@example.org".parse().unwrap(), sealed, &origin)];
        let (mut terminal, results, _) = Terminal::scripted(json, "");
        tell(&new, &handed, Timestamp::from_millis(0), qr, &mut terminal).unwrap();
        (results.text(), token)
    }

    #[test]
    fn what_the_appliance_mails_is_not_shown() {
        for json in [false, true] {
            let (told, token) = told(Delivery::RelayBoth, true, json, false);
            assert!(!told.contains("https://") && !told.contains('#') && !told.contains(&token.unwrap()), "{told}");
            assert!(told.contains("bob@example.org"), "{told}");
        }
    }

    #[test]
    fn a_token_that_is_mailed_is_not_shown_beside_its_link() {
        for json in [false, true] {
            let (text, token) = told(Delivery::HandOver, true, json, false);
            assert!(text.contains("https://localhost/s/") && !text.contains(&token.unwrap()), "{text}");
        }
        assert!(told(Delivery::HandOver, true, false, false).0.contains("token mailed to bob@example.org"));
    }

    #[test]
    fn by_hand_the_token_is_shown() {
        for json in [false, true] {
            let (text, token) = told(Delivery::ByHand, true, json, false);
            assert!(text.contains(&token.unwrap()) && !text.contains("mailed"), "{text}");
        }
    }

    #[test]
    fn a_link_without_token_says_so() {
        assert!(told(Delivery::ByHand, false, false, false).0.contains("no token"));
        assert!(!told(Delivery::ByHand, false, true, false).0.contains("\"token\""));
    }

    #[test]
    fn a_link_is_drawn_where_that_was_asked_for() {
        assert!(told(Delivery::HandOver, true, false, true).0.contains('█'));
        assert!(!told(Delivery::HandOver, true, false, false).0.contains('█'));
    }
}
