import ShardFormat
import Testing

struct TokenShardTests {
    static func example() -> TokenShard {
        var shard = TokenShard(weights: true, pControversial: true, segments: true)
        shard.append(
            tokens: [2, 10, 11, 3], label: 1, comment: 901, weight: 0.5, pControversial: 0.75,
            segments: [0, 0, 1, 1])
        shard.append(tokens: [2, 3], label: 0, comment: -5, pControversial: 0, segments: [0, 0])
        shard.append(
            tokens: [2, 99, 3], label: 1, comment: Int64.max, weight: 0, pControversial: 1,
            segments: [0, 0, 0])
        return shard
    }

    @Test(arguments: [100, 65_536, 65_537])
    func everythingComesBack(vocabularySize: Int) throws {
        let bytes = try Self.example().encoded(vocabularySize: vocabularySize, metadata: ["split": "train"])
        try bytes.withUnsafeBytes { file in
            let type = try SafetensorsView(file).tensor("input_ids").entry.type
            #expect(type == (vocabularySize <= 65_536 ? .uint16 : .int32))
            let view = try TokenShardView(file, vocabularySize: vocabularySize, labelCount: 2, maxTokens: 4)
            #expect(view.rowCount == 3)
            #expect(view.tokenCount == 9)
            #expect(view.metadata == ["split": "train"])
            var tokens: [Int32] = []
            var segments: [UInt8] = []
            for row in 0..<3 {
                view.appendTokens(of: row, to: &tokens)
                view.appendSegments(of: row, to: &segments)
            }
            #expect(tokens == [2, 10, 11, 3, 2, 3, 2, 99, 3])
            #expect(segments == [0, 0, 1, 1, 0, 0, 0, 0, 0])
            #expect((0..<3).map(view.length(of:)) == [4, 2, 3])
            #expect((0..<3).map(view.label(of:)) == [1, 0, 1])
            #expect((0..<3).map(view.comment(of:)) == [901, -5, Int64.max])
            #expect((0..<3).map(view.weight(of:)) == [0.5, 1, 0])
            #expect((0..<3).map(view.probability(of:)) == [0.75, 0, 1])
        }
    }

    @Test func aShardWithoutRowsIsAShard() throws {
        let bytes = try TokenShard().encoded(vocabularySize: 10)
        try bytes.withUnsafeBytes { file in
            let view = try TokenShardView(file, vocabularySize: 10)
            #expect(view.rowCount == 0)
        }
    }

    @Test func tokensNeedNoAlignmentAndColumnsKeepTheirs() throws {
        let bytes = try Self.example().encoded(vocabularySize: 100)
        try bytes.withUnsafeBytes { file in
            let header = try SafetensorsHeader(file: file)
            for entry in header.entries {
                #expect(
                    (header.dataStart + entry.range.lowerBound) % entry.type.byteCount == 0, "\(entry.name)")
            }
        }
        // The same file one byte further on in memory reads the same.
        let shifted = [0] + bytes
        try shifted.withUnsafeBytes { raw in
            let view = try TokenShardView(UnsafeRawBufferPointer(rebasing: raw[1...]), vocabularySize: 100)
            #expect(view.comment(of: 0) == 901)
        }
    }

    static func error(_ shard: TokenShard, vocabularySize: Int = 100) -> String {
        do {
            _ = try shard.encoded(vocabularySize: vocabularySize)
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test func refusesNumbersOutOfRange() {
        #expect(
            Self.error(Self.example(), vocabularySize: 99)
                == "token id 99; ids lie in 0 ..< 99, the size of the vocabulary")
        var shard = TokenShard()
        shard.append(tokens: EmptyCollection(), label: 0, comment: 1)
        #expect(Self.error(shard) == "row 0 spans 0 ..< 0 of 'input_ids'; a row has at least one token")
        shard = TokenShard(weights: true)
        shard.append(tokens: [2], label: 0, comment: 1, weight: .nan)
        #expect(Self.error(shard) == "row 0 has weight nan; weights are finite and at least 0")
        shard = TokenShard(pControversial: true)
        shard.append(tokens: [2], label: 0, comment: 1, pControversial: 1.5)
        #expect(Self.error(shard) == "row 0 has p_controversial 1.5; it lies in 0 ... 1")
        shard = TokenShard(segments: true)
        shard.append(tokens: [2], label: 0, comment: 1, segments: [2])
        #expect(Self.error(shard) == "token 0 has segment 2; segments are 0 and 1")
        shard = TokenShard(segments: true)
        shard.append(tokens: [2, 3], label: 0, comment: 1, segments: [0])
        #expect(Self.error(shard) == "1 segment ids for 2 tokens; each token needs one")
        shard = TokenShard()
        shard.append(tokens: [2], label: -1, comment: 1)
        #expect(Self.error(shard) == "row 0 has label -1; labels lie in 0 ..< the classes")
    }

    @Test func refusesRowsAndLabelsBeyondTheirLimits() throws {
        let bytes = try Self.example().encoded(vocabularySize: 100)
        bytes.withUnsafeBytes { file in
            #expect(throws: ShardError("row 0 has 4 tokens; max_tokens is 3")) {
                try TokenShardView(file, vocabularySize: 100, maxTokens: 3)
            }
            #expect(throws: ShardError("row 0 has label 1; labels lie in 0 ..< 1")) {
                try TokenShardView(file, vocabularySize: 100, labelCount: 1)
            }
        }
        let table = try ColumnTable(["id": .int64([1])]).encoded()
        table.withUnsafeBytes { file in
            #expect(throws: ShardError("a file of format 'column-table'; expected 'token-shard'")) {
                _ = try TokenShardView(file, vocabularySize: 100)
            }
            return
        }
    }

    @Test func anAuditCountsLengthsAndTheCostOfPadding() {
        var auditor = TokenAuditor(maxTokens: 10, batchSize: 2)
        for (length, unknown, cut) in [
            (2, 0, false), (4, 1, false), (10, 3, true), (4, 0, false), (5, 1, false),
        ] {
            auditor.add(length: length, unknown: unknown, truncated: cut)
        }
        let audit = auditor.audit
        #expect(audit.rows == 5)
        #expect(audit.tokens == 25)
        #expect(audit.meanTokens == 5)
        #expect(audit.medianTokens == 4)
        #expect(audit.p95Tokens == 10)
        #expect(audit.longestTokens == 10)
        #expect(audit.unknownTokens == 5)
        #expect(audit.unknownShare == 0.2)
        #expect(audit.truncatedRows == 1)
        #expect(audit.paddingFactorToMaximum == 2)
        #expect(audit.paddingFactorToBatch == (8 + 20 + 5) / 25.0)
        #expect(TokenAuditor(maxTokens: 10).audit.paddingFactorToBatch == 1)
    }
}
