internal import Charts
internal import StageKit
internal import TextBasics
internal import Training

/// The tables of a comparison: one wide one for spreadsheets, and some narrow ones for people and papers.
struct ComparisonTexts {
    private let figures: ComparisonFigures
    private let results: [ComparisonFigures.Result]

    init(_ figures: ComparisonFigures) {
        self.figures = figures
        results = figures.results ?? []
    }

    /// The sides in their order.
    var sides: [String] {
        results.map(\.split).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    func results(on side: String) -> [ComparisonFigures.Result] { results.filter { $0.split == side } }

    var markdown: String {
        sides.flatMap(tables).map(\.markdown).joined(separator: "\n")
            + (costs.map { "\n" + $0.markdown } ?? "") + "\n" + notes.joined(separator: "\n") + "\n"
    }

    var latex: String {
        "% For \\usepackage{booktabs}. \(notes.joined(separator: " "))\n"
            + (sides.flatMap(tables) + [costs].compactMap(\.self)).map(\.latex).joined(separator: "\n")
    }

    /// One line for each model and side, all numbers with all digits.
    var tsv: String {
        var names: [String] = []
        for score in results.flatMap({ $0.scores ?? [] }) where !names.contains(score.name) {
            names.append(score.name)
        }
        let sampled = names.filter { name in results.contains { $0[name]?.interval != nil } }
        let tested = names.filter { name in results.contains { $0[name]?.over != nil } }
        let head =
            ["model", "split", "rows", "seeds"] + names + names.map { "\($0)_sd" }
            + sampled.flatMap { ["\($0)_low", "\($0)_high"] }
            + tested.flatMap {
                ["\($0)_over", "\($0)_over_low", "\($0)_over_high", "\($0)_p", "\($0)_p_holm"]
            }
            + ["mcnemar_p", "parameters", "bytes", "training_seconds", "seconds_before", "rows_per_second"]
        let lines = results.map { result in
            func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
            let times = times(of: result)
            var cells = [
                result.name, result.split, result.rows.map { "\($0)" } ?? "", "\(seeds(of: result))",
            ]
            cells += names.map { number(result[$0]?.value) } + names.map { number(result[$0]?.deviation) }
            for score in sampled.map({ result[$0] }) {
                cells += [number(score?.interval?.lowerBound), number(score?.interval?.upperBound)]
            }
            for score in tested.map({ result[$0] }) {
                let ends = score?.overInterval
                cells += [score?.over, ends?.lowerBound, ends?.upperBound, score?.p, score?.holmP].map(number)
            }
            cells += [
                number(result.mcnemarP), result.parameters.map { "\($0)" } ?? "",
                result.bytes.map { "\($0)" } ?? "",
            ]
            return cells + [times?.training, times?.before, times?.rowsPerSecond].map(number)
        }
        return ([head] + lines).map { $0.joined(separator: "\t") + "\n" }.joined()
    }

    private func tables(_ side: String) -> [PaperTable] {
        let results = results(on: side)
        return [scores(results, side), tests(results, side), classes(results, side)].compactMap(\.self)
    }

    /// The scores of whole models, with the 95 % interval of the main one.
    func scores(_ results: [ComparisonFigures.Result], _ side: String) -> PaperTable {
        let all = results.first?.scores ?? []
        // Of one class of each row micro F1 is accuracy.
        let twice =
            all.contains { $0.name == ScoreFigures.name(\.accuracy) } ? ScoreFigures.name(\.microF1) : ""
        let shown = all.filter { Self.wide.contains($0.name) && $0.name != twice }
        let titles = shown.map { $0.title ?? $0.name }
        let best = results.compactMap(\.main?.value).max()
        return PaperTable(
            caption: "\(side), \(Counts.text(results.first?.rows ?? 0, "row"))",
            head: ["Model"]
                + titles.enumerated().flatMap { place, title in
                    shown[place].interval == nil ? [title] : [title, "95 %"]
                },
            rows: results.map { result in
                let isBest = best != nil && result.main?.value == best
                return [PaperTable.Cell(name(of: result), isStrong: isBest)]
                    + shown.flatMap { column -> [PaperTable.Cell] in
                        let score = result[column.name]
                        let value = PaperTable.Cell(
                            Self.value(score), isStrong: isBest && score?.isMain == true)
                        return column.interval == nil
                            ? [value] : [value, PaperTable.Cell(Self.range(score?.interval))]
                    }
            })
    }

    /// Each model against the one that all are held against; `nil` if nothing was tested.
    func tests(_ results: [ComparisonFigures.Result], _ side: String) -> PaperTable? {
        let tested = results.filter { $0.main?.over != nil }
        guard let first = tested.first, let against = figures.against else { return nil }
        let held = (first.scores ?? []).filter { $0.over != nil }
        let shown =
            held.filter { $0.isMain == true }
            + held.filter { $0.isMain != true && Self.second.contains($0.name) }
        return PaperTable(
            caption: "\(side), less \(against)",
            head: ["Model"] + shown.flatMap { [$0.title ?? $0.name, "95 %", "p", "p, Holm"] } + ["McNemar p"],
            rows: tested.map { result in
                [PaperTable.Cell(name(of: result))]
                    + shown.flatMap { column -> [PaperTable.Cell] in
                        guard let score = result[column.name] else { return ["–", "–", "–", "–"] }
                        return [
                            PaperTable.Cell(
                                score.over.map { Self.signed($0) } ?? "–", isStrong: score.isBeyondChance),
                            PaperTable.Cell(Self.range(score.overInterval, signed: true)),
                            PaperTable.Cell(Self.probability(score.p)),
                            PaperTable.Cell(Self.probability(score.holmP)),
                        ]
                    } + [PaperTable.Cell(Self.probability(result.mcnemarP))]
            })
    }

    /// Precision, recall and F1 of each class; `nil` for scores.
    private func classes(_ results: [ComparisonFigures.Result], _ side: String) -> PaperTable? {
        let shown = (results.first?.scores ?? []).filter { $0.name.contains(".") }
        guard !shown.isEmpty, shown.count <= 3 * Self.mostClasses else { return nil }
        return PaperTable(
            caption: "\(side), by class", head: ["Model"] + shown.map { $0.title ?? $0.name },
            rows: results.map { result in
                [PaperTable.Cell(name(of: result))]
                    + shown.map { PaperTable.Cell(Self.value(result[$0.name])) }
            })
    }

    /// What models weigh and how long they take; `nil` if nothing of it is known.
    var costs: PaperTable? {
        guard let side = sides.first, figures.times?.isEmpty == false else { return nil }
        return PaperTable(
            caption: "Costs",
            head: ["Model", "Weights", "MB", "Training", "Before it", "Rows a second"],
            rows: results(on: side).filter { $0.ensemble == nil }.map { result in
                let times = times(of: result)
                return [
                    name(of: result), result.parameters.map(Numbers.grouped) ?? "–",
                    result.bytes.map { Numbers.trimmed(Double($0) / 1e6, 1) } ?? "–",
                    Self.duration(times?.training), Self.duration(times?.before),
                    times?.rowsPerSecond.map { Numbers.grouped(Int($0)) } ?? "–",
                ].map { PaperTable.Cell($0) }
            })
    }

    /// What the numbers mean; a sentence each.
    var notes: [String] {
        var notes = [
            "Intervals are percentiles over samples of the rows, drawn with replacement, the same rows for all models; p is twice the share of samples in which a difference has the other sign, and “Holm” holds it to all models at once."
        ]
        if results.contains(where: { seeds(of: $0) > 1 }) {
            notes.append("A model of several seeds is their mean; ± is their standard deviation.")
        }
        if results.contains(where: { $0.ensemble != nil }) {
            notes.append("An ensemble averages its members’ answers.")
        }
        return notes
    }

    func name(of result: ComparisonFigures.Result) -> String {
        let seeds = seeds(of: result)
        if let members = result.ensemble { return "\(result.name) (\(members.joined(separator: " + ")))" }
        return seeds > 1 ? "\(result.name) (\(seeds) seeds)" : result.name
    }

    private func seeds(of result: ComparisonFigures.Result) -> Int {
        result.scores?.first?.runs?.count ?? 1
    }

    private func times(of result: ComparisonFigures.Result) -> ComparisonFigures.Times? {
        figures.times?.first { $0.name == result.name }
    }

    /// Scores that a table of people has room for.
    private static let wide = Set(
        ScoreFigures.names(
            \.accuracy, \.exactMatch, \.microF1, \.macroF1, \.rocAUC, \.prAUC, \.mcc, \.pearson, \.spearman,
            \.rmse, \.logLoss, \.ece, \.softAccuracy)
    ).union(TrainingTask.ownScores.map(\.name))
    /// Scores that are tested beside the main one.
    private static let second = Set(ScoreFigures.names(\.rocAUC, \.spearman))
    private static let mostClasses = 4

    private static func value(_ score: ComparisonFigures.Score?) -> String {
        guard let value = score?.value else { return "–" }
        return Numbers.fixed(value, 3) + (score?.deviation.map { " ± \(Numbers.fixed($0, 3))" } ?? "")
    }

    private static func range(_ range: ClosedRange<Double>?, signed: Bool = false) -> String {
        func text(_ value: Double) -> String { signed ? self.signed(value) : Numbers.fixed(value, 3) }
        return range.map { "\(text($0.lowerBound)) to \(text($0.upperBound))" } ?? "–"
    }

    private static func signed(_ value: Double) -> String {
        (value > 0 ? "+" : "") + Numbers.fixed(value, 3)
    }

    private static func probability(_ value: Double?) -> String {
        value.map { $0 < 0.001 ? "<0.001" : Numbers.fixed($0, 3) } ?? "–"
    }

    private static func duration(_ seconds: Double?) -> String {
        seconds.flatMap { $0 > 0 ? Durations.text($0) : nil } ?? "–"
    }
}
