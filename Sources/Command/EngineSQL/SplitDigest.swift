internal import DatasetStages
internal import Diagnostics
internal import PipelineAccess
package import PipelinePlan
internal import RunStore
package import StageKit
internal import VoteModel

/// SHA-256 of what a split says: id, label and side of each row, each followed by a tab or, at the end, by a line feed, one
/// side after the other and in the order of their rows. Any engine can compute it.
package struct SplitDigest: Hashable, Sendable {
    /// 64 lower-case hex digits.
    package var sha256: String
    package var rows: Int

    package init(sha256: String, rows: Int) {
        self.sha256 = sha256
        self.rows = rows
    }

    /// What an engine printed: the digest, a tab, the number of rows. `nil` for anything else.
    package init?(line: String) {
        let fields = line.split(separator: "\t")
        guard fields.count == 2, fields[0].count == 64, let rows = Int(fields[1]) else { return nil }
        self.init(sha256: String(fields[0]), rows: rows)
    }

    /// For people and programs: the digest, the rows, and who made them.
    package func line(of maker: String) -> String { "\(sha256)\t\(rows)\t\(maker)" }

    /// What is thrown where an engine gives other rows.
    package static func differs(_ own: SplitDigest, _ other: SplitDigest, _ engine: SQLEngine) -> StageError {
        let rows = own.rows == other.rows ? "as many rows" : "\(other.rows) rows in place of \(own.rows)"
        return StageError(
            "\(engine.title) makes another split of these tables: \(rows)",
            hint:
                "is the last run one of the same file, date and tables? then --out DIR keeps the engine's tables to compare"
        )
    }

    /// Of the last split that a pipeline made.
    /// - Throws: `DiagnosticsError` where it made none, or has several split stages.
    package init(ofLastRunOf plan: PlannedPipeline) throws {
        let stages = plan.stages.filter { $0.kind.name == SplitStage.kind.name }.map(\.name)
        guard let stage = stages.first, stages.count == 1 else {
            throw DiagnosticsError(
                stages.isEmpty
                    ? "\(plan.file) has no split to verify"
                    : "\(plan.file) has \(stages.count) splits: \(stages.joined(separator: ", "))",
                hint: "verify takes a file with one split stage")
        }
        let store = try StoreLocation(plan).openExisting()
        defer { try? store.close() }
        guard let last = try store.lastState(pipeline: plan.name, stage: stage, withResult: true),
            let number = last.madeBy, let result = try store.result(stageRun: number),
            let record = result.artifacts.first
        else {
            throw DiagnosticsError(
                "stage '\(stage)' of \(plan.file) has no result yet",
                hint: "run it first: splitvote run \(plan.file)")
        }
        let artifact = InputArtifact(
            stage: stage, kind: result.kind, type: record.type, path: store.artifacts + "/" + record.path,
            digest: record.digest, locator: record.locator, figures: result.figures)
        let columns = try DatasetColumns(path: artifact.path, stage: stage)
        let keys = try store.ledger.keys(of: columns.ids, DatasetFacts(artifact).cut)
        var digest = ContentDigest()
        for side in columns.sideNames.indices {
            for row in columns.ids.indices where columns.sides[row] == UInt8(side) {
                guard let id = keys[columns.ids[row]] else {
                    throw DiagnosticsError(
                        "comments of the last split are no longer in the store",
                        hint: "run the pipeline again")
                }
                digest.update(Array("\(id)\t\(columns.labels[row])\t\(columns.sideNames[side])\n".utf8))
            }
        }
        self.init(sha256: digest.hexadecimal(), rows: columns.ids.count)
    }
}

extension LedgerReader {
    fileprivate func keys(of ids: [Int64], _ cut: LedgerCut) throws -> [Int64: String] {
        var keys: [Int64: String] = [:]
        var writer = CommentKeyWriter()
        try scan(cut, fields: .key, selection: .ids(ids)) { keys[$0.id] = writer.text(of: $0) }
        return keys
    }
}
