-- Freezes by network and by time. SQLite can't widen a CHECK in place, so the table and the one that refers to it are made anew.
--
-- `burns_at` is when a freeze burns what it holds, as it was said when it was placed. NULL: a report's, or one from before freezes burnt; nobody was told of an end then.
-- `burnt_at` is when it began to burn what it held. `burning` is true for what waits for that, until it holds nothing more.
CREATE TABLE wider_freezes (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    selected_by TEXT NOT NULL CHECK (selected_by IN ('link', 'share', 'owner', 'item', 'recipient', 'network', 'made')),
    selected TEXT NOT NULL CHECK (length(selected) BETWEEN 3 AND 254),
    reason TEXT NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    links INTEGER NOT NULL CHECK (links BETWEEN 0 AND 2147483647),
    placed_at INTEGER NOT NULL,
    lifted_at INTEGER,
    reported_by BLOB REFERENCES links (id) CHECK (length(reported_by) = 16),
    burns_at INTEGER,
    burnt_at INTEGER,
    burning INTEGER NOT NULL DEFAULT 0 CHECK (burning IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE TABLE wider_frozen_links (
    held_by BLOB NOT NULL REFERENCES wider_freezes (id),
    link BLOB NOT NULL REFERENCES links (id),
    PRIMARY KEY (held_by, link)
) STRICT, WITHOUT ROWID;

INSERT INTO wider_freezes (id, selected_by, selected, reason, links, placed_at, lifted_at, reported_by) SELECT id, selected_by, selected, reason, links, placed_at, lifted_at, reported_by FROM freezes;
INSERT INTO wider_frozen_links (held_by, link) SELECT held_by, link FROM frozen_links;
DROP TABLE frozen_links;
DROP TABLE freezes;
ALTER TABLE wider_freezes RENAME TO freezes;
ALTER TABLE wider_frozen_links RENAME TO frozen_links;
CREATE INDEX frozen_links_by_link ON frozen_links (link);
CREATE INDEX freezes_by_report ON freezes (selected) WHERE reported_by IS NOT NULL;

-- What the sweeper looks at: freezes whose time comes.
CREATE INDEX freezes_by_burning ON freezes (burns_at, id) WHERE burning;

-- From where a link was checked or revealed, for freezing by network, for as long as its sealed bytes are there. `address` is the family (4 or 6) and the
-- address's bytes, so that a network is one range.
CREATE TABLE link_addresses (
    address BLOB NOT NULL CHECK (length(address) IN (5, 17)),
    link BLOB NOT NULL REFERENCES links (id),
    PRIMARY KEY (address, link)
) STRICT, WITHOUT ROWID;

CREATE INDEX link_addresses_by_link ON link_addresses (link);
