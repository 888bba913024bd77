//! Gate: the networks that hold, who was turned away lately, and what other networks would do.
//!
//! Nothing here changes the gate: its networks stand in posternd's configuration.

mod denials;
mod explain;
mod replay;
mod told;

use api::Page;
use api::admin::audit::Entry;
use api::admin::gate::Networks;
use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;

use self::denials::Denial;
use self::explain::Explain;
use self::replay::Replay;
use crate::console::call::{Answer, Call, Outcome, Ticket};
use crate::console::dialog::act::why;
use crate::console::look::Tone;
use crate::console::screen::{Context, Hint, Reaction, Screen, View, Wish};
use crate::console::screens::Name;
use crate::console::widgets::filter_line::{FilterLine, Typed};
use crate::console::widgets::lines::{columns, empty, row, rule, spans, wrapped};
use crate::console::widgets::table::Table;

/// The most lines of the rules, so that denials keep their place under a long list of networks.
const RULES: u16 = 9;

const KEYS: &[Hint] = &[
    Hint::looks("enter", KeyCode::Enter, "why", "what the gate makes of this address now, at each door"),
    Hint::looks("e", KeyCode::Char('e'), "explain", "ask about any address, with the proxies that it comes over"),
    Hint::looks(
        "p",
        KeyCode::Char('p'),
        "try networks",
        "try other networks against the visits of the last days: who would be cut off or let in",
    ),
    Hint::looks("/", KeyCode::Char('/'), "filter", "narrow the denials: address:10.20.0.5 event:gate.denied"),
    Hint::looks("a", KeyCode::Char('a'), "audit", "all that the audit log says of this address"),
];

/// The screen.
pub(crate) struct Gate {
    rules: Option<Result<Networks, String>>,
    asked: Option<Ticket>,
    table: Table<Denial>,
    filter: FilterLine,
    /// Answers that are still to come for the list, and what came so far.
    gathering: (Vec<Ticket>, Vec<Entry>),
    trouble: Option<String>,
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            rules: None,
            asked: None,
            table: Table::default(),
            filter: FilterLine::new(denials::LANGUAGE),
            gathering: Default::default(),
            trouble: None,
        }
    }
}

impl Gate {
    /// Asks for the denials, kind by kind. The window waits for the first; the list is whole when all are there.
    fn denials(&mut self, ctx: &mut Context<'_>) -> Reaction {
        let mut wishes = Vec::new();
        self.gathering = Default::default();
        for (n, call) in denials::asked(&self.filter.terms()).into_iter().enumerate() {
            let wish = if n == 0 {
                self.table.window.start(ctx, |_| call.clone())
            } else {
                let (_, wish) = ctx.ask(call);
                wish
            };
            if let Wish::Ask { ticket, .. } = &wish {
                self.gathering.0.push(*ticket);
            }
            wishes.push(wish);
        }
        wishes
    }

    /// How many rows of denials can be seen.
    fn height(&self, ctx: &Context<'_>) -> usize {
        usize::from(ctx.body.height.saturating_sub(RULES + 1 + self.filter.height() + 1))
    }

    fn address(&self) -> Option<String> {
        self.table
            .selected()
            .map(|denial| denials::address(&denial.0).to_owned())
            .filter(|address| address.parse::<std::net::IpAddr>().is_ok())
    }

    fn act(&mut self, code: KeyCode) -> Reaction {
        let address = self.address();
        let nobody = || vec![Wish::Say("There is no address in this row to ask about; e asks about any.".to_owned())];
        match (code, address) {
            (KeyCode::Enter, Some(address)) => vec![Wish::Open(Box::new(Explain::about(&address)))],
            (KeyCode::Char('e'), _) => vec![Wish::Open(Box::new(Explain::about("")))],
            (KeyCode::Char('p'), _) => vec![Wish::Open(Box::new(Replay::new()))],
            (KeyCode::Char('a'), Some(address)) => vec![Wish::Jump(Name::Audit, Some(format!("address:{address}")))],
            (KeyCode::Char('a'), None) => vec![Wish::Jump(Name::Audit, Some("event:gate.denied".to_owned()))],
            (KeyCode::Char('y'), Some(address)) => Call::ExplainGate(address, Vec::new()).command().map(Wish::Copy).into_iter().collect(),
            (KeyCode::Char('s'), _) => vec![Wish::Say("Newest first: denials have no other order.".to_owned())],
            (KeyCode::Enter | KeyCode::Char('y'), None) => nobody(),
            _ => Reaction::new(),
        }
    }

    /// The rules at the top; how many lines they took.
    fn draw_rules(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) -> u16 {
        let inner = Rect { x: area.x + 3, width: area.width.saturating_sub(5), ..area };
        let mut lines = match &self.rules {
            None => vec![vec![(view.look.text("Asking for the networks …"), Tone::Faint)]],
            Some(Err(why)) => {
                wrapped(&view.look.text(why), usize::from(inner.width)).into_iter().map(|line| vec![(line, Tone::Bad)]).collect()
            }
            Some(Ok(now)) => told::rules(now, usize::from(inner.width), view),
        };
        let most = usize::from(RULES.min(area.height / 2));
        if lines.len() > most {
            lines.truncate(most.saturating_sub(1));
            lines.push(vec![("More than fits here: posternctl gate explain names every network.".to_owned(), Tone::Faint)]);
        }
        for (n, line) in lines.iter().enumerate() {
            spans(frame, row(inner, columns(n)), view.look, line);
        }
        columns(lines.len())
    }
}

