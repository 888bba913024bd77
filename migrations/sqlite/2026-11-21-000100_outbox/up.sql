-- When handing a message over began. A row that still says so when its lease ends may have been delivered: nobody knows.
ALTER TABLE outbox ADD COLUMN leaving_at INTEGER;

-- Whether an earlier try may have delivered it.
ALTER TABLE outbox ADD COLUMN uncertain INTEGER NOT NULL DEFAULT 0 CHECK (uncertain IN (0, 1));

-- When it was given up.
ALTER TABLE outbox ADD COLUMN dead_at INTEGER;

UPDATE outbox SET dead_at = created_at WHERE due_at IS NULL AND sent_at IS NULL AND last_failure IS NOT NULL;

-- For lists, newest first, and for counting what is dead.
CREATE INDEX outbox_waiting ON outbox (id) WHERE due_at IS NOT NULL;
CREATE INDEX outbox_dead ON outbox (id) WHERE dead_at IS NOT NULL;
