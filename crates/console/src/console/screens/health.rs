//! Health: versions, database, clock, certificate, journal, mail, disk, backups, and what the appliance does by itself.
//!
//! Nothing here mends anything but one thing: a clock that is right can be let count.

use api::Timestamp;
use api::admin::health::{Health as Told, Worker};
use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;
use ratatui::widgets::LineGauge;

use crate::console::call::{Answer, Call, Outcome, Ticket};
use crate::console::dialog::act::{Act, why};
use crate::console::look::Tone;
use crate::console::screen::{Context, Hint, Reaction, Screen, View, Wish};
use crate::console::when::relative;
use crate::console::widgets::lines::{columns, empty, row, spans, wrapped};
use crate::show::time::{minute, second};

/// From so many columns on, the workers stand beside the rest.
const BESIDE: u16 = 110;

/// Below this, in percent, a disk is said to be nearly full.
pub(super) const NEARLY_FULL_PERCENT: u8 = 10;

/// After so many hours a backup is said to be old.
pub(super) const OLD_BACKUP_HOURS: u64 = 48;

/// Where names end and values begin.
const NAMES: usize = 16;

const KEYS: &[Hint] = &[
    Hint::looks("r", KeyCode::Char('r'), "ask anew", "ask the appliance anew how it is"),
    Hint::acts("c", KeyCode::Char('c'), "accept the clock", "let the clock count although the log has seen later times"),
    Hint::looks("↑↓", KeyCode::Null, "scroll", "where it doesn't fit"),
];

/// One line of parts with their tones.
type Line = Vec<(String, Tone)>;

/// The screen.
#[derive(Default)]
pub(crate) struct Health {
    told: Option<Told>,
    /// When it was told.
    at: Option<Timestamp>,
    waiting: Option<Ticket>,
    trouble: Option<String>,
    top: u16,
}

/// How something is: its sign is the word for those who see no colours.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Is {
    Well,
    Odd,
    Wrong,
    Plain,
}

impl Is {
    fn sign(self) -> (&'static str, Tone) {
        match self {
            Self::Well => ("✓", Tone::Good),
            Self::Odd => ("!", Tone::Warn),
            Self::Wrong => ("✗", Tone::Bad),
            Self::Plain => (" ", Tone::Plain),
        }
    }

    fn odd(yes: bool) -> Self {
        if yes { Self::Odd } else { Self::Well }
    }
}

/// A fact: how it is, what it is called, its value, and what to do about it.
struct Fact(Is, &'static str, String, Option<String>);

impl Screen for Health {
    fn keys(&self) -> &'static [Hint] {
        KEYS
    }

    fn about(&self) -> &'static str {
        "How the appliance is, as it was when it was asked: ✓ is well, ! wants somebody, ✗ stops something. What to do stands below each.\n\
         A clock that stands behind the latest record stops all reveals, since it could bring expired links back to life."
    }

    fn opened(&mut self, ctx: &mut Context<'_>) -> Reaction {
        self.refresh(ctx)
    }

    fn refresh(&mut self, ctx: &mut Context<'_>) -> Reaction {
        let (ticket, wish) = ctx.ask(Call::Health);
        self.waiting = Some(ticket);
        vec![wish]
    }

    fn key(&mut self, key: KeyEvent, ctx: &mut Context<'_>) -> Reaction {
        match key.code {
            KeyCode::Down | KeyCode::Char('j') => self.top = self.top.saturating_add(1).min(40),
            KeyCode::Up | KeyCode::Char('k') => self.top = self.top.saturating_sub(1),
            KeyCode::PageDown | KeyCode::End => self.top = self.top.saturating_add(10).min(40),
            KeyCode::PageUp => self.top = self.top.saturating_sub(10),
            KeyCode::Home => self.top = 0,
            KeyCode::Char('c') => return self.accept(ctx),
            KeyCode::Char('y') => return Call::Health.command().map(Wish::Copy).into_iter().collect(),
            _ => {}
        }
        Reaction::new()
    }

    fn mouse(&mut self, _click: Option<u16>, wheel: i16, _ctx: &mut Context<'_>) -> Reaction {
        self.top = self.top.saturating_add_signed(wheel).min(40);
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
        let body = Rect { x: area.x + 1, y: area.y + 1, width: area.width.saturating_sub(2), height: area.height.saturating_sub(1) };
        let beside = area.width >= BESIDE;
        let left = if beside { Rect { width: body.width * 3 / 5, ..body } } else { body };
        let (mut lines, disk) = facts(told, usize::from(left.width), view);
        let workers = workers(&told.workers, view);
        if beside {
            let right = Rect { x: left.right() + 2, width: body.width - left.width - 2, ..body };
            paint(frame, right, &workers, 0, view);
        } else {
            lines.push(Vec::new());
            lines.extend(workers);
        }
        let top = self.top.min(columns(lines.len()).saturating_sub(left.height));
        paint(frame, left, &lines, top, view);
        // The gauge stands over the blanks that the facts left for it.
        if let (Some(at), Some(used)) =
            (disk.checked_sub(top).filter(|at| *at < left.height), told.disk.and_then(|disk| disk.free_percent()))
        {
            let name = columns(NAMES + 3);
            gauge(frame, Rect { x: left.x + name, width: left.width.saturating_sub(name + 1), ..row(left, at) }, used, view);
        }
    }
}

