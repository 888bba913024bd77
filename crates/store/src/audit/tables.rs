//! The tables of the audit log, made by the first migration.
//!
//! Nothing here is authoritative but `record` and `hash`: the other columns only find rows.

#![allow(missing_docs, reason = "a column is described where it was made, in `migrations/`")]

diesel::table! {
    /// One row for each record, in its lane's order.
    audit (lane, seq) {
        lane -> Integer,
        seq -> BigInt,
        at -> BigInt,
        event -> Text,
        actor -> Text,
        who -> Text,
        address -> Nullable<Text>,
        user_id -> Nullable<Binary>,
        item_id -> Nullable<Binary>,
        share_id -> Nullable<Binary>,
        link_id -> Nullable<Binary>,
        refusal -> Nullable<Text>,
        record -> Binary,
        hash -> Binary,
    }
}

diesel::table! {
    /// One row for each lane: where its chain stands, and the latest time that it has seen.
    audit_lanes (lane) {
        lane -> Integer,
        seq -> BigInt,
        head -> Binary,
        latest -> BigInt,
    }
}

diesel::table! {
    /// How far each lane was mirrored to the journal.
    audit_mirrors (lane) {
        lane -> Integer,
        seq -> BigInt,
    }
}
diesel::allow_tables_to_appear_in_same_query!(audit_lanes, audit_mirrors);
