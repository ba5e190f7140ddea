/// Finds labels that a model contradicts: candidates for label errors.
///
/// The threshold of a class is the mean probability that the model gives it over the rows with its label. A row belongs with
/// confidence to the classes whose thresholds its probabilities reach, and of several to the most probable. One that belongs
/// to another class than its label, which is also not the model's answer, is a candidate. The probabilities have to come from a
/// model that has not learned these rows: one that has repeats their labels.
///
/// Source: Northcutt, Jiang, Chuang, "Confident learning: estimating uncertainty in dataset labels" (2021),
/// doi:10.1613/jair.1.12125, section 3.1; with the bounds of cleanlab's `filter_by="confident_learning"`.
package struct ConfidentLearning: Hashable, Sendable {
    /// By class; 2, which no probability reaches, for a class that no row has.
    package let thresholds: [Double]

    /// Slack of comparisons, and least threshold, as in cleanlab.
    private static let slack = 1e-6

    /// - Parameters:
    ///   - labels: class of each row, `[rows]`.
    ///   - probabilities: `[rows, classes]`, row-major.
    package init(labels: [Int], probabilities: [Double], classCount: Int) {
        precondition(probabilities.count == labels.count * classCount)
        var sums = [Double](repeating: 0, count: classCount)
        var counts = [Int](repeating: 0, count: classCount)
        for (row, label) in labels.enumerated() {
            sums[label] += probabilities[row * classCount + label]
            counts[label] += 1
        }
        thresholds = zip(sums, counts).map { sum, count in
            count == 0 ? 2 : max(sum / Double(count), 2 * Self.slack)
        }
    }

    /// The class that a row belongs to with confidence; `nil` if there is none.
    package func confidentClass(of probabilities: some RandomAccessCollection<Double>) -> Int? {
        let values = Array(probabilities)
        let reached = values.indices.filter { values[$0] >= thresholds[$0] - Self.slack }
        return reached.count > 1 ? Self.best(values) : reached.first
    }

    /// Whether a row's label is a candidate for an error.
    package func doubts(label: Int, of probabilities: some RandomAccessCollection<Double>) -> Bool {
        guard let confident = confidentClass(of: probabilities) else { return false }
        return confident != label && Self.best(Array(probabilities)) != label
    }

    private static func best(_ values: [Double]) -> Int {
        values.indices.reduce(0) { values[$1] > values[$0] ? $1 : $0 }
    }

    /// (p of the label − p of the most probable other class + 1) / 2. 0 ... 1; small where the model contradicts the label.
    ///
    /// Source: cleanlab's `get_normalized_margin_for_each_label`.
    package static func normalizedMargin(
        label: Int, of probabilities: some RandomAccessCollection<Double>
    ) -> Double {
        let values = Array(probabilities)
        let others = values.indices.lazy.filter { $0 != label }.map { values[$0] }
        return (values[label] - (others.max() ?? 0) + 1) / 2
    }
}
