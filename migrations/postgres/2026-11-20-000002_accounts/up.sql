-- Accounts. Ids are 16 raw bytes, times are milliseconds since the epoch, hashes are SHA-256.
-- No password is ever here: OPAQUE's record is worth nothing without the server setup, which is kept elsewhere.

-- `secured_at` is when password or recovery code were last set. It stands here, and not with the credentials, because a sign-in writes
-- this row too: so a sign-in and a change of password at the same moment can't both believe that they came first.
CREATE TABLE users (
    id BYTEA NOT NULL PRIMARY KEY CHECK (octet_length(id) = 16),
    name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 64),
    full_name TEXT NOT NULL CHECK (length(full_name) BETWEEN 1 AND 200),
    email TEXT NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    external_share BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    registered_at BIGINT,
    secured_at BIGINT,
    suspended_at BIGINT,
    signed_in_at BIGINT
);

-- One for each account; a lapsed one is replaced together with its account, which never was.
CREATE TABLE invitations (
    account BYTEA NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    code_hash BYTEA NOT NULL UNIQUE CHECK (octet_length(code_hash) = 32),
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);

-- Apart from users, because these bytes are long and only sign-ins read them.
CREATE TABLE credentials (
    account BYTEA NOT NULL PRIMARY KEY REFERENCES users (id),
    record BYTEA NOT NULL CHECK (octet_length(record) BETWEEN 1 AND 4096),
    setup TEXT NOT NULL CHECK (length(setup) BETWEEN 1 AND 64),
    root BYTEA NOT NULL CHECK (octet_length(root) BETWEEN 1 AND 4096),
    keys BYTEA NOT NULL CHECK (octet_length(keys) BETWEEN 1 AND 1048576),
    encryption_key BYTEA NOT NULL CHECK (octet_length(encryption_key) = 32),
    signing_key BYTEA NOT NULL CHECK (octet_length(signing_key) = 32),
    fingerprint TEXT NOT NULL CHECK (length(fingerprint) BETWEEN 1 AND 128),
    recovery_root BYTEA NOT NULL CHECK (octet_length(recovery_root) BETWEEN 1 AND 4096),
    recovery_verifier BYTEA NOT NULL CHECK (octet_length(recovery_verifier) = 32)
);

-- Failed tries by name and by household address. A row older than a day means nothing.
CREATE TABLE throttles (
    counted_by TEXT NOT NULL CHECK (counted_by IN ('name', 'known', 'address')),
    subject TEXT NOT NULL CHECK (length(subject) BETWEEN 1 AND 128),
    failures INTEGER NOT NULL CHECK (failures >= 0),
    last_failure_at BIGINT NOT NULL,
    kept_until BIGINT NOT NULL,
    PRIMARY KEY (counted_by, subject)
);

CREATE INDEX throttles_by_time ON throttles (kept_until);

-- Sign-ins and recoveries between their messages. A row is used once: it is deleted by being read.
CREATE TABLE sign_ins (
    id BYTEA NOT NULL PRIMARY KEY CHECK (octet_length(id) = 16),
    purpose TEXT NOT NULL CHECK (purpose IN ('sign-in', 'recovery')),
    account BYTEA REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
    state BYTEA NOT NULL CHECK (octet_length(state) <= 4096),
    address TEXT NOT NULL CHECK (length(address) <= 64),
    begun_at BIGINT NOT NULL
);

CREATE INDEX sign_ins_by_time ON sign_ins (begun_at);

CREATE TABLE sessions (
    hash BYTEA NOT NULL PRIMARY KEY CHECK (octet_length(hash) = 32),
    account BYTEA NOT NULL REFERENCES users (id),
    kept_key BYTEA NOT NULL CHECK (octet_length(kept_key) = 32),
    signed_in_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX sessions_by_account ON sessions (account);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
