internal import FieldValues
private import Foundation
internal import ShardFormat
internal import StageKit
internal import TableFormat

/// A row with its target.
struct LabeledRow {
    /// Tells it from all other rows of the source.
    var key: [UInt8]
    /// What it must stay on one side with.
    var group: [UInt8]
    /// The class, as the ``ClassNumbers`` counts it; the classes; or the score.
    var target: Target
    /// `nil` if nothing says it.
    var side: String?

    enum Target: Hashable {
        case classes([Int])
        case score(Float)
        /// Words in the order of the text; their tags as the ``ClassNumbers`` counts them.
        case tags([TaggedWord])
        /// Places in the second text, the answer to learn first; none if it holds none.
        case answers([TaggedWord])
    }
}

/// Reads the rows of one file that come with labels. Two readings of a file give the same rows.
final class LabeledReading {
    enum Outcome {
        case row(LabeledRow)
        case emptyText
        case halfPair
        case unlabeled
    }

    private let settings: LabelSettings
    private let columns: ColumnMap
    private let nulls: Set<[UInt8]>
    private let book: ClassNumbers
    private let file: String
    private let fileSide: String?
    /// Columns of the first text, and of the second where rows are pairs.
    let text: Int
    let pair: Int?
    private let targets: [Int]
    private var occurrences: [String: Int] = [:]
    private let room = FieldBuffer()
    /// Rows without a label, and the line of the first.
    private(set) var unlabeled = RowNotes.Note()
    private(set) var rows = 0
    /// Answers that are not where they are said to be, and all of them.
    private var misplaced = RowNotes.Note()
    private var answers = 0
    /// What a row is called in messages.
    private let place: String

    /// - Throws: ``StageError`` for a file that belongs to no side.
    init(
        _ settings: LabelSettings, columns: ColumnMap, nulls: [String], book: ClassNumbers, file: String,
        place: String = "line"
    ) throws(StageError) {
        self.settings = settings
        self.columns = columns
        self.nulls = Set(nulls.map { Array($0.utf8) })
        self.book = book
        self.file = file
        self.place = place
        text = columns["text"] ?? 0
        pair = columns["text_pair"]
        targets = LabelSettings.targetRoles.flatMap { columns.all($0) }
        fileSide = try Self.side(of: file, settings)
    }

    private static func side(of file: String, _ settings: LabelSettings) throws(StageError) -> String? {
        if settings.sides.isEmpty { return nil }
        let name = String(file.split(separator: "/").last ?? "")
        let found = settings.sides.filter { side in
            fnmatch(side.pattern, name, 0) == 0 || fnmatch(side.pattern, file, 0) == 0
        }
        if found.count == 1 { return found[0].name }
        let patterns = settings.sides.map { "\($0.name): \($0.pattern)" }.joined(separator: ", ")
        throw StageError(
            found.isEmpty
                ? "\(file) belongs to no side; 'sides' has \(patterns)"
                : "\(file) belongs to several sides: \(found.map(\.name).joined(separator: ", ")); 'sides' has \(patterns)",
            hint: "write patterns of which each file matches one, such as train: \"*train*\"")
    }

    /// What a row is to teach.
    /// - Throws: ``StageError`` with file and line for what cannot be meant.
    func read(_ row: TableRow) throws(StageError) -> Outcome {
        rows += 1
        if let pair, row[text].isEmpty != row[pair].isEmpty {
            if settings.dropsHalfPairs { return .halfPair }
            let empty = columns.names[row[text].isEmpty ? text : pair]
            throw problem(
                row, "the pair has one text: '\(empty)' is empty",
                hint: "give both texts, or set half_pairs: drop to leave such rows out")
        }
        if row[text].isEmpty { return .emptyText }
        for column in columns.all("key") where LostDigits.show(in: row[column]) {
            throw problem(
                row,
                "'\(columns.names[column])' is '\(String(decoding: row[column], as: UTF8.self))', which a "
                    + "spreadsheet or data frame made of a number",
                hint: "export that column as text, or leave 'id' out of 'columns'")
        }
        let occurrence = identity(row)
        guard let target = try target(row) else {
            unlabeled.add(row.line, "")
            return .unlabeled
        }
        let side = try side(row)
        let key = key(row, side, occurrence)
        return .row(LabeledRow(key: key, group: group(row, key), target: target, side: side))
    }

    func problem(_ row: TableRow, _ message: String, hint: String? = nil) -> StageError {
        StageError("\(file), \(place) \(row.line): \(message)", hint: hint, sourceIncomplete: true)
    }

