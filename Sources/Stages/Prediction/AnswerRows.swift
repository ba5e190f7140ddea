internal import StageKit
package import TableFormat
package import Training

/// Answers as rows of typed columns, of which Parquet tables are made: numbers in full, lists as lists.
package struct AnswerRows {
    package enum Form: Hashable, Sendable {
        case text, texts, number
    }

    /// Names of the columns and what they hold: those that are kept, then those of the answers, as in TSV tables.
    package let columns: [(name: String, form: Form)]
    /// The rows as lines of JSON.
    package private(set) var writer: TableWriter
    private let answers: ModelAnswers

    /// - Parameter kept: names of the columns that are kept.
    /// - Throws: `TableError` for a column that is kept twice.
    package init(_ answers: ModelAnswers, keeping kept: [String]) throws(TableError) {
        self.answers = answers
        let names = AnswerWriter(answers, isJSON: false, withLogits: false).columns(keeping: kept)
        let first: Form =
            switch answers.form {
            case .oneClass: .text
            case .anyClasses: .texts
            case .numbers: .number
            }
        columns = names.enumerated().map { place, name in
            (name, place < kept.count ? .text : place == kept.count ? first : .number)
        }
        writer = try TableWriter(.jsonl, columns: names)
    }

    /// Adds a row.
    /// - Parameter scores: as the head gives them; `nil` for a row without a text.
    package mutating func add(_ row: TextRow, _ scores: [Float]?) throws(TableError) {
        for value in row.kept {
            if let value { try writer.text(value) } else { writer.missing() }
        }
        switch scores.map({ answers.answer($0) }) {
        case .oneClass(let label, let probabilities):
            if let label { try writer.text(answers.labels[label]) } else { writer.missing() }
            writer.number(probabilities[label ?? answers.rule.bestClass(probabilities)])
            for value in probabilities { writer.number(value) }
        case .anyClasses(let chosen, let probabilities):
            let names = chosen.map { JSONValue.string(answers.labels[$0]) }
            try writer.text(JSONValue.array(names).canonicalText)
            for value in probabilities { writer.number(value) }
        case .numbers(let values): for value in values { writer.number(value) }
        case nil: for _ in row.kept.count..<columns.count { writer.missing() }
        }
        writer.endRow()
    }

    /// Hands over the lines since the last time.
    package mutating func drain(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        try writer.drain(body)
    }
}
