extension WordPieceTokenizer {
    /// Pieces of one text, or of two as a pair, with their places.
    ///
    /// - Parameters:
    ///   - text: UTF-8 bytes.
    ///   - pair: second text of the sequence, if any.
    ///   - maxTokens: most ids, special ones included; at least 3, for pairs 5. nil: no limit.
    ///   - side: which end of a text is cut.
    ///   - addsSpecialTokens: whether [CLS] and [SEP] are put around the texts.
    /// - Throws: ``TokenizationError/invalidUTF8(row:byte:)`` (row 0 or 1), ``TokenizationError/request(_:)``.
    package func encode(
        _ text: some Sequence<UInt8>, pair: [UInt8]? = nil, maxTokens: Int? = nil,
        cutting side: TruncationSide = .right, addsSpecialTokens: Bool = true
    ) throws(TokenizationError) -> Encoding {
        try Self.check(maxTokens: maxTokens, isPair: pair != nil, addsSpecialTokens)
        let first = try pieces(of: Array(text), row: 0)
        let second = try pair.map { bytes throws(TokenizationError) in try pieces(of: bytes, row: 1) }
        let special = addsSpecialTokens ? (second == nil ? 2 : 3) : 0
        let lengths = Truncation.lengths(
            first.ids.count, second?.ids.count ?? 0, limit: maxTokens.map { $0 - special }, mode: options.mode
        )

        var encoding = Encoding()
        func add(_ pieces: (ids: [Int32], offsets: [Range<Int>]), _ length: Int, segment: UInt8) {
            encoding.ids += side == .right ? pieces.ids.prefix(length) : pieces.ids.suffix(length)
            encoding.offsets += side == .right ? pieces.offsets.prefix(length) : pieces.offsets.suffix(length)
            if addsSpecialTokens { addSpecial(separatorID) }
            let missing = encoding.ids.count - encoding.segmentIDs.count
            encoding.segmentIDs += Array(repeating: segment, count: missing)
            encoding.droppedIDs += pieces.ids.count - length
        }
        func addSpecial(_ id: Int) {
            encoding.ids.append(Int32(id))
            encoding.offsets.append(0..<0)
        }
        if addsSpecialTokens { addSpecial(classificationID) }
        add(first, lengths.first, segment: 0)
        if let second { add(second, lengths.second, segment: 1) }
        return encoding
    }

    /// Pieces of one text, with their places.
    package func encode(_ text: String, maxTokens: Int? = nil) throws(TokenizationError) -> Encoding {
        try encode(text.utf8, maxTokens: maxTokens)
    }

    /// The same ids by the references' steps taken one after the other; slow, for tests.
    package func encodeLiterally(_ text: [UInt8]) throws(TokenizationError) -> [Int32] {
        try pieces(of: text, row: 0, literally: true).ids
    }

    private func pieces(
        of text: [UInt8], row: Int, literally: Bool = false
    ) throws(TokenizationError) -> (ids: [Int32], offsets: [Range<Int>]) {
        var invalid: Int?
        let sink = trie.withPointers { trie -> OffsetSink in
            var sink = OffsetSink(
                trie: trie, unknown: Int32(unknownID), limit: options.maxCharactersPerWord)
            text.withUnsafeBufferPointer { bytes in
                reader.withScanner { scanner in
                    invalid =
                        literally
                        ? reader.readLiterally(bytes, into: &sink)
                        : reader.read(bytes, with: scanner, into: &sink)
                }
            }
            return sink
        }
        if let invalid { throw .invalidUTF8(row: row, byte: invalid) }
        return (sink.ids, sink.offsets)
    }

    static func check(
        maxTokens: Int?, isPair: Bool, _ addsSpecialTokens: Bool
    ) throws(TokenizationError) {
        let least = addsSpecialTokens ? (isPair ? 5 : 3) : 1
        guard let maxTokens, maxTokens < least else { return }
        throw .request(
            "max_tokens is \(maxTokens), and the special tokens of a \(isPair ? "pair" : "text") count toward it; "
                + "give at least \(least)")
    }
}
