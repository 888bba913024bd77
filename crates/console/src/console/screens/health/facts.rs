//! The facts of health as lines: each with a sign, its value, and below it what to do where it isn't well.
//!
//! Nothing here is asked for or mended.

use api::admin::health::{Health as Told, Worker};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::widgets::LineGauge;

use crate::console::look::Tone;
use crate::console::screen::View;
use crate::console::when::{moment, relative};
use crate::console::widgets::lines::{Line, columns, wrapped};
use crate::show::time::{minute, second};

/// Below this, in percent, a disk is said to be nearly full.
pub(in crate::console::screens) const NEARLY_FULL_PERCENT: u8 = 10;

/// After so many hours a backup is said to be old.
pub(in crate::console::screens) const OLD_BACKUP_HOURS: u64 = 48;

/// Where names end and values begin.
const NAMES: usize = 16;

/// The column in which values stand, behind sign and name.
const VALUES: usize = NAMES + 3;

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

/// The facts line by line, and the line on which the disk's gauge stands.
pub(super) fn facts(told: &Told, wide: usize, view: &View<'_>) -> (Vec<Line>, u16) {
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
        let advice = advice.iter().flat_map(|advice| wrapped(advice, wide.saturating_sub(VALUES)));
        lines.extend(advice.map(|line| vec![(" ".repeat(VALUES), Tone::Plain), (look.text(&line), Tone::Faint)]));
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

/// What the appliance does by itself.
pub(super) fn workers(workers: &[Worker], view: &View<'_>) -> Vec<Line> {
    let look = view.look;
    let head = vec![("  WORKERS".to_owned(), Tone::Faint)];
    let mut lines = vec![head];
    if workers.is_empty() {
        lines.push(vec![("  This posternd doesn't tell of them.".to_owned(), Tone::Faint)]);
    }
    for worker in workers {
        let (sign, tone) = Is::sign(if worker.ok { Is::Well } else { Is::Odd });
        let last = worker.last_at.map_or_else(|| "no round yet".to_owned(), |at| moment(at, view.now, view.zone));
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

/// How full the disk is, on the line that the facts left for it.
pub(super) fn gauge(frame: &mut Frame<'_>, line: Rect, free: u8, view: &View<'_>) {
    let look = view.look;
    let aside = columns(VALUES).min(line.width);
    let line = Rect { x: line.x + aside, width: line.width.saturating_sub(aside + 1), ..line };
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
