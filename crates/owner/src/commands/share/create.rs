//! `postern share create`: a snapshot of an item, sealed once, and a link for each recipient.
//!
//! Nothing of a link's secret goes to the daemon; the token does only where the daemon is to mail it.

use std::path::PathBuf;

use api::shares::{NewLink, NewShare};
use api::text::{Email, Label};
use api::{Delivery, Fixed, ItemId, Language, LinkId, Networks, Sealed, Secret, ShareId, Timestamp, Views};
use clap::{Args, ValueEnum};
use seal::link::{Origin, SealedLink, SealedShare, Snapshot, seal_share};

use super::draft::{self, Common, Draft, Token};
use super::handed::{self, Handed};
use super::relayed;
use crate::failure::Failure;
use crate::moment::Moment;
use crate::session::{Session, again};
use crate::terminal::Terminal;
use crate::{ids, item};

const EXAMPLES: &str = "\
Examples:
  postern share create wiki --to bob@example.org --expires 1h
      The item called wiki, to be viewed once within the next hour.
  postern share create wiki --to bob@example.org --to eve@example.com --views 3
      A link for each of the two, three views for each.
  postern share create wiki --to bob@example.org --network 10.20.0.0/16
      Only for somebody who is on that network.
  postern share create wiki --to bob@example.org --draft ~/drafts
      The link stands in a mail draft, to be opened and sent; the token is mailed.";

/// Share an item: prints one link for each recipient
///
/// The appliance mails the token to each recipient; you hand over the link, by another way (--deliver changes that). What is shared is a
/// copy: later changes of the item don't reach it.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct Create {
    /// The item: its id, the last eight digits of it, or its name
    item: String,
    /// A recipient's email address; repeat it for several, each gets a link of their own
    #[arg(long, required = true, value_name = "EMAIL")]
    to: Vec<Email>,
    /// Until when it can be opened: 1h, 12h, 24h, 5d, 1w, 30d, or a date with a time like "2026-12-24 18:00"
    #[arg(long, default_value = "24h", value_name = "WHEN", value_parser = Moment::read)]
    expires: Moment,
    /// From when on it can be opened, written like --expires; at once, if not given
    #[arg(long, value_name = "WHEN", value_parser = Moment::read)]
    starts: Option<Moment>,
    /// How often each link can be viewed: a number, or `unlimited`
    #[arg(long, default_value = "1", value_name = "NUMBER", value_parser = views)]
    views: Views,
    /// Only from this network, like 10.20.0.0/16; repeat it for several
    #[arg(long = "network", value_name = "CIDR", value_parser = network)]
    networks: Vec<String>,
    /// What lists, mails and operators call it. The appliance can read this: put nothing secret into it
    #[arg(long)]
    label: Option<Label>,
    /// Ask for no token: whoever has the link can open it
    #[arg(long)]
    no_token: bool,
    /// How link and token reach the recipients
    #[arg(long, value_name = "HOW", default_value = "hand-over", conflicts_with = "by_hand")]
    deliver: Deliver,
    /// Mail nothing: print the tokens too, to be handed over by yet another way (the same as --deliver by-hand)
    #[arg(long)]
    by_hand: bool,
    /// With --deliver relay-both: don't ask once more
    #[arg(long)]
    yes: bool,
    /// In which language recipients are written to: en, pt-BR or es; the appliance's own, if not given
    #[arg(long, value_name = "LANGUAGE", value_parser = str::parse::<Language>)]
    language: Option<Language>,
    /// Write a mail draft for each recipient into this folder: your mail program opens it, and you send it. It holds the link, never the
    /// token, and is readable by you alone; delete it once it is sent
    #[arg(long, value_name = "FOLDER", value_hint = clap::ValueHint::DirPath)]
    draft: Option<PathBuf>,
    /// Draw each link as a QR code
    #[arg(long, conflicts_with = "json")]
    qr: bool,
}

