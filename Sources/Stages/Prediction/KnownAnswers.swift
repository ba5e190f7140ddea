internal import StageKit
internal import Training

/// Reads what rows of a table are known to be: a class, any number of classes, or a score.
struct KnownAnswers {
    /// Numbers of a row's answer: the class; a 1 for each class that the row has; or the score.
    typealias Answer = [Double]

    private let form: ModelAnswers.Form
    private let classes: [String]
    private let model: String
    private let columns: [String]
    /// For several columns the class of each.
    private let classOfColumn: [Int]
    /// Whether a number may stand for the class that the model has in this place: no class is called by a number.
    private let takesNumbers: Bool
    /// Classes that were given by their numbers though they have names of their own.
    private var numbered: Set<Int> = []

    /// - Parameters:
    ///   - columns: with what is known.
    ///   - model: as the user named it.
    /// - Throws: ``/StageKit/StageError`` if the number of columns does not fit the model.
    init(_ answers: ModelAnswers, columns: [String], model: String) throws(StageError) {
        form = answers.form
        classes = answers.labels
        self.model = model
        self.columns = columns
        takesNumbers = form == .oneClass && classes.allSatisfy { Double($0) == nil }
        if answers.form == .numbers, answers.labels.count > 1 {
            throw StageError(
                "\(model) gives \(answers.labels.count) scores to each row",
                hint: "name a model with one score")
        }
        guard columns.count > 1 else {
            classOfColumn = []
            return
        }
        guard answers.form == .anyClasses else {
            throw StageError(
                "--label names \(columns.count) columns, and \(model) gives one "
                    + "\(answers.form == .numbers ? "score" : "label") to each row",
                hint: "name one column")
        }
        guard columns.count == classes.count else {
            throw StageError(
                "--label names \(columns.count) columns, and \(model) has the labels \(classes.joined(separator: ", "))",
                hint: "name one column of 0 or 1 for each of them, or a single one with lists of labels")
        }
        // By their names, whatever the order; otherwise in the model's.
        let named = columns.compactMap { Self.place(of: $0, in: answers.labels) }
        classOfColumn = Set(named).count == columns.count ? named : Array(columns.indices)
    }

    /// What a row is; `nil` if the table does not say it.
    /// - Parameter row: counted from 1, for messages.
    mutating func answer(_ values: ArraySlice<String?>, row: Int) throws(StageError) -> Answer? {
        let given = values.map { $0 ?? "" }
        guard given.allSatisfy({ !$0.isEmpty }), let first = given.first else { return nil }
        switch form {
        case .oneClass: return [Double(try classNumber(first, row))]
        case .numbers:
            guard let score = Double(first), score.isFinite else {
                throw StageError(
                    "row \(row) has the score '\(first)'; a score is a number such as 3.8",
                    hint: "name the column with the scores by --label")
            }
            return [score]
        case .anyClasses:
            var flags = Array(repeating: 0.0, count: classes.count)
            if given.count > 1 {
                for (column, value) in given.enumerated() {
                    guard let flag = Self.flag(value) else {
                        throw StageError(
                            "row \(row) has '\(value)' in the column '\(columns[column])'; each of several label columns holds "
                                + "0 or 1",
                            hint: "repair the row, or name a single column with lists of labels")
                    }
                    flags[classOfColumn[column]] = flag ? 1 : 0
                }
            } else if classes.count == 1, let flag = Self.flag(first) {
                flags[0] = flag ? 1 : 0
            } else {
                for name in try list(first, row) { flags[try classNumber(name, row)] = 1 }
            }
            return flags
        }
    }

    /// The labels of a list such as `a,c` or `["a", "c"]`; `[]` is none.
    private func list(_ text: String, _ row: Int) throws(StageError) -> [String] {
        if text.hasPrefix("[") {
            guard let items = try? JSONValue(parsing: text).arrayValue else {
                throw StageError(
                    "row \(row) has '\(text)', which begins like a list and is none", hint: "repair the row")
            }
            return items.map { $0.stringValue ?? $0.canonicalText }
        }
        let separator = [",", ";", "|"].first { text.contains($0) } ?? ","
        return text.split(separator: separator).map { String($0.trimming(while: { $0 == " " })) }
    }

    private static func flag(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "1", "1.0", "true", "yes", "y", "t": true
        case "0", "0.0", "false", "no", "n", "f": false
        default: nil
        }
    }

    private static func place(of name: String, in names: [String]) -> Int? {
        names.firstIndex { $0.utf8.elementsEqual(name.utf8) }
    }

    /// Which labels were numbers and what they were taken as, as a sentence; `nil` if all were names, or names are none of
    /// the user's own.
    var remark: String? {
        let numbers = numbered.sorted()
        guard let last = numbers.last else { return nil }
        let all = numbers.dropLast().map(String.init).joined(separator: ", ")
        let names = numbers.map { classes[$0] }.joined(separator: ", ")
        return all.isEmpty
            ? "label \(last) was taken as \(names)" : "labels \(all) and \(last) were taken as \(names)"
    }

    /// The number of a class by its name; by its number where names are none of the user's own, as in `LABEL_1`, and for one
    /// class of each row where no name is a number, as in exports of votes.
    private mutating func classNumber(_ text: String, _ row: Int) throws(StageError) -> Int {
        if let number = Self.place(of: text, in: classes) { return number }
        if let number = Int(text), classes.indices.contains(number) {
            if classes[number] == "LABEL_\(number)" { return number }
            if takesNumbers {
                numbered.insert(number)
                return number
            }
        }
        throw StageError(
            "row \(row) has the label '\(text)'; \(model) knows \(classes.joined(separator: ", "))",
            hint: "name the column with the labels by --label, and write them as the model does")
    }
}

extension Substring {
    /// Without such characters at either end.
    fileprivate func trimming(while isBlank: (Character) -> Bool) -> Substring {
        var rest = drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return rest
    }
}
