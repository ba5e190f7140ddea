internal import ShardFormat
internal import StageKit
internal import VoteModel

/// The rows that label, sample and split hand to each other: comments with their verdict and counts.
package struct DatasetColumns: Sendable {
    package var ids: [Int64] = []
    /// Ids of the articles in the store.
    package var articles: [Int64] = []
    /// Codes of `Verdict`.
    package var labels: [UInt8] = []
    package var ups: [Int32] = []
    package var downs: [Int32] = []
    /// Index into `sideNames`; empty before the split.
    package var sides: [UInt8] = []
    package var sideNames: [String] = []
    /// Of rows that came with labels, `[rows, targetWidth]`, row-major: see `RowTable`. Empty for votes.
    package var targets: [Float] = []
    package var targetWidth = 0
    /// Of rows that came with tags, their words; otherwise empty.
    var words = TaggedWords()
    /// Ids of the comments with the second texts; empty for single texts.
    package var pairs: [Int64] = []

    var count: Int { ids.count }

    func votes(_ row: Int) -> VoteCount { VoteCount(up: Int(ups[row]), down: Int(downs[row])) }

    /// Takes over rows of a table as they are.
    mutating func append(_ other: DatasetView.Segment, rows: Range<Int>) {
        ids.append(contentsOf: UnsafeBufferPointer(rebasing: other.ids[rows]))
        articles.append(contentsOf: UnsafeBufferPointer(rebasing: other.articles[rows]))
        labels.append(contentsOf: UnsafeBufferPointer(rebasing: other.labels[rows]))
        ups.append(contentsOf: UnsafeBufferPointer(rebasing: other.ups[rows]))
        downs.append(contentsOf: UnsafeBufferPointer(rebasing: other.downs[rows]))
    }

    mutating func append(_ other: DatasetView.Segment, row: Int) {
        ids.append(other.ids[row])
        articles.append(other.articles[row])
        labels.append(other.labels[row])
        ups.append(other.ups[row])
        downs.append(other.downs[row])
    }

    /// A row's target; empty for votes.
    func target(of row: Int) -> ArraySlice<Float> {
        targets[row * targetWidth..<(row + 1) * targetWidth]
    }

    mutating func append(_ other: DatasetColumns, row: Int) {
        targetWidth = other.targetWidth
        targets += other.target(of: row)
        if other.words.count > 0 { words.append(other.words[row]) }
        if !other.pairs.isEmpty { pairs.append(other.pairs[row]) }
        ids.append(other.ids[row])
        articles.append(other.articles[row])
        labels.append(other.labels[row])
        ups.append(other.ups[row])
        downs.append(other.downs[row])
    }

    /// Takes over some rows of a table of votes.
    mutating func append(_ other: DatasetColumns, rows: some Collection<Int>) {
        ids.append(contentsOf: rows.lazy.map { other.ids[$0] })
        articles.append(contentsOf: rows.lazy.map { other.articles[$0] })
        labels.append(contentsOf: rows.lazy.map { other.labels[$0] })
        ups.append(contentsOf: rows.lazy.map { other.ups[$0] })
        downs.append(contentsOf: rows.lazy.map { other.downs[$0] })
    }

    mutating func append(_ other: DatasetColumns) {
        ids += other.ids
        articles += other.articles
        labels += other.labels
        ups += other.ups
        downs += other.downs
    }

    mutating func reserveCapacity(_ rows: Int) {
        ids.reserveCapacity(rows)
        articles.reserveCapacity(rows)
        labels.reserveCapacity(rows)
        ups.reserveCapacity(rows)
        downs.reserveCapacity(rows)
    }

    /// Some of the rows as a separate table.
    func slice(_ rows: Range<Int>) -> DatasetColumns {
        var slice = DatasetColumns()
        slice.ids = Array(ids[rows])
        slice.articles = Array(articles[rows])
        slice.labels = Array(labels[rows])
        slice.ups = Array(ups[rows])
        slice.downs = Array(downs[rows])
        return slice
    }

    /// Row numbers by side, in the order of the rows.
    func rows(of side: Int) -> [Int] { sides.indices.filter { sides[$0] == UInt8(side) } }

    /// All but the sides.
    var tableColumns: [(name: String, column: ColumnTable.Column)] {
        [
            ("id", .int64(ids)), ("article", .int64(articles)), ("label", .uint8(labels)),
            ("up", .int32(ups)), ("down", .int32(downs)),
        ]
    }

    /// - Returns: SHA-256 of the file, 64 hex digits.
    @discardableResult
    func write(to path: String) throws -> String {
        var columns = tableColumns
        if !sideNames.isEmpty { columns.append(("side", .uint8(sides))) }
        if !pairs.isEmpty { columns.append(("pair", .int64(pairs))) }
        columns += TargetColumns.columns(targets, width: targetWidth)
        if words.count > 0 { columns += words.columns }
        let table = try ColumnTable(
            columns: columns, metadata: sideNames.isEmpty ? [:] : ["sides": sideNames.joined(separator: "\t")]
        )
        return try table.writeDigested(to: path)
    }

    init() {}

    /// Reads a table that an earlier stage wrote.
    init(_ artifact: InputArtifact) throws {
        try self.init(path: artifact.path, stage: artifact.stage)
    }

    /// - Parameter path: of a file, or of a folder of segments.
    package init(path: String, stage: String) throws {
        if Disk.isFolder(path) {
            let segments = try DatasetView(path, stage: stage).segments()
            reserveCapacity(segments.reduce(0) { $0 + $1.count })
            for segment in segments { append(segment, rows: 0..<segment.count) }
            return
        }
        let file = try MappedFile(path: path)
        do {
            let table = try file.withBytes { try ColumnTable(decoding: $0) }
            ids = try table.int64("id")
            articles = try table.int64("article")
            labels = try table.uint8("label")
            ups = try table.int32("up")
            downs = try table.int32("down")
            if let names = table.metadata["sides"] {
                sideNames = names.split(separator: "\t").map(String.init)
                sides = try table.uint8("side")
            }
            if table["pair"] != nil { pairs = try table.int64("pair") }
            targetWidth = table.names.count { $0.hasPrefix("target.") }
            targets = try TargetColumns.targets(of: table, width: targetWidth)
            words = try TaggedWords(table) ?? TaggedWords()
        } catch {
            throw StageError.unreadableRows(of: stage, error)
        }
    }
}
