//! Answers find their way to whoever asked; silence is told in the banner, and asked again.
//!
//! An answer to a dialog that was closed meanwhile is told in the bottom line: nothing that was done stays unsaid.

use std::time::Duration;

use super::call::{Answer, Call, Outcome, Ticket};
use super::dialog::act::why;
use super::effect::Effect;
use super::{Asker, Console};
use crate::failure::{self, Failure};

impl Console {
    pub(super) fn answered(&mut self, ticket: Ticket, call: Box<Call>, outcome: Outcome) -> Vec<Effect> {
        let mut effects = Vec::new();
        match &outcome {
            Err(failure) if failure.exit_code() == failure::UNREACHABLE => {
                let words = failure.detail().unwrap_or_default();
                // What only looks is asked again; what acts is told, since nobody knows whether it happened.
                let again = (!call.acts() && self.asked.contains_key(&ticket)).then(|| (ticket, call.clone()));
                let (waits, kept) = (self.link.lose(words, again, self.now), !call.acts());
                effects.extend(waits.map(wake));
                if kept {
                    return effects;
                }
            }
            _ => effects.extend(self.found()),
        }
        match self.asked.remove(&ticket) {
            Some(Asker::Frame) => effects.extend(self.learn(outcome)),
            Some(Asker::Screen(name)) => effects.extend(self.tell_screen(name, ticket, &call, outcome)),
            Some(Asker::Dialog(id)) => effects.extend(self.tell_dialog(id, ticket, &call, outcome)),
            None => {}
        }
        effects
    }

    fn tell_screen(&mut self, name: super::Name, ticket: Ticket, call: &Call, outcome: Outcome) -> Vec<Effect> {
        let body = self.body();
        let mut ctx =
            super::Context { now: self.now, zone: &self.zone, body, look: &self.look, who: &self.who, tickets: &mut self.tickets };
        let screen = self.screens.iter_mut().find(|(one, _)| *one == name);
        let reaction = screen.map(|(_, screen)| screen.answered(ticket, call, outcome, &mut ctx)).unwrap_or_default();
        self.granted(Asker::Screen(name), reaction)
    }

    fn tell_dialog(&mut self, id: u64, ticket: Ticket, call: &Call, outcome: Outcome) -> Vec<Effect> {
        let body = self.body();
        let mut ctx =
            super::Context { now: self.now, zone: &self.zone, body, look: &self.look, who: &self.who, tickets: &mut self.tickets };
        if let Some((_, dialog)) = self.dialogs.iter_mut().find(|(one, _)| *one == id) {
            let turn = dialog.answered(ticket, call, outcome, &mut ctx);
            return self.turned(id, turn);
        }
        if !call.acts() {
            return Vec::new();
        }
        self.said = match outcome {
            // An invitation is never told in a line that stays on the screen.
            Ok(Answer::Invited(_)) => {
                Some("The invitation was made and not shown: it ends by itself. Invite again to make another.".to_owned())
            }
            Ok(answer) => answer.told(call, &self.zone).into_iter().next(),
            Err(failure) => Some(why(&failure).join(" ")),
        };
        self.told(|screen, ctx| screen.refresh(ctx))
    }

    /// What the frame asked: who sits here, and which daemon it is.
    fn learn(&mut self, outcome: Outcome) -> Vec<Effect> {
        match outcome {
            Ok(Answer::Me(me)) => (self.who.user, self.who.role) = (Some(me.user), Some(me.role)),
            Ok(Answer::Health(health)) => self.version = Some(health.version),
            Err(failure) if refused(&failure, "not-operator") => {
                return vec![Effect::Quit { code: failure::REFUSED, words: failure.detail() }];
            }
            // A daemon that doesn't know the question is an older one: everything else is asked all the same.
            Ok(_) | Err(_) => {}
        }
        Vec::new()
    }

    /// The daemon answered: if it was lost, what waited is asked again.
    fn found(&mut self) -> Vec<Effect> {
        let Some(again) = self.link.found() else { return Vec::new() };
        self.said = Some("posternd answers again.".to_owned());
        let mut effects: Vec<Effect> = again.into_iter().map(|(ticket, call)| Effect::Ask { ticket, call }).collect();
        // It may be another release by now.
        effects.push(self.ask_as_frame(Call::Health));
        effects
    }

    pub(super) fn tick(&mut self) -> Vec<Effect> {
        if let Some(wait) = self.link.due(self.now) {
            // One question is enough to find out; it isn't kept, or there would be one more with each try.
            self.tickets += 1;
            return vec![Effect::Ask { ticket: Ticket(self.tickets), call: Box::new(Call::Me) }, wake(wait)];
        }
        self.told(|screen, ctx| screen.tick(ctx))
    }
}

fn wake(seconds: i64) -> Effect {
    Effect::Wake(Duration::from_secs(u64::try_from(seconds).unwrap_or_default()))
}

fn refused(failure: &Failure, name: &str) -> bool {
    matches!(failure, Failure::Call(client::Error::Refused(problem)) if problem.name == name)
}
