private import Foundation
internal import TableFormat
internal import VoteModel

/// Labels that people gave comments, from tables that they filled in: columns `id` and `label`, and where there are such
/// `annotator`, `time` and `strategy`.
package struct AnnotationTable: Sendable {
    /// What one person said of one comment.
    package struct Row: Hashable, Sendable {
        /// `source:key`
        package var comment: String
        /// As it was written, without white space around it; not empty.
        package var label: String
        package var annotator: String
        /// Seconds since 1970, UTC; `nil` if the table does not say when.
        package var moment: Int64?
        /// Whether the comment was drawn at random.
        package var isControl: Bool
        /// File and line, for messages.
        package var place: String

        package init(
            comment: String, label: String, annotator: String, moment: Int64? = nil, isControl: Bool = false,
            place: String
        ) {
            self.comment = comment
            self.label = label
            self.annotator = annotator
            self.moment = moment
            self.isControl = isControl
            self.place = place
        }
    }

    package private(set) var rows: [Row] = []
    /// Rows whose label nobody has filled in.
    package private(set) var unfilled = 0

    package init() {}

    private static let columns: [TableColumn] = [
        "id", "label", TableColumn("annotator", required: false), TableColumn("time", required: false),
        TableColumn("strategy", required: false),
    ]

    /// Takes over a table.
    ///
    /// - Parameters:
    ///   - name: how messages call it; a name in `.csv` is that of a table with commas. Without a column `annotator` the file's
    ///     name without its ending is who filled it in.
    ///   - forEachChunk: gives the table's bytes, piece by piece.
    /// - Throws: ``ReadingProblem`` naming file and line of the first row that cannot be meant, and what `forEachChunk` throws.
    package mutating func add(
        _ name: String, forEachChunk: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
    ) throws {
        var options = TableReaderOptions()
        let isCSV = name.lowercased().hasSuffix(".csv")
        options.backslashEscapes = !isCSV
        let file = URL(filePath: name).deletingPathExtension().lastPathComponent
        do {
            var reader = try TableReader(isCSV ? .csv : .tsv, columns: Self.columns, options: options)
            var found = self
            func refuse(_ problem: RowProblem) throws {
                throw ReadingProblem(
                    "\(name), line \(problem.line): \(problem.reason)",
                    hint: "fix the line, or save the table again as TSV or as 'CSV UTF-8'")
            }
            try forEachChunk { chunk in
                try reader.read(chunk, row: { try found.add($0, name, file) }, problem: refuse)
            }
            try reader.finish(row: { try found.add($0, name, file) }, problem: refuse)
            self = found
        } catch let error as TableError {
            throw ReadingProblem(
                "\(name): \(error)",
                hint:
                    "a table of labels has the columns id and label, as read-next writes them, and is saved as TSV or as 'CSV UTF-8'"
            )
        }
    }

    private mutating func add(_ row: TableRow, _ name: String, _ file: String) throws {
        func field(_ column: Int) -> String {
            row.text(column)?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
        }
        let label = field(1)
        if label.isEmpty {
            unfilled += 1
            return
        }
        let place = "\(name), line \(row.line)"
        let comment = field(0)
        guard comment.dropFirst().dropLast().contains(":") else {
            throw ReadingProblem(
                "\(place): '\(comment)' is not the ID of a comment",
                hint: "an id is source:key, as the column id of lists and exports shows it")
        }
        let time = field(3)
        let moment = Array(time.utf8).withUnsafeBytes { Moment.seconds($0, zoneSeconds: 0) }
        if !time.isEmpty, moment == nil {
            throw ReadingProblem(
                "\(place): '\(time)' is not a time", hint: "write it as 2026-01-31 or 2026-01-31T14:05:00Z")
        }
        let annotator = field(2)
        rows.append(
            Row(
                comment: comment, label: label, annotator: annotator.isEmpty ? file : annotator,
                moment: moment,
                isControl: field(4) == ReadingStrategy.random.rawValue, place: place))
    }
}
