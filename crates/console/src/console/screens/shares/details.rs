//! One share in full: who, for whom, how often, until when; its other links; its life as audit tells it.
//!
//! Nothing here acts, and no more of a long life is kept than can be read: the audit screen has the rest.

use api::admin::audit::Entry;
use api::admin::shares::LinkRow;
use client::admin::{audit, shares};
use jiff::tz::TimeZone;
use vault::event::Record;

use super::columns::{sign, travels, views};
use crate::console::call::{Answer, Call, From, Outcome, Ticket};
use crate::console::dialog::act::why;
use crate::console::look::Tone;
use crate::console::screen::{Context, Reaction, View};
use crate::console::screens::loudness;
use crate::console::when::relative;
use crate::console::widgets::lines::Line;
use crate::console::widgets::listed;
use crate::console::widgets::timeline::{self, Moment};
use crate::show::record::brief;
use crate::show::time::minute;

/// How much of a share's life is asked for.
const MOMENTS: u32 = 100;

/// The most links that are shown of one share.
const LINKS: u32 = 50;

/// One share in full.
pub(crate) struct Details {
    row: LinkRow,
    links: Option<Result<Vec<LinkRow>, String>>,
    life: Option<Result<Vec<Entry>, String>>,
    /// Whether there is more of its life than was asked for.
    longer: bool,
    waiting: (Option<Ticket>, Option<Ticket>),
}

impl listed::Details for Details {
    type Row = LinkRow;

    fn new(row: LinkRow) -> Self {
        Self { row, links: None, life: None, longer: false, waiting: (None, None) }
    }

    fn row(&self) -> &LinkRow {
        &self.row
    }

    /// Asks for its links and its life.
    fn ask(&mut self, ctx: &mut Context<'_>) -> Reaction {
        let share = Some(self.row.share.to_string());
        let from = |limit| From { after: None, limit };
        let (links, first) = ctx.ask(Call::Links(shares::Filter { share: share.clone(), ..shares::Filter::default() }, from(LINKS)));
        let (life, second) = ctx.ask(Call::Audit(audit::Filter { share, ..audit::Filter::default() }, from(MOMENTS)));
        self.waiting = (Some(links), Some(life));
        vec![first, second]
    }

    fn answered(&mut self, ticket: Ticket, outcome: Outcome) {
        let told = |outcome: Outcome| outcome.err().map(|failure| why(&failure).join(" ")).unwrap_or_default();
        if self.waiting.0 == Some(ticket) {
            self.links = Some(match outcome {
                Ok(Answer::Links(page)) => {
                    if let Some(own) = page.rows.iter().find(|row| row.link == self.row.link) {
                        self.row = own.clone();
                    }
                    Ok(page.rows)
                }
                outcome => Err(told(outcome)),
            });
        } else if self.waiting.1 == Some(ticket) {
            self.life = Some(match outcome {
                Ok(Answer::Entries(page)) => {
                    self.longer = page.next.is_some();
                    // Audit comes newest first; a life is read from its beginning.
                    Ok(page.rows.into_iter().rev().collect())
                }
                outcome => Err(told(outcome)),
            });
        }
    }

    fn lines(&self, wide: usize, view: &View<'_>) -> Vec<Line> {
        let (row, look) = (&self.row, view.look);
        let fact = |name: &str, text: String| vec![(format!("{name:10}"), Tone::Faint), (look.text(&text), Tone::Plain)];
        let told = |at| format!("{}  ({})", minute(at, view.zone), relative(at, view.now));
        let mut lines = vec![vec![("Share ".to_owned(), Tone::Plain), (row.share.to_string(), Tone::Accent)], Vec::new()];
        lines.push(fact("Owner", row.owner.to_string()));
        lines.extend(row.label.as_ref().map(|label| fact("Label", label.to_string())));
        let sealed = if wide < 68 { "" } else { " (its name is sealed)" };
        lines.push(fact("Item", format!("{}{sealed}", row.item)));
        lines.push(fact("Made", told(row.created_at)));
        lines.push(fact("Ends", told(row.expires_at)));
        lines.push(fact("Travels", travels(row).to_owned()));
        lines.push(Vec::new());
        match &self.links {
            None => lines.push(vec![(look.text("Asking for its links …"), Tone::Faint)]),
            Some(Err(why)) => lines.push(vec![(look.text(why), Tone::Bad)]),
            Some(Ok(links)) => lines.extend(links.iter().map(|link| self.link(link, view))),
        }
        lines.push(Vec::new());
        match &self.life {
            None => lines.push(vec![(look.text("Asking the audit log …"), Tone::Faint)]),
            Some(Err(why)) => lines.push(vec![(look.text(why), Tone::Bad)]),
            Some(Ok(life)) => {
                if self.longer {
                    lines.push(vec![(format!("Its last {MOMENTS} events; a shows all."), Tone::Faint)]);
                }
                let moments: Vec<Moment> = life.iter().map(|entry| moment(&entry.record, view.zone)).collect();
                lines.extend(timeline::lines(&moments, view.zone, wide, look));
            }
        }
        lines
    }
}

impl Details {
    fn link(&self, link: &LinkRow, view: &View<'_>) -> Line {
        let (sign, tone) = sign(link.state);
        let here = if link.link == self.row.link { Tone::Accent } else { Tone::Faint };
        let wrong = match link.failed_tokens {
            0 => String::new(),
            1 => "  1 wrong token".to_owned(),
            wrong => format!("  {wrong} wrong tokens"),
        };
        vec![
            (format!("{} {:9}", view.look.sign(sign), link.state.name()), tone),
            (format!("{:8}  ", link.link.short()), here),
            (format!("{:7}", views(link)), Tone::Plain),
            (view.look.text(link.recipient.as_str()), Tone::Plain),
            (wrong, Tone::Warn),
        ]
    }
}

/// An audit record as a moment of the share's life. Long ids are told by their ends: the heading has them whole.
fn moment(record: &Record, zone: &TimeZone) -> Moment {
    let (sign, tone) = loudness(record);
    Moment { at: record.at, sign, tone, text: brief(record, zone) }
}
