package import StageKit

/// What makes a stage's result what it is, in a form that people can read and two runs can compare.
///
/// Two runs of a stage with equal fingerprints give equal results. In it: kind, revision, parameters, digests of
/// inputs and of files read. Not in it: names and paths, secrets, output paths, thread counts, and dates unless a
/// parameter is `$run.date`.
package struct StageFingerprint: Hashable, Sendable {
    /// SHA-256 of the canonical text of ``fields``, 64 hex digits.
    package let digest: String
    /// `format`, `kind`, `revision`, `parameters`, `inputs` (port to list of digests), `files` (parameter to list of
    /// digests) and, for a stage that reads them, `figures` (digest of all figures before it). The engine adds what only it
    /// knows, such as `dated`.
    package let fields: JSONValue

    /// - Parameters:
    ///   - stage: gives kind, revision and parameters.
    ///   - inputs: content digests by input port, in the order of the file.
    ///   - files: content digests by parameter, in the order in which the stage reads the files.
    ///   - upstreamFigures: digest of the figures of every stage before this one; only where the kind reads them.
    package static func of(
        _ stage: PlannedStage, inputs: [String: [String]], files: [String: [String]],
        upstreamFigures: String? = nil
    ) -> StageFingerprint {
        var fields: [String: JSONValue] = [
            "format": 1, "kind": .string(stage.kind.name), "revision": .integer(stage.kind.revision),
            "parameters": stage.parameters, "inputs": list(inputs), "files": list(files),
        ]
        if stage.kind.readsUpstreamFigures, let upstreamFigures {
            fields["figures"] = .string(upstreamFigures)
        }
        return StageFingerprint(fields: .object(fields))
    }

    /// A fingerprint as the store kept it.
    package init(fields: JSONValue) {
        self.fields = fields
        digest = ContentDigest.of(fields.canonicalText)
    }

    private static func list(_ digests: [String: [String]]) -> JSONValue {
        .object(digests.filter { !$0.value.isEmpty }.mapValues { .array($0.map(JSONValue.string)) })
    }
}
