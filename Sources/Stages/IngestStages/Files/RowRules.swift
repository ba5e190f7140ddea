package import FieldValues

/// How the fields of rows are understood, beyond which column holds what.
package struct RowRules {
    package var moments: MomentText
    /// When the rows were seen, for tables that do not say it; seconds since 1970, UTC.
    package var defaultObservedAt: Int64
    /// Texts that mean a missing value, in all columns except the text.
    package var nulls: Set<[UInt8]> = []
    /// Whether comments are numbered again in each article.
    package var numbersAreOfArticles = false
    /// Whether the reader of the rows gives comments their keys and articles.
    package var keysAreGiven = false
    /// Whether texts are HTML.
    package var textIsHTML = false
    /// Of the hashes of authors; `nil`: authors are not kept.
    package var authorSalt: String?
    /// Whether texts in quotation marks may mean that the table is quoted after all.
    package var watchesQuotes = false

    package init(moments: MomentText, defaultObservedAt: Int64) {
        self.moments = moments
        self.defaultObservedAt = defaultObservedAt
    }

    /// What programs write for "no value" where a number or a date should be.
    static let usualNulls: Set<[UInt8]> = Set(
        [
            "NaT", "NaN", "nan", "NA", "N/A", "n/a", "#N/A", "null", "NULL", "Null", "None", "none", "nil",
            "-",
            "\\N", "<NA>",
        ].map { Array($0.utf8) })
}

/// Warnings about a file's rows, each given once.
package struct RowNotes {
    /// Something that happened in some rows, with the first that it happened in.
    package struct Note: Hashable, Sendable {
        package var count = 0
        package var example = ""
        package var line = 0

        mutating func add(_ row: Int, _ text: @autoclosure () -> String) {
            if count == 0 { (line, example) = (row, text()) }
            count += 1
        }
    }

    /// Counts that were written rounded.
    package var rounded = Note()
    /// Values of optional columns that could not be read and were left out, by column.
    package var leftOut: [String: Note] = [:]
    /// Texts in quotation marks with doubled ones inside, and texts in quotation marks at all.
    package var doubled = Note()
    package var enclosed = Note()
    /// Rows whose number belongs to another comment of the same file.
    package var numberConflicts = Note()
    /// Rows that were refused because an identifier lost its digits.
    package var lostDigits = Note()

    package init() {}
}

extension RowNotes {
    /// Warnings about a file, each given once.
    /// - Parameters:
    ///   - rows: of the file.
    ///   - refused: rows that were kept aside.
    func sentences(of file: String, rows: Int, _ refused: Int) -> [String] {
        var sentences: [String] = []
        if rounded.count > 0 {
            let (noun, verb) = rounded.count == 1 ? ("count", "is") : ("counts", "are")
            sentences.append(
                "\(file): \(rounded.count) \(noun) \(verb) rounded, such as '\(rounded.example)' in line \(rounded.line)"
            )
        }
        for (column, note) in leftOut.sorted(by: { $0.key < $1.key }) {
            let (noun, verb) = note.count == 1 ? ("value", "was") : ("values", "were")
            sentences.append(
                "\(file): \(note.count) \(noun) of '\(column)' could not be read and \(verb) left out, such as "
                    + "'\(note.example)' in line \(note.line)")
        }
        if doubled.count > 0 || enclosed.count > 1 && enclosed.count * 2 > rows {
            let note = doubled.count > 0 ? doubled : enclosed
            sentences.append(
                "\(file) looks quoted: \(note.count) of \(rows) texts are in quotation marks, such as "
                    + "\(note.example); set quote: csv, or quote: none if the marks are part of the texts")
        }
        if refused > 1_000 {
            sentences.append(
                "\(file): of \(refused) rows that could not be read the first 1,000 were kept aside")
        }
        return sentences
    }
}
