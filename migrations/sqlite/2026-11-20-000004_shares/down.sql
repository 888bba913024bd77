DROP TABLE outbox;
DROP TABLE frozen_links;
DROP TABLE freezes;
DROP TABLE openings;
DROP TABLE wraps;
DROP TABLE links;
DROP TABLE snapshots;
DROP TABLE shares;
