-- Shares and links. What they tell outlives what they shared: only snapshots and wraps are ever deleted.

-- `digest` covers all bytes that the share was made from, so that the same share again is recognised.
CREATE TABLE shares (
    id BYTEA NOT NULL PRIMARY KEY CHECK (octet_length(id) = 16),
    owner BYTEA NOT NULL REFERENCES users (id),
    item BYTEA NOT NULL REFERENCES items (id),
    label TEXT CHECK (length(label) BETWEEN 1 AND 100),
    delivery TEXT NOT NULL CHECK (delivery IN ('hand-over', 'by-hand')),
    with_token BOOLEAN NOT NULL,
    starts_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    view_limit INTEGER CHECK (view_limit BETWEEN 1 AND 10000),
    networks TEXT NOT NULL,
    digest BYTEA NOT NULL CHECK (octet_length(digest) = 32),
    created_at BIGINT NOT NULL,
    CHECK (expires_at > starts_at)
);

CREATE INDEX shares_by_owner ON shares (owner, id);
CREATE INDEX shares_by_item ON shares (item, id);

CREATE TABLE snapshots (
    share BYTEA NOT NULL PRIMARY KEY REFERENCES shares (id),
    snapshot BYTEA NOT NULL CHECK (octet_length(snapshot) BETWEEN 1 AND 16777216)
);

-- The hot row: a reveal reads and writes this one. What never changes is repeated from the share, so that no join is needed.
-- `view_limit` is absent where views are unlimited; `networks` are separated by spaces; `recipient_folded` is in lower case, for finding.
-- `freezes` counts the operators' freezes that hold the link; a suspended owner comes on top and is not counted here.
-- `sweep_at` is when the sweeper looks at the link next: at its expiry, ten minutes after its last view, at once when it was
-- revoked or burnt. It is absent once wrap and snapshot are gone.
CREATE TABLE links (
    id BYTEA NOT NULL PRIMARY KEY CHECK (octet_length(id) = 16),
    share BYTEA NOT NULL REFERENCES shares (id),
    owner BYTEA NOT NULL REFERENCES users (id),
    item BYTEA NOT NULL REFERENCES items (id),
    recipient TEXT NOT NULL CHECK (length(recipient) BETWEEN 3 AND 254),
    recipient_folded TEXT NOT NULL CHECK (length(recipient_folded) BETWEEN 3 AND 254),
    knock_hash BYTEA NOT NULL CHECK (octet_length(knock_hash) = 32),
    proof_hash BYTEA NOT NULL CHECK (octet_length(proof_hash) = 32),
    with_token BOOLEAN NOT NULL,
    starts_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    view_limit INTEGER CHECK (view_limit BETWEEN 1 AND 10000),
    networks TEXT NOT NULL,
    views_used INTEGER NOT NULL DEFAULT 0 CHECK (views_used >= 0),
    failed_tokens INTEGER NOT NULL DEFAULT 0 CHECK (failed_tokens >= 0),
    freezes INTEGER NOT NULL DEFAULT 0 CHECK (freezes >= 0),
    revoked_at BIGINT,
    burnt_at BIGINT,
    last_revealed_at BIGINT,
    expiry_told_at BIGINT,
    sweep_at BIGINT,
    CHECK (view_limit IS NULL OR views_used <= view_limit)
) WITH (fillfactor = 80);

CREATE INDEX links_by_share ON links (share, id);
CREATE INDEX links_by_owner ON links (owner, id);
CREATE INDEX links_by_item ON links (item, id);
CREATE INDEX links_by_recipient ON links (recipient_folded, id);
CREATE INDEX links_by_sweep ON links (sweep_at) WHERE sweep_at IS NOT NULL;

CREATE TABLE wraps (
    link BYTEA NOT NULL PRIMARY KEY REFERENCES links (id),
    wrap BYTEA NOT NULL CHECK (octet_length(wrap) BETWEEN 1 AND 4096)
);

-- Every view that was spent. `attempt_hash` says whose answer may be given again and goes with the sealed bytes; time and address stay.
CREATE TABLE openings (
    link BYTEA NOT NULL REFERENCES links (id),
    nth INTEGER NOT NULL CHECK (nth >= 1),
    at BIGINT NOT NULL,
    address TEXT NOT NULL CHECK (length(address) <= 64),
    attempt_hash BYTEA CHECK (octet_length(attempt_hash) = 32),
    PRIMARY KEY (link, nth)
);

-- The hash covers the link's id, so it is found by itself. With the link in front SQLite would rather read all of a link's openings.
CREATE INDEX openings_by_attempt ON openings (attempt_hash) WHERE attempt_hash IS NOT NULL;

CREATE TABLE freezes (
    id BYTEA NOT NULL PRIMARY KEY CHECK (octet_length(id) = 16),
    selected_by TEXT NOT NULL CHECK (selected_by IN ('link', 'share', 'owner', 'item', 'recipient')),
    selected TEXT NOT NULL CHECK (length(selected) BETWEEN 3 AND 254),
    reason TEXT NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    links INTEGER NOT NULL CHECK (links >= 0),
    placed_at BIGINT NOT NULL,
    lifted_at BIGINT
);

CREATE TABLE frozen_links (
    held_by BYTEA NOT NULL REFERENCES freezes (id),
    link BYTEA NOT NULL REFERENCES links (id),
    PRIMARY KEY (held_by, link)
);

CREATE INDEX frozen_links_by_link ON frozen_links (link);

-- Messages to be sent, rendered when they are. Only `token` carries a payload: sealed by the daemon, and gone once it was sent.
-- A message about a link goes to its recipient (`token`) or its owner (the rest); `address` is from where it happened.
-- There is no reference to users: it would make every reveal lock its owner's row on PostgreSQL.
CREATE TABLE outbox (
    id BYTEA NOT NULL PRIMARY KEY CHECK (octet_length(id) = 16),
    about TEXT NOT NULL CHECK (length(about) BETWEEN 1 AND 32),
    link BYTEA REFERENCES links (id),
    address TEXT NOT NULL CHECK (length(address) <= 64),
    payload BYTEA CHECK (octet_length(payload) BETWEEN 1 AND 4096),
    created_at BIGINT NOT NULL,
    due_at BIGINT,
    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    last_failure TEXT CHECK (length(last_failure) <= 500),
    sent_at BIGINT
);

CREATE INDEX outbox_by_link ON outbox (link) WHERE due_at IS NOT NULL;
CREATE INDEX outbox_by_due ON outbox (due_at, id) WHERE due_at IS NOT NULL;
