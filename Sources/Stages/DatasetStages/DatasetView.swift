internal import ShardFormat
internal import StageKit
internal import VoteModel

/// The rows that label, sample or split wrote, read where they lie in their file: of the hundred thousands of them, a
/// night needs few.
///
/// Valid only during the call that lends it.
struct DatasetView {
    /// Strictly rising in the rows of a label stage.
    let ids: UnsafeBufferPointer<Int64>
    let articles: UnsafeBufferPointer<Int64>
    let labels: UnsafeBufferPointer<UInt8>
    let ups: UnsafeBufferPointer<Int32>
    let downs: UnsafeBufferPointer<Int32>

    var count: Int { ids.count }

    func votes(_ row: Int) -> VoteCount { VoteCount(up: Int(ups[row]), down: Int(downs[row])) }

    private init(_ table: ColumnTableView) throws {
        ids = try table.column("id")
        articles = try table.column("article")
        labels = try table.column("label")
        ups = try table.column("up")
        downs = try table.column("down")
    }

    /// Lends the rows of an artifact.
    /// - Throws: ``StageError`` when they cannot be read, and what `body` throws.
    static func read<Result>(
        _ artifact: InputArtifact, _ body: (DatasetView) throws -> Result
    ) throws -> Result {
        try MappedFile(path: artifact.path).withBytes { bytes in
            let view: DatasetView
            do {
                view = try DatasetView(ColumnTableView(bytes))
            } catch {
                throw StageError.unreadableRows(of: artifact.stage, error)
            }
            return try body(view)
        }
    }

    /// The row of a comment, where rows are in the order of ids.
    func row(of id: Int64) -> Int? {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if ids[middle] < id { low = middle + 1 } else { high = middle }
        }
        return low < count && ids[low] == id ? low : nil
    }

    /// How many rows from this one on have consecutive ids, the first of them `id` and all below `limit`, where rows are
    /// in the order of ids.
    /// - Complexity: O(1) where all up to the limit are there, O(log n) otherwise.
    func run(from row: Int, of id: Int64, below limit: Int64) -> Int {
        guard row < count, ids[row] == id, id < limit else { return 0 }
        let most = min(count - row, Int(limit - id))
        // Ids rise, so that once one is ahead of its place, all later ones are.
        func isInPlace(_ offset: Int) -> Bool { ids[row + offset] - Int64(offset) == id }
        if isInPlace(most - 1) { return most }
        var (low, high) = (1, most - 1)
        while low < high {
            let middle = (low + high) / 2
            if isInPlace(middle) { low = middle + 1 } else { high = middle }
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
