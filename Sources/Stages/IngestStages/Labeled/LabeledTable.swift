internal import ShardFormat
internal import StageKit
internal import TableFormat
internal import TextBasics
internal import VoteModel

/// All rows of a stage's files that come with labels, before and after they have their numbers in the store.
struct LabeledTable {
    /// Added to the key of a row to name its second text.
    static let pairSuffix = Array("#pair".utf8)

    private let settings: LabelSettings
    private let hasPairs: Bool
    /// What a row is called in messages.
    private let place: String
    let book: ClassNumbers
    private var keys: [[UInt8]] = []
    private var targets: [LabeledRow.Target] = []
    private var sides: [UInt8?] = []
    private var sideNames: [String] = []
    private var places: [(file: Int32, line: Int32, texts: Int)] = []
    private var rowOfKey: [[UInt8]: Int] = [:]
    private var files: [String] = []
    /// Rows left out because their label or their text is empty.
    private(set) var unlabeled = 0
    private(set) var emptyText = 0
    /// Pairs left out because one of their texts is empty.
    private(set) var halfPairs = 0
    /// Rows that are in the files twice, with the same number, text, label and side.
    private(set) var repeats = 0

    init(_ settings: LabelSettings, hasPairs: Bool, place: String = "line") {
        self.place = place
        self.settings = settings
        self.hasPairs = hasPairs
        book = settings.book
    }

    var count: Int { keys.count }
    /// Rows of the files, those that are left out among them.
    var all: Int { count + unlabeled + emptyText + halfPairs + repeats }

    mutating func begin(_ file: String) { files.append(file) }

    /// Adds a row of the file that was begun last.
    /// - Parameter texts: a hash of its texts.
    /// - Throws: ``StageError`` where another row has its number and says something else.
    mutating func add(_ outcome: LabeledReading.Outcome, line: Int, texts: Int) throws(StageError) {
        let row: LabeledRow
        switch outcome {
        case .emptyText:
            emptyText += 1
            return
        case .halfPair:
            halfPairs += 1
            return
        case .unlabeled:
            unlabeled += 1
            return
        case .row(let found): row = found
        }
        let side = row.side.map { number($0) }
        if let known = rowOfKey[row.key] {
            guard targets[known] == row.target, sides[known] == side, places[known].texts == texts else {
                throw conflict(row, known, line)
            }
            repeats += 1
            return
        }
        rowOfKey[row.key] = keys.count
        keys.append(row.key)
        targets.append(row.target)
        sides.append(side)
        places.append((Int32(files.count - 1), Int32(truncatingIfNeeded: line), texts))
    }

    private mutating func number(_ side: String) -> UInt8 {
        if let known = sideNames.firstIndex(where: { $0.utf8.elementsEqual(side.utf8) }) {
            return UInt8(known)
        }
        sideNames.append(side)
        return UInt8(sideNames.count - 1)
    }

    private func conflict(_ row: LabeledRow, _ known: Int, _ line: Int) -> StageError {
        let other = places[known]
        return StageError(
            "\(files.last ?? ""), \(place) \(line): the row '\(String(decoding: row.key, as: UTF8.self))' is also in "
                + "\(files[Int(other.file)]), \(place) \(other.line), with another text, label or side",
            hint:
                "if the numbers restart in each file, name further columns, such as id: [file, id], or leave 'id' out; "
                + "if one of them is wrong, fix it",
            sourceIncomplete: true)
    }
}

extension LabelSettings {
    /// The classes of a reading, as they are met.
    var book: ClassNumbers {
        switch form {
        case .tags: ClassNumbers(classes, mostFound: ClassNumbers.mostTags)
        case .flags: ClassNumbers(classes ?? flagNames)
        case .label, .list, .score, .answers: ClassNumbers(classes)
        }
    }

    /// Classes named after their columns, if the file does not name them.
    fileprivate var flagNames: [NamedValue] { targetColumns.map { NamedValue(value: nil, name: $0) } }
}

// MARK: What is found

extension LabeledTable {
    /// Names of the classes in their final order; of a score the name of its column.
    var names: [String] {
        if let names = settings.task.ownNames { return names }
        if settings.form == .score { return settings.targetColumns }
        let places = book.places
        var names = book.names
        for (number, place) in places.enumerated() { names[place] = book.names[number] }
        return names
    }

    /// Rows, or words, of each class, in their final order; empty for scores.
    var counts: [Int] {
        let places = book.places
        var counts = Array(repeating: 0, count: places.count)
        for case .classes(let classes) in targets {
            for number in classes { counts[places[number]] += 1 }
        }
        for case .tags(let words) in targets {
            for word in words { counts[places[Int(word.tag)]] += 1 }
        }
        return counts
    }

    /// Rows of each side; empty if nothing says it.
    var rowsOfSides: [String: Int] {
        sides.reduce(into: [:]) { rows, side in
            if let side { rows[sideNames[Int(side)], default: 0] += 1 }
        }
    }

