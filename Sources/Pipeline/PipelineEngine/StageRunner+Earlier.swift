internal import PipelinePlan
internal import RunStore
internal import StageKit

extension StageRunner {
    /// How many earlier results to try before starting from scratch.
    private static let farthest = 16

    /// The latest result of a stage that its next run may start from.
    func earlierResult(of prepared: PreparedStage, sameParameters: Bool) throws -> EarlierResult? {
        if isForced(prepared) { return nil }
        let fields = prepared.fingerprint.fields
        let earlier = try store.earlierResults(
            pipeline: pipeline.name, stage: prepared.planned.name, limit: Self.farthest)
        for result in earlier {
            guard result.kind == prepared.planned.kind.name, result.fields["revision"] == fields["revision"]
            else { continue }
            let isSame = result.fields["parameters"] == fields["parameters"]
            if sameParameters && !isSame { continue }
            guard try artifacts.unpack(result.artifacts.map(\.path), run: run.id) == nil,
                try result.artifacts.allSatisfy({ try isUndamaged($0) })
            else { continue }
            return EarlierResult(
                parameters: result.fields["parameters"] ?? .null, hasSameParameters: isSame,
                folder: artifacts.absolute(
                    artifacts.place(stage: result.stage, fingerprint: result.fingerprint)),
                outputs: outputs(of: result), findDigest: { try digests.digest(of: $0, isOurs: true)?.value })
        }
        return nil
    }

    /// What was recorded of each output of a stage's latest result.
    func latestLocators(of stage: String) throws -> [String: JSONValue] {
        let latest = try store.earlierResults(pipeline: pipeline.name, stage: stage, limit: 1).first
        return Dictionary(
            (latest?.artifacts ?? []).map { ($0.port, $0.locator) }, uniquingKeysWith: { first, _ in first })
    }

    /// A user who forces a stage, or trusts no memory, wants it computed from nothing.
    func isForced(_ prepared: PreparedStage) -> Bool {
        !options.usesFileMemory || options.forcesAll || options.forced.contains(prepared.planned.name)
    }

    private func isUndamaged(_ record: ArtifactRecord) throws -> Bool {
        try digests.digest(of: artifacts.absolute(record.path), isOurs: true)?.value == record.fileDigest
    }

    private func outputs(of result: StoredResult) -> [String: InputArtifact] {
        let pairs = result.artifacts.map { record in
            (
                record.port,
                InputArtifact(
                    stage: result.stage, kind: result.kind, type: record.type,
                    path: artifacts.absolute(record.path), digest: record.digest, locator: record.locator,
                    figures: result.figures)
            )
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }
}
