//! Tries proposed networks against the visits that audit tells of: who would be cut off, who would be let in.
//!
//! Nothing here changes what posternd goes by: the log is read page by page, and the gate's own rule is asked about the proposal.

use api::Page;
use api::admin::audit::Entry;
use api::page::MAXIMUM_ROWS;
use client::admin::audit::Filter;
use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::Rect;
use vault::gate::{Gate, Networks};

use super::reading::{Done, Next, Reading};
use super::told::outcome;
use crate::commands::gate::proposed::Proposed;
use crate::console::call::{Answer, Call, From, Outcome, Ticket};
use crate::console::dialog::act::why;
use crate::console::dialog::field::Field;
use crate::console::dialog::form::{Form, Took};
use crate::console::dialog::{Dialog, Turn, room};
use crate::console::look::Tone;
use crate::console::screen::{Context, Reaction, View, Wish};
use crate::console::widgets::lines::{Line, columns, wrapped};
use crate::console::widgets::scroll::{Scroll, over};

/// How many days are looked at, unless somebody says otherwise.
const DAYS: u32 = 30;

enum Stage {
    /// Networks are typed, or a file is named.
    Asking,
    /// A file is read.
    File,
    Reading(Box<Reading>),
    Done(Done),
}

/// The proposal, and what would become of the visitors.
pub(super) struct Replay {
    form: Form,
    /// The gate as it is, once the daemon has said so.
    present: Option<Gate>,
    stage: Stage,
    waiting: Option<Ticket>,
    trouble: Vec<String>,
    typed: bool,
    scroll: Scroll,
}

impl Replay {
    pub(super) fn new() -> Self {
        let fields = vec![
            Field::text("Recipients", "networks from which links could be opened, or none"),
            Field::text("Owners", "networks from which owners could sign in, or none"),
            Field::text("File", "or a configuration with a section [gate], by its path"),
            Field::text("Days", "how many days back").holding(&DAYS.to_string()),
        ];
        let form = Form::new(fields);
        Self { form, present: None, stage: Stage::Asking, waiting: None, trouble: Vec::new(), typed: false, scroll: Scroll::default() }
    }

    fn days(&self) -> Result<u32, String> {
        let days = self.form.text(3).parse::<u32>().ok().filter(|days| (1..=3660).contains(days));
        days.ok_or_else(|| "Days: a number from 1 to 3660".to_owned())
    }

    /// What is typed, as a gate. Brackets, quotes and commas of a configuration are taken for what they are.
    fn networks(&self, n: usize, name: &str) -> Result<Networks, String> {
        let text = self.form.text(n);
        let words = text.split([' ', ',', '[', ']', '"', '\'']).filter(|word| !word.is_empty());
        Networks::read(words).map_err(|error| format!("{name}: {error}"))
    }

    /// The call that names the whole of it on the command line, where there is one.
    fn file(&self) -> Option<Call> {
        let file = self.form.text(2);
        if file.is_empty() { None } else { self.days().ok().map(|days| Call::Proposal(file, days)) }
    }

    fn begin(&mut self, ctx: &mut Context<'_>) -> Reaction {
        self.trouble.clear();
        let Some(present) = self.present.clone() else {
            self.trouble = vec!["The networks that hold now aren't known yet; wait a moment.".to_owned()];
            return self.opened(ctx);
        };
        if let Err(wrong) = self.days() {
            self.trouble = vec![wrong];
            return Reaction::new();
        }
        if let Some(call) = self.file() {
            let (ticket, wish) = ctx.ask(call);
            (self.stage, self.waiting) = (Stage::File, Some(ticket));
            return vec![wish];
        }
        let typed = self.networks(0, "Recipients").and_then(|recipients| Ok((recipients, self.networks(1, "Owners")?)));
        match typed {
            Ok((recipients, owners)) if recipients == present.recipients && owners == present.owners => {
                self.trouble = vec!["These are the networks that hold now: change them, or name a file.".to_owned()];
                Reaction::new()
            }
            Ok((recipients, owners)) => self.read(Proposed::of(Some(recipients), Some(owners)), present, ctx),
            Err(wrong) => {
                self.trouble = vec![wrong];
                Reaction::new()
            }
        }
    }

