//! What happens to the console: an event in, effects out.
//!
//! Pure: no clock, no daemon, no terminal. A key belongs to the dialog on top, else to a line that is being typed, else to the frame,
//! else to the screen.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::dialog::Turn;
use super::effect::Effect;
use super::event::{Event, Happened};
use super::screen::{Context, Reaction, Wish};
use super::screens::Name;
use super::{Asker, Console, help, palette};
use crate::failure;

impl Console {
    /// Takes what happened. What it returns is to be done, in this order.
    pub(crate) fn update(&mut self, happened: Happened) -> Vec<Effect> {
        self.now = happened.at;
        match happened.event {
            Event::Key(key) if key.kind == KeyEventKind::Release => Vec::new(),
            Event::Key(key) => self.key(key),
            Event::Paste(text) => self.paste(&text),
            Event::Mouse(mouse) => self.mouse(mouse),
            Event::Resize(wide, high) => {
                self.size = (wide, high);
                Vec::new()
            }
            Event::Answered { ticket, call, outcome } => self.answered(ticket, call, *outcome),
            Event::Remark(words) => {
                self.said = Some(words);
                Vec::new()
            }
            Event::Tick => self.tick(),
            Event::Hangup => vec![Effect::Quit { code: failure::OK, words: None }],
        }
    }

    fn key(&mut self, key: KeyEvent) -> Vec<Effect> {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        self.said = None;
        if control && key.code == KeyCode::Char('c') {
            return self.leave();
        }
        self.leaving = false;
        if control && key.code == KeyCode::Char('l') {
            return vec![Effect::Redraw];
        }
        if let Some((id, dialog, mut ctx)) = self.top() {
            let turn = dialog.key(key, &mut ctx);
            return self.turned(id, turn);
        }
        let typing = self.current().is_some_and(|(screen, _)| screen.typing());
        if !typing
            && !control
            && let Some(effects) = self.frame_key(key.code)
        {
            return effects;
        }
        self.told(|screen, ctx| screen.key(key, ctx))
    }

    /// The keys that mean the same everywhere; nothing for another.
    fn frame_key(&mut self, code: KeyCode) -> Option<Vec<Effect>> {
        Some(match code {
            KeyCode::Char(digit @ '1'..='9') => {
                let name = digit.to_digit(10).and_then(|digit| Name::ALL.get(usize::try_from(digit).ok()?.checked_sub(1)?)).copied()?;
                self.show(name, None)
            }
            KeyCode::Tab => self.show(self.at.further(1), None),
            KeyCode::BackTab => self.show(self.at.further(Name::ALL.len() - 1), None),
            KeyCode::Char('?') => {
                let help = help::of(self);
                self.granted(Asker::Frame, vec![Wish::Open(Box::new(help))])
            }
            KeyCode::Char(':') => {
                let palette = palette::of(self);
                self.granted(Asker::Frame, vec![Wish::Open(Box::new(palette))])
            }
            KeyCode::Char('r') => self.told(|screen, ctx| screen.refresh(ctx)),
            KeyCode::Esc => {
                self.back();
                Vec::new()
            }
            KeyCode::Char('q') if !self.back() => vec![Effect::Quit { code: failure::OK, words: None }],
            KeyCode::Char('q') => Vec::new(),
            _ => return None,
        })
    }

    fn back(&mut self) -> bool {
        self.current().is_some_and(|(screen, mut ctx)| screen.back(&mut ctx))
    }

    /// Ctrl-C: leaves, but not without a word where something typed would be lost.
    fn leave(&mut self) -> Vec<Effect> {
        if self.leaving || !self.dialogs.iter().any(|(_, dialog)| dialog.typed()) {
            return vec![Effect::Quit { code: failure::OK, words: None }];
        }
        self.leaving = true;
        self.said = Some("What you typed would be lost: Ctrl-C again leaves, any other key stays.".to_owned());
        Vec::new()
    }

    fn paste(&mut self, text: &str) -> Vec<Effect> {
        if let Some((_, dialog, _)) = self.top() {
            dialog.paste(text);
            return Vec::new();
        }
        self.told(|screen, ctx| screen.paste(text, ctx))
    }

