internal import ShardFormat
internal import StageKit
internal import VoteModel

/// Rows that came with labels, as a split takes them: those whose texts cleaning has kept.
struct LabeledSample {
    let columns: DatasetColumns
    /// The side that its owner put each row on, by name; empty if nothing says it.
    let sides: [String]

    /// `nil` for a sample of comments labeled by their votes.
    /// - Throws: ``/StageKit/StageError`` for comments that have neither label nor sample.
    init?(_ inputs: [InputArtifact], _ facts: DatasetFacts, _ context: StageContext) throws {
        guard var rows = try JoinedRows(inputs, facts)?.rows else {
            guard let input = inputs.first else { return nil }
            if input.type == ArtifactType.sample { return nil }
            throw StageError(
                "the comments of stage '\(input.stage)' have votes and no labels yet",
                hint:
                    "put a label and a sample stage before the split, or name the column of the labels as label, "
                    + "labels or score under 'columns' of the ingest stage")
        }
        let cleaned = inputs.filter { $0.type == ArtifactType.texts }
        let dropped = try cleaned.reduce(into: Set<Int64>()) { $0.formUnion(try DroppedComments($1).ids) }
        let before = rows.count
        rows = rows.filtered { !dropped.contains($0) }
        if rows.count < before {
            context.progress.warn(
                "cleaning left nothing of the texts of \(before - rows.count) rows; they are left out")
        }
        try self.init(rows, facts, context)
    }

    private init(_ rows: RowTable, _ facts: DatasetFacts, _ context: StageContext) throws {
        var articles: [Int64: Int64] = [:]
        for ids in [rows.ids, rows.pairs] where !ids.isEmpty {
            try context.ledger.scan(facts.cut, fields: .articleID, selection: .ids(ids)) {
                articles[$0.id] = $0.article
            }
        }
        // What was forgotten since no longer exists.
        let rows = rows.filtered { articles[$0] != nil }
        var columns = DatasetColumns()
        columns.targetWidth = rows.width
        columns.ids = rows.ids
        columns.pairs = rows.pairs
        columns.targets = rows.targets
        columns.words = rows.words
        columns.articles = rows.ids.map { articles[$0] ?? 0 }
        columns.ups = Array(repeating: 0, count: rows.count)
        columns.downs = columns.ups
        // One byte is enough to count by; what is learned is the target.
        columns.labels = (0..<rows.count).map { row in
            rows.task.form == .oneClass ? UInt8(clamping: Int(rows.target(of: row).first ?? 0)) : 0
        }
        self.columns = columns
        sides = rows.sides.map { $0 == .max ? "" : rows.sideNames[Int($0)] }
    }
}

extension DatasetColumns {
    /// Rows of each class among some; of comments with votes, by their verdict.
    func classes(of row: Int, _ targets: TargetFacts?) -> [Int] {
        guard let targets else { return Verdict(code: labels[row])?.classIndex.map { [$0] } ?? [] }
        switch targets.task.form {
        case .oneClass: return [Int(target(of: row).first ?? 0)]
        case .anyClasses: return target(of: row).enumerated().filter { $0.element > 0 }.map(\.offset)
        case .answerPlaces: return [words[row].isEmpty ? 1 : 0]
        case .number, .wordClasses: return []
        }
    }
}

extension DatasetColumns {
    /// Parts of scores that a balanced split counts like classes, each with as many rows.
    private static let scoreParts = 5

    /// What a balanced split counts rows by, and how many kinds of it there are: classes, tags that a text has
    /// words of, or parts of the scores.
    func strata(_ targets: TargetFacts?) -> (count: Int, of: (Int) -> [Int]) {
        if let targets, targets.task.form == .wordClasses {
            return (targets.names.count, { Set(self.words[$0].map { Int($0.tag) }).sorted() })
        }
        guard let targets, targets.task.form == .number else {
            return (targets?.names.count ?? 2, { classes(of: $0, targets) })
        }
        let sorted = self.targets.sorted()
        let bounds = (1..<Self.scoreParts).map { sorted[$0 * sorted.count / Self.scoreParts] }
        return (Self.scoreParts, { row in [bounds.count { $0 <= self.targets[row] }] })
    }
}

extension DatasetFacts {
    /// Names of the classes that rows are counted by, in their order; none for scores.
    var classNames: [String] { targets?.classNames ?? SplitFigures.votedNames }
}
