-- Items: whose they are and where they stand. Names, details and bodies are sealed.

CREATE TABLE items (
    id BYTEA NOT NULL PRIMARY KEY CHECK (octet_length(id) = 16),
    owner BYTEA NOT NULL REFERENCES users (id),
    epoch BIGINT NOT NULL CHECK (epoch >= 1),
    version BIGINT NOT NULL CHECK (version >= 1),
    disabled BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE INDEX items_by_owner ON items (owner, id);

CREATE TABLE item_epochs (
    item BYTEA NOT NULL REFERENCES items (id),
    epoch BIGINT NOT NULL CHECK (epoch >= 1),
    record BYTEA NOT NULL CHECK (octet_length(record) BETWEEN 1 AND 16777216),
    wrap BYTEA NOT NULL CHECK (octet_length(wrap) BETWEEN 1 AND 4096),
    previous_key BYTEA CHECK (octet_length(previous_key) BETWEEN 1 AND 4096),
    PRIMARY KEY (item, epoch)
);

-- `digest` covers all bytes that came with a version, so that the same save again is recognised.
CREATE TABLE item_versions (
    item BYTEA NOT NULL REFERENCES items (id),
    version BIGINT NOT NULL CHECK (version >= 1),
    epoch BIGINT NOT NULL CHECK (epoch >= 1),
    record BYTEA NOT NULL CHECK (octet_length(record) BETWEEN 1 AND 16777216),
    details BYTEA NOT NULL CHECK (octet_length(details) BETWEEN 1 AND 16777216),
    digest BYTEA NOT NULL CHECK (octet_length(digest) = 32),
    saved_at BIGINT NOT NULL,
    PRIMARY KEY (item, version),
    FOREIGN KEY (item, epoch) REFERENCES item_epochs (item, epoch)
);

-- Apart from the versions, because lists read those and never these.
CREATE TABLE version_bodies (
    item BYTEA NOT NULL,
    version BIGINT NOT NULL,
    body BYTEA NOT NULL CHECK (octet_length(body) BETWEEN 1 AND 16777216),
    PRIMARY KEY (item, version),
    FOREIGN KEY (item, version) REFERENCES item_versions (item, version)
);
