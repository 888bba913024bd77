//! `postern open`: a link, opened at a terminal instead of in a browser. No account is needed.
//!
//! Nothing is spent before the recipient agrees, and nothing twice: the attempt is on disk before it is sent and stays until the
//! secret has been shown. Nothing of the secret is shown before everything verifies.

mod held;
mod not_me;

use std::collections::BTreeMap;

use api::links::{Burn, Checked, Knock, Revealed};
use api::{LinkId, ShareId, State, Timestamp};
use clap::Args;
use held::Held;
use seal::link::{LinkUrl, Snapshot};
use serde::Serialize;

use crate::failure::{Exit, Failure};
use crate::home::Attempts;
use crate::session::{Place, again};
use crate::terminal::{Terminal, harmless};
use crate::{arguments, item, moment};

/// Open a link that somebody shared with you; no account is needed
///
/// Asks for the link and, if it has one, the token; or reads them from standard input, one line each. Says who shares, since when and
/// how many views are left, and asks before a view is spent. If this is cut off, run it again within ten minutes: that costs no second view.
#[derive(Debug, Args)]
pub struct Open {
    /// View without asking once more; needed where standard input is no terminal
    #[arg(long)]
    yes: bool,
    /// After showing it: destroy it at the appliance, also if views are left
    #[arg(long)]
    burn: bool,
    /// View nothing; say instead that somebody else has opened it: this freezes the whole share and alarms its owner
    #[arg(long, conflicts_with = "burn")]
    not_me: bool,
    // Taken only to be refused in words that help.
    #[arg(hide = true, value_name = "LINK")]
    refused: Vec<String>,
}

/// What was revealed, for programs. It borrows what is secret, so that no second copy is made of it.
#[derive(Serialize)]
struct Shown<'a> {
    share: ShareId,
    link: LinkId,
    sharer: &'a str,
    kind: &'static str,
    name: &'a str,
    fields: BTreeMap<&'static str, &'a str>,
    views_left: Option<u32>,
    expires_at: String,
}

impl Open {
    pub fn run(self, place: &Place, terminal: &mut Terminal) -> Result<(), Failure> {
        if !self.refused.is_empty() {
            return Err(arguments::link_refused());
        }
        let typed = terminal.ask_secret("Link (it isn't shown): ")?;
        let url = LinkUrl::parse(&typed).map_err(|error| Failure::new(Exit::UnknownLink, "unknown-link", error.to_string()))?;
        let client = place.client_of(url.origin.as_str())?;
        let mut held = Held::new(client, url)?;
        let knocked = held.client.knock(held.link, &Knock { knock: held.knock.clone() })?;
        if self.not_me {
            return not_me::report(&mut held, &knocked, self.yes, terminal);
        }
        let attempts = Attempts(&place.home);
        let pending = attempts.pending(held.link, held.now())?;
        // What was granted before and cut off is answered once more, also when nothing is left.
        let cut_off = pending.is_some() && matches!(knocked.state, State::UsedUp | State::Expired);
        if !cut_off {
            dead_end(knocked.state, knocked.starts_at)?;
        }
        if knocked.with_token {
            held.ask_token(terminal)?;
        }
        if cut_off {
            terminal.say("An earlier opening was cut off; it is taken up again and costs no view.");
        } else {
            let checked = held.check(terminal, knocked.with_token)?;
            introduce(&checked, terminal);
            self.agree(terminal)?;
        }
        let attempt = match pending {
            Some(attempt) => attempt,
            None => attempts.begin(held.link, held.now())?,
        };
        let revealed = held.reveal(&attempt).inspect_err(|failure| {
            // A refusal has spent nothing and can't be taken up again; a lost answer can.
            if failure.exit != Exit::Unreachable && failure.exit != Exit::NotPostern {
                let _ = attempts.done(held.link);
            }
        })?;
        let snapshot = held.open(&revealed)?;
        show(&held, &revealed, &snapshot, terminal)?;
        terminal.flush()?;
        attempts.done(held.link)?;
        if self.burn {
            again(|| held.client.burn(held.link, &Burn { knock: held.knock.clone(), proof: held.proof.clone() }))?;
            terminal.say("Destroyed at the appliance.");
        }
        Ok(())
    }

    fn agree(&self, terminal: &mut Terminal) -> Result<(), Failure> {
        if self.yes {
            return Ok(());
        }
        if !terminal.interactive() {
            return Err(
                Failure::usage("viewing spends a view, and nobody is there to be asked: nothing was spent").hint("Say --yes to view.")
            );
        }
        if terminal.agree("View it now? This spends a view.")? {
            return Ok(());
        }
        Err(Failure::new(Exit::Declined, "declined", "not viewed; nothing was spent"))
    }
}

