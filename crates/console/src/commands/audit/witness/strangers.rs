//! Telling those who may act from those who only write to the journal.
//!
//! Any local user can write lines that look like intents, as many as they like. Of whoever may not act they are counted and never kept,
//! so that no flood of them hides what operators announced.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::CString;

use api::{RequestId, Timestamp};
use nix::unistd::{Group, Uid, User, getgrouplist};

use super::matching::{Effect, Finding, Intent, MOST};

/// The group whose members may act, unless the daemon's configuration says otherwise.
pub(super) const OPERATORS: &str = "postern-operators";

/// The user that posternd runs as.
const DAEMON: &str = "postern";

/// The most users whose lines are told apart.
pub(super) const USERS: usize = 20;

/// Whose intents are compared, and how many lines others wrote.
pub(super) struct Strangers<F> {
    /// Root, and who has acts in the audit log.
    acting: BTreeSet<u32>,
    /// Requests of acts: an intent under one of them is about that act, whoever wrote it.
    requests: BTreeSet<RequestId>,
    /// Requests that were refused: the audit log tells of them, and nothing was done.
    refused: BTreeSet<RequestId>,
    /// Whether a user is in the operators' group.
    member: F,
    asked: BTreeMap<u32, bool>,
    users: BTreeMap<u32, Lines>,
    others: Option<Lines>,
}

#[derive(Clone, Copy)]
struct Lines {
    first: Timestamp,
    lines: u64,
}

impl Lines {
    fn more(lines: Option<Self>, at: Timestamp) -> Self {
        lines.map_or(Self { first: at, lines: 1 }, |lines| Self { first: at.min(lines.first), lines: lines.lines.saturating_add(1) })
    }
}

impl<F: Fn(u32) -> bool> Strangers<F> {
    pub(super) fn new(member: F) -> Self {
        let (requests, refused) = (BTreeSet::new(), BTreeSet::new());
        Self { acting: BTreeSet::from([0]), requests, refused, member, asked: BTreeMap::new(), users: BTreeMap::new(), others: None }
    }

    /// The audit log holds an act, the newest first. One that was refused makes nobody an operator.
    pub(super) fn acted(&mut self, effect: &Effect) {
        let requests = if effect.refused { &mut self.refused } else { &mut self.requests };
        // Beyond the bound older acts are still compared, only without what strangers announced in another's stead.
        requests.extend(effect.request.filter(|_| requests.len() < MOST));
        self.acting.extend(effect.uid().filter(|_| !effect.refused));
    }

    /// Whether an intent is to be compared; otherwise it is counted, if it is from then on.
    pub(super) fn compares(&mut self, intent: &Intent, since: Timestamp) -> bool {
        // One line of strangers for each act is enough to tell that somebody else announced it, and bounds them by the acts.
        if self.may_act(intent.uid) || self.requests.remove(&intent.request) {
            return true;
        }
        // A refusal answers an intent.
        if intent.at >= since && !self.refused.contains(&intent.request) {
            let known = self.users.get(&intent.uid).copied();
            if known.is_some() || self.users.len() < USERS {
                self.users.insert(intent.uid, Lines::more(known, intent.at));
            } else {
                self.others = Some(Lines::more(self.others, intent.at));
            }
        }
        false
    }

    fn may_act(&mut self, uid: u32) -> bool {
        if self.acting.contains(&uid) {
            return true;
        }
        if let Some(member) = self.asked.get(&uid) {
            return *member;
        }
        let member = (self.member)(uid);
        if self.asked.len() < MOST {
            self.asked.insert(uid, member);
        }
        member
    }

    /// One finding for each user, and one for all beyond [`USERS`].
    pub(super) fn findings(self) -> impl Iterator<Item = Finding> {
        let users = self.users.into_iter().map(|(uid, lines)| (Some(uid), lines));
        users.chain(self.others.map(|lines| (None, lines))).map(|(uid, Lines { first, lines })| Finding::MayNotAct { uid, lines, first })
    }
}

