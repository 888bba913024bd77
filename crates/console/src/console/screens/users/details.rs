//! One account in full: who it is, what it may do, where it is signed in, what it shares.
//!
//! Nothing here acts, and no more of a long list is kept than can be read: the screen of shares has the rest.

use api::admin::shares::LinkRow;
use api::admin::users::{Session, User};
use client::admin::shares;
use vault::account::Standing;

use super::columns::standing;
use crate::console::call::{Answer, Call, From, Outcome, Ticket};
use crate::console::dialog::act::why;
use crate::console::look::Tone;
use crate::console::screen::{Context, Reaction, View};
use crate::console::when::relative;
use crate::console::widgets::lines::{self, Line, cut, width};
use crate::console::widgets::listed;
use crate::show::time::minute;

/// The most sessions and links that are shown.
const MOST: u32 = 20;

/// What was asked for, once it is there: rows and whether there are more, or why there are none.
type Came<R> = Option<Result<(Vec<R>, bool), String>>;

/// One account in full.
pub(crate) struct Details {
    user: User,
    sessions: Came<Session>,
    links: Came<LinkRow>,
    waiting: (Option<Ticket>, Option<Ticket>),
}

impl listed::Details for Details {
    type Row = User;

    fn new(user: User) -> Self {
        Self { user, sessions: None, links: None, waiting: (None, None) }
    }

    fn row(&self) -> &User {
        &self.user
    }

    fn again(&mut self, user: &User) {
        self.user = user.clone();
    }

    /// Asks for its sessions and what it shares.
    fn ask(&mut self, ctx: &mut Context<'_>) -> Reaction {
        let from = || From { after: None, limit: MOST };
        let filter = shares::Filter { owner: Some(self.user.name.to_string()), ..shares::Filter::default() };
        let (sessions, first) = ctx.ask(Call::Sessions(self.user.name.clone(), from()));
        let (links, second) = ctx.ask(Call::Links(filter, from()));
        self.waiting = (Some(sessions), Some(links));
        vec![first, second]
    }

    fn answered(&mut self, ticket: Ticket, outcome: Outcome) {
        let told = |outcome: Outcome| outcome.err().map(|failure| why(&failure).join(" ")).unwrap_or_default();
        if self.waiting.0 == Some(ticket) {
            self.sessions = Some(match outcome {
                Ok(Answer::Sessions(page)) => Ok((page.rows, page.next.is_some())),
                outcome => Err(told(outcome)),
            });
        } else if self.waiting.1 == Some(ticket) {
            self.links = Some(match outcome {
                Ok(Answer::Links(page)) => Ok((page.rows, page.next.is_some())),
                outcome => Err(told(outcome)),
            });
        }
    }

    fn lines(&self, wide: usize, view: &View<'_>) -> Vec<Line> {
        let (user, look) = (&self.user, view.look);
        let told = |at| format!("{}  ({})", minute(at, view.zone), relative(at, view.now));
        let mut lines = vec![vec![(look.text(user.name.as_str()), Tone::Accent)], Vec::new()];
        let fact = |name: &str, text: String, tone: Tone| lines::fact((name, 11), &text, tone, wide, look);
        let (sign, word, tone) = standing(user);
        lines.extend(fact("Person", user.full_name.to_string(), Tone::Plain));
        lines.extend(fact("Email", user.email.to_string(), Tone::Plain));
        lines.push(vec![
            ("Standing   ".to_owned(), Tone::Faint),
            (format!("{} {word}", look.sign(sign)), tone),
            (meaning(user), Tone::Faint),
        ]);
        let outside =
            if user.external_share { "may share with people outside the vault" } else { "may not share with people outside the vault" };
        lines.extend(fact("Outside", outside.to_owned(), Tone::Plain));
        lines.extend(fact("Invited", told(user.created_at), Tone::Plain));
        lines.extend(fact("Signed in", user.signed_in_at.map_or_else(|| "never".to_owned(), told), Tone::Plain));
        lines.extend(fact("Id", user.user.to_string(), Tone::Faint));
        lines.push(Vec::new());
        let nobody = "Signed in nowhere.";
        came(&mut lines, &self.sessions, ("Sessions", "sessions"), nobody, view, |session| self.session(session, view));
        lines.push(Vec::new());
        let nothing = "Shares nothing with people outside.";
        // Ends stand below each other; an address that leaves them no room is cut, and the list of shares has it whole.
        let rows = self.links.iter().flatten().flat_map(|(rows, _)| rows);
        let widest = rows.map(|link| width(&look.text(link.recipient.as_str()))).max().unwrap_or_default().min(wide.saturating_sub(32));
        came(&mut lines, &self.links, ("Links to people outside", "links; o shows all"), nothing, view, |link| {
            link_line(link, widest, view)
        });
        lines
    }
}

impl Details {
    fn session(&self, session: &Session, view: &View<'_>) -> Line {
        let since = format!("since {}", minute(session.signed_in_at, view.zone));
        let over = session.expires_at < view.now;
        let (sign, tone) = if over { ("·", Tone::Faint) } else { ("●", Tone::Good) };
        let ends = if over { "over" } else { "ends" };
        vec![
            (format!("{} ", view.look.sign(sign)), tone),
            (since, Tone::Plain),
            (format!("  {ends} {}  ", relative(session.expires_at, view.now)), Tone::Faint),
            (session.session.short(), Tone::Faint),
        ]
    }
}

/// What somebody must know about how an account stands.
fn meaning(user: &User) -> String {
    match (user.standing, user.registered) {
        (Standing::Suspended, _) => "  (no sign-in, every link frozen)",
        (Standing::Active, false) => "  (has not registered yet)",
        (Standing::Active, true) => "",
    }
    .to_owned()
}

fn came<R>(lines: &mut Vec<Line>, came: &Came<R>, words: (&str, &str), nothing: &str, view: &View<'_>, line: impl Fn(&R) -> Line) {
    match came {
        None => lines.push(vec![(view.look.text("Asking the appliance …"), Tone::Faint)]),
        Some(Err(why)) => lines.push(vec![(view.look.text(why), Tone::Bad)]),
        Some(Ok((rows, _))) if rows.is_empty() => lines.push(vec![(nothing.to_owned(), Tone::Faint)]),
        Some(Ok((rows, more))) => {
            lines.push(vec![(words.0.to_owned(), Tone::Faint)]);
            lines.extend(rows.iter().map(line));
            if *more {
                lines.push(vec![(format!("  the latest {} {}", rows.len(), words.1), Tone::Faint)]);
            }
        }
    }
}

fn link_line(link: &LinkRow, widest: usize, view: &View<'_>) -> Line {
    let (sign, tone) = crate::console::screens::shares::sign(link.state);
    let recipient = cut(&view.look.text(link.recipient.as_str()), widest, view.look);
    let aside = widest.saturating_sub(width(&recipient));
    vec![
        (format!("{} {:9}", view.look.sign(sign), link.state.name()), tone),
        (format!("{:8}  ", link.share.short()), Tone::Faint),
        (recipient, Tone::Plain),
        (format!("{:aside$}  {}", "", relative(link.expires_at, view.now)), Tone::Faint),
    ]
}
