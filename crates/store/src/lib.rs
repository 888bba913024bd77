//! What Postern remembers: one function per intention, on SQLite or PostgreSQL.
//!
//! Nothing here decides: each function loads, lets `vault` decide, and writes state, audit event and notice in one transaction.
//! Nothing here opens what is sealed, reads a clock, or answers before what it says is durable.

mod accounts;
mod audit;
mod backup;
mod decided;
mod engine;
mod freezes;
mod health;
mod items;
mod links;
mod operators;
mod outbox;
mod overview;
mod rows;
mod schema;
mod shares;
mod sweep;

pub use accounts::{
    AccountRow, Credential, Enrolment, Invited, NewInvitation, NewPassword, PendingSignIn, Purpose, Recovered, Recovery, SessionRow,
    SignedIn, UserFilter, UserRow,
};
pub use audit::{AuditFilter, AuditPage, LaneState, Position};
pub use backup::{Contents, Made, Moves, NotBackedUp, Ready, Restored, Restoring, Staged, Wished, restored};
pub use engine::{Answer, Broken, Call, Database, Failure, NotServed, Occupied, Operator, Settings, Store, Upgraded};
pub use freezes::FreezeRow;
pub use health::Health;
pub use items::{EpochBlobs, ItemRow, ItemView, NewItem, SaveItem, SavedVersion, VersionBlobs};
pub use links::{Checked, Knocked, Revealed, Watched};
pub use operators::{LinkFilter, LinkOrder, LinkPage, LinkPlace, LinkRow};
pub use outbox::{About, Failed, LEASE_SECONDS, Matter, Message, MessageRow, OfInvitation, OfLink, Retried};
pub use overview::{EndedLinks, HourOfLinks, LivingLinks, Overview};
pub use shares::{LinkOfShare, Opening, SealedLink, SealedMail, SealedShare, ShareRow};
pub use sweep::Swept;

pub(crate) use engine::{Connection, Tx};

/// The tables, for what fills large databases at once. Whoever writes here by himself writes what no rule decided.
#[cfg(feature = "tables")]
pub mod tables {
    pub use crate::audit::tables::{audit, audit_lanes, audit_mirrors};
    pub use crate::schema::*;
}
