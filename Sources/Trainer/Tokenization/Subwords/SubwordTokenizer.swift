internal import TextBasics

/// Turns text into the ids of subwords: added tokens are taken out of the text, the rest is cut by one kind of model.
struct SubwordTokenizer<Cutter: TextCutter>: Tokenizer {
    let cutter: Cutter
    let frame: SequenceFrame
    let added: AddedTokenSplitter
    /// Id in the family's numbering of each of the cutter's ids; nil: the same.
    let numbering: [Int32]?
    /// nil: there is no such id; every text can be spelled.
    let unknown: Int32?

    let kind: String
    let vocabularySize: Int
    let specialIDs: [String: Int]
    let maskID: Int?
    let unknownToken: String
    let modelMaxTokens: Int?
    let lowercase: Bool
    let stripsAccents: Bool
    let remarks: [String]
    let warnings: [String]
    /// What the model itself is, for ``identity``.
    private let modelIdentity: [UInt8]
    private let texts: [Int32: String]

    /// - Throws: ``TokenizationError/configuration(_:)`` for ids out of range.
    init(cutter: Cutter, _ description: SubwordDescription) throws(TokenizationError) {
        self.cutter = cutter
        frame = description.frame
        added = AddedTokenSplitter(description.added)
        numbering = description.numbering
        unknown = description.unknown?.id
        unknownToken = description.unknown?.token ?? ""
        kind = description.kind
        var texts: [Int32: String] = [:]
        for (id, text) in description.pieces.enumerated() {
            let id = description.numbering?[id] ?? Int32(id)
            if texts[id] == nil { texts[id] = text }
        }
        var special = description.specialIDs
        for entry in description.added {
            texts[entry.id] = entry.token.content
            if entry.token.isSpecial { special[entry.token.content] = Int(entry.id) }
        }
        specialIDs = special
        maskID = description.mask.flatMap { special[$0] } ?? special["<mask>"] ?? special["[MASK]"]
        self.texts = texts
        let highest = max(
            Int(texts.keys.max() ?? 0), special.values.max() ?? 0, description.vocabularySize - 1)
        vocabularySize = highest + 1
        modelMaxTokens = description.modelMaxTokens
        lowercase = description.lowercase
        stripsAccents = description.stripsAccents
        remarks = description.remarks
        warnings = description.remarks
        modelIdentity = description.modelIdentity
        let frameIDs = frame.before + frame.between + frame.after
        guard (frameIDs + [unknown ?? 0]).allSatisfy({ 0...Int32(highest) ~= $0 }) else {
            throw .configuration(
                "a special token has an id beyond the vocabulary of \(vocabularySize) pieces")
        }
    }

    var tablesVersion: String? { nil }
    var unknownID: Int { unknown.map { Int($0) } ?? -1 }

    func continuesWord(_ id: Int) -> Bool { !text(of: id).hasPrefix(cutter.wordStart) }

    func text(of id: Int) -> String { Int32(exactly: id).flatMap { texts[$0] } ?? "" }

    func spelling(of id: Int) -> [UInt8] {
        let text = text(of: id)
        return added.entries.contains { Int($0.id) == id } ? Array(text.utf8) : cutter.spelling(of: text)
    }

    /// A header line, the frame, the added tokens, and what the model says of itself.
    var identity: [UInt8] { identity(listing: added.entries) }
    var canonicalIdentity: [UInt8] {
        identity(listing: added.entries.sorted { ($0.id, $0.token.content) < ($1.id, $1.token.content) })
    }

    private func identity(listing entries: [AddedTokenSplitter.Entry]) -> [UInt8] {
        var lines = ["splitvote subwords 1", "kind \(kind)"] + frame.identity
        for entry in entries {
            let token = entry.token
            let flags = [token.isSingleWord, token.stripsLeft, token.stripsRight, token.isNormalized]
            lines.append(
                "added \(entry.id) \(flags.map { $0 ? "1" : "0" }.joined()) \(entry.bytes.count) \(token.content)"
            )
        }
        if let numbering {
            lines.append("numbering \(numbering.map(String.init).joined(separator: " "))")
        }
        return Array((lines.joined(separator: "\n") + "\n").utf8) + modelIdentity
    }

    func parityEvidence() throws(TokenizationError) -> ParityEvidence {
        ParityEvidence(texts: HardTexts.identity, ids: [:])
    }

    // MARK: Texts

    func encodeBatch(
        _ rows: UTF8Rows, pairs: UTF8Rows?, maxTokens: Int?, cutting side: TruncationSide,
        addsSpecialTokens: Bool, threads: Int
    ) throws(TokenizationError) -> EncodedBatch {
        try frame.check(maxTokens: maxTokens, isPair: pairs != nil, addsSpecialTokens)
        let job = SequenceJob(
            tokenizer: self, rows: rows, pairs: pairs, maxTokens: maxTokens, side: side,
            addsSpecialTokens: addsSpecialTokens)
        return try BatchParts.batch(rows, pairs) { job.run(threads: max(1, threads)) }
    }

