DROP INDEX outbox_withdrawn;
DROP INDEX outbox_sent;
DROP INDEX outbox_by_account;
DROP INDEX outbox_by_sweep;
ALTER TABLE outbox DROP COLUMN sweep_at;
