private import Foundation
internal import StageKit
internal import TableFormat

/// Writes the answers that are found in contexts: a line, or an object, for each question.
struct PlaceWriter {
    let isJSON: Bool
    /// Whether TSV is written as exports write it, with two backslashes for one.
    let hasEscapes: Bool
    private var hasHeader = false

    init(isJSON: Bool, hasEscapes: Bool) {
        (self.isJSON, self.hasEscapes) = (isJSON, hasEscapes)
    }

    private static let columns = ["answer", "start", "end", "score", "null_score"]

    /// The header of a table; empty from the second time on.
    mutating func header(keeping kept: [String]) -> String {
        if isJSON || hasHeader { return "" }
        hasHeader = true
        return (kept.map(field) + Self.columns).joined(separator: "\t") + "\n"
    }

    /// The line of one question. Where no answer is given, it has but the scores: that of the best one, and that of none.
    ///
    /// - Parameter answer: `nil` for a row without a question or without a context.
    func text(of row: TextRow, _ kept: [String], _ answer: QuestionReader.Answer?) -> String {
        let given = answer.flatMap { $0.isGiven ? $0.best : nil }
        let words = given.map { Self.words($0.place, of: row.text ?? []) }
        guard isJSON else {
            func number(_ value: Double?) -> String { value.map { String(format: "%.6f", $0) } ?? "" }
            let fields = [
                words.map(field) ?? "", given.map { "\($0.place.lowerBound)" } ?? "",
                given.map { "\($0.place.upperBound)" } ?? "", number(answer?.best?.score),
                number(answer?.nullScore),
            ]
            return (row.kept.map { field($0 ?? "") } + fields).joined(separator: "\t") + "\n"
        }
        var members: [String: JSONValue] = [
            "answer": words.map(JSONValue.string) ?? .null,
            "start": given.map { .integer($0.place.lowerBound) } ?? .null,
            "end": given.map { .integer($0.place.upperBound) } ?? .null,
            "score": answer?.best.map { .number($0.score) } ?? .null,
            "null_score": answer.map { .number($0.nullScore) } ?? .null,
        ]
        if !kept.isEmpty {
            members["row"] = .object(
                Dictionary(
                    zip(kept, row.kept.map { $0.map(JSONValue.string) ?? .null }), uniquingKeysWith: { $1 }))
        }
        return JSONValue.object(members).canonicalText + "\n"
    }

    private static func words(_ place: Range<Int>, of text: [UInt8]) -> String {
        let scalars = Array(String(decoding: text, as: UTF8.self).unicodeScalars)
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[place.clamped(to: scalars.indices)])
        return String(view)
    }

    private func field(_ text: String) -> String { TableWriter.line(text, doublesBackslashes: hasEscapes) }
}
