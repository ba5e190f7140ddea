import DatasetStages
import Foundation
import ShardFormat
import StageKit
import StageKitTesting
import Testing

struct ShardsStageTests {
    private let bench: StageBench

    init() throws {
        bench = try StageBench(kinds: DatasetStages.all)
        try bench.folder.write(
            "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\ngood\nbad\nnews\ntitle", to: "tokenizer/vocab.txt")
    }

    private func split(_ text: String, numbers: Range<Int> = 0..<40) async throws -> [InputArtifact] {
        let comments = numbers.map {
            TestComment(
                text, up: $0 % 2 == 0 ? 20 : 40, down: $0 % 2 == 0 ? 20 : 0, key: "\($0)", article: "a\($0)",
                title: "title")
        }
        let clean = try await bench.run(CleanStage.self, from: ["comments": try bench.comments(comments)])
        let labels = try await bench.run(LabelStage.self, from: ["comments": clean["texts"]])
        let sample = try await bench.run(SampleStage.self, from: ["labels": labels["labels"]])
        return try await bench.run(
            SplitStage.self, ["shares": ["train": 0.5, "test": 0.5], "copies": "keep"],
            from: ["sample": sample["sample"]])["split"]
    }

    private func shards(
        _ split: [InputArtifact], _ parameters: JSONValue = [:], after earlier: StageOutcome? = nil
    ) async throws -> StageOutcome {
        try await bench.run(
            ShardsStage.self, parameters.adding("tokenizer", "tokenizer"), from: ["data": split],
            files: ["tokenizer": ["tokenizer"]], after: earlier)
    }

    @Test func aNightOfWordsThatTheTokenizerDoesNotKnowIsToldFromOthers() async throws {
        let rules: JSONValue = ["max_unknown_share": 1.0]
        let first = try await shards(try await split("good news"), rules)
        #expect(first.figures["drift_unknown"] == 0.0)
        let like = try await shards(try await split("bad news", numbers: 40..<80), rules, after: first)
        #expect(like.figures["drift_unknown"] == 0.0 && like.warnings == [])
        let other = try await shards(try await split("odd news", numbers: 80..<120), rules, after: like)
        let distance = try #require(other.figures["drift_unknown"]?.doubleValue)
        #expect(distance == 1 && (other.figures["drift_unknown_noise"]?.doubleValue ?? 1) < 0.8)
        #expect(
            other.warnings.contains {
                $0.hasPrefix(
                    "40 new rows differ from those before in their numbers of [UNK] by 1.000 (chance up to ")
            }, "\(other.warnings)")
        // The shards themselves know nothing of it.
        let whole = try await shards(try await split("odd news", numbers: 80..<120), rules)
        #expect(try other.contents() == whole.contents())
    }

    private func manifest(_ outcome: StageOutcome) throws -> ShardManifest {
        try ShardManifest(decoding: Data(outcome.text("shards/manifest.json").utf8))
    }

    private func firstRow(_ outcome: StageOutcome) throws -> [Int32] {
        let file = try MappedFile(path: outcome.folder + "/shards/train-00000.safetensors")
        return try file.withBytes { bytes in
            var tokens: [Int32] = []
            try TokenShardView(bytes, vocabularySize: 9).appendTokens(of: 0, to: &tokens)
            return tokens
        }
    }

    @Test func rowsAreDividedAmongFilesAndTheManifestNamesThem() async throws {
        let outcome = try await shards(try await split("good news"), ["rows_per_shard": 8])
        let manifest = try manifest(outcome)
        let train = manifest.files.filter { $0.split == "train" }
        #expect(train.map(\.path).first == "train-00000.safetensors")
        #expect(train.dropLast().allSatisfy { $0.rows == 8 } && (1...8).contains(train.last?.rows ?? 0))
        #expect(train.reduce(0) { $0 + $1.rows } == manifest.rows["train"])
        #expect(manifest.rows.values.reduce(0, +) == 40 && outcome.figures["rows"] == 40)
        // Each row is [CLS] good news [SEP].
        #expect(outcome.figures["tokens"] == 160 && outcome.figures["truncated_rows"] == 0)
        #expect(try firstRow(outcome) == [2, 5, 7, 3])
        #expect(manifest.labelNames == ["uncontroversial", "controversial"] && manifest.splitSalt == "v1")
    }

    @Test func longRowsAreCutAtTheEndThatIsAskedFor() async throws {
        let split = try await split("good bad news")
        let right = try await shards(split, ["max_tokens": 4])
        let left = try await shards(split, ["max_tokens": 4, "truncation_side": "left"])
        #expect(try firstRow(right) == [2, 5, 6, 3])
        #expect(try firstRow(left) == [2, 6, 7, 3])
        #expect(right.figures["truncated_rows"] == 40)
        #expect(try manifest(right).truncationSide == nil && manifest(left).truncationSide == "left")
    }

    @Test func aTitleIsTheFirstTextOfAPair() async throws {
        let outcome = try await shards(try await split("good news"), ["text_pair": "title"])
        #expect(try firstRow(outcome) == [2, 8, 3, 5, 7, 3])
        #expect(try manifest(outcome).textPair == "title")
    }

    @Test func aTokenizerThatCannotSpellTheTextsStopsTheRun() async throws {
        // Of four tokens one is [UNK]: more than a fifth.
        let split = try await split("good xyz")
        let error = await #expect(throws: StageError.self) { try await shards(split) }
        #expect(
            error?.message
                == "25.0 % of the tokens of the side 'train' are [UNK]; this tokenizer does not seem to be made for these texts "
                + "(allowed: 20.0 %)")
        let allowed = try await shards(split, ["max_unknown_share": 0.25])
        #expect(allowed.figures["unknown_share"] == 0.25)
    }

    private func problems(connected: Bool, named: Bool, files: [FoundFile] = []) throws -> [String] {
        let vocabulary = StageSource(stage: "vocabulary", kind: VocabularyStage.kind, parameters: [:])
        let look = StageLook(
            naming: named ? ["tokenizer"] : [], files: ["tokenizer": files],
            sources: connected ? ["tokenizer": [vocabulary]] : [:])
        return try ShardsStage([:]).problems(in: look).map(\.message)
    }

    @Test func thereIsExactlyOneTokenizer() throws {
        let folder = FoundFile(path: bench.folder.file("tokenizer"), shownPath: "tokenizer")
        let empty = FoundFile(path: try bench.folder.makeFolder("empty"), shownPath: "empty")
        #expect(try problems(connected: false, named: false) == ["the shards stage has no tokenizer"])
        #expect(
            try problems(connected: true, named: true, files: [folder]) == [
                "the shards stage has two tokenizers: the folder tokenizer, and the one of input 'tokenizer'"
            ])
        #expect(try problems(connected: true, named: false) == [])
        #expect(try problems(connected: false, named: true, files: [folder]) == [])
        #expect(
            try problems(connected: false, named: true, files: [empty]) == [
                "empty has no vocab.txt and no tokenizer.json"
            ])
    }
}
