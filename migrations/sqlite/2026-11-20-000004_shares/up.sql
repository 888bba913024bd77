-- Shares and links. What they tell outlives what they shared: only snapshots and wraps are ever deleted.

-- `digest` covers all bytes that the share was made from, so that the same share again is recognised.
CREATE TABLE shares (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    owner BLOB NOT NULL REFERENCES users (id),
    item BLOB NOT NULL REFERENCES items (id),
    label TEXT CHECK (length(label) BETWEEN 1 AND 100),
    delivery TEXT NOT NULL CHECK (delivery IN ('hand-over', 'by-hand')),
    with_token INTEGER NOT NULL CHECK (with_token IN (0, 1)),
    starts_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    view_limit INTEGER CHECK (view_limit BETWEEN 1 AND 10000),
    networks TEXT NOT NULL,
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    created_at INTEGER NOT NULL,
    CHECK (expires_at > starts_at)
) STRICT, WITHOUT ROWID;

CREATE INDEX shares_by_owner ON shares (owner, id);
CREATE INDEX shares_by_item ON shares (item, id);

CREATE TABLE snapshots (
    share BLOB NOT NULL PRIMARY KEY REFERENCES shares (id),
    snapshot BLOB NOT NULL CHECK (length(snapshot) BETWEEN 1 AND 16777216)
) STRICT;

-- The hot row: a reveal reads and writes this one. What never changes is repeated from the share, so that no join is needed.
-- `view_limit` is absent where views are unlimited; `networks` are separated by spaces; `recipient_folded` is in lower case, for finding.
-- `freezes` counts the operators' freezes that hold the link; a suspended owner comes on top and is not counted here.
-- `sweep_at` is when the sweeper looks at the link next: at its expiry, ten minutes after its last view, at once when it was
-- revoked or burnt. It is absent once wrap and snapshot are gone.
CREATE TABLE links (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    share BLOB NOT NULL REFERENCES shares (id),
    owner BLOB NOT NULL REFERENCES users (id),
    item BLOB NOT NULL REFERENCES items (id),
    recipient TEXT NOT NULL CHECK (length(recipient) BETWEEN 3 AND 254),
    recipient_folded TEXT NOT NULL CHECK (length(recipient_folded) BETWEEN 3 AND 254),
    knock_hash BLOB NOT NULL CHECK (length(knock_hash) = 32),
    proof_hash BLOB NOT NULL CHECK (length(proof_hash) = 32),
    with_token INTEGER NOT NULL CHECK (with_token IN (0, 1)),
    starts_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    view_limit INTEGER CHECK (view_limit BETWEEN 1 AND 10000),
    networks TEXT NOT NULL,
    views_used INTEGER NOT NULL DEFAULT 0 CHECK (views_used BETWEEN 0 AND 2147483647),
    failed_tokens INTEGER NOT NULL DEFAULT 0 CHECK (failed_tokens BETWEEN 0 AND 2147483647),
    freezes INTEGER NOT NULL DEFAULT 0 CHECK (freezes BETWEEN 0 AND 2147483647),
    revoked_at INTEGER,
    burnt_at INTEGER,
    last_revealed_at INTEGER,
    expiry_told_at INTEGER,
    sweep_at INTEGER,
    CHECK (view_limit IS NULL OR views_used <= view_limit)
) STRICT, WITHOUT ROWID;

CREATE INDEX links_by_share ON links (share, id);
CREATE INDEX links_by_owner ON links (owner, id);
CREATE INDEX links_by_item ON links (item, id);
CREATE INDEX links_by_recipient ON links (recipient_folded, id);
CREATE INDEX links_by_sweep ON links (sweep_at) WHERE sweep_at IS NOT NULL;

CREATE TABLE wraps (
    link BLOB NOT NULL PRIMARY KEY REFERENCES links (id),
    wrap BLOB NOT NULL CHECK (length(wrap) BETWEEN 1 AND 4096)
) STRICT, WITHOUT ROWID;

-- Every view that was spent. `attempt_hash` says whose answer may be given again and goes with the sealed bytes; time and address stay.
CREATE TABLE openings (
    link BLOB NOT NULL REFERENCES links (id),
    nth INTEGER NOT NULL CHECK (nth >= 1),
    at INTEGER NOT NULL,
    address TEXT NOT NULL CHECK (length(address) <= 64),
    attempt_hash BLOB CHECK (length(attempt_hash) = 32),
    PRIMARY KEY (link, nth)
) STRICT, WITHOUT ROWID;

-- The hash covers the link's id, so it is found by itself. With the link in front SQLite would rather read all of a link's openings.
CREATE INDEX openings_by_attempt ON openings (attempt_hash) WHERE attempt_hash IS NOT NULL;

CREATE TABLE freezes (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    selected_by TEXT NOT NULL CHECK (selected_by IN ('link', 'share', 'owner', 'item', 'recipient')),
    selected TEXT NOT NULL CHECK (length(selected) BETWEEN 3 AND 254),
    reason TEXT NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    links INTEGER NOT NULL CHECK (links BETWEEN 0 AND 2147483647),
    placed_at INTEGER NOT NULL,
    lifted_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE frozen_links (
    held_by BLOB NOT NULL REFERENCES freezes (id),
    link BLOB NOT NULL REFERENCES links (id),
    PRIMARY KEY (held_by, link)
) STRICT, WITHOUT ROWID;

CREATE INDEX frozen_links_by_link ON frozen_links (link);

-- Messages to be sent, rendered when they are. Only `token` carries a payload: sealed by the daemon, and gone once it was sent.
-- A message about a link goes to its recipient (`token`) or its owner (the rest); `address` is from where it happened.
-- There is no reference to users: it would make every reveal lock its owner's row on PostgreSQL.
CREATE TABLE outbox (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    about TEXT NOT NULL CHECK (length(about) BETWEEN 1 AND 32),
    link BLOB REFERENCES links (id),
    address TEXT NOT NULL CHECK (length(address) <= 64),
    payload BLOB CHECK (length(payload) BETWEEN 1 AND 4096),
    created_at INTEGER NOT NULL,
    due_at INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts BETWEEN 0 AND 2147483647),
    last_failure TEXT CHECK (length(last_failure) <= 500),
    sent_at INTEGER
) STRICT;

CREATE INDEX outbox_by_link ON outbox (link) WHERE due_at IS NOT NULL;
CREATE INDEX outbox_by_due ON outbox (due_at, id) WHERE due_at IS NOT NULL;