    /// - Throws: ``StageError`` where rows lack a label and are not to be left out.
    func checkEnd() throws(StageError) {
        if misplaced.count > 0 {
            throw StageError(
                "\(misplaced.count) of \(answers) answers of \(file) are not where they are said to be, the first in "
                    + "\(place) \(misplaced.line): \(misplaced.example)",
                hint:
                    "answer_start counts code points from 0, not bytes and not UTF-16 units; fix the places or take those answers "
                    + "out; nothing was taken",
                sourceIncomplete: true)
        }
        guard unlabeled.count > 0, !settings.dropsUnlabeled else { return }
        let names = settings.targetColumns.map { "'\($0)'" }.joined(separator: ", ")
        throw StageError(
            "\(unlabeled.count) of \(rows) rows of \(file) have no label in \(names), the first in line \(unlabeled.line)",
            hint: "fill them in, or set unlabelled: drop to leave such rows out; nothing was taken",
            sourceIncomplete: true)
    }
}

// MARK: Targets

extension LabeledReading {
    private func isNothing(_ row: TableRow, _ column: Int) -> Bool {
        let field = row[column]
        return field.isEmpty || !nulls.isEmpty && nulls.contains(Array(field))
    }

    private func target(_ row: TableRow) throws(StageError) -> LabeledRow.Target? {
        if targets.contains(where: { isNothing(row, $0) }) { return nil }
        switch settings.form {
        case .answers: return .answers(try answers(row))
        case .label: return .classes([try number(of: row[targets[0]].trimmed, row)])
        case .flags: return .classes(try flags(row))
        case .list: return .classes(try list(row))
        case .score: return .score(try score(row))
        case .tags: return .tags(try tags(row))
        }
    }

    private func tags(_ row: TableRow) throws(StageError) -> [TaggedWord] {
        let reading = TagReading(text: String(decoding: row[text], as: UTF8.self))
        let found: [TagReading.Word]
        do {
            found = try reading.words(String(decoding: row[targets[0]].trimmed, as: UTF8.self))
        } catch {
            throw problem(row, error.message, hint: error.hint)
        }
        var words: [TaggedWord] = []
        for word in found {
            words.append(
                TaggedWord(
                    start: word.place.lowerBound, end: word.place.upperBound,
                    tag: try number(of: Array(word.tag.utf8), row)))
        }
        return words
    }

    private func answers(_ row: TableRow) throws(StageError) -> [TaggedWord] {
        let field = String(decoding: row[targets[0]], as: UTF8.self)
        guard let items = try? JSONValue(parsing: field).arrayValue else {
            throw problem(
                row, "'\(columns.names[targets[0]])' is '\(field.prefix(60))', no list of answers",
                hint:
                    "write [{\"text\": \"Seoul\", \"answer_start\": 12}], or [] for a context that holds none"
            )
        }
        let context = AnswerContext(String(decoding: row[pair ?? text], as: UTF8.self))
        var places: [TaggedWord] = []
        for item in items {
            answers += 1
            guard let words = item["text"]?.stringValue, let start = item["answer_start"]?.intValue,
                !words.isEmpty
            else {
                throw problem(
                    row, "'\(item.canonicalText.prefix(60))' is no answer",
                    hint:
                        "an answer has a text that is not empty, and answer_start, its first code point from 0"
                )
            }
            if let place = context.place(of: words, at: start) {
                places.append(TaggedWord(start: place.lowerBound, end: place.upperBound, tag: 0))
            } else {
                misplaced.add(row.line, context.remark(on: words, at: start))
            }
        }
        return places
    }

    private func number(of value: some Collection<UInt8>, _ row: TableRow) throws(StageError) -> Int {
        if let number = book.number(of: value) { return number }
        let found = String(decoding: value.prefix(60), as: UTF8.self)
        if settings.classes == nil {
            throw problem(
                row, "'\(found)' would be another class; there are \(book.mostFound) already",
                hint: settings.form == .tags
                    ? "is this the column of the tags?"
                    : "is it a number? name the column as score; otherwise list the classes under 'classes'")
        }
        throw problem(
            row, "the label '\(found)' is not one of the classes \(book.listed)",
            hint: "fix the row, or add the class under 'classes'")
    }

    /// Classes whose column says yes.
    private func flags(_ row: TableRow) throws(StageError) -> [Int] {
        var found: [Int] = []
        for (number, column) in targets.enumerated() {
            switch String(decoding: row[column].trimmed, as: UTF8.self).lowercased() {
            case "1", "1.0", "true", "yes", "y", "t": found.append(number)
            case "0", "0.0", "false", "no", "n", "f": break
            default:
                throw problem(
                    row,
                    "'\(columns.names[column])' is '\(String(decoding: row[column].prefix(60), as: UTF8.self))'; "
                        + "each of several label columns holds 0 or 1")
            }
        }
        return found
    }

