DROP INDEX outbox_dead;
DROP INDEX outbox_waiting;
ALTER TABLE outbox DROP COLUMN dead_at;
ALTER TABLE outbox DROP COLUMN uncertain;
ALTER TABLE outbox DROP COLUMN leaving_at;
