//! Users: who has an account, who may share with people outside, who is signed in; inviting, suspending, signing out.
//!
//! Nothing here sees a password. An invitation is shown once, to the operator who makes it.

mod acts;
mod columns;
mod details;
mod invitation;
mod narrow;

use api::Page;
use api::admin::users::User;
use api::text::UserName;
use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;
use vault::account::Standing;

use self::details::Details;
use self::invitation::Invitation;
use crate::console::call::{Answer, Call, From, Outcome, Ticket};
use crate::console::dialog::act::why;
use crate::console::screen::{Context, Hint, Reaction, Screen, View, Wish};
use crate::console::screens::Name;
use crate::console::widgets::beside::{BESIDE, split};
use crate::console::widgets::filter_line::{FilterLine, Typed};
use crate::console::widgets::lines::empty;
use crate::console::widgets::table::Table;

const KEYS: &[Hint] = &[
    Hint::looks("enter", KeyCode::Enter, "details", "one account: what it may do, where it is signed in, what it shares"),
    Hint::looks("/", KeyCode::Char('/'), "filter", "narrow the list: name:ada standing:suspended external:yes registered:no"),
    Hint::acts("n", KeyCode::Char('n'), "invite", "invite somebody to register; the invitation is shown once, with its QR code, or mailed"),
    Hint::acts("x", KeyCode::Char('x'), "suspend", "no sign-in, sessions ended, every link frozen; this account, or the marked ones"),
    Hint::acts("u", KeyCode::Char('u'), "resume", "end a suspension: links live again as they were"),
    Hint::acts("e", KeyCode::Char('e'), "outside", "grant or take back the permission to share with people outside"),
    Hint::acts("E", KeyCode::Char('E'), "end sessions", "sign somebody out everywhere"),
    Hint::looks("o", KeyCode::Char('o'), "shares", "what they share with people outside"),
    Hint::looks("a", KeyCode::Char('a'), "audit", "what the audit log says of this account"),
    Hint::looks("space", KeyCode::Null, "mark", "mark the row, so that an act takes several; * marks all that are loaded, or none"),
];

const IN_DETAILS: &[Hint] = &[
    Hint::looks("esc", KeyCode::Esc, "back", "back to the list"),
    Hint::looks("← →", KeyCode::Null, "others", "the row before or behind in the list"),
    Hint::looks("o", KeyCode::Char('o'), "shares", "what they share with people outside"),
    Hint::acts("x", KeyCode::Char('x'), "suspend", "no sign-in, sessions ended, every link frozen"),
    Hint::acts("u", KeyCode::Char('u'), "resume", "end a suspension: links live again as they were"),
    Hint::acts("e", KeyCode::Char('e'), "outside", "grant or take back the permission to share with people outside"),
    Hint::acts("E", KeyCode::Char('E'), "end sessions", "sign them out everywhere"),
    Hint::looks("a", KeyCode::Char('a'), "audit", "what the audit log says of this account"),
];

/// The screen.
pub(crate) struct Users {
    table: Table<User>,
    filter: FilterLine,
    details: Option<Details>,
    trouble: Option<String>,
}

impl Default for Users {
    fn default() -> Self {
        Self { table: Table::default(), filter: FilterLine::new(narrow::LANGUAGE), details: None, trouble: None }
    }
}

impl Users {
    fn make(&self) -> impl Fn(From) -> Call + use<> {
        let filter = narrow::asked(&self.filter.terms());
        move |from| Call::Users(filter.clone(), from)
    }

    /// How many rows of the list can be seen.
    fn height(&self, ctx: &Context<'_>) -> usize {
        usize::from(ctx.body.height.saturating_sub(self.filter.height() + 1))
    }

    fn restart(&mut self, ctx: &mut Context<'_>) -> Reaction {
        self.table.rewind();
        self.table.unmark();
        let make = self.make();
        vec![self.table.window.start(ctx, make)]
    }