    func encode(
        _ text: [UInt8], pair: [UInt8]?, maxTokens: Int?, cutting side: TruncationSide,
        addsSpecialTokens: Bool
    ) throws(TokenizationError) -> Encoding {
        try frame.check(maxTokens: maxTokens, isPair: pair != nil, addsSpecialTokens)
        let first = try pieces(of: text, row: 0)
        let second = try pair.map { bytes throws(TokenizationError) in try pieces(of: bytes, row: 1) }
        let room = maxTokens.map { $0 - (addsSpecialTokens ? frame.count(isPair: pair != nil) : 0) }
        let kept = Truncation.lengths(first.count, second?.count ?? 0, limit: room, mode: .hfFast)
        var encoding = Encoding()
        func add(special ids: [Int32], _ segment: UInt8) {
            guard addsSpecialTokens else { return }
            for id in ids { add(PlacedPiece(id: id, place: 0..<0), segment) }
        }
        func add(_ piece: PlacedPiece, _ segment: UInt8) {
            encoding.ids.append(piece.id)
            encoding.offsets.append(piece.place)
            encoding.segmentIDs.append(segment)
        }
        add(special: frame.before, 0)
        for piece in side == .right ? first.prefix(kept.first) : first.suffix(kept.first) { add(piece, 0) }
        if let second {
            add(special: frame.between, 0)
            for piece in side == .right ? second.prefix(kept.second) : second.suffix(kept.second) {
                add(piece, frame.secondSegment)
            }
        }
        add(special: frame.after, second == nil ? 0 : frame.secondSegment)
        encoding.droppedIDs = first.count + (second?.count ?? 0) - kept.first - kept.second
        return encoding
    }

    /// Adds the ids of a text, after which more bytes can be read; see ``TextCutter``.
    func cut(
        _ text: UnsafeBufferPointer<UInt8>, into sink: inout IDSink, _ memory: inout Cutter.Memory
    ) {
        let start = sink.count
        guard added.mayOccur(in: text) else {
            cutter.cut(text, into: &sink, &memory)
            return number(&sink, from: start)
        }
        for stretch in added.stretches(of: text) {
            if let id = stretch.id {
                sink.reserve(1)
                sink.append(id)
            } else {
                let start = sink.count
                cutter.cut(
                    UnsafeBufferPointer(rebasing: text[stretch.bytes]),
                    startsText: stretch.bytes.lowerBound == 0, into: &sink, &memory)
                number(&sink, from: start)
            }
        }
    }

    private func number(_ sink: inout IDSink, from start: Int) {
        guard let numbering else { return }
        numbering.withUnsafeBufferPointer { numbering in
            for at in start..<sink.count { sink.ids[at] = numbering[Int(sink.ids[at])] }
        }
    }

    private func pieces(of text: [UInt8], row: Int) throws(TokenizationError) -> [PlacedPiece] {
        if let byte = text.withUnsafeBytes(firstMalformedByte) { throw .invalidUTF8(row: row, byte: byte) }
        let stretches = text.withUnsafeBufferPointer { added.stretches(of: $0) }
        let trimming = cutter.trimming
        var found: [PlacedPiece] = []
        for stretch in stretches {
            if let id = stretch.id {
                let place = trimming.map {
                    $0.trimmed(
                        stretch.bytes, PlaceTrimming.spaces(of: text[stretch.bytes]), of: text,
                        isFirst: found.isEmpty)
                }
                found.append(PlacedPiece(id: id, place: place ?? stretch.bytes))
                continue
            }
            let start = stretch.bytes.lowerBound
            for piece in cutter.pieces(of: Array(text[stretch.bytes]), startsText: start == 0) {
                var place = piece.place.lowerBound + start..<piece.place.upperBound + start
                if let trimming {
                    place = trimming.trimmed(
                        place, trimming.spaces(piece.id), of: text, isFirst: found.isEmpty)
                }
                found.append(PlacedPiece(id: numbering?[Int(piece.id)] ?? piece.id, place: place))
            }
        }
        return found
    }
}

/// What a tokenizer of subwords is made of, beside what cuts the texts.
struct SubwordDescription {
    let kind: String
    /// Texts of the cutter's pieces, by its ids.
    var pieces: [String]
    var frame = SequenceFrame()
    var added: [AddedTokenSplitter.Entry] = []
    var numbering: [Int32]?
    var unknown: (id: Int32, token: String)?
    var specialIDs: [String: Int] = [:]
    /// Token in place of a hidden word, where the files name it.
    var mask: String?
    /// Rows that an embedding needs, where that is more than the ids that are known.
    var vocabularySize = 0
    var modelMaxTokens: Int?
    var lowercase = false
    var stripsAccents = false
    var remarks: [String] = []
    var modelIdentity: [UInt8]
}
