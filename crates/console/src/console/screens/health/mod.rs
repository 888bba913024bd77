//! Health: versions, database, clock, certificate, journal, mail, disk, backups, and what the appliance does by itself.
//!
//! Nothing here mends anything but one thing: a clock that is right can be let count.

mod facts;

use api::Timestamp;
use api::admin::health::Health as Told;
use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;

pub(super) use self::facts::{NEARLY_FULL_PERCENT, OLD_BACKUP_HOURS};
use crate::console::call::{Answer, Call, Outcome, Ticket};
use crate::console::dialog::act::{Act, why};
use crate::console::look::Tone;
use crate::console::screen::{Context, Hint, Reaction, Screen, View, Wish};
use crate::console::widgets::lines::{Line, empty, paint, row, spans};
use crate::console::widgets::scroll::{Scroll, over};
use crate::show::time::{minute, second};

/// From so many columns on, the workers stand beside the rest.
const BESIDE: u16 = 110;

const KEYS: &[Hint] = &[
    Hint::looks("r", KeyCode::Char('r'), "ask anew", "ask the appliance anew how it is"),
    Hint::acts("c", KeyCode::Char('c'), "accept the clock", "let the clock count although the log has seen later times"),
    Hint::looks("↑↓", KeyCode::Null, "scroll", "where it doesn't fit"),
];

/// The screen.
#[derive(Default)]
pub(crate) struct Health {
    told: Option<Told>,
    /// When it was told.
    at: Option<Timestamp>,
    waiting: Option<Ticket>,
    trouble: Option<String>,
    scroll: Scroll,
}

impl Screen for Health {
    fn keys(&self) -> &'static [Hint] {
        KEYS
    }

    fn about(&self) -> &'static str {
        "How the appliance is, as it was when it was asked: ✓ is well, ! wants somebody, ✗ stops something. What to do stands below each.\n\
         A clock that stands behind the latest record stops all reveals, since it could bring expired links back to life."
    }

    fn refresh(&mut self, ctx: &mut Context<'_>) -> Reaction {
        let (ticket, wish) = ctx.ask(Call::Health);
        self.waiting = Some(ticket);
        vec![wish]
    }

    fn key(&mut self, key: KeyEvent, ctx: &mut Context<'_>) -> Reaction {
        match key.code {
            KeyCode::Char('c') => return self.accept(ctx),
            KeyCode::Char('y') => return Call::Health.command().map(Wish::Copy).into_iter().collect(),
            _ => {
                let most = self.too_many(ctx);
                self.scroll.key(key, most);
            }
        }
        Reaction::new()
    }

    fn mouse(&mut self, _click: Option<u16>, wheel: i16, ctx: &mut Context<'_>) -> Reaction {
        let most = self.too_many(ctx);
        self.scroll.wheel(wheel, most);
        Reaction::new()
    }

    fn answered(&mut self, ticket: Ticket, _call: &Call, outcome: Outcome, ctx: &mut Context<'_>) -> Reaction {
        if self.waiting != Some(ticket) {
            return Reaction::new();
        }
        self.waiting = None;
        match outcome {
            Ok(Answer::Health(health)) => (self.told, self.at, self.trouble) = (Some(health), Some(ctx.now), None),
            outcome => self.trouble = outcome.err().map(|failure| why(&failure).join(" ")),
        }
        Reaction::new()
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let Some(told) = &self.told else {
            return match &self.trouble {
                Some(trouble) => empty(frame, area, view.look, &["This can't be shown.", trouble, "r asks again."]),
                None => empty(frame, area, view.look, &["Asking the appliance …"]),
            };
        };
        let at = self.at.map(|at| format!("as it was at {}; r asks anew", minute(at, view.zone))).unwrap_or_default();
        let head = self.trouble.as_deref().map_or((at, Tone::Faint), |trouble| (format!("Not asked anew: {trouble}"), Tone::Warn));
        spans(
            frame,
            Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..row(area, 0) },
            view.look,
            &[(view.look.text(&head.0), head.1)],
        );
        let page = Page::of(told, area, view);
        self.scroll.draw(frame, page.left, view.look, &page.lines);
        if let Some((right, workers)) = &page.workers {
            paint(frame, *right, view.look, workers);
        }
        // The gauge stands over the blanks that the facts left for it.
        let line = page.disk.checked_sub(self.scroll.top(page.over())).filter(|line| *line < page.left.height);
        if let (Some(line), Some(free)) = (line, told.disk.and_then(|disk| disk.free_percent())) {
            facts::gauge(frame, row(page.left, line), free, view);
        }
    }
}

/// What is told, laid out for the room that there is.
struct Page {
    left: Rect,
    lines: Vec<Line>,
    /// The line of the disk's gauge.
    disk: u16,
    /// The workers, where there is room for them beside the rest.
    workers: Option<(Rect, Vec<Line>)>,
}

impl Page {
    fn of(told: &Told, area: Rect, view: &View<'_>) -> Self {
        let body = Rect { x: area.x + 1, y: area.y + 1, width: area.width.saturating_sub(2), height: area.height.saturating_sub(1) };
        let workers = facts::workers(&told.workers, view);
        if area.width >= BESIDE {
            let left = Rect { width: body.width * 3 / 5, ..body };
            let right = Rect { x: left.right() + 2, width: body.width - left.width - 2, ..body };
            let (lines, disk) = facts::facts(told, usize::from(left.width), view);
            return Self { left, lines, disk, workers: Some((right, workers)) };
        }
        let (mut lines, disk) = facts::facts(told, usize::from(body.width), view);
        lines.push(Line::new());
        lines.extend(workers);
        Self { left: body, lines, disk, workers: None }
    }

    /// How many lines have no place.
    fn over(&self) -> u16 {
        over(self.lines.len(), self.left.height)
    }
}

impl Health {
    fn too_many(&self, ctx: &Context<'_>) -> u16 {
        self.told.as_ref().map_or(0, |told| Page::of(told, ctx.body, &ctx.view()).over())
    }

    fn accept(&self, ctx: &Context<'_>) -> Reaction {
        let Some(told) = self.told.as_ref().filter(|told| told.clock_behind) else {
            return vec![Wish::Say("The clock is not behind: there is nothing to accept.".to_owned())];
        };
        let clock = format!("The appliance's clock says {}.", second(told.clock, ctx.zone));
        let latest = format!("The latest recorded time is {}.", second(told.latest, ctx.zone));
        let says = [
            clock.as_str(),
            latest.as_str(),
            "Accept it only if the clock is right now (timedatectl): links that have expired by later times could live again.",
        ];
        Act::new("Let the clock count", &says, Box::new(|_| Ok(vec![Call::AcceptClock]))).confirmed_by("accept").open(ctx)
    }
}