    /// Begins to read the log.
    fn read(&mut self, proposed: Proposed, present: Gate, ctx: &mut Context<'_>) -> Reaction {
        let since = ctx.now.plus_seconds(-i64::from(self.days().unwrap_or(DAYS)) * 86_400);
        self.stage = Stage::Reading(Box::new(Reading::new(proposed, present, since)));
        self.page(None, ctx)
    }

    fn page(&mut self, after: Option<String>, ctx: &mut Context<'_>) -> Reaction {
        let (ticket, wish) = ctx.ask(Call::Audit(Filter::default(), From { after, limit: MAXIMUM_ROWS }));
        self.waiting = Some(ticket);
        vec![wish]
    }

    /// A page of the log came.
    fn took(&mut self, page: Page<Entry>, ctx: &mut Context<'_>) -> Reaction {
        let Stage::Reading(reading) = &mut self.stage else { return Reaction::new() };
        match reading.take(page) {
            Next::Page(after) => self.page(Some(after), ctx),
            Next::Done(done) => {
                (self.stage, self.scroll) = (Stage::Done(done), Scroll::default());
                Reaction::new()
            }
        }
    }

    fn lines(&self, wide: usize, view: &View<'_>) -> Vec<Line> {
        let mut lines: Vec<Line> = Vec::new();
        let mut say =
            |text: &str, tone: Tone| lines.extend(wrapped(&view.look.text(text), wide).into_iter().map(|line| vec![(line, tone)]));
        match &self.stage {
            Stage::Asking if self.trouble.is_empty() => {
                say("Enter tries them against the visits in the audit log. Nothing is changed by it.", Tone::Faint);
                say("Networks are written like 10.20.0.0/16 2001:db8::/32, with spaces between them.", Tone::Faint);
            }
            Stage::Asking => self.trouble.iter().for_each(|line| say(line, Tone::Bad)),
            Stage::File => say("Reading the file …", Tone::Accent),
            Stage::Reading(reading) => {
                let back = reading.back_to.map(|at| format!(", back to {}", crate::show::time::minute(at, view.zone))).unwrap_or_default();
                say(&format!("Reading the audit log: {} records{back} …", reading.records), Tone::Accent);
            }
            Stage::Done(done) => return [outcome(done, wide, view), self.same(wide, view)].concat(),
        }
        lines.extend(self.same(wide, view));
        lines
    }

    /// How many lines below the form have no place.
    fn too_many(&self, ctx: &Context<'_>) -> u16 {
        let (wide, high) = self.size(room(ctx.body), &ctx.view());
        over(self.lines(usize::from(wide), &ctx.view()).len(), high.saturating_sub(self.form.height() + 1))
    }

    /// The command that does the same: it takes a file.
    fn same(&self, wide: usize, view: &View<'_>) -> Vec<Line> {
        let (head, lines) = if let Some(command) = self.file().as_ref().and_then(Call::command) {
            ("The same as a command:", vec![command])
        } else if let (true, Ok(recipients), Ok(owners), Ok(days)) =
            (self.typed, self.networks(0, "Recipients"), self.networks(1, "Owners"), self.days())
        {
            let list = |networks: &Networks| networks.iter().map(|one| format!("\"{one}\"")).collect::<Vec<_>>().join(", ");
            let file = [format!("recipients = [{}]", list(&recipients)), format!("owners = [{}]", list(&owners))];
            let command = Call::Proposal("FILE".to_owned(), days).command();
            ("The same as a command, with the first two lines in a file:", file.into_iter().chain(command).collect())
        } else {
            return Vec::new();
        };
        let lines = lines.iter().flat_map(|text| wrapped(&view.look.text(text), wide.saturating_sub(2)));
        let lines = lines.map(|line| vec![(format!("  {line}"), Tone::Faint)]);
        [Vec::new(), vec![(head.to_owned(), Tone::Faint)]].into_iter().chain(lines).collect()
    }
}

