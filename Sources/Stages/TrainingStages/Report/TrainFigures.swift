internal import StageKit
internal import Training

/// What a train stage reports: nothing in it differs between two equal runs.
struct TrainFigures: KindFigures {
    var parameters: Int?
    var steps: Int?
    var epochs: Double?
    var bestStep: Int?
    var bestMetric: Double?
    /// Name of the score that checkpoints are compared by.
    var metric: String?
    /// Which weights it started from, in words.
    var start: String?
    var stoppedEarly: Bool?
    var batchSize: Int?
    var learningRate: Double?
    var seed: Int?
    var precision: String?
    var size: ModelSize?
    /// Its curves: means over equal stretches of steps.
    var history: [Point]?
    /// How it scored on dev, each time.
    var evaluations: [Evaluation]?
    /// Which baseline it is; `nil` for an encoder.
    var kind: String?
    /// The inverse weight of the penalty that was chosen, and all that were tried.
    var cost: Double?
    var trials: [Trial]?
    /// Of a student: whom it learned from, and how.
    var distillation: Distillation?
    /// What took the steps, if that is not this program.
    var trainedBy: String?
    /// Of results of earlier versions.
    var tokenizerDigest: String?

    static let fields: [JSONField<TrainFigures>] = [
        JSONField("parameters", \.parameters, "weights of the model"),
        JSONField("steps", \.steps, "optimizer steps taken"),
        JSONField("epochs", \.epochs, "passes over the training rows"),
        JSONField("best_step", \.bestStep, "step of the checkpoint that was kept"),
        JSONField("best_metric", \.bestMetric, "its score on the dev side"),
        JSONField("metric", \.metric), JSONField("initialised", \.start),
        JSONField("stopped_early", \.stoppedEarly), JSONField("batch_size", \.batchSize),
        JSONField("learning_rate", \.learningRate), JSONField("seed", \.seed),
        JSONField("precision", \.precision), JSONField("model", \.size), JSONField("history", \.history),
        JSONField("evaluations", \.evaluations), JSONField("tokenizer_digest", \.tokenizerDigest),
        JSONField("baseline", \.kind), JSONField("C", \.cost), JSONField("trials", \.trials),
        JSONField("distillation", \.distillation), JSONField("trained_by", \.trainedBy),
    ]

    /// How a student learned from its teachers.
    struct Distillation: JSONRecord {
        var teachers: Int?
        var temperature: Double?
        var weight: Double?
        var hidden: Double?
        var attention: Double?
        /// Texts without labels that it learned from.
        var unlabeled: Int?
        /// The teachers' score on dev.
        var metric: Double?

        static let fields: [JSONField<Distillation>] = [
            JSONField("teachers", \.teachers), JSONField("temperature", \.temperature),
            JSONField("weight", \.weight), JSONField("hidden", \.hidden),
            JSONField("attention", \.attention), JSONField("unlabeled", \.unlabeled),
            JSONField("teacher_metric", \.metric),
        ]
    }

    /// How one weight of the penalty did.
    struct Trial: JSONRecord {
        var cost: Double?
        var metric: Double?

        static let fields: [JSONField<Trial>] = [JSONField("C", \.cost), JSONField("metric", \.metric)]
    }

    /// How large the model is.
    struct ModelSize: JSONRecord {
        var layers = 0
        var hidden = 0
        var heads = 0

        static let fields: [JSONField<ModelSize>] = [
            JSONField(required: "layers", \.layers), JSONField(required: "hidden", \.hidden),
            JSONField(required: "heads", \.heads),
        ]
    }

    /// A stretch of steps.
    struct Point: JSONRecord {
        /// The last one.
        var step = 0
        var epoch: Double?
        var loss = 0.0
        var accuracy: Double?
        var rate: Double?

        static let fields: [JSONField<Point>] = [
            JSONField(required: "step", \.step), JSONField("epoch", \.epoch),
            JSONField(required: "loss", \.loss), JSONField("accuracy", \.accuracy),
            JSONField("learning_rate", \.rate),
        ]
    }

    /// How the model scored on dev after a step.
    struct Evaluation: JSONRecord {
        var step = 0
        var epoch: Double?
        var loss: Double?
        /// Whether no evaluation before scored as high.
        var isBest: Bool?
        /// The scores that the task has a line for.
        var scores = ScoreFigures()

        static let fields: [JSONField<Evaluation>] = [
            JSONField(required: "step", \.step), JSONField("epoch", \.epoch), JSONField("loss", \.loss),
            JSONField("best", \.isBest),
        ]
    }
}

extension TrainFigures.Evaluation {
    init?(json: JSONValue) {
        self.init()
        if !readFields(of: json) { return nil }
        scores = ScoreFigures(json: json) ?? ScoreFigures()
    }

    /// The scores beside the rest.
    var json: JSONValue {
        var json = fieldsJSON
        for member in scores.json.members ?? [] { json[member.key] = member.value }
        return json
    }
}
