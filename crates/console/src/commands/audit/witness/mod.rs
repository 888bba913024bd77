//! `posternctl audit witness`
//!
//! Nothing here believes a claim: who announced an act is journald's stamp, who did it is what the kernel told the appliance.

mod journal;
mod matching;
mod strangers;

use std::collections::BTreeSet;

use api::Timestamp;
use api::page::MAXIMUM_ROWS;
use clap::Args;
use client::Client;
use client::admin::audit::Filter;
use serde::Serialize;

use self::journal::Told;
use self::matching::{Effect, Explained, Finding, Found, Intent, MOST, Matching, TooMany, UNDER_WAY_SECONDS};
use self::strangers::{OPERATORS, Strangers, daemons};
use super::verify::many;
use crate::failure::Failure;
use crate::moment;
use crate::show::text::wrapped;
use crate::terminal::Terminal;

/// How far it looks back unless told, in seconds: a week.
const USUAL_SECONDS: i64 = 7 * 86_400;

/// How much earlier the journal is read than the audit log, in seconds: an act comes after its intent.
const EARLIER_SECONDS: i64 = 3600;

/// Compare what operators announced in the journal with what the appliance did
///
/// Before posternctl and the console ask for an act, they write it to the systemd journal under the caller's own identity,
/// which the kernel stamps. Whoever holds the appliance's database can't write there in another's name, and whoever acts on
/// the admin socket without posternctl leaves no such line. This lists acts that nobody announced, announcements that nothing
/// came of, acts that somebody else announced, and acts that the journal was told of and the audit log doesn't hold.
///
/// After `posternctl restore` the log is that of the backup. What was done between backup and restore is listed as that, since it may
/// have to be done again, and doesn't count as found. A restore that nobody announced explains nothing.
///
/// Any user can write lines into the journal: those of whoever may not act are counted, one finding for each user. What is done under an
/// operator's own user, announced under the same request, fits whatever its announcement says: both are the same user's word.
///
/// Takes root or the group systemd-journal, and what reading the audit log takes. Anything found ends with exit code 6.
#[derive(Debug, Args)]
pub(crate) struct Witness {
    /// From when on; a week back unless given
    #[arg(long, value_name = "TIME", value_parser = moment::read)]
    since: Option<Timestamp>,
}

/// The answer for programs.
#[derive(Serialize)]
struct Report {
    since: Timestamp,
    #[serde(flatten)]
    found: Found,
}

impl Witness {
    pub(crate) fn run(&self, client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        journal::readable()?;
        let now = client.health()?.clock;
        let since = self.since.unwrap_or_else(|| now.plus_seconds(-USUAL_SECONDS));
        let mut strangers = Strangers::new(strangers::operator);
        effects(client, since, |effect| {
            strangers.acted(&effect);
            Ok(())
        })?;
        let daemons = daemons(client.whom());
        let mut matching = Matching::default();
        // The journal before the acts are compared: what it was told of is in the audit log by then.
        journal::read(since.plus_seconds(-EARLIER_SECONDS), |told| {
            heard(told, since, &mut strangers, &daemons, &mut matching).map_err(too_many)
        })?;
        effects(client, since, |effect| matching.happened(effect).map_err(too_many))?;
        let report = Report { since, found: matching.found(since, strangers.findings()) };
        let shown = show(&report, now, terminal).and_then(|()| terminal.flush());
        // The verdict counts, whoever reads it.
        if report.found.findings.is_empty() { shown } else { Err(Failure::Unwitnessed) }
    }
}

/// Hands on what the journal tells where its writer is to be believed: anybody may write lines that look like the daemon's or an operator's.
fn heard<F: Fn(u32) -> bool>(
    told: Told,
    since: Timestamp,
    strangers: &mut Strangers<F>,
    daemons: &BTreeSet<u32>,
    matching: &mut Matching,
) -> Result<(), TooMany> {
    match told {
        Told::Intent(intent) if strangers.compares(&intent, since) => matching.intended(intent),
        Told::Effect { effect, at, uid } if daemons.contains(&uid) => matching.told(effect, at),
        Told::Intent(_) | Told::Effect { .. } => Ok(()),
    }
}

fn too_many(_: TooMany) -> Failure {
    Failure::Usage(format!("there are more than {MOST} acts to compare: name a later --since"))
}