/// Whether a user is in the operators' group, as the daemon asks it. No such user, or no such group: no.
pub(super) fn operator(uid: u32) -> bool {
    let Some(user) = User::from_uid(Uid::from_raw(uid)).ok().flatten() else { return false };
    let groups = CString::new(user.name).ok().and_then(|name| getgrouplist(&name, user.gid).ok()).unwrap_or_default();
    Group::from_name(OPERATORS).ok().flatten().is_some_and(|group| groups.contains(&group.gid))
}

/// Whose lines about acts are believed: root's, the daemon's user's, and those of whoever owns the admin socket.
pub(super) fn daemons(socket: &str) -> BTreeSet<u32> {
    use std::os::unix::fs::MetadataExt as _;
    let own = std::fs::metadata(socket).ok().map(|file| file.uid());
    let user = User::from_name(DAEMON).ok().flatten().map(|user| user.uid.as_raw());
    [Some(0), own, user].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::super::matching::tests::{effect, intent};
    use super::*;

    const SINCE: Timestamp = Timestamp::from_millis(1_000);

    #[test]
    fn a_flood_of_whoever_may_not_act_is_one_finding_and_takes_no_memory() {
        let mut strangers = Strangers::new(|_| false);
        for _ in 0..=MOST {
            assert!(!strangers.compares(&intent(2, 1003), SINCE));
        }
        assert!(!strangers.compares(&Intent { at: Timestamp::from_millis(999), ..intent(1, 1003) }, SINCE), "before the time asked for");
        let lines = u64::try_from(MOST).unwrap() + 1;
        let told = vec![Finding::MayNotAct { uid: Some(1003), lines, first: intent(2, 1003).at }];
        assert_eq!(strangers.findings().collect::<Vec<_>>(), told);
    }

    #[test]
    fn root_members_of_the_group_and_whoever_acted_are_compared() {
        let mut strangers = Strangers::new(|uid| uid == 8);
        strangers.acted(&effect(1, 7));
        strangers.acted(&Effect { refused: true, ..effect(2, 9) });
        let compared: Vec<u32> = [0, 7, 8, 9].into_iter().filter(|uid| strangers.compares(&intent(3, *uid), SINCE)).collect();
        assert_eq!(compared, [0, 7, 8], "to be refused makes nobody an operator");
    }

    #[test]
    fn what_a_stranger_announces_under_an_acts_request_is_compared_once() {
        let mut strangers = Strangers::new(|_| false);
        strangers.acted(&effect(1, 7));
        assert!(strangers.compares(&intent(1, 9), SINCE));
        assert!(!strangers.compares(&intent(1, 9), SINCE));
        assert!(strangers.compares(&intent(1, 7), SINCE), "whoever did it still has an intent");
    }

    #[test]
    fn a_strangers_line_that_was_answered_by_a_refusal_is_neither_kept_nor_found() {
        let mut strangers = Strangers::new(|_| false);
        strangers.acted(&Effect { refused: true, ..effect(1, 9) });
        assert!(!strangers.compares(&intent(1, 9), SINCE));
        assert_eq!(strangers.findings().count(), 0);
    }

    #[test]
    fn lines_of_very_many_users_are_told_together() {
        let mut strangers = Strangers::new(|_| false);
        (100..200).for_each(|uid| assert!(!strangers.compares(&intent(1, uid), SINCE)));
        let found: Vec<Finding> = strangers.findings().collect();
        assert_eq!(found.len(), USERS + 1);
        assert!(matches!(found.last(), Some(Finding::MayNotAct { uid: None, lines: 80, .. })), "{found:?}");
    }

    #[test]
    fn a_user_that_does_not_exist_is_no_operator_and_roots_lines_are_the_daemons() {
        assert!(!operator(4_000_000));
        assert!(daemons("/no/such/socket").contains(&0) && !daemons("/no/such/socket").contains(&4_000_000));
    }
}
