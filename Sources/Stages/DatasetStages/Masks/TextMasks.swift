package import StageKit

/// What is masked in texts that were looked at, by the texts.
package struct TextMasks: Sendable {
    private var spans: [Int64: [MaskedSpan]] = [:]

    package init() {}

    /// What tells a text from others: the first 8 bytes of its SHA-256, big-endian.
    package static func hash(of text: UnsafeRawBufferPointer) -> Int64 {
        Int64(bitPattern: ContentDigest.words(of: text)[0])
    }

    /// What is masked in a text; `nil` if nobody looked at it.
    /// - Parameter hash: ``hash(of:)``.
    package subscript(hash: Int64) -> [MaskedSpan]? {
        get { spans[hash] }
        set { spans[hash] = newValue }
    }
}

/// What is masked in the texts of a dataset: read once, for all who clean its texts.
package struct DatasetMasks: Sendable {
    let spans: TextMasks
    let masking: TextMasking

    /// - Returns: `nil` if the texts are not masked.
    package init?(_ facts: DatasetFacts, _ context: StageContext) throws {
        guard let masking = facts.masking else { return nil }
        self.masking = masking
        spans = try MaskMemory(key: masking.key, in: context.kindRows).masks
    }
}

/// What the store has of texts that a model has looked at.
package struct MaskMemory {
    package private(set) var masks = TextMasks()
    /// Comments with the texts that were looked at, in the order of the numbers.
    private(set) var known: [(comment: Int64, text: Int64)] = []
    /// Titles that were looked at.
    private(set) var titles: Set<Int64> = []

    /// Nothing known.
    package init() {}

    /// - Parameters:
    ///   - key: ``TextMasking/key``.
    ///   - stage: whose comments and titles are listed; `nil` for spans of any stage alone.
    package init(key: String, of stage: (pipeline: String, name: String)? = nil, in rows: any KindRows) throws
    {
        try rows.read { store in
            let sets = "SELECT number, pipeline, stage FROM mask_set WHERE key = ? ORDER BY number"
            var numbers: [(Int64, isOwn: Bool)] = []
            try store.rows(sets, [.text(key)]) { row in
                let isOwn = stage.map { $0.pipeline == row.text(1) && $0.name == row.text(2) }
                numbers.append((row.int64(0), isOwn ?? false))
            }
            for (number, isOwn) in numbers {
                try store.rows(
                    "SELECT comment, text_hash, spans FROM mask WHERE mask_set = ? ORDER BY comment",
                    [.integer(number)]
                ) { row in
                    masks[row.int64(1)] = row.isNull(2) ? [] : try [MaskedSpan](text: row.text(2))
                    if isOwn { known.append((row.int64(0), row.int64(1))) }
                }
                try store.rows(
                    "SELECT text_hash, spans FROM mask_title WHERE mask_set = ?", [.integer(number)]
                ) { row in
                    masks[row.int64(0)] = row.isNull(1) ? [] : try [MaskedSpan](text: row.text(1))
                    if isOwn { titles.insert(row.int64(0)) }
                }
            }
        }
    }

    /// Those of some rows that the store does not have of the stage. Comments have to be in the order of their numbers.
    package func missing(in rows: MaskRows) -> MaskRows {
        var missing = MaskRows()
        var next = 0
        for row in 0..<rows.count {
            let (comment, text) = (rows.comments[row], rows.texts[row])
            if comment == MaskRows.title {
                if !titles.contains(text) { missing.append(comment, text: text, rows.spans[row]) }
                continue
            }
            while next < known.count, known[next].comment < comment { next += 1 }
            var place = next
            while place < known.count, known[place].comment == comment, known[place].text != text {
                place += 1
            }
            if place == known.count || known[place].comment != comment {
                missing.append(comment, text: text, rows.spans[row])
            }
        }
        return missing
    }
}

/// What a mask stage has found, as the store keeps it.
package struct MaskRecord: StoreChange {
    private let key: String
    /// Rows that the store may not have yet.
    private let rows: @Sendable () throws -> MaskRows

    /// - Parameter key: ``TextMasking/key``.
    package init(key: String, rows: @escaping @Sendable () throws -> MaskRows) {
        (self.key, self.rows) = (key, rows)
    }

    /// Adds the rows, in a trial too: they say what was found, and decide nothing. What the stage has found in other ways
    /// goes with the next run that is none.
    package func apply(to store: any StoreWriter) throws {
        let origin = store.origin
        try store.run(
            """
            INSERT INTO mask_set(pipeline, stage, key, run, masked_at) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (pipeline, stage, key) DO UPDATE SET run = ?4, masked_at = ?5
            """, .text(origin.pipeline), .text(origin.stage), .text(key), .integer(origin.run),
            .text(store.timestamp()))
        let number = try store.integer(
            "SELECT number FROM mask_set WHERE pipeline = ? AND stage = ? AND key = ?",
            .text(origin.pipeline), .text(origin.stage), .text(key))
        guard let number else { throw StageError("the set of masks was not kept") }
        if !origin.isTrial {
            let others = "SELECT number FROM mask_set WHERE pipeline = ?1 AND stage = ?2 AND number <> ?3"
            let values: [StoreValue] = [.text(origin.pipeline), .text(origin.stage), .integer(number)]
            try store.run("DELETE FROM mask WHERE mask_set IN (\(others))", values[0], values[1], values[2])
            try store.run("DELETE FROM mask_set WHERE number IN (\(others))", values[0], values[1], values[2])
        }
        try insert(try rows(), number, store)
    }

    private func insert(_ rows: MaskRows, _ number: Int64, _ store: any StoreWriter) throws {
        let titles = (0..<rows.count).filter { rows.comments[$0] == MaskRows.title }
        let comments = (0..<rows.count).filter { rows.comments[$0] != MaskRows.title }
        let masks = try store.inserts(
            into: "mask(mask_set, comment, text_hash, spans)", columns: 4, or: "REPLACE")
        masks.share { statement, start in statement.bind(start + 1, number) }
        try masks.insert(rows: comments.count) { statement, start, index in
            statement.bind(start + 2, rows.comments[comments[index]])
            statement.bind(start + 3, rows.texts[comments[index]])
            bind(rows.spans[comments[index]], start + 4, statement)
        }
        let ofTitles = try store.inserts(
            into: "mask_title(mask_set, text_hash, spans)", columns: 3, or: "REPLACE")
        ofTitles.share { statement, start in statement.bind(start + 1, number) }
        try ofTitles.insert(rows: titles.count) { statement, start, index in
            statement.bind(start + 2, rows.texts[titles[index]])
            bind(rows.spans[titles[index]], start + 3, statement)
        }
    }

    private func bind(_ spans: [MaskedSpan], _ column: Int32, _ statement: any StoreStatement) {
        if let text = spans.text { statement.bind(column, text: text) } else { statement.bindNull(column) }
    }
}
