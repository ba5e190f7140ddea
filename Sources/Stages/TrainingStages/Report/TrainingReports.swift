internal import Charts
internal import StageKit

extension KindReport {
    static let train = KindReport(
        "train", sentence: { $0.figures.flatMap { RecordedTraining($0).shortSentence } },
        tiles: { view in
            guard let count = view.figures?.int("parameters") else { return [] }
            let steps = view.figures?.int("steps").map { "\(Numbers.grouped($0)) steps" } ?? ""
            return [ReportTile(value: Numbers.spoken(count), label: "parameters", note: steps)]
        },
        sections: [
            ReportPart(absence: "No training: no train stage comes before this report.") {
                TrainingSection.section($0)
            }
        ],
        identities: [
            ReportIdentity("seed", "seed"), ReportIdentity("tokenizer_digest", "tokenizer", isCode: true),
            ReportIdentity("initialised", "start"), ReportIdentity("precision", "precision", isCode: true),
        ])

    static let evaluate = KindReport(
        "evaluate",
        tiles: { view in
            guard let scores = view.own.last.flatMap({ ScoreFigures.all(of: $0).first }) else { return [] }
            var tiles: [ReportTile] = []
            if let pearson = scores.figures.number("pearson") {
                let note = scores.figures.number("spearman").map { "Spearman \(Numbers.fixed($0, 3))" } ?? ""
                tiles.append(
                    ReportTile(
                        value: Numbers.fixed(pearson, 3), label: "Pearson, \(scores.split)", note: note))
            }
            if let microF1 = scores.figures.number("micro_f1"), scores.isMultiLabel {
                tiles.append(
                    ReportTile(value: Numbers.fixed(microF1, 3), label: "micro F1, \(scores.split)"))
            }
            guard let macroF1 = scores.macroF1 else { return tiles }
            tiles.append(
                ReportTile(
                    value: Numbers.fixed(macroF1, 3), label: "macro F1, \(scores.split)",
                    note: scores.majorityF1.map { "baseline \(Numbers.fixed($0, 3))" } ?? ""))
            if let accuracy = scores.accuracy {
                tiles.append(
                    ReportTile(
                        value: Numbers.percent(accuracy), label: "accuracy, \(scores.split)",
                        note: scores.majorityAccuracy.map { "baseline \(Numbers.percent($0))" } ?? ""))
            }
            return tiles
        },
        verdict: { $0.own.last.flatMap { ScoreFigures.all(of: $0).first?.outcome } },
        sections: [
            ReportPart(absence: "No scores: no evaluate stage comes before this report.") {
                ScoreSection.section($0.own)
            }
        ],
        identities: [ReportIdentity("label_set", "label set", isCode: true)])
}
