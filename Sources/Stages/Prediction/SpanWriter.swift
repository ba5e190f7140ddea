private import Foundation
internal import StageKit
internal import TableFormat

/// Writes the spans of texts: as TSV a line for each, as JSON lines an object for each text.
struct SpanWriter {
    let isJSON: Bool
    /// Whether TSV is written as exports write it, with two backslashes for one.
    let hasEscapes: Bool
    private var hasHeader = false
    private var rows = 0

    init(isJSON: Bool, hasEscapes: Bool) {
        (self.isJSON, self.hasEscapes) = (isJSON, hasEscapes)
    }

    /// The header of a table; empty from the second time on.
    mutating func header(keeping kept: [String]) -> String {
        if isJSON || hasHeader { return "" }
        hasHeader = true
        let columns = kept.isEmpty ? ["line"] : kept
        return (columns.map(field) + ["start", "end", "type", "score", "span"]).joined(separator: "\t") + "\n"
    }

    /// The lines of one text, of which a table has none where there is no span. Without kept columns its number from 1 on
    /// goes before each span.
    mutating func text(of row: TextRow, _ kept: [String], _ spans: [TextTagger.Span]?) -> String {
        rows += 1
        let scalars = Array(String(decoding: row.text ?? [], as: UTF8.self).unicodeScalars)
        func words(_ span: TextTagger.Span) -> String {
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars[span.place])
            return String(view)
        }
        guard isJSON else {
            let before = kept.isEmpty ? ["\(rows)"] : row.kept.map { field($0 ?? "") }
            return (spans ?? []).map { span in
                (before + [
                    "\(span.place.lowerBound)", "\(span.place.upperBound)", field(span.type),
                    String(format: "%.6f", span.score), field(words(span)),
                ]).joined(separator: "\t") + "\n"
            }.joined()
        }
        var members: [String: JSONValue] = ["spans": .null]
        if let spans {
            let found = spans.map { span -> JSONValue in
                [
                    "start": .integer(span.place.lowerBound), "end": .integer(span.place.upperBound),
                    "type": .string(span.type), "score": .number(span.score), "text": .string(words(span)),
                ]
            }
            members["spans"] = .array(found)
        }
        if !kept.isEmpty {
            members["row"] = .object(
                Dictionary(
                    zip(kept, row.kept.map { $0.map(JSONValue.string) ?? .null }), uniquingKeysWith: { $1 }))
        }
        return JSONValue.object(members).canonicalText + "\n"
    }

    private func field(_ text: String) -> String { TableWriter.line(text, doublesBackslashes: hasEscapes) }
}
