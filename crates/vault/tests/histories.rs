//! Random histories of one link: whatever people do, in whatever order, some sentences about the product stay true.

#![cfg(test)]

use std::collections::BTreeMap;

use proptest::prelude::*;
use vault::gate::Networks;
use vault::link::{Attempt, Knock, Link, Presented, Proof, RETRY_SECONDS, Revealed, State, WRONG_TOKENS_THAT_LOCK, Watched};
use vault::share::Views;
use vault::{LinkId, Refusal, ShareId, Timestamp, UserId};

const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);

/// What somebody does.
#[derive(Clone, Debug)]
enum Step {
    Wait {
        seconds: i64,
    },
    Reveal {
        attempt: u8,
        right_token: bool,
    },
    Check {
        right_token: bool,
    },
    Burn {
        right_token: bool,
    },
    Watch {
        right_token: bool,
    },
    Report {
        right_token: bool,
    },
    Revoke,
    Freeze,
    Unfreeze,
    Unlock,
    /// Somebody who knows only the link's id tries everything.
    Stranger,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => prop_oneof![0_i64..5, 100_i64..700, 1000_i64..5000].prop_map(|seconds| Step::Wait { seconds }),
        8 => (0_u8..4, prop::bool::weighted(0.7)).prop_map(|(attempt, right_token)| Step::Reveal { attempt, right_token }),
        2 => any::<bool>().prop_map(|right_token| Step::Check { right_token }),
        1 => prop::bool::weighted(0.3).prop_map(|right_token| Step::Burn { right_token }),
        2 => any::<bool>().prop_map(|right_token| Step::Watch { right_token }),
        2 => prop::bool::weighted(0.3).prop_map(|right_token| Step::Report { right_token }),
        1 => Just(Step::Revoke),
        1 => Just(Step::Freeze),
        2 => Just(Step::Unfreeze),
        1 => Just(Step::Unlock),
        2 => Just(Step::Stranger),
    ]
}

/// What a store would keep of one link.
struct Kept {
    link: Link,
    attempts: BTreeMap<u8, Timestamp>,
    now: Timestamp,
    spent: u32,
}

fn knock() -> Knock {
    Knock::from_bytes([1; 32])
}

fn proof(right: bool) -> Proof {
    Proof::from_bytes([if right { 2 } else { 3 }; 32])
}

fn kept(views: Views) -> Kept {
    let link = Link {
        id: LinkId::from_bytes([9; 16]),
        share: ShareId::from_bytes([8; 16]),
        owner: UserId::from_bytes([7; 16]),
        knock_hash: knock().hash(),
        proof_hash: proof(true).hash(),
        starts_at: START.plus_seconds(60),
        expires_at: START.plus_seconds(7200),
        views,
        views_used: 0,
        failed_tokens: 0,
        networks: Networks::default(),
        revoked_at: None,
        burnt_at: None,
        last_revealed_at: None,
        freezes: 0,
    };
    Kept { link, attempts: BTreeMap::new(), now: START, spent: 0 }
}

impl Kept {
    fn presented<'a>(&self, knock: &'a Knock, proof: &'a Proof) -> Presented<'a> {
        Presented { knock, proof, address: "10.20.0.5".parse().unwrap() }
    }

    fn count(&mut self, refusal: Refusal) {
        if let Refusal::WrongToken { tries_left } = refusal {
            (self.link.failed_tokens, _) = self.link.after_wrong_token();
            assert_eq!(tries_left, WRONG_TOKENS_THAT_LOCK - self.link.failed_tokens);
        }
    }

    fn take(&mut self, step: &Step) {
        match *step {
            Step::Wait { seconds } => self.now = self.now.plus_seconds(seconds),
            Step::Reveal { attempt, right_token } => self.reveal(attempt, right_token),
            Step::Check { right_token } => {
                if let Err(refusal) = self.link.check(self.presented(&knock(), &proof(right_token)), self.now) {
                    self.count(refusal);
                }
            }
            Step::Burn { right_token } => match self.link.burn(self.presented(&knock(), &proof(right_token)), self.now) {
                Ok(()) => {
                    assert!(right_token, "only who holds the token burns");
                    self.link.burnt_at = Some(self.now);
                }
                Err(refusal) => self.count(refusal),
            },
            Step::Watch { right_token } => self.watch(right_token),
            Step::Report { right_token } => self.report(right_token),
            Step::Revoke => self.link.revoked_at = self.link.revoked_at.or(Some(self.now)),
            Step::Freeze => self.link.freezes += 1,
            Step::Unfreeze => self.link.freezes = self.link.freezes.saturating_sub(1),
            Step::Unlock => self.link.failed_tokens = 0,
            Step::Stranger => self.stranger(),
        }
    }