    /// - Throws: ``StageError`` if there are fewer than two classes.
    func check() throws(StageError) {
        let shown = files.joined(separator: ", ")
        guard count > 0 else {
            throw StageError(
                "no row of \(shown) has a text and a label", hint: "check 'columns' of the stage",
                sourceIncomplete: true)
        }
        switch settings.form {
        case .score:
            guard Set(targets).count > 1 else {
                throw StageError(
                    "all \(count) rows of \(shown) have the same score; there is nothing to learn",
                    hint: "check the column of the score under 'columns'")
            }
        case .answers:
            guard targets.contains(where: { $0 != .answers([]) }) else {
                throw StageError(
                    "none of the \(count) questions of \(shown) has an answer; there is nothing to learn",
                    hint: "check the column of the answers under 'columns'")
            }
        case .label, .tags:
            let what = settings.form == .tags ? "words" : "rows"
            let present = zip(names, counts).filter { $0.1 > 0 }
            guard present.count > 1 else {
                throw StageError(
                    "all \(counts.reduce(0, +)) \(what) of \(shown) are of one class, '\(present.first?.0 ?? "")'; at least two "
                        + "are needed",
                    hint:
                        "check the column of the \(settings.form == .tags ? "tags" : "label") under 'columns', or add rows of "
                        + "other classes")
            }
        case .flags, .list:
            guard counts.contains(where: { $0 > 0 && $0 < count }) else {
                throw StageError(
                    "no class of \(shown) is there in some rows and not in others; there is nothing to learn",
                    hint: "check the columns of the labels under 'columns'")
            }
        }
    }

    /// What is worth telling and stops nothing.
    var warnings: [String] {
        var warnings: [String] = []
        if emptyText > 0 { warnings.append("left out: \(Counts.text(emptyText, "row")) without a text") }
        if halfPairs > 0 { warnings.append("left out: \(Counts.text(halfPairs, "pair")) with one text") }
        if unlabeled > 0 { warnings.append("left out: \(Counts.text(unlabeled, "row")) without a label") }
        if repeats > 0 {
            warnings.append(
                "counted once: \(Counts.text(repeats, "row")) that occur twice in the files, identical in every field"
            )
        }
        if orphans > 0 {
            warnings.append(
                "an I follows no tag of its type at \(Counts.text(orphans, "word")): seqeval's default takes it for the beginning of "
                    + "an entity, the strict count does not")
        }
        let unanswered = targets.count { $0 == .answers([]) }
        if unanswered > 0 {
            warnings.append(
                "the context of \(Counts.text(unanswered, "question")) holds no answer: a model learns to say so"
            )
        }
        if settings.form != .score, settings.form != .answers {
            let missing = zip(names, counts).filter { $0.1 == 0 }.map(\.0)
            if !missing.isEmpty {
                warnings.append("no row is of the class \(missing.joined(separator: ", "))")
            }
        }
        return warnings
    }

    /// Words inside of a span that has no beginning.
    private var orphans: Int {
        let scheme = TagScheme(book.names)
        guard scheme.hasSpans else { return 0 }
        var orphans = 0
        for case .tags(let words) in targets {
            var open: Int?
            for word in words {
                switch scheme.parts[Int(word.tag)] {
                case .outside: open = nil
                case .begin(let type): open = type
                case .inside(let type):
                    if open != type { orphans += 1 }
                    open = type
                }
            }
        }
        return orphans
    }

    /// The rows with the numbers that the store has given to their texts; those that it does not hold are left out.
    /// - Parameter comments: numbers by key.
    func rows(_ comments: [[UInt8]: Int64]) -> RowTable {
        var rows = RowTable(task: settings.task, names: names)
        let hasSides = sides.contains { $0 != nil }
        rows.sideNames = hasSides ? sideNames : []
        let places = book.places
        for (row, key) in keys.enumerated() {
            guard let id = comments[key] else { continue }
            if hasPairs {
                guard let pair = comments[key + Self.pairSuffix] else { continue }
                rows.pairs.append(pair)
            }
            rows.ids.append(id)
            if hasSides { rows.sides.append(sides[row] ?? .max) }
            switch (targets[row], settings.form) {
            case (.score(let value), _): rows.targets.append(value)
            case (.tags(let words), _):
                rows.words.append(
                    words.map { word in
                        TaggedWord(start: Int(word.start), end: Int(word.end), tag: places[Int(word.tag)])
                    })
            case (.answers(let places), _): rows.words.append(places)
            case (.classes(let classes), .label): rows.targets += classes.map { Float(places[$0]) }
            case (.classes(let classes), _):
                let present = Set(classes.map { places[$0] })
                rows.targets += names.indices.map { present.contains($0) ? 1 : 0 }
            }
        }
        return rows.sortedByComment()
    }
}

extension RowTable {
    /// In rising order of the comments' numbers, in which stages expect them.
    fileprivate func sortedByComment() -> RowTable {
        var sorted = self
        let order = ids.indices.sorted { ids[$0] < ids[$1] }
        sorted.ids = order.map { ids[$0] }
        if !pairs.isEmpty { sorted.pairs = order.map { pairs[$0] } }
        if !sides.isEmpty { sorted.sides = order.map { sides[$0] } }
        sorted.targets = order.flatMap { target(of: $0) }
        if words.count > 0 {
            sorted.words = TaggedWords()
            for row in order { sorted.words.append(words[row]) }
        }
        return sorted
    }
}