/// Each way in which a link can be dead, in its own plain words.
fn dead_end(state: State, starts_at: Timestamp) -> Result<(), Failure> {
    let (exit, message, hint) = match state {
        State::Open => return Ok(()),
        State::Waiting => {
            let from = format!("This share is not open yet: it opens {}.", moment::shown(starts_at));
            (Exit::NotYet, from, "Come back then.")
        }
        State::UsedUp => (
            Exit::UsedUp,
            "This link is used up: all its views are spent.".to_owned(),
            "If it wasn't you who viewed it, say so at once with `postern open --not-me`. Otherwise ask for a new link.",
        ),
        State::Expired => (Exit::Expired, "This link has expired.".to_owned(), "Ask the person who shared it for a new one."),
        State::Revoked => (Exit::Revoked, "This link has been revoked.".to_owned(), "Ask the person who shared it why."),
        State::Frozen => (Exit::Frozen, "This link is frozen while somebody looks into it.".to_owned(), "Ask the person who shared it."),
        State::Locked => (
            Exit::Locked,
            "This link is locked after too many wrong tokens.".to_owned(),
            "Ask the person who shared it to unlock it. If it wasn't you who tried, tell them.",
        ),
        State::Burnt => (
            Exit::Burnt,
            "This link was destroyed: by the person who opened it, or because it was frozen and not freed in time.".to_owned(),
            "If that wasn't you, say so at once with `postern open --not-me`.",
        ),
    };
    Err(Failure::new(exit, state.name(), message).hint(hint))
}

/// What the daemon says before anything is spent.
fn introduce(checked: &Checked, terminal: &mut Terminal) {
    let views = match checked.views_left {
        Some(1) => "1 view left".to_owned(),
        Some(left) => format!("{left} views left"),
        None => "unlimited views".to_owned(),
    };
    terminal.say(&format!("{} <{}> shared something with you.", harmless(&checked.sharer), harmless(&checked.sharer_email)));
    terminal.say(&format!("Since {}, until {}, {views}.", moment::shown(checked.shared_at), moment::shown(checked.expires_at)));
    for opening in &checked.openings {
        terminal.say(&format!("Opened {} from {}.", moment::shown(opening.at), harmless(&opening.address)));
    }
    if checked.failed_tokens > 0 {
        terminal.say(&format!("Wrong tokens so far: {}.", checked.failed_tokens));
    }
}

/// What was sealed, and what is left.
fn show(held: &Held, revealed: &Revealed, snapshot: &Snapshot, terminal: &mut Terminal) -> Result<(), Failure> {
    let contents = &snapshot.contents;
    let answer = Shown {
        share: revealed.share,
        link: held.link,
        sharer: &snapshot.sharer,
        kind: item::kind(contents.kind()),
        name: contents.name(),
        fields: item::fields_by_name(contents),
        views_left: revealed.views_left,
        expires_at: moment::written(revealed.expires_at),
    };
    terminal.answer(&answer, |terminal| {
        terminal.say(&format!("Sealed by {}:\n", harmless(&snapshot.sharer)));
        terminal.print(item::fields_as_text(contents, false).trim_end())?;
        terminal.say(&match revealed.views_left {
            Some(0) => "\nThis was the last view.".to_owned(),
            Some(1) => format!("\n1 more view is left until {}.", moment::shown(revealed.expires_at)),
            Some(left) => format!("\n{left} more views are left until {}.", moment::shown(revealed.expires_at)),
            None => format!("\nIt can be viewed again until {}.", moment::shown(revealed.expires_at)),
        });
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_dead_end_has_its_own_sentence_and_exit_code() {
        let dead =
            [State::Waiting, State::UsedUp, State::Expired, State::Revoked, State::Frozen, State::Locked, State::Burnt].map(|state| {
                let failure = dead_end(state, Timestamp::from_millis(0)).unwrap_err();
                (failure.exit.number(), failure.message)
            });
        let (codes, sentences): (BTreeSet<u8>, BTreeSet<String>) = dead.into_iter().unzip();
        assert_eq!((codes.len(), sentences.len()), (7, 7));
        assert!(dead_end(State::Open, Timestamp::from_millis(0)).is_ok());
    }

    #[test]
    fn nobody_to_ask_and_no_yes_spends_nothing() {
        let open = Open { yes: false, burn: false, not_me: false, refused: Vec::new() };
        let failure = open.agree(&mut Terminal::scripted(false, "y\n").0).unwrap_err();
        assert_eq!(failure.exit, Exit::Usage);
        assert!(Open { yes: true, ..open }.agree(&mut Terminal::scripted(false, "").0).is_ok());
    }

    #[test]
    fn anything_in_the_arguments_of_open_is_refused_unseen() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::new(Some(folder.path().to_path_buf()), None, None, None).unwrap();
        let open = Open { yes: true, burn: false, not_me: false, refused: vec!["AAAA-BBBB-CCCC-DDDD".into()] };
        let failure = open.run(&place, &mut Terminal::scripted(false, "").0).unwrap_err();
        assert_eq!(failure.exit, Exit::Usage);
        assert!(!format!("{failure:?}").contains("AAAA"));
    }

    #[test]
    fn a_damaged_link_is_refused_before_anybody_is_asked() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::new(Some(folder.path().to_path_buf()), None, None, None).unwrap();
        for line in ["nonsense\n", "https://localhost/s/0190163d-8694-739b-aea5-966c26f8ad91\n", "https://localhost/s/x#AQ\n"] {
            let open = Open { yes: true, burn: false, not_me: false, refused: Vec::new() };
            let failure = open.run(&place, &mut Terminal::scripted(false, line).0).unwrap_err();
            assert_eq!(failure.exit, Exit::UnknownLink, "{line}");
        }
    }
}
