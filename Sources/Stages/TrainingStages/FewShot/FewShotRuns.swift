internal import Baselines
internal import ShardFormat
internal import StageKit
internal import Training

/// How a few labeled rows are learned from.
enum FewShotMethod: String, CaseIterable {
    case majority, tfidf, features
}

/// Fits methods to a few rows of each class and scores them on whole sides.
struct FewShotRuns {
    /// Scores of one fit on one side.
    struct Scored {
        var accuracy: Double
        var macroF1: Double
    }

    private let task: TrainingTask
    private let names: [String]
    private let options: TrainingOptions
    /// What a method fits to some of the train rows: what it answers to a side.
    private typealias Fit = (_ places: [Int]) throws -> (_ side: Int) throws -> [Double]
    private var fits: [FewShotMethod: Fit] = [:]
    private let train: TokenRows
    private let sides: [TokenRows]

    /// - Parameters:
    ///   - sides: to score, in the order in which ``scores(_:learningFrom:)`` has them.
    ///   - cost: inverse weight of the penalty, as scikit-learn has it.
    init(
        _ methods: [FewShotMethod], _ shards: ShardFolder, scoring sides: [String], cost: Double,
        _ context: StageContext
    ) throws {
        task = TrainingTask(shards.manifest.taskName)
        names = shards.manifest.labelNames
        var options = TrainingOptions()
        options.threads = context.threads
        options.metric = options.metric(for: shards.manifest.taskName)
        options.l2 = 1 / cost
        self.options = options
        train = try shards.rows(of: "train")
        self.sides = try sides.map(shards.rows(of:))
        for method in methods {
            switch method {
            case .majority:
                fits[method] = fit(
                    BaselineTraining.Settings(.majority, costs: [cost]),
                    BaselineTraining.Side(textless: train),
                    self.sides.map(BaselineTraining.Side.init(textless:)))
            case .tfidf:
                let texts = try ShardTexts(
                    context.inputs.one("data"), shards.manifest, context)
                // With one row of each class hardly any run of characters is in two texts.
                var counted = BaselineTraining.Settings.characters
                counted.leastTexts = 1
                fits[method] = fit(
                    BaselineTraining.Settings(.tfidf, ngrams: [counted], costs: [cost]),
                    try texts.side("train", of: shards), try sides.map { try texts.side($0, of: shards) })
            case .features:
                guard let features = context.inputs.first("features") else { throw FewShotStage.noFeatures }
                fits[method] = try fit(FeatureFolder(features.path), sides)
            }
        }
    }

    private func fit(
        _ settings: BaselineTraining.Settings, _ train: BaselineTraining.Side,
        _ sides: [BaselineTraining.Side]
    ) -> Fit {
        { [task, names, options] places in
            var settings = settings
            settings.rows = places
            let model = try BaselineTraining(settings, options: options, task: task, labels: names)
                .run(train: train, dev: nil).model
            return { side in
                model.answers(to: sides[side].texts, firsts: sides[side].firsts, threads: options.threads)
            }
        }
    }

    private func fit(_ folder: FeatureFolder, _ names: [String]) throws -> Fit {
        let known = try folder.vectors(of: "train", matching: train)
        let asked = try zip(names, sides).map { try folder.vectors(of: $0, matching: $1) }
        return { [task, train, options, count = self.names.count] places in
            let head = FeatureHead(
                task, vectors: known, width: folder.manifest.width, of: train, only: places, options: options,
                scoreCount: count)
            return { side in head.answers(to: asked[side]) }
        }
    }

    /// The scores of a method that was fitted to some of the train rows, of each side.
    func scores(_ method: FewShotMethod, learningFrom places: [Int]) throws -> [Scored] {
        guard let fit = fits[method] else { preconditionFailure("one of the methods of the runs") }
        let answers = try fit(places)
        return try sides.enumerated().map { side, rows in
            let scores = try task.scores(
                ScoredRows(rows, form: .oneClass, names: names, answers: answers(side)))
            guard let classes = scores.classification else { preconditionFailure("rows of one class each") }
            return Scored(accuracy: classes.accuracy, macroF1: classes.macroF1)
        }
    }
}
