//! Where an event leads: to its share, to its account, to the journal; and the verification that begins from here.
//!
//! Nothing here changes anything on the appliance.

use client::admin::shares;
use ratatui::crossterm::event::KeyCode;

use super::details::Details;
use super::{Audit, KEYS, narrow};
use crate::console::call::{Answer, Call, From, Outcome};
use crate::console::dialog::act::why;
use crate::console::screen::{Context, Reaction, Wish, say};
use crate::console::screens::Name;
use crate::console::widgets::listed::no_row;

impl Audit {
    /// A key that does something with the event where one is.
    pub(super) fn act(&mut self, code: KeyCode, ctx: &mut Context<'_>) -> Reaction {
        let entry = self.list.current().map(|row| row.entry.clone());
        match (code, entry) {
            (KeyCode::Char('v'), _) if self.verifying.going() => {
                self.verifying.cancel();
                Reaction::new()
            }
            (KeyCode::Char('v'), _) => self.verifying.begin(ctx).into_iter().collect(),
            (KeyCode::Char('V'), _) => match self.verifying.words(ctx.zone) {
                Some(words) => vec![Wish::Open(Box::new(words))],
                None => say("Nothing was verified yet: v does."),
            },
            (KeyCode::Char('s'), Some(entry)) if !entry.record.share.is_empty() => {
                vec![Wish::Jump(Name::Shares, Some(format!("share:{}", entry.record.share)))]
            }
            (KeyCode::Char('s'), Some(_)) => say("This event is about no share."),
            (KeyCode::Char('u'), Some(entry)) => self.user(&entry, ctx),
            (KeyCode::Char('y'), Some(entry)) if self.list.in_full() => Details::journal(&entry)
                .map_or_else(|| say("It was no request: there is nothing to copy."), |command| vec![Wish::Copy(command)]),
            (KeyCode::Char('y'), _) => {
                Call::Audit(narrow::asked(&self.list.filter.terms()), From::default()).command().map(Wish::Copy).into_iter().collect()
            }
            (code, None) => no_row(code, KEYS),
            _ => Reaction::new(),
        }
    }

    /// Who owns a share came: on to that account.
    pub(super) fn owned(&mut self, outcome: Outcome) -> Reaction {
        self.owner = None;
        match outcome {
            Ok(Answer::Links(page)) => match page.rows.first() {
                Some(link) => vec![Wish::Jump(Name::Users, Some(format!("name:{}", link.owner)))],
                None => say("The share is no longer there: its owner isn't known here."),
            },
            Ok(_) => Reaction::new(),
            Err(failure) => say(why(&failure).join(" ")),
        }
    }

    /// To the account that an event is about. Audit tells accounts by their ids, the list of accounts goes by names: where the event
    /// doesn't have the name, the share's owner does.
    fn user(&mut self, entry: &api::admin::audit::Entry, ctx: &mut Context<'_>) -> Reaction {
        let record = &entry.record;
        let named = record.details.get("name").filter(|name| !name.is_empty());
        let own = (record.actor == "owner" && !record.who.is_empty()).then_some(&record.who);
        if let Some(name) = named.or(own) {
            return vec![Wish::Jump(Name::Users, Some(format!("name:{name}")))];
        }
        if record.share.is_empty() {
            return say("This event names no account.");
        }
        let filter = shares::Filter { share: Some(record.share.clone()), ..shares::Filter::default() };
        let (ticket, wish) = ctx.ask(Call::Links(filter, From { after: None, limit: 1 }));
        self.owner = Some(ticket);
        vec![wish]
    }
}
