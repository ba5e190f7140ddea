internal import Charts
internal import StageKit
internal import Training

/// The main score of each model on each side with its interval, as a picture.
struct ComparisonPicture {
    private let figures: ComparisonFigures
    private let texts: ComparisonTexts

    init(_ figures: ComparisonFigures) {
        self.figures = figures
        texts = ComparisonTexts(figures)
    }

    /// A file of its own.
    var svg: String { chart.map { $0.picture(title: title, description: description) } ?? "" }

    /// Part of a page; `nil` if there is nothing to show.
    func markup(id: String) -> Markup? {
        chart?.markup(id: id, title: title, description: description)
    }

    private var chart: IntervalChart? {
        let lines = texts.sides.enumerated().flatMap { place, side in
            texts.results(on: side).compactMap { result -> IntervalChart.Line? in
                guard let main = result.main, let value = main.value else { return nil }
                return IntervalChart.Line(
                    label: texts.sides.count > 1
                        ? "\(texts.name(of: result)), \(side)" : texts.name(of: result),
                    value: value, range: main.interval, points: main.runs ?? [],
                    style: place == 0 ? "fill-a" : "fill-b")
            }
        }
        guard !lines.isEmpty, let side = texts.sides.first else { return nil }
        let reference = texts.results(on: side).first { $0.name == figures.against }?.main?.value
        return IntervalChart(lines: lines, level: reference, axis: score)
    }

    private var score: String {
        figures.results?.first?.main.map { ScoreFigures.title(of: $0.name) } ?? "score"
    }

    private var title: String { "\(score) of \(figures.models ?? 0) models" }

    private var description: String {
        (figures.results ?? []).compactMap { result in
            result.main?.value.map { "\(texts.name(of: result)) on \(result.split): \(Numbers.fixed($0, 3))" }
        }.joined(separator: "; ") + ". Bars are 95 % intervals over samples of the rows."
    }
}