/// Every operator's act since then, the newest first, a page at a time.
fn effects(client: &Client, since: Timestamp, mut take: impl FnMut(Effect) -> Result<(), Failure>) -> Result<(), Failure> {
    let filter = Filter { actor: Some("operator".to_owned()), ..Filter::default() };
    let mut after = None;
    loop {
        let page = client.audit(&filter, after.as_deref(), MAXIMUM_ROWS)?;
        let older = page.rows.last().is_some_and(|entry| entry.record.at < since.plus_seconds(-EARLIER_SECONDS));
        page.rows.iter().map(|entry| &entry.record).filter(|record| record.at >= since).map(Effect::of).try_for_each(&mut take)?;
        match page.next {
            Some(next) if !older => after = Some(next),
            _ => return Ok(()),
        }
    }
}

fn show(report: &Report, now: Timestamp, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
    if terminal.json {
        return terminal.json(report);
    }
    let Found { acts, intents, elsewhere, findings, explained } = &report.found;
    for explained in explained {
        let lines = told(explained, terminal);
        terminal.lines(lines)?;
    }
    if *elsewhere > 0 {
        let sentence =
            format!("{} of the backup had been announced on another machine: the journal there is the witness.", many(*elsewhere, "act"));
        terminal.lines(wrapped(&sentence, ""))?;
    }
    for finding in findings {
        let lines = lines(finding, now, terminal);
        terminal.lines(lines)?;
    }
    let counted = format!("{} and {} since {}", many(*acts, "act"), many(*intents, "intent"), terminal.minute(report.since));
    terminal.lines(wrapped(
        &match findings.len() {
            0 => format!("Both witnesses agree: {counted}."),
            1 => format!("1 thing does not fit, of {counted}."),
            several => format!("{several} things do not fit, of {counted}."),
        },
        "",
    ))
}

fn act(effect: &Effect) -> String {
    let request = effect.request.map_or_else(|| "none".to_owned(), |request| request.to_string());
    format!("{} by {}  ({}.{}, request {request})", effect.event, effect.who, effect.lane, effect.seq)
}

fn told(explained: &Explained, terminal: &Terminal<'_>) -> Vec<String> {
    let (head, what, why) = match explained {
        Explained::Restored { effect, backup_made_at } => {
            let made = terminal.second(*backup_made_at);
            let why = format!("Since then the log is that of the backup made {made}. What is listed from between the two is not in it.");
            ("RESTORED", act(effect), why)
        }
        Explained::LostAct { effect, intent } => (
            "DONE, THEN LOST BY A RESTORE",
            act(effect),
            format!("It was: {}. The restored appliance doesn't know it: do it again if it must hold.", intent.command),
        ),
        Explained::LostIntent { intent } => (
            "ANNOUNCED BEFORE A RESTORE",
            intended(intent),
            format!("It was: {}. Nothing tells whether it was done; if it was, the restored appliance doesn't know it.", intent.command),
        ),
    };
    block(explained.at(), head, &what, &why, terminal)
}

fn intended(intent: &Intent) -> String {
    format!("{} by uid {}  (request {})", intent.intent, intent.uid, intent.request)
}

fn block(at: Timestamp, head: &str, what: &str, why: &str, terminal: &Terminal<'_>) -> Vec<String> {
    let mut lines = vec![format!("{}  {head}", terminal.second(at))];
    lines.extend(wrapped(what, "    "));
    lines.extend(wrapped(why, "    | "));
    lines
}

fn lines(finding: &Finding, now: Timestamp, terminal: &Terminal<'_>) -> Vec<String> {
    let (head, what, why) = match finding {
        Finding::EffectWithoutIntent { effect } => (
            "DONE, NOT ANNOUNCED",
            act(effect),
            "Somebody acted on the admin socket without posternctl, or the journal did not take or keep the line. Ask who that user is.".to_owned(),
        ),
        Finding::IntentWithoutEffect { intent } => {
            let fresh = if now.millis_since(intent.at) < UNDER_WAY_SECONDS * 1000 { " It may still be under way." } else { "" };
            let why = match intent.intent.as_str() {
                "restore" => "It was refused or broken off, and told its caller why; a restore that came to nothing has no record.",
                _ => "The daemon did not answer, it turned away somebody in neither group, or the record of the act is gone.",
            };
            ("ANNOUNCED, NOT DONE", intended(intent), format!("It was: {}. {why}{fresh}", intent.command))
        }
        Finding::AnotherUser { effect, intent } => (
            "ANNOUNCED BY ANOTHER",
            act(effect),
            format!("The journal has it from uid {}: {}. One of the two is not who they seem.", intent.uid, intent.command),
        ),
        Finding::NotInAudit { effect } => (
            "NOT IN THE AUDIT LOG",
            act(effect),
            "The journal was told of it, and the audit log doesn't hold it: somebody changed the database, or wrote a false line into the journal. `posternctl audit verify` tells more.".to_owned(),
        ),
        Finding::MayNotAct { uid, lines, .. } => (
            "ANNOUNCED BY STRANGERS",
            match (uid, lines) {
                (Some(uid), 1) => format!("1 line of uid {uid} announces an act: that user may not act"),
                (Some(uid), lines) => format!("{lines} lines of uid {uid} announce acts: that user may not act"),
                (None, lines) => format!("{} of still other users: they may not act", many(*lines, "line")),
            },
            format!("Neither root nor in {OPERATORS}, and without an act in the audit log since then: the lines are only counted. Ask what they were for."),
        ),
    };
    block(finding.at(), head, &what, &why, terminal)
}

