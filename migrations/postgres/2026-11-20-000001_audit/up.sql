-- The audit log. The engine writes it in the transaction of what it tells; `record` and `hash` are the truth, the rest finds rows.
CREATE TABLE audit (
    lane INTEGER NOT NULL,
    seq BIGINT NOT NULL CHECK (seq >= 1),
    at BIGINT NOT NULL,
    event TEXT NOT NULL,
    actor TEXT NOT NULL,
    who TEXT NOT NULL,
    address TEXT,
    user_id BYTEA CHECK (octet_length(user_id) = 16),
    item_id BYTEA CHECK (octet_length(item_id) = 16),
    share_id BYTEA CHECK (octet_length(share_id) = 16),
    link_id BYTEA CHECK (octet_length(link_id) = 16),
    refusal TEXT,
    record BYTEA NOT NULL,
    hash BYTEA NOT NULL CHECK (octet_length(hash) = 32),
    PRIMARY KEY (lane, seq)
);

CREATE INDEX audit_by_time ON audit (at, lane, seq);
CREATE INDEX audit_by_event ON audit (event, at, lane, seq);
CREATE INDEX audit_by_operator ON audit (who, at, lane, seq) WHERE actor = 'operator';
CREATE INDEX audit_by_address ON audit (address, at, lane, seq) WHERE address IS NOT NULL;
CREATE INDEX audit_by_user ON audit (user_id, at, lane, seq) WHERE user_id IS NOT NULL;
CREATE INDEX audit_by_item ON audit (item_id, at, lane, seq) WHERE item_id IS NOT NULL;
CREATE INDEX audit_by_share ON audit (share_id, at, lane, seq) WHERE share_id IS NOT NULL;
CREATE INDEX audit_by_link ON audit (link_id, at, lane, seq) WHERE link_id IS NOT NULL;
CREATE INDEX audit_refused ON audit (at, lane, seq) WHERE refusal IS NOT NULL;

-- One row for each lane: where its chain stands, and the latest time that it has seen. Only the lane's one writer changes it.
CREATE TABLE audit_lanes (
    lane INTEGER NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL CHECK (seq >= 0),
    head BYTEA NOT NULL CHECK (octet_length(head) = 32),
    latest BIGINT NOT NULL
);

-- How far each lane was mirrored to the journal. Apart from its lane, so that mirroring never stands in a writer's way.
CREATE TABLE audit_mirrors (
    lane INTEGER NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL CHECK (seq >= 0)
);
