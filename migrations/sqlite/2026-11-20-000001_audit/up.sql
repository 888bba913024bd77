-- The audit log. The engine writes it in the transaction of what it tells; `record` and `hash` are the truth, the rest finds rows.
CREATE TABLE audit (
    lane INTEGER NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    event TEXT NOT NULL,
    actor TEXT NOT NULL,
    who TEXT NOT NULL,
    address TEXT,
    user_id BLOB,
    item_id BLOB,
    share_id BLOB,
    link_id BLOB,
    refusal TEXT,
    record BLOB NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (lane, seq)
) WITHOUT ROWID;
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
    lane INTEGER PRIMARY KEY,
    seq BIGINT NOT NULL,
    head BLOB NOT NULL,
    latest BIGINT NOT NULL
);

-- How far each lane was mirrored to the journal. Apart from its lane, so that mirroring never stands in a writer's way.
CREATE TABLE audit_mirrors (
    lane INTEGER PRIMARY KEY,
    seq BIGINT NOT NULL
);
