DROP INDEX freezes_by_report;
ALTER TABLE freezes DROP COLUMN reported_by;
