internal import CLibrary

/// What a teacher answers to the rows of a batch.
package struct TeacherAnswers: Hashable, Sendable {
    /// What its answers are, and how a student's are compared with them.
    package enum Form: Hashable, Sendable {
        /// Probabilities of classes of which a row has one, as scores before the softmax.
        case oneClass
        /// Probabilities of classes of which a row has any number, as scores before the logistic function.
        case anyClasses
        /// Numbers as they are.
        case numbers
    }

    /// `[rows, scores]`, row-major.
    package var scores: [Float]
    /// Whether each row has its own target, `[rows]`.
    package var isLabeled: [Bool]

    package init(scores: [Float], isLabeled: [Bool]) {
        self.scores = scores
        self.isLabeled = isLabeled
    }
}

extension TeacherAnswers.Form {
    /// Scores that stand for answers: probabilities, or numbers as they are.
    package func scores(of answers: [Double]) -> [Float] {
        // What no Float32 score can tell from 0 or 1 is as far as that.
        func logarithm(_ value: Double) -> Double { log(max(value, 1e-30)) }
        return switch self {
        case .oneClass: answers.map { Float(logarithm($0)) }
        case .anyClasses: answers.map { Float(logarithm($0) - logarithm(1 - $0)) }
        case .numbers: answers.map { Float($0) }
        }
    }

    /// Share of some rows that a student answers as its teacher does, 0 ... 1; 0 for numbers.
    ///
    /// - Parameter scoreCount: scores of a row.
    package func agreement(_ student: [Float], _ teacher: [Float], scoreCount: Int) -> Double {
        let rows = student.count / max(1, scoreCount)
        switch self {
        case .numbers: return 0
        case .anyClasses:
            let same = student.indices.count { (student[$0] >= 0) == (teacher[$0] >= 0) }
            return Double(same) / Double(max(1, student.count))
        case .oneClass:
            func best(_ scores: [Float], _ row: Int) -> Int {
                let own = row * scoreCount..<(row + 1) * scoreCount
                return own.max { (scores[$0], $1) < (scores[$1], $0) } ?? 0
            }
            return Double((0..<rows).count { best(student, $0) == best(teacher, $0) }) / Double(max(1, rows))
        }
    }
}
