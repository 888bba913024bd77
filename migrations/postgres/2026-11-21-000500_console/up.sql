-- How link and token travel, repeated from the share, so that a list finds it in one index.
ALTER TABLE links ADD COLUMN delivery TEXT NOT NULL DEFAULT 'hand-over' CHECK (delivery IN ('hand-over', 'by-hand', 'relay-both'));

UPDATE links SET delivery = (SELECT CASE WHEN relayed THEN 'relay-both' ELSE shares.delivery END FROM shares WHERE shares.id = links.share);

CREATE INDEX links_by_delivery ON links (delivery, id);

-- For lists by state, newest first. What lives has a time at which the sweeper looks at it; what has ended has none, ten minutes later at most.
-- The conditions are repeated to the letter where they are asked.
CREATE INDEX links_living ON links (id) WHERE sweep_at IS NOT NULL;
CREATE INDEX links_by_start ON links (starts_at, id) WHERE sweep_at IS NOT NULL;
CREATE INDEX links_swept ON links (id, expires_at) WHERE sweep_at IS NULL;
CREATE INDEX links_used_up ON links (id, expires_at) WHERE view_limit IS NOT NULL AND views_used >= view_limit;
CREATE INDEX links_locked ON links (id) WHERE failed_tokens >= 10;
CREATE INDEX links_frozen ON links (id) WHERE freezes > 0;
CREATE INDEX links_revoked ON links (id, expires_at) WHERE revoked_at IS NOT NULL;
CREATE INDEX links_burnt ON links (id, expires_at) WHERE burnt_at IS NOT NULL;

-- Those first that end soonest.
CREATE INDEX links_by_expiry ON links (expires_at, id);

-- What has waited for long.
CREATE INDEX outbox_waiting_since ON outbox (created_at) WHERE due_at IS NOT NULL;

-- Who is suspended: all of their links are held.
CREATE INDEX users_suspended ON users (name) WHERE suspended_at IS NOT NULL;
