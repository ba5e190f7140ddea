/// What the scores of each row of a batch should have been.
package enum Targets: Hashable, Sendable {
    /// Class of each row, `[rows]`, 0 ..< scores of a row.
    case classes([Int32])
    /// Probability of each class, `[rows, classes]`, each row summing to 1.
    case probabilities([Float])
    /// What each score should be, or be 1 or 0 for, `[rows, scores]`.
    case numbers([Float])
    /// Where in each row something begins and ends; all scores of a row have this one target together.
    case places(AnswerPlaces)
    /// The rows' own targets, of any value where a row has none, and what a teacher answers to each row.
    indirect case taught(Targets, TeacherAnswers)

    /// Those of some of `rows` rows.
    func slice(_ range: Range<Int>, of rows: Int) -> Targets {
        func part<Value>(_ values: [Value]) -> [Value] {
            let width = values.count / max(1, rows)
            return Array(values[range.lowerBound * width..<range.upperBound * width])
        }
        return switch self {
        case .classes(let classes): .classes(part(classes))
        case .probabilities(let probabilities): .probabilities(part(probabilities))
        case .numbers(let numbers): .numbers(part(numbers))
        case .places(let places): .places(places.slice(scores: range))
        case .taught(let own, let teacher):
            .taught(
                own.slice(range, of: rows),
                TeacherAnswers(scores: part(teacher.scores), isLabeled: part(teacher.isLabeled)))
        }
    }
}

/// The first and the last token of an answer in each row.
package struct AnswerPlaces: Hashable, Sendable {
    /// What stands for both in a row that nothing is learned of.
    package static let none: Int32 = -1

    /// Where the scores of each row begin, `[rows + 1]`, rising: one of each token.
    package var offsets: [Int32]
    /// Counted from 0 in each row, `[rows, 2]`, row-major.
    package var places: [Int32]

    package init(offsets: [Int32] = [0], places: [Int32] = []) {
        self.offsets = offsets
        self.places = places
    }

    package var rows: Int { offsets.count - 1 }

    /// Those of the rows that have these scores.
    func slice(scores: Range<Int>) -> AnswerPlaces {
        let first = offsets.firstIndex(of: Int32(scores.lowerBound)) ?? 0
        let last = offsets.firstIndex(of: Int32(scores.upperBound)) ?? rows
        return AnswerPlaces(
            offsets: offsets[first...last].map { $0 - Int32(scores.lowerBound) },
            places: Array(places[2 * first..<2 * last]))
    }
}
