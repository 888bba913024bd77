//! `?`: the keys of this screen, each with a sentence, and what the screen is about.
//!
//! Nothing here knows a key that a screen doesn't tell itself.

use super::Console;
use super::dialog::words::{Paragraph, Words};
use super::look::Tone;

/// The keys that mean the same on every screen.
const EVERYWHERE: [(&str, &str); 12] = [
    ("1 … 7, tab", "another screen"),
    ("↑↓ j k", "walk; PgUp, PgDn, Home and End too"),
    ("r", "ask the appliance anew"),
    (":", "commands: type a part of what you want to do"),
    ("y", "copy the id, or in a dialog the command (OSC 52: your terminal must allow it)"),
    ("esc", "one step back"),
    ("q", "one step back, and at last quit"),
    ("ctrl-c", "quit at once"),
    ("ctrl-l", "draw everything anew"),
    ("?", "this help"),
    ("", ""),
    (
        "",
        "Every act shows the command that does the same. Nothing here shows what is shared: no secret, link or token ever reaches an operator.",
    ),
];

/// Help for what is in sight.
pub(super) fn of(console: &Console) -> Words {
    let screen = console.screens.iter().find(|(name, _)| *name == console.at).map(|(_, screen)| screen);
    let refusal = console.who.refusal();
    let mut paragraphs: Vec<Paragraph> = Vec::new();
    if let Some(screen) = screen {
        paragraphs.extend(screen.about().lines().map(|line| (String::new(), line.to_owned(), Tone::Plain)));
        paragraphs.push(blank());
        for hint in screen.keys() {
            let (about, tone) = match refusal {
                Some(refusal) if hint.acts => (format!("{} ({refusal})", hint.about), Tone::Faint),
                _ => (hint.about.to_owned(), Tone::Plain),
            };
            paragraphs.push((hint.keys.to_owned(), about, tone));
        }
        paragraphs.push(blank());
    }
    paragraphs.extend(EVERYWHERE.map(|(keys, about)| (keys.to_owned(), about.to_owned(), Tone::Plain)));
    Words::new(format!("{}: keys", console.at.title()), paragraphs)
}

fn blank() -> Paragraph {
    (String::new(), String::new(), Tone::Plain)
}
