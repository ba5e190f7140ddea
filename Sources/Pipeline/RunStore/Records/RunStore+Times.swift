internal import GRDB

extension RunStore {
    /// Seconds that a stage worked on the result that it has now: in the run that made it, and in those that were stopped since
    /// the last time that it was made.
    /// - Returns: `nil` if it has no result.
    package func secondsSpent(pipeline: String, stage: String) throws -> Double? {
        try read { database in
            try Double.fetchOne(
                database,
                sql: """
                    WITH result AS (
                        SELECT maker.id, maker.stage, maker.fingerprint FROM stage_run
                        JOIN stage_run AS maker ON maker.id = stage_run.made_by
                        WHERE stage_run.pipeline = ? AND stage_run.stage = ?
                            AND stage_run.verdict IN ('ran', 'cached', 'restored')
                        ORDER BY stage_run.id DESC LIMIT 1)
                    SELECT sum((julianday(work.finished_at) - julianday(work.started_at)) * 86400)
                    FROM result JOIN stage_run AS work USING (stage, fingerprint)
                    WHERE work.verdict IN ('ran', 'interrupted') AND work.id <= result.id
                        AND work.id > coalesce((
                            SELECT max(before.id) FROM stage_run AS before
                            WHERE before.stage = result.stage AND before.fingerprint = result.fingerprint
                                AND before.verdict = 'ran' AND before.id < result.id), 0)
                    """, arguments: [pipeline, stage])
        }
    }
}
