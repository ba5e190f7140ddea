internal import ShardFormat
internal import StageKit
internal import VoteModel

/// The rows that a label stage wrote, read where they are: of hundreds of thousands, a night needs few. They are in the
/// order of ids.
final class DatasetView {
    /// The rows of one file. Its pointers are valid as long as the segment is held.
    struct Segment {
        private let file: MappedFile
        private let table: ColumnTableView
        /// Strictly rising.
        let ids: UnsafeBufferPointer<Int64>
        let articles: UnsafeBufferPointer<Int64>
        let labels: UnsafeBufferPointer<UInt8>
        let ups: UnsafeBufferPointer<Int32>
        let downs: UnsafeBufferPointer<Int32>

        var count: Int { ids.count }

        func votes(_ row: Int) -> VoteCount { VoteCount(up: Int(ups[row]), down: Int(downs[row])) }

        init(_ path: String, stage: String) throws {
            file = try MappedFile(path: path)
            do {
                table = try file.withBytes { try ColumnTableView($0) }
                ids = try table.column("id")
                articles = try table.column("article")
                labels = try table.column("label")
                ups = try table.column("up")
                downs = try table.column("down")
            } catch {
                throw StageError.unreadableRows(of: stage, error)
            }
        }

        /// A column that the file has beside those of rows.
        func column(_ name: String) throws -> UnsafeBufferPointer<Int64> { try table.column(name) }
    }

    /// The list of the segments; `nil` if all rows are in one file.
    let list: DatasetSegments.List?
    private let path: String
    private let stage: String
    private var opened: [Int64: Segment] = [:]

    /// The rows of an artifact.
    /// - Throws: ``/StageKit/StageError`` when they cannot be read.
    convenience init(_ artifact: InputArtifact) throws {
        try self.init(artifact.path, stage: artifact.stage)
    }

    /// The rows of a file, or of a folder of segments.
    init(_ path: String, stage: String) throws {
        self.path = path
        self.stage = stage
        list = try DatasetSegments.list(ofFolder: path, stage: stage)
        if list == nil { opened[0] = try Segment(path, stage: stage) }
    }

    /// All rows, in the order of ids.
    func segments() throws -> [Segment] {
        guard let list else { return Array(opened.values) }
        return try list.entries.map { try open($0) }
    }

    /// The rows whose ids have a number of segments; `nil` if there are none. All rows where they are in one file.
    func segment(_ number: Int64) throws -> Segment? {
        guard let list else { return opened[0] }
        return try list[number].map { try open($0) }
    }

    /// Where a segment is.
    func path(of entry: DatasetSegments.Entry) -> String { path + "/" + entry.name }

    /// How many rows there are.
    func count() throws -> Int {
        try list?.entries.reduce(0) { $0 + $1.rows } ?? segments().reduce(0) { $0 + $1.count }
    }

    /// The rows of comments, named in rising order, as far as they have some.
    /// - Complexity: O(n + m) for n comments and m rows of the segments that they would be in.
    func rows(of ids: [Int64]) throws -> DatasetColumns {
        var found = DatasetColumns()
        found.reserveCapacity(ids.count)
        var rest = ids[...]
        while let first = rest.first {
            let number = first / DatasetSegments.span
            let end =
                list == nil ? rest.endIndex : rest.partitioningIndex { $0 / DatasetSegments.span > number }
            if let segment = try segment(number) {
                var row = 0
                for id in rest[..<end] {
                    while row < segment.count, segment.ids[row] < id { row += 1 }
                    if row < segment.count, segment.ids[row] == id { found.append(segment, row: row) }
                }
            }
            rest = rest[end...]
        }
        return found
    }

    private func open(_ entry: DatasetSegments.Entry) throws -> Segment {
        if let segment = opened[entry.number] { return segment }
        let segment = try Segment(path(of: entry), stage: stage)
        opened[entry.number] = segment
        return segment
    }
}

extension DatasetView {
    /// A place among the rows of a segment.
    struct Cursor {
        private let segment: Segment?
        private var row = 0

        /// - Parameter segment: `nil` for one without rows.
        init(_ segment: Segment?) {
            self.segment = segment
        }

        /// Continues to the first row whose id is not below this one.
        mutating func move(to id: Int64) {
            guard let segment else { return }
            while row < segment.count, segment.ids[row] < id { row += 1 }
        }

        /// Whether the row has this id.
        func isAt(_ id: Int64) -> Bool {
            segment.map { row < $0.count && $0.ids[row] == id } ?? false
        }

        /// Takes the rows from this one on that have consecutive ids, the first of them `id` and all below `limit`.
        /// - Returns: `nil` if this row is another one.
        /// - Complexity: O(1) where all up to the limit are there, O(log n) otherwise.
        mutating func takeRun(of id: Int64, below limit: Int64) -> (segment: Segment, rows: Range<Int>)? {
            guard let segment, isAt(id), id < limit else { return nil }
            let first = row
            let most = Int(min(Int64(segment.count - row), limit - id))
            // Ids rise, so that once one is ahead of its place, all later ones are.
            let count = (0..<most).partitioningIndex { segment.ids[first + $0] - Int64($0) != id }
            row += count
            return (segment, first..<(first + count))
        }
    }
}

extension RandomAccessCollection where Index == Int {
    /// The first place whose element, and so that of all after it, satisfies the predicate; the end where none does.
    /// - Complexity: O(log n).
    package func partitioningIndex(where isSecond: (Element) -> Bool) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = (low + high) / 2
            if isSecond(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

extension StageError {
    /// The rows that a stage handed on are not such rows.
    static func unreadableRows(of stage: String, _ error: any Error) -> StageError {
        StageError(
            "the result of stage '\(stage)' cannot be read: \(error)",
            hint: "run it again with --force \(stage)")
    }
}
