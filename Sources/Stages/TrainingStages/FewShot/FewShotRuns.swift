internal import Baselines
internal import ShardFormat
internal import StageKit
internal import Training

/// How a few labeled rows are learned from.
enum FewShotMethod: String, CaseIterable {
    case majority, tfidf, features
    case fineTune = "fine_tune"
    case cloze

    /// Whether it trains a model that is there before.
    var startsFromModel: Bool { self == .fineTune || self == .cloze }
    /// Whether it answers without having learned from a row.
    var needsNoRows: Bool { self == .cloze }
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
    private typealias Fit = (_ places: [Int], _ seed: UInt64) throws -> (_ side: Int) throws -> [Double]
    private var fits: [FewShotMethod: Fit] = [:]
    private let train: TokenRows
    private let sides: [TokenRows]
    /// Rows whose text is cut so that the pattern of a cloze stays whole; nil without a cloze.
    private(set) var cutRows: Int?

    /// - Parameters:
    ///   - sides: to score, in the order in which ``scores(_:learningFrom:seed:)`` has them.
    ///   - cost: inverse weight of the penalty, as scikit-learn has it.
    ///   - steps: of methods that train a whole model.
    init(
        _ methods: [FewShotMethod], _ shards: ShardFolder, scoring sides: [String], cost: Double,
        steps: FewShotSteps, cloze: ClozeSetting?, _ context: StageContext
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
        let training = try methods.contains(where: \.startsFromModel) ? training(shards, steps, context) : nil
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
            case .fineTune:
                try training?.warnings().forEach(context.progress.warn)
                fits[method] = training?.fit
            case .cloze:
                if let training { fits[method] = try asking(training, cloze, shards).fit }
            }
        }
    }

    /// What trains whole models, once they are known to fit the shards.
    private func training(
        _ shards: ShardFolder, _ steps: FewShotSteps, _ context: StageContext
    ) throws -> FewShotTraining {
        let start = try StartFolder.open(
            StartFolder.path(in: context, of: FewShotStage.kind), shards: shards)
        let options = steps.options(options)
        let tuning = try FineTuning(shards: shards, start: start, tokenizerDigest: nil, options: options)
        if let note = tuning.readNote { context.progress.warn(note) }
        return FewShotTraining(
            start: start, task: task, names: names, options: options, train: train, sides: sides,
            context: context)
    }

    /// The same of texts that are set into a pattern and answered with a word.
    private mutating func asking(
        _ training: FewShotTraining, _ cloze: ClozeSetting?, _ shards: ShardFolder
    ) throws -> FewShotTraining {
        guard let cloze else { preconditionFailure("cloze has a pattern") }
        let context = training.context
        guard shards.manifest.textPair == nil, task.name == .singleLabel else {
            throw StageError(
                "cloze sets single texts of a class each into a pattern; the shards hold "
                    + (shards.manifest.textPair.map { "pairs of \($0) and comment" }
                        ?? "the task \(task.name.rawValue)"),
                hint: "make shards without 'text_pair' for it, or leave cloze out of 'methods'")
        }
        let mode = try StartFolder.mode(of: shards.manifest)
        let found = try StartFolder.tokenizer(in: shards.path, mode)
        guard let tokenizer = try (found ?? StartFolder.tokenizer(in: training.start.path, mode))?.tokenizer
        else {
            throw StageError("neither the shards nor the model have a tokenizer for the pattern of a cloze")
        }
        var asking = training
        asking.words = try cloze.ids(by: tokenizer, classes: names)
        let frame = try cloze.frame(
            by: tokenizer, maxTokens: training.start.configuration.plan.maxTokens)
        for part in try cloze.unknownParts(by: tokenizer) {
            context.progress.warn("the tokenizer cannot spell all of '\(part)' in 'pattern'")
        }
        cutRows = ([train] + sides).reduce(0) { sum, rows in
            sum + (0..<rows.count).count { frame.cuts(rowOf: rows.length(of: $0)) }
        }
        asking.train = train.filled(into: frame)
        asking.sides = sides.map { $0.filled(into: frame) }
        return asking
    }

    private func fit(
        _ settings: BaselineTraining.Settings, _ train: BaselineTraining.Side,
        _ sides: [BaselineTraining.Side]
    ) -> Fit {
        { [task, names, options] places, _ in
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
        return { [task, train, options, count = self.names.count] places, _ in
            let head = FeatureHead(
                task, vectors: known, width: folder.manifest.width, of: train, only: places, options: options,
                scoreCount: count)
            return { side in head.answers(to: asked[side]) }
        }
    }

    /// The scores of a method that was fitted to some of the train rows, of each side.
    func scores(_ method: FewShotMethod, learningFrom places: [Int], seed: UInt64) throws -> [Scored] {
        guard let fit = fits[method] else { preconditionFailure("one of the methods of the runs") }
        let answers = try fit(places, seed)
        return try sides.enumerated().map { side, rows in
            let scores = try task.scores(
                ScoredRows(rows, form: .oneClass, names: names, answers: answers(side)))
            guard let classes = scores.classification else { preconditionFailure("rows of one class each") }
            return Scored(accuracy: classes.accuracy, macroF1: classes.macroF1)
        }
    }
}
