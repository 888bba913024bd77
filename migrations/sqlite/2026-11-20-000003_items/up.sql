-- Items: whose they are and where they stand. Names, details and bodies are sealed.

CREATE TABLE items (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    owner BLOB NOT NULL REFERENCES users (id),
    epoch INTEGER NOT NULL CHECK (epoch >= 1),
    version INTEGER NOT NULL CHECK (version >= 1),
    disabled INTEGER NOT NULL CHECK (disabled IN (0, 1)),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX items_by_owner ON items (owner, id);

CREATE TABLE item_epochs (
    item BLOB NOT NULL REFERENCES items (id),
    epoch INTEGER NOT NULL CHECK (epoch >= 1),
    record BLOB NOT NULL CHECK (length(record) BETWEEN 1 AND 16777216),
    wrap BLOB NOT NULL CHECK (length(wrap) BETWEEN 1 AND 4096),
    previous_key BLOB CHECK (length(previous_key) BETWEEN 1 AND 4096),
    PRIMARY KEY (item, epoch)
) STRICT;

-- `digest` covers all bytes that came with a version, so that the same save again is recognised.
CREATE TABLE item_versions (
    item BLOB NOT NULL REFERENCES items (id),
    version INTEGER NOT NULL CHECK (version >= 1),
    epoch INTEGER NOT NULL CHECK (epoch >= 1),
    record BLOB NOT NULL CHECK (length(record) BETWEEN 1 AND 16777216),
    details BLOB NOT NULL CHECK (length(details) BETWEEN 1 AND 16777216),
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (item, version),
    FOREIGN KEY (item, epoch) REFERENCES item_epochs (item, epoch)
) STRICT;

-- Apart from the versions, because lists read those and never these.
CREATE TABLE version_bodies (
    item BLOB NOT NULL,
    version INTEGER NOT NULL,
    body BLOB NOT NULL CHECK (length(body) BETWEEN 1 AND 16777216),
    PRIMARY KEY (item, version),
    FOREIGN KEY (item, version) REFERENCES item_versions (item, version)
) STRICT;
