internal import CLibrary
package import Tensors

/// Nearness to a teacher's answers beside nearness to the rows' own targets: (1 - w) · own loss + w · teacher's, where a row
/// that has no own target has only the latter.
///
/// The teacher's is T² · KL(teacher ‖ student) of the probabilities at temperature T, in nats; of classes of which a row has any
/// number the mean over them, of numbers the squared distance. The factor T² keeps the gradients of both parts of one size at
/// any temperature.
///
/// Source: Hinton, Vinyals, Dean, "Distilling the Knowledge in a Neural Network" (2015), section 2, arXiv:1503.02531.
package struct TaughtObjective: Objective {
    /// What is learned of the rows' own targets.
    private let own: any Objective
    private let form: TeacherAnswers.Form
    /// Above 0; of no effect on numbers.
    private let temperature: Double
    /// Of the teacher's part, 0 ... 1.
    private let weight: Double

    package init(_ own: any Objective, form: TeacherAnswers.Form, temperature: Double, weight: Double) {
        self.own = own
        self.form = form
        self.temperature = temperature
        self.weight = weight
    }

    package func check(_ targets: Targets, rows: Int, scoreCount: Int) throws(BatchError) {
        guard case .taught(let targets, let teacher) = targets else {
            throw BatchError("the batch has no teacher's answers to learn from")
        }
        try own.check(targets, rows: rows, scoreCount: scoreCount)
        guard teacher.isLabeled.count == rows, teacher.scores.count == rows * scoreCount,
            teacher.scores.allSatisfy(\.isFinite)
        else {
            throw BatchError("a teacher's answers must be \(rows) x \(scoreCount) finite scores")
        }
    }

    package func loss(
        of scores: Tensor, _ targets: Targets, weights: [Float]?, gradientScale: Double, gradient: Tensor?
    ) throws -> Double {
        guard case .taught(let targets, let teacher) = targets else {
            throw BatchError("the batch has no teacher's answers to learn from")
        }
        let ownWeights = teacher.isLabeled.indices.map {
            teacher.isLabeled[$0] ? Float(1 - weight) * (weights?[$0] ?? 1) : 0
        }
        var sum = try own.loss(
            of: scores, targets, weights: ownWeights, gradientScale: gradientScale, gradient: gradient)
        let width = scores.columns
        var slopes = [Double](repeating: 0, count: width)
        for row in 0..<scores.rows {
            let places = row * width..<(row + 1) * width
            let factor = weight * Double(weights?[row] ?? 1)
            sum +=
                factor
                * loss(
                    of: places.map { Double(scores.floats[$0]) },
                    toward: places.map { Double(teacher.scores[$0]) }, slopes: &slopes)
            guard let gradient else { continue }
            for (number, place) in places.enumerated() {
                gradient.floats[place] += Float(gradientScale * factor * slopes[number])
            }
        }
        return sum
    }

    /// The teacher's part of one row, without its weight.
    /// - Parameter slopes: receives the derivative by each of the student's scores.
    private func loss(
        of student: [Double], toward teacher: [Double], slopes: inout [Double]
    ) -> Double {
        switch form {
        case .oneClass: ofClasses(student, teacher, &slopes)
        case .anyClasses: ofFlags(student, teacher, &slopes)
        case .numbers: ofNumbers(student, teacher, &slopes)
        }
    }

    private func ofClasses(_ student: [Double], _ teacher: [Double], _ slopes: inout [Double]) -> Double {
        let (own, wanted) = (logSoftmax(student), logSoftmax(teacher))
        var loss = 0.0
        for number in own.indices {
            let (probability, target) = (exp(own[number]), exp(wanted[number]))
            loss += target * (wanted[number] - own[number])
            slopes[number] = temperature * (probability - target)
        }
        return temperature * temperature * loss
    }

    private func ofFlags(_ student: [Double], _ teacher: [Double], _ slopes: inout [Double]) -> Double {
        let share = 1 / Double(student.count)
        var loss = 0.0
        for number in student.indices {
            let (score, wanted) = (student[number] / temperature, teacher[number] / temperature)
            let target = logistic(wanted)
            // ln(1 - p) and ln p of both.
            let (no, yes) = (softplus(score), softplus(-score))
            let (wantedNo, wantedYes) = (softplus(wanted), softplus(-wanted))
            loss += target * (yes - wantedYes) + (1 - target) * (no - wantedNo)
            slopes[number] = temperature * share * (logistic(score) - target)
        }
        return temperature * temperature * share * loss
    }

    private func ofNumbers(_ student: [Double], _ teacher: [Double], _ slopes: inout [Double]) -> Double {
        var loss = 0.0
        for number in student.indices {
            let difference = student[number] - teacher[number]
            loss += difference * difference
            slopes[number] = 2 * difference
        }
        return loss
    }

    /// Logarithms of the probabilities at the temperature.
    private func logSoftmax(_ scores: [Double]) -> [Double] {
        let scaled = scores.map { $0 / temperature }
        let highest = scaled.max() ?? 0
        let sum = log(scaled.reduce(0) { $0 + exp($1 - highest) })
        return scaled.map { $0 - highest - sum }
    }

    /// ln(1 + e^x)
    private func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }
}
