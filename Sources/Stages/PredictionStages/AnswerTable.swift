internal import DatasetStages
internal import Prediction
internal import StageKit
internal import Training
internal import VoteModel

/// The table of all answers, a row for each comment in the order of their numbers.
struct AnswerTable {
    private let answers: ModelAnswers
    private let columns: [CommentColumn]
    private let isJSON: Bool

    init(_ answers: ModelAnswers, columns: [CommentColumn], isJSON: Bool) {
        self.answers = answers
        self.columns = columns
        self.isJSON = isJSON
    }

    private static let blockSize = 4_096

    /// - Parameter watch: gets each answer, and whether its text was cut.
    func write(
        _ rows: ScoredRows, of texts: AskedTexts, to path: String, _ context: StageContext,
        watch: (ModelAnswers.Answer, Bool) -> Void
    ) throws {
        var writer = AnswerWriter(answers, isJSON: isJSON, withLogits: false, hasEscapes: true)
        let file = try FileWriter(path: path)
        let cleaner = try texts.facts.clean == nil ? nil : CleanedTexts(texts.facts)
        var key = CommentKeyWriter()
        let fields = columns.reduce(into: CommentFields()) { $0.formUnion($1.fields) }
        for start in stride(from: 0, to: rows.count, by: Self.blockSize) {
            let block = start..<min(start + Self.blockSize, rows.count)
            try context.checkpoint()
            var lines = TextBlock(keptColumns: columns.map(\.header), rows: [])
            var pairs = columns.contains(.textPair) ? try texts.pairs(of: Array(rows.ids[block]))[...] : []
            try context.ledger.scan(
                texts.facts.cut, fields: fields, selection: .ids(Array(rows.ids[block]))
            ) { comment in
                var line = TextRow(text: nil)
                let pair = pairs.popFirst()
                line.kept = columns.map { column in
                    column.withValue(of: comment, pair: pair, &key, cleaner) { value in
                        value.map { String(decoding: $0, as: UTF8.self) }
                    }
                }
                lines.rows.append(line)
            }
            guard lines.rows.count == block.count else {
                throw StageError.vanishedDuringAnswers
            }
            for row in block { watch(answers.answer(Array(rows.scores(of: row))), rows.cuts[row] != 0) }
            try file.write(writer.text(of: lines, block.map { Array(rows.scores(of: $0)) }))
            context.progress.report(block.upperBound, of: rows.count, unit: "answers")
        }
        try file.write(writer.rest(keeping: columns.map(\.header)))
        try file.finish()
    }
}
