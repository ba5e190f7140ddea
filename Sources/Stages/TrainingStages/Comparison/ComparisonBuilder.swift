internal import Baselines
internal import JSON
internal import StageKit
internal import Training

/// Gathers models' answers, and makes the table's lines of them.
struct ComparisonBuilder {
    let lines: [ComparedModel]
    let reference: Int
    let resamples: Int
    /// Of each connected model, by its stage and side.
    private var evaluations: [String: [String: ModelEvaluation]] = [:]
    private var weights: [String: ModelWeight] = [:]
    /// Rows answered, and seconds that it took.
    private var speeds: [String: (rows: Int, seconds: Double)] = [:]
    /// The rows of each side, by the model that was scored first.
    private var firsts: [String: (stage: String, comments: [Int64])] = [:]

    init(_ lines: [ComparedModel], against reference: Int, resamples: Int) {
        self.lines = lines
        self.reference = reference
        self.resamples = resamples
    }

    /// Scores a model on some sides.
    mutating func add(_ model: InputArtifact, of shards: ModelOnShards, _ sides: [String]) throws {
        weights[model.stage] = ModelWeight(model)
        for side in sides {
            let started = ContinuousClock.now
            let evaluation = try shards.evaluate(model, side: side)
            let seconds = (ContinuousClock.now - started) / .seconds(1)
            let before = speeds[model.stage] ?? (0, 0)
            speeds[model.stage] = (before.rows + evaluation.rows.count, before.seconds + seconds)
            try checkRows(evaluation, model.stage, side)
            evaluations[model.stage, default: [:]][side] = evaluation
        }
    }

    /// Models of other shards have to be asked about the same comments, with the same labels.
    private mutating func checkRows(_ found: ModelEvaluation, _ stage: String, _ side: String) throws {
        let comments = (0..<found.rows.count).map(found.rows.comment(of:))
        guard let first = firsts[side], let other = evaluations[first.stage]?[side] else {
            firsts[side] = (stage, comments)
            return
        }
        guard comments == first.comments, found.scored.targets == other.scored.targets,
            found.labelNames == other.labelNames
        else {
            throw StageError(
                "on \(side) the models '\(first.stage)' and '\(stage)' are scored on other rows: "
                    + "\(first.comments.count) and \(comments.count), or the same ones with other labels",
                hint: "make all shards of the same split, in the same order")
        }
    }

    /// The stages of a line, or the one of this name.
    private func stages(_ name: String) -> [String] {
        lines.first { $0.name == name && $0.members.isEmpty }?.stages ?? [name]
    }

    /// The runs of a line or of a stage, by its name.
    private func runs(_ name: String, _ side: String) -> [ModelEvaluation] {
        stages(name).compactMap { evaluations[$0]?[side] }
    }

    private func runs(of line: ComparedModel, _ side: String) throws -> [ModelEvaluation] {
        if line.members.isEmpty { return runs(line.name, side) }
        return try line.ensembleRuns { runs($0, side) }.map { members in
            let mean = ScoredRows.mean(members.map(\.scored))
            return try ModelEvaluation(
                of: members[0].rows, task: members[0].task, names: mean.names, answers: mean.answers)
        }
    }

    /// Everything that two equal runs agree on.
    func figures(_ sides: [String]) throws -> ComparisonFigures {
        var figures = ComparisonFigures()
        figures.models = lines.count
        figures.against = lines[reference].name
        figures.results = []
        for side in sides {
            let evaluations = try lines.map { try runs(of: $0, side) }
            let compared = ComparedScores.of(
                evaluations[0][0].task, evaluations.map { $0.map(\.scored) }, against: reference,
                resamples: resamples)
            for (number, line) in lines.enumerated() {
                figures.results?.append(result(line, side, evaluations[number], compared[number]))
            }
        }
        setBest(&figures, sides[0])
        return figures
    }

    private func result(
        _ line: ComparedModel, _ side: String, _ runs: [ModelEvaluation], _ compared: ComparedScores
    ) -> ComparisonFigures.Result {
        var result = ComparisonFigures.Result()
        result.name = line.name
        result.stages = line.members.isEmpty ? line.stages : nil
        result.ensemble = line.members.isEmpty ? nil : line.members
        result.split = side
        result.rows = runs[0].rows.count
        result.scores = scores(runs, compared)
        result.onlyModel = compared.discordance?.onlyFirst
        result.onlyOther = compared.discordance?.onlySecond
        result.mcnemarP = compared.discordance?.probability
        let weight = weight(of: line)
        result.parameters = weight?.parameters
        result.bytes = weight?.bytes
        return result
    }

