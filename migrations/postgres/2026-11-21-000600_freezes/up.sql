-- Freezes by network and by time.
ALTER TABLE freezes DROP CONSTRAINT freezes_selected_by_check;
ALTER TABLE freezes ADD CONSTRAINT freezes_selected_by_check
    CHECK (selected_by IN ('link', 'share', 'owner', 'item', 'recipient', 'network', 'made'));

-- When a freeze burns what it holds, as it was said when it was placed. NULL: a report's, or one from before freezes burnt; nobody was told of an end then.
ALTER TABLE freezes ADD COLUMN burns_at BIGINT;

-- When it began to burn what it held. `burning` is true until it holds nothing more.
ALTER TABLE freezes ADD COLUMN burnt_at BIGINT;
ALTER TABLE freezes ADD COLUMN burning BOOLEAN NOT NULL DEFAULT FALSE;

-- What the sweeper looks at: freezes whose time comes, those that burn first.
CREATE INDEX freezes_by_burning ON freezes (burns_at, id) WHERE burning;

-- From where a link was checked or revealed, for freezing by network, for as long as its sealed bytes are there. `address` is the family (4 or 6) and the
-- address's bytes, so that a network is one range.
CREATE TABLE link_addresses (
    address BYTEA NOT NULL CHECK (octet_length(address) IN (5, 17)),
    link BYTEA NOT NULL REFERENCES links (id),
    PRIMARY KEY (address, link)
);

CREATE INDEX link_addresses_by_link ON link_addresses (link);
