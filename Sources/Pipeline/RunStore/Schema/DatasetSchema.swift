/// The tables of label sets, samples and splits, as the steps of the store's schema bring them.
enum DatasetSchema {
    static let labels = """
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
        """

    static let sampleMembers = """
        -- The latest sample of each sampling stage, in its order.
        CREATE TABLE sample_member (
            pipeline TEXT NOT NULL,
            stage TEXT NOT NULL,
            position INTEGER NOT NULL,
            comment INTEGER NOT NULL REFERENCES comment(id),
            PRIMARY KEY (pipeline, stage, position)
        ) STRICT, WITHOUT ROWID;
        """

    static let splits = """
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

    static let splitLabels = """
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

    static let labeledComments = """
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
