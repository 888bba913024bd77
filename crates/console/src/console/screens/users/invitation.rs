//! Inviting somebody: what is asked for, and the invitation, shown once to whoever made it.
//!
//! The invitation is never copied, never in a log, and wiped when this closes. Its QR code is drawn only where all of it has its place.

use api::Secret;
use api::admin::users::Invited;
use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;

use crate::console::call::{Answer, Call, Outcome, Ticket};
use crate::console::dialog::act::Act;
use crate::console::dialog::field::{Field, Given};
use crate::console::dialog::{Dialog, Turn};
use crate::console::look::Tone;
use crate::console::screen::{Context, Reaction, View, Wish};
use crate::console::widgets::lines::{columns, put, row, spans, width, wrapped};
use crate::show::qr;
use crate::show::time::minute;

/// The fewest columns of sentences beside a QR code.
const BESIDE: u16 = 30;

/// An invitation that was made.
struct Shown {
    invited: Invited,
    for_whom: String,
    /// The QR code line by line, wiped with the invitation.
    code: Vec<Secret>,
}

/// Asks whom to invite, and shows the invitation.
pub(super) struct Invitation {
    act: Act,
    shown: Option<Shown>,
}

impl Invitation {
    /// The questions, or why whoever sits here may not ask them.
    pub(super) fn open(ctx: &Context<'_>) -> Reaction {
        match ctx.who.refusal() {
            Some(refusal) => vec![Wish::Say(format!("Invite somebody: {refusal}"))],
            None => vec![Wish::Open(Box::new(Self { act: asked(), shown: None }))],
        }
    }
}

fn asked() -> Act {
    let make = |given: &Given<'_>| {
        Ok(vec![Call::Invite {
            name: given.read(0)?,
            full_name: given.read(1)?,
            email: given.read(2)?,
            external: given.on(3),
            mail: given.choice(4) == 1,
        }])
    };
    let says = ["An invitation lets one person register as an owner. Whoever has it first can use it; it works once, and ends by itself."];
    let ways = ["shown here, this once", "mailed to that address, not shown"].map(str::to_owned);
    Act::new("Invite somebody", &says, Box::new(make))
        .field(Field::text("Name", "to sign in with, like ada.lovelace"))
        .field(Field::text("Person", "their full name, as others see it"))
        .field(Field::text("Email", "where notices go"))
        .field(Field::switch("Outside", "may share outside from the start (space)"))
        .field(Field::choice("Invitation", "", ways.into()))
}

impl Dialog for Invitation {
    fn title(&self) -> String {
        self.shown.as_ref().map_or_else(|| self.act.title(), |shown| format!("Invitation for {}", shown.for_whom))
    }

    fn keys(&self) -> Vec<(&'static str, &'static str)> {
        if self.shown.is_some() { vec![("esc", "close: it is not shown again")] } else { self.act.keys() }
    }

    fn opened(&mut self, ctx: &mut Context<'_>) -> Reaction {
        self.act.opened(ctx)
    }

    fn key(&mut self, key: KeyEvent, ctx: &mut Context<'_>) -> Turn {
        match (&self.shown, key.code) {
            (None, _) => self.act.key(key, ctx),
            // Enter was the last key before this: pressed once too often it must not take the invitation away unread.
            (Some(_), KeyCode::Esc | KeyCode::Char('q')) => Turn::Close(Reaction::new()),
            (Some(_), _) => Turn::Stay(Reaction::new()),
        }
    }

    fn paste(&mut self, text: &str) {
        if self.shown.is_none() {
            self.act.paste(text);
        }
    }

    fn answered(&mut self, ticket: Ticket, call: &Call, outcome: Outcome, ctx: &mut Context<'_>) -> Turn {
        match (call, outcome) {
            (Call::Invite { name, .. }, Ok(Answer::Invited(invited))) if invited.invitation.is_some() => {
                let code = invited.invitation.as_ref().and_then(|invitation| qr::lines(&invitation.0));
                let code = code.unwrap_or_default().into_iter().map(Secret).collect();
                self.shown = Some(Shown { invited, for_whom: name.to_string(), code });
                Turn::Stay(vec![Wish::Changed])
            }
            (call, outcome) => self.act.answered(ticket, call, outcome, ctx),
        }
    }

    fn typed(&self) -> bool {
        self.shown.is_some() || self.act.typed()
    }

    fn size(&self, most: (u16, u16), view: &View<'_>) -> (u16, u16) {
        match &self.shown {
            None => self.act.size(most, view),
            Some(shown) if shown.beside(most, view) => {
                let sentences = shown.sentences(view, usize::from(shown.aside(most.0)), true);
                (most.0.min(shown.wide() + 2 + 44), shown.high().max(columns(sentences.len())))
            }
            Some(shown) => {
                let wide = most.0.min(72);
                (wide, columns(shown.sentences(view, usize::from(wide), false).len()).min(most.1))
            }
        }
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let Some(shown) = &self.shown else { return self.act.draw(frame, area, view) };
        let with_code = shown.beside((area.width, area.height), view);
        let aside = if with_code { shown.wide() + 2 } else { 0 };
        let text = Rect { x: area.x + aside, width: area.width - aside, ..area };
        for (n, (line, tone)) in shown.sentences(view, usize::from(text.width), with_code).into_iter().enumerate() {
            spans(frame, row(text, columns(n)), view.look, &[(line, tone)]);
        }
        if with_code {
            for (n, line) in shown.code.iter().enumerate() {
                put(frame, Rect { width: shown.wide(), ..row(area, columns(n)) }, &line.0, view.look.code());
            }
        }
    }
}

impl Shown {
    fn wide(&self) -> u16 {
        columns(self.code.first().map(|line| width(&line.0)).unwrap_or_default())
    }

    fn high(&self) -> u16 {
        columns(self.code.len())
    }

    /// How many columns are left beside the code.
    fn aside(&self, wide: u16) -> u16 {
        wide.min(self.wide() + 2 + 44).saturating_sub(self.wide() + 2)
    }

    /// Whether the QR code can be drawn here.
    fn beside(&self, (wide, high): (u16, u16), view: &View<'_>) -> bool {
        !view.look.ascii && !self.code.is_empty() && high >= self.high() && wide >= self.wide() + 2 + BESIDE
    }

    fn sentences(&self, view: &View<'_>, wide: usize, with_code: bool) -> Vec<(String, Tone)> {
        let mut lines = Vec::new();
        let mut say = |text: &str, tone: Tone| lines.extend(wrapped(&view.look.text(text), wide).into_iter().map(|line| (line, tone)));
        let invitation = self.invited.invitation.as_ref().map(|invitation| invitation.0.as_str()).unwrap_or_default();
        say("Shown this once:", Tone::Plain);
        say("", Tone::Plain);
        say(invitation, Tone::Accent);
        say("", Tone::Plain);
        say(&format!("Valid until {}.", minute(self.invited.expires_at, view.zone)), Tone::Plain);
        say("", Tone::Plain);
        say("Hand it over in a way that nobody else sees. They run postern register and enter it.", Tone::Plain);
        if !with_code {
            let why = if view.look.ascii {
                "Its QR code needs more than ASCII: it is not drawn here (a UTF-8 locale would show it)."
            } else {
                "This terminal is too small for its QR code: make it larger and it appears."
            };
            say("", Tone::Plain);
            say(why, Tone::Faint);
        }
        lines
    }
}
