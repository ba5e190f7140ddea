import Digests
import Foundation
import JSON
import Models
import ShardFormat

/// What a run is made of. Two runs with the same identity take the same steps.
struct RunIdentity: Hashable, Codable, Sendable {
    var options: TrainingOptions
    /// Digests of the tensors' names and shapes, of the weights at the start, and of the rows.
    var layout: String
    var initialWeights: String
    var trainingRows: String
    var devRows: String?
    /// Digest of the model's `config.json`: names of the classes, task, and what the start's file says.
    var configuration: String
    /// Digest of what a student's teachers say; nil without any.
    var teaching: String?
    /// What takes the steps, if that is not this program.
    var engine: String?

    enum CodingKeys: String, CodingKey {
        case options, layout, configuration, teaching, engine
        case initialWeights = "initial_weights"
        case trainingRows = "training_rows"
        case devRows = "dev_rows"
    }

    init(
        options: TrainingOptions, model: ParameterSet, configuration: String, training: TokenRows,
        dev: TokenRows?
    ) {
        self.configuration = configuration
        self.options = options.decidingTheModel
        let names = model.entries.map { "\($0.name) \($0.shape) \($0.range)" }.joined(separator: "\n")
        layout = ContentDigest.of(names)
        initialWeights = ContentDigest.of(UnsafeRawBufferPointer(model.values))
        trainingRows = training.digest
        devRows = dev?.digest
    }

    /// What differs from another identity, as `learning_rate 3e-05 there, 0.0001 here`; nil when nothing does.
    func difference(from saved: RunIdentity) throws -> String? {
        let (here, there) = (try Self.node(self), try Self.node(saved))
        for (own, name) in [
            ("layout", "the model's tensors"), ("initial_weights", "the weights it started from"),
            ("training_rows", "the training rows"), ("dev_rows", "the dev rows"),
        ] where here[own]?.stringValue != there[own]?.stringValue { return name }
        if teaching != saved.teaching {
            return "the teachers, what is learned from them, or the texts without labels"
        }
        if configuration != saved.configuration {
            return "the names of the classes, the task, or config.json of the model it started from"
        }
        for key in Self.keys(here["options"]).union(Self.keys(there["options"])).sorted() {
            let (now, then) = (here["options"]?[key], there["options"]?[key])
            let (nowText, thenText) = (Self.text(now), Self.text(then))
            if nowText != thenText { return "\(key) (\(thenText) there, \(nowText) here)" }
        }
        return nil
    }

    private static func node(_ identity: RunIdentity) throws -> JSONValue {
        try JSONValue(parsing: JSONCoding.bytes(of: identity))
    }

    private static func keys(_ node: JSONValue?) -> Set<String> { Set(node?.members?.map(\.key) ?? []) }

    private static func text(_ node: JSONValue?) -> String {
        node.map { String(decoding: $0.encoded(), as: UTF8.self) } ?? "none"
    }
}

extension ModelConfiguration {
    /// Digest of the `config.json` of a model with scores of these names.
    func digest(labels: [String], problemType: String) -> String {
        ContentDigest.of(value(labels: labels, problemType: problemType).canonicalText)
    }
}
