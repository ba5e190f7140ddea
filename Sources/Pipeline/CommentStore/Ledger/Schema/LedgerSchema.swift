/// The tables of comments and votes, as the steps of the store's schema bring them.
package enum LedgerSchema {
    package static let tables = """
        CREATE TABLE article (
            id INTEGER PRIMARY KEY,
            source TEXT NOT NULL,
            key TEXT NOT NULL,
            title TEXT,
            outlet TEXT,
            published_at TEXT,
            url TEXT,
            UNIQUE (source, key)
        ) STRICT;
        CREATE TABLE comment (
            id INTEGER PRIMARY KEY,
            -- With the key: unique. Without a number of its source's own, the key is the beginning of
            -- SHA-256(article key, 0x1F, text), 16 hex digits.
            source TEXT NOT NULL,
            key TEXT NOT NULL,
            article INTEGER NOT NULL REFERENCES article(id),
            -- Key of the comment that this one answers.
            parent TEXT,
            -- First 8 bytes of SHA-256(text), big-endian.
            text_hash INTEGER NOT NULL,
            created_at TEXT,
            -- Salted hash, and only where it was asked for.
            author_hash TEXT,
            first_seen_run INTEGER NOT NULL REFERENCES run(number),
            -- When the source said that it was removed, and the ledger commit that brought the news.
            removed_at INTEGER,
            removed_commit INTEGER REFERENCES imported_file(position),
            status TEXT NOT NULL AS (CASE WHEN removed_at IS NULL THEN 'present' ELSE 'removed' END) VIRTUAL,
            -- As the source gave it; never altered.
            text TEXT NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX comment_by_key ON comment(key, source);
        CREATE INDEX comment_removed ON comment(removed_commit) WHERE removed_commit IS NOT NULL;
        -- The ledger: a row for each time that the counts of a comment were seen to differ. Append-only. Where one
        -- moment has several rows, the latest ledger commit counts; it has the most votes.
        CREATE TABLE vote (
            comment INTEGER NOT NULL REFERENCES comment(id),
            observed_at INTEGER NOT NULL,
            ledger_commit INTEGER NOT NULL REFERENCES imported_file(position),
            up INTEGER NOT NULL CHECK (up >= 0),
            down INTEGER NOT NULL CHECK (down >= 0),
            replies INTEGER NOT NULL,
            PRIMARY KEY (comment, observed_at, ledger_commit)
        ) STRICT, WITHOUT ROWID;
        -- Moments at which the counts were seen again and had not changed.
        CREATE TABLE sighting (
            comment INTEGER NOT NULL REFERENCES comment(id),
            observed_at INTEGER NOT NULL,
            ledger_commit INTEGER NOT NULL REFERENCES imported_file(position),
            PRIMARY KEY (comment, observed_at)
        ) STRICT, WITHOUT ROWID;
        -- One row is one ledger commit: the rows of a file, all of them or none.
        CREATE TABLE imported_file (
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
            -- The highest comment id of the store after this commit.
            last_comment INTEGER NOT NULL,
            -- Comments, articles and rows in vote of this source after this commit.
            source_comments INTEGER NOT NULL,
            source_articles INTEGER NOT NULL,
            source_observations INTEGER NOT NULL,
            -- The latest moment observed in this source so far.
            last_observed INTEGER NOT NULL,
            -- Sum of the SHA-256 of the source's observations after this commit, in four 64-bit lanes.
            ledger_sum BLOB NOT NULL,
            UNIQUE (source, digest, mapping)
        ) STRICT;
        CREATE TABLE quarantine (
            id INTEGER PRIMARY KEY,
            run INTEGER NOT NULL REFERENCES run(number),
            source TEXT NOT NULL,
            file TEXT NOT NULL,
            line INTEGER NOT NULL,
            reason TEXT NOT NULL,
            excerpt TEXT NOT NULL
        ) STRICT;
        """

    package static let currentVotes = """
        CREATE VIEW current_vote AS
        SELECT comment, observed_at, up, down, replies
        FROM vote AS v
        WHERE NOT EXISTS (
            SELECT 1 FROM vote AS later
            WHERE later.comment = v.comment
                AND (later.observed_at, later.ledger_commit) > (v.observed_at, v.ledger_commit)
        );
        """

    package static let tombstones = """
        -- Comments that somebody wanted forgotten. Of those that were known the row stays, with its key and without its
        -- text; of those that come later nothing is kept.
        CREATE TABLE tombstone (
            source TEXT NOT NULL,
            key TEXT NOT NULL,
            -- `NULL` where the comment was not known.
            comment INTEGER,
            -- The ledger commit from which on it is gone.
            ledger_commit INTEGER NOT NULL,
            run INTEGER NOT NULL REFERENCES run(number),
            forgotten_at TEXT NOT NULL,
            PRIMARY KEY (source, key)
        ) STRICT, WITHOUT ROWID;
        """

    package static let recounts = """
        -- Comments that a ledger commit counted again, that is, comments from before it to which it added rows in
        -- vote: what changed between two commits without a pass over all votes.
        CREATE TABLE recount (
            ledger_commit INTEGER NOT NULL REFERENCES imported_file(position),
            comment INTEGER NOT NULL REFERENCES comment(id),
            PRIMARY KEY (ledger_commit, comment)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO recount
        SELECT DISTINCT ledger_commit, comment FROM vote
        WHERE comment <= (
            SELECT last_comment FROM imported_file
            WHERE position < vote.ledger_commit ORDER BY position DESC LIMIT 1
        );
        """

    package static let numbers = """
        -- A store whose first import was not finished has no such index yet.
        DROP INDEX IF EXISTS comment_by_key;
        ALTER TABLE comment ADD COLUMN numbered INTEGER NOT NULL
            -- 1 where the key is the number that the source gave, 0 where it is made of article and text.
            DEFAULT 0;
        """

    /// The keys' indexes.
    package static let keyIndexes = KeyIndex.allCases.map { $0.sql + ";" }.joined(separator: "\n")
}
