//! The overview's pictures: bars for what lives and what ended, a curve for each thing that is counted by the hour.
//!
//! Nothing here is told by a picture alone: each has its name and its number beside it.

use api::admin::overview::{HOURS, Hour, Overview};
use ratatui::Frame;
use ratatui::layout::{Direction, Rect};
use ratatui::style::Style;
use ratatui::symbols::bar;
use ratatui::widgets::{Bar, BarChart, BarGroup, Sparkline};

use super::attention::thousands;
use crate::console::look::{Look, Tone};
use crate::console::screen::View;
use crate::console::screens::shares::sign;
use crate::console::widgets::lines::{columns, put, row, spans, width};

/// Bars where there is only ASCII.
const ASCII: bar::Set<'static> = bar::Set {
    full: "#",
    seven_eighths: "#",
    three_quarters: "#",
    five_eighths: "=",
    half: "=",
    three_eighths: "=",
    one_quarter: "_",
    one_eighth: "_",
    empty: " ",
};

/// From so many lines on, curves are higher.
const TALL: u16 = 30;

/// What stands before a bar: a sign and a name.
const NAME: u16 = 11;

/// Draws what lives and what ended, and answers how many lines that took.
pub(super) fn living(frame: &mut Frame<'_>, area: Rect, told: &Overview, view: &View<'_>) -> u16 {
    use api::State::{Burnt, Expired, Frozen, Locked, Open, Revoked, UsedUp, Waiting};
    let (links, ended) = (&told.links, &told.ended);
    let least = if links.at_least { "+" } else { "" };
    let living = [(Open, links.open), (Waiting, links.waiting), (Frozen, links.frozen), (Locked, links.locked)];
    let over = [(UsedUp, ended.used_up), (Expired, ended.expired), (Revoked, ended.revoked), (Burnt, ended.burnt)];
    let head = if links.at_least { "LINKS THAT LIVE, AT LEAST" } else { "LINKS THAT LIVE" };
    spans(frame, row(area, 0), view.look, &[(head.to_owned(), Tone::Faint)]);
    let below = |n: u16| Rect { y: area.y + n.min(area.height), height: area.height.saturating_sub(n), ..area };
    bars(frame, below(1), &living, least, view);
    spans(frame, row(area, 6), view.look, &[("ENDED IN 24 HOURS".to_owned(), Tone::Faint)]);
    bars(frame, below(7), &over, "", view);
    11
}

fn bars(frame: &mut Frame<'_>, area: Rect, rows: &[(api::State, u64)], more: &str, view: &View<'_>) {
    let look = view.look;
    let numbers: Vec<String> = rows.iter().map(|(_, count)| format!("{}{more}", thousands(*count))).collect();
    let number = columns(numbers.iter().map(|number| width(number)).max().unwrap_or_default());
    let room = area.width.saturating_sub(NAME + number + 2);
    let most = rows.iter().map(|(_, count)| *count).max().unwrap_or_default().max(1);
    let high = columns(rows.len()).min(area.height);
    let bars: Vec<Bar<'_>> = rows
        .iter()
        .map(|(state, count)| {
            let tone = match sign(*state).1 {
                Tone::Plain => Tone::Accent,
                tone => tone,
            };
            // The number stands behind: within a bar it could not be read without colours.
            Bar::default().value(seen(*count, most, room)).text_value(String::new()).style(look.style(tone))
        })
        .collect();
    let chart = BarChart::default()
        .direction(Direction::Horizontal)
        .data(BarGroup::default().bars(&bars))
        .bar_width(1)
        .bar_gap(0)
        .max(most)
        .bar_set(set(look))
        .value_style(Style::new());
    if room > 0 && high > 0 {
        frame.render_widget(chart, Rect { x: area.x + NAME + 1, width: room, height: high, ..area });
    }
    for (n, ((state, _), text)) in rows.iter().zip(&numbers).enumerate() {
        let line = row(area, columns(n));
        let (sign, tone) = sign(*state);
        spans(
            frame,
            Rect { width: line.width.min(NAME), ..line },
            look,
            &[(format!("{} ", look.sign(sign)), tone), (state.name().to_owned(), Tone::Plain)],
        );
        let wide = columns(width(text)).min(line.width);
        put(frame, Rect { x: line.right() - wide, width: wide, ..line }, text, Style::new());
    }
}

/// A thing that is counted by the hour: its name, its tone, its count.
type Curve = (&'static str, Tone, fn(&Hour) -> u64);

/// Draws the last day by the hour, and answers how many lines that took.
pub(super) fn hours(frame: &mut Frame<'_>, area: Rect, told: &Overview, view: &View<'_>) -> u16 {
    let look = view.look;
    spans(frame, row(area, 0), look, &[("THE LAST 24 HOURS".to_owned(), Tone::Faint)]);
    let curves: [Curve; 3] = [
        ("revealed", Tone::Good, |hour| hour.revealed),
        ("refused", Tone::Warn, |hour| hour.refused),
        ("denied", Tone::Bad, |hour| hour.denied),
    ];
    // An hour is as many columns wide as there is room for, and a curve as high.
    let tall = if area.height >= TALL { 4 } else { 2 };
    let each = (area.width / columns(HOURS)).clamp(1, 3);
    let mut y = 1;
    for (name, tone, count) in curves {
        let counts: Vec<u64> = told.hours.iter().map(count).collect();
        let most = counts.iter().copied().max().unwrap_or_default();
        let busiest = told.hours.iter().find(|hour| count(hour) == most && most > 0);
        let peak = busiest.map(|hour| format!("   most {} at {}", thousands(most), hour_of(hour, view))).unwrap_or_default();
        let sum = thousands(counts.iter().sum());
        let head = [(format!("{sum} "), Tone::Accent), (name.to_owned(), Tone::Plain), (peak, Tone::Faint)];
        spans(frame, row(area, y), look, &head);
        let curve = Rect {
            y: area.y + (y + 1).min(area.height),
            height: tall.min(area.height.saturating_sub(y + 1)),
            width: (each * columns(HOURS)).min(area.width),
            ..area
        };
        let data: Vec<u64> =
            counts.iter().flat_map(|count| std::iter::repeat_n(seen(*count, most.max(1), tall * 8), usize::from(each))).collect();
        frame.render_widget(Sparkline::default().data(data).max(most.max(1)).bar_set(set(look)).style(look.style(tone)), curve);
        y += tall + 1;
    }
    let ago = format!("24 h ago{}now", look.sign("─").repeat(usize::from((each * columns(HOURS)).saturating_sub(11))));
    spans(frame, row(area, y), look, &[(ago, Tone::Faint)]);
    y + 1
}

fn hour_of(hour: &Hour, view: &View<'_>) -> String {
    jiff::Timestamp::from_millisecond(hour.from.as_millis())
        .map(|at| at.to_zoned(view.zone.clone()).strftime("%H:%M").to_string())
        .unwrap_or_default()
}

/// What is not nothing is never drawn as nothing: it is at least one of the steps that a picture has.
fn seen(count: u64, most: u64, steps: u16) -> u64 {
    if count == 0 { 0 } else { count.max(most.div_ceil(u64::from(steps.max(1)))) }
}

fn set(look: &Look) -> bar::Set<'static> {
    if look.ascii { ASCII } else { bar::NINE_LEVELS }
}
