/// The tables that let the store take corrections: which readings still count, and what comments were before.
package enum CorrectionSchema {
    /// The readings lose their uniqueness, since a file's content may come back, and say what became of them.
    package static let readings = """
        CREATE TABLE reading (
            position INTEGER PRIMARY KEY,
            source TEXT NOT NULL,
            name TEXT NOT NULL,
            digest TEXT NOT NULL,
            mapping TEXT NOT NULL,
            run INTEGER NOT NULL REFERENCES run(number),
            imported_at TEXT NOT NULL,
            rows INTEGER NOT NULL,
            empty_text INTEGER NOT NULL,
            quarantined INTEGER NOT NULL,
            new_comments INTEGER NOT NULL,
            repeats INTEGER NOT NULL,
            observations INTEGER NOT NULL,
            -- Comments whose text or article it changed, that it showed again, and that it took back.
            edited INTEGER NOT NULL DEFAULT 0,
            restored INTEGER NOT NULL DEFAULT 0,
            withdrawn INTEGER NOT NULL DEFAULT 0,
            -- The highest comment id of the store after this commit.
            last_comment INTEGER NOT NULL,
            -- Comments shown, articles and rows in vote of this source after this commit.
            source_comments INTEGER NOT NULL,
            source_articles INTEGER NOT NULL,
            source_observations INTEGER NOT NULL,
            -- The latest moment observed in this source so far.
            last_observed INTEGER NOT NULL,
            -- Sum of the SHA-256 of the source's observations after this commit, in four 64-bit lanes.
            ledger_sum BLOB NOT NULL,
            -- What rows without a time of their own got, for files; NULL for everything else.
            moment INTEGER,
            -- The ledger commit that took its place: another reading of the same content, or another content of the same
            -- file. NULL while it counts.
            superseded INTEGER,
            -- Ids of the comments in it, as differences; NULL where they are those of its rows in vote and sighting.
            members BLOB,
            -- 1 where rows of earlier readings were taken out before it: what changed then is not told row by row.
            rebuilt INTEGER NOT NULL DEFAULT 0,
            -- Digest of what rereading changed in texts and articles of the source so far, beside its votes.
            revision TEXT
        ) STRICT;
        INSERT INTO reading(position, source, name, digest, mapping, run, imported_at, rows, empty_text, quarantined,
            new_comments, repeats, observations, last_comment, source_comments, source_articles, source_observations,
            last_observed, ledger_sum)
        SELECT position, source, name, digest, mapping, run, imported_at, rows, empty_text, quarantined,
            new_comments, repeats, observations, last_comment, source_comments, source_articles, source_observations,
            last_observed, ledger_sum FROM imported_file;
        UPDATE reading SET members = x'' WHERE mapping = 'forget';
        DROP TABLE imported_file;
        ALTER TABLE reading RENAME TO imported_file;
        CREATE INDEX imported_file_by_content ON imported_file(source, digest);
        CREATE INDEX imported_file_superseded ON imported_file(source, position) WHERE superseded IS NOT NULL;
        """

    package static let comments = """
        ALTER TABLE comment DROP COLUMN status;
        ALTER TABLE comment ADD COLUMN hidden INTEGER NOT NULL
            -- 1 where no reading that counts shows the comment any more.
            DEFAULT 0;
        ALTER TABLE comment ADD COLUMN status TEXT NOT NULL AS (
            CASE WHEN hidden THEN 'withdrawn' WHEN removed_at IS NULL THEN 'present' ELSE 'removed' END) VIRTUAL;
        -- With the moment, so that nobody has to read the comments themselves.
        DROP INDEX comment_removed;
        CREATE INDEX comment_removed ON comment(removed_commit, removed_at) WHERE removed_commit IS NOT NULL;
        CREATE INDEX comment_hidden ON comment(id) WHERE hidden;
        -- What comments with a number said at which moment, for those that were seen with several texts or in several
        -- articles. The row in comment is the last one; of one moment the latest ledger commit counts.
        CREATE TABLE comment_version (
            comment INTEGER NOT NULL REFERENCES comment(id),
            observed_at INTEGER NOT NULL,
            ledger_commit INTEGER NOT NULL REFERENCES imported_file(position),
            article INTEGER NOT NULL REFERENCES article(id),
            text_hash INTEGER NOT NULL,
            text TEXT NOT NULL,
            PRIMARY KEY (comment, observed_at, ledger_commit)
        ) STRICT, WITHOUT ROWID;
        -- When comments were removed, shown again or withdrawn, for those to which more than one removal happened; of all
        -- others, comment says it.
        CREATE TABLE presence (
            comment INTEGER NOT NULL REFERENCES comment(id),
            observed_at INTEGER NOT NULL,
            ledger_commit INTEGER NOT NULL REFERENCES imported_file(position),
            -- 0 shown, 1 removed by the source, 2 in no reading any more
            state INTEGER NOT NULL,
            PRIMARY KEY (comment, observed_at, ledger_commit)
        ) STRICT, WITHOUT ROWID;
        -- Comments from before a ledger commit of which it changed more than the votes.
        CREATE TABLE restated (
            ledger_commit INTEGER NOT NULL REFERENCES imported_file(position),
            comment INTEGER NOT NULL REFERENCES comment(id),
            PRIMARY KEY (ledger_commit, comment)
        ) STRICT, WITHOUT ROWID;
        """
}
