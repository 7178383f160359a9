-- Whom a deed at the desk was about, where it was about a reader: the id alone.
ALTER TABLE deeds ADD COLUMN about BLOB;
CREATE INDEX deeds_by_reader ON deeds (about, number) WHERE about IS NOT NULL;

-- The help desk finds readers by the beginning of a name, and what was sent to an address.
CREATE INDEX readers_by_name ON readers (name COLLATE NOCASE, id) WHERE name <> '';
CREATE INDEX mails_by_recipient ON mails (recipient, id) WHERE recipient <> '';
