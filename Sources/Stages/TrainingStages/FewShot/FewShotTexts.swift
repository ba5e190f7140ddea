internal import Charts
internal import StageKit
internal import TextBasics

/// The tables of a few_shot stage.
struct FewShotTexts {
    private let figures: FewShotFigures
    private let results: [FewShotFigures.Result]

    init(_ figures: FewShotFigures) {
        self.figures = figures
        results = figures.results ?? []
    }

    /// One line for each draw of each method and side, all numbers with all digits, and one for their mean and deviation.
    var tsv: String {
        let head = [
            "method", "split", "per_class", "train_rows", "rows", "seed", "accuracy", "macro_f1",
        ]
        func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
        let lines = results.flatMap { result -> [[String]] in
            let start =
                [result.method, result.split]
                + [result.perClass, result.trainRows, result.rows].map { $0.map(String.init) ?? "" }
            let (accuracy, macroF1) = (result.accuracy, result.macroF1)
            let runs = zip(accuracy?.runs ?? [], macroF1?.runs ?? []).enumerated().map { place, scores in
                start + ["\(place + 1)", "\(scores.0)", "\(scores.1)"]
            }
            return runs + [start + ["mean", number(accuracy?.mean), number(macroF1?.mean)]]
                + (runs.count > 1
                    ? [start + ["sd", number(accuracy?.deviation), number(macroF1?.deviation)]] : [])
        }
        return ([head] + lines).map { $0.joined(separator: "\t") + "\n" }.joined()
    }

    var markdown: String {
        tables.map(\.markdown).joined(separator: "\n") + "\n" + notes.joined(separator: " ") + "\n"
    }

    /// Of each side one of macro F1 and one of accuracy.
    var tables: [PaperTable] {
        let sides = results.map(\.split).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        return sides.flatMap { side -> [PaperTable] in
            let own = results.filter { $0.split == side }
            return [table(own, side, "macro F1", \.macroF1), table(own, side, "accuracy", \.accuracy)]
        }
    }

    private func table(
        _ results: [FewShotFigures.Result], _ side: String, _ title: String,
        _ score: KeyPath<FewShotFigures.Result, FewShotFigures.Score?>
    ) -> PaperTable {
        let counts = figures.perClass ?? []
        let methods = results.map(\.method).reduce(into: [String]()) {
            if !$0.contains($1) { $0.append($1) }
        }
        func found(_ method: String, _ count: Int) -> FewShotFigures.Score? {
            results.first { $0.method == method && $0.perClass == count }?[keyPath: score]
        }
        let best = counts.map { count in methods.compactMap { found($0, count)?.mean }.max() }
        return PaperTable(
            caption: "\(side), \(Counts.text(results.first?.rows ?? 0, "row")): \(title)",
            head: ["Method"] + counts.map { $0 == 0 ? "no labels" : "\(Counts.grouped($0)) per class" },
            rows: methods.map { method in
                [PaperTable.Cell(method)]
                    + counts.enumerated().map { place, count in
                        let score = found(method, count)
                        return PaperTable.Cell(
                            Self.text(score), isStrong: score?.mean != nil && score?.mean == best[place])
                    }
            })
    }

    private static func text(_ score: FewShotFigures.Score?) -> String {
        guard let mean = score?.mean else { return "–" }
        return Numbers.fixed(mean, 3) + (score?.deviation.map { " ± \(Numbers.fixed($0, 3))" } ?? "")
    }

    /// What the numbers mean; a sentence each.
    var notes: [String] {
        let seeds = figures.seeds ?? 0
        var notes: [String] = []
        if seeds > 1 {
            notes.append(
                "Each number is the mean over \(seeds) draws, and ± their standard deviation (n - 1 in the denominator); all methods learn from the same rows."
            )
        } else {
            notes.append("Each number is that of one draw; all methods learn from the same rows.")
        }
        if figures.perClass?.first == 0 {
            notes.append(
                "Without labels there is nothing to draw: one run, of the methods that can answer so.")
        }
        if let cut = figures.cutRows, cut > 0 {
            notes.append(
                "\(Counts.text(cut, "row")) \(cut == 1 ? "has its" : "have their") text cut so that the pattern stays whole."
            )
        }
        if results.contains(where: { $0.method == FewShotMethod.majority.rawValue }) {
            notes.append(
                "With as many rows of each class the most frequent class is a tie, which the first class wins."
            )
        }
        if let short = figures.shortClasses, short > 0 {
            notes.append(
                short == 1
                    ? "One class of the train side has fewer rows than were asked for."
                    : "\(short) classes of the train side have fewer rows than were asked for."
            )
        }
        return notes
    }

    /// Which method is best with the most rows.
    var sentence: String? {
        guard let best = figures.best, let score = figures.bestScore, let most = figures.perClass?.last,
            let side = results.first?.split
        else { return nil }
        let deviation = figures.bestDeviation.map { " ± \(Numbers.fixed($0, 3))" } ?? ""
        let start = most == 0 ? "Without labels" : "With \(Counts.text(most, "row")) of each class"
        let over = most == 0 ? "" : " over \(Counts.text(figures.seeds ?? 1, "draw"))"
        return
            "\(start) \(best) does best on \(side): macro F1 \(Numbers.fixed(score, 3))\(deviation)\(over)."
    }
}

extension KindReport {
    static let fewShot = KindReport(
        "few_shot",
        sentence: { $0.figures(as: FewShotFigures.self).flatMap { FewShotTexts($0).sentence } },
        sections: [ReportPart { section($0.own) }])

    private static func section(_ stages: [StageSummary]) -> ReportSection? {
        guard !stages.isEmpty else { return nil }
        var parts: [Markup] = []
        for stage in stages {
            let texts = FewShotTexts(FewShotFigures(stage.figures))
            if stages.count > 1 { parts.append(ReportSection.heading(stage.stage)) }
            if let sentence = texts.sentence { parts.append(ReportSection.paragraph(sentence)) }
            parts += texts.tables.map(\.markup)
            parts.append(ReportSection.paragraph(texts.notes.joined(separator: " ")))
        }
        return ReportSection(id: "few-shot", title: "A few labels", parts: parts)
    }
}
