/// The tables of crawls.
package enum CrawlSchema {
    package static let tables = """
        -- One crawl of a source; several runs where the first of them was stopped.
        CREATE TABLE crawl (
            id INTEGER PRIMARY KEY,
            source TEXT NOT NULL,
            -- The run that began it.
            run INTEGER NOT NULL REFERENCES run(number),
            -- Seconds since 1970, UTC.
            started_at INTEGER NOT NULL,
            finished_at INTEGER
        ) STRICT;
        CREATE INDEX crawl_open ON crawl(source) WHERE finished_at IS NULL;
        -- A look at an article and its comments: done, under way or still to come. Together they are the frontier.
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
        CREATE INDEX visit_open ON visit(source, due_at) WHERE state IN ('waiting', 'under_way');
        CREATE INDEX visit_by_crawl ON visit(crawl);
        -- Bodies of answers, each once. `body` is a gzip file; `NULL` where it was given up.
        CREATE TABLE page (
            id INTEGER PRIMARY KEY,
            -- SHA-256 of the body, 64 hex digits.
            digest TEXT NOT NULL UNIQUE,
            size INTEGER NOT NULL,
            body BLOB
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
        CREATE INDEX fetch_by_visit ON fetch(visit) WHERE visit IS NOT NULL;
        CREATE INDEX fetch_of_list ON fetch(request, id) WHERE visit IS NULL;
        CREATE INDEX fetch_by_page ON fetch(page);
        """

    package static let views = """
        -- How complete the latest ended visit of each article was.
        CREATE VIEW article_completeness AS
        SELECT
            source, article, title, address, number AS visit, state, announced, seen, removed, replies, refused,
            CASE WHEN announced IS NOT NULL THEN max(0, announced - seen - refused) END AS missing,
            pages, comment_order, problems
        FROM visit AS v
        WHERE state NOT IN ('waiting', 'under_way')
            AND NOT EXISTS (
                SELECT 1 FROM visit AS later
                WHERE later.source = v.source AND later.article = v.article AND later.number > v.number
                    AND later.state NOT IN ('waiting', 'under_way')
            );
        """

    /// Answers can be given up to save room; the same body may be kept again when it comes again.
    package static let givenUp = """
        -- ISO 8601, UTC; `NULL` where the body is there, or went for another reason.
        ALTER TABLE page ADD COLUMN given_up_at TEXT;
        """

    /// Comments that could not be taken are missing too.
    package static let refusedAreMissing = """
        DROP VIEW article_completeness;
        -- How complete the latest ended visit of each article was.
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
        """
}
