//! Shares: the list of links to people outside, one share's life, and stopping or ending what should not be.
//!
//! Nothing here shows what is shared, and no link that could be opened: the appliance itself can't.

mod acts;
mod columns;
mod details;
mod narrow;

use api::Page;
use api::admin::shares::LinkRow;
use jiff::tz::TimeZone;
use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;

pub(super) use self::columns::sign;
use self::details::Details;
use crate::console::call::{Answer, Call, From, Outcome, Ticket};
use crate::console::filter::{Language, Term};
use crate::console::screen::{Context, Hint, Reaction, Screen, View, Wish, say};
use crate::console::screens::Name;
use crate::console::widgets::listed::{Listed, Listing, no_row};
use crate::console::widgets::table::Column;
use crate::console::widgets::window::Window;

const KEYS: &[Hint] = &[
    Hint::looks("enter", KeyCode::Enter, "details", "one share: who, for whom, until when, and its whole life"),
    Hint::looks("/", KeyCode::Char('/'), "filter", "narrow the list: owner:ada state:open"),
    Hint::looks("space", KeyCode::Null, "mark", "mark the row, so that an act takes several; * marks all that are loaded, or none"),
    Hint::acts("x", KeyCode::Char('x'), "revoke", "end the link, or the marked ones, for good"),
    Hint::acts(
        "f",
        KeyCode::Char('f'),
        "freeze",
        "stop links for a while: this one, its share, all of its owner, item or recipient, of a network or of a time",
    ),
    Hint::acts("u", KeyCode::Char('u'), "unfreeze", "see the freezes that hold, and lift one"),
    Hint::acts("X", KeyCode::Char('X'), "revoke share", "end every link of the share, or of the marked ones' shares, for good"),
    Hint::looks("a", KeyCode::Char('a'), "audit", "what the audit log says of this share"),
    Hint::looks("o", KeyCode::Char('o'), "owner", "the account that shares it"),
    Hint::looks("s", KeyCode::Char('s'), "order", "in which order the list comes"),
];

const IN_DETAILS: &[Hint] = &[
    Hint::looks("esc", KeyCode::Esc, "back", "back to the list"),
    Hint::looks("← →", KeyCode::Null, "others", "the row before or behind in the list"),
    Hint::acts("x", KeyCode::Char('x'), "revoke", "end this link for good"),
    Hint::acts(
        "f",
        KeyCode::Char('f'),
        "freeze",
        "stop links for a while: this one, its share, all of its owner, item or recipient, of a network or of a time",
    ),
    Hint::acts("u", KeyCode::Char('u'), "unfreeze", "see the freezes that hold, and lift one"),
    Hint::looks("a", KeyCode::Char('a'), "audit", "what the audit log says of this share"),
    Hint::acts("X", KeyCode::Char('X'), "revoke share", "end every link of the share for good"),
    Hint::looks("o", KeyCode::Char('o'), "owner", "the account that shares it"),
];

/// The screen.
#[derive(Default)]
pub(crate) struct Shares {
    list: Listed<LinkRow>,
}

impl Listing for LinkRow {
    type Details = Details;

    const LANGUAGE: Language = narrow::LANGUAGE;

    const COLUMNS: &'static [Column<Self>] = &columns::COLUMNS;

    fn call(narrowed: &[Term], from: From) -> Call {
        Call::Links(narrow::asked(narrowed), from)
    }

    fn page(answer: Answer, _narrowed: &[Term], _zone: &TimeZone) -> Option<Page<Self>> {
        if let Answer::Links(page) = answer { Some(page) } else { None }
    }

    fn teaches(narrowed: bool) -> &'static [&'static str] {
        if narrowed {
            return &["No link fits this filter.", "/ changes it. Words narrow together: owner:ada state:open shows what is both."];
        }
        &[
            "Nobody has shared anything with people outside yet.",
            "Owners share with `postern share create`; they need the permission: posternctl user allow-external NAME.",
            "What they share then stands here, one row for each recipient.",
        ]
    }

    fn known(key: &str, rows: &Window<Self>) -> Vec<String> {
        let value = |row: &Self| match key {
            "owner" => Some(row.owner.to_string()),
            "recipient" => Some(row.recipient.to_string()),
            "share" => Some(row.share.to_string()),
            "item" => Some(row.item.to_string()),
            _ => None,
        };
        rows.rows().filter_map(value).collect()
    }
}

impl Shares {
    fn act(&self, code: KeyCode, ctx: &Context<'_>) -> Reaction {
        if code == KeyCode::Char('s') {
            return say("Newest first: the appliance has no other order for shares.");
        }
        let Some(row) = self.list.current() else { return no_row(code, KEYS) };
        let links = self.list.marks();
        match code {
            KeyCode::Char('x') => acts::revoke(row, &links).about_marks(move |_| !links.is_empty()).open(ctx),
            KeyCode::Char('X') => {
                // Marks may lie outside of what is kept: then their shares aren't known, but their links are.
                let marked: Vec<LinkRow> = self.list.table.window.rows().filter(|row| links.contains(&row.link)).cloned().collect();
                acts::revoke_shares(row, &marked).about_marks(move |_| marked.len() == links.len()).open(ctx)
            }
            KeyCode::Char('f') => acts::freeze(row, &links, ctx.zone).open(ctx),
            KeyCode::Char('u') => vec![Wish::Open(Box::new(acts::unfreeze(row)))],
            KeyCode::Char('a') => vec![Wish::Jump(Name::Audit, Some(format!("share:{}", row.share)))],
            KeyCode::Char('o') => vec![Wish::Jump(Name::Users, Some(format!("name:{}", row.owner)))],
            KeyCode::Char('y') => vec![Wish::Copy(row.share.to_string())],
            _ => Reaction::new(),
        }
    }
}

impl Screen for Shares {
    fn keys(&self) -> &'static [Hint] {
        if self.list.in_full() { IN_DETAILS } else { KEYS }
    }

    fn about(&self) -> &'static str {
        "Each row is one link: one recipient's way to a share. What is shared is sealed; you see who, for whom, how often and until when.\n\
         Freezing stops links and hurts nobody if it was a false alarm. Revoking is for good."
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
        self.list.draw(frame, area, view, &self.list.aside("newest first"));
    }
}
