//! Ending and stopping what is shared: each act counted, said and confirmed before.
//!
//! Nothing here decides whether it may be: the daemon does, and writes it down.

use std::collections::BTreeSet;
use std::rc::Rc;

use api::admin::freezes::Freeze;
use api::admin::shares::LinkRow;
use api::{LinkId, Selection, ShareId};
use jiff::tz::TimeZone;

use crate::console::call::{Answer, Call, Chosen, From, Outcome};
use crate::console::dialog::act::{Act, why};
use crate::console::dialog::field::{Field, Given};
use crate::console::dialog::pick::{Choice, Pick};
use crate::console::screen::Context;
use crate::console::when::relative;
use crate::moment::Moment;
use crate::show::selection::{brief, told};

/// The choices for which something is written.
const FROM_NETWORK: &str = "everything opened from a network";
const MADE_IN_TIME: &str = "everything made in a time";

/// How many freezes are looked through for those that hold.
const FREEZES: u32 = 200;

/// Ends the marked links, or this one where none is marked.
pub(super) fn revoke(row: &LinkRow, marked: &[LinkId]) -> Act {
    let links = if marked.is_empty() { vec![row.link] } else { marked.to_vec() };
    let (title, confirm) = match links.as_slice() {
        [one] => (format!("Revoke link {}", one.short()), one.short()),
        several => (format!("Revoke {} links", several.len()), several.len().to_string()),
    };
    let whom = match links.as_slice() {
        [one] if *one == row.link => format!("{}'s link for {} ends at once.", row.owner, row.recipient),
        [_] => "The marked link ends at once.".to_owned(),
        _ => "Each of the marked links ends at once.".to_owned(),
    };
    let says = [
        whom.as_str(),
        "The sealed bytes are deleted: nobody can open it any more, not even an opening under way. To stop it for a while, freeze it instead.",
    ];
    Act::new(title, &says, Box::new(move |_| Ok(links.iter().copied().map(Call::RevokeLink).collect()))).confirmed_by(confirm)
}

/// Ends every link of the marked ones' shares, or of this share where none is marked.
pub(super) fn revoke_shares(row: &LinkRow, marked: &[LinkRow]) -> Act {
    let shares: BTreeSet<ShareId> = if marked.is_empty() { [row.share].into() } else { marked.iter().map(|row| row.share).collect() };
    let (title, confirm, whose) = match (shares.len(), shares.first()) {
        (1, Some(one)) => {
            (format!("Revoke share {}", one.short()), one.short(), "Every link of it ends at once, whoever its recipients are.")
        }
        (several, _) => {
            let whose = "Every link of the marked shares ends at once, whoever its recipients are.";
            (format!("Revoke {several} shares"), several.to_string(), whose)
        }
    };
    let says = [
        whose,
        "The sealed bytes are deleted: nobody can open them any more, not even an opening under way. To stop it for a while, freeze it instead.",
    ];
    Act::new(title, &says, Box::new(move |_| Ok(shares.iter().copied().map(Call::RevokeShare).collect()))).confirmed_by(confirm)
}

/// Stops the marked links, or what is chosen around this one.
pub(super) fn freeze(row: &LinkRow, marked: &[LinkId], zone: &TimeZone) -> Act {
    let mut choices: Vec<(String, Vec<Chosen>)> = Vec::new();
    if !marked.is_empty() {
        choices.push((format!("the {} marked links", marked.len()), marked.iter().copied().map(Chosen::Link).collect()));
    }
    choices.extend([
        (format!("this link, for {}", row.recipient), vec![Chosen::Link(row.link)]),
        (format!("the whole share {}", row.share.short()), vec![Chosen::Share(row.share)]),
        (format!("everything of owner {}", row.owner), vec![Chosen::Owner(row.owner.clone())]),
        (format!("everything for {}", row.recipient), vec![Chosen::Recipient(row.recipient.clone())]),
        (format!("everything of item {}", row.item.short()), vec![Chosen::Item(row.item)]),
    ]);
    // The marked links are the first choice where there are some.
    let any = !marked.is_empty();
    let (mut names, chosen): (Vec<_>, Vec<_>) = choices.into_iter().unzip();
    names.extend([FROM_NETWORK.to_owned(), MADE_IN_TIME.to_owned()]);
    let zone = zone.clone();
    let taken = Rc::new(move |given: &Given<'_>| taken(&chosen, given, &zone));
    let counts = Rc::clone(&taken);
    let says = [
        "Frozen links can't be opened, not even by an opening under way, and come back as they were when the freeze is lifted. That can be done for 24 hours; then what it still holds is burnt. Links made later are not taken.",
    ];
    let make = move |given: &Given<'_>| {
        let chosen = taken(given)?;
        let reason: api::text::Reason = given.read(2)?;
        Ok(chosen.into_iter().map(|one| Call::Freeze(one, reason.clone())).collect())
    };
    // A selection of marked links is counted by its marks; whatever one call takes is counted by the daemon.
    Act::new("Freeze", &says, Box::new(make))
        .about_marks(move |given| any && given.choice(0) == 0)
        .field(Field::choice("What", "", names))
        .field(Field::text("Which", "for a network 10.20.0.0/16, for a time 2026-11-20T14:00 to …"))
        .field(Field::text("Reason", "for those who read the audit log later"))
        .counted_by(Box::new(move |given| match counts(given).as_deref() {
            Ok([one]) => Some(Call::CountFreeze(one.clone())),
            _ => None,
        }))
}

