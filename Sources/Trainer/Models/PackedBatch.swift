internal import Tensors

/// A checked batch in the form the kernels read.
struct PackedBatch {
    let rows: Int
    let tokens: Int
    let offsets: UnsafePointer<Int32>
    /// Token number of each row's first token, `[rows]`.
    let firstTokens: UnsafePointer<Int32>
    let embedded: EmbeddingSum.Tokens
    /// Places of all tokens, and of the rows' first tokens, in dropout counters.
    let places: TokenPlaces
    let firstPlaces: TokenPlaces
    /// Number of the first row in dropout counters.
    let firstRow: UInt32

    /// - Throws: ``BatchError`` for the first thing that does not fit.
    /// - Parameter starts: tokens of each row that are not in the batch but before it; `nil` for none.
    init(
        _ batch: PackedTokens, plan: TransformerPlan, firstRow: UInt32, starts: [Int]? = nil, arena: Arena
    ) throws(BatchError) {
        try batch.check(plan)
        rows = batch.rows
        tokens = batch.tokens
        self.firstRow = firstRow
        let offsets = arena.copy(batch.offsets)
        let ids = arena.copy(batch.inputIDs)
        let row = arena.memory(of: UInt32.self, count: tokens)
        let position = arena.memory(of: UInt32.self, count: tokens)
        let firsts = arena.memory(of: UInt32.self, count: rows)
        let zeros = arena.memory(of: UInt32.self, count: rows)
        for number in 0..<rows {
            firsts[number] = firstRow + UInt32(number)
            zeros[number] = 0
            for token in Int(offsets[number])..<Int(offsets[number + 1]) {
                row[token] = firstRow + UInt32(number)
                position[token] = UInt32(token) - UInt32(offsets[number]) + UInt32(starts?[number] ?? 0)
            }
        }
        self.offsets = UnsafePointer(offsets)
        firstTokens = UnsafePointer(offsets)  // the first token of a row is where the row begins
        let segments = plan.ignoresSegments ? nil : batch.segmentIDs.map { UnsafePointer(arena.copy($0)) }
        embedded = EmbeddingSum.Tokens(
            ids: ids, positions: Self.tableRows(ids, position, tokens, plan, arena), segments: segments,
            count: tokens)
        places = TokenPlaces(rows: row, positions: position, count: tokens)
        firstPlaces = TokenPlaces(rows: firsts, positions: zeros, count: rows)
    }

    /// Number of each row's last token that is not padding; of the first where all are.
    func lastTokens(_ plan: TransformerPlan) -> [Int32] {
        (0..<rows).map { row in
            let tokens = offsets[row]..<offsets[row + 1]
            return tokens.last { Int(embedded.ids[Int($0)]) != plan.padTokenID } ?? offsets[row]
        }
    }

    /// Row of the position table that each token reads.
    ///
    /// Families that count from the position after the padding's do not count padding tokens, which have that one.
    private static func tableRows(
        _ ids: UnsafePointer<Int32>, _ positions: UnsafeMutablePointer<UInt32>, _ tokens: Int,
        _ plan: TransformerPlan, _ arena: Arena
    ) -> UnsafePointer<UInt32> {
        guard plan.firstPosition > 0 else { return UnsafePointer(positions) }
        let rows = arena.memory(of: UInt32.self, count: tokens)
        let first = UInt32(plan.firstPosition)
        var next = first
        for token in 0..<tokens {
            if positions[token] == 0 { next = first }
            let isPadding = Int(ids[token]) == plan.padTokenID
            rows[token] = isPadding ? first - 1 : next
            if !isPadding { next += 1 }
        }
        return UnsafePointer(rows)
    }
}

extension PackedTokens {
    /// Whether this batch can run through an encoder of this plan.
    fileprivate func check(_ plan: TransformerPlan) throws(BatchError) {
        guard rows > 0, offsets[0] == 0, offsets[rows] == Int32(clamping: tokens) else {
            throw BatchError(
                "a batch needs at least one row, and offsets from 0 to its \(tokens) tokens; found \(rows) rows from "
                    + "\(offsets.first ?? 0) to \(offsets.last ?? 0)")
        }
        for row in 0..<rows {
            let length = Int(offsets[row + 1]) - Int(offsets[row])
            if length < 1 {
                throw BatchError("row \(row) of the batch has \(length) tokens; it needs at least one")
            }
            if length > plan.maxTokens {
                throw BatchError(
                    "row \(row) of the batch has \(length) tokens; the model's position table ends at "
                        + "\(plan.maxTokens)")
            }
        }
        if let token = inputIDs.firstIndex(where: { $0 < 0 || Int($0) >= plan.vocabularySize }) {
            throw BatchError(
                "token \(token) of the batch has id \(inputIDs[token]); the model's vocabulary holds "
                    + "\(plan.vocabularySize) ids from 0")
        }
        guard let segmentIDs else { return }
        if segmentIDs.count != tokens {
            throw BatchError("the batch has \(segmentIDs.count) segment ids for \(tokens) tokens")
        }
        if plan.ignoresSegments { return }
        if let token = segmentIDs.firstIndex(where: { Int($0) >= plan.segmentTypes }) {
            throw BatchError(
                "token \(token) of the batch is in segment \(segmentIDs[token]); the model knows "
                    + "\(plan.segmentTypes) segments from 0")
        }
    }
}
