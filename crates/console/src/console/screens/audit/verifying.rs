//! Verifying the whole log from the console: page by page in the background, with progress, until it is done or cancelled.
//!
//! Nothing here computes a hash: `posternctl audit verify` and this drive the same walk.

use api::page::MAXIMUM_ROWS;
use client::Error;
use jiff::tz::TimeZone;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::widgets::LineGauge;

use crate::commands::audit::chains::{Asks, Report, Walk};
use crate::commands::audit::verify::{counted, sentences};
use crate::console::call::{Answer, Call, Outcome, Ticket};
use crate::console::dialog::act::why;
use crate::console::dialog::words::{Paragraph, Words};
use crate::console::look::Tone;
use crate::console::screen::{Context, View, Wish};
use crate::console::widgets::lines::{columns, spans, width};
use crate::failure::Failure;
use crate::show::time::minute;

/// In how many steps progress is shown at most: a long log isn't a reason to draw a hundred times a second.
const STEPS: u64 = 500;

/// A verification, or what came of the last one.
#[derive(Debug, Default)]
pub(super) enum Verifying {
    /// None was wished for yet.
    #[default]
    Never,
    /// It is under way.
    Going(Box<Walk>, Ticket),
    /// It is done; when, and what was found.
    Done(Report, String),
    /// It ended before it was done: why.
    Stopped(String),
}

impl Verifying {
    /// Whether it is under way.
    pub(super) fn going(&self) -> bool {
        matches!(self, Self::Going(..))
    }

    /// Begins anew.
    pub(super) fn begin(&mut self, ctx: &mut Context<'_>) -> Option<Wish> {
        self.next(Walk::default(), ctx)
    }

    /// Leaves off. What it found so far counts for nothing.
    pub(super) fn cancel(&mut self) {
        if let Self::Going(walk, _) = self {
            *self = Self::Stopped(format!("cancelled after {} records: that proves nothing", walk.records()));
        }
    }

    /// Whether this answer is the one that it waits for.
    pub(super) fn expects(&self, ticket: Ticket) -> bool {
        matches!(self, Self::Going(_, waited) if *waited == ticket)
    }

    /// Takes an answer; asks on, or says what was found.
    pub(super) fn answered(&mut self, outcome: Outcome, ctx: &mut Context<'_>) -> Option<Wish> {
        let Self::Going(mut walk, _) = std::mem::take(self) else { return None };
        let taken = match outcome {
            Ok(Answer::Lanes(heads)) => walk.heads(Ok(heads)),
            Ok(Answer::Entries(page)) => walk.entries(Ok(page)),
            // Whether it is the record that can't be read, the walk finds out.
            Err(Failure::Call(error @ Error::Refused(_))) if matches!(walk.asks(), Some(Asks::After { .. })) => walk.entries(Err(error)),
            Err(Failure::Call(error)) => Err(error),
            Ok(_) => Ok(()),
            Err(failure) => {
                *self = Self::Stopped(why(&failure).join(" "));
                return None;
            }
        };
        match taken {
            Ok(()) => self.next(*walk, ctx),
            Err(error) => {
                *self = Self::Stopped(why(&Failure::Call(error)).join(" "));
                None
            }
        }
    }

    fn next(&mut self, walk: Walk, ctx: &mut Context<'_>) -> Option<Wish> {
        let call = match walk.asks() {
            Some(Asks::Heads) => Call::Lanes,
            Some(Asks::After { lane, seq, limit }) => Call::Lane(lane, seq, limit.min(MAXIMUM_ROWS)),
            None => {
                let report = walk.report();
                let words = format!("The audit log was verified. {}", short(&report));
                *self = Self::Done(report, minute(ctx.now, ctx.zone));
                return Some(Wish::Say(words));
            }
        };
        let (ticket, wish) = ctx.ask(call);
        *self = Self::Going(Box::new(walk), ticket);
        Some(wish)
    }

    /// What was found, lane by lane; nothing while there is nothing to tell.
    pub(super) fn words(&self, zone: &TimeZone) -> Option<Words> {
        let Self::Done(report, at) = self else { return None };
        let tone = if report.whole { Tone::Plain } else { Tone::Bad };
        let told: Vec<Paragraph> =
            sentences(report, zone).into_iter().map(|(indent, sentence)| (String::new(), format!("{indent}{sentence}"), tone)).collect();
        Some(Words::new(format!("Verified at {at}"), told).copies("posternctl audit verify"))
    }

    /// How many lines it takes.
    pub(super) fn height(&self) -> u16 {
        u16::from(!matches!(self, Self::Never))
    }

    /// Draws the one line about it.
    pub(super) fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let look = view.look;
        let line = Rect { x: area.x + 3.min(area.width), width: area.width.saturating_sub(4), height: area.height.min(1), ..area };
        match self {
            Self::Never => {}
            Self::Going(walk, _) => self.gauge(walk, frame, line, view),
            Self::Done(report, at) => {
                let (sign, tone) = if report.whole { ("✓", Tone::Good) } else { ("✗", Tone::Bad) };
                let words = format!("{}  ({at})   V tells more", short(report));
                spans(frame, line, look, &[(format!("{} ", look.sign(sign)), tone), (look.text(&words), tone)]);
            }
            Self::Stopped(why) => spans(frame, line, look, &[(look.text(&format!("Not verified: {why}")), Tone::Warn)]),
        }
    }

    fn gauge(&self, walk: &Walk, frame: &mut Frame<'_>, line: Rect, view: &View<'_>) {
        let look = view.look;
        let (records, promised) = (walk.records(), walk.promised().max(walk.records()));
        let step = (promised / STEPS).max(1);
        let shown = records / step * step;
        let words = match promised {
            0 => "Verifying …".to_owned(),
            _ => format!("Verifying: {shown} of {promised} records, {} %", shown * 100 / promised),
        };
        let words = format!("{words}   v cancels  ");
        spans(frame, line, look, &[(look.text(&words), Tone::Accent)]);
        let aside = columns(width(&words)).min(line.width);
        let rest = Rect { x: line.x + aside, width: line.width - aside, ..line };
        #[expect(clippy::cast_precision_loss, reason = "a bar on the screen")]
        let ratio = if promised == 0 { 0.0 } else { (shown as f64 / promised as f64).clamp(0.0, 1.0) };
        let gauge = LineGauge::default()
            .ratio(ratio)
            .label("")
            .filled_symbol(look.sign("█"))
            .unfilled_symbol(look.sign("─"))
            .filled_style(look.style(Tone::Accent))
            .unfilled_style(look.style(Tone::Faint));
        frame.render_widget(gauge, rest);
    }
}

/// Whether the log is whole, as short as it can be said.
fn short(report: &Report) -> String {
    let broken = report.lanes.iter().find_map(|lane| lane.broken.as_ref().map(|broken| (lane.lane, broken.seq)));
    match broken {
        None => format!("Whole: {}.", counted(report)),
        Some((lane, seq)) => format!("BROKEN: lane {lane} at number {seq}."),
    }
}
