//! Comparing what was announced in the journal with what the appliance wrote down.
//!
//! Pure, and bounded: more than [`MOST`] of anything is an error that says so, never a machine without memory.

use std::collections::BTreeMap;

use api::{RequestId, Timestamp};
use serde::Serialize;
use vault::event::Record;

/// The most intents, and the most journal lines about acts, that are compared at a time.
pub(crate) const MOST: usize = 100_000;

/// What somebody announced in the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Intent {
    pub(crate) request: RequestId,
    /// When the journal took it.
    pub(crate) at: Timestamp,
    /// Who wrote it, by the kernel's word.
    pub(crate) uid: u32,
    /// The command's name, like `share.revoke`.
    pub(crate) intent: String,
    /// The command line.
    pub(crate) command: String,
}

/// An operator's act, as the appliance wrote it down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Effect {
    pub(crate) request: Option<RequestId>,
    pub(crate) at: Timestamp,
    pub(crate) event: String,
    /// Like `olga(1000)`.
    pub(crate) who: String,
    pub(crate) lane: u32,
    pub(crate) seq: u64,
    /// It was refused: nothing was done.
    pub(crate) refused: bool,
}

/// What doesn't fit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum Finding {
    /// Something was done that nobody announced.
    EffectWithoutIntent { effect: Effect },
    /// Something was announced and never done, nor refused.
    IntentWithoutEffect { intent: Intent },
    /// Somebody else announced it than did it.
    AnotherUser { effect: Effect, intent: Intent },
    /// The journal was told of an act that the audit log doesn't hold.
    NotInAudit { effect: Effect },
}

/// There is too much to compare at a time.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooMany;

/// Both streams, as far as they were read: first the journal, then the audit log.
#[derive(Debug, Default)]
pub(crate) struct Matching {
    intents: BTreeMap<RequestId, Vec<Intent>>,
    /// What the journal was told of acts, by lane and number, until audit has it too.
    mirrored: BTreeMap<(u32, u64), Effect>,
    count: usize,
    acts: u64,
    findings: Vec<Finding>,
    /// Requests with an effect: one request may leave several.
    met: BTreeMap<RequestId, Vec<Intent>>,
}

impl Effect {
    /// An operator's record.
    pub(crate) fn of(record: &Record) -> Self {
        Self {
            request: record.request.parse().ok(),
            at: record.at,
            event: record.event.clone(),
            who: record.who.clone(),
            lane: record.lane.0,
            seq: record.seq,
            refused: !record.refusal.is_empty(),
        }
    }

    /// The user id in `olga(1000)`.
    fn uid(&self) -> Option<u32> {
        self.who.rsplit_once('(')?.1.strip_suffix(')')?.parse().ok()
    }
}

impl Matching {
    /// The journal has an intent.
    pub(crate) fn intended(&mut self, intent: Intent) -> Result<(), TooMany> {
        self.counted()?;
        self.intents.entry(intent.request).or_default().push(intent);
        Ok(())
    }

    /// The journal was told of an act.
    pub(crate) fn told(&mut self, effect: Effect) -> Result<(), TooMany> {
        self.counted()?;
        self.mirrored.insert((effect.lane, effect.seq), effect);
        Ok(())
    }

    fn counted(&mut self) -> Result<(), TooMany> {
        self.count += 1;
        if self.count > MOST { Err(TooMany) } else { Ok(()) }
    }

    /// The audit log holds an act.
    pub(crate) fn happened(&mut self, effect: Effect) -> Result<(), TooMany> {
        self.mirrored.remove(&(effect.lane, effect.seq));
        self.acts += u64::from(!effect.refused);
        if let Some((request, intents)) = effect.request.and_then(|request| self.intents.remove_entry(&request)) {
            self.met.insert(request, intents);
        }
        let announced = effect.request.and_then(|request| self.met.get(&request)).map(Vec::as_slice).unwrap_or_default();
        let own = announced.iter().any(|intent| Some(intent.uid) == effect.uid());
        match announced.first() {
            _ if own => {}
            Some(intent) => self.findings.push(Finding::AnotherUser { intent: intent.clone(), effect }),
            // What only looks isn't announced, and its refusal did nothing.
            None if effect.refused => {}
            None => self.findings.push(Finding::EffectWithoutIntent { effect }),
        }
        if self.findings.len() > MOST { Err(TooMany) } else { Ok(()) }
    }

