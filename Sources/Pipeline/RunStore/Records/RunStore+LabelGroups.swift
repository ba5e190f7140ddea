internal import GRDB
internal import StoreFile
package import VoteModel

/// How many comments of an outlet and a month have which label.
package struct LabelGroup: Hashable, Sendable {
    /// `nil` if the source names none.
    package var outlet: String?
    /// `YYYY-MM` in which the comments were written, or else their article appeared; `nil` if neither is known.
    package var month: String?
    package var verdict: Verdict
    package var comments: Int
}

extension RunStore {
    /// The comments of the pipeline's live label set by outlet, month and label.
    /// - Complexity: reads each comment's row.
    package func labelGroups(pipeline: String) throws -> [LabelGroup] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT article.outlet AS outlet, CASE
                            WHEN comment.created_at GLOB '[12][0-9][0-9][0-9]-[01][0-9]*'
                                THEN substr(comment.created_at, 1, 7)
                            WHEN article.published_at GLOB '[12][0-9][0-9][0-9]-[01][0-9]*'
                                THEN substr(article.published_at, 1, 7)
                        END AS month, label.code AS code, count(*) AS comments
                    FROM promotion JOIN label ON label.promotion = promotion.number
                    CROSS JOIN comment ON comment.id = label.comment
                    JOIN article ON article.id = comment.article
                    WHERE promotion.pipeline = ? GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
                    """, arguments: [pipeline]
            ).compactMap { row in
                let code: Int = row["code"]
                guard let verdict = UInt8(exactly: code).flatMap(Verdict.init(code:)) else { return nil }
                return LabelGroup(
                    outlet: row["outlet"], month: row["month"], verdict: verdict, comments: row["comments"])
            }
        }
    }
}
