/// The tables of runs and what they made, as the steps of the store's schema bring them.
enum RunSchema {
    static let tables = """
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

    static let retention = """
        -- When retention removed the files; the row stays, so that it is known what there was.
        ALTER TABLE artifact ADD COLUMN collected_at TEXT;
        """

    static let settings = """
        -- Facts about the store as a whole: `artifacts`, where these lie, relative to the store's folder if they can be.
        CREATE TABLE setting (
            name TEXT NOT NULL PRIMARY KEY,
            value TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """

    static let warnings = """
        ALTER TABLE stage_run ADD COLUMN warnings TEXT NOT NULL
            -- What the stage, its checks and the publishing of its files warned of: a JSON array.
            DEFAULT '[]';
        """
}
