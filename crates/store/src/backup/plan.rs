//! What of the database a backup has: each table is either here or it isn't in any backup.
//!
//! Nothing is kept because nobody thought of it: a test asks both databases for tables and columns that this list doesn't know.

/// A table that is kept.
pub(super) struct Table {
    pub name: &'static str,
    /// Columns of which only nothing is kept.
    pub emptied: &'static [&'static str],
    /// In which order its rows are read, where that matters.
    pub order: Option<&'static str>,
}

const fn whole(name: &'static str) -> Table {
    Table { name, emptied: &[], order: None }
}

/// What is kept, each table behind those that it refers to.
pub(super) const KEPT: &[Table] = &[
    whole("audit_lanes"),
    whole("audit_mirrors"),
    Table { name: "audit", emptied: &[], order: Some("lane, seq") },
    whole("users"),
    whole("invitations"),
    whole("credentials"),
    whole("throttles"),
    whole("items"),
    whole("item_epochs"),
    whole("item_versions"),
    whole("version_bodies"),
    whole("shares"),
    whole("links"),
    // An attempt's hash goes with the sealed bytes that the attempt could still ask for.
    Table { name: "openings", emptied: &["attempt_hash"], order: None },
    whole("freezes"),
    whole("frozen_links"),
    // What waiting mail carries opens links and registers accounts.
    Table { name: "outbox", emptied: &["payload"], order: None },
];

/// What is in no backup: what opens links, from where those that live were opened (none does after a restore), and what lets somebody in who
/// was let in before. The last is the tables' own history, which the manifest tells.
pub(super) const LEFT_OUT: &[&str] = &["snapshots", "wraps", "link_addresses", "sessions", "sign_ins", "__diesel_schema_migrations"];