impl Health {
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

/// The facts line by line, and the line on which the disk's gauge stands.
fn facts(told: &Told, wide: usize, view: &View<'_>) -> (Vec<Line>, u16) {
    let look = view.look;
    let mut lines = Vec::new();
    let mut disk = 0;
    for Fact(is, name, value, advice) in all(told, view) {
        let (sign, tone) = is.sign();
        let value_tone = if matches!(is, Is::Odd | Is::Wrong) { tone } else { Tone::Plain };
        lines.push(vec![
            (format!("{} ", look.sign(sign)), tone),
            (format!("{name:NAMES$} "), Tone::Faint),
            (look.text(&value), value_tone),
        ]);
        if name == "disk" && told.disk.is_some() {
            disk = columns(lines.len());
            lines.push(Vec::new());
        }
        let aside = NAMES + 3;
        let advice = advice.iter().flat_map(|advice| wrapped(advice, wide.saturating_sub(aside)));
        lines.extend(advice.map(|line| vec![(" ".repeat(aside), Tone::Plain), (look.text(&line), Tone::Faint)]));
    }
    (lines, disk)
}

fn all(told: &Told, view: &View<'_>) -> Vec<Fact> {
    let advice = |given: bool, words: &str| given.then(|| words.to_owned());
    let own = env!("CARGO_PKG_VERSION");
    let other = told.version != own;
    let days = told.certificate_days;
    let certificate = if days < 0 { Is::Wrong } else { Is::odd(told.certificate_ends_soon) };
    let left = if days < 0 { "ended".to_owned() } else { format!("{days} days left") };
    let schema = if told.schema.is_empty() { String::new() } else { format!(", schema {}", told.schema) };
    let free = told.disk.and_then(|disk| disk.free_percent());
    let full = free.is_some_and(|free| free < NEARLY_FULL_PERCENT);
    let disk = told.disk.map_or_else(
        || "can't be asked".to_owned(),
        |disk| format!("{} of {} free ({} %)", gib(disk.free_bytes), gib(disk.total_bytes), free.unwrap_or_default()),
    );
    let old = told.backup_at.is_none_or(|at| told.clock.millis_since(at) / 3_600_000 > i64::try_from(OLD_BACKUP_HOURS).unwrap_or(i64::MAX));
    let backup = told
        .backup_at
        .map_or_else(|| "none is known of".to_owned(), |at| format!("{} ({})", minute(at, view.zone), relative(at, told.clock)));
    vec![
        Fact(
            Is::odd(other),
            "posternd",
            told.version.clone(),
            advice(other, &format!("This console is {own}: what it doesn't know of a newer posternd it can't show.")),
        ),
        Fact(Is::Plain, "database", format!("{}{schema}", told.database), None),
        Fact(
            if told.clock_behind { Is::Wrong } else { Is::Well },
            "clock",
            second(told.clock, view.zone),
            advice(
                told.clock_behind,
                "It stands behind the latest record: nothing is revealed or created. Set it right; if it is right, c lets it count.",
            ),
        ),
        Fact(Is::Plain, "latest record", second(told.latest, view.zone), None),
        Fact(
            certificate,
            "certificate",
            format!("until {}, {left}", minute(told.certificate_until, view.zone)),
            advice(
                certificate != Is::Well,
                "Put a new certificate and its key in place and reload posternd: browsers refuse one that has ended.",
            ),
        ),
        Fact(
            Is::odd(told.journal_dropped > 0),
            "journal",
            format!("{} lines dropped", told.journal_dropped),
            advice(told.journal_dropped > 0, "journald did not keep up. The audit log has every event all the same."),
        ),
        Fact(
            Is::odd(told.mirror_behind > 1000),
            "mirror",
            format!("{} events not in the journal yet", told.mirror_behind),
            advice(told.mirror_behind > 1000, "They wait and none is lost. Look whether journald runs."),
        ),
        Fact(
            Is::odd(told.mail_dead > 0),
            "mail",
            format!("{} waiting, {} given up", told.mail_waiting, told.mail_dead),
            advice(told.mail_dead > 0, "5 shows the mail; each message says why it was given up."),
        ),
        Fact(
            if full {
                Is::Wrong
            } else if free.is_none() {
                Is::Plain
            } else {
                Is::Well
            },
            "disk",
            disk,
            advice(full, "Make room: a full disk stops everything that writes."),
        ),
        Fact(
            Is::odd(old),
            "newest backup",
            backup,
            advice(
                old,
                if told.backup_at.is_some() {
                    "That is a while ago: look at what makes the backups."
                } else {
                    "Nothing tells this appliance of a backup. Without one a lost disk is the end of it."
                },
            ),
        ),
    ]
}

fn workers(workers: &[Worker], view: &View<'_>) -> Vec<Line> {
    let look = view.look;
    let head = vec![("  WORKERS".to_owned(), Tone::Faint)];
    let mut lines = vec![head];
    if workers.is_empty() {
        lines.push(vec![("  This posternd doesn't tell of them.".to_owned(), Tone::Faint)]);
    }
    for worker in workers {
        let (sign, tone) = Is::sign(if worker.ok { Is::Well } else { Is::Odd });
        let last = worker.last_at.map_or_else(|| "no round yet".to_owned(), |at| crate::console::when::moment(at, view.now, view.zone));
        let trouble = if worker.ok { "" } else { "  failing or late: the journal says why" };
        lines.push(vec![
            (format!("{} ", look.sign(sign)), tone),
            (format!("{:NAMES$} ", look.text(&worker.name)), Tone::Faint),
            (last, Tone::Plain),
            (trouble.to_owned(), Tone::Warn),
        ]);
    }
    lines
}

fn paint(frame: &mut Frame<'_>, area: Rect, lines: &[Line], top: u16, view: &View<'_>) {
    for (n, line) in lines.iter().skip(usize::from(top)).enumerate() {
        spans(frame, row(area, columns(n)), view.look, line);
    }
}

/// How full the disk is.
fn gauge(frame: &mut Frame<'_>, line: Rect, free: u8, view: &View<'_>) {
    let look = view.look;
    let tone = if free < NEARLY_FULL_PERCENT { Tone::Bad } else { Tone::Good };
    let used = f64::from(100_u8.saturating_sub(free)) / 100.0;
    let gauge = LineGauge::default()
        .ratio(used.clamp(0.0, 1.0))
        .label("")
        .filled_symbol(look.sign("█"))
        .unfilled_symbol(look.sign("─"))
        .filled_style(look.style(tone))
        .unfilled_style(look.style(Tone::Faint));
    // Without its label the gauge begins one column in.
    let line = Rect { x: line.x.saturating_sub(1), width: line.width.min(42), ..line };
    frame.render_widget(gauge, line);
}

/// Like `41.0 GiB`.
fn gib(bytes: u64) -> String {
    let tenths = u128::from(bytes) * 10 / (1 << 30);
    format!("{}.{} GiB", tenths / 10, tenths % 10)
}
