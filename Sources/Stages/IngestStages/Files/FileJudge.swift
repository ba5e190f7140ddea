internal import FieldValues
internal import StageKit
internal import TableFormat
internal import VoteModel

/// Counts a file's readable and rejected rows and decides whether the file may be imported.
struct FileJudge {
    /// Rows that could not be taken, by what was wrong with them in general.
    private(set) var reasons: [String: RowNotes.Note] = [:]
    private(set) var readable = 0
    private(set) var refused = 0
    private(set) var withoutText = 0

    /// Rows that could not be read, in part of all of them, from which on that is worth a warning.
    private static let warningShare = 0.01

    mutating func take() { readable += 1 }

    mutating func takeEmpty() {
        readable += 1
        withoutText += 1
    }

    mutating func refuse(_ problem: RowProblem) {
        refused += 1
        reasons[Self.general(problem.reason), default: RowNotes.Note()]
            .add(problem.line, "\(problem.reason.description): \(problem.excerpt)")
    }

    var rows: Int { readable + refused }

    private static let notUTF8 = "bytes that are not UTF-8"

    /// What is wrong with a row, without what is its own.
    private static func general(_ reason: RowProblem.Reason) -> String {
        switch reason {
        case .invalidField(let name, let words):
            let expected = words.firstRange(of: ", expected ").map { "expected " + words[$0.upperBound...] }
            return "'\(name)': "
                + (expected ?? (words.hasPrefix("number '") ? "a number given twice" : words))
        case .tooManyFields: return "too many fields"
        case .tooFewFields: return "too few fields"
        case .invalidUTF8: return notUTF8
        case .invalidJSON: return "not a JSON object"
        default: return reason.description
        }
    }

    /// The three most frequent reasons, each with the first row that it holds for.
    private static func summary(_ reasons: [String: RowNotes.Note]) -> String {
        reasons.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.prefix(3)
            .map { "\($0.value.count) × \($0.key) (line \($0.value.line): \($0.value.example))" }
            .joined(separator: "; ")
    }

    /// The warning that a run's rows deserve; `nil` if fewer than one of a hundred was refused.
    static func warning(_ judges: [(file: String, judge: FileJudge)]) -> String? {
        let rows = judges.reduce(0) { $0 + $1.judge.rows }
        let refused = judges.reduce(0) { $0 + $1.judge.refused }
        guard refused > 0, Double(refused) >= warningShare * Double(rows) else { return nil }
        var reasons: [String: RowNotes.Note] = [:]
        for (file, judge) in judges {
            for (reason, note) in judge.reasons {
                if reasons[reason] == nil {
                    reasons[reason] = note
                    reasons[reason]?.example = judges.count > 1 ? "\(file), \(note.example)" : note.example
                } else {
                    reasons[reason]?.count += note.count
                }
            }
        }
        let share = (1000 * Double(refused) / Double(rows)).rounded() / 10
        return
            "\(refused) of \(rows) rows (\(share) %) could not be read and were kept aside: \(summary(reasons))"
    }

    /// - Throws: ``StageError`` that rejects the whole file, if less than half of it could be read, or it says
    ///   something else than it seems to.
    func check(_ opening: TableOpening, _ notes: RowNotes) throws(StageError) {
        let name = opening.source.name
        if notes.numberConflicts.count * 100 >= rows, notes.numberConflicts.count > 0 {
            throw Self.numbersRestart(name, notes.numberConflicts.count, rows, notes.numberConflicts.example)
        }
        if rows > 0, withoutText == rows {
            throw StageError(
                "no row of \(name) has a text, \(rows) rows",
                hint:
                    "set 'columns' of the stage to the column that holds the texts; nothing was imported from the file",
                sourceIncomplete: true)
        }
        let misread = reasons[Self.notUTF8]?.count ?? 0
        if misread > 1, misread * 100 >= rows, opening.isASCIISoFar {
            throw StageError(
                "\(name) is not written in UTF-8: \(misread) of \(rows) rows hold other bytes, and no other "
                    + "encoding showed at its start: \(Self.summary(reasons))",
                hint:
                    "is it cp949? set 'encoding' of the stage to what the file is written in; nothing was imported",
                sourceIncomplete: true)
        }
        guard refused * 2 > rows else { return }
        let share = readable == 0 ? "no row" : "only \(readable) of \(rows) rows"
        throw StageError(
            "\(share) of \(name) could be read: \(Self.summary(reasons))", hint: hint(opening, notes),
            sourceIncomplete: true)
    }

    static func numbersRestart(_ name: String, _ conflicts: Int, _ rows: Int, _ example: String) -> StageError
    {
        StageError(
            "the comment numbers of \(name) are used for several comments: \(conflicts) of \(rows) rows have a number "
                + "that belongs to another text of another article"
                + (example.isEmpty ? "" : ", such as '\(example)'"),
            hint:
                "if comment numbers restart in each article, set key_scope: article; nothing was imported from the file",
            sourceIncomplete: true)
    }

    private func hint(_ opening: TableOpening, _ notes: RowNotes) -> String {
        let taken = "; nothing was imported from the file"
        if notes.lostDigits.count * 2 > refused {
            return "a spreadsheet or data frame made numbers of the identifiers: export that column as text"
                + taken
        }
        let reason = reasons.max { $0.value.count < $1.value.count }?.key ?? ""
        let first = opening.head.first { $0 > 0x20 }
        if reason == Self.notUTF8 {
            return opening.encoding == nil
                ? "is it cp949? set 'encoding' of the stage to what the file is written in" + taken
                : "set 'encoding' of the stage to what the file is written in" + taken
        }
        if opening.kind == .jsonl, reason == "not a JSON object" {
            return
                (first == UInt8(ascii: "{")
                ? "if it is one JSON document, set 'rows' to where its list is"
                : "it does not look like JSON: set 'format' of the stage to tsv or csv") + taken
        }
        if opening.mayBeQuoted, notes.enclosed.count > 0 || opening.head.contains(0x22) {
            return "if its fields are in quotation marks, set quote: csv" + taken
        }
        if reason.hasPrefix("'") {
            return "has the file changed? check 'columns' and the file's header" + taken
        }
        return "has the file changed? check 'format', 'delimiter' and 'quote' of the stage" + taken
    }
}
