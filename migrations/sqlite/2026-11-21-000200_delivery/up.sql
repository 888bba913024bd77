-- Whether the appliance mails the link as well as the token. `delivery` says 'hand-over' then: SQLite can't widen a CHECK in place.
ALTER TABLE shares ADD COLUMN relayed INTEGER NOT NULL DEFAULT 0 CHECK (relayed IN (0, 1));

-- In which language recipients are written to; NULL means the appliance's.
ALTER TABLE shares ADD COLUMN language TEXT CHECK (length(language) BETWEEN 1 AND 16);

-- A link that waits until its token has left. It is not due meanwhile, whatever due_at says.
ALTER TABLE outbox ADD COLUMN held INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1));

-- Whom an invitation is for. Without a reference, as for owners: rows are withdrawn when the invitation goes.
ALTER TABLE outbox ADD COLUMN account BLOB CHECK (length(account) = 16);
