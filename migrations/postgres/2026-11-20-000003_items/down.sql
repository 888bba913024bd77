DROP TABLE version_bodies;
DROP TABLE item_versions;
DROP TABLE item_epochs;
DROP TABLE items;
