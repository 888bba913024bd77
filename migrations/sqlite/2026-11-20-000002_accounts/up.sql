-- Accounts. Ids are 16 raw bytes, times are milliseconds since the epoch, hashes are SHA-256.
-- No password is ever here: OPAQUE's record is worth nothing without the server setup, which is kept elsewhere.

-- `secured_at` is when password or recovery code were last set. It stands here, and not with the credentials, because a sign-in writes
-- this row too: so a sign-in and a change of password at the same moment can't both believe that they came first.
CREATE TABLE users (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 64),
    full_name TEXT NOT NULL CHECK (length(full_name) BETWEEN 1 AND 200),
    email TEXT NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    external_share INTEGER NOT NULL CHECK (external_share IN (0, 1)),
    created_at INTEGER NOT NULL,
    registered_at INTEGER,
    secured_at INTEGER,
    suspended_at INTEGER,
    signed_in_at INTEGER
) STRICT, WITHOUT ROWID;

-- One for each account; a lapsed one is replaced together with its account, which never was.
CREATE TABLE invitations (
    account BLOB NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    code_hash BLOB NOT NULL UNIQUE CHECK (length(code_hash) = 32),
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT, WITHOUT ROWID;

-- Apart from users, because these bytes are long and only sign-ins read them.
CREATE TABLE credentials (
    account BLOB NOT NULL PRIMARY KEY REFERENCES users (id),
    record BLOB NOT NULL CHECK (length(record) BETWEEN 1 AND 4096),
    setup TEXT NOT NULL CHECK (length(setup) BETWEEN 1 AND 64),
    root BLOB NOT NULL CHECK (length(root) BETWEEN 1 AND 4096),
    keys BLOB NOT NULL CHECK (length(keys) BETWEEN 1 AND 1048576),
    encryption_key BLOB NOT NULL CHECK (length(encryption_key) = 32),
    signing_key BLOB NOT NULL CHECK (length(signing_key) = 32),
    fingerprint TEXT NOT NULL CHECK (length(fingerprint) BETWEEN 1 AND 128),
    recovery_root BLOB NOT NULL CHECK (length(recovery_root) BETWEEN 1 AND 4096),
    recovery_verifier BLOB NOT NULL CHECK (length(recovery_verifier) = 32)
) STRICT;

-- Failed tries by name and by household address. A row older than a day means nothing.
CREATE TABLE throttles (
    counted_by TEXT NOT NULL CHECK (counted_by IN ('name', 'known', 'address')),
    subject TEXT NOT NULL CHECK (length(subject) BETWEEN 1 AND 128),
    failures INTEGER NOT NULL CHECK (failures BETWEEN 0 AND 2147483647),
    last_failure_at INTEGER NOT NULL,
    kept_until INTEGER NOT NULL,
    PRIMARY KEY (counted_by, subject)
) STRICT, WITHOUT ROWID;

CREATE INDEX throttles_by_time ON throttles (kept_until);

-- Sign-ins and recoveries between their messages. A row is used once: it is deleted by being read.
CREATE TABLE sign_ins (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    purpose TEXT NOT NULL CHECK (purpose IN ('sign-in', 'recovery')),
    account BLOB REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
    state BLOB NOT NULL CHECK (length(state) <= 4096),
    address TEXT NOT NULL CHECK (length(address) <= 64),
    begun_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sign_ins_by_time ON sign_ins (begun_at);

CREATE TABLE sessions (
    hash BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    account BLOB NOT NULL REFERENCES users (id),
    kept_key BLOB NOT NULL CHECK (length(kept_key) = 32),
    signed_in_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_account ON sessions (account);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