    fn reveal(&mut self, attempt: u8, right_token: bool) {
        let earlier = self.attempts.get(&attempt).copied();
        let state = self.link.state(self.now);
        match self.link.reveal(self.presented(&knock(), &proof(right_token)), earlier, self.now) {
            Ok(Revealed::Spent { views_used, last }) => {
                assert!(right_token, "no reveal without the token");
                assert_eq!(state, State::Open, "only an open link spends views");
                self.spent += 1;
                assert_eq!(views_used, self.link.views_used + 1);
                assert_eq!(last, self.link.views == Views::Limited(views_used));
                self.link.views_used = views_used;
                self.link.last_revealed_at = Some(self.now);
                self.attempts.insert(attempt, self.now);
            }
            Ok(Revealed::Again) => {
                assert!(right_token, "no retry without the token");
                assert!(earlier.is_some_and(|at| self.now < at.plus_seconds(RETRY_SECONDS)), "a retry comes within ten minutes");
                assert!(self.link.revoked_at.is_none() && self.link.burnt_at.is_none() && self.link.freezes == 0);
            }
            Err(refusal) => {
                let retried = earlier.is_some_and(|at| self.now < at.plus_seconds(RETRY_SECONDS));
                let held = self.link.freezes > 0 || matches!(state, State::Revoked | State::Burnt);
                assert!(!(retried && right_token && !held), "a retry within its time is never refused: {refusal:?}");
                self.count(refusal);
            }
        }
    }

    fn watch(&mut self, right_token: bool) {
        let state = self.link.state(self.now);
        match self.link.watch(self.presented(&knock(), &proof(right_token)), self.now) {
            Ok(watched) => {
                assert!(right_token || state != State::Open, "an open link is watched with its token");
                let left = match state {
                    State::Open => self.link.views.left(self.spent),
                    State::Waiting | State::Frozen | State::Locked => None,
                    _ => Some(0),
                };
                assert_eq!(watched, Watched { state, views_left: left });
            }
            Err(refusal) => {
                assert!(!right_token && state == State::Open, "whoever can't open a link learns nothing about tokens there: {refusal:?}");
                self.count(refusal);
            }
        }
    }

    fn report(&mut self, right_token: bool) {
        let failed = self.link.failed_tokens;
        match self.link.report(self.presented(&knock(), &proof(right_token)), self.now) {
            Ok(()) => {
                assert!(right_token, "only who holds the token reports");
                self.link.freezes += 1;
            }
            Err(Refusal::Locked) => assert_eq!(failed, WRONG_TOKENS_THAT_LOCK, "nothing else stands in a report's way"),
            Err(refusal) => {
                assert!(!right_token, "who holds link and token is heard in every state: {refusal:?}");
                self.count(refusal);
            }
        }
    }

