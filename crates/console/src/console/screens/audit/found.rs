//! Looking for a text in what is loaded of the log: from one row that has it to the next.
//!
//! Nothing here asks for more: how far the log is loaded, walking decides.

use super::{Audit, narrow};
use crate::console::screen::{Context, Reaction, say};

impl Audit {
    /// What is looked for.
    pub(super) fn sought(&self) -> Option<String> {
        narrow::text(&self.list.filter.terms())
    }

    /// To the next loaded row that has what is looked for, or the one before.
    pub(super) fn find(&mut self, onwards: bool, ctx: &Context<'_>) -> Reaction {
        let (first, at) = (self.list.table.window.first(), self.list.table.at());
        let found = {
            let mut hits = self.list.table.window.rows().enumerate().filter(|(_, row)| row.hit).map(|(n, _)| first + n);
            if onwards { hits.find(|hit| *hit > at) } else { hits.take_while(|hit| *hit < at).last() }
        };
        match found {
            Some(found) => self.list.go(found, ctx),
            None if self.sought().is_none() => return say("Nothing is looked for: / and a word."),
            None if onwards && self.list.table.window.more() => return say("No more in what is loaded; End loads more, then n again."),
            None => return say("No more of it in this direction."),
        }
        Reaction::new()
    }
}
