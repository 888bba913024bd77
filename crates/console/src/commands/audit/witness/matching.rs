//! Comparing what was announced in the journal with what the appliance wrote down.
//!
//! Pure, and bounded: more than [`MOST`] of anything is an error that says so, never a machine without memory. After a restore the audit
//! log is another one than the journal has heard of; what that explains is told apart, and only where the restore itself was announced.

use std::collections::{BTreeMap, BTreeSet};

use api::{RequestId, Timestamp};
use serde::Serialize;
use vault::event::{Kind, Record};

/// The most intents, and the most journal lines about acts, that are compared at a time.
pub(crate) const MOST: usize = 100_000;

/// An act comes no later than so many seconds after its intent.
pub(super) const UNDER_WAY_SECONDS: i64 = 60;

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
    /// When the backup was made that it restored, if it is a restore.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) backup_made_at: Option<Timestamp>,
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

/// What a restore explains: it doesn't fit, and nobody did anything wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum Explained {
    /// The log is that of a backup since then.
    Restored { effect: Effect, backup_made_at: Timestamp },
    /// It was announced and done before, and the restored log doesn't hold it.
    LostAct { effect: Effect, intent: Intent },
    /// It was announced before, and nothing tells whether it was done.
    LostIntent { intent: Intent },
}

/// What was found.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Found {
    /// How many acts were compared.
    pub(crate) acts: u64,
    /// How many intents.
    pub(crate) intents: u64,
    /// How many acts come with a backup from before this journal knew the appliance: another one has their intents.
    pub(crate) elsewhere: u64,
    /// What doesn't fit, oldest first.
    pub(crate) findings: Vec<Finding>,
    /// What a restore explains, oldest first.
    pub(crate) explained: Vec<Explained>,
}

/// There is too much to compare at a time.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooMany;

/// Both streams, as far as they were read: first the journal, then the audit log.
#[derive(Debug, Default)]
pub(crate) struct Matching {
    intents: BTreeMap<RequestId, Vec<Intent>>,
    /// What the journal was told of acts, and when, until audit has it too.
    mirrored: BTreeMap<Place, (Effect, Timestamp)>,
    /// Restores that were announced by whoever did them.
    restores: Vec<Restore>,
    elsewhere: u64,
    count: usize,
    acts: u64,
    findings: Vec<Finding>,
    explained: Vec<Explained>,
    /// Requests with an effect: one request may leave several.
    met: BTreeMap<RequestId, Vec<Intent>>,
}

/// One record: a restored log gives lanes and numbers out anew.
type Place = (u32, u64, Timestamp, String, Option<RequestId>);

#[derive(Debug)]
struct Restore {
    at: Timestamp,
    made: Timestamp,
    /// The journal knew the restored log before: the backup was made here.
    known: bool,
}

