internal import StageKit

/// What a few_shot stage reports: each method with each number of rows on each side.
struct FewShotFigures: KindFigures {
    /// Draws of each number of rows.
    var seeds: Int?
    /// Rows of each class, rising.
    var perClass: [Int]?
    /// Classes with fewer train rows than the largest of them.
    var shortClasses: Int?
    /// Rows whose text is cut so that the pattern of a cloze stays whole.
    var cutRows: Int?
    /// The method with the highest mean of macro F1 on the first side, with most rows.
    var best: String?
    var bestScore: Double?
    var bestDeviation: Double?
    var results: [Result]?

    static let fields: [JSONField<FewShotFigures>] = [
        JSONField("seeds", \.seeds, "draws of each number of rows"),
        JSONField("per_class", \.perClass),
        JSONField(
            "short_classes", \.shortClasses,
            "classes with fewer rows on the train side than the largest of 'per_class'"),
        JSONField(
            "cut_rows", \.cutRows,
            "rows of the train side and the scored ones whose text is cut so that the pattern of a cloze stays whole"
        ),
        JSONField("best", \.best),
        JSONField(
            "best_score", \.bestScore,
            "macro F1 of the best method with the most rows on the first side, mean over the draws"),
        JSONField(
            "best_deviation", \.bestDeviation,
            "standard deviation of that score over the draws, with n - 1 in the denominator"),
        JSONField("results", \.results),
    ]

    /// A method with some rows of each class on a side.
    struct Result: JSONRecord {
        var method = ""
        var split = ""
        /// Rows of each class that were asked for, and all rows that were learned from.
        var perClass: Int?
        var trainRows: Int?
        /// Rows that were scored.
        var rows: Int?
        var accuracy: Score?
        var macroF1: Score?

        static let fields: [JSONField<Result>] = [
            JSONField(required: "method", \.method), JSONField(required: "split", \.split),
            JSONField("per_class", \.perClass), JSONField("train_rows", \.trainRows),
            JSONField("rows", \.rows), JSONField("accuracy", \.accuracy), JSONField("macro_f1", \.macroF1),
        ]
    }

    /// A score over all draws.
    struct Score: JSONRecord {
        var mean: Double?
        /// With n - 1 in the denominator; of one draw there is none.
        var deviation: Double?
        /// Of each draw, in the order of the seeds.
        var runs: [Double]?

        static let fields: [JSONField<Score>] = [
            JSONField("mean", \.mean), JSONField("deviation", \.deviation), JSONField("runs", \.runs),
        ]

        init() {}

        init(_ runs: [Double]) {
            self.runs = runs
            guard !runs.isEmpty else { return }
            let count = Double(runs.count)
            let mean = runs.reduce(0, +) / count
            self.mean = mean
            guard runs.count > 1 else { return }
            deviation = (runs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)).squareRoot()
        }
    }

    /// Names the best method, if any.
    mutating func findBest() {
        let first = results?.first?.split
        let most = perClass?.last
        let last = (results ?? []).filter { $0.split == first && $0.perClass == most }
        // Of equally good methods the first.
        let found = last.dropFirst().reduce(last.first) { best, next in
            (next.macroF1?.mean ?? -1) > (best?.macroF1?.mean ?? -1) ? next : best
        }
        (best, bestScore, bestDeviation) = (found?.method, found?.macroF1?.mean, found?.macroF1?.deviation)
    }
}
