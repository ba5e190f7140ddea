/// What the scores of each row of a batch should have been.
package enum Targets: Hashable, Sendable {
    /// Class of each row, `[rows]`, 0 ..< scores of a row.
    case classes([Int32])
    /// Probability of each class, `[rows, classes]`, each row summing to 1.
    case probabilities([Float])
    /// What each score should be, or be 1 or 0 for, `[rows, scores]`.
    case numbers([Float])
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
        case .taught(let own, let teacher):
            .taught(
                own.slice(range, of: rows),
                TeacherAnswers(scores: part(teacher.scores), isLabeled: part(teacher.isLabeled)))
        }
    }
}