impl Restore {
    /// Whether the log that was written then, within this time, is not the one that is here.
    fn explains(&self, from: Timestamp, until: Timestamp) -> bool {
        from <= self.at && (until >= self.made || !self.known)
    }
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
            backup_made_at: (record.event == Kind::BackupRestored.entry().name && record.refusal.is_empty())
                .then(|| record.details.get("made")?.parse().ok())
                .flatten(),
        }
    }

    fn place(&self) -> Place {
        (self.lane, self.seq, self.at, self.event.clone(), self.request)
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

    /// The journal was told of an act, at this time; several times, perhaps.
    pub(crate) fn told(&mut self, effect: Effect, at: Timestamp) -> Result<(), TooMany> {
        self.counted()?;
        let (_, first) = self.mirrored.entry(effect.place()).or_insert((effect, at));
        *first = at.min(*first);
        Ok(())
    }

    fn counted(&mut self) -> Result<(), TooMany> {
        self.count += 1;
        if self.count > MOST { Err(TooMany) } else { Ok(()) }
    }

    /// The audit log holds an act. The newest first: a restore explains what stands before it.
    pub(crate) fn happened(&mut self, effect: Effect) -> Result<(), TooMany> {
        let told_at = self.mirrored.remove(&effect.place()).map(|(_, at)| at);
        self.acts += u64::from(!effect.refused);
        if let Some((request, intents)) = effect.request.and_then(|request| self.intents.remove_entry(&request)) {
            self.met.insert(request, intents);
        }
        let before = |restore: &Restore| effect.at <= restore.made;
        let known = |restore: &Restore| told_at.is_some_and(|told| told < restore.at);
        self.restores.iter_mut().filter(|restore| before(restore) && known(restore)).for_each(|restore| restore.known = true);
        let announced = self.announced(&effect);
        let own = self.own(&effect).is_some();
        match (announced.first(), effect.backup_made_at) {
            (_, Some(made)) if own => {
                self.restores.push(Restore { at: effect.at, made, known: false });
                self.explained.push(Explained::Restored { effect, backup_made_at: made });
            }
            _ if own => {}
            (Some(intent), _) => self.findings.push(Finding::AnotherUser { intent: intent.clone(), effect }),
            // What only looks isn't announced, and its refusal did nothing.
            (None, _) if effect.refused => {}
            (None, _) if self.restores.iter().any(|restore| before(restore) && !known(restore)) => self.elsewhere += 1,
            (None, _) => self.findings.push(Finding::EffectWithoutIntent { effect }),
        }
        if self.findings.len() + self.explained.len() > MOST { Err(TooMany) } else { Ok(()) }
    }

    /// All intents under an act's request.
    fn announced(&self, effect: &Effect) -> &[Intent] {
        let of = |request| self.met.get(&request).or_else(|| self.intents.get(&request));
        effect.request.and_then(of).map(Vec::as_slice).unwrap_or_default()
    }

    /// The one of them that whoever did it wrote.
    fn own(&self, effect: &Effect) -> Option<&Intent> {
        self.announced(effect).iter().find(|intent| Some(intent.uid) == effect.uid())
    }

    fn explains(&self, from: Timestamp, until: Timestamp) -> bool {
        self.restores.iter().any(|restore| restore.explains(from, until))
    }

    /// What was found of what happened from then on.
    pub(crate) fn found(mut self, since: Timestamp) -> Found {
        let intents = self.intents.values().chain(self.met.values()).flatten().filter(|intent| intent.at >= since).count();
        let mirrored: Vec<Effect> = std::mem::take(&mut self.mirrored).into_values().map(|(effect, _)| effect).collect();
        let mut lost = BTreeSet::new();
        for effect in mirrored.into_iter().filter(|effect| effect.at >= since) {
            let restored = self.explains(effect.at, effect.at);
            match self.own(&effect).cloned().filter(|_| restored) {
                Some(intent) => {
                    lost.insert(intent.request);
                    self.explained.push(Explained::LostAct { effect, intent });
                }
                // It did nothing that a restore could have taken away.
                None if restored && effect.refused => lost.extend(effect.request),
                None => self.findings.push(Finding::NotInAudit { effect }),
            }
        }
        for intent in std::mem::take(&mut self.intents).into_values().flatten().filter(|intent| intent.at >= since) {
            match () {
                () if lost.contains(&intent.request) => {}
                () if self.explains(intent.at, intent.at.plus_seconds(UNDER_WAY_SECONDS)) => {
                    self.explained.push(Explained::LostIntent { intent });
                }
                () => self.findings.push(Finding::IntentWithoutEffect { intent }),
            }
        }
        let Self { acts, elsewhere, mut findings, mut explained, .. } = self;
        findings.sort_by_key(Finding::at);
        explained.sort_by_key(Explained::at);
        Found { acts, intents: u64::try_from(intents).unwrap_or(u64::MAX), elsewhere, findings, explained }
    }
}

