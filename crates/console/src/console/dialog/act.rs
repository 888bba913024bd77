//! Asks before something is done, does it, and tells what came of it.
//!
//! Nothing is done that was not counted and said before where it can be; what can't be undone takes a typed confirmation. What was
//! typed stays after a refusal or a lost answer; what is done already is never done again by trying again.

use std::collections::VecDeque;

use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::Rect;

use super::field::{Field, Given, Holds};
use super::{Dialog, Turn};
use crate::console::call::{Call, Outcome, Ticket};
use crate::console::screen::{Context, Reaction, View, Wish};
use crate::console::widgets::scroll::Scroll;
use crate::failure::{Failure, UNREACHABLE};
use crate::show::text::sentence;

/// What is done with what was given, or why that makes no sense.
pub(crate) type Make = Box<dyn Fn(&Given<'_>) -> Result<Vec<Call>, String>>;

/// What is counted first with what was given so far; nothing where it makes no sense yet.
pub(crate) type Count = Box<dyn Fn(&Given<'_>) -> Option<Call>>;

/// Whether what was given is about the marked rows of the screen below.
type Marked = Box<dyn Fn(&Given<'_>) -> bool>;

/// What a call brought in words, line by line, or why it brought nothing.
pub(super) type Told = Result<Vec<String>, Vec<String>>;

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Something is asked for.
    Asking,
    /// Calls are under way.
    Working,
    /// All of it was tried.
    Done,
}

/// A question before an act, the act, and its result.
pub(crate) struct Act {
    pub(super) title: String,
    pub(super) says: Vec<String>,
    pub(super) fields: Vec<Field>,
    pub(super) confirm: Option<(String, Field)>,
    pub(super) make: Make,
    marked: Option<Marked>,
    pub(super) count: Option<Count>,
    pub(super) counted: Option<(Call, Option<Told>)>,
    counting: Option<Ticket>,
    /// The field where one is; behind the last one comes the confirmation.
    pub(super) at: usize,
    pub(super) stage: Stage,
    left: VecDeque<Call>,
    waiting: Option<Ticket>,
    /// What is done: the call, and what it brought or why it was refused.
    pub(super) done: Vec<(Call, Told)>,
    /// Why it stands still although something is left.
    pub(super) trouble: Option<Vec<String>>,
    pub(super) scroll: Scroll,
}

impl Act {
    /// An act: its title, sentences that say what it does, and what is done with what is given.
    pub(crate) fn new(title: impl Into<String>, says: &[&str], make: Make) -> Self {
        Self {
            title: title.into(),
            says: says.iter().map(|sentence| (*sentence).to_owned()).collect(),
            fields: Vec::new(),
            confirm: None,
            make,
            marked: None,
            count: None,
            counted: None,
            counting: None,
            at: 0,
            stage: Stage::Asking,
            left: VecDeque::new(),
            waiting: None,
            done: Vec::new(),
            trouble: None,
            scroll: Scroll::default(),
        }
    }

    /// One thing more is asked for.
    pub(crate) fn field(mut self, field: Field) -> Self {
        self.fields.push(field);
        self
    }

    /// It can't be undone: this must be typed before.
    pub(crate) fn confirmed_by(mut self, text: impl Into<String>) -> Self {
        self.confirm = Some((text.into(), Field::text("Confirm", "")));
        self
    }

    /// What it would take is counted and said first.
    pub(crate) fn counted_by(mut self, count: Count) -> Self {
        self.count = Some(count);
        self
    }

    /// It may be about the rows that are marked: once it was done for all of them, their marks go. After a refusal they stay, so that it
    /// can be tried again.
    pub(crate) fn about_marks(mut self, marked: impl Fn(&Given<'_>) -> bool + 'static) -> Self {
        self.marked = Some(Box::new(marked));
        self
    }

    /// Opens it, or says why whoever sits here may not act.
    pub(crate) fn open(self, ctx: &Context<'_>) -> Reaction {
        match ctx.who.refusal() {
            Some(refusal) => vec![Wish::Say(format!("{}: {refusal}", self.title))],
            None => vec![Wish::Open(Box::new(self))],
        }
    }

    /// What would be done by what is given so far.
    pub(super) fn calls(&self) -> Result<Vec<Call>, String> {
        (self.make)(&Given(&self.fields))
    }

    pub(super) fn unconfirmed(&self) -> bool {
        self.confirm.as_ref().is_some_and(|(text, field)| match &field.holds {
            Holds::Text(input) => input.text().trim() != text,
            _ => true,
        })
    }

    fn stops(&self) -> usize {
        self.fields.len() + usize::from(self.confirm.is_some())
    }

    fn current(&mut self) -> Option<&mut Field> {
        match self.fields.get_mut(self.at) {
            Some(field) => Some(field),
            None => self.confirm.as_mut().map(|(_, field)| field),
        }
    }

    fn recount(&mut self, ctx: &mut Context<'_>) -> Reaction {
        let Some(call) = self.count.as_ref().and_then(|count| count(&Given(&self.fields))) else {
            self.counted = None;
            return Reaction::new();
        };
        if self.counted.as_ref().is_some_and(|(counted, _)| *counted == call) {
            return Reaction::new();
        }
        self.counted = Some((call.clone(), None));
        let (ticket, wish) = ctx.ask(call);
        self.counting = Some(ticket);
        vec![wish]
    }

    fn submit(&mut self, ctx: &mut Context<'_>) -> Reaction {
        if self.left.is_empty() {
            if self.unconfirmed() {
                self.at = self.fields.len();
                self.trouble = self.confirm.as_ref().map(|(text, _)| vec![format!("Type {text} to confirm; nothing has been done.")]);
                return Reaction::new();
            }
            match self.calls() {
                Ok(calls) => self.left = calls.into(),
                Err(why) => {
                    self.trouble = Some(vec![why]);
                    return Reaction::new();
                }
            }
        }
        self.next(ctx)
    }

    /// Makes the next call that is left. One is under way at a time, so that what is told is told in order.
    fn next(&mut self, ctx: &mut Context<'_>) -> Reaction {
        self.trouble = None;
        let Some(call) = self.left.front() else {
            self.stage = Stage::Done;
            self.scroll = Scroll::default();
            let all = self.done.iter().all(|(_, told)| told.is_ok());
            let marks = all && self.marked.as_ref().is_some_and(|marked| marked(&Given(&self.fields)));
            return marks.then_some(Wish::Unmark).into_iter().chain([Wish::Changed]).collect();
        };
        self.stage = Stage::Working;
        let (ticket, wish) = ctx.ask(call.clone());
        self.waiting = Some(ticket);
        vec![wish]
    }

    /// How much of it is done, and how much there is.
    pub(super) fn progress(&self) -> (usize, usize) {
        (self.done.len(), self.done.len() + self.left.len())
    }

    /// The commands that do the same.
    pub(super) fn commands(&self) -> Vec<String> {
        match self.stage {
            Stage::Asking if self.left.is_empty() => self.calls().unwrap_or_default().iter().filter_map(Call::command).collect(),
            _ => self.done.iter().map(|(call, _)| call).chain(&self.left).filter_map(Call::command).collect(),
        }
    }
}

/// Why a call brought nothing, line by line, with the request where the daemon named one.
pub(crate) fn why(failure: &Failure) -> Vec<String> {
    let request = failure.request().map(|id| format!("Request {id}: the journal has more about it."));
    failure.detail().into_iter().chain(request).collect()
}

impl Dialog for Act {
    fn title(&self) -> String {
        self.title.clone()
    }

    fn keys(&self) -> Vec<(&'static str, &'static str)> {
        match self.stage {
            Stage::Asking if self.stops() > 1 => {
                vec![("enter", "next, then do it"), ("tab", "next"), ("ctrl-y", "copy the command"), ("esc", "leave it")]
            }
            Stage::Asking => vec![("enter", "do it"), ("ctrl-y", "copy the command"), ("esc", "leave it")],
            // What isn't asked for yet goes with the dialog; what is under way goes on.
            Stage::Working if self.left.len() > 1 => vec![("esc", "stop after this one")],
            Stage::Working => vec![("esc", "go on in the background")],
            Stage::Done => vec![("enter", "close"), ("y", "copy the command")],
        }
    }

    fn opened(&mut self, ctx: &mut Context<'_>) -> Reaction {
        self.recount(ctx)
    }

    fn key(&mut self, key: KeyEvent, ctx: &mut Context<'_>) -> Turn {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        let copy = control || self.stage == Stage::Done;
        match key.code {
            KeyCode::Esc => return Turn::Close(Reaction::new()),
            KeyCode::Char('y') if copy => return Turn::Stay(vec![Wish::Copy(self.commands().join("\n"))]),
            KeyCode::Enter | KeyCode::Char('q') if self.stage == Stage::Done => return Turn::Close(Reaction::new()),
            _ if self.stage != Stage::Asking => {
                let most = self.too_many(ctx);
                self.scroll.key(key, most);
            }
            KeyCode::Enter if self.at + 1 >= self.stops() => return Turn::Stay(self.submit(ctx)),
            KeyCode::Enter | KeyCode::Tab | KeyCode::Down => self.at = (self.at + 1) % self.stops().max(1),
            KeyCode::BackTab | KeyCode::Up => self.at = (self.at + self.stops().saturating_sub(1)) % self.stops().max(1),
            // After a part was done, what is left is what it was made for: it is tried again or left.
            _ if self.left.is_empty() && self.current().is_some_and(|field| field.key(key)) => {
                self.trouble = None;
                return Turn::Stay(self.recount(ctx));
            }
            _ => {}
        }
        Turn::Stay(Reaction::new())
    }

    fn paste(&mut self, text: &str) {
        if let (Stage::Asking, true, Some(Field { holds: Holds::Text(input), .. })) = (self.stage, self.left.is_empty(), self.current()) {
            input.paste(text);
        }
    }

    fn answered(&mut self, ticket: Ticket, call: &Call, outcome: Outcome, ctx: &mut Context<'_>) -> Turn {
        if self.counting == Some(ticket) {
            self.counting = None;
            if let Some((_, said)) = &mut self.counted {
                *said = Some(match outcome {
                    Ok(answer) => Ok(answer.told(call, ctx.zone)),
                    Err(failure) => Err(why(&failure)),
                });
            }
        } else if self.waiting == Some(ticket) {
            self.waiting = None;
            match outcome {
                Err(failure) if failure.exit_code() == UNREACHABLE => {
                    self.stage = Stage::Asking;
                    self.at = self.stops().saturating_sub(1);
                    let mut words: Vec<String> = why(&failure).iter().map(|line| sentence(line)).collect();
                    words.push(
                        match failure.uncertain() {
                            true => "It may have been done or not: look before you try again with Enter. Nothing typed is lost.",
                            false => "It was not done: nobody could be asked. Enter tries again. Nothing typed is lost.",
                        }
                        .to_owned(),
                    );
                    self.trouble = Some(words);
                }
                Err(failure) if self.done.is_empty() && self.left.len() == 1 => {
                    (self.stage, self.left) = (Stage::Asking, VecDeque::new());
                    self.trouble = Some(why(&failure));
                }
                outcome => {
                    let told = outcome.map(|answer| answer.told(call, ctx.zone)).map_err(|failure| why(&failure));
                    self.done.extend(self.left.pop_front().map(|call| (call, told)));
                    return Turn::Stay(self.next(ctx));
                }
            }
        }
        Turn::Stay(Reaction::new())
    }

    fn typed(&self) -> bool {
        let texts = self.fields.iter().chain(self.confirm.iter().map(|(_, field)| field));
        self.stage != Stage::Done && texts.into_iter().any(|field| matches!(&field.holds, Holds::Text(input) if !input.is_empty()))
    }

    fn grave(&self) -> bool {
        self.confirm.is_some() && self.stage != Stage::Done
    }

    fn size(&self, most: (u16, u16), view: &View<'_>) -> (u16, u16) {
        self.wanted(most, view)
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        self.paint(frame, area, view);
    }
}
