/// How the probabilities of a row choose its class.
enum AnswerChoice: Hashable, Sendable {
    /// The most probable one, the first of equally probable ones.
    case mostProbable
    /// The median: the first one at which the probabilities up to it come to a half. Least absolute error in classes.
    case median

    /// The class of a row with these probabilities, at least one.
    func best(_ probabilities: ArraySlice<Double>) -> Int {
        let start = probabilities.startIndex
        switch self {
        case .mostProbable:
            var best = start
            for index in probabilities.indices where probabilities[index] > probabilities[best] {
                best = index
            }
            return best - start
        case .median:
            var sum = 0.0
            for index in probabilities.indices {
                sum += probabilities[index]
                if sum >= 0.5 { return index - start }
            }
            return probabilities.count - 1
        }
    }
}
