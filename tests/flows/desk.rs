//! An operator's desk: the console in a terminal of its own, with the keys and looks that many stories share.
//! Never waits for anything but what stands on the screen.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use harness::clock::Deadline;
use harness::journal::Journal;
use harness::screen::keys::{CTRL_C, ENTER, ESCAPE};
use harness::{Program, Screen};
use rqrr::PreparedImage;
use serde_json::Value;
use vault::event::INTENT;

use crate::appliance::{Appliance, Kind};
use crate::configuration::Wish;
use crate::people::{Operator, text};

/// Lines and columns: the fewest that the console takes, and those in which details stand beside their list.
pub const SMALL: (u16, u16) = (24, 80);
pub const LARGE: (u16, u16) = (40, 120);

/// A console that has sent nothing for so long has nothing more to send.
const REST: Duration = Duration::from_millis(500);

/// The console in a terminal.
pub struct Desk(Screen);

impl Deref for Desk {
    type Target = Screen;

    fn deref(&self) -> &Screen {
        &self.0
    }
}

/// A prepared appliance whose daemon writes to a journal of its own, to which the operator's console writes, too.
pub fn watched(kind: Kind, settings: &str) -> (Appliance, Arc<Journal>, Operator) {
    let journal = Arc::new(Journal::start());
    let wish = Wish { journal: Some(Arc::clone(&journal)), settings: settings.to_owned(), ..Wish::default() };
    let appliance = Appliance::prepared_with(kind, wish);
    let operator = appliance.operator().inside(&journal);
    (appliance, journal, operator)
}

/// The program at a terminal that shows UTF-8 and colours, whatever the tests themselves were started in.
pub fn coloured(program: Program) -> Program {
    program.env("LC_ALL", "C.UTF-8").env("NO_COLOR", "").env("COLORTERM", "").env("TZ", "UTC")
}

impl Desk {
    /// Opens the console and waits until the daemon has said who sits there.
    pub fn of(operator: &Operator, (lines, columns): (u16, u16)) -> Self {
        let desk = Self::opening(operator, (lines, columns));
        desk.wait_for(&format!("● posternd {}", env!("CARGO_PKG_VERSION")));
        desk.wait_until("said who sits there", |screen| ["(operator)", "(auditor"].iter().any(|role| screen.shown().contains(role)));
        desk
    }

    /// Opens the console and waits for nothing.
    pub fn opening(operator: &Operator, (lines, columns): (u16, u16)) -> Self {
        Self(coloured(operator.program(&[])).on_screen(lines, columns))
    }

    /// Presses keys and waits for what they bring.
    pub fn press_for(&self, keys: &str, text: &str) {
        self.press(keys);
        self.wait_for(text);
    }

    /// Narrows the list in sight and waits until so many rows are left.
    pub fn narrow(&self, filter: &str, rows: &str) {
        self.press(&format!("/{filter}{ENTER}"));
        self.wait_for(rows);
    }

    /// Steps back and waits until this is gone. Nothing is pressed before: an Esc and a letter at once are Alt and that letter.
    pub fn leave(&self, text: &str) {
        self.press(ESCAPE);
        self.wait_until(&format!("hid {text:?}"), |screen| !screen.shown().contains(text));
    }

    /// Waits until nothing more comes: a screen is sent in pieces, and a picture wants the whole of it.
    pub fn rest(&self) {
        self.wait_until("came to rest", |screen| {
            let before = screen.sent();
            Deadline::after(REST).until(|| (screen.sent() != before).then_some(())).is_none()
        });
    }

    /// Quits in good order.
    pub fn quit(self) {
        self.press(CTRL_C);
        assert_eq!(self.0.finish().0, 0);
    }

    /// Closes the terminal as a lost connection does; answers with the console's exit code.
    pub fn hang_up(self) -> i32 {
        self.0.hang_up()
    }

    /// The text of the QR code on the screen, once all of it is drawn.
    pub fn code(&self) -> String {
        self.wait_until("showed a QR code that can be read", |screen| code(screen).is_some());
        code(self).unwrap()
    }
}

/// Reads a QR code as a camera reads it, from light and dark; nothing where there isn't exactly one.
fn code(screen: &Screen) -> Option<String> {
    let light: Vec<Vec<bool>> = screen.look(|shown| {
        let (lines, columns) = shown.size();
        let halves = |line| {
            let drawn = (0..columns.get()).map(move |column| match shown.cell(line, column).unwrap().contents() {
                "█" => (true, true),
                "▀" => (true, false),
                "▄" => (false, true),
                _ => (false, false),
            });
            drawn.unzip::<bool, bool, Vec<_>, Vec<_>>()
        };
        (0..lines.get()).map(halves).flat_map(|(upper, lower)| [upper, lower]).collect()
    });
    // Four dots to a module: a camera sees no single ones.
    let (wide, high) = (light[0].len() * 4, light.len() * 4);
    let mut image = PreparedImage::prepare_from_greyscale(wide, high, |x, y| if light[y / 4][x / 4] { 255 } else { 0 });
    match image.detect_grids().as_slice() {
        [one] => one.decode().ok().map(|(_, text)| text),
        _ => None,
    }
}

/// The latest event of this kind, by an operator's act, whose intent stands in the journal under the same request, stamped by the kernel.
#[track_caller]
pub fn witnessed(operator: &Operator, journal: &Journal, event: &str, intent: &str) -> Value {
    let records = operator.records(&["--event", event]);
    let record = records.last().unwrap_or_else(|| panic!("no {event} is recorded")).clone();
    let request = format!("POSTERN_REQUEST={}", text(&record, "/request"));
    let intents = journal.wait_for(&[&format!("MESSAGE_ID={}", INTENT.message_id), &request]);
    assert_eq!(intents.len(), 1, "{intents:?}");
    assert_eq!(intents[0].field("POSTERN_INTENT").as_deref(), Some(intent));
    assert_eq!(intents[0].field("_COMM").as_deref(), Some("posternctl"));
    record
}
