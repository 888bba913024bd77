//! The console: everything that an operator sees and does in the terminal, as one state that changes by events.
//!
//! `update` is pure: what happened and the time come in, what is to be done goes out, and nobody but the runner does it. `view` draws
//! and changes nothing. So every screen is tested without a terminal, and input never waits for the daemon.

mod answers;
mod call;
mod clock;
mod dialog;
#[cfg(test)]
mod driver;
mod effect;
mod event;
mod filter;
#[cfg(test)]
mod frame_tests;
mod help;
mod link;
mod look;
pub(crate) mod open;
mod palette;
pub(crate) mod plain;
mod quiet;
mod runner;
mod screen;
mod screens;
mod tty;
mod update;
mod view;
mod when;
mod who;
mod widgets;

use std::collections::{BTreeMap, BTreeSet};

use api::Timestamp;
use jiff::tz::TimeZone;
use ratatui::layout::Rect;

use self::call::{Call, Ticket};
use self::dialog::Dialog;
use self::effect::Effect;
use self::link::Link;
use self::look::Look;
use self::screen::{Context, Screen};
use self::screens::Name;
use self::who::Who;

pub(crate) use self::look::THEMES;

/// The fewest columns and lines in which everything has its place.
pub(crate) const LEAST: (u16, u16) = (80, 24);

/// Who asked for something, and so is told what came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asker {
    /// The frame itself: who sits here, how the appliance is.
    Frame,
    Screen(Name),
    Dialog(u64),
}

/// The whole state.
pub(crate) struct Console {
    screens: Vec<(Name, Box<dyn Screen>)>,
    at: Name,
    opened: BTreeSet<Name>,
    dialogs: Vec<(u64, Box<dyn Dialog>)>,
    dialogs_opened: u64,
    asked: BTreeMap<Ticket, Asker>,
    tickets: u64,
    who: Who,
    link: Link,
    /// The daemon's version, once it has said so.
    version: Option<String>,
    size: (u16, u16),
    now: Timestamp,
    zone: TimeZone,
    look: Look,
    mouse: bool,
    /// What the bottom line says until the next key.
    said: Option<String>,
    /// Somebody pressed Ctrl-C and was told that something typed would be lost.
    leaving: bool,
}

impl Console {
    /// A console that has asked nothing yet; [`Console::start`] does.
    pub(crate) fn new(look: Look, zone: TimeZone, size: (u16, u16), now: Timestamp) -> Self {
        Self {
            screens: Name::ALL.into_iter().map(|name| (name, screens::made(name))).collect(),
            at: Name::Overview,
            opened: BTreeSet::new(),
            dialogs: Vec::new(),
            dialogs_opened: 0,
            asked: BTreeMap::new(),
            tickets: 0,
            who: Who::default(),
            link: Link::default(),
            version: None,
            size,
            now,
            zone,
            look,
            mouse: false,
            said: None,
            leaving: false,
        }
    }

    /// The first questions.
    pub(crate) fn start(&mut self) -> Vec<Effect> {
        let mut effects: Vec<Effect> = [Call::Me, Call::Health].into_iter().map(|call| self.ask_as_frame(call)).collect();
        effects.extend(self.show(self.at, None));
        effects
    }

    fn ask_as_frame(&mut self, call: Call) -> Effect {
        self.tickets += 1;
        let ticket = Ticket(self.tickets);
        self.asked.insert(ticket, Asker::Frame);
        Effect::Ask { ticket, call: Box::new(call) }
    }

    /// Where screens are drawn.
    fn body(&self) -> Rect {
        Rect { x: 0, y: 2, width: self.size.0, height: self.size.1.saturating_sub(4) }
    }

    /// The screen in sight, with what it may use.
    fn current(&mut self) -> Option<(&mut Box<dyn Screen>, Context<'_>)> {
        let (body, at) = (self.body(), self.at);
        let ctx = Context { now: self.now, zone: &self.zone, body, look: &self.look, who: &self.who, tickets: &mut self.tickets };
        self.screens.iter_mut().find(|(name, _)| *name == at).map(|(_, screen)| (screen, ctx))
    }

    /// The dialog on top, with what it may use.
    fn top(&mut self) -> Option<(u64, &mut Box<dyn Dialog>, Context<'_>)> {
        let body = self.body();
        let ctx = Context { now: self.now, zone: &self.zone, body, look: &self.look, who: &self.who, tickets: &mut self.tickets };
        self.dialogs.last_mut().map(|(id, dialog)| (*id, dialog, ctx))
    }
}
