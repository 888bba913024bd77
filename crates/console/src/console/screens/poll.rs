//! A screen that asks again by itself, every so many seconds, while it is in sight.
//!
//! Nothing here asks: the screen is told when it is time. Wakes don't pile up, and one that only another screen was told of is made good.

use std::time::Duration;

use api::Timestamp;

use crate::console::screen::Wish;

/// When a screen asks next.
#[derive(Debug, Default)]
pub(super) struct Poll<const SECONDS: i64> {
    due: Option<Timestamp>,
}

impl<const SECONDS: i64> Poll<SECONDS> {
    /// The screen is in sight: lets itself be woken, unless it will be anyway.
    pub(super) fn begin(&mut self, now: Timestamp) -> Option<Wish> {
        // A wake that was given while another screen was in sight never came here: what is due by now doesn't come any more.
        let comes = self.due.is_some_and(|due| due > now && due <= now.plus_seconds(SECONDS));
        if comes { None } else { Some(self.wake(now)) }
    }

    /// Somebody's time has come. Where it is this one's, it is time to ask, and there is a wish to be woken again.
    pub(super) fn tick(&mut self, now: Timestamp) -> Option<Wish> {
        // The daemon's clock is known to the second, so a tick may come a little early by it.
        let time = self.due.is_some_and(|due| now.plus_millis(900) >= due);
        time.then(|| self.wake(now))
    }

    fn wake(&mut self, now: Timestamp) -> Wish {
        self.due = Some(now.plus_seconds(SECONDS));
        Wish::Wake(Duration::from_secs(SECONDS.unsigned_abs()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wakes_do_not_pile_up_and_one_that_never_came_is_made_good() {
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1000);
        let mut poll = Poll::<10>::default();
        assert!(poll.tick(at(0)).is_none(), "nobody asked for it yet");
        assert!(poll.begin(at(0)).is_some() && poll.begin(at(5)).is_none());
        assert!(poll.tick(at(9)).is_none() && poll.tick(at(10)).is_some());
        // It was due at 20, when another screen was in sight.
        assert!(poll.begin(at(21)).is_some() && poll.tick(at(21)).is_none() && poll.tick(at(31)).is_some());
        // A clock that was set back is no reason to wait for long.
        assert!(poll.begin(at(-1000)).is_some());
    }
}