    /// Classes of a list such as `1,3` or `["a", "b"]`; `[]` is none.
    private func list(_ row: TableRow) throws(StageError) -> [Int] {
        let field = Array(row[targets[0]].trimmed)
        var values: [[UInt8]]
        if field.first == UInt8(ascii: "[") {
            guard let items = try? JSONValue(parsing: String(decoding: field, as: UTF8.self)).arrayValue
            else {
                throw problem(row, "'\(columns.names[targets[0]])' begins like a list but is not one")
            }
            values = items.map { Array(($0.stringValue ?? $0.canonicalText).utf8) }
        } else {
            let separators: [UInt8] = [0x2C, 0x3B, 0x7C]
            let separator = separators.first(where: field.contains) ?? separators[0]
            values = field.split(separator: separator, omittingEmptySubsequences: false).map {
                Array($0.trimmed)
            }
        }
        var found: Set<Int> = []
        for value in values {
            if value.isEmpty {
                throw problem(row, "'\(columns.names[targets[0]])' has an empty place in its list")
            }
            found.insert(try number(of: value, row))
        }
        return found.sorted()
    }

    private func score(_ row: TableRow) throws(StageError) -> Float {
        let text = String(decoding: row[targets[0]].trimmed, as: UTF8.self)
        if let value = Double(text), value.isFinite, Float(value).isFinite { return Float(value) }
        throw problem(
            row, "'\(columns.names[targets[0]])' is '\(text.prefix(60))'; a score is a number such as 3.8",
            hint: "fix the row; if the values are names of classes, name the column as label")
    }
}

// MARK: Sides and keys

extension LabeledReading {
    private func side(_ row: TableRow) throws(StageError) -> String? {
        guard let column = columns["split"] else { return fileSide }
        let found = String(decoding: row[column].trimmed, as: UTF8.self)
        if let name = LabelSettings.usualSides[found.lowercased()] { return name }
        throw problem(
            row, "'\(columns.names[column])' is '\(found.prefix(60))'; sides are train, dev and test",
            hint: "validation, valid and val are read as dev; rename others in the file")
    }

    /// Which of the rows with the same texts, group and column of the side this one is, from 1 on.
    private func identity(_ row: TableRow) -> (digest: String, number: Int)? {
        let ids = columns.all("key")
        if !ids.isEmpty, !ids.contains(where: { isNothing(row, $0) }) { return nil }
        var bytes: [UInt8] = []
        let parts = [text] + [pair, columns["split"]].compactMap { $0 } + columns.all("article")
        for part in parts {
            bytes += row[part]
            bytes.append(0x1F)
        }
        let digest = String(ContentDigest.of(bytes).prefix(16))
        let number = occurrences[digest, default: 0] + 1
        occurrences[digest] = number
        return (digest, number)
    }

    /// The row's own number, or one made of its texts, its side, and how often they have come before in the file.
    private func key(_ row: TableRow, _ side: String?, _ made: (digest: String, number: Int)?) -> [UInt8] {
        if let made {
            let side = columns["split"] == nil ? fileSide.map { $0 + "-" } ?? "" : ""
            return Array("\(side)\(made.digest)\(made.number > 1 ? "-\(made.number)" : "")".utf8)
        }
        return joined(row, columns.all("key"))
    }

    private func group(_ row: TableRow, _ key: [UInt8]) -> [UInt8] {
        let named = columns.all("article")
        if !named.isEmpty, !named.contains(where: { isNothing(row, $0) }) { return joined(row, named) }
        // Pairs mostly share their first text, questions their context; a text with its own number is a group on its own.
        if pair == nil, !columns.all("key").isEmpty { return key }
        let shared = settings.form == .answers ? pair ?? text : text
        return Array(ContentDigest.of(Array(row[shared])).prefix(16).utf8)
    }

    private func joined(_ row: TableRow, _ parts: [Int]) -> [UInt8] {
        if parts.count == 1 { return Array(row[parts[0]]) }
        room.clear()
        for (index, part) in parts.enumerated() {
            if index > 0 { room.append(UInt8(ascii: "/")) }
            RowMapper.append(escaping: row[part], to: room)
        }
        return Array(room.bytes)
    }
}

extension BidirectionalCollection<UInt8> {
    /// Without blanks at either end.
    fileprivate var trimmed: SubSequence {
        guard let first = firstIndex(where: { $0 != 0x20 }), let last = lastIndex(where: { $0 != 0x20 })
        else {
            return self[endIndex..<endIndex]
        }
        return self[first...last]
    }
}