    fn mouse(&mut self, mouse: MouseEvent) -> Vec<Effect> {
        let line = mouse.row.checked_sub(self.body().y);
        if !self.dialogs.is_empty() {
            return Vec::new();
        }
        match mouse.kind {
            MouseEventKind::Down(MouseButton::Left) if line.is_some() => self.told(|screen, ctx| screen.mouse(line, 0, ctx)),
            MouseEventKind::ScrollDown => self.told(|screen, ctx| screen.mouse(None, 3, ctx)),
            MouseEventKind::ScrollUp => self.told(|screen, ctx| screen.mouse(None, -3, ctx)),
            _ => Vec::new(),
        }
    }

    /// Brings a screen into sight, narrowed by a filter where there is one.
    pub(super) fn show(&mut self, name: Name, filter: Option<&str>) -> Vec<Effect> {
        self.at = name;
        self.opened.insert(name);
        match filter {
            Some(filter) => self.told(|screen, ctx| screen.narrow(filter, ctx)),
            None => self.told(|screen, ctx| screen.opened(ctx)),
        }
    }

    /// Tells the screen in sight something, and grants what it wishes for.
    pub(super) fn told(&mut self, tell: impl FnOnce(&mut dyn super::Screen, &mut Context<'_>) -> Reaction) -> Vec<Effect> {
        let at = self.at;
        let reaction = self.current().map(|(screen, mut ctx)| tell(screen.as_mut(), &mut ctx)).unwrap_or_default();
        self.granted(Asker::Screen(at), reaction)
    }

    /// What a dialog made of something.
    pub(super) fn turned(&mut self, id: u64, turn: Turn) -> Vec<Effect> {
        match turn {
            Turn::Stay(reaction) => self.granted(Asker::Dialog(id), reaction),
            Turn::Close(reaction) => {
                // It is dropped here, with whatever was typed or shown in it.
                self.dialogs.retain(|(one, _)| *one != id);
                let at = self.at;
                self.granted(Asker::Screen(at), reaction)
            }
        }
    }

    /// Grants wishes: what the console can do itself is done, the rest becomes effects.
    pub(super) fn granted(&mut self, asker: Asker, reaction: Reaction) -> Vec<Effect> {
        let mut effects = Vec::new();
        for wish in reaction {
            match wish {
                Wish::Ask { ticket, call } => {
                    self.asked.insert(ticket, asker);
                    effects.push(Effect::Ask { ticket, call });
                }
                Wish::Open(dialog) => {
                    self.dialogs_opened += 1;
                    self.dialogs.push((self.dialogs_opened, dialog));
                    if let Some((id, dialog, mut ctx)) = self.top() {
                        let reaction = dialog.opened(&mut ctx);
                        effects.extend(self.granted(Asker::Dialog(id), reaction));
                    }
                }
                Wish::Jump(name, filter) => effects.extend(self.show(name, filter.as_deref())),
                Wish::Copy(text) => {
                    self.said = Some("Copied, if your terminal takes it (OSC 52).".to_owned());
                    effects.push(Effect::Copy(text));
                }
                Wish::Say(words) => self.said = Some(words),
                Wish::Wake(wait) => effects.push(Effect::Wake(wait)),
                Wish::Changed => effects.extend(self.told(|screen, ctx| screen.refresh(ctx))),
                Wish::Unmark => effects.extend(self.told(|screen, _| {
                    screen.unmark();
                    Reaction::new()
                })),
                Wish::Look(theme) => self.look = self.look.with(theme),
                Wish::Mouse => {
                    self.mouse = !self.mouse;
                    self.said = Some(if self.mouse { "The mouse chooses rows." } else { "The mouse is your terminal's own." }.to_owned());
                    effects.push(Effect::Mouse(self.mouse));
                }
                Wish::Press(key) => effects.extend(self.key(key)),
                Wish::Quit => effects.push(Effect::Quit { code: failure::OK, words: None }),
            }
        }
        effects
    }
}
