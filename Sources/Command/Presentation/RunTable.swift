internal import Console
internal import Diagnostics
package import RunStore
package import StageKit
package import StoreFile
internal import TextBasics

/// Runs below each other with their scores and counts, as many as fit beside each other.
package struct RunTable {
    private let runs: [RunSummary]
    private let figures: [RunFigures.Column]
    private let holder: LockHolder?

    /// - Parameters:
    ///   - holder: who holds the store's lock.
    ///   - figures: columns in the order in which they are shown.
    package init(_ runs: [RunSummary], _ figures: RunFigures, holder: LockHolder?) {
        self.runs = runs
        self.figures = figures.columns
        self.holder = holder
    }

    /// A line for each run below a head, and a last one that names the figures that did not fit.
    /// - Parameter columns: of the terminal; `nil` for lines of any length.
    package func lines(columns: Int? = nil) -> [String] {
        let shown = columns.map(fitting) ?? figures
        let lines = table(shown).map { line in columns.map { Self.cut(line, to: $0) } ?? line }
        let left = figures.map(\.name.text).filter { name in !shown.contains { $0.name.text == name } }
        if left.isEmpty { return lines }
        let names = left.prefix(5).joined(separator: ", ") + (left.count > 5 ? ", …" : "")
        return lines + [
            "\(Counts.text(left.count, "figure")) left out for lack of room: \(names); "
                + "--figure shows those that it names"
        ]
    }

    private func table(_ figures: [RunFigures.Column]) -> [String] {
        let head = ["run", "date", "outcome", "exit", "took"]
        var table = TextTable(
            [.left, .left, .left, .right, .right] + figures.map { _ in .right } + [.left])
        let hasChanges = runs.contains { $0.run.hasOverrides }
        table.add(head + figures.map(\.name.text) + [hasChanges ? "changed parameters" : ""])
        for (index, run) in runs.enumerated() {
            let values = figures.map { $0.values[index].map(RunFigures.text) ?? "" }
            table.add(
                [
                    run.run.id, run.run.date, RunText.outcome(run, holder),
                    run.exitStatus.map(String.init) ?? "", RunText.duration(run),
                ] + values + [RunText.changes(run)])
        }
        return table.lines
    }

    /// Scores before counts, and of counts the first of each stage before the second ones, later stages before earlier
    /// ones; in the order in which they were given.
    private func fitting(_ columns: Int) -> [RunFigures.Column] {
        var ofStage: [String: Int] = [:]
        let ranks = figures.indices.map { index -> [Int] in
            let place = ofStage[figures[index].name.stage, default: 0]
            ofStage[figures[index].name.stage] = place + 1
            return figures[index].isFraction ? [0, index, 0] : [1, place, -index]
        }
        var chosen: Set<Int> = []
        for index in figures.indices.sorted(by: { ranks[$0].lexicographicallyPrecedes(ranks[$1]) }) {
            let wider = figures.indices.filter { chosen.contains($0) || $0 == index }.map { figures[$0] }
            let width = table(wider).map { DisplayWidth.of($0.unicodeScalars) }.max() ?? 0
            if width <= columns { chosen.insert(index) }
        }
        return figures.indices.filter(chosen.contains).map { figures[$0] }
    }

    /// The line as far as it fits, with `…` where it is cut.
    private static func cut(_ line: String, to columns: Int) -> String {
        guard DisplayWidth.of(line.unicodeScalars) > columns else { return line }
        var short = String.UnicodeScalarView()
        var width = 0
        for scalar in line.unicodeScalars {
            width += DisplayWidth.of(scalar)
            if width > columns - 1 { break }
            short.append(scalar)
        }
        return String(short) + "…"
    }

    /// Format `splitvote-runs`; `schemas/runs.schema.json` describes it.
    package var json: JSONValue {
        let list = runs.enumerated().map { index, run in
            let values = figures.compactMap { column in
                column.values[index].map { (column.name.text, $0) }
            }
            return RunText.json(run)
                .adding("seconds", RunText.seconds(run).map(JSONValue.number) ?? .null)
                .adding("figures", .object(Dictionary(values, uniquingKeysWith: { $1 })))
        }
        return ["format": "splitvote-runs", "version": 1, "runs": .array(list)]
    }
}
