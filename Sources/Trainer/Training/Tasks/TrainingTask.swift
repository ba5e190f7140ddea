import Models
package import ShardFormat

/// What a model is trained for: one value joins the objective, the targets that it can learn from, the scores, the answers,
/// and how a folder says it. The head is the same for all, with as many scores as there are names.
///
/// A further task is one value in its own file, and one entry in ``all``.
package struct TrainingTask: Sendable {
    package let name: TaskName
    /// `problem_type` in a folder's `config.json`.
    package let problemType: String
    /// What scores are compared with targets by.
    let objective: @Sendable (TrainingOptions, TokenRows, _ scoreCount: Int) -> any Objective
    /// Factor of the rows of each class in the loss; nil if all count the same.
    let rowWeights: @Sendable (TrainingOptions, TokenRows, _ scoreCount: Int) -> [Float]?
    /// Refuses rows and options that nothing can be learned from or by.
    let check:
        @Sendable (TrainingOptions, TokenRows, TokenRows?, _ scoreCount: Int) throws(TrainingError) -> Void
    /// Share of some rows that scores have right, 0 ... 1; 0 for a task without right and wrong.
    let rightShare: @Sendable (_ scores: [Float], _ rows: [Int], TokenRows, _ scoreCount: Int) -> Double
    /// Scores of the answers to all rows.
    let scores:
        @Sendable (TokenRows, _ answers: [Double], _ scoreCount: Int, _ thresholds: [Double]?)
            throws(ScoringError) -> TaskScores
    /// What the scores of the head say: probabilities, or numbers as they are. `[rows, scores]`, row-major.
    package let answers: @Sendable (_ scores: [Float], _ scoreCount: Int) -> [Double]
    /// A linear head on features: `[scores, features]` coefficients and `[scores]` intercepts.
    let fit: @Sendable (FeatureRows) -> LinearFit
    /// Whether rows bring numbers as their targets, as many as there are scores, and not a class alone.
    let takesNumbers: Bool
    /// Whether temperature, threshold and band of the answers are chosen on dev.
    let choosesAnswerRule: Bool
    /// Least probability at which each class is given, chosen on dev by the answers to it; nil for a task without.
    let thresholds: (@Sendable (_ dev: TokenRows, _ answers: [Double], _ scoreCount: Int) -> [Double])?

    package static let all: [TrainingTask] = [.singleLabel, .multiLabel, .regression]

    /// The task of that name.
    package init(_ name: TaskName) {
        guard let task = Self.all.first(where: { $0.name == name }) else {
            preconditionFailure("each name has its task")
        }
        self = task
    }

    /// The task that a folder's `problem_type` names; nil for a text that names none.
    package init?(problemType: String) {
        guard let task = Self.all.first(where: { $0.problemType == problemType }) else { return nil }
        self = task
    }

    init(
        name: TaskName, problemType: String,
        objective: @escaping @Sendable (TrainingOptions, TokenRows, Int) -> any Objective,
        rowWeights: @escaping @Sendable (TrainingOptions, TokenRows, Int) -> [Float]? = { _, _, _ in nil },
        check:
            @escaping @Sendable (TrainingOptions, TokenRows, TokenRows?, Int) throws(TrainingError) -> Void,
        rightShare: @escaping @Sendable ([Float], [Int], TokenRows, Int) -> Double,
        scores: @escaping @Sendable (TokenRows, [Double], Int, [Double]?) throws(ScoringError) -> TaskScores,
        answers: @escaping @Sendable ([Float], Int) -> [Double],
        fit: @escaping @Sendable (FeatureRows) -> LinearFit, takesNumbers: Bool = true,
        choosesAnswerRule: Bool = false,
        thresholds: (@Sendable (TokenRows, [Double], Int) -> [Double])? = nil
    ) {
        self.name = name
        self.problemType = problemType
        self.objective = objective
        self.rowWeights = rowWeights
        self.check = check
        self.rightShare = rightShare
        self.scores = scores
        self.answers = answers
        self.fit = fit
        self.takesNumbers = takesNumbers
        self.choosesAnswerRule = choosesAnswerRule
        self.thresholds = thresholds
    }
}

/// What a linear head is fitted to.
struct FeatureRows {
    /// `[rows, featureCount]`, row-major.
    var features: [Float]
    var featureCount: Int
    /// What the batch of all rows should come to, and how much each row counts.
    var targets: Targets
    var weights: [Double]
    var scoreCount: Int
    /// Weight of the squared coefficients.
    var l2: Double
    /// Factor of the loss of each class where a row is of it; of several classes for each row.
    var positiveWeights: [Double]?
}

/// A linear head.
struct LinearFit {
    /// `[scores, features]`, row-major.
    var coefficients: [Double]
    /// `[scores]`.
    var intercepts: [Double]
    var iterations: Int
}
