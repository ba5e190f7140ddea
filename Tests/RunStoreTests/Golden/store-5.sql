-- The store's schema, written by a test from a new store. Format version: 5.
PRAGMA application_id = 1399871092; -- "SpVt"

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
, collected_at TEXT) STRICT;
CREATE TABLE checkpoint (
    stage TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    run INTEGER NOT NULL REFERENCES run(number),
    -- Relative to the artifacts folder.
    path TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (stage, fingerprint)
) STRICT, WITHOUT ROWID;
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
    text TEXT NOT NULL
, numbered INTEGER NOT NULL
    -- 1 where the key is the number that the source gave, 0 where it is made of article and text.
    DEFAULT 0, hidden INTEGER NOT NULL
    -- 1 where no reading that counts shows the comment any more.
    DEFAULT 0, status TEXT NOT NULL AS (
    CASE WHEN hidden THEN 'withdrawn' WHEN removed_at IS NULL THEN 'present' ELSE 'removed' END) VIRTUAL) STRICT;
CREATE TABLE comment_version (
    comment INTEGER NOT NULL REFERENCES comment(id),
    observed_at INTEGER NOT NULL,
    ledger_commit INTEGER NOT NULL REFERENCES imported_file(position),
    article INTEGER NOT NULL REFERENCES article(id),
    text_hash INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (comment, observed_at, ledger_commit)
) STRICT, WITHOUT ROWID;
CREATE TABLE crawl (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    -- The run that began it.
    run INTEGER NOT NULL REFERENCES run(number),
    -- Seconds since 1970, UTC.
    started_at INTEGER NOT NULL,
    finished_at INTEGER
) STRICT;
CREATE TABLE fetch (
    id INTEGER PRIMARY KEY,
    crawl INTEGER NOT NULL REFERENCES crawl(id),
    -- `NULL` for lists of articles and robots.txt.
    visit INTEGER REFERENCES visit(id),
    -- The address, without secrets.
    request TEXT NOT NULL,
    fetched_at INTEGER NOT NULL,
    -- HTTP status; 0 where no answer came.
    status INTEGER NOT NULL,
    content_type TEXT,
    etag TEXT,
    last_modified TEXT,
    page INTEGER REFERENCES page(id)
) STRICT;
CREATE TABLE file_digest (
    path TEXT NOT NULL PRIMARY KEY,
    size INTEGER NOT NULL,
    -- Nanoseconds since 1970.
    modified INTEGER NOT NULL,
    inode INTEGER NOT NULL,
    digest TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
CREATE TABLE "imported_file" (
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
CREATE TABLE label (
    promotion INTEGER NOT NULL REFERENCES promotion(number),
    comment INTEGER NOT NULL REFERENCES comment(id),
    code INTEGER NOT NULL,
    up INTEGER NOT NULL,
    down INTEGER NOT NULL,
    PRIMARY KEY (promotion, comment)
) STRICT, WITHOUT ROWID;
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
CREATE TABLE page (
    id INTEGER PRIMARY KEY,
    -- SHA-256 of the body, 64 hex digits.
    digest TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    body BLOB
, given_up_at TEXT) STRICT;
CREATE TABLE presence (
    comment INTEGER NOT NULL REFERENCES comment(id),
    observed_at INTEGER NOT NULL,
    ledger_commit INTEGER NOT NULL REFERENCES imported_file(position),
    -- 0 shown, 1 removed by the source, 2 in no reading any more
    state INTEGER NOT NULL,
    PRIMARY KEY (comment, observed_at, ledger_commit)
) STRICT, WITHOUT ROWID;
CREATE TABLE promotion (
    number INTEGER PRIMARY KEY,
    pipeline TEXT NOT NULL UNIQUE,
    label_set TEXT NOT NULL,
    run INTEGER NOT NULL REFERENCES run(number),
    promoted_at TEXT NOT NULL
, previous TEXT) STRICT;
CREATE TABLE publication (
    path TEXT NOT NULL PRIMARY KEY,
    stage_run INTEGER NOT NULL REFERENCES stage_run(id),
    run INTEGER NOT NULL REFERENCES run(number),
    size INTEGER NOT NULL,
    digest TEXT NOT NULL,
    published_at TEXT NOT NULL
, label_set TEXT) STRICT, WITHOUT ROWID;
CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES run(number),
    source TEXT NOT NULL,
    file TEXT NOT NULL,
    line INTEGER NOT NULL,
    reason TEXT NOT NULL,
    excerpt TEXT NOT NULL
) STRICT;
CREATE TABLE recount (
    ledger_commit INTEGER NOT NULL REFERENCES imported_file(position),
    comment INTEGER NOT NULL REFERENCES comment(id),
    PRIMARY KEY (ledger_commit, comment)
) STRICT, WITHOUT ROWID;
CREATE TABLE restated (
    ledger_commit INTEGER NOT NULL REFERENCES imported_file(position),
    comment INTEGER NOT NULL REFERENCES comment(id),
    PRIMARY KEY (ledger_commit, comment)
) STRICT, WITHOUT ROWID;
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
CREATE TABLE sample_member (
    pipeline TEXT NOT NULL,
    stage TEXT NOT NULL,
    position INTEGER NOT NULL,
    comment INTEGER NOT NULL REFERENCES comment(id),
    PRIMARY KEY (pipeline, stage, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE setting (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE sighting (
    comment INTEGER NOT NULL REFERENCES comment(id),
    observed_at INTEGER NOT NULL,
    ledger_commit INTEGER NOT NULL REFERENCES imported_file(position),
    PRIMARY KEY (comment, observed_at)
) STRICT, WITHOUT ROWID;
CREATE TABLE split_family (
    salt TEXT NOT NULL PRIMARY KEY,
    group_by TEXT NOT NULL,
    rule TEXT NOT NULL,
    run INTEGER NOT NULL REFERENCES run(number),
    created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
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
CREATE TABLE split_member (
    salt TEXT NOT NULL REFERENCES split_family(salt),
    group_key TEXT NOT NULL,
    side TEXT NOT NULL,
    run INTEGER NOT NULL REFERENCES run(number),
    PRIMARY KEY (salt, group_key)
) STRICT, WITHOUT ROWID;
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
, warnings TEXT NOT NULL
    -- What the stage, its checks and the publishing of its files warned of: a JSON array.
    DEFAULT '[]', trial INTEGER NOT NULL
    -- 1 where it went by labels that were only tried: with a rule of the command line, of the past, or taken up.
    DEFAULT 0) STRICT;
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
CREATE TABLE visit (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    -- Key within the source; the article has a row of its own once it has comments.
    article TEXT NOT NULL,
    -- 0 for the first.
    number INTEGER NOT NULL,
    address TEXT NOT NULL,
    -- Moments are seconds since 1970, UTC.
    found_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    -- Published before then, it is not wanted.
    oldest INTEGER,
    -- waiting, under_way, complete, partial, gone, too_old, doubted
    state TEXT NOT NULL,
    -- The crawl that worked on it last.
    crawl INTEGER REFERENCES crawl(id),
    title TEXT,
    outlet TEXT,
    published_at TEXT,
    published INTEGER,
    -- Comments that the source says there are, and what came of them.
    announced INTEGER,
    seen INTEGER NOT NULL DEFAULT 0,
    removed INTEGER NOT NULL DEFAULT 0,
    replies INTEGER NOT NULL DEFAULT 0,
    refused INTEGER NOT NULL DEFAULT 0,
    repeats INTEGER NOT NULL DEFAULT 0,
    pages INTEGER NOT NULL DEFAULT 0,
    -- The order that was asked for, such as newest.
    comment_order TEXT,
    -- A JSON array of texts.
    problems TEXT NOT NULL DEFAULT '[]',
    -- Digest of the way in which its answers were read.
    mapping TEXT NOT NULL DEFAULT '',
    UNIQUE (source, article, number)
) STRICT;
CREATE TABLE vote (
    comment INTEGER NOT NULL REFERENCES comment(id),
    observed_at INTEGER NOT NULL,
    ledger_commit INTEGER NOT NULL REFERENCES imported_file(position),
    up INTEGER NOT NULL CHECK (up >= 0),
    down INTEGER NOT NULL CHECK (down >= 0),
    replies INTEGER NOT NULL,
    PRIMARY KEY (comment, observed_at, ledger_commit)
) STRICT, WITHOUT ROWID;
CREATE INDEX artifact_by_stage_run ON artifact(stage_run);
CREATE UNIQUE INDEX comment_by_key ON comment(key, source) WHERE numbered;
CREATE INDEX comment_hidden ON comment(id) WHERE hidden;
CREATE UNIQUE INDEX comment_in_article ON comment(article, key) WHERE NOT numbered;
CREATE INDEX comment_removed ON comment(removed_commit, removed_at) WHERE removed_commit IS NOT NULL;
CREATE INDEX crawl_open ON crawl(source) WHERE finished_at IS NULL;
CREATE INDEX fetch_by_page ON fetch(page);
CREATE INDEX fetch_by_visit ON fetch(visit) WHERE visit IS NOT NULL;
CREATE INDEX fetch_of_list ON fetch(request, id) WHERE visit IS NULL;
CREATE INDEX imported_file_by_content ON imported_file(source, digest);
CREATE INDEX imported_file_superseded ON imported_file(source, position) WHERE superseded IS NOT NULL;
CREATE INDEX stage_run_by_fingerprint ON stage_run(stage, fingerprint, id);
CREATE INDEX stage_run_by_run ON stage_run(run);
CREATE INDEX stage_run_by_stage ON stage_run(pipeline, stage, id);
CREATE INDEX visit_by_crawl ON visit(crawl);
CREATE INDEX visit_open ON visit(source, due_at) WHERE state IN ('waiting', 'under_way');
CREATE VIEW article_completeness AS
SELECT
    source, article, title, address, number AS visit, state, announced, seen, removed, replies, refused,
    CASE WHEN announced IS NOT NULL THEN max(0, announced - seen) END AS missing,
    pages, comment_order, problems
FROM visit AS v
WHERE state NOT IN ('waiting', 'under_way')
    AND NOT EXISTS (
        SELECT 1 FROM visit AS later
        WHERE later.source = v.source AND later.article = v.article AND later.number > v.number
            AND later.state NOT IN ('waiting', 'under_way')
    );
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
PRAGMA user_version = 5;
INSERT INTO grdb_migrations VALUES ('1 ledger, runs, labels and splits');
INSERT INTO grdb_migrations VALUES ('2 retention, tombstones, recounts');
INSERT INTO grdb_migrations VALUES ('3 crawls');
INSERT INTO grdb_migrations VALUES ('4 made keys within their articles');
INSERT INTO grdb_migrations VALUES ('5 corrections and warnings');
INSERT INTO run(id, pipeline, started_at, file, date, overrides, host, pid, outcome)
VALUES ('20251121-071644-0001', 'news', '2025-11-21T07:16:44.123Z', 'news.yaml', '2025-11-21', '{}', 'here', 1, 'running');
