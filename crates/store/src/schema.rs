//! The tables of what is shared, as diesel sees them. What the columns mean stands in `migrations/`.
//!
//! Nothing here is the audit log: its tables are in `audit::tables`.

#![allow(missing_docs, reason = "a column is described where it was made, in `migrations/`")]

diesel::table! {
    users (id) {
        id -> Binary,
        name -> Text,
        full_name -> Text,
        email -> Text,
        external_share -> Bool,
        created_at -> BigInt,
        registered_at -> Nullable<BigInt>,
        secured_at -> Nullable<BigInt>,
        suspended_at -> Nullable<BigInt>,
        signed_in_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    invitations (account) {
        account -> Binary,
        code_hash -> Binary,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    credentials (account) {
        account -> Binary,
        record -> Binary,
        setup -> Text,
        root -> Binary,
        keys -> Binary,
        encryption_key -> Binary,
        signing_key -> Binary,
        fingerprint -> Text,
        recovery_root -> Binary,
        recovery_verifier -> Binary,
    }
}

diesel::table! {
    throttles (counted_by, subject) {
        counted_by -> Text,
        subject -> Text,
        failures -> Integer,
        last_failure_at -> BigInt,
        kept_until -> BigInt,
    }
}

diesel::table! {
    sign_ins (id) {
        id -> Binary,
        purpose -> Text,
        account -> Nullable<Binary>,
        name -> Text,
        state -> Binary,
        address -> Text,
        begun_at -> BigInt,
    }
}

diesel::table! {
    sessions (hash) {
        hash -> Binary,
        account -> Binary,
        kept_key -> Binary,
        signed_in_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    items (id) {
        id -> Binary,
        owner -> Binary,
        epoch -> BigInt,
        version -> BigInt,
        disabled -> Bool,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    item_epochs (item, epoch) {
        item -> Binary,
        epoch -> BigInt,
        record -> Binary,
        wrap -> Binary,
        previous_key -> Nullable<Binary>,
    }
}

diesel::table! {
    item_versions (item, version) {
        item -> Binary,
        version -> BigInt,
        epoch -> BigInt,
        record -> Binary,
        details -> Binary,
        digest -> Binary,
        saved_at -> BigInt,
    }
}

diesel::table! {
    version_bodies (item, version) {
        item -> Binary,
        version -> BigInt,
        body -> Binary,
    }
}

diesel::table! {
    shares (id) {
        id -> Binary,
        owner -> Binary,
        item -> Binary,
        label -> Nullable<Text>,
        delivery -> Text,
        with_token -> Bool,
        starts_at -> BigInt,
        expires_at -> BigInt,
        view_limit -> Nullable<Integer>,
        networks -> Text,
        digest -> Binary,
        created_at -> BigInt,
        relayed -> Bool,
        language -> Nullable<Text>,
    }
}

diesel::table! {
    snapshots (share) {
        share -> Binary,
        snapshot -> Binary,
    }
}

diesel::table! {
    links (id) {
        id -> Binary,
        share -> Binary,
        owner -> Binary,
        item -> Binary,
        recipient -> Text,
        recipient_folded -> Text,
        knock_hash -> Binary,
        proof_hash -> Binary,
        with_token -> Bool,
        starts_at -> BigInt,
        expires_at -> BigInt,
        view_limit -> Nullable<Integer>,
        networks -> Text,
        views_used -> Integer,
        failed_tokens -> Integer,
        freezes -> Integer,
        revoked_at -> Nullable<BigInt>,
        burnt_at -> Nullable<BigInt>,
        last_revealed_at -> Nullable<BigInt>,
        expiry_told_at -> Nullable<BigInt>,
        sweep_at -> Nullable<BigInt>,
        delivery -> Text,
    }
}

diesel::table! {
    wraps (link) {
        link -> Binary,
        wrap -> Binary,
    }
}

diesel::table! {
    openings (link, nth) {
        link -> Binary,
        nth -> Integer,
        at -> BigInt,
        address -> Text,
        attempt_hash -> Nullable<Binary>,
    }
}

diesel::table! {
    freezes (id) {
        id -> Binary,
        selected_by -> Text,
        selected -> Text,
        reason -> Text,
        links -> Integer,
        placed_at -> BigInt,
        lifted_at -> Nullable<BigInt>,
        reported_by -> Nullable<Binary>,
        burns_at -> Nullable<BigInt>,
        burnt_at -> Nullable<BigInt>,
        burning -> Bool,
    }
}

diesel::table! {
    frozen_links (held_by, link) {
        held_by -> Binary,
        link -> Binary,
    }
}

diesel::table! {
    link_addresses (address, link) {
        address -> Binary,
        link -> Binary,
    }
}

diesel::table! {
    outbox (id) {
        id -> Binary,
        about -> Text,
        link -> Nullable<Binary>,
        address -> Text,
        payload -> Nullable<Binary>,
        created_at -> BigInt,
        due_at -> Nullable<BigInt>,
        attempts -> Integer,
        last_failure -> Nullable<Text>,
        sent_at -> Nullable<BigInt>,
        leaving_at -> Nullable<BigInt>,
        uncertain -> Bool,
        dead_at -> Nullable<BigInt>,
        held -> Bool,
        account -> Nullable<Binary>,
        sweep_at -> Nullable<BigInt>,
    }
}

diesel::joinable!(invitations -> users (account));
diesel::joinable!(credentials -> users (account));
diesel::joinable!(sessions -> users (account));
diesel::joinable!(items -> users (owner));
diesel::joinable!(shares -> users (owner));
diesel::joinable!(links -> users (owner));
diesel::joinable!(links -> shares (share));
diesel::joinable!(wraps -> links (link));
diesel::joinable!(openings -> links (link));
diesel::joinable!(outbox -> links (link));
diesel::joinable!(frozen_links -> links (link));
diesel::joinable!(link_addresses -> links (link));
diesel::joinable!(snapshots -> shares (share));

diesel::allow_tables_to_appear_in_same_query!(
    users,
    invitations,
    credentials,
    sessions,
    items,
    item_epochs,
    item_versions,
    version_bodies,
    shares,
    snapshots,
    links,
    wraps,
    openings,
    freezes,
    frozen_links,
    link_addresses,
    outbox,
);
