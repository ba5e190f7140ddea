private import Foundation
internal import PipelinePlan
internal import RunStore
package import StageKit

/// What a shell may offer for the next word of a command line: names out of the pipeline file that is on it and out of its
/// store.
///
/// Whatever cannot be read offers nothing, because a message would end up in the middle of what is being typed.
package struct WordOffers {
    /// The command line before the word.
    private let words: [String]
    private let registry: StageRegistry

    /// - Parameter words: the command line before the word, as the shell passes it: with its quotes and escapes.
    package init(after words: [String], registry: StageRegistry) {
        self.words = words.map(Self.unquoted)
        self.registry = registry
    }

    /// The stages of the pipeline.
    package var stages: [String] { plan?.stages.map(\.name) ?? [] }

    /// The stages as a selector names them: after a comma, and after `+`.
    package func selectors(_ prefix: String) -> [String] {
        var kept = prefix.lastIndex(of: ",").map { String(prefix[...$0]) } ?? ""
        if prefix.dropFirst(kept.count).hasPrefix("+") { kept += "+" }
        return stages.map { kept + $0 }
    }

    /// What `-S` changes, each as `key=value` with the value that it has: the parameters of the pipeline, and of its stages
    /// if there are none or the beginning is theirs.
    package func settings(_ prefix: String) -> [String] {
        guard let plan else { return [] }
        let own = plan.params.sorted { $0.key < $1.key }.map { Self.setting($0.key, $0.value) }
        if prefix.isEmpty, !own.isEmpty { return own }
        return own + plan.stages.flatMap { Self.leaves($0.parameters, below: $0.name) }
    }

    /// Runs by their IDs, the latest first.
    package var runs: [String] {
        let pipeline = place?.pipeline
        return ask { try $0.runs(pipeline: pipeline).map(\.run.id) } + ["last"]
    }

    /// Label sets by their IDs, and by what they are to the pipeline.
    package var labelSets: [String] {
        let pipeline = place?.pipeline
        return ask { try $0.labelSets(pipeline: pipeline).map(\.id) } + ["promoted", "previous", "latest"]
    }

    /// What comes after the pipeline file of `splitvote runs`.
    package var runsWords: [String] {
        if words.last == "show" || words.suffix(2).contains("diff") { return runs }
        if words.last == "export" { return ["tensorboard", "mlflow"] }
        return isAtSubcommand ? ["ls", "show", "diff", "plot", "export"] : []
    }

    /// What comes after the pipeline file of `splitvote labels`.
    package var labelsWords: [String] {
        if let last = words.last, ["show", "diff", "promote", "agreement"].contains(last) {
            return labelSets
        }
        if words.dropLast().last == "diff" { return labelSets }
        return isAtSubcommand ? ["ls", "show", "diff", "agreement", "promote"] : []
    }

    /// Whether the word before is the pipeline file, or the store in its place.
    private var isAtSubcommand: Bool { words.count > 1 && (words.last == file || words.last == state) }
}

extension WordOffers {
    /// The pipeline file, by how the names of such files end.
    private var file: String? {
        words.dropFirst().first { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }
    }

    /// The value of `--state`.
    private var state: String? {
        words.firstIndex(of: "--state").flatMap { words.indices.contains($0 + 1) ? words[$0 + 1] : nil }
    }

    private var plan: PlannedPipeline? {
        file.flatMap { try? PipelineLoader(file: $0, registry: registry).plan() }
    }

    private var place: StoreLocation? {
        state.map { StoreLocation(state: $0) } ?? plan.map { StoreLocation($0) }
    }

    private func ask(_ question: (RunStore) throws -> [String]) -> [String] {
        guard let store = try? place?.open() else { return [] }
        defer { try? store.close() }
        return (try? question(store)) ?? []
    }

    /// `labels.prior.per=source` for each value that is not a map.
    private static func leaves(_ value: JSONValue, below key: String) -> [String] {
        guard let members = value.members else { return [setting(key, value)] }
        return members.flatMap { leaves($0.value, below: "\(key).\($0.key)") }
    }

    /// `min_votes=20`, or `paths=` where the value holds what a shell would take for its own.
    private static func setting(_ key: String, _ value: JSONValue) -> String {
        let text = value.stringValue ?? value.canonicalText
        let isPlain = text.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || "._,:+-/%@[]".utf8.contains(byte)
        }
        return isPlain && text != "null" ? "\(key)=\(text)" : "\(key)="
    }

    /// A word without the quotes and escapes of a shell; `~/` is the home folder.
    private static func unquoted(_ word: String) -> String {
        var plain = ""
        var quote: Character?
        var isEscaped = false
        for character in word {
            if isEscaped {
                plain.append(character)
                isEscaped = false
            } else if character == "\\", quote != "'" {
                isEscaped = true
            } else if character == quote {
                quote = nil
            } else if quote == nil, character == "'" || character == "\"" {
                quote = character
            } else {
                plain.append(character)
            }
        }
        return word.hasPrefix("~/") ? NSHomeDirectory() + plain.dropFirst() : plain
    }
}
