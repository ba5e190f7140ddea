-- Takes a store of format 4 back to what format 3 was; for tests of the migration.
DROP INDEX IF EXISTS comment_by_key;
DROP INDEX IF EXISTS comment_in_article;
ALTER TABLE comment DROP COLUMN numbered;
CREATE UNIQUE INDEX comment_by_key ON comment(key, source);
DELETE FROM grdb_migrations WHERE identifier LIKE '4 %';
PRAGMA user_version = 3;
