import TableFormat
import Testing

/// What a reader handed on: rows as strings (`nil` for a missing field), and problems.
struct ReadTable: Equatable {
    var rows: [[String?]] = []
    var lines: [Int] = []
    var problems: [RowProblem] = []
    var header: [String]?
}

/// Reads a whole table in pieces of `piece` bytes.
func read(
    _ kind: TableKind, _ bytes: [UInt8], columns: [TableColumn] = [],
    options: TableReaderOptions = TableReaderOptions(), piece: Int = 1 << 16
) throws -> ReadTable {
    var reader = try TableReader(kind, columns: columns, options: options)
    var table = ReadTable()
    func take(_ row: TableRow) {
        table.rows.append((0..<row.count).map { row.text($0) })
        table.lines.append(row.line)
    }
    func note(_ problem: RowProblem) { table.problems.append(problem) }
    try bytes.withUnsafeBytes { all in
        var start = 0
        while start < all.count {
            let end = min(start + piece, all.count)
            try reader.read(UnsafeRawBufferPointer(rebasing: all[start..<end]), row: take, problem: note)
            start = end
        }
        try reader.finish(row: take, problem: note)
    }
    table.header = reader.header
    return table
}

func read(
    _ kind: TableKind, _ text: String, columns: [TableColumn] = [],
    options: TableReaderOptions = TableReaderOptions(), piece: Int = 1 << 16
) throws -> ReadTable {
    try read(kind, Array(text.utf8), columns: columns, options: options, piece: piece)
}

/// SplitMix64 (Steele, Lea, Flood 2014): small, and the same on every machine.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}

/// Texts made of what breaks tables: tabs, quotes, line ends, backslashes, emoji, decomposed Hangul.
func awkwardText(using random: inout SplitMix64) -> String {
    let parts = [
        "\t", "\n", "\r", "\r\n", "\\", "\\n", "\"", "\"\"", ",", " ", "", "'", "가", "\u{1100}\u{1161}",
        "e\u{301}", "é", "👍🏽", "👨‍👩‍👧", "\u{FE0F}", "\u{FEFF}", "a", "0", "null", "{", "}", "\u{1}", "\u{7F}",
        "\u{2028}",
        "\u{10FFFF}",
    ]
    return (0..<Int.random(in: 0...8, using: &random))
        .map { _ in parts.randomElement(using: &random) ?? "" }
        .joined()
}

/// Whether two texts have the same bytes; `==` would call composed and decomposed Hangul equal.
func sameBytes(_ one: [[String?]], _ other: [[String?]]) -> Bool {
    func bytes(_ rows: [[String?]]) -> [[[UInt8]?]] { rows.map { $0.map { $0.map { Array($0.utf8) } } } }
    return bytes(one) == bytes(other)
}
