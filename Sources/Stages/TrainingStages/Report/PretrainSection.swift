internal import Charts
internal import StageKit

extension KindReport {
    static let pretrain = KindReport(
        "pretrain", sentence: { $0.figures(as: PretrainFigures.self)?.sentence },
        sections: [
            ReportPart(absence: "No pretraining: no pretrain stage comes before this report.") {
                PretrainSection.section($0)
            }
        ],
        identities: [
            PretrainFigures.identity(\.seed, "seed"), PretrainFigures.identity(\.start, "start"),
            PretrainFigures.identity(\.precision, "precision", isCode: true),
        ])
}

extension PretrainFigures {
    /// What it came to, in a sentence.
    var sentence: String? {
        guard let texts, let steps, let parameters else { return nil }
        var sentence =
            "An encoder of \(Numbers.spoken(parameters)) parameters read \(Numbers.grouped(texts)) texts without labels in "
            + "\(Numbers.grouped(steps)) steps"
        if let epochs { sentence += " (\(Numbers.fixed(epochs, 1)) times each)" }
        if let wordAccuracy {
            sentence +=
                "; of the masked words of held-out texts it names \(Numbers.percent(wordAccuracy)) right"
        }
        if let replacedAccuracy {
            sentence +=
                ", and tells \(Numbers.percent(replacedAccuracy)) of their tokens right to be replaced or not"
        }
        if let excluded, excluded > 0 {
            sentence +=
                ". \(Numbers.grouped(excluded)) texts were left out, because scores are taken on them or on copies of them"
        }
        return sentence + "."
    }
}

/// How each pretraining went: loss, learning rate, and what it made of held-out texts.
enum PretrainSection {
    static func section(_ view: ReportView) -> ReportSection? {
        let stages = view.own
        var parts: [Markup] = []
        for (index, stage) in stages.enumerated() {
            if stages.count > 1 { parts.append(ReportSection.heading(stage.stage)) }
            let figures = PretrainFigures(stage.figures)
            if let sentence = figures.sentence { parts.append(ReportSection.paragraph(sentence)) }
            let id = "pretraining\(index + 1)"
            if let history = figures.history, history.count > 1 {
                parts.append(
                    ReportSection.charts(
                        TrainingSection.lossChart(history, marks: [], id: id + "-loss"),
                        TrainingSection.rateChart(history, id: id + "-rate")))
            }
            if let evaluations = figures.evaluations, !evaluations.isEmpty {
                parts.append(table(evaluations))
            }
        }
        return parts.isEmpty ? nil : ReportSection(id: "pretraining", title: "Pretraining", parts: parts)
    }

    private static func table(_ all: [PretrainFigures.Evaluation]) -> Markup {
        let every = (all.count + 11) / 12
        let shown = all.indices.filter { $0.isMultiple(of: every) || $0 == all.count - 1 }
        func cell(_ value: Double?) -> Table.Cell { .number(value.map { Numbers.fixed($0, 3) } ?? "–") }
        let hasPairs = all.contains { $0.pairAccuracy != nil }
        let hasReplaced = all.contains { $0.replacedAccuracy != nil }
        return Table(
            caption: every == 1 ? "Held-out texts" : "Some of the looks at the held-out texts",
            head: ["Step", "Epoch", "Loss of masked words", "Named right"]
                + (hasPairs ? ["Pairs told right"] : [])
                + (hasReplaced ? ["Loss of replaced words", "Told right", "Replaced"] : []),
            rows: shown.map { index in
                let evaluation = all[index]
                return [
                    .number(Numbers.grouped(evaluation.step)),
                    .number(evaluation.epoch.map { Numbers.fixed($0, 2) } ?? "–"), cell(evaluation.wordLoss),
                    cell(evaluation.wordAccuracy),
                ] + (hasPairs ? [cell(evaluation.pairAccuracy)] : [])
                    + (hasReplaced
                        ? [
                            cell(evaluation.replacedLoss), cell(evaluation.replacedAccuracy),
                            cell(evaluation.replacedShare),
                        ] : [])
            }, strong: []
        ).markup()
    }
}
