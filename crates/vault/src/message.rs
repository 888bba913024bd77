//! A message in the outbox: what it is like, and what operators may still do with it.
//!
//! Nothing here knows what a message says or carries.

use serde::{Deserialize, Serialize};

use crate::{Refusal, Timestamp};

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

    /// Whether it can be tried again. `complete` says that it still has what it carries: what a message carried goes when it is given up.
    ///
    /// # Errors
    /// [`Refusal::NothingToSend`].
    pub const fn may_retry(self, complete: bool) -> Result<(), Refusal> {
        match self {
            Self::Waiting | Self::Dead if complete => Ok(()),
            _ => Err(Refusal::NothingToSend),
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
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Option<Timestamp> = Some(Timestamp::from_millis(5));

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
            assert_eq!(state.may_retry(true).is_ok(), living, "{state:?}");
            assert_eq!(state.may_drop().is_ok(), living, "{state:?}");
            assert_eq!(state.may_retry(false), Err(Refusal::NothingToSend), "{state:?}");
        }
    }
}
