import DatasetStages
import Foundation
import Labeling
import ShardFormat
import StageKit
import StageKitTesting
import Synchronization
import Testing
import VoteModel

struct ShardResumeTests {
    /// Texts by id, and which were asked for.
    final class Texts: LedgerReader {
        private let asked = Mutex<[Int64]>([])
        var visited: [Int64] { asked.withLock { $0 } }

        private let refusal = StageError("not here")
        func cut(of sources: [String], asOf: Int64?) throws -> LedgerCut { throw refusal }
        func size(of cut: LedgerCut) throws -> LedgerSize { throw refusal }
        func changes(from earlier: LedgerCut, to cut: LedgerCut, votes: Bool) throws -> LedgerChanges? {
            throw refusal
        }
        func readings(
            _ cut: LedgerCut, of ids: [Int64], _ body: (Int64, [VoteReading]) throws -> Void
        ) throws { throw refusal }
        func editions(of cut: LedgerCut) throws -> [Edition] { throw refusal }
        func sourceRuns(of cut: LedgerCut) throws -> [SourceRun] { throw refusal }

        func scan(
            _ cut: LedgerCut, fields: CommentFields, selection: CommentSelection,
            _ body: (CommentRow) throws -> Void
        ) throws {
            guard case .ids(let ids) = selection else { throw StageError("not here") }
            asked.withLock { $0 += ids }
            for id in ids {
                let text = Array(String(repeating: "the cat sat ", count: Int(id % 7) + 1).utf8)
                try text.withUnsafeBytes { bytes in
                    var row = CommentRow(id: id, article: 1)
                    row.text = bytes
                    try body(row)
                }
            }
        }
    }

    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.makeFolder("work")
        try folder.write("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\ncat\n", to: "tokenizer/vocab.txt")
        let ids = (1...40).map { Int64($0) }
        let table = try ColumnTable(
            columns: [
                ("id", .int64(ids)), ("article", .int64(ids)), ("label", .uint8(ids.map { UInt8($0 % 2) })),
                ("up", .int32(ids.map { _ in 10 })), ("down", .int32(ids.map { _ in 10 })),
                ("side", .uint8(ids.map { $0 <= 30 ? 0 : 1 })),
            ], metadata: ["sides": "train\ttest"])
        let file = try FileWriter(path: folder.file("split.safetensors"))
        try table.write { try file.write($0) }
        try file.finish()
    }

    private func shards(
        into output: String, work: String = "work", stopAfter checkpoints: Int = .max,
        weights: String? = nil
    ) async throws -> (StageResult, visited: [Int64]) {
        let left = Mutex(checkpoints)
        let texts = Texts()
        let place = try folder.makeFolder(output)
        let split = InputArtifact(
            stage: "split", kind: "split", type: "split-v1",
            path: folder.file("split.safetensors"), digest: "d",
            locator: [
                "sources": ["s"], "position": 1, "ledger": "l", "label_set": "set", "salt": "v1",
                "clean": ["rules": "none"],
                "rule": [
                    "min_votes": 20, "controversial": [0.4, 0.6],
                    "uncontroversial": ["at_most": 0.2, "at_least": 0.8],
                ],
            ])
        let tokenizer = InputArtifact(
            stage: "vocabulary", kind: "vocabulary", type: "tokenizer-v1",
            path: folder.file("tokenizer"), digest: "t")
        let context = StageContext(
            run: RunDescription(id: "r", pipeline: "p", date: "2025-11-21", hasOverrides: false),
            stageName: "shards",
            fingerprint: "f", inputs: StageInputs(["data": [split], "tokenizer": [tokenizer]]), files: [:],
            baseFolder: folder.path, outputFolder: place, workFolder: folder.file(work),
            threads: 1, ledger: texts, store: StoreParts(), upstream: [], progress: ProgressLog(),
            isStopRequested: {
                left.withLock { left in
                    left -= 1
                    return left < 0
                }
            })
        // The vocabulary knows two words.
        let parameters: JSONValue = [
            "rows_per_shard": 8, "max_unknown_share": 1, "weights": .string(weights ?? "none"),
        ]
        return (try await ShardsStage(parameters).run(in: context), texts.visited)
    }

    private func contents(_ name: String) throws -> [String: Data] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.file(name))
        return try Dictionary(
            uniqueKeysWithValues: names.filter { $0.contains(".") }.map {
                ($0, try Data(contentsOf: URL(filePath: folder.file(name + "/" + $0))))
            })
    }

    @Test func finishedShardsAreNotMadeAgain() async throws {
        try folder.makeFolder("other")
        let undisturbed = try await shards(into: "a", work: "other")
        await #expect(throws: StageInterrupted.self) { try await shards(into: "b", stopAfter: 2) }
        let resumed = try await shards(into: "c")
        #expect(undisturbed.visited.count == 40)
        #expect(resumed.visited == Array(17...40))
        #expect(try contents("c") == contents("a"))
        #expect(resumed.0.figures == undisturbed.0.figures)
    }

    @Test func weightsComeWhereTheyAreAskedFor() async throws {
        for name in ["w1", "w2", "w3", "w4"] { try folder.makeFolder(name) }
        _ = try await shards(into: "a", work: "w1")
        _ = try await shards(into: "b", work: "w2", weights: "none")
        #expect(try contents("a") == contents("b"))
        // Every comment has 10 of 20: controversial ones are known by the mass of the band, the others by hardly any.
        let rule = ControversyRule(
            minVotes: 20, controversial: 0.4...0.6, uncontroversial: OuterRange(atMost: 0.2, atLeast: 0.8))
        for (name, kind) in [("c", LabelWeight.posterior), ("d", .entropy)] {
            _ = try await shards(into: name, work: name == "c" ? "w3" : "w4", weights: kind.rawValue)
            let file = try MappedFile(path: folder.path + "/\(name)/shards/train-00000.safetensors")
            try file.withBytes { bytes in
                let view = try TokenShardView(bytes, vocabularySize: 7)
                #expect(view.hasWeights)
                for row in 0..<view.rowCount {
                    let verdict: Verdict = view.label(of: row) == 1 ? .controversial : .uncontroversial
                    let weight = rule.weight(of: VoteCount(up: 10, down: 10), labeled: verdict, as: kind)
                    #expect(view.weight(of: row) == weight.map { Float($0) })
                }
                #expect(view.weight(of: 0) != 1)
            }
        }
    }

    @Test func aDamagedShardIsMadeAgain() async throws {
        await #expect(throws: StageInterrupted.self) { try await shards(into: "b", stopAfter: 2) }
        let first = try #require(
            try FileManager.default.contentsOfDirectory(atPath: folder.file("work")).first {
                $0.hasPrefix("train-00000")
            })
        var bytes = try Data(contentsOf: URL(filePath: folder.file("work/" + first)))
        bytes[bytes.count - 1] ^= 1
        try folder.write(bytes, to: "work/" + first)
        let resumed = try await shards(into: "c")
        #expect(resumed.visited == Array(1...8) + Array(17...40))
    }
}
