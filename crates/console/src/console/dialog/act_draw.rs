//! How an act looks: its sentences, what was counted, its fields, the command that does the same, what came of it.
//!
//! Nothing here changes anything.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::act::{Act, Stage};
use super::field::{Field, paint};
use super::room;
use crate::console::look::{Look, Tone};
use crate::console::screen::{Context, View};
use crate::console::widgets::lines::{self, columns, row, spans, width, wrapped};
use crate::console::widgets::scroll::over;

/// The most columns of a dialog with sentences: longer lines read badly.
const WIDEST: u16 = 72;

/// How many commands are shown of many.
const COMMANDS: usize = 3;

/// One line of the dialog.
enum Line<'a> {
    Parts(lines::Line),
    /// A field, and whether one is in it.
    Field(&'a Field, bool),
}

impl Act {
    pub(super) fn wanted(&self, most: (u16, u16), view: &View<'_>) -> (u16, u16) {
        let wide = most.0.min(WIDEST);
        (wide, columns(self.lines(usize::from(wide), view.look).len()).min(most.1))
    }

    /// How many of its lines have no place.
    pub(super) fn too_many(&self, ctx: &Context<'_>) -> u16 {
        let (wide, high) = self.wanted(room(ctx.body), &ctx.view());
        over(self.lines(usize::from(wide), ctx.look).len(), high)
    }

    pub(super) fn paint(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let lines = self.lines(usize::from(area.width), view.look);
        let most = over(lines.len(), area.height);
        let focus = lines.iter().position(|line| matches!(line, Line::Field(_, true))).map(columns);
        let skip = match focus {
            Some(focus) => (focus + 2).saturating_sub(area.height).min(most),
            None => self.scroll.top(most),
        };
        let labels = self.fields.iter().map(|field| width(field.label)).max().unwrap_or_default().max(7);
        for (n, line) in lines.iter().skip(usize::from(skip)).enumerate() {
            let at = row(area, columns(n));
            match line {
                Line::Parts(parts) => spans(frame, at, view.look, parts),
                Line::Field(field, here) => paint(frame, at, view.look, field, labels, *here),
            }
        }
    }

    fn lines(&self, wide: usize, look: &Look) -> Vec<Line<'_>> {
        let mut lines = Vec::new();
        if self.stage == Stage::Done {
            self.outcome(&mut lines, wide, look);
        } else {
            for sentence in &self.says {
                said(&mut lines, sentence, Tone::Plain, wide, look);
            }
            match &self.counted {
                Some((_, None)) => said(&mut lines, "Counting …", Tone::Faint, wide, look),
                Some((_, Some(Ok(counted)))) => counted.iter().for_each(|line| said(&mut lines, line, Tone::Accent, wide, look)),
                Some((_, Some(Err(why)))) => said(&mut lines, &format!("It can't be counted: {}", why.join(" ")), Tone::Warn, wide, look),
                None => {}
            }
            if !self.fields.is_empty() || self.confirm.is_some() {
                lines.push(Line::Parts(Vec::new()));
            }
            for (n, field) in self.fields.iter().enumerate() {
                lines.push(Line::Field(field, n == self.at && self.stage == Stage::Asking));
            }
            if let Some((text, field)) = &self.confirm {
                if !self.fields.is_empty() {
                    lines.push(Line::Parts(Vec::new()));
                }
                let parts = [("This can't be undone. Type ", Tone::Bad), (text.as_str(), Tone::Accent), (" to confirm:", Tone::Bad)];
                lines.push(Line::Parts(parts.map(|(text, tone)| (look.text(text), tone)).into()));
                lines.push(Line::Field(field, self.at >= self.fields.len() && self.stage == Stage::Asking));
            }
        }
        self.state(&mut lines, wide, look);
        self.same(&mut lines, wide, look);
        lines
    }

    /// What came of each call: refusals first, since they are what somebody must read.
    fn outcome(&self, lines: &mut Vec<Line<'_>>, wide: usize, look: &Look) {
        let refused = self.done.iter().filter(|(_, told)| told.is_err()).count();
        if self.done.len() > 1 {
            let tone = if refused == 0 { Tone::Good } else { Tone::Warn };
            let all = self.done.len();
            said(lines, &format!("{} of {all} done.", all - refused), tone, wide, look);
        }
        for (call, told) in self.done.iter().filter(|(_, told)| told.is_err()) {
            for line in told.as_ref().err().into_iter().flatten() {
                said(lines, line, Tone::Bad, wide, look);
            }
            said(lines, &call.command().unwrap_or_default(), Tone::Faint, wide, look);
        }
        for line in self.done.iter().filter_map(|(_, told)| told.as_ref().ok()).flatten() {
            said(lines, line, Tone::Plain, wide, look);
        }
    }

    fn state(&self, lines: &mut Vec<Line<'_>>, wide: usize, look: &Look) {
        let (done, all) = self.progress();
        if self.stage == Stage::Working {
            lines.push(Line::Parts(Vec::new()));
            let words = if all > 1 { format!("Working: {done} of {all} …") } else { "Working …".to_owned() };
            said(lines, &words, Tone::Accent, wide, look);
        } else if let Some(trouble) = &self.trouble {
            lines.push(Line::Parts(Vec::new()));
            if all > 1 {
                said(lines, &format!("{done} of {all} are done; Enter goes on with the rest."), Tone::Warn, wide, look);
            }
            trouble.iter().for_each(|line| said(lines, line, Tone::Bad, wide, look));
        }
    }

    /// The command that does the same.
    fn same(&self, lines: &mut Vec<Line<'_>>, wide: usize, look: &Look) {
        let commands = self.commands();
        if commands.is_empty() {
            return;
        }
        lines.push(Line::Parts(Vec::new()));
        said(lines, "The same as a command:", Tone::Faint, wide, look);
        for command in commands.iter().take(COMMANDS) {
            for line in wrapped(&look.text(command), wide.saturating_sub(2)) {
                lines.push(Line::Parts(vec![(format!("  {line}"), Tone::Faint)]));
            }
        }
        if commands.len() > COMMANDS {
            said(lines, &format!("  and {} more like these", commands.len() - COMMANDS), Tone::Faint, wide, look);
        }
    }
}

fn said(lines: &mut Vec<Line<'_>>, sentence: &str, tone: Tone, wide: usize, look: &Look) {
    lines.extend(wrapped(&look.text(sentence), wide).into_iter().map(|line| Line::Parts(vec![(line, tone)])));
}