    /// The account that an act is about: that of the details, or the one in the list.
    fn current(&self) -> Option<&User> {
        self.details.as_ref().map(Details::user).or_else(|| self.table.selected())
    }

    fn open(&mut self, ctx: &mut Context<'_>) -> Reaction {
        let Some(row) = self.table.selected().cloned() else { return Reaction::new() };
        let mut details = Details::new(row);
        let wishes = details.ask(ctx);
        self.details = Some(details);
        wishes
    }

    fn walked(&mut self, ctx: &mut Context<'_>) -> Reaction {
        let (make, at) = (self.make(), self.table.at());
        self.table.window.follow(at, ctx, make).into_iter().collect()
    }

    fn take(&mut self, from: &From, page: Page<User>, ctx: &mut Context<'_>) -> Reaction {
        self.table.window.take(from.after.clone(), page);
        let height = self.height(ctx);
        self.table.came(height);
        if let Some(details) = &mut self.details
            && let Some(user) = self.table.window.rows().find(|user| user.name == details.user().name)
        {
            details.again(user);
        }
        self.walked(ctx)
    }

    fn act(&mut self, code: KeyCode, ctx: &mut Context<'_>) -> Reaction {
        if code == KeyCode::Char('n') {
            return Invitation::open(ctx);
        }
        let Some(user) = self.current().cloned() else { return Reaction::new() };
        let marked = if self.details.is_some() { Vec::new() } else { self.table.marks().iter().cloned().collect() };
        let names: Vec<UserName> = if marked.is_empty() { vec![user.name.clone()] } else { marked };
        let one = names.len() == 1;
        match code {
            KeyCode::Char('x') if one && user.standing == Standing::Suspended => {
                vec![Wish::Say(format!("{} is suspended already; u resumes the account.", user.name))]
            }
            KeyCode::Char('u') if one && user.standing == Standing::Active => {
                vec![Wish::Say(format!("{} is not suspended: there is nothing to resume.", user.name))]
            }
            KeyCode::Char('x') => acts::suspend(&names).open(ctx),
            KeyCode::Char('u') => acts::resume(&names).open(ctx),
            KeyCode::Char('e') => acts::external(&user, &names).open(ctx),
            KeyCode::Char('E') => acts::end_sessions(&user).open(ctx),
            KeyCode::Char('o') => vec![Wish::Jump(Name::Shares, Some(format!("owner:{}", user.name)))],
            KeyCode::Char('a') => vec![Wish::Jump(Name::Audit, Some(format!("user:{}", user.name)))],
            KeyCode::Char('s') => vec![Wish::Say("By name: the appliance has no other order for accounts.".to_owned())],
            KeyCode::Char('y') => vec![Wish::Copy(user.name.to_string())],
            _ => Reaction::new(),
        }
    }

    fn list(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let marks = match self.table.marks().len() {
            0 => String::new(),
            marks => format!("{marks} marked   "),
        };
        let asking = if self.table.window.waits() && self.table.window.came() { "…   " } else { "" };
        let aside = format!("{asking}{marks}by name   {}", self.table.place());
        let head = self.filter.height();
        self.filter.draw(frame, Rect { height: head.min(area.height), ..area }, view, aside.trim_end());
        let below = Rect { y: area.y + head, height: area.height.saturating_sub(head), ..area };
        let nothing: &[&str] = if self.filter.text().is_empty() {
            &[
                "Nobody has an account yet.",
                "n invites somebody: they get an invitation, run postern register, and are an owner from then on.",
                "Recipients need no account: they open a link that an owner sent them.",
            ]
        } else {
            &["No account fits this filter.", "/ changes it. name: takes how a name begins."]
        };
        match &self.trouble {
            Some(trouble) if self.table.window.end() == 0 => {
                empty(frame, below, view.look, &["This can't be shown.", trouble, "r asks again."]);
            }
            _ => self.table.draw(frame, below, view, &columns::COLUMNS, nothing),
        }
    }
}

