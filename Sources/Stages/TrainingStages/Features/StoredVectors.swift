package import StageKit
package import Training

/// The vectors that a features stage has in the store: those of all comments that it has seen. When a comment is forgotten,
/// its vector goes with it.
package struct StoredVectors {
    private let stage: [StoreValue]
    private let rows: any KindRows
    /// Numbers of a vector.
    package let width: Int

    /// - Parameters:
    ///   - features: what the stage gave last; only vectors of the same recipe are meant.
    package init(
        of features: FeatureFolder, pipeline: String, stage: String, in rows: any KindRows
    ) throws {
        let recipe = try TrainingFailure.asStageError { try features.recipe() }
        self.stage = [.text(pipeline), .text(stage), .text(recipe.key)]
        self.rows = rows
        width = recipe.width
    }

    private static let query = """
        SELECT comment, checksum, vector FROM feature WHERE feature_set = (
            SELECT number FROM feature_set WHERE pipeline = ? AND stage = ? AND key = ?)
        """

    /// Calls `body` with the vectors of some comments at a time, all of one moment of the store, which `body` must not ask.
    ///
    /// - Parameters:
    ///   - count: most comments at a time.
    ///   - body: takes the comments' numbers, `[comments]`, and their vectors, `[comments, width]`, row-major.
    /// - Returns: vectors that are damaged and were left out.
    package func forEachBlock(
        of count: Int, _ body: (_ comments: [Int64], _ vectors: [Float]) throws -> Void
    ) throws -> Int {
        var (comments, vectors) = ([Int64](), [Float]())
        var damaged = 0
        try rows.read { store in
            try store.rows(Self.query, stage) { row in
                guard append(row, to: &vectors) else {
                    damaged += 1
                    return
                }
                comments.append(row.int64(0))
                guard comments.count == count else { return }
                try body(comments, vectors)
                comments.removeAll(keepingCapacity: true)
                vectors.removeAll(keepingCapacity: true)
            }
        }
        if !comments.isEmpty { try body(comments, vectors) }
        return damaged
    }

    /// The vectors of those of some comments that have one, and their numbers, in the order given.
    package func vectors(of comments: [Int64]) throws -> (comments: [Int64], vectors: [Float]) {
        var (found, vectors) = ([Int64](), [Float]())
        try rows.read { store in
            for comment in comments {
                try store.rows(Self.query + " AND comment = ?", stage + [.integer(comment)]) { row in
                    if append(row, to: &vectors) { found.append(comment) }
                }
            }
        }
        return (found, vectors)
    }

    /// - Returns: whether the row's vector is as it was written.
    private func append(_ row: any StoreStatement, to vectors: inout [Float]) -> Bool {
        let bytes = row.bytes(2)
        guard bytes.count == width * MemoryLayout<Float>.stride,
            FeatureTables.checksum(bytes) == row.int64(1)
        else { return false }
        let start = vectors.count
        vectors.append(contentsOf: repeatElement(0, count: width))
        vectors.withUnsafeMutableBytes { all in
            UnsafeMutableRawBufferPointer(rebasing: all[(start * MemoryLayout<Float>.stride)...]).copyMemory(
                from: bytes)
        }
        return true
    }
}