    fn stranger(&self) {
        let wrong = Knock::from_bytes([4; 32]);
        let address = "10.20.0.5".parse().unwrap();
        for token in [true, false] {
            let proof = proof(token);
            let presented = self.presented(&wrong, &proof);
            assert_eq!(self.link.knock(&wrong, address, self.now), Err(Refusal::UnknownLink));
            assert_eq!(self.link.check(presented, self.now), Err(Refusal::UnknownLink));
            assert_eq!(self.link.burn(presented, self.now), Err(Refusal::UnknownLink));
            assert_eq!(self.link.watch(presented, self.now), Err(Refusal::UnknownLink));
            assert_eq!(self.link.report(presented, self.now), Err(Refusal::UnknownLink));
            for earlier in self.attempts.values().copied().map(Some).chain([None]) {
                assert_eq!(self.link.reveal(presented, earlier, self.now), Err(Refusal::UnknownLink));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn there_are_never_more_reveals_than_views(limit in 1_u32..4, steps in prop::collection::vec(step(), 1..80)) {
        let mut kept = kept(Views::Limited(limit));
        for step in &steps {
            kept.take(step);
            prop_assert!(kept.spent <= limit);
        }
    }

    #[test]
    fn an_unlimited_link_is_bounded_by_its_time_alone(steps in prop::collection::vec(step(), 1..80)) {
        let mut kept = kept(Views::Unlimited);
        for step in &steps {
            kept.take(step);
            prop_assert_ne!(kept.link.state(kept.now), State::UsedUp);
        }
    }

    #[test]
    fn nothing_new_is_revealed_after_revocation_expiry_or_burning(steps in prop::collection::vec(step(), 1..80)) {
        let mut kept = kept(Views::Unlimited);
        let mut ended = None;
        for step in &steps {
            kept.take(step);
            if let Some(spent) = ended {
                prop_assert_eq!(kept.spent, spent);
            } else if matches!(kept.link.state(kept.now), State::Revoked | State::Burnt | State::Expired) {
                ended = Some(kept.spent);
            }
        }
    }

    #[test]
    fn sealed_bytes_are_kept_while_somebody_may_still_have_them_and_no_longer(steps in prop::collection::vec(step(), 1..80)) {
        let mut kept = kept(Views::Limited(2));
        for step in &steps {
            kept.take(step);
            let deleted = !kept.link.obtainable(kept.now);
            let retry_lives = kept.attempts.values().any(|at| kept.now < at.plus_seconds(RETRY_SECONDS));
            let state = kept.link.state(kept.now);
            if state.alive() {
                prop_assert!(!deleted, "{state:?}");
            } else if matches!(state, State::Revoked | State::Burnt) || !retry_lives {
                prop_assert!(deleted, "{state:?}");
            } else {
                prop_assert!(!deleted, "{state:?} while a retry lives");
            }
        }
    }

    #[test]
    fn nobody_tries_an_eleventh_token_in_whatever_way_they_present_it(steps in prop::collection::vec(step(), 1..80)) {
        let mut kept = kept(Views::Limited(2));
        for step in &steps {
            kept.take(step);
            prop_assert!(kept.link.failed_tokens <= WRONG_TOKENS_THAT_LOCK);
        }
    }

    #[test]
    fn a_lock_comes_with_the_tenth_wrong_token_and_only_the_owner_opens_it(wrong in 0_u32..15) {
        let mut kept = kept(Views::Limited(1));
        kept.take(&Step::Wait { seconds: 60 });
        for _ in 0..wrong {
            kept.take(&Step::Check { right_token: false });
        }
        let locked = wrong >= WRONG_TOKENS_THAT_LOCK;
        prop_assert_eq!(kept.link.state(kept.now), if locked { State::Locked } else { State::Open });
        kept.take(&Step::Reveal { attempt: 0, right_token: true });
        prop_assert_eq!(kept.spent, u32::from(!locked));
        kept.take(&Step::Unlock);
        kept.take(&Step::Reveal { attempt: 1, right_token: true });
        prop_assert_eq!(kept.spent, 1);
    }
}

#[test]
fn a_freeze_ends_a_retry_at_once_and_gives_everything_back_when_lifted() {
    let mut kept = kept(Views::Limited(2));
    kept.take(&Step::Wait { seconds: 60 });
    kept.take(&Step::Reveal { attempt: 0, right_token: true });
    kept.take(&Step::Freeze);
    let (knock, proof) = (knock(), proof(true));
    let earlier = kept.attempts.get(&0).copied();
    assert_eq!(kept.link.reveal(kept.presented(&knock, &proof), earlier, kept.now), Err(Refusal::Frozen));
    kept.take(&Step::Unfreeze);
    assert_eq!(kept.link.reveal(kept.presented(&knock, &proof), earlier, kept.now), Ok(Revealed::Again));
    kept.take(&Step::Reveal { attempt: 1, right_token: true });
    assert_eq!(kept.link.state(kept.now), State::UsedUp);
}

#[test]
fn a_report_is_heard_in_every_state_unless_ten_wrong_tokens_were_counted() {
    let kept = kept(Views::Limited(1));
    let (link, opened) = (kept.link.clone(), START.plus_seconds(60));
    let cases = [
        (State::Waiting, link.clone(), START),
        (State::Open, link.clone(), opened),
        (State::UsedUp, Link { views_used: 1, ..link.clone() }, opened),
        (State::Expired, link.clone(), link.expires_at),
        (State::Frozen, Link { freezes: 1, ..link.clone() }, opened),
        (State::Revoked, Link { revoked_at: Some(opened), ..link.clone() }, opened),
        (State::Burnt, Link { burnt_at: Some(opened), ..link }, opened),
    ];
    let (knock, right, wrong) = (knock(), proof(true), proof(false));
    for (state, link, now) in cases {
        assert_eq!(link.state(now), state);
        assert_eq!(link.report(kept.presented(&knock, &right), now), Ok(()), "{state:?}");
        assert_eq!(link.report(kept.presented(&knock, &wrong), now), Err(Refusal::WrongToken { tries_left: 9 }), "{state:?}");
        let locked = Link { failed_tokens: WRONG_TOKENS_THAT_LOCK, ..link };
        for proof in [&right, &wrong] {
            assert_eq!(locked.report(kept.presented(&knock, proof), now), Err(Refusal::Locked), "{state:?}");
        }
    }
}

#[test]
fn a_share_for_narrower_networks_opens_only_there_and_a_stranger_does_not_learn_even_that() {
    let mut kept = kept(Views::Limited(1));
    kept.link.networks = Networks::read(["10.20.7.0/24"]).unwrap();
    kept.take(&Step::Wait { seconds: 60 });
    let elsewhere = "10.20.8.1".parse().unwrap();
    assert_eq!(kept.link.knock(&knock(), elsewhere, kept.now), Err(Refusal::OutsideShareNetworks));
    assert_eq!(kept.link.knock(&Knock::from_bytes([4; 32]), elsewhere, kept.now), Err(Refusal::UnknownLink));
    assert_eq!(kept.link.knock(&knock(), "::ffff:10.20.7.9".parse().unwrap(), kept.now), Ok(State::Open));
}

#[test]
fn an_attempt_is_remembered_together_with_its_link() {
    let attempt = Attempt::from_bytes([5; 32]);
    assert_ne!(attempt.hash(LinkId::from_bytes([1; 16])), attempt.hash(LinkId::from_bytes([2; 16])));
    assert_eq!(format!("{attempt:?} {:?} {:?}", knock(), proof(true)), "Attempt(..) Knock(..) Proof(..)");
}
