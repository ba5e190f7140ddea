private import Foundation
internal import ShardFormat
internal import StageKit
internal import TextBasics
package import Tokenization

/// Writes the ids of texts into a folder of safetensors files, and says at the end what they look like.
package final class TokenRowWriter {
    /// Ids of one file: 16 MiB where the vocabulary has at most 65,536 pieces.
    private static let tokensPerFile = 1 << 23

    private let folder: String
    private let tokenizer: any Tokenizer
    private let digest: String
    private let maxTokens: Int?
    private var rows: UnlabeledRows
    private var auditor: TokenAuditor
    private var files = 0
    private var written = 0

    /// - Throws: ``/StageKit/StageError`` when the folder cannot be made or holds something.
    package init(folder: String, tokenizer: any Tokenizer, maxTokens: Int?) throws {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw StageError("--shards \(folder): the folder cannot be made", hint: "check the path")
        }
        guard try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty else {
            throw StageError(
                "--shards \(folder): the folder is not empty",
                hint: "name a new folder, or remove its files first"
            )
        }
        self.folder = folder
        self.tokenizer = tokenizer
        self.maxTokens = maxTokens
        digest = ContentDigest.of(tokenizer.identity)
        // A block of lines comes on top of a file that is nearly full.
        rows = UnlabeledRows(
            vocabularySize: tokenizer.vocabularySize, capacity: Self.tokensPerFile + Self.tokensPerFile / 4)
        auditor = TokenAuditor(maxTokens: maxTokens ?? 1)
    }

    package func add(_ batch: EncodedBatch) throws {
        try rows.append(ids: batch.ids, offsets: batch.offsets)
        auditor.add(batch)
        if rows.tokenCount >= Self.tokensPerFile { try flush() }
    }

    /// Writes the rest.
    /// - Returns: what the rows look like, in a line.
    package func finish() throws -> String {
        if rows.count > 0 || files == 0 { try flush() }
        let audit = auditor.audit
        func share(_ value: Double) -> String { String(format: "%.2f", value) }
        var parts = [
            Counts.text(audit.rows, "row"), Counts.text(audit.tokens, "token"),
            "mean \(share(audit.meanTokens))",
            "p50 \(audit.medianTokens), p95 \(audit.p95Tokens), p99 \(audit.p99Tokens), longest \(audit.longestTokens)",
            "\(tokenizer.unknownToken) \(share(100 * audit.unknownShare)) %",
            "\(Counts.text(audit.truncatedRows, "row")) cut",
        ]
        if let maxTokens {
            parts.append("padded to \(maxTokens): \(share(audit.paddingFactorToMaximum)) x the tokens")
        }
        parts.append(
            "padded to the longest of each \(audit.batchSize): \(share(audit.paddingFactorToBatch)) x")
        return "\(folder): \(Counts.text(files, "file")), " + parts.joined(separator: ", ")
    }

    private func flush() throws {
        let number = String(files)
        let path = folder + "/ids-" + String(repeating: "0", count: max(0, 5 - number.count)) + number
        var metadata = [
            "tokenizer": digest, "mode": tokenizer.kind, "first_line": "\(written + 1)",
        ]
        metadata["tables"] = tokenizer.tablesVersion
        if let maxTokens { metadata["max_tokens"] = "\(maxTokens)" }
        let draft = try FileWriter(path: path + ".draft")
        try rows.write(metadata: metadata) { try draft.write($0) }
        try draft.finish()
        try FileManager.default.moveItem(atPath: path + ".draft", toPath: path + ".safetensors")
        written += rows.count
        files += 1
        rows.removeAll()
    }
}

extension TokenAuditor {
    fileprivate mutating func add(_ batch: EncodedBatch) {
        // Of cut rows and unknown tokens only the sums are kept, so it does not matter which rows they are said to be of.
        var unknown = batch.unknownCount
        for row in 0..<batch.count {
            add(length: batch.length(of: row), unknown: unknown, truncated: row < batch.truncatedCount)
            unknown = 0
        }
    }
}
