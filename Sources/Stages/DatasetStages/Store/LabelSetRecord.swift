package import StageKit
package import VoteModel

/// A label set as the store registers it.
package struct LabelSetRecord: Sendable {
    /// First 16 hex digits of the SHA-256 over rule, ledger digest and clean rules.
    package var id: String
    /// The rule's parameters.
    package var rule: JSONValue
    package var cut: LedgerCut
    /// The clean stage's parameters.
    package var clean: JSONValue
    /// Number of comments by label name.
    package var counts: [String: Int]
    /// How the rows differ from those of an earlier set, if known.
    package var delta: LabelSetDelta?
    /// Every judged comment: asked for only where the difference is not known.
    package var rows: @Sendable () throws -> LabelSetRows

    package init(
        id: String, rule: JSONValue, cut: LedgerCut, clean: JSONValue, counts: [String: Int],
        delta: LabelSetDelta? = nil, rows: @escaping @Sendable () throws -> LabelSetRows
    ) {
        self.id = id
        self.rule = rule
        self.cut = cut
        self.clean = clean
        self.counts = counts
        self.delta = delta
        self.rows = rows
    }
}

/// Judged comments in the order of ids; parallel arrays. Label codes are those of `Verdict`.
package struct LabelSetRows: Hashable, Sendable {
    package var comments: [Int64]
    package var labels: [UInt8]
    package var ups: [Int32]
    package var downs: [Int32]

    package init(
        comments: [Int64] = [], labels: [UInt8] = [], ups: [Int32] = [], downs: [Int32] = []
    ) {
        self.comments = comments
        self.labels = labels
        self.ups = ups
        self.downs = downs
    }

    package var count: Int { comments.count }
}

/// How the rows of a label set differ from those of an earlier one.
package struct LabelSetDelta: Hashable, Sendable {
    /// Id of the earlier set.
    package var base: String
    /// Rows of the present set that are new or say something else.
    package var changed: LabelSetRows
    /// Comments of the earlier set that the present one leaves out. Rising.
    package var gone: [Int64]

    package init(base: String, changed: LabelSetRows = LabelSetRows(), gone: [Int64] = []) {
        self.base = base
        self.changed = changed
        self.gone = gone
    }
}

extension LabelSetRecord: StoreChange {
    /// Registers the set for good, and makes it the promoted one where the run may do so: the first of a pipeline, and
    /// every one that is not only tried.
    package func apply(to store: any StoreWriter) throws {
        let origin = store.origin
        try store.run(
            """
            INSERT OR IGNORE INTO label_set(id, pipeline, rule, clean, sources, ledger_position, ledger_digest,
                as_of, counts, run, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            .text(id), .text(origin.pipeline), .text(rule.canonicalText), .text(clean.canonicalText),
            .text(JSONValue.array(cut.sources.map(JSONValue.string)).canonicalText),
            .integer(cut.position), .text(cut.digest), .optional(cut.asOf),
            .text(JSONValue.object(counts.mapValues(JSONValue.integer)).canonicalText),
            .integer(origin.run), .text(store.timestamp()))
        if origin.isTrial, try live(store) != nil { return }
        try promote(store)
    }

    /// The pipeline's live set.
    private func live(_ store: any StoreWriter) throws -> String? {
        try store.text(
            "SELECT label_set FROM promotion WHERE pipeline = ?", .text(store.origin.pipeline))
    }

    /// Makes the set the live one of its pipeline.
    fileprivate func promote(_ store: any StoreWriter) throws {
        let origin = store.origin
        let live = try live(store)
        if live == id { return }
        try store.run(
            """
            INSERT INTO promotion(pipeline, label_set, run, promoted_at) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (pipeline) DO UPDATE
            SET previous = label_set, label_set = ?2, run = ?3, promoted_at = ?4
            """, .text(origin.pipeline), .text(id), .integer(origin.run), .text(store.timestamp()))
        let number = try store.integer(
            "SELECT number FROM promotion WHERE pipeline = ?", .text(origin.pipeline))
        guard let number else { throw StageError("the promoted label set was not kept") }
        try LabelRows(promotion: number, store).replace(live, with: self)
    }
}

/// Makes a registered label set the live one of its pipeline, until a run without its own parameters makes another.
package struct LabelSetPromotion: StoreChange {
    private let set: LabelSetRecord

    package init(_ set: LabelSetRecord) {
        self.set = set
    }

    package func apply(to store: any StoreWriter) throws { try set.promote(store) }
}
