private import Foundation
internal import PipelineEngine
internal import RunStore
package import StageKit
internal import TrainingStages

/// A model's answers to the rows of a side, as its evaluate stage wrote them down.
package struct ScoredAnswers {
    package var stage: String
    /// `nil` if the stage scored one model only.
    package var model: String?
    package var side: String
    package var classes: [String]
    /// What scores are divided by before they become probabilities, if the model's folder says so.
    package var temperature: Double?
    /// Names of the comments, `source:key`.
    package var names: [String] = []
    /// Places among ``classes``.
    package var labels: [Int] = []
    package var predicted: [Int] = []
    /// `[rows, classes]`, row-major, before the temperature.
    package var probabilities: [Double] = []

    /// Those of stages that scored single-label classifiers; none of results whose files are gone.
    static func all(of states: [StageState], in store: RunStore) throws -> [ScoredAnswers] {
        try states.filter { $0.kind == EvaluateStage.kind.name }.flatMap { state -> [ScoredAnswers] in
            guard let number = state.madeBy, let result = try store.result(stageRun: number),
                let scores = result.artifacts.first?.path
            else { return [] }
            let path =
                "\(store.artifacts)/\(ArtifactRecord.resultFolder(of: scores))/\(EvaluateStage.answersFile)"
            let text = try? PackedResults(root: store.artifacts).withFile(path) {
                try String(contentsOfFile: $0, encoding: .utf8)
            }
            return text.map { answers(in: $0, stage: state.stage, figures: state.figures) } ?? []
        }
    }

    /// - Parameter table: tab-separated, with a head.
    package static func answers(
        in table: String, stage: String, figures: JSONValue
    ) -> [ScoredAnswers] {
        var lines = table.split(separator: "\n").makeIterator()
        guard let head = lines.next()?.split(separator: "\t").map(String.init),
            let id = head.firstIndex(of: "id"), let side = head.firstIndex(of: "split"),
            let label = head.firstIndex(of: "label"), let predicted = head.firstIndex(of: "predicted")
        else { return [] }
        let model = head.firstIndex(of: "model")
        let first = predicted + 1
        let classes = head[first...].map { String($0.dropFirst(2)) }
        guard classes.count > 1, Set(classes).count == classes.count else { return [] }
        let placeOfClass = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, $0) })
        var found: [ScoredAnswers] = []
        while let line = lines.next() {
            let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            // Rows with any number of classes hold lists, which are no class.
            guard cells.count == head.count, let truth = placeOfClass[cells[label]],
                let answer = placeOfClass[cells[predicted]]
            else { return [] }
            let name = model.map { cells[$0] }
            if found.last?.side != cells[side] || found.last?.model != name {
                found.append(
                    ScoredAnswers(
                        stage: stage, model: name, side: cells[side], classes: classes,
                        temperature: temperature(figures, model: name, side: cells[side])))
            }
            let last = found.count - 1
            found[last].names.append(cells[id])
            found[last].labels.append(truth)
            found[last].predicted.append(answer)
            found[last].probabilities += cells[first...].map { Double($0) ?? 0 }
        }
        return found
    }

    private static func temperature(_ figures: JSONValue, model: String?, side: String) -> Double? {
        let results = figures.list("results").isEmpty ? [figures] : figures.list("results")
        let own = results.first {
            ($0.text("split") ?? side) == side && (model == nil || $0.text("model") == model)
        }
        return own?["as_answered"]?.number("temperature")
    }

    package func probability(of index: Int, row: Int) -> Double { probabilities[row * classes.count + index] }

    package var title: String { "\(model ?? stage), \(side)" }
}