/// How link and token reach the recipients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Deliver {
    /// The appliance mails the token, you hand over the link
    HandOver,
    /// You hand over both, and the appliance learns neither
    ByHand,
    /// The appliance mails both, one after the other, and so learns both: not end to end. Policy may forbid it
    RelayBoth,
}

/// When, how often, and how.
struct Terms {
    starts_at: Timestamp,
    expires_at: Timestamp,
    delivery: Delivery,
}

impl Create {
    pub fn run(self, session: &Session, terminal: &mut Terminal) -> Result<(), Failure> {
        let id = item::find(session, &self.item)?;
        let contents = item::open(session, id)?.contents()?;
        let now = session.now();
        let terms = self.terms(now)?;
        if terms.delivery.mails_link() && !self.yes {
            relayed::agree(terminal)?;
        }
        let snapshot = Snapshot {
            sharer: session.told.full_name.to_string(),
            starts_ms: millis(terms.starts_at)?,
            expires_ms: millis(terms.expires_at)?,
            views: self.views_sealed(),
            contents,
        };
        let share = ShareId::from_bytes(ids::new(session.id_time()));
        let wanted: Vec<_> =
            self.to.iter().map(|_| seal::link::NewLink { link: ids::new(session.id_time()), with_token: !self.no_token }).collect();
        let sealed = seal_share(*share.as_bytes(), &snapshot, &wanted)?;
        let new = self.new_share(share, id, &terms, &sealed)?;
        let origin = origin(session)?;
        let mut links = self.to.iter().zip(sealed.links).map(|(to, link)| Handed::new(to, link, &origin)).collect::<Vec<_>>();
        // On disk before the share is made, so that a full disk or a wrong folder makes none. They vanish where it is refused.
        let drafts = self.drafts(session, &new, &links, now)?;
        again(|| session.daemon().create_share(&new)).map_err(|error| if error.lost() { may_be_made(error) } else { error.into() })?;
        let mut lost = None;
        for (handed, draft) in links.iter_mut().zip(drafts) {
            match draft.keep() {
                Ok(path) => handed.drafted(path),
                Err(failure) => {
                    lost = Some(failure.hint("The share was made, and its links are shown above: hand this one over yourself."))
                }
            }
        }
        handed::tell(&new, &links, now, self.qr, terminal)?;
        if let Some(failure) = lost {
            return Err(failure);
        }
        if origin.as_str() != session.server && !terms.delivery.mails_link() {
            terminal.say(&format!("The links lead to {origin}: the address at which recipients reach this appliance."));
        }
        Ok(())
    }

    fn terms(&self, now: Timestamp) -> Result<Terms, Failure> {
        let starts_at = self.starts.map_or(now, |starts| starts.from(now));
        let expires_at = self.expires.from(now);
        if expires_at <= now || expires_at <= starts_at {
            return Err(Failure::usage("the expiry must lie in the future and after the start"));
        }
        let delivery = match self.deliver {
            // A token that doesn't exist can't be mailed.
            Deliver::RelayBoth if self.no_token => {
                return Err(Failure::usage("links without a token are not mailed: leave out --no-token, or hand them over yourself"));
            }
            Deliver::RelayBoth => Delivery::RelayBoth,
            Deliver::HandOver if !self.by_hand && !self.no_token => Delivery::HandOver,
            Deliver::HandOver | Deliver::ByHand => Delivery::ByHand,
        };
        if self.draft.is_some() && delivery.mails_link() {
            return Err(Failure::usage(
                "with --deliver relay-both the appliance mails the link itself, so there is no draft: leave out --draft",
            ));
        }
        if self.qr && delivery.mails_link() {
            return Err(Failure::usage("with --deliver relay-both no link is shown, so there is nothing to draw: leave out --qr"));
        }
        Ok(Terms { starts_at, expires_at, delivery })
    }

