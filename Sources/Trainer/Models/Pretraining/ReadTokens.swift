/// The tokens whose last states are read: those to be named, and for pairs the first one of each row.
struct ReadTokens {
    /// Their numbers in the batch, in rising order.
    private(set) var tokens: [Int32] = []
    /// Rows of the masked tokens, and of the first ones, among them.
    private(set) var masked: [Int32] = []
    private(set) var firsts: [Int32] = []

    init(_ batch: PretrainingBatch, withFirsts: Bool) {
        guard withFirsts else {
            tokens = batch.masked
            masked = batch.masked.indices.map { Int32($0) }
            return
        }
        var starts = batch.tokens.offsets.dropLast()[...]
        for token in batch.masked {
            while let start = starts.first, start < token { addFirst(starts.removeFirst()) }
            if starts.first == token { addFirst(starts.removeFirst()) } else { tokens.append(token) }
            masked.append(Int32(tokens.count - 1))
        }
        for start in starts { addFirst(start) }
    }

    private mutating func addFirst(_ token: Int32) {
        firsts.append(Int32(tokens.count))
        tokens.append(token)
    }
}
