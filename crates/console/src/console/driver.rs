//! Drives a console in tests: keys in, canned answers in, what is asked and drawn out. The same console as ever, on a `TestBackend`.

use std::time::Duration;

use api::Timestamp;
use api::admin::health::{Disk, Health, Worker};
use api::admin::me::Me;
use jiff::tz::TimeZone;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use vault::operator::Role;

use super::Console;
use super::call::{Answer, Call, Outcome, Ticket};
use super::effect::Effect;
use super::event::{Event, Happened};
use super::look::Look;
use crate::failure::Failure;

/// When it is in tests: 2023-11-14 22:13:20 UTC.
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

/// A console, and what it wants done.
pub(crate) struct Driver {
    pub(crate) console: Console,
    /// What was asked and has no answer yet.
    pub(crate) asked: Vec<(Ticket, Call)>,
    /// What was asked, answered or not, oldest first.
    pub(crate) ever: Vec<Call>,
    /// What was copied.
    pub(crate) copied: Vec<String>,
    /// Waits that were asked for.
    pub(crate) wakes: Vec<Duration>,
    /// With what it ended.
    pub(crate) ended: Option<(u8, Option<String>)>,
    pub(crate) now: Timestamp,
    size: (u16, u16),
}

impl Driver {
    /// A console of this size that has asked its first questions. No colours: what is told by colour alone is missing then.
    pub(crate) fn new(size: (u16, u16)) -> Self {
        Self::of(Console::new(Look::named("none"), TimeZone::UTC, size, NOW), size)
    }

    /// The same for a console that was made otherwise.
    pub(crate) fn of(console: Console, size: (u16, u16)) -> Self {
        let mut driver =
            Self { console, asked: Vec::new(), ever: Vec::new(), copied: Vec::new(), wakes: Vec::new(), ended: None, now: NOW, size };
        let effects = driver.console.start();
        driver.perform(effects);
        driver
    }

    /// The same, where the daemon has said who sits here and how it is.
    pub(crate) fn known(size: (u16, u16), role: Role) -> Self {
        let mut driver = Self::new(size);
        driver.answer(|call| *call == Call::Me, Ok(Answer::Me(Me { user: "olga".to_owned(), uid: 1000, role })));
        driver.answer(|call| *call == Call::Health, Ok(Answer::Health(health())));
        // The first screen asks, too; tests of others don't wait for that.
        driver.asked.retain(|(_, call)| *call != Call::Overview);
        driver
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Ask { ticket, call } => {
                    self.ever.push((*call).clone());
                    self.asked.push((ticket, *call));
                }
                Effect::Copy(text) => self.copied.push(text),
                Effect::Wake(wait) => self.wakes.push(wait),
                Effect::Mouse(_) | Effect::Redraw => {}
                Effect::Quit { code, words } => self.ended = Some((code, words)),
            }
        }
    }

    /// Something happens.
    pub(crate) fn event(&mut self, event: Event) {
        let effects = self.console.update(Happened { event, at: self.now });
        self.perform(effects);
    }

    /// A key is pressed.
    pub(crate) fn press(&mut self, code: KeyCode) {
        self.event(Event::Key(KeyEvent::from(code)));
    }

    /// A key is pressed with Ctrl.
    pub(crate) fn control(&mut self, letter: char) {
        self.event(Event::Key(KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL)));
    }

    /// Keys are pressed, letter by letter; `\n` is Enter, `\t` is Tab, `\u{1b}` is Esc.
    pub(crate) fn type_in(&mut self, text: &str) {
        for letter in text.chars() {
            self.press(match letter {
                '\n' => KeyCode::Enter,
                '\t' => KeyCode::Tab,
                '\u{1b}' => KeyCode::Esc,
                letter => KeyCode::Char(letter),
            });
        }
    }

    /// Answers the first question of this kind that waits.
    pub(crate) fn answer(&mut self, which: impl Fn(&Call) -> bool, outcome: Outcome) {
        let at = self.asked.iter().position(|(_, call)| which(call)).unwrap_or_else(|| panic!("nobody asked; waiting: {:?}", self.asked));
        let (ticket, call) = self.asked.remove(at);
        self.event(Event::Answered { ticket, call: Box::new(call), outcome: Box::new(outcome) });
    }

    /// The terminal gets another size.
    pub(crate) fn resize(&mut self, wide: u16, high: u16) {
        self.size = (wide, high);
        self.event(Event::Resize(wide, high));
    }

    /// Time passes, and whoever asked for it is told.
    pub(crate) fn pass(&mut self, seconds: i64) {
        self.now = self.now.plus_seconds(seconds);
        self.event(Event::Tick);
    }

    /// What is drawn, line by line.
    pub(crate) fn drawn(&self) -> String {
        let mut terminal = Terminal::new(TestBackend::new(self.size.0, self.size.1)).unwrap();
        terminal.draw(|frame| self.console.view(frame)).unwrap();
        let buffer = terminal.backend().buffer();
        let line = |y| (0..buffer.area.width).filter_map(|x| buffer.cell((x, y))).map(ratatui::buffer::Cell::symbol).collect::<String>();
        (0..buffer.area.height).map(|y| line(y).trim_end().to_owned()).collect::<Vec<_>>().join("\n")
    }

    /// Whether this text stands on the screen.
    pub(crate) fn shows(&self, text: &str) -> bool {
        self.drawn().contains(text)
    }
}

/// An appliance that is well.
pub(crate) fn health() -> Health {
    Health {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        database: "sqlite".to_owned(),
        clock: NOW,
        latest: NOW,
        clock_behind: false,
        mail_waiting: 0,
        mail_dead: 0,
        certificate_until: NOW.plus_seconds(86_400 * 300),
        certificate_days: 300,
        certificate_ends_soon: false,
        journal_dropped: 0,
        mirror_behind: 0,
        disk: Some(Disk { free_bytes: 60 << 30, total_bytes: 100 << 30 }),
        workers: ["mail", "mirror", "sweeper"].map(|name| Worker { name: name.to_owned(), last_at: Some(NOW), ok: true }).into(),
        backup_at: None,
        schema: "20261121000500".to_owned(),
    }
}

/// What a refusal looks like.
pub(crate) fn refused(status: u16, name: &str, detail: &str) -> Failure {
    Failure::Call(client::Error::Refused(api::Problem {
        status,
        name: name.to_owned(),
        detail: detail.to_owned(),
        request: Some("0190163d-8694-739b-aea5-966c26f8ad91".parse().unwrap()),
        tries_left: None,
        retry_seconds: None,
        hint: None,
    }))
}

/// Nobody answers.
pub(crate) fn lost() -> Failure {
    Failure::Unreachable { words: "nobody answers at /run/postern-admin/admin.sock".to_owned(), asked: false }
}

/// It was asked, and the answer was lost.
pub(crate) fn cut() -> Failure {
    let words = "no answer came through /run/postern-admin/admin.sock: the connection failed (cut); try again";
    Failure::Unreachable { words: words.to_owned(), asked: true }
}