    /// Of one of its seeds; of an ensemble, of all its members together.
    private func weight(of line: ComparedModel) -> ModelWeight? {
        func own(_ name: String) -> ModelWeight? { stages(name).first.flatMap { weights[$0] } }
        if line.members.isEmpty { return own(line.name) }
        let all = line.members.compactMap(own)
        return all.dropFirst().reduce(all.first) { sum, weight in sum.map { $0 + weight } }
    }

    private func scores(_ runs: [ModelEvaluation], _ compared: ComparedScores) -> [ComparisonFigures.Score] {
        let figures = runs.map { ScoreFigures($0) }
        var columns = ScoreTitles.all.map { score in
            (name: score.name, title: score.title, values: figures.compactMap { $0[keyPath: score.path] })
        }
        for (place, known) in (figures[0].classes ?? []).enumerated() {
            let classes = figures.compactMap { $0.classes?[place] }
            let name = known.name ?? "\(place)"
            for part in ScoreFigures.OfClass.shown {
                columns.append(
                    (
                        "\(part.name).\(name)", "\(part.title), \(name)",
                        classes.compactMap { $0[keyPath: part.path] }
                    ))
            }
        }
        return columns.filter { $0.values.count == runs.count }.map { column in
            var score = ComparisonFigures.Score()
            score.name = column.name
            score.title = column.title
            score.value = column.values.reduce(0, +) / Double(runs.count)
            if runs.count > 1 { score.runs = column.values }
            score.deviation = ComparedScores.deviation(of: column.values)
            if let found = compared.scores.first(where: { $0.name == column.name }) {
                score.add(found, isMain: found.name == compared.scores.first?.name)
            }
            return score
        }
    }

    private func setBest(_ figures: inout ComparisonFigures, _ side: String) {
        let own = (figures.results ?? []).filter { $0.split == side }
        let best = own.max { ($0.main?.value ?? -.infinity) < ($1.main?.value ?? -.infinity) }
        figures.best = best?.name
        figures.bestScore = best?.main?.value
        figures.bestOver = best?.main?.over
        figures.bestOverLow = best?.main?.overInterval?.lowerBound
        figures.bestOverP = best?.main?.holmP
    }

    /// How long the models took to train, as the store has recorded it, and to answer.
    func times(_ context: StageContext) throws -> [ComparisonFigures.Times] {
        let record: any StageTimes = try context.store.part()
        return try lines.filter(\.members.isEmpty).map { line in
            var times = ComparisonFigures.Times()
            times.name = line.name
            let spent = try line.stages.map { try ModelTimes($0, record, context) }
            times.training = mean(spent.compactMap(\.own))
            times.before = mean(spent.map(\.before))
            let speed = line.stages.compactMap { speeds[$0] }.reduce((0, 0.0)) {
                ($0.0 + $1.rows, $0.1 + $1.seconds)
            }
            times.rowsPerSecond = speed.1 > 0 ? Double(speed.0) / speed.1 : nil
            return times
        }
    }

    private func mean(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
}

/// Seconds that a model's stage worked, and those before it that make models.
private struct ModelTimes {
    var own: Double?
    var before = 0.0

    init(_ stage: String, _ record: any StageTimes, _ context: StageContext) throws {
        let makers = Set(
            context.kinds.filter { kind in
                kind.outputs.contains { !Set($0.types).isDisjoint(with: Self.types) }
            }.map(\.name))
        for time in try record.times(making: stage) where makers.contains(time.kind) {
            if time.stage == stage { own = time.seconds } else { before += time.seconds }
        }
    }

    /// What only models are made of.
    private static let types: Set<String> = ["model-v1", "features-v1", VectorFolder.artifactType]
}

extension ComparisonFigures.Score {
    fileprivate mutating func add(_ found: ComparedScores.Score, isMain: Bool) {
        interval = found.interval.map { $0.low...$0.high }
        over = found.difference
        overInterval = found.differenceInterval.map { $0.low...$0.high }
        p = found.probability
        holmP = found.adjusted
        self.isMain = isMain ? true : nil
    }
}

extension ScoreFigures.OfClass {
    struct Shown: Sendable {
        var name: String
        var title: String
        var path: any KeyPath<ScoreFigures.OfClass, Double?> & Sendable
    }

    static let shown = [
        Shown(name: "precision", title: "Precision", path: \.precision),
        Shown(name: "recall", title: "Recall", path: \.recall), Shown(name: "f1", title: "F1", path: \.f1),
    ]
}
