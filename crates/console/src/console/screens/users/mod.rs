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
use jiff::tz::TimeZone;
use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;
use vault::account::Standing;

use self::details::Details;
use self::invitation::Invitation;
use crate::console::call::{Answer, Call, From, Outcome, Ticket};
use crate::console::filter::{Language, Term};
use crate::console::screen::{Context, Hint, Reaction, Screen, View, Wish, say};
use crate::console::screens::Name;
use crate::console::widgets::listed::{Listed, Listing, no_row};
use crate::console::widgets::table::Column;
use crate::console::widgets::window::Window;

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
#[derive(Default)]
pub(crate) struct Users {
    list: Listed<User>,
}

impl Listing for User {
    type Details = Details;

    const LANGUAGE: Language = narrow::LANGUAGE;

    const COLUMNS: &'static [Column<Self>] = &columns::COLUMNS;

    fn call(narrowed: &[Term], from: From) -> Call {
        Call::Users(narrow::asked(narrowed), from)
    }

    fn page(answer: Answer, _narrowed: &[Term], _zone: &TimeZone) -> Option<Page<Self>> {
        if let Answer::Users(page) = answer { Some(page) } else { None }
    }

    fn teaches(narrowed: bool) -> &'static [&'static str] {
        if narrowed {
            return &["No account fits this filter.", "/ changes it. name: takes how a name begins."];
        }
        &[
            "Nobody has an account yet.",
            "n invites somebody: they get an invitation, run postern register, and are an owner from then on.",
            "Recipients need no account: they open a link that an owner sent them.",
        ]
    }

    fn known(key: &str, rows: &Window<Self>) -> Vec<String> {
        if key == "name" { rows.rows().map(|user| user.name.to_string()).collect() } else { Vec::new() }
    }
}

impl Users {
    fn act(&self, code: KeyCode, ctx: &mut Context<'_>) -> Reaction {
        match code {
            KeyCode::Char('n') => return Invitation::open(ctx),
            KeyCode::Char('s') => return say("By name: the appliance has no other order for accounts."),
            _ => {}
        }
        let Some(user) = self.list.current() else { return no_row(code, KEYS) };
        let marked = self.list.marks();
        let any = !marked.is_empty();
        let names = if marked.is_empty() { vec![user.name.clone()] } else { marked };
        let one = names.len() == 1;
        match code {
            KeyCode::Char('x') if one && user.standing == Standing::Suspended => {
                say(format!("{} is suspended already; u resumes the account.", user.name))
            }
            KeyCode::Char('u') if one && user.standing == Standing::Active => {
                say(format!("{} is not suspended: there is nothing to resume.", user.name))
            }
            KeyCode::Char('x') => acts::suspend(&names).about_marks(move |_| any).open(ctx),
            KeyCode::Char('u') => acts::resume(&names).about_marks(move |_| any).open(ctx),
            KeyCode::Char('e') => acts::external(user, &names).about_marks(move |_| any).open(ctx),
            KeyCode::Char('E') => acts::end_sessions(user).open(ctx),
            KeyCode::Char('o') => vec![Wish::Jump(Name::Shares, Some(format!("owner:{}", user.name)))],
            KeyCode::Char('a') => vec![Wish::Jump(Name::Audit, Some(format!("user:{}", user.name)))],
            KeyCode::Char('y') => vec![Wish::Copy(user.name.to_string())],
            _ => Reaction::new(),
        }
    }
}

impl Screen for Users {
    fn keys(&self) -> &'static [Hint] {
        if self.list.in_full() { IN_DETAILS } else { KEYS }
    }

    fn about(&self) -> &'static str {
        "Each row is an account: an owner, who keeps items and shares them. What they keep is sealed; you see who they are and what they may do.\n\
         Suspending hurts nobody if it was a false alarm: resuming brings everything back but the sessions."
    }

    fn refresh(&mut self, ctx: &mut Context<'_>) -> Reaction {
        self.list.refresh(ctx)
    }

    fn narrow(&mut self, filter: &str, ctx: &mut Context<'_>) -> Reaction {
        self.list.narrow(filter, ctx)
    }

    fn key(&mut self, key: KeyEvent, ctx: &mut Context<'_>) -> Reaction {
        match self.list.key(key, ctx) {
            Some(reaction) => reaction,
            None => self.act(key.code, ctx),
        }
    }

    fn paste(&mut self, text: &str, _ctx: &mut Context<'_>) -> Reaction {
        self.list.filter.paste(text);
        Reaction::new()
    }

    fn mouse(&mut self, click: Option<u16>, wheel: i16, ctx: &mut Context<'_>) -> Reaction {
        self.list.mouse(click, wheel, ctx)
    }

    fn answered(&mut self, ticket: Ticket, _call: &Call, outcome: Outcome, ctx: &mut Context<'_>) -> Reaction {
        self.list.answered(ticket, outcome, ctx)
    }

    fn back(&mut self, _ctx: &mut Context<'_>) -> bool {
        self.list.back()
    }

    fn unmark(&mut self) {
        self.list.table.unmark();
    }

    fn typing(&self) -> bool {
        self.list.typing()
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        self.list.draw(frame, area, view, &self.list.aside("by name"));
    }
}
