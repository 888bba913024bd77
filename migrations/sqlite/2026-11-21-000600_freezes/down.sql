DROP TABLE link_addresses;

CREATE TABLE narrower_freezes (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    selected_by TEXT NOT NULL CHECK (selected_by IN ('link', 'share', 'owner', 'item', 'recipient')),
    selected TEXT NOT NULL CHECK (length(selected) BETWEEN 3 AND 254),
    reason TEXT NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    links INTEGER NOT NULL CHECK (links BETWEEN 0 AND 2147483647),
    placed_at INTEGER NOT NULL,
    lifted_at INTEGER,
    reported_by BLOB REFERENCES links (id) CHECK (length(reported_by) = 16)
) STRICT, WITHOUT ROWID;

CREATE TABLE narrower_frozen_links (
    held_by BLOB NOT NULL REFERENCES narrower_freezes (id),
    link BLOB NOT NULL REFERENCES links (id),
    PRIMARY KEY (held_by, link)
) STRICT, WITHOUT ROWID;

INSERT INTO narrower_freezes (id, selected_by, selected, reason, links, placed_at, lifted_at, reported_by) SELECT id, selected_by, selected, reason, links, placed_at, lifted_at, reported_by FROM freezes;
INSERT INTO narrower_frozen_links (held_by, link) SELECT held_by, link FROM frozen_links;
DROP TABLE frozen_links;
DROP TABLE freezes;
ALTER TABLE narrower_freezes RENAME TO freezes;
ALTER TABLE narrower_frozen_links RENAME TO frozen_links;
CREATE INDEX frozen_links_by_link ON frozen_links (link);
CREATE INDEX freezes_by_report ON freezes (selected) WHERE reported_by IS NOT NULL;
