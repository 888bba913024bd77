//! The table of screens. A screen is a file or folder here, a name in [`Name`], and a line in [`made`].
//!
//! Nothing here knows what a screen shows.

mod audit;
#[cfg(test)]
mod audit_tests;
mod gate;
#[cfg(test)]
mod gate_tests;
mod health;
#[cfg(test)]
mod health_tests;
#[cfg(test)]
mod listed_tests;
mod loudness;
mod mail;
#[cfg(test)]
mod mail_tests;
mod overview;
#[cfg(test)]
mod overview_tests;
mod poll;
mod shares;
#[cfg(test)]
mod shares_tests;
mod users;
#[cfg(test)]
mod users_tests;

use self::loudness::loudness;
use super::screen::Screen;

/// A screen's name; the order is that of the keys 1 to 7.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Name {
    /// How everything stands.
    Overview,
    /// Links to people outside.
    Shares,
    /// Accounts.
    Users,
    /// The audit log.
    Audit,
    /// The outbox.
    Mail,
    /// The network gate.
    Gate,
    /// How the appliance is.
    Health,
}

impl Name {
    /// All, in their order.
    pub(crate) const ALL: [Self; 7] = [Self::Overview, Self::Shares, Self::Users, Self::Audit, Self::Mail, Self::Gate, Self::Health];

    /// What stands in the first line.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Shares => "Shares",
            Self::Users => "Users",
            Self::Audit => "Audit",
            Self::Mail => "Mail",
            Self::Gate => "Gate",
            Self::Health => "Health",
        }
    }

    /// The screen so many places further, around the end.
    pub(crate) fn further(self, places: usize) -> Self {
        let at = Self::ALL.iter().position(|name| *name == self).unwrap_or_default();
        Self::ALL.get((at + places) % Self::ALL.len()).copied().unwrap_or(self)
    }
}

/// The screen of this name, new.
pub(crate) fn made(name: Name) -> Box<dyn Screen> {
    match name {
        Name::Shares => Box::new(shares::Shares::default()),
        Name::Overview => Box::new(overview::Overview::default()),
        Name::Users => Box::<users::Users>::default(),
        Name::Audit => Box::new(audit::Audit::default()),
        Name::Mail => Box::<mail::Mail>::default(),
        Name::Gate => Box::<gate::Gate>::default(),
        Name::Health => Box::new(health::Health::default()),
    }
}
