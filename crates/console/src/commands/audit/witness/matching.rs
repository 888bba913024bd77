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
    /// Somebody who may not act wrote lines that announce acts; without a user it is all beyond those that are told apart.
    MayNotAct { uid: Option<u32>, lines: u64, first: Timestamp },
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
    pub(super) fn uid(&self) -> Option<u32> {
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

    /// What was found of what happened from then on, beside what strangers wrote.
    pub(crate) fn found(mut self, since: Timestamp, strangers: impl Iterator<Item = Finding>) -> Found {
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
        findings.extend(strangers);
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
            Self::MayNotAct { first, .. } => *first,
        }
    }
}

#[cfg(test)]
#[path = "matching_tests.rs"]
pub(super) mod tests;
