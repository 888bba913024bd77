//! A message in the outbox: what it is like, and what operators may still do with it.
//!
//! Nothing here knows what a message says or carries.

use serde::{Deserialize, Serialize};

use crate::{Refusal, Timestamp};

const DAY_SECONDS: i64 = 86_400;

/// For how long a message is waited for that only tells something, in days: later it is no news.
const NEWS_DAYS: i64 = 30;

/// For how long operators see what was delivered, and what was not, in days.
const DELIVERED_DAYS: i64 = 7;
const NOT_DELIVERED_DAYS: i64 = 30;

/// How many test messages may leave in an hour, whoever asks: they go to any address, and must not become anybody's flood.
pub const TESTS_PER_HOUR: usize = 10;

const HOUR_SECONDS: i64 = 3600;

/// Since when test messages count that left before now.
pub const fn tests_since(now: Timestamp) -> Timestamp {
    now.plus_seconds(-HOUR_SECONDS)
}

/// Whether another test message may leave. `latest` are the times of the latest ones, newest first; older ones than the
/// [`TESTS_PER_HOUR`]th don't matter.
///
/// # Errors
/// [`Refusal::TooManyTests`], until the first of these is an hour old.
pub fn may_test(latest: &[Timestamp], now: Timestamp) -> Result<(), Refusal> {
    let free_at = latest.get(TESTS_PER_HOUR - 1).map(|first| first.plus_seconds(HOUR_SECONDS));
    match free_at.map(|free_at| free_at.millis_since(now)) {
        Some(millis) if millis > 0 => {
            Err(Refusal::TooManyTests { retry_seconds: u32::try_from(millis.unsigned_abs().div_ceil(1000)).unwrap_or(u32::MAX) })
        }
        _ => Ok(()),
    }
}

/// What else decides whether a message that is to be sent can be tried at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Condition {
    /// It still has what it carries: what a message carried goes when it is given up.
    pub complete: bool,
    /// It is being handed over.
    pub leaving: bool,
    /// It is a link that waits until its token has left.
    pub held: bool,
}

/// What a message is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It waits to be sent, for the first time or again.
    Waiting,
    /// The mail server took it.
    Sent,
    /// It was given up.
    Dead,
    /// Nobody needs it any more: its link ended, or an operator dropped it.
    Withdrawn,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Sent, Self::Dead, Self::Withdrawn];

    /// The stable name that programs use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Dead => "dead",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// What a message is like of which these times are known. One that was taken back while it left has left.
    pub const fn of(due_at: Option<Timestamp>, sent_at: Option<Timestamp>, dead_at: Option<Timestamp>) -> Self {
        match (sent_at, due_at, dead_at) {
            (Some(_), _, _) => Self::Sent,
            (None, Some(_), _) => Self::Waiting,
            (None, None, Some(_)) => Self::Dead,
            (None, None, None) => Self::Withdrawn,
        }
    }

    /// Whether it can be tried again at once.
    ///
    /// # Errors
    /// [`Refusal::NothingToSend`], [`Refusal::Leaving`], [`Refusal::WaitsForToken`].
    pub const fn may_retry(self, condition: Condition) -> Result<(), Refusal> {
        match (self, condition) {
            (Self::Sent | Self::Withdrawn, _) | (_, Condition { complete: false, .. }) => Err(Refusal::NothingToSend),
            // Sent twice at the same time it would arrive twice.
            (_, Condition { leaving: true, .. }) => Err(Refusal::Leaving),
            (_, Condition { held: true, .. }) => Err(Refusal::WaitsForToken),
            (Self::Waiting | Self::Dead, _) => Ok(()),
        }
    }

    /// Whether it can be taken out of the outbox.
    ///
    /// # Errors
    /// [`Refusal::NothingToSend`].
    pub const fn may_drop(self) -> Result<(), Refusal> {
        match self {
            Self::Waiting | Self::Dead => Ok(()),
            Self::Sent | Self::Withdrawn => Err(Refusal::NothingToSend),
        }
    }

    /// Until when a message is remembered that has been like this since then. One that waits is taken back then, if it only tells something.
    pub const fn until(self, since: Timestamp) -> Timestamp {
        let days = match self {
            Self::Waiting => NEWS_DAYS,
            Self::Sent => DELIVERED_DAYS,
            Self::Dead | Self::Withdrawn => NOT_DELIVERED_DAYS,
        };
        since.plus_seconds(days * DAY_SECONDS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Option<Timestamp> = Some(Timestamp::from_millis(5));

    const WHOLE: Condition = Condition { complete: true, leaving: false, held: false };

    #[test]
    fn what_is_just_leaving_or_waits_for_its_token_is_not_hurried() {
        assert_eq!(State::Waiting.may_retry(Condition { leaving: true, ..WHOLE }), Err(Refusal::Leaving));
        assert_eq!(State::Waiting.may_retry(Condition { held: true, ..WHOLE }), Err(Refusal::WaitsForToken));
        assert_eq!(State::Sent.may_retry(Condition { leaving: true, held: true, ..WHOLE }), Err(Refusal::NothingToSend));
    }

    #[test]
    fn what_was_not_delivered_is_shown_longer_than_what_was() {
        let days = |state: State| state.until(Timestamp::from_millis(0)).as_millis() / 86_400_000;
        assert_eq!(State::ALL.map(days), [30, 7, 30, 30]);
    }

    #[test]
    fn ten_test_messages_leave_in_an_hour_and_the_next_when_the_first_is_an_hour_old() {
        let now = Timestamp::from_millis(10_000_000);
        let sent = |seconds_ago: &[i64]| seconds_ago.iter().map(|ago| now.plus_seconds(-ago)).collect::<Vec<_>>();
        assert_eq!(may_test(&sent(&[0, 0, 1, 2, 3, 4, 5, 6, 7]), now), Ok(()));
        assert_eq!(may_test(&sent(&[0, 0, 1, 2, 3, 4, 5, 6, 7, 3590]), now), Err(Refusal::TooManyTests { retry_seconds: 10 }));
        assert_eq!(may_test(&sent(&[0, 0, 1, 2, 3, 4, 5, 6, 7, 3600, 3600]), now), Ok(()));
    }

    #[test]
    fn times_say_what_a_message_is_like_and_having_left_counts_most() {
        assert_eq!(State::of(AT, None, None), State::Waiting);
        assert_eq!(State::of(None, AT, None), State::Sent);
        assert_eq!(State::of(None, None, AT), State::Dead);
        assert_eq!(State::of(None, None, None), State::Withdrawn);
        assert_eq!(State::of(AT, AT, AT), State::Sent);
    }

    #[test]
    fn what_has_left_or_lost_what_it_carried_is_not_sent_again() {
        for state in State::ALL {
            let living = matches!(state, State::Waiting | State::Dead);
            assert_eq!(state.may_retry(WHOLE).is_ok(), living, "{state:?}");
            assert_eq!(state.may_drop().is_ok(), living, "{state:?}");
            assert_eq!(state.may_retry(Condition { complete: false, ..WHOLE }), Err(Refusal::NothingToSend), "{state:?}");
        }
    }
}
