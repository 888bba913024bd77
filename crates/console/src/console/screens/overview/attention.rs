//! What needs somebody: each a sentence, and the screen and filter that show it.
//!
//! Nothing here decides anything: the daemon counted, and these are its numbers in words.

use api::admin::overview::{Attention, Overview};

use crate::console::look::Tone;
use crate::console::screens::Name;
use crate::console::screens::health::{NEARLY_FULL_PERCENT, OLD_BACKUP_HOURS};

/// One thing that needs somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Need {
    /// What it is about: the same while its number changes.
    pub(super) about: &'static str,
    /// How much it does.
    pub(super) tone: Tone,
    /// What it is.
    pub(super) words: String,
    /// Where it is shown, and narrowed to what.
    pub(super) place: (Name, Option<&'static str>),
}

/// Everything that needs somebody, the gravest first.
pub(super) fn needs(overview: &Overview) -> Vec<Need> {
    let Attention { certificate_days: days, .. } = overview.attention;
    let told = &overview.attention;
    let mut needs = Vec::new();
    let mut need = |about: &'static str, given: bool, tone: Tone, words: String, place: Name, filter: Option<&'static str>| {
        if given {
            needs.push(Need { about, tone, words, place: (place, filter) });
        }
    };
    need(
        "clock",
        told.clock_behind,
        Tone::Bad,
        "The clock stands behind the latest record: nothing is revealed or created.".to_owned(),
        Name::Health,
        None,
    );
    need("certificate-ended", days < 0, Tone::Bad, "The certificate has ended: nobody gets in.".to_owned(), Name::Health, None);
    need(
        "disk",
        told.disk_free_percent.is_some_and(|free| free < NEARLY_FULL_PERCENT),
        Tone::Bad,
        format!("The disk is nearly full: {} % are free.", told.disk_free_percent.unwrap_or_default()),
        Name::Health,
        None,
    );
    need(
        "reported",
        told.reported_shares > 0,
        Tone::Bad,
        many(
            told.reported_shares,
            "share is held: its recipient says an opening wasn't theirs.",
            "shares are held: recipients say an opening wasn't theirs.",
        ),
        Name::Audit,
        Some("event:link.reported"),
    );
    need(
        "locked",
        told.locked_links > 0,
        Tone::Bad,
        many(told.locked_links, "link is locked after ten wrong tokens.", "links are locked after ten wrong tokens."),
        Name::Shares,
        Some("state:locked"),
    );
    need(
        "mail-dead",
        told.mail_dead > 0,
        Tone::Warn,
        many(told.mail_dead, "message was given up.", "messages were given up."),
        Name::Mail,
        Some("state:dead"),
    );
    need(
        "mail-waiting",
        told.mail_waiting_long > 0,
        Tone::Warn,
        many(told.mail_waiting_long, "message waits for more than an hour.", "messages wait for more than an hour."),
        Name::Mail,
        Some("state:waiting"),
    );
    need(
        "certificate",
        told.certificate_ends_soon && days >= 0,
        Tone::Warn,
        format!("The certificate ends in {}.", many(days.unsigned_abs(), "day", "days")),
        Name::Health,
        None,
    );
    need(
        "denials",
        told.denials_last_hour > 0,
        Tone::Warn,
        many(told.denials_last_hour, "visit was denied by the gate in the last hour.", "visits were denied by the gate in the last hour."),
        Name::Audit,
        Some("event:gate.denied"),
    );
    need(
        "journal",
        told.journal_dropped > 0,
        Tone::Warn,
        many(told.journal_dropped, "line did not reach the journal.", "lines did not reach the journal."),
        Name::Health,
        None,
    );
    match told.backup_age_hours {
        None => need("backup", true, Tone::Warn, "No backup is known of.".to_owned(), Name::Health, None),
        Some(hours) => {
            let age = if hours < 72 { format!("{hours} hours") } else { format!("{} days", hours / 24) };
            need("backup", hours > OLD_BACKUP_HOURS, Tone::Warn, format!("The newest backup is {age} old."), Name::Health, None);
        }
    }
    needs
}

fn many(count: u64, one: &str, several: &str) -> String {
    format!("{} {}", thousands(count), if count == 1 { one } else { several })
}

/// A number as people read long ones: `1,204,332`.
pub(super) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
