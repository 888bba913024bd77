-- For lists of accounts by name: who may share with people outside, who took up their invitation, and who hasn't yet.
CREATE INDEX users_by_permission ON users (external_share, name);
CREATE INDEX users_invited ON users (name) WHERE registered_at IS NULL;
CREATE INDEX users_registered ON users (name) WHERE registered_at IS NOT NULL;
