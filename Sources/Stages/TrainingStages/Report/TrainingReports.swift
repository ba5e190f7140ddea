internal import Charts
internal import StageKit
internal import Training

extension KindReport {
    static let train = KindReport(
        "train", sentence: { $0.figures(as: TrainFigures.self)?.shortSentence },
        tiles: { view in
            guard let figures = view.figures(as: TrainFigures.self), let count = figures.parameters else {
                return []
            }
            let steps = figures.steps.map { "\(Numbers.grouped($0)) steps" } ?? ""
            return [ReportTile(value: Numbers.spoken(count), label: "parameters", note: steps)]
        },
        sections: [
            ReportPart(absence: "No training: no train stage comes before this report.") {
                TrainingSection.section($0)
            }
        ],
        identities: [
            TrainFigures.identity(\.seed, "seed"),
            TrainFigures.identity(\.tokenizerDigest, "tokenizer", isCode: true),
            TrainFigures.identity(\.start, "start"),
            TrainFigures.identity(\.precision, "precision", isCode: true),
        ])

    static let evaluate = KindReport(
        "evaluate",
        tiles: { view in
            guard let scores = view.own.last.flatMap({ ScoredSide.all(of: $0).first }) else { return [] }
            var tiles: [ReportTile] = []
            if let pearson = scores.figures.pearson {
                let note = scores.figures.spearman.map { "Spearman \(Numbers.fixed($0, 3))" } ?? ""
                tiles.append(
                    ReportTile(
                        value: Numbers.fixed(pearson, 3), label: "Pearson, \(scores.split)", note: note))
            }
            if let microF1 = scores.figures.microF1, scores.figures.isMultiLabel {
                tiles.append(
                    ReportTile(value: Numbers.fixed(microF1, 3), label: "micro F1, \(scores.split)"))
            }
            guard let macroF1 = scores.figures.macroF1 else { return tiles }
            tiles.append(
                ReportTile(
                    value: Numbers.fixed(macroF1, 3), label: "macro F1, \(scores.split)",
                    note: scores.figures.majority?.macroF1.map { "baseline \(Numbers.fixed($0, 3))" } ?? ""))
            if let accuracy = scores.figures.accuracy {
                tiles.append(
                    ReportTile(
                        value: Numbers.percent(accuracy), label: "accuracy, \(scores.split)",
                        note: scores.figures.majority?.accuracy.map { "baseline \(Numbers.percent($0))" }
                            ?? ""))
            }
            return tiles
        },
        verdict: { $0.own.last.flatMap { ScoredSide.all(of: $0).first?.outcome } },
        sections: [
            ReportPart(absence: "No scores: no evaluate stage comes before this report.") {
                ScoreSection.section($0.own)
            }
        ],
        identities: [ScoreFigures.identity(\.labelSet, "label set", isCode: true)])
}
