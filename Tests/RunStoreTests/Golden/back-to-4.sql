-- Takes a store of format 5 back to what format 4 was; for tests of the migration.
DROP TABLE comment_version;
DROP TABLE presence;
DROP TABLE restated;
DROP TABLE split_label;
DROP INDEX comment_hidden;
DROP INDEX comment_removed;
CREATE INDEX comment_removed ON comment(removed_commit) WHERE removed_commit IS NOT NULL;
ALTER TABLE comment DROP COLUMN status;
ALTER TABLE comment DROP COLUMN hidden;
ALTER TABLE comment ADD COLUMN status TEXT NOT NULL AS (
    CASE WHEN removed_at IS NULL THEN 'present' ELSE 'removed' END) VIRTUAL;
DROP INDEX imported_file_by_content;
DROP INDEX imported_file_superseded;
CREATE TABLE before AS SELECT position, source, name, digest, mapping, run, imported_at, rows, empty_text, quarantined,
    new_comments, repeats, observations, last_comment, source_comments, source_articles, source_observations,
    last_observed, ledger_sum FROM imported_file;
DROP TABLE imported_file;
ALTER TABLE before RENAME TO imported_file;
ALTER TABLE stage_run DROP COLUMN warnings;
ALTER TABLE stage_run DROP COLUMN trial;
ALTER TABLE publication DROP COLUMN label_set;
ALTER TABLE promotion DROP COLUMN previous;
ALTER TABLE page DROP COLUMN given_up_at;
DELETE FROM grdb_migrations WHERE identifier LIKE '5 %';
PRAGMA user_version = 4;