#[cfg(test)]
mod tests {
    use api::RequestId;
    use jiff::tz::TimeZone;

    use super::matching::tests::{effect, intent};
    use super::*;

    #[test]
    fn floods_of_strangers_lines_hide_no_act_and_make_up_none() {
        let since = Timestamp::from_millis(1_000);
        let (mut strangers, mut matching, daemons) = (Strangers::new(|uid| uid == 7), Matching::default(), BTreeSet::from([0, 998]));
        let mut hear = |told| heard(told, since, &mut strangers, &daemons, &mut matching).unwrap();
        for _ in 0..=MOST {
            hear(Told::Intent(intent(2, 1003)));
            hear(Told::Effect { effect: effect(3, 7), at: since, uid: 1003 });
        }
        hear(Told::Intent(intent(5, 7)));
        hear(Told::Effect { effect: effect(4, 7), at: since, uid: 998 });
        let found = matching.found(since, strangers.findings()).findings;
        let expected = [
            Finding::MayNotAct { uid: Some(1003), lines: 100_001, first: intent(2, 1003).at },
            Finding::NotInAudit { effect: effect(4, 7) },
            Finding::IntentWithoutEffect { intent: intent(5, 7) },
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn each_finding_says_what_it_means() {
        let at = Timestamp::from_millis(1_700_000_000_000);
        let request = RequestId::from_bytes([9; 16]);
        let (event, who) = ("share.revoked".to_owned(), "olga\u{1b}(1000)".to_owned());
        let effect = Effect { request: Some(request), at, event, who, lane: 1, seq: 7, refused: false, backup_made_at: None };
        let command = "posternctl share revoke 0190163d-8694-739b-aea5-966c26f8ad91".to_owned();
        let intent = Intent { request, at, uid: 0, intent: "share.revoke".to_owned(), command };
        let findings = vec![
            Finding::EffectWithoutIntent { effect: effect.clone() },
            Finding::IntentWithoutEffect { intent: intent.clone() },
            Finding::IntentWithoutEffect {
                intent: Intent { intent: "restore".to_owned(), command: "posternctl restore x".to_owned(), ..intent.clone() },
            },
            Finding::AnotherUser { effect: effect.clone(), intent: intent.clone() },
            Finding::NotInAudit { effect: effect.clone() },
            Finding::MayNotAct { uid: Some(1003), lines: 100_001, first: at },
            Finding::MayNotAct { uid: Some(1004), lines: 1, first: at },
            Finding::MayNotAct { uid: None, lines: 80, first: at },
        ];
        let explained = vec![
            Explained::LostAct { effect: effect.clone(), intent: intent.clone() },
            Explained::LostIntent { intent },
            Explained::Restored { effect: Effect { event: "backup.restored".to_owned(), ..effect }, backup_made_at: at },
        ];
        let (mut input, mut out, mut err) = (&b""[..], Vec::new(), Vec::new());
        let mut terminal = Terminal { input: &mut input, out: &mut out, err: &mut err, json: false, zone: TimeZone::UTC };
        let found = Found { acts: 3, intents: 2, elsewhere: 12, findings, explained };
        show(&Report { since: at, found }, at.plus_seconds(30), &mut terminal).unwrap();
        let found = Found { acts: 1, intents: 1, ..Found::default() };
        show(&Report { since: at, found }, at, &mut terminal).unwrap();
        insta::with_settings!({ snapshot_path => "../snapshots" }, { insta::assert_snapshot!(String::from_utf8(out).unwrap()) });
    }
}