impl Screen for Gate {
    fn keys(&self) -> &'static [Hint] {
        KEYS
    }

    fn about(&self) -> &'static str {
        "Above are the networks from which people may come; below, who was turned away lately. One event stands for an address and minute.\n\
         The networks stand in posternd's configuration: systemctl reload posternd takes them up without a restart. p tries them before."
    }

    fn opened(&mut self, ctx: &mut Context<'_>) -> Reaction {
        self.refresh(ctx)
    }

    fn refresh(&mut self, ctx: &mut Context<'_>) -> Reaction {
        let (ticket, wish) = ctx.ask(Call::Networks);
        self.asked = Some(ticket);
        std::iter::once(wish).chain(self.denials(ctx)).collect()
    }

    fn narrow(&mut self, filter: &str, ctx: &mut Context<'_>) -> Reaction {
        self.filter.set(filter);
        self.table.rewind();
        self.refresh(ctx)
    }

    fn key(&mut self, key: KeyEvent, ctx: &mut Context<'_>) -> Reaction {
        if self.filter.typing() {
            let table = &self.table;
            let known = |name: &str| match name {
                "address" => table.window.rows().map(|denial| denial.0.address.clone()).collect(),
                _ => Vec::new(),
            };
            return match self.filter.key(key, &known) {
                Typed::Changed => {
                    self.table.rewind();
                    self.denials(ctx)
                }
                Typed::Going => Reaction::new(),
            };
        }
        // Nothing here acts on rows, so nothing is marked.
        if !matches!(key.code, KeyCode::Char(' ' | '*')) && self.table.key(key, self.height(ctx)) {
            return Reaction::new();
        }
        match key.code {
            KeyCode::Char('/') => {
                self.filter.begin();
                Reaction::new()
            }
            code => self.act(code),
        }
    }

    fn paste(&mut self, text: &str, _ctx: &mut Context<'_>) -> Reaction {
        self.filter.paste(text);
        Reaction::new()
    }

    fn mouse(&mut self, _click: Option<u16>, wheel: i16, ctx: &mut Context<'_>) -> Reaction {
        let height = self.height(ctx);
        self.table.go(self.table.at().saturating_add_signed(isize::from(wheel)), height);
        Reaction::new()
    }

    fn answered(&mut self, ticket: Ticket, _call: &Call, outcome: Outcome, ctx: &mut Context<'_>) -> Reaction {
        let told = |outcome: Outcome| outcome.err().map(|failure| why(&failure).join(" ")).unwrap_or_default();
        if self.asked == Some(ticket) {
            self.rules = Some(match outcome {
                Ok(Answer::Networks(networks)) => Ok(networks),
                outcome => Err(told(outcome)),
            });
            return Reaction::new();
        }
        let (waiting, gathered) = &mut self.gathering;
        let before = waiting.len();
        waiting.retain(|one| *one != ticket);
        if waiting.len() == before {
            return Reaction::new();
        }
        match outcome {
            Ok(Answer::Entries(page)) => {
                gathered.extend(page.rows);
                if waiting.is_empty() {
                    let rows = denials::merged(std::mem::take(gathered));
                    self.trouble = None;
                    self.table.window.take(None, Page { rows, next: None });
                    let height = self.height(ctx);
                    self.table.came(height);
                }
            }
            outcome => {
                self.gathering = Default::default();
                self.table.window.gave_up();
                self.trouble = Some(told(outcome));
            }
        }
        Reaction::new()
    }

    fn typing(&self) -> bool {
        self.filter.typing()
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let taken = self.draw_rules(frame, area, view).min(area.height);
        rule(frame, row(area, taken), view.look);
        let list = Rect { y: area.y + taken + 1, height: area.height.saturating_sub(taken + 1), ..area };
        let head = self.filter.height();
        let aside = format!("turned away, newest first   {}", self.table.place());
        self.filter.draw(frame, Rect { height: head.min(list.height), ..list }, view, aside.trim_end());
        let below = Rect { y: list.y + head, height: list.height.saturating_sub(head), ..list };
        let nothing: &[&str] = if self.filter.text().is_empty() {
            &["Nobody was turned away.", "Who comes from outside the networks, without a certificate, or too often then stands here."]
        } else {
            &["Nobody like this was turned away.", "/ changes the filter."]
        };
        match &self.trouble {
            Some(trouble) if self.table.window.end() == 0 => {
                empty(frame, below, view.look, &["This can't be shown.", trouble, "r asks again."]);
            }
            _ => self.table.draw(frame, below, view, &denials::COLUMNS, nothing),
        }
    }
}
