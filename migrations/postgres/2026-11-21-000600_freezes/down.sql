DROP TABLE link_addresses;
DROP INDEX freezes_by_burning;
ALTER TABLE freezes DROP COLUMN burning;
ALTER TABLE freezes DROP COLUMN burnt_at;
ALTER TABLE freezes DROP COLUMN burns_at;
ALTER TABLE freezes DROP CONSTRAINT freezes_selected_by_check;
ALTER TABLE freezes ADD CONSTRAINT freezes_selected_by_check CHECK (selected_by IN ('link', 'share', 'owner', 'item', 'recipient'));
