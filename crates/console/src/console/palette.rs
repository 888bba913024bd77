//! `:`: everything that can be done from here, found by typing a part of its name.
//!
//! Nothing here does more than a key does: it goes to a screen, presses a key, changes the look.

use ratatui::crossterm::event::{KeyCode, KeyEvent};

use super::Console;
use super::dialog::pick::{Choice, Pick};
use super::look::THEMES;
use super::screen::{Reaction, Wish};
use super::screens::Name;

/// Everything that can be done from here.
pub(super) fn of(console: &Console) -> Pick {
    let refusal = console.who.refusal();
    let mut choices = Vec::new();
    let screen = console.screens.iter().find(|(name, _)| *name == console.at).map(|(_, screen)| screen);
    for hint in screen.map(|screen| screen.keys()).unwrap_or_default().iter().filter(|hint| hint.code != KeyCode::Null) {
        let code = hint.code;
        let refused = if hint.acts { refusal } else { None };
        choices.push(Choice { refused, ..choice(hint.name, hint.about, move || vec![Wish::Press(KeyEvent::from(code))]) });
    }
    for name in Name::ALL {
        choices.push(choice(&name.title().to_lowercase(), &format!("the screen {}", name.title()), move || vec![Wish::Jump(name, None)]));
    }
    for theme in THEMES {
        choices.push(choice(&format!("theme {theme}"), "colours", move || vec![Wish::Look(theme)]));
    }
    choices.push(choice("mouse", "let the mouse choose rows, or leave it to your terminal", || vec![Wish::Mouse]));
    choices.push(choice("refresh", "ask the appliance anew", || vec![Wish::Changed]));
    choices.push(choice("help", "the keys of this screen", || vec![Wish::Press(KeyEvent::from(KeyCode::Char('?')))]));
    choices.push(choice("quit", "leave the console", || vec![Wish::Quit]));
    Pick::new("Commands", "No command is called so.", choices)
}

fn choice(name: &str, about: &str, wishes: impl Fn() -> Reaction + 'static) -> Choice {
    Choice { name: name.to_owned(), about: about.to_owned(), refused: None, chosen: Box::new(move |_| wishes()) }
}