/// What the first two fields choose: one of these, or by a network or a time that is written.
fn taken(chosen: &[Vec<Chosen>], given: &Given<'_>, zone: &TimeZone) -> Result<Vec<Chosen>, String> {
    let (choice, written) = (given.choice(0), given.text(1));
    if let Some(chosen) = chosen.get(choice) {
        return if written.is_empty() {
            Ok(chosen.clone())
        } else {
            Err(format!("Which: only for “{FROM_NETWORK}” and “{MADE_IN_TIME}”"))
        };
    }
    let selection = if choice == chosen.len() {
        Selection::network(&written).map_err(|why| format!("Which: {why}"))?
    } else {
        let (from, until) = written.split_once(" to ").ok_or("Which: write both times, like 2026-11-20T14:00 to 2026-11-20T18:00")?;
        let read = |text: &str| text.parse::<Moment>().and_then(|moment| moment.at(zone)).map_err(|why| format!("Which: {why}"));
        Selection::made(read(from)?, read(until)?).map_err(|why| format!("Which: {why}"))?
    };
    Ok(vec![Chosen::Selected(selection)])
}

/// The freezes that hold, those around this link first; the chosen one is lifted.
pub(super) fn unfreeze(row: &LinkRow) -> Pick {
    let row = row.clone();
    let call = Call::Freezes(From { after: None, limit: FREEZES });
    let fill = move |outcome: Outcome, ctx: &Context<'_>| match outcome {
        Ok(Answer::Freezes(page)) => {
            let mut holding: Vec<Freeze> =
                page.rows.into_iter().filter(|freeze| freeze.lifted_at.is_none() && freeze.burnt_at.is_none()).collect();
            holding.sort_by_key(|freeze| !around(freeze, &row));
            Ok(holding.into_iter().map(|freeze| choice(freeze, ctx)).collect())
        }
        Ok(_) => Ok(Vec::new()),
        Err(failure) => Err(why(&failure)),
    };
    Pick::asking(
        "Freezes that hold",
        "No freeze holds. A link of a suspended owner is frozen until the account is resumed.",
        call,
        Box::new(fill),
    )
}

fn around(freeze: &Freeze, row: &LinkRow) -> bool {
    match &freeze.selection {
        Selection::Link(link) => *link == row.link,
        Selection::Share(share) => *share == row.share,
        Selection::Item(item) => *item == row.item,
        Selection::Recipient(email) => *email == row.recipient,
        Selection::Owner(_) => freeze.owner.as_ref() == Some(&row.owner),
        Selection::Network(_) | Selection::Made { .. } => false,
    }
}

fn choice(freeze: Freeze, ctx: &Context<'_>) -> Choice {
    let links = if freeze.links == 1 { "1 link".to_owned() } else { format!("{} links", freeze.links) };
    let burns = freeze.burns_at.map(|at| format!(", burns {}", relative(at, ctx.now))).unwrap_or_default();
    // A report's reason says the same once more.
    let reason = if freeze.reported_by.is_some() { ", reported by its recipient".to_owned() } else { format!(": {}", freeze.reason) };
    let about = format!("{links}, {}{burns}{reason}", relative(freeze.placed_at, ctx.now));
    let name = brief(&freeze.selection, freeze.owner.as_ref());
    let lift = move |ctx: &mut Context<'_>| lift(&freeze).open(ctx);
    Choice { name, about, refused: ctx.who.refusal(), chosen: Box::new(lift) }
}

/// Lifts a freeze.
fn lift(freeze: &Freeze) -> Act {
    let id = freeze.freeze;
    let placed = format!("It was placed because: {}", freeze.reason);
    let says = [
        placed.as_str(),
        "Its links live again as they were. One under another freeze, or whose owner is suspended, stays frozen; time went on for all of them.",
    ];
    Act::new(
        format!("Lift the freeze by {}", told(&freeze.selection, freeze.owner.as_ref())),
        &says,
        Box::new(move |_| Ok(vec![Call::LiftFreeze(id)])),
    )
}
