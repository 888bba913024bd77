-- When the sweeper looks at it: what still waits is taken back then, what has ended is forgotten. NULL: what it is about decides.
ALTER TABLE outbox ADD COLUMN sweep_at BIGINT;

-- Delivered: seven days. Not delivered: thirty days, and for as long a notice may wait. In milliseconds.
UPDATE outbox SET sweep_at = sent_at + 604800000 WHERE due_at IS NULL AND sent_at IS NOT NULL;
UPDATE outbox SET sweep_at = coalesce(dead_at, created_at) + 2592000000 WHERE due_at IS NULL AND sent_at IS NULL;
UPDATE outbox SET sweep_at = created_at + 2592000000 WHERE due_at IS NOT NULL AND about NOT IN ('token', 'link', 'invitation');

-- An invitation that was used, or whose account has gone, is of no use; others are until they lapse.
UPDATE outbox SET sweep_at = coalesce((SELECT expires_at FROM invitations WHERE invitations.account = outbox.account AND used_at IS NULL), 0)
    WHERE due_at IS NOT NULL AND about = 'invitation';

CREATE INDEX outbox_by_sweep ON outbox (sweep_at, id) WHERE sweep_at IS NOT NULL;
CREATE INDEX outbox_by_account ON outbox (account) WHERE account IS NOT NULL AND due_at IS NOT NULL;

-- For lists, newest first.
CREATE INDEX outbox_sent ON outbox (id) WHERE sent_at IS NOT NULL;
CREATE INDEX outbox_withdrawn ON outbox (id) WHERE due_at IS NULL AND sent_at IS NULL AND dead_at IS NULL;