    /// What doesn't fit, oldest first, of what happened from then on; how many acts were compared, and how many intents.
    pub(crate) fn found(self, since: Timestamp) -> (Vec<Finding>, u64, u64) {
        let intents = self.intents.values().chain(self.met.values()).flatten().filter(|intent| intent.at >= since).count();
        let idle = self.intents.into_values().flatten().filter(|intent| intent.at >= since);
        let vanished = self.mirrored.into_values().filter(|effect| effect.at >= since);
        let mut findings = self.findings;
        findings.extend(idle.map(|intent| Finding::IntentWithoutEffect { intent }));
        findings.extend(vanished.map(|effect| Finding::NotInAudit { effect }));
        findings.sort_by_key(Finding::at);
        (findings, self.acts, u64::try_from(intents).unwrap_or(u64::MAX))
    }
}

impl Finding {
    /// When.
    pub(crate) fn at(&self) -> Timestamp {
        match self {
            Self::EffectWithoutIntent { effect } | Self::AnotherUser { effect, .. } | Self::NotInAudit { effect } => effect.at,
            Self::IntentWithoutEffect { intent } => intent.at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SINCE: Timestamp = Timestamp::from_millis(1_000);

    fn intent(n: u8, uid: u32) -> Intent {
        let at = Timestamp::from_millis(1_000 + i64::from(n));
        Intent { request: RequestId::from_bytes([n; 16]), at, uid, intent: "share.revoke".to_owned(), command: "posternctl".to_owned() }
    }

    fn effect(n: u8, uid: u32) -> Effect {
        Effect {
            request: Some(RequestId::from_bytes([n; 16])),
            at: Timestamp::from_millis(1_000 + i64::from(n)),
            event: "share.revoked".to_owned(),
            who: format!("o)l(ga({uid})"),
            lane: 1,
            seq: u64::from(n),
            refused: false,
        }
    }

    fn compared(intents: &[Intent], told: &[Effect], happened: &[Effect]) -> Vec<Finding> {
        let mut matching = Matching::default();
        intents.iter().for_each(|intent| matching.intended(intent.clone()).unwrap());
        told.iter().for_each(|effect| matching.told(effect.clone()).unwrap());
        happened.iter().for_each(|effect| matching.happened(effect.clone()).unwrap());
        matching.found(SINCE).0
    }

    #[test]
    fn what_was_announced_and_done_by_the_same_user_fits_also_with_several_effects() {
        let second = Effect { seq: 9, ..effect(1, 7) };
        assert_eq!(compared(&[intent(1, 7)], &[effect(1, 7)], &[effect(1, 7), second]), []);
    }

    #[test]
    fn each_kind_of_misfit_is_found_in_the_order_of_time() {
        let found = compared(&[intent(2, 7), intent(3, 0)], &[effect(4, 7)], &[effect(3, 7), effect(1, 7)]);
        let expected = [
            Finding::EffectWithoutIntent { effect: effect(1, 7) },
            Finding::IntentWithoutEffect { intent: intent(2, 7) },
            Finding::AnotherUser { effect: effect(3, 7), intent: intent(3, 0) },
            Finding::NotInAudit { effect: effect(4, 7) },
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_refusal_answers_an_intent_and_needs_none() {
        let refused = |n| Effect { refused: true, ..effect(n, 7) };
        assert_eq!(compared(&[intent(1, 7)], &[], &[refused(1), refused(2)]), []);
    }

    #[test]
    fn an_effect_that_bears_no_request_or_no_user_was_announced_by_nobody() {
        let nameless = Effect { request: None, ..effect(1, 7) };
        let odd = Effect { who: "olga".to_owned(), ..effect(2, 7) };
        assert!(matches!(compared(&[], &[], &[nameless]).as_slice(), [Finding::EffectWithoutIntent { .. }]));
        assert!(matches!(compared(&[intent(2, 7)], &[], &[odd]).as_slice(), [Finding::AnotherUser { .. }]));
    }

    #[test]
    fn who_announces_in_anothers_stead_covers_nothing_and_hides_nothing() {
        // Somebody else writes an intent with the same id beside the right one.
        assert_eq!(compared(&[intent(1, 9), intent(1, 7)], &[], &[effect(1, 7)]), []);
    }

    #[test]
    fn intents_from_before_the_time_asked_for_only_explain_effects() {
        let early = Intent { at: Timestamp::from_millis(999), ..intent(1, 7) };
        assert_eq!(compared(std::slice::from_ref(&early), &[], &[]), []);
        assert_eq!(compared(&[early], &[], &[effect(1, 7)]), []);
    }

    #[test]
    fn more_than_fits_into_memory_is_said() {
        let mut matching = Matching::default();
        (0..MOST).for_each(|_| matching.intended(intent(1, 7)).unwrap());
        assert_eq!(matching.intended(intent(1, 7)), Err(TooMany));
    }
}
