-- For lists of the log, newest first, beside those of the first migration. None of them holds what recipients do unless it was refused, so a reveal writes
-- into none of them. The conditions are repeated to the letter where they are asked.
CREATE INDEX audit_by_owner ON audit (who, at, lane, seq) WHERE actor = 'owner';
CREATE INDEX audit_operators ON audit (at, lane, seq) WHERE actor = 'operator';

-- With the refusal itself: SQLite looks whether there is one, and would fetch each row for that.
CREATE INDEX audit_refused_by_actor ON audit (actor, at, lane, seq, refusal) WHERE refusal IS NOT NULL;
DROP INDEX audit_refused;
CREATE INDEX audit_refused ON audit (at, lane, seq, refusal) WHERE refusal IS NOT NULL;

-- Of the links that travel alike, those first that end soonest.
CREATE INDEX links_by_delivery_expiry ON links (delivery, expires_at, id);

-- What lives of an owner's: few of all, and what a suspension holds.
CREATE INDEX links_living_by_owner ON links (owner, id) WHERE sweep_at IS NOT NULL;
