DROP TABLE audit_lanes;
DROP TABLE audit;