impl Screen for Users {
    fn keys(&self) -> &'static [Hint] {
        if self.details.is_some() { IN_DETAILS } else { KEYS }
    }

    fn about(&self) -> &'static str {
        "Each row is an account: an owner, who keeps items and shares them. What they keep is sealed; you see who they are and what they may do.\n\
         Suspending hurts nobody if it was a false alarm: resuming brings everything back but the sessions."
    }

    fn opened(&mut self, ctx: &mut Context<'_>) -> Reaction {
        self.refresh(ctx)
    }

    fn refresh(&mut self, ctx: &mut Context<'_>) -> Reaction {
        let (make, at) = (self.make(), self.table.at());
        let mut wishes = vec![self.table.window.again(at, ctx, make)];
        if let Some(details) = &mut self.details {
            wishes.extend(details.ask(ctx));
        }
        wishes
    }

    fn narrow(&mut self, filter: &str, ctx: &mut Context<'_>) -> Reaction {
        self.filter.set(filter);
        self.details = None;
        self.restart(ctx)
    }

    fn key(&mut self, key: KeyEvent, ctx: &mut Context<'_>) -> Reaction {
        if self.filter.typing() {
            let table = &self.table;
            let known = |name: &str| match name {
                "name" => table.window.rows().map(|user| user.name.to_string()).collect(),
                _ => Vec::new(),
            };
            return match self.filter.key(key, &known) {
                Typed::Changed => self.restart(ctx),
                Typed::Going => Reaction::new(),
            };
        }
        let height = self.height(ctx);
        if let Some(details) = &mut self.details {
            let step = match key.code {
                KeyCode::Right | KeyCode::Char('l') => 1,
                KeyCode::Left | KeyCode::Char('h') => -1,
                _ if details.key(key) => return Reaction::new(),
                code => return self.act(code, ctx),
            };
            self.table.go(self.table.at().saturating_add_signed(step), height);
            let mut wishes = self.open(ctx);
            wishes.extend(self.walked(ctx));
            return wishes;
        }
        if self.table.key(key, height) {
            return self.walked(ctx);
        }
        match key.code {
            KeyCode::Enter => self.open(ctx),
            KeyCode::Char('/') => {
                self.filter.begin();
                Reaction::new()
            }
            code => self.act(code, ctx),
        }
    }

    fn paste(&mut self, text: &str, _ctx: &mut Context<'_>) -> Reaction {
        self.filter.paste(text);
        Reaction::new()
    }

    fn mouse(&mut self, click: Option<u16>, wheel: i16, ctx: &mut Context<'_>) -> Reaction {
        let height = self.height(ctx);
        match click {
            Some(line) => self.table.click(line.saturating_sub(self.filter.height()), height),
            None => self.table.go(self.table.at().saturating_add_signed(isize::from(wheel)), height),
        }
        self.walked(ctx)
    }

    fn answered(&mut self, ticket: Ticket, call: &Call, outcome: Outcome, ctx: &mut Context<'_>) -> Reaction {
        if !self.table.window.expects(ticket) {
            if let Some(details) = &mut self.details {
                details.answered(ticket, outcome);
            }
            return Reaction::new();
        }
        match (call, outcome) {
            (Call::Users(_, from), Ok(Answer::Users(page))) => {
                self.trouble = None;
                self.take(from, page, ctx)
            }
            (_, outcome) => {
                self.table.window.gave_up();
                self.trouble = outcome.err().map(|failure| why(&failure).join(" "));
                Reaction::new()
            }
        }
    }

    fn back(&mut self, _ctx: &mut Context<'_>) -> bool {
        if self.details.take().is_some() {
            return true;
        }
        let marked = !self.table.marks().is_empty();
        self.table.unmark();
        marked
    }

    fn typing(&self) -> bool {
        self.filter.typing()
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        match &self.details {
            None => self.list(frame, area, view),
            Some(details) if area.width < BESIDE => details.draw(frame, area, view),
            Some(details) => {
                let (left, right) = split(frame, area, view.look);
                self.list(frame, left, view);
                details.draw(frame, right, view);
            }
        }
    }
}