impl Explained {
    /// When.
    pub(crate) fn at(&self) -> Timestamp {
        match self {
            Self::Restored { effect, .. } | Self::LostAct { effect, .. } => effect.at,
            Self::LostIntent { intent } => intent.at,
        }
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
            backup_made_at: None,
        }
    }

    fn compared(intents: &[Intent], told: &[Effect], happened: &[Effect]) -> Vec<Finding> {
        all(intents, told, happened).findings
    }

    fn all(intents: &[Intent], told: &[Effect], happened: &[Effect]) -> Found {
        let mut matching = Matching::default();
        intents.iter().for_each(|intent| matching.intended(intent.clone()).unwrap());
        told.iter().for_each(|effect| matching.told(effect.clone(), effect.at).unwrap());
        happened.iter().for_each(|effect| matching.happened(effect.clone()).unwrap());
        matching.found(SINCE)
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

    /// A restore at 1 050 of a backup made at 1 020.
    fn restore(n: u8) -> Effect {
        let made = Timestamp::from_millis(1_020);
        Effect { event: "backup.restored".to_owned(), backup_made_at: Some(made), ..effect(n, 0) }
    }

    #[test]
    fn what_was_done_between_a_backup_and_its_restore_is_told_as_that() {
        let intents = [intent(10, 7), intent(30, 7), intent(35, 8), intent(50, 0)];
        // Number 50 of the lane was given out before, and is now the restore's.
        let before = Effect { seq: 50, ..effect(30, 7) };
        let found = all(&intents, &[effect(10, 7), before.clone()], &[restore(50), effect(10, 7)]);
        let made = Timestamp::from_millis(1_020);
        let expected = [
            Explained::LostAct { effect: before, intent: intent(30, 7) },
            Explained::LostIntent { intent: intent(35, 8) },
            Explained::Restored { effect: restore(50), backup_made_at: made },
        ];
        assert_eq!((found.findings, found.elsewhere), (Vec::new(), 0));
        assert_eq!(found.explained, expected);
    }

    #[test]
    fn a_restore_explains_neither_what_came_after_it_nor_what_the_backup_must_hold_nor_what_nobody_announced() {
        // A minute lies between them, so that nothing of one is under way in the other.
        let far = |n: u8, uid| Effect { at: Timestamp::from_millis(1_000 + i64::from(n) * 100_000), ..effect(n, uid) };
        let said = |n: u8, uid| Intent { at: far(n, uid).at, ..intent(n, uid) };
        let restored = Effect { event: "backup.restored".to_owned(), backup_made_at: Some(far(20, 0).at), ..far(50, 0) };
        let told = [far(5, 7), far(9, 7), far(10, 7), far(30, 7), far(60, 7)];
        let found = all(&[said(9, 7), said(10, 7), said(12, 7), said(50, 0), said(60, 7)], &told, &[restored, far(10, 7), far(5, 7)]);
        let expected = [
            Finding::EffectWithoutIntent { effect: far(5, 7) },
            Finding::NotInAudit { effect: far(9, 7) },
            Finding::IntentWithoutEffect { intent: said(9, 7) },
            Finding::IntentWithoutEffect { intent: said(12, 7) },
            Finding::NotInAudit { effect: far(30, 7) },
            Finding::NotInAudit { effect: far(60, 7) },
            Finding::IntentWithoutEffect { intent: said(60, 7) },
        ];
        assert_eq!(found.findings.iter().map(Finding::at).collect::<Vec<_>>(), expected.iter().map(Finding::at).collect::<Vec<_>>());
        assert!(expected.iter().all(|finding| found.findings.contains(finding)), "{:#?}", found.findings);
        assert_eq!(found.explained.len(), 1);
    }

    #[test]
    fn a_restore_that_nobody_announced_explains_nothing_and_is_found_itself() {
        let found = all(&[intent(30, 7)], &[effect(30, 7)], &[restore(50)]);
        assert_eq!(found.findings.len(), 3, "{:#?}", found.findings);
        assert!(found.explained.is_empty());
    }

    #[test]
    fn a_backup_from_another_machine_brings_acts_that_this_journal_never_heard_of() {
        // What stood here before is gone altogether, also what is older than the backup.
        let found = all(&[intent(5, 7), intent(50, 0)], &[effect(5, 7)], &[restore(50), effect(12, 7), effect(11, 7)]);
        assert_eq!((found.findings, found.elsewhere), (Vec::new(), 2));
        assert_eq!(found.explained.first(), Some(&Explained::LostAct { effect: effect(5, 7), intent: intent(5, 7) }));
    }

    #[test]
    fn more_than_fits_into_memory_is_said() {
        let mut matching = Matching::default();
        (0..MOST).for_each(|_| matching.intended(intent(1, 7)).unwrap());
        assert_eq!(matching.intended(intent(1, 7)), Err(TooMany));
    }
}
