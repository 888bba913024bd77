DROP INDEX links_living_by_owner;
DROP INDEX links_by_delivery_expiry;
DROP INDEX audit_refused;
CREATE INDEX audit_refused ON audit (at, lane, seq) WHERE refusal IS NOT NULL;
DROP INDEX audit_refused_by_actor;
DROP INDEX audit_operators;
DROP INDEX audit_by_owner;
