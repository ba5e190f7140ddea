internal import Baselines
internal import Charts
internal import StageKit
internal import Training

/// Puts baselines beside the scores of models on the same rows, and says which are better.
struct SideComparison {
    let baselines: BaselinesBeside
    private let resamples: Int

    /// - Parameter resamples: samples of the rows that the intervals of differences come from; 0 for none.
    init(_ baselines: BaselinesBeside, resamples: Int) {
        self.baselines = baselines
        self.resamples = resamples
    }

    /// Adds how the baselines do on the rows of a side, and how far a model is from them.
    func add(to figures: inout ScoreFigures, _ model: ModelEvaluation, side: String) throws {
        figures.baselinesAbsent = baselines.absence
        let found = try baselines.evaluations(of: side)
        if found.isEmpty { return }
        let comparisons = ModelComparison.of(
            model.task, model.scored, against: found.map(\.evaluation.scored), resamples: resamples)
        figures.set(
            zip(found, comparisons).map { found, comparison in
                let kind = found.fit.kind.flatMap(BaselineKind.init)
                var beside = ScoreFigures.Beside(
                    comparison, name: found.fit.kind ?? "", title: kind?.title ?? "a baseline",
                    scores: ScoreFigures(found.evaluation))
                beside.trainRows = found.fit.trainRows
                beside.allTrainRows = found.fit.allTrainRows
                beside.features = found.fit.features
                beside.cost = found.fit.cost
                beside.readsTitles = found.fit.readsTitles
                return beside
            })
    }

    /// A sentence on a model that is not better than a baseline; `nil` for others, and for models that are baselines.
    ///
    /// It goes by dev where the model has been scored on it, here or while it was trained, and else by the first side.
    func warning(of model: InputArtifact, _ sides: [ScoreFigures]) throws -> String? {
        guard BaselineFolder.kind(ofFolder: model.path) == nil,
            let found = try sides.first(where: { $0.split == "dev" }).map(Standing.init)
                ?? inTraining(model) ?? sides.first.map(Standing.init),
            !found.better.isEmpty
        else { return nil }
        let titles = found.better.map(\.title).joined(separator: " and ")
        let values = found.better.map { "\($0.title) \(Numbers.fixed($0.value, 3))" }
        return
            "on \(found.side) the model of '\(model.stage)' is no better than \(titles): "
            + "\(ScoreFigures.title(of: found.score)) \(Numbers.fixed(found.own, 3)), \(values.joined(separator: ", "))"
    }

    /// Where a model stands on a side by one score.
    private struct Standing {
        var side: String
        var score: String
        var own: Double
        /// The baselines that are at least as good.
        var better: [(title: String, value: Double)]

        init(side: String, score: String, own: Double, better: [(title: String, value: Double)]) {
            self.side = side
            self.score = score
            self.own = own
            self.better = better
        }

        /// As the figures of a side say it.
        init(_ figures: ScoreFigures) {
            let all = figures.baselines ?? []
            let main = all.lazy.compactMap(\.main).first
            self.init(
                side: figures.split ?? "", score: main?.score ?? "", own: main?.model ?? .nan,
                better: all.filter(\.isAsGood).compactMap { beside in
                    beside.title.flatMap { title in (beside.main?.other).map { (title, $0) } }
                })
        }
    }

    /// By what the model's training says of dev; `nil` if it says nothing.
    private func inTraining(_ model: InputArtifact) throws -> Standing? {
        let figures = TrainFigures(model.figures)
        guard let metric = figures.metric.flatMap(TrainingOptions.Metric.init(rawValue:)),
            let best = figures.bestMetric
        else { return nil }
        let dev = try baselines.evaluations(of: "dev")
        guard !dev.isEmpty else { return nil }
        return Standing(
            side: "dev", score: metric.rawValue, own: best,
            better: dev.compactMap { found in
                guard let value = found.evaluation.scores.value(of: metric),
                    !metric.isBetter(best, than: value),
                    let kind = found.fit.kind.flatMap(BaselineKind.init)
                else { return nil }
                return (kind.title, value)
            })
    }
}
