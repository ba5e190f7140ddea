/// How many rows of each class were predicted as each class, and the scores that follow from it.
///
/// A share whose denominator is 0 is 0, as with `zero_division=0` in scikit-learn. Averages are taken over all
/// classes of the model, whether or not the data has rows of them.
package struct ConfusionMatrix: Hashable, Codable, Sendable {
    /// Classes, at least 1.
    package let classCount: Int
    /// `[classes, classes]`, row-major: true class first, predicted class second.
    package private(set) var counts: [Int]

    package init(classCount: Int) {
        self.classCount = classCount
        counts = Array(repeating: 0, count: classCount * classCount)
    }

    /// - Precondition: `counts` has an entry, at least 0, for each pair of classes.
    init(classCount: Int, counts: [Int]) {
        precondition(counts.count == classCount * classCount)
        self.classCount = classCount
        self.counts = counts
    }

    /// Counts one row.
    ///
    /// - Precondition: both are in 0 ..< classes.
    package mutating func add(label: Int, predicted: Int) {
        precondition(label >= 0 && label < classCount && predicted >= 0 && predicted < classCount)
        counts[label * classCount + predicted] += 1
    }

    /// Rows of class `label` predicted as `predicted`.
    package subscript(label label: Int, predicted predicted: Int) -> Int {
        counts[label * classCount + predicted]
    }

    /// Rows in total.
    package var rows: Int { counts.reduce(0, +) }

    /// Rows whose true class is `label`.
    package func support(of label: Int) -> Int {
        (0..<classCount).reduce(0) { $0 + self[label: label, predicted: $1] }
    }

    /// Rows predicted as `label`.
    package func predictions(of label: Int) -> Int {
        (0..<classCount).reduce(0) { $0 + self[label: $1, predicted: label] }
    }

    /// Share of the rows predicted as `label` that are of that class.
    package func precision(of label: Int) -> Double {
        share(self[label: label, predicted: label], of: predictions(of: label))
    }

    /// Share of the rows of class `label` that were predicted as such.
    package func recall(of label: Int) -> Double {
        share(self[label: label, predicted: label], of: support(of: label))
    }

    /// Harmonic mean of precision and recall: 2 · hits / (predictions + rows of the class).
    package func f1(of label: Int) -> Double {
        share(2 * self[label: label, predicted: label], of: predictions(of: label) + support(of: label))
    }

    /// Share of the rows that were predicted right.
    package var accuracy: Double {
        share((0..<classCount).reduce(0) { $0 + self[label: $1, predicted: $1] }, of: rows)
    }

    /// Mean F1 of the classes, each counting the same.
    package var macroF1: Double { (0..<classCount).reduce(0) { $0 + f1(of: $1) } / Double(classCount) }

    /// Mean F1 of the classes, each counting by its rows.
    package var weightedF1: Double {
        let sum = (0..<classCount).reduce(0) { $0 + f1(of: $1) * Double(support(of: $1)) }
        return rows == 0 ? 0 : sum / Double(rows)
    }

    /// Matthews' correlation of truth and prediction, -1 ... 1; 0 if one of them is always the same.
    ///
    /// Source: Gorodkin, "Comparing two K-category assignments by a K-category correlation coefficient" (2004).
    package var matthews: Double {
        let (all, right) = (Double(rows), accuracy * Double(rows))
        var (both, truth, predicted) = (0.0, 0.0, 0.0)
        for label in 0..<classCount {
            let (own, given) = (Double(support(of: label)), Double(predictions(of: label)))
            both += own * given
            truth += own * own
            predicted += given * given
        }
        let scale = (all * all - predicted).squareRoot() * (all * all - truth).squareRoot()
        return scale > 0 ? (right.rounded() * all - both) / scale : 0
    }

    private func share(_ part: Int, of whole: Int) -> Double { whole == 0 ? 0 : Double(part) / Double(whole) }
}
