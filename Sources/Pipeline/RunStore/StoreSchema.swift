internal import GRDB

/// The store's tables and how they came to be. Steps are only ever added.
enum StoreSchema {
    /// "SpVt", in the header of every store: SQLite's `application_id`.
    static let applicationID: Int32 = 0x5370_5674
    /// Number of steps; `user_version` in the file's header.
    static let version = steps.count

    private enum Part {
        case sql(String)
        /// What SQL alone cannot do.
        case work(@Sendable (Database) throws -> Void)

        func apply(to database: Database) throws {
            switch self {
            case .sql(let sql): try database.execute(sql: sql)
            case .work(let body): try body(database)
            }
        }
    }

    private static let steps: [(name: String, parts: [Part])] = [
        (
            "1 ledger, runs, labels and splits",
            [.sql(ledgerTables), .sql(runTables), .sql(datasetTables), .sql(views)]
        ),
        ("2 retention, tombstones, recounts", [.sql(retention), .sql(tombstones), .sql(recounts)]),
        ("3 crawls", [.sql(CrawlSchema.tables), .sql(CrawlSchema.views)]),
        (
            "4 made keys within their articles",
            [.sql(numbers), .work(NumberedComments.mark), .sql(keyIndexes)]
        ),
        (
            "5 corrections and warnings",
            [
                .sql(CorrectionSchema.readings), .sql(CorrectionSchema.comments), .sql(StageWarning.schema),
                .sql(splitLabels), .sql(PublishingSchema.trials), .sql(CrawlSchema.refusedAreMissing),
                .sql(CrawlSchema.givenUp),
            ]
        ),
    ]

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        for (index, step) in steps.enumerated() {
            migrator.registerMigration(step.name) { database in
                for part in step.parts { try part.apply(to: database) }
                try database.execute(sql: "PRAGMA user_version = \(index + 1)")
            }
        }
        return migrator
    }

    private static let ledgerTables = """
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

    private static let runTables = """
        CREATE TABLE run (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            pipeline TEXT NOT NULL,
            file TEXT NOT NULL,
            -- The logical date, YYYY-MM-DD.
            date TEXT NOT NULL,
            as_of INTEGER,
            -- Parameters that -S changed: a JSON object.
            overrides TEXT NOT NULL,
            host TEXT NOT NULL,
            pid INTEGER NOT NULL,
            started_at TEXT NOT NULL,
            finished_at TEXT,
            -- running, done, failed, rejected, interrupted, killed; exit_status is the program's.
            outcome TEXT NOT NULL,
            exit_status INTEGER
        ) STRICT;
        CREATE TABLE stage_run (
            id INTEGER PRIMARY KEY,
            run INTEGER NOT NULL REFERENCES run(number),
            pipeline TEXT NOT NULL,
            stage TEXT NOT NULL,
            kind TEXT NOT NULL,
            fingerprint TEXT NOT NULL,
            -- What the fingerprint was made of, readable: a JSON object.
            fields TEXT NOT NULL,
            -- ran, cached, restored, rejected, failed, interrupted, skipped
            verdict TEXT NOT NULL,
            reason TEXT NOT NULL,
            -- The error's words, or why it was skipped.
            message TEXT,
            figures TEXT NOT NULL,
            publications TEXT NOT NULL,
            -- The stage run whose artifacts stand for this one; itself where it ran.
            made_by INTEGER REFERENCES stage_run(id),
            started_at TEXT NOT NULL,
            finished_at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX stage_run_by_stage ON stage_run(pipeline, stage, id);
        CREATE INDEX stage_run_by_fingerprint ON stage_run(stage, fingerprint, id);
        CREATE INDEX stage_run_by_run ON stage_run(run);
        CREATE TABLE artifact (
            id INTEGER PRIMARY KEY,
            stage_run INTEGER NOT NULL REFERENCES stage_run(id),
            port TEXT NOT NULL,
            type TEXT NOT NULL,
            -- Relative to the artifacts folder.
            path TEXT NOT NULL,
            -- SHA-256 of what it says, 64 hex digits; file_digest is that of its bytes.
            digest TEXT NOT NULL,
            file_digest TEXT NOT NULL,
            size INTEGER NOT NULL,
            locator TEXT NOT NULL
        ) STRICT;
        CREATE INDEX artifact_by_stage_run ON artifact(stage_run);
        -- Work folders of stages that have begun and not ended, for a later run to go on with.
        CREATE TABLE checkpoint (
            stage TEXT NOT NULL,
            fingerprint TEXT NOT NULL,
            run INTEGER NOT NULL REFERENCES run(number),
            -- Relative to the artifacts folder.
            path TEXT NOT NULL,
            updated_at TEXT NOT NULL,
            PRIMARY KEY (stage, fingerprint)
        ) STRICT, WITHOUT ROWID;
        -- Digests of files by what the file system says about them.
        CREATE TABLE file_digest (
            path TEXT NOT NULL PRIMARY KEY,
            size INTEGER NOT NULL,
            -- Nanoseconds since 1970.
            modified INTEGER NOT NULL,
            inode INTEGER NOT NULL,
            digest TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE publication (
            path TEXT NOT NULL PRIMARY KEY,
            stage_run INTEGER NOT NULL REFERENCES stage_run(id),
            run INTEGER NOT NULL REFERENCES run(number),
            size INTEGER NOT NULL,
            digest TEXT NOT NULL,
            published_at TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """

    private static let splitLabels = """
        -- What a comment was on its side with, by the live label sets: a row for each day on which that changed. Frozen
        -- sides are read from it.
        CREATE TABLE split_label (
            salt TEXT NOT NULL REFERENCES split_family(salt),
            comment INTEGER NOT NULL REFERENCES comment(id),
            -- The logical date of the run, YYYY-MM-DD.
            date TEXT NOT NULL,
            -- As in label; NULL: from this date on the comment was on no side.
            code INTEGER,
            up INTEGER NOT NULL,
            down INTEGER NOT NULL,
            PRIMARY KEY (salt, comment, date)
        ) STRICT, WITHOUT ROWID;
        """

    private static let retention = """
        -- When retention removed the files; the row stays, so that it is known what there was.
        ALTER TABLE artifact ADD COLUMN collected_at TEXT;
        """

    private static let tombstones = """
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
        -- Facts about the store as a whole: `artifacts`, where these lie, relative to the store's folder if they can be.
        CREATE TABLE setting (
            name TEXT NOT NULL PRIMARY KEY,
            value TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """

    private static let recounts = """
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

    private static let numbers = """
        -- A store whose first import was not finished has no such index yet.
        DROP INDEX IF EXISTS comment_by_key;
        ALTER TABLE comment ADD COLUMN numbered INTEGER NOT NULL
            -- 1 where the key is the number that the source gave, 0 where it is made of article and text.
            DEFAULT 0;
        """

    private static let keyIndexes = KeyIndex.allCases.map { $0.sql + ";" }.joined(separator: "\n")

    private static let datasetTables = """
        CREATE TABLE label_set (
            pipeline TEXT NOT NULL,
            -- First 16 hex digits of the SHA-256 over rule, ledger digest and clean rules.
            id TEXT NOT NULL,
            rule TEXT NOT NULL,
            clean TEXT NOT NULL,
            sources TEXT NOT NULL,
            ledger_position INTEGER NOT NULL,
            ledger_digest TEXT NOT NULL,
            as_of INTEGER,
            -- Number of comments by label: a JSON object.
            counts TEXT NOT NULL,
            run INTEGER NOT NULL REFERENCES run(number),
            created_at TEXT NOT NULL,
            PRIMARY KEY (pipeline, id)
        ) STRICT, WITHOUT ROWID;
        -- The live label set of each pipeline.
        CREATE TABLE promotion (
            number INTEGER PRIMARY KEY,
            pipeline TEXT NOT NULL UNIQUE,
            label_set TEXT NOT NULL,
            run INTEGER NOT NULL REFERENCES run(number),
            promoted_at TEXT NOT NULL
        ) STRICT;
        -- The rows of the promoted sets, with the counts they were judged by.
        CREATE TABLE label (
            promotion INTEGER NOT NULL REFERENCES promotion(number),
            comment INTEGER NOT NULL REFERENCES comment(id),
            code INTEGER NOT NULL,
            up INTEGER NOT NULL,
            down INTEGER NOT NULL,
            PRIMARY KEY (promotion, comment)
        ) STRICT, WITHOUT ROWID;
        -- The latest sample of each sampling stage, in its order.
        CREATE TABLE sample_member (
            pipeline TEXT NOT NULL,
            stage TEXT NOT NULL,
            position INTEGER NOT NULL,
            comment INTEGER NOT NULL REFERENCES comment(id),
            PRIMARY KEY (pipeline, stage, position)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE split_family (
            salt TEXT NOT NULL PRIMARY KEY,
            group_by TEXT NOT NULL,
            rule TEXT NOT NULL,
            run INTEGER NOT NULL REFERENCES run(number),
            created_at TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        -- The side that each group was first put on, for good.
        CREATE TABLE split_member (
            salt TEXT NOT NULL REFERENCES split_family(salt),
            group_key TEXT NOT NULL,
            side TEXT NOT NULL,
            run INTEGER NOT NULL REFERENCES run(number),
            PRIMARY KEY (salt, group_key)
        ) STRICT, WITHOUT ROWID;
        """

    private static let views = """
        CREATE VIEW current_vote AS
        SELECT comment, observed_at, up, down, replies
        FROM vote AS v
        WHERE NOT EXISTS (
            SELECT 1 FROM vote AS later
            WHERE later.comment = v.comment
                AND (later.observed_at, later.ledger_commit) > (v.observed_at, v.ledger_commit)
        );
        CREATE VIEW labelled_comment AS
        SELECT
            comment.source, comment.key, article.key AS article, article.title, comment.text,
            label.up, label.down,
            CASE WHEN label.up + label.down > 0 THEN label.up * 1.0 / (label.up + label.down) END AS ratio,
            CASE label.code
                WHEN 0 THEN 'uncontroversial'
                WHEN 1 THEN 'controversial'
                WHEN 2 THEN 'in_between'
                WHEN 3 THEN 'too_few_votes'
                WHEN 4 THEN 'unsure'
                WHEN 5 THEN 'unsettled'
            END AS label,
            comment.created_at, promotion.pipeline
        FROM promotion
        JOIN label ON label.promotion = promotion.number
        CROSS JOIN comment ON comment.id = label.comment
        JOIN article ON article.id = comment.article;
        """
}