impl Dialog for Replay {
    fn title(&self) -> String {
        "Try other networks".to_owned()
    }

    fn keys(&self) -> Vec<(&'static str, &'static str)> {
        match &self.stage {
            Stage::Asking => vec![("enter", "next, then try"), ("tab", "next"), ("ctrl-y", "copy the command"), ("esc", "close")],
            Stage::File | Stage::Reading(_) => vec![("esc", "stop")],
            Stage::Done(_) => vec![("enter", "change the proposal"), ("↑↓", "scroll"), ("ctrl-y", "copy the command"), ("esc", "close")],
        }
    }

    fn opened(&mut self, ctx: &mut Context<'_>) -> Reaction {
        let (ticket, wish) = ctx.ask(Call::Networks);
        self.waiting = Some(ticket);
        vec![wish]
    }

    fn key(&mut self, key: KeyEvent, ctx: &mut Context<'_>) -> Turn {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        let asking = matches!(self.stage, Stage::Asking);
        match key.code {
            KeyCode::Esc if matches!(self.stage, Stage::File | Stage::Reading(_)) => (self.stage, self.waiting) = (Stage::Asking, None),
            KeyCode::Esc => return Turn::Close(Reaction::new()),
            KeyCode::Char('y') if control => {
                return Turn::Stay(self.file().as_ref().and_then(Call::command).map(Wish::Copy).into_iter().collect());
            }
            KeyCode::Enter if matches!(self.stage, Stage::Done(_)) => self.stage = Stage::Asking,
            KeyCode::Enter if asking && self.form.last() => return Turn::Stay(self.begin(ctx)),
            _ if !asking => {
                let most = self.too_many(ctx);
                self.scroll.key(key, most);
            }
            _ if self.form.key(key) == Took::Changed => {
                self.typed = true;
                self.trouble.clear();
            }
            _ => {}
        }
        Turn::Stay(Reaction::new())
    }

    fn paste(&mut self, text: &str) {
        if matches!(self.stage, Stage::Asking) {
            self.form.paste(text);
            self.typed = true;
            self.trouble.clear();
        }
    }

    fn answered(&mut self, ticket: Ticket, _call: &Call, outcome: Outcome, ctx: &mut Context<'_>) -> Turn {
        if self.waiting != Some(ticket) {
            return Turn::Stay(Reaction::new());
        }
        self.waiting = None;
        let present = self.present.clone();
        Turn::Stay(match outcome {
            Ok(Answer::Networks(now)) => {
                let read = |texts: &[String]| Networks::read(texts).unwrap_or_default();
                self.present = Some(Gate { recipients: read(&now.recipients), owners: read(&now.owners) });
                self.trouble.clear();
                // What was typed meanwhile stays.
                if !self.typed {
                    self.form.put(0, &now.recipients.join(" "));
                    self.form.put(1, &now.owners.join(" "));
                }
                Reaction::new()
            }
            Ok(Answer::Proposed(proposed)) => match present {
                Some(present) => self.read(proposed, present, ctx),
                None => Reaction::new(),
            },
            Ok(Answer::Entries(page)) => self.took(page, ctx),
            Ok(_) => Reaction::new(),
            Err(failure) => {
                (self.stage, self.trouble) = (Stage::Asking, why(&failure));
                Reaction::new()
            }
        })
    }

    fn typed(&self) -> bool {
        self.typed && !matches!(self.stage, Stage::Done(_))
    }

    fn size(&self, most: (u16, u16), view: &View<'_>) -> (u16, u16) {
        let wide = most.0.min(84);
        (wide, (self.form.height() + 1 + columns(self.lines(usize::from(wide), view).len())).min(most.1))
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        self.form.draw(frame, area, view.look, matches!(self.stage, Stage::Asking));
        let head = (self.form.height() + 1).min(area.height);
        let below = Rect { y: area.y + head, height: area.height - head, ..area };
        self.scroll.draw(frame, below, view.look, &self.lines(usize::from(area.width), view));
    }
}
