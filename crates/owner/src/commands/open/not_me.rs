//! `postern open --not-me`: the alarm of a recipient whose link somebody else has opened.
//!
//! Nothing is viewed here and no view is spent; and nothing is frozen before the recipient has agreed.

use api::links::Knocked;
use api::{LinkId, State};
use serde::Serialize;

use super::held::Held;
use super::{dead_end, introduce};
use crate::failure::{Exit, Failure};
use crate::terminal::Terminal;

/// What was done, for programs.
#[derive(Serialize)]
struct Reported {
    link: LinkId,
    reported: bool,
}

/// Shows what happened so far where the link still tells it, asks once more, and reports.
pub fn report(held: &mut Held, knocked: &Knocked, yes: bool, terminal: &mut Terminal) -> Result<(), Failure> {
    let end = dead_end(knocked.state, knocked.starts_at);
    if knocked.state == State::Locked {
        // There is no further try at its token, so that nobody could be believed.
        return end;
    }
    if knocked.with_token {
        held.ask_token(terminal)?;
    }
    match end {
        Ok(()) => introduce(&held.check(terminal, knocked.with_token)?, terminal),
        // An opening that somebody else took is the last one as a rule.
        Err(ended) => terminal.say(&ended.message),
    }
    agree(yes, terminal)?;
    held.report(terminal, knocked.with_token)?;
    terminal.answer(&Reported { link: held.link, reported: true }, |terminal| {
        terminal.say(
            "Reported. Whatever could still be opened of this share is frozen, and the person who shared it is told by mail.\n\
             Speak with them as well, in a way that you already know.",
        );
        Ok(())
    })
}

fn agree(yes: bool, terminal: &mut Terminal) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if !terminal.interactive() {
        let message = "reporting freezes the whole share, and nobody is there to be asked: nothing was reported";
        return Err(Failure::usage(message).hint("Say --yes to report."));
    }
    if terminal
        .agree("Did somebody else open this? Reporting freezes the whole share, for every recipient, and alarms its owner. Report it?")?
    {
        return Ok(());
    }
    Err(Failure::new(Exit::Declined, "declined", "not reported; nothing was frozen and nothing spent"))
}
