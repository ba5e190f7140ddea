internal import StageKit
internal import Training

/// What a compare stage reports: each model on each side.
struct ComparisonFigures: KindFigures {
    /// Models that were compared.
    var models: Int?
    /// The model that the others are held against.
    var against: String?
    /// The main score of the best model on the first side, and who that is.
    var best: String?
    var bestScore: Double?
    /// Its main score less that of the model that all are held against, with its 95 % interval.
    var bestOver: Double?
    var bestOverLow: Double?
    var bestOverP: Double?
    /// Each model on each side.
    var results: [Result]?
    /// How long models took, by their names: nothing of it is in ``results``, which two equal runs agree on.
    var times: [Times]?

    static let fields: [JSONField<ComparisonFigures>] = [
        JSONField("models", \.models, "models compared, those of several seeds counted once"),
        JSONField("against", \.against), JSONField("best", \.best),
        JSONField("best_score", \.bestScore, "main score of the best model on the first side"),
        JSONField(
            "best_over", \.bestOver,
            "main score of the best model on the first side less that of the model 'against'"),
        JSONField(
            "best_over_low", \.bestOverLow,
            "lower end of its 95 % interval; above 0, the best model is better by more than chance"),
        JSONField(
            "best_over_p", \.bestOverP,
            "probability of so large a difference by chance, 0 ... 1, by Holm's procedure for all models"),
        JSONField("results", \.results), JSONField("times", \.times),
    ]

    static let declaredOnce = declared(ofTheMoment: \.times)

    /// A model on a side.
    struct Result: JSONRecord {
        var name = ""
        /// The stages that trained it: several where it was trained with several seeds.
        var stages: [String]?
        /// Names of the models of which it is the mean.
        var ensemble: [String]?
        var split = ""
        var rows: Int?
        /// The scores in the order of the table.
        var scores: [Score]?
        /// Rows that only it, or only the model against which it is held, has right.
        var onlyModel: Int?
        var onlyOther: Int?
        var mcnemarP: Double?
        /// Weights, and bytes that hold them.
        var parameters: Int?
        var bytes: Int?

        static let fields: [JSONField<Result>] = [
            JSONField(required: "name", \.name), JSONField("stages", \.stages),
            JSONField("ensemble", \.ensemble), JSONField(required: "split", \.split),
            JSONField("rows", \.rows), JSONField("scores", \.scores),
            JSONField("only_model", \.onlyModel), JSONField("only_other", \.onlyOther),
            JSONField("mcnemar_p", \.mcnemarP), JSONField("parameters", \.parameters),
            JSONField("bytes", \.bytes),
        ]

        /// A score by its name.
        subscript(name: String) -> Score? { scores?.first { $0.name == name } }

        /// The task's main score: the first that has been sampled.
        var main: Score? { scores?.first { $0.isMain == true } }
    }

    /// A score of a model on a side: the mean over its seeds.
    struct Score: JSONRecord {
        var name = ""
        /// For people.
        var title: String?
        var value: Double?
        /// Of each seed, where there are several, and how far they lie from their mean.
        var runs: [Double]?
        var deviation: Double?
        /// 95 %, over samples of the rows.
        var interval: ClosedRange<Double>?
        /// Less that of the model against which all are held.
        var over: Double?
        var overInterval: ClosedRange<Double>?
        /// Probability of so large a difference by chance, alone and held to all models at once.
        var p: Double?
        var holmP: Double?
        /// Whether the task goes by it first of all.
        var isMain: Bool?

        static let fields: [JSONField<Score>] = [
            JSONField(required: "name", \.name), JSONField("title", \.title), JSONField("value", \.value),
            JSONField("runs", \.runs), JSONField("deviation", \.deviation),
            JSONField("interval", \.interval), JSONField("over", \.over),
            JSONField("over_interval", \.overInterval), JSONField("p", \.p), JSONField("p_holm", \.holmP),
            JSONField("main", \.isMain),
        ]

        /// Whether chance alone rarely makes such a difference.
        var isBeyondChance: Bool { overInterval.map { !$0.contains(0) } ?? false }
    }

    /// How long a model took.
    struct Times: JSONRecord {
        var name = ""
        /// Seconds in which its stages worked, those of one seed on average.
        var training: Double?
        /// Seconds that the stages before it worked which make models: pretraining, word vectors, teachers.
        var before: Double?
        /// Comments answered in a second, on this machine and as busy as it was, the loading of the model included.
        var rowsPerSecond: Double?

        static let fields: [JSONField<Times>] = [
            JSONField(required: "name", \.name), JSONField("training_seconds", \.training),
            JSONField("seconds_before", \.before), JSONField("rows_per_second", \.rowsPerSecond),
        ]
    }
}
