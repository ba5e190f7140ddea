internal import ShardFormat
internal import StageKit

/// Comments with a model's scores, in the order of their numbers; parallel arrays.
struct ScoredRows: Sendable {
    /// Numbers in the store.
    private(set) var ids: [Int64] = []
    /// What identifies the text that was scored.
    private(set) var texts: [Int64] = []
    /// 1 where the text was longer than the model reads.
    private(set) var cuts: [UInt8] = []
    /// As the head gives them, `[rows, width]`, row-major.
    private(set) var scores: [Float] = []
    /// Scores of a row.
    let width: Int

    init(width: Int) {
        self.width = width
    }

    var count: Int { ids.count }

    func scores(of row: Int) -> ArraySlice<Float> { scores[row * width..<(row + 1) * width] }

    mutating func append(_ id: Int64, text: Int64, isCut: Bool, scores: some Collection<Float>) {
        ids.append(id)
        texts.append(text)
        cuts.append(isCut ? 1 : 0)
        self.scores += scores
    }

    mutating func append(_ row: Int, of others: ScoredRows) {
        append(
            others.ids[row], text: others.texts[row], isCut: others.cuts[row] != 0,
            scores: others.scores(of: row))
    }

    /// Whether a row says the same as another one.
    func equals(_ row: Int, _ other: Int, of others: ScoredRows) -> Bool {
        texts[row] == others.texts[other] && cuts[row] == others.cuts[other]
            && scores(of: row).elementsEqual(others.scores(of: other)) { $0.bitPattern == $1.bitPattern }
    }
}

extension ScoredRows {
    private static let keyName = "key"

    /// What a table of rows says of them.
    /// - Parameter key: what the scores depend on beside the texts.
    static func metadata(_ key: String) -> [String: String] { [keyName: key] }

    func table(key: String) throws(ShardError) -> ColumnTable {
        var columns: [(name: String, column: ColumnTable.Column)] = [
            ("id", .int64(ids)), ("text", .int64(texts)), ("cut", .uint8(cuts)),
        ]
        columns += TargetColumns.columns(scores, width: width)
        return try ColumnTable(columns: columns, metadata: Self.metadata(key))
    }

    init(_ table: ColumnTable, width: Int) throws(ShardError) {
        self.width = width
        ids = try table.int64("id")
        texts = try table.int64("text")
        cuts = try table.uint8("cut")
        scores = try TargetColumns.targets(of: table, width: width)
    }

    /// - Parameter key: what the scores depend on beside the texts.
    func write(to path: String, key: String) throws {
        let file = try FileWriter(path: path)
        try table(key: key).write { try file.write($0) }
        try file.finish()
    }

    static func read(_ path: String, width: Int) throws -> (rows: ScoredRows, key: String) {
        let file = try MappedFile(path: path)
        let table = try file.withBytes { try ColumnTable(decoding: $0) }
        return (try ScoredRows(table, width: width), table.metadata[keyName] ?? "")
    }
}
