/// What the store knows of the label sets of trials, and of the label sets of published files.
enum PublishingSchema {
    static let trials = """
        ALTER TABLE stage_run ADD COLUMN trial INTEGER NOT NULL
            -- 1 where it went by labels that were only tried: with a rule of the command line, of the past, or taken up.
            DEFAULT 0;
        UPDATE stage_run SET trial = 1
        WHERE run IN (SELECT number FROM run WHERE overrides <> '{}' OR as_of IS NOT NULL);
        -- The set whose labels the file holds or tells of.
        ALTER TABLE publication ADD COLUMN label_set TEXT;
        UPDATE publication SET label_set = (
            SELECT artifact.locator ->> '$.label_set' FROM artifact
            WHERE artifact.stage_run = publication.stage_run ORDER BY 1 DESC LIMIT 1
        );
        -- The set that was promoted before.
        ALTER TABLE promotion ADD COLUMN previous TEXT;
        UPDATE promotion SET previous = (
            SELECT label_set.id FROM label_set JOIN run ON run.number = label_set.run
            WHERE label_set.pipeline = promotion.pipeline AND label_set.id <> promotion.label_set
                AND run.overrides = '{}' AND run.as_of IS NULL
            ORDER BY label_set.created_at DESC LIMIT 1
        );
        """
}
