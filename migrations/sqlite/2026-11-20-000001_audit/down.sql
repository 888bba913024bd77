DROP TABLE audit_mirrors;
DROP TABLE audit_lanes;
DROP TABLE audit;
