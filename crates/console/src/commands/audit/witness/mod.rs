//! `posternctl audit witness`
//!
//! Nothing here believes a claim: who announced an act is journald's stamp, who did it is what the kernel told the appliance.

mod journal;
mod matching;

use api::Timestamp;
use api::page::MAXIMUM_ROWS;
use clap::Args;
use client::Client;
use client::admin::audit::Filter;
use serde::Serialize;

use self::journal::Told;
use self::matching::{Effect, Finding, MOST, Matching, TooMany};
use crate::failure::Failure;
use crate::moment;
use crate::show::text::wrapped;
use crate::terminal::Terminal;

/// How far it looks back unless told, in seconds: a week.
const USUAL_SECONDS: i64 = 7 * 86_400;

/// How much earlier the journal is read than the audit log, in seconds: an act comes after its intent.
const EARLIER_SECONDS: i64 = 3600;

/// Within so many seconds an act may still be under way.
const UNDER_WAY_SECONDS: i64 = 60;

/// Compare what operators announced in the journal with what the appliance did
///
/// Before posternctl and the console ask for an act, they write it to the systemd journal under the caller's own identity,
/// which the kernel stamps. Whoever holds the appliance's database can't write there in another's name, and whoever acts on
/// the admin socket without posternctl leaves no such line. This lists acts that nobody announced, announcements that nothing
/// came of, acts that somebody else announced, and acts that the journal was told of and the audit log doesn't hold.
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
    acts: u64,
    intents: u64,
    findings: Vec<Finding>,
}

impl Witness {
    pub(crate) fn run(&self, client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        journal::readable()?;
        let now = client.health()?.clock;
        let since = self.since.unwrap_or_else(|| now.plus_seconds(-USUAL_SECONDS));
        let mut matching = Matching::default();
        // The journal first: what it was told of is in the audit log by now.
        journal::read(since.plus_seconds(-EARLIER_SECONDS), |told| {
            match told {
                Told::Intent(intent) => matching.intended(intent),
                Told::Effect(effect) => matching.told(effect),
            }
            .map_err(too_many)
        })?;
        effects(client, since, |effect| matching.happened(effect).map_err(too_many))?;
        let (findings, acts, intents) = matching.found(since);
        let report = Report { since, acts, intents, findings };
        let shown = show(&report, now, terminal).and_then(|()| terminal.flush());
        // The verdict counts, whoever reads it.
        if report.findings.is_empty() { shown } else { Err(Failure::Unwitnessed) }
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
    for finding in &report.findings {
        let lines = lines(finding, now, terminal);
        terminal.lines(lines)?;
    }
    let counted = format!("{} acts and {} intents since {}", report.acts, report.intents, terminal.minute(report.since));
    terminal.lines(wrapped(
        &match report.findings.len() {
            0 => format!("Both witnesses agree: {counted}."),
            1 => format!("1 thing does not fit, of {counted}."),
            several => format!("{several} things do not fit, of {counted}."),
        },
        "",
    ))
}

fn lines(finding: &Finding, now: Timestamp, terminal: &Terminal<'_>) -> Vec<String> {
    let act = |effect: &Effect| {
        let request = effect.request.map_or_else(|| "none".to_owned(), |request| request.to_string());
        format!("{} by {}  ({}.{}, request {request})", effect.event, effect.who, effect.lane, effect.seq)
    };
    let (head, what, why) = match finding {
        Finding::EffectWithoutIntent { effect } => (
            "DONE, NOT ANNOUNCED",
            act(effect),
            "Somebody acted on the admin socket without posternctl, or the journal did not take or keep the line. Ask who that user is.".to_owned(),
        ),
        Finding::IntentWithoutEffect { intent } => {
            let fresh = if now.millis_since(intent.at) < UNDER_WAY_SECONDS * 1000 { " It may still be under way." } else { "" };
            (
                "ANNOUNCED, NOT DONE",
                format!("{} by uid {}  (request {})", intent.intent, intent.uid, intent.request),
                format!("It was: {}. The daemon did not answer, it turned away somebody in neither group, or the record of the act is gone.{fresh}", intent.command),
            )
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
    };
    let mut lines = vec![format!("{}  {head}", terminal.second(finding.at()))];
    lines.extend(wrapped(&what, "    "));
    lines.extend(wrapped(&why, "    | "));
    lines
}

#[cfg(test)]
mod tests {
    use api::RequestId;
    use jiff::tz::TimeZone;

    use super::matching::Intent;
    use super::*;

    #[test]
    fn each_finding_says_what_it_means() {
        let at = Timestamp::from_millis(1_700_000_000_000);
        let request = RequestId::from_bytes([9; 16]);
        let (event, who) = ("share.revoked".to_owned(), "olga\u{1b}(1000)".to_owned());
        let effect = Effect { request: Some(request), at, event, who, lane: 1, seq: 7, refused: false };
        let command = "posternctl share revoke 0190163d-8694-739b-aea5-966c26f8ad91".to_owned();
        let intent = Intent { request, at, uid: 0, intent: "share.revoke".to_owned(), command };
        let findings = vec![
            Finding::EffectWithoutIntent { effect: effect.clone() },
            Finding::IntentWithoutEffect { intent: intent.clone() },
            Finding::AnotherUser { effect: effect.clone(), intent },
            Finding::NotInAudit { effect },
        ];
        let (mut input, mut out, mut err) = (&b""[..], Vec::new(), Vec::new());
        let mut terminal = Terminal { input: &mut input, out: &mut out, err: &mut err, json: false, zone: TimeZone::UTC };
        show(&Report { since: at, acts: 3, intents: 2, findings }, at.plus_seconds(30), &mut terminal).unwrap();
        show(&Report { since: at, acts: 1, intents: 1, findings: Vec::new() }, at, &mut terminal).unwrap();
        insta::with_settings!({ snapshot_path => "../snapshots" }, { insta::assert_snapshot!(String::from_utf8(out).unwrap()) });
    }
}