    fn new_share(&self, share: ShareId, item: ItemId, terms: &Terms, sealed: &SealedShare) -> Result<NewShare, Failure> {
        let networks = Networks::read(&self.networks).map_err(|error| Failure::usage(error.to_string()))?;
        let mailed = |link: &SealedLink| {
            let token = link.token.as_ref().filter(|_| terms.delivery.mails_token());
            token.map(|token| Secret(token.show().to_string()))
        };
        let links = self.to.iter().zip(&sealed.links).map(|(to, link)| NewLink {
            id: LinkId::from_bytes(link.link),
            recipient: to.clone(),
            knock_hash: Fixed(link.knock_hash),
            proof_hash: Fixed(link.proof_hash),
            wrap: Sealed(link.wrap.clone()),
            token: mailed(link),
            fragment: terms.delivery.mails_link().then(|| Secret(link.secret.to_fragment().to_string())),
        });
        Ok(NewShare {
            id: share,
            item,
            label: self.label.clone(),
            starts_at: terms.starts_at,
            expires_at: terms.expires_at,
            views: self.views,
            networks,
            delivery: terms.delivery,
            language: self.language,
            with_token: !self.no_token,
            snapshot: Sealed(sealed.snapshot.clone()),
            links: links.collect(),
        })
    }

    fn drafts(&self, session: &Session, new: &NewShare, links: &[Handed], now: Timestamp) -> Result<Vec<Draft>, Failure> {
        let Some(folder) = &self.draft else { return Ok(Vec::new()) };
        let folder = draft::folder(folder)?;
        let common = Common {
            words: draft::words_of(self.language.unwrap_or(session.told.language)),
            sharer: &session.told.full_name,
            email: &session.told.email,
            written_at: now,
            starts_at: self.starts.map(|_| new.starts_at),
            expires_at: new.expires_at,
            views: new.views,
            token: match new.delivery {
                _ if !new.with_token => Token::None,
                Delivery::ByHand => Token::ByHand,
                Delivery::HandOver | Delivery::RelayBoth => Token::Mailed,
            },
        };
        links.iter().map(|handed| handed.draft(&folder, &common)).collect()
    }

    fn views_sealed(&self) -> Option<u64> {
        match self.views {
            Views::Limited(views) => Some(u64::from(views)),
            Views::Unlimited => None,
        }
    }
}

/// Where links lead: to the address that the appliance names, which may not be the one that this owner uses.
fn origin(session: &Session) -> Result<Origin, Failure> {
    match session.told.public_url.as_str() {
        "" => Origin::parse(&session.server).map_err(|error| Failure::usage(error.to_string())),
        told => Origin::parse(told).map_err(|_| {
            Failure::integrity("the appliance names an address for links to which no link can lead")
                .hint("An operator can mend listen.public_url.")
        }),
    }
}

/// A share that was perhaps made is no danger, since nobody has its links; it only stands in the list.
fn may_be_made(lost: client::Error) -> Failure {
    Failure::from(lost)
        .hint("Look with `postern share list`: if the share is there, revoke it, since its links were never shown, and share again.")
}

/// Reads a number of views.
fn views(text: &str) -> Result<Views, String> {
    if text == "unlimited" {
        return Ok(Views::Unlimited);
    }
    match text.parse() {
        Ok(views @ 1..=10_000) => Ok(Views::Limited(views)),
        _ => Err("write a number from 1 to 10000, or `unlimited`".to_owned()),
    }
}

/// Reads a network and keeps it as it was written.
fn network(text: &str) -> Result<String, String> {
    Networks::read([text]).map(|_| text.to_owned()).map_err(|error| error.to_string())
}

