import CLibrary

extension AnswerRule {
    /// Chooses the rule on rows whose classes are known, and that were not trained on.
    ///
    /// - Parameters:
    ///   - scores: before the softmax, `[rows, classes]`, row-major.
    ///   - labels: the class of each row, at least one.
    ///   - classCount: at least 2.
    ///   - choosesThreshold: whether the threshold of two classes is chosen as well as the temperature.
    ///   - abstaining: share of the rows that may go without an answer, those whose answer is the least sure; 0 for none.
    package init(
        tunedOn scores: [Float], labels: [Int], classCount: Int, choosesThreshold: Bool = true,
        abstaining share: Double = 0
    ) {
        self.init(temperature: Self.temperature(scores, labels, classCount))
        let probabilities = probabilities(scores, classCount: classCount)
        if classCount == 2, choosesThreshold { threshold = Self.threshold(probabilities, labels) }
        abstention = band(probabilities, classCount, share)
    }

    // MARK: Temperature

    /// The temperature with the least cross-entropy. That is convex in 1 / T, so the root of its slope is found by halving.
    ///
    /// If each row's own class has the highest score, the loss falls with the temperature without end: there is no best one,
    /// and the scores are left as they are.
    ///
    /// Source: Guo et al., "On Calibration of Modern Neural Networks" (2017), section 4.2, arXiv:1706.04599.
    private static func temperature(_ scores: [Float], _ labels: [Int], _ classCount: Int) -> Double {
        let allAreRight = labels.enumerated().allSatisfy { row, label in
            scores[row * classCount + label] == scores[row * classCount..<(row + 1) * classCount].max()
        }
        if allAreRight { return 1 }
        var (low, high) = (1e-2, 1e2)
        if slope(at: low, scores, labels, classCount) >= 0 { return 1 }
        if slope(at: high, scores, labels, classCount) <= 0 { return 1 / high }
        for _ in 0..<60 {
            let middle = (low * high).squareRoot()
            if slope(at: middle, scores, labels, classCount) < 0 { low = middle } else { high = middle }
        }
        let temperature = 1 / (low * high).squareRoot()
        // As many digits as the dev side can resolve, so that the file is the same on every machine.
        return (temperature * 1e4).rounded() / 1e4
    }

    /// Slope of the summed cross-entropy by the factor of the scores: Σ (expected score - score of the true class).
    private static func slope(
        at factor: Double, _ scores: [Float], _ labels: [Int], _ classCount: Int
    ) -> Double {
        var sum = 0.0
        for (row, label) in labels.enumerated() {
            let own = scores[row * classCount..<(row + 1) * classCount].map(Double.init)
            let highest = own.max() ?? 0
            let weights = own.map { exp(factor * ($0 - highest)) }
            let expected = zip(weights, own).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
            sum += expected - own[label]
        }
        return sum
    }

    // MARK: Threshold

    /// The threshold with the best macro F1, of equally good ones that nearest to 0.5; nil if 0.5 is no worse.
    private static func threshold(_ probabilities: [Double], _ labels: [Int]) -> Double? {
        let second = labels.indices.map { probabilities[2 * $0 + 1] }
        let order = second.indices.sorted { second[$0] < second[$1] }
        let positives = labels.count { $0 == 1 }
        // Below the lowest one every row is answered with the second class.
        var (hits, answered) = (positives, labels.count)
        func macroF1() -> Double {
            let rest = labels.count - answered
            let rightRest = (labels.count - positives) - (answered - hits)
            func f1(_ right: Int, _ sum: Int) -> Double { sum == 0 ? 0 : 2 * Double(right) / Double(sum) }
            return (f1(hits, answered + positives) + f1(rightRest, rest + labels.count - positives)) / 2
        }
        var best = (score: -1.0, threshold: 0.5)
        func offer(_ threshold: Double) {
            let score = macroF1()
            let isNearer = abs(threshold - 0.5) < abs(best.threshold - 0.5)
            if score > best.score + 1e-12 || (abs(score - best.score) <= 1e-12 && isNearer) {
                best = (score, threshold)
            }
        }
        var atHalf = 0.0
        var isPastHalf = false
        for (place, row) in order.enumerated() {
            if !isPastHalf, second[row] >= 0.5 {
                atHalf = macroF1()
                isPastHalf = true
            }
            let before = place == 0 ? 0 : second[order[place - 1]]
            if place == 0 || before < second[row] {
                offer(((before + second[row]) / 2 * 1e6).rounded() / 1e6)
            }
            answered -= 1
            hits -= labels[row] == 1 ? 1 : 0
        }
        if !isPastHalf { atHalf = macroF1() }
        return best.score > atHalf + 1e-12 ? best.threshold : nil
    }

    // MARK: Abstention

    /// The band that leaves the least sure answers out, at most that share of the rows; nil if there is none to leave out.
    private func band(_ probabilities: [Double], _ classCount: Int, _ share: Double) -> ClosedRange<Double>? {
        let rows = probabilities.count / classCount
        let most = Int((share * Double(rows)).rounded(.down))
        guard most > 0 else { return nil }
        if classCount > 2 {
            let best = (0..<rows).map { probabilities[$0 * classCount..<($0 + 1) * classCount].max() ?? 0 }
                .sorted()
            return Self.end(before: most, best).map { 0...$0 }
        }
        let middle = threshold ?? 0.5
        // Distances as seen from each side, so that both ends of the scale are equally far.
        func distance(_ second: Double) -> Double {
            second < middle ? (middle - second) / middle : (second - middle) / (1 - middle)
        }
        let distances = (0..<rows).map { distance(probabilities[2 * $0 + 1]) }.sorted()
        return Self.end(before: most, distances).map {
            max(0, middle - $0 * middle)...min(1, middle + $0 * (1 - middle))
        }
    }

    /// A value between the first values and the rest; nil if equal values are on both sides of every such place.
    private static func end(before count: Int, _ sorted: [Double]) -> Double? {
        guard count < sorted.count else { return sorted.last }
        var place = count
        while place > 0, sorted[place - 1] == sorted[place] { place -= 1 }
        return place == 0 ? nil : ((sorted[place - 1] + sorted[place]) / 2 * 1e6).rounded() / 1e6
    }
}
