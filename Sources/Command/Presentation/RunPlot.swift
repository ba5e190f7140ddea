internal import Charts
package import Diagnostics
package import RunStore
package import StageKit
internal import TextBasics

/// A figure over the runs, oldest first: as a picture, in characters, as JSON.
package struct RunPlot {
    package struct Point {
        package var run: RunSummary
        package var value: JSONValue
        var number: Double { value.doubleValue ?? .nan }
    }

    private let name: RunFigures.Name
    private let points: [Point]
    /// Runs that did not report the figure.
    private let without: Int

    /// - Parameters:
    ///   - metric: `stage.figure`.
    ///   - runs: newest first, each with what became of its stages.
    /// - Throws: `DiagnosticsError` where no run has such a figure.
    package init(
        _ metric: String, of runs: [(run: RunSummary, stages: [StageState])]
    ) throws(DiagnosticsError) {
        let name = try Self.name(metric, in: runs.map(\.stages))
        self.name = name
        points = runs.reversed().compactMap { run, stages in
            RunFigures.value(of: name, in: stages).map { Point(run: run, value: $0) }
        }
        without = runs.count - points.count
    }

    /// The figure of a name.
    /// - Throws: `DiagnosticsError` that names those that there are.
    package static func name(
        _ metric: String, in stages: [[StageState]]
    ) throws(DiagnosticsError) -> RunFigures.Name {
        var known: [RunFigures.Name] = []
        for name in stages.flatMap({ RunFigures.names(in: $0) }) where !known.contains(name) {
            known.append(name)
        }
        if let name = known.first(where: { $0.text == metric }) { return name }
        let stage = String(metric.prefix { $0 != "." })
        let own = known.filter { $0.stage == stage }
        let all =
            own.isEmpty
            ? "write STAGE.FIGURE; these stages have figures: "
                + known.map(\.stage).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
                .joined(separator: ", ")
            : "'\(stage)' has: \(own.map(\.figure).joined(separator: ", "))"
        throw DiagnosticsError(
            "no run listed has the figure '\(metric)'",
            hint: known.isEmpty
                ? "no run has a result yet"
                : NearestName.hint(for: metric, among: known.map(\.text), then: all))
    }

    private var numbers: [Double] { points.map(\.number) }

    private var dates: String {
        let (first, last) = (points.first?.run.run.date ?? "", points.last?.run.run.date ?? "")
        return first == last ? first : "\(first) to \(last)"
    }

    // MARK: As a picture

    /// A file of SVG.
    package var picture: String {
        let line = LineChart.Series(
            name: name.text, style: "a",
            points: points.enumerated().map { (x: Double($0.offset + 1), y: $0.element.number) },
            hasDots: true)
        var chart = LineChart(
            series: [line], xTitle: "runs, \(dates)", yTitle: name.figure.replacing("_", with: " "))
        // Runs are whole.
        chart.xTicks = min(8, points.count)
        return chart.picture(title: name.text, description: summary)
    }

    // MARK: In characters

    private static let rows = 12

    /// A plot of dots, and what it shows in a sentence.
    /// - Parameter columns: of the terminal, at least 40.
    package func lines(columns: Int) -> [String] {
        let axis = Axis(covering: numbers)
        let labels = (0..<Self.rows).map { row in
            let share = 1 - Double(row) / Double(Self.rows - 1)
            return row == 0 || row == Self.rows - 1 || row == Self.rows / 2
                ? axis.label(axis.lower + share * (axis.upper - axis.lower)) : ""
        }
        let margin = labels.map(\.count).max() ?? 0
        let width = max(20, min(columns - margin - 3, max(2 * points.count, 20)))
        var canvas = DotCanvas(columns: width, rows: Self.rows)
        let places = numbers.enumerated().map { index, value in
            (
                x: numbers.count == 1 ? 0.5 : Double(index) / Double(numbers.count - 1),
                y: axis.position(value)
            )
        }
        canvas.draw(places)
        let body = zip(labels, canvas.lines).map { label, line in
            String(repeating: " ", count: margin - label.count) + label + " ┤" + line
        }
        let foot = String(repeating: " ", count: margin + 1) + "└" + String(repeating: "─", count: width)
        let first = points.first?.run.run.date ?? ""
        let last = points.last?.run.run.date ?? ""
        let gap = String(repeating: " ", count: max(1, width - first.count - last.count))
        return [name.text] + body
            + [
                foot,
                String(repeating: " ", count: margin + 2) + (first == last ? first : first + gap + last),
                summary,
            ]
    }

    /// `12 runs: 0.6912 to 0.7031, least 0.6850 (run …), most 0.7102 (run …); 2 runs without it`
    private var summary: String {
        func words(_ point: Point?) -> String { point.map { RunFigures.text($0.value) } ?? "" }
        let least = points.min { $0.number < $1.number }
        let most = points.max { $0.number < $1.number }
        let range =
            points.count == 1
            ? words(points.first)
            : "from \(words(points.first)) to \(words(points.last)), least \(words(least)) "
                + "(\(least?.run.run.id ?? "")), most \(words(most)) (\(most?.run.run.id ?? ""))"
        return "\(Counts.text(points.count, "run")): \(range)"
            + (without > 0 ? "; \(Counts.text(without, "run")) without it" : "")
    }

    /// Format `splitvote-run-plot` version 1; `schemas/run-plot.schema.json` describes it.
    package var json: JSONValue {
        [
            "format": "splitvote-run-plot", "version": 1, "metric": .string(name.text),
            "points": .array(
                points.map {
                    ["run": .string($0.run.run.id), "date": .string($0.run.run.date), "value": $0.value]
                }),
        ]
    }
}
