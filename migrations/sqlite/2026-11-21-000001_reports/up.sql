-- A recipient who says that an earlier opening wasn't theirs freezes the whole share: the link that they hold. Operators' freezes have none.
ALTER TABLE freezes ADD COLUMN reported_by BLOB REFERENCES links (id) CHECK (length(reported_by) = 16);

-- Whether an earlier report still holds a share.
CREATE INDEX freezes_by_report ON freezes (selected) WHERE reported_by IS NOT NULL;