fn millis(time: Timestamp) -> Result<u64, Failure> {
    u64::try_from(time.as_millis()).map_err(|_| Failure::usage("a share can't lie before 1970"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    fn create(more: &[&str]) -> Create {
        use clap::FromArgMatches as _;
        let command = Create::augment_args(clap::Command::new("create")).arg(clap::Arg::new("json").long("json"));
        let line = ["create", "item", "--to", "bob@example.org"].into_iter().chain(more.iter().copied());
        Create::from_arg_matches(&command.get_matches_from(line)).unwrap()
    }

    fn travelling(create: &Create) -> (NewShare, SealedShare) {
        let terms = create.terms(NOW).unwrap();
        let contents = seal::item::Contents::Note { name: "n".into(), body: "b".into() };
        let snapshot = Snapshot { sharer: "Ada".into(), starts_ms: 1, expires_ms: 2, views: create.views_sealed(), contents };
        let wanted = [seal::link::NewLink { link: [1; 16], with_token: !create.no_token }];
        let sealed = seal_share([2; 16], &snapshot, &wanted).unwrap();
        (create.new_share(ShareId::from_bytes([2; 16]), ItemId::from_bytes([3; 16]), &terms, &sealed).unwrap(), sealed)
    }

    #[test]
    fn unless_said_otherwise_a_share_lives_a_day_for_one_view_with_a_mailed_token() {
        let (new, sealed) = travelling(&create(&[]));
        assert_eq!((new.starts_at, new.expires_at), (NOW, NOW.plus_seconds(86_400)));
        assert_eq!((new.views, new.delivery, new.with_token), (Views::Limited(1), Delivery::HandOver, true));
        assert_eq!(new.links[0].token.as_ref().unwrap().0, *sealed.links[0].token.as_ref().unwrap().show());
    }

    #[test]
    fn by_hand_the_daemon_learns_no_token() {
        let (new, _) = travelling(&create(&["--by-hand"]));
        assert_eq!((new.delivery, new.with_token), (Delivery::ByHand, true));
        assert!(new.links[0].token.is_none());
    }

    #[test]
    fn by_hand_can_be_said_in_two_ways_but_only_in_one_at_a_time() {
        let (new, _) = travelling(&create(&["--deliver", "by-hand"]));
        assert_eq!((new.delivery, new.links[0].token.is_none()), (Delivery::ByHand, true));
        let command = Create::augment_args(clap::Command::new("create")).arg(clap::Arg::new("json").long("json"));
        let both = ["create", "item", "--to", "bob@example.org", "--by-hand", "--deliver", "relay-both"];
        assert!(command.try_get_matches_from(both).is_err());
    }

    #[test]
    fn relayed_the_daemon_gets_token_and_fragment() {
        let (new, sealed) = travelling(&create(&["--deliver", "relay-both", "--language", "pt-BR"]));
        assert_eq!((new.delivery, new.language), (Delivery::RelayBoth, Some(Language::Portuguese)));
        assert_eq!(new.links[0].fragment.as_ref().unwrap().0, *sealed.links[0].secret.to_fragment());
        assert!(new.links[0].token.is_some());
        for wrong in [&["--no-token"][..], &["--qr"], &["--draft", "."]] {
            assert!(create(&[&["--deliver", "relay-both"], wrong].concat()).terms(NOW).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_token_that_does_not_exist_is_not_mailed() {
        let (new, _) = travelling(&create(&["--no-token"]));
        assert_eq!((new.delivery, new.with_token), (Delivery::ByHand, false));
    }

    #[test]
    fn the_links_secret_is_in_nothing_that_travels() {
        let (new, sealed) = travelling(&create(&[]));
        let text = serde_json::to_string(&new).unwrap();
        assert!(!text.contains(&*sealed.links[0].secret.to_fragment()));
        assert!(!text.contains(&seal::text::encode(sealed.links[0].secret.expose())));
    }

    #[test]
    fn an_expiry_before_the_start_is_refused_here_already() {
        assert!(create(&["--starts", "2d", "--expires", "1d"]).terms(NOW).is_err());
        assert!(create(&["--expires", "2001-01-01T00:00:00Z"]).terms(NOW).is_err());
    }
}
