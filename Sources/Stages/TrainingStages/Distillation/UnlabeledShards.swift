internal import DatasetStages
private import Foundation
internal import ShardFormat
internal import StageKit
internal import TextBasics
internal import Tokenization
internal import Training

/// Texts without labels as rows of the shards' own form, in the work folder.
struct UnlabeledShards {
    let rows: TokenRows
    let texts: UnlabeledTexts
    /// Comments whose titles belong to another side and were left out.
    let untitled: Set<Int64>

    private static let rowsPerFile = 20_000

    /// Reads, cleans and tokenizes the texts of input `texts`, but for those that have labels.
    ///
    /// - Throws: ``StageError`` for texts that are cleaned otherwise than the rows, and where none are left.
    init(besides shards: ShardFolder, _ sides: ReadSides, _ context: StageContext) throws {
        let manifest = shards.manifest
        try Self.check(manifest, context)
        let tokenizer = try Self.tokenizer(shards)
        let labeled = try shards.rows(of: "train")
        let known = Set((0..<labeled.count).map(labeled.comment(of:)))
        let hasTitles = manifest.textPair == "title"
        var texts = try UnlabeledTexts(
            sides, firsts: hasTitles ? .title : .none, besides: known, context)
        var writer = Writer(manifest, folder: context.workFolder + "/unlabeled", hasTitles: hasTitles)
        try writer.start()
        var untitled: Set<Int64> = []
        let side = TruncationSide(rawValue: manifest.truncationSide ?? "") ?? .right
        try texts.read { texts, titles, ids in
            let batch = try tokenizer.encodeBatch(
                titles ?? texts, pairs: titles == nil ? nil : texts, maxTokens: manifest.maxTokens,
                cutting: side, threads: context.threads)
            for (row, id) in ids.enumerated() {
                if let titles, titles[row].isEmpty { untitled.insert(id) }
                try writer.add(batch, row, id)
            }
        }
        rows = try writer.finish()
        self.texts = texts
        self.untitled = untitled
        guard rows.count > 0 else {
            throw StageError(
                "there are no texts without labels to learn from",
                hint:
                    "leave input 'texts' out, or connect it to the clean stage, which has more than the labeled ones"
            )
        }
    }

    private static func check(_ manifest: ShardManifest, _ context: StageContext) throws {
        if manifest.textPair == "text_pair" {
            throw StageError(
                "the rows are pairs of texts of their own, and texts without labels are single ones",
                hint: "leave input 'texts' out: the student then learns from the labeled rows")
        }
        let facts = try DatasetFacts(try context.inputs.one("texts"))
        let (own, rows) = (
            "\(facts.cleanRules), revision \(facts.cleanRevision ?? 1)",
            "\(manifest.cleanRules), revision \(manifest.cleanRevision ?? 1)"
        )
        guard own != rows else { return }
        throw StageError(
            "the texts of input 'texts' are cleaned by \(own), the rows of the shards by \(rows)",
            hint: "connect 'texts' to the clean stage that the shards are made of")
    }

    private static func tokenizer(_ shards: ShardFolder) throws -> any Tokenizer {
        let mode = try StartFolder.mode(of: shards.manifest)
        let found = try StartFolder.tokenizer(in: shards.path, mode)?.tokenizer
        guard let found, ContentDigest.of(found.identity) == shards.manifest.tokenizer.digest else {
            throw StageError(
                "the shards have no tokenizer beside them, which texts without labels are tokenized by",
                hint: "make the shards again")
        }
        return found
    }

    /// Writes files of some thousand rows, so that no more need be held.
    private struct Writer {
        private let manifest: ShardManifest
        private let folder: String
        private let hasTitles: Bool
        private var shard: TokenShard
        private var files: [String] = []

        init(_ manifest: ShardManifest, folder: String, hasTitles: Bool) {
            self.manifest = manifest
            self.folder = folder
            self.hasTitles = hasTitles
            shard = TokenShard(segments: hasTitles)
        }

        func start() throws {
            try? FileManager.default.removeItem(atPath: folder)
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }

        mutating func add(_ batch: EncodedBatch, _ row: Int, _ comment: Int64) throws {
            let places = Int(batch.offsets[row])..<Int(batch.offsets[row + 1])
            shard.append(
                tokens: batch[row], label: 0, comment: comment, segments: batch.segmentIDs?[places] ?? [])
            if shard.rowCount == UnlabeledShards.rowsPerFile { try flush() }
        }

        private mutating func flush() throws {
            let path = "\(folder)/\(files.count).safetensors"
            let file = try FileWriter(path: path)
            try file.write(try shard.encoded(vocabularySize: manifest.tokenizer.vocabularySize))
            try file.finish()
            files.append(path)
            shard = TokenShard(segments: hasTitles)
        }

        mutating func finish() throws -> TokenRows {
            if shard.rowCount > 0 { try flush() }
            return try TokenRows(
                files: files, vocabularySize: manifest.tokenizer.vocabularySize,
                labelCount: manifest.labelNames.count, maxTokens: manifest.maxTokens)
        }
    }
}
