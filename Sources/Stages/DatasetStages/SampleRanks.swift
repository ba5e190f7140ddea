internal import Sampling
internal import ShardFormat
internal import StageKit

/// The places of comments in the order of a sample. They depend on seed and key alone, so a stage keeps them beside its
/// sample and the next run hashes only comments that it has not met.
struct SampleRanks {
    static let fileName = "ranks.safetensors"
    private static let wordNames = ["word0", "word1", "word2", "word3"]

    /// In rising order.
    private(set) var ids: [Int64] = []
    private var words: [[Int64]] = [[], [], [], []]

    init() {}

    mutating func reserveCapacity(_ rows: Int) {
        ids.reserveCapacity(rows)
        for index in words.indices { words[index].reserveCapacity(rows) }
    }

    /// Ids must come in rising order.
    mutating func append(_ id: Int64, _ rank: SampleRank) {
        let (first, second, third, fourth) = rank.words
        ids.append(id)
        words[0].append(Int64(bitPattern: first))
        words[1].append(Int64(bitPattern: second))
        words[2].append(Int64(bitPattern: third))
        words[3].append(Int64(bitPattern: fourth))
    }

    subscript(row: Int) -> SampleRank {
        func word(_ index: Int) -> UInt64 { UInt64(bitPattern: words[index][row]) }
        return SampleRank(words: (word(0), word(1), word(2), word(3)))
    }

    /// - Returns: SHA-256 of the file, 64 hex digits.
    func write(toFolder folder: String, seed: Int) throws -> String {
        let columns = zip(Self.wordNames, words).map { (name: $0.0, column: ColumnTable.Column.int64($0.1)) }
        let table = try ColumnTable(
            columns: [("id", .int64(ids))] + columns, metadata: ["seed": String(seed)])
        let file = try FileWriter(path: folder + "/" + Self.fileName)
        var digest = ContentDigest()
        try table.write { bytes in
            digest.update(bytes)
            try file.write(bytes)
        }
        try file.finish()
        return digest.hexadecimal()
    }

    /// What an earlier sample kept; `nil` where it kept nothing for this seed, or the file is not as it was written.
    init?(_ earlier: EarlierResult?, seed: Int) {
        guard let earlier, let digest = earlier["sample"]?.locator["ranks"]?.stringValue,
            let file = try? MappedFile(path: earlier.folder + "/" + Self.fileName),
            file.withBytes({ ContentDigest.of($0) }) == digest,
            let table = try? file.withBytes({ try ColumnTable(decoding: $0) }),
            table.metadata["seed"] == String(seed), let ids = try? table.int64("id"),
            let words = try? Self.wordNames.map({ try table.int64($0) })
        else { return nil }
        self.ids = ids
        self.words = words
    }
}
