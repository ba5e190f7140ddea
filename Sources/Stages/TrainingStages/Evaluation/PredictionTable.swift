internal import ShardFormat
internal import StageKit
internal import TableFormat
internal import Training
internal import VoteModel

/// The answer to each row that was scored, as a TSV table: the row's name, its side, what it is, what the model says. Of rows
/// with tags it has a line for each word, with its number in the text.
struct PredictionTable {
    static let fileName = "predictions.tsv"

    private let names: [String]
    private let form: TargetForm
    private let hasModels: Bool
    private var writer: TableWriter?
    private var bytes: [UInt8] = []

    /// - Parameter hasModels: whether several models answer.
    init(_ manifest: ShardManifest, hasModels: Bool) {
        names = manifest.labelNames
        form = manifest.taskName.form
        self.hasModels = hasModels
    }

    private var columns: [String] {
        if form == .answerPlaces {
            return ["id", "split"] + (hasModels ? ["model"] : [])
                + ["answers", "predicted", "score", "null_score"]
        }
        let answers = form == .number ? ["score"] : ["label"]
        let parts = form == .number ? [] : form == .wordClasses ? ["probability"] : names.map { "p_\($0)" }
        return ["id", "split"] + (hasModels ? ["model"] : []) + (form == .wordClasses ? ["word"] : [])
            + answers
            + ["predicted"] + parts
    }

    /// Adds the rows of a side.
    /// - Parameter locator: that of the shards, which says what sources the comments are of.
    mutating func add(
        _ evaluation: ModelEvaluation, model: String, side: String, _ locator: JSONValue,
        _ context: StageContext
    ) throws {
        var writer = try self.writer ?? TableWriter(.tsv, columns: columns)
        let keys = try Self.keys(of: evaluation.rows, locator, context)
        if form == .wordClasses {
            try addWords(evaluation, model: model, side: side, keys, &writer)
            writer.drain { bytes += $0 }
            self.writer = writer
            return
        }
        if let questions = evaluation.scored.questions {
            try add(questions, evaluation, model: model, side: side, keys, &writer)
            writer.drain { bytes += $0 }
            self.writer = writer
            return
        }
        let predicted = form == .oneClass ? evaluation.predictedClasses : []
        let width = names.count
        for row in 0..<evaluation.rows.count {
            let answers = evaluation.answers[row * width..<(row + 1) * width]
            let comment = evaluation.rows.comment(of: row)
            try writer.text(keys[comment] ?? "\(comment)")
            try writer.text(side)
            if hasModels { try writer.text(model) }
            switch form {
            case .oneClass:
                try writer.text(names[evaluation.rows.label(of: row)])
                try writer.text(names[predicted[row]])
            case .anyClasses:
                let limits = evaluation.scored.thresholds ?? Array(repeating: 0.5, count: width)
                try writer.text(list(evaluation.rows.target(of: row).map { $0 > 0.5 }))
                try writer.text(list(zip(answers, limits).map { $0 >= $1 }))
            case .wordClasses, .answerPlaces: preconditionFailure("written word by word, or by question")
            case .number:
                writer.number(Double("\(evaluation.rows.target(of: row).first ?? 0)") ?? 0)
                writer.number(answers.first ?? 0)
            }
            if form != .number { for answer in answers { writer.number(answer) } }
            writer.endRow()
        }
        writer.drain { bytes += $0 }
        self.writer = writer
    }

    private func addWords(
        _ evaluation: ModelEvaluation, model: String, side: String, _ keys: [Int64: String],
        _ writer: inout TableWriter
    ) throws {
        let (scored, predicted) = (evaluation.scored, evaluation.predictedClasses)
        var (number, last) = (0, Int64?.none)
        for (word, comment) in evaluation.rows.commentsOfWords.enumerated() {
            number = comment == last ? number + 1 : 0
            last = comment
            try writer.text(keys[comment] ?? "\(comment)")
            try writer.text(side)
            if hasModels { try writer.text(model) }
            writer.number(number)
            try writer.text(names[Int(scored.targets[word])])
            try writer.text(names[predicted[word]])
            writer.number(scored.answers[word * names.count + predicted[word]])
            writer.endRow()
        }
    }

    /// A line for each question: the right answers as a JSON list, the one that is given, and the scores of the best and of none.
    private func add(
        _ questions: [AnsweredQuestion], _ evaluation: ModelEvaluation, model: String, side: String,
        _ keys: [Int64: String], _ writer: inout TableWriter
    ) throws {
        for question in questions {
            try writer.text(keys[question.comment] ?? "\(question.comment)")
            try writer.text(side)
            if hasModels { try writer.text(model) }
            try writer.text(JSONValue.array(question.answers.map(JSONValue.string)).canonicalText)
            try writer.text(question.text(evaluation.scored.thresholds?.first))
            if let found = question.found { writer.number(found.0.score) } else { writer.missing() }
            writer.number(question.nullScore)
            writer.endRow()
        }
    }

    /// Names of the classes that a row has, as a JSON list.
    private func list(_ flags: [Bool]) -> String {
        JSONValue.array(zip(names, flags).filter(\.1).map { .string($0.0) }).canonicalText
    }

    /// The rows' names in the store, `source:key`; rows of comments that no longer exist have none.
    static func keys(
        of rows: TokenRows, _ locator: JSONValue, _ context: StageContext
    ) throws -> [Int64: String] {
        let sources = (locator["sources"]?.arrayValue ?? []).compactMap(\.stringValue)
        // Whatever was observed since, a comment keeps its number and its name.
        let cut = LedgerCut(sources: sources, position: .max, digest: "")
        var keys: [Int64: String] = [:]
        let ids = (0..<rows.count).map(rows.comment(of:))
        try context.ledger.scan(cut, fields: .key, selection: .ids(ids)) { comment in
            keys[comment.id] =
                String(decoding: comment.source, as: UTF8.self) + ":"
                + String(decoding: comment.key, as: UTF8.self)
        }
        return keys
    }

    func write(to path: String) throws {
        let file = try FileWriter(path: path)
        try file.write(bytes)
        try file.finish()
    }
}
