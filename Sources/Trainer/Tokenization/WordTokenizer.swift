package import TextBasics
internal import TextFeatures

/// Words between white space, each an id of a list, and one id for all others: what models over whole words read.
///
/// The list is a `vocab.txt` that begins with [PAD], [UNK], [CLS] and [SEP]; `tokenizer_config.json` beside it names the class
/// ``className``. Text is taken as it is: nothing is lower-cased, cut at punctuation or normalized.
package struct WordTokenizer: Tokenizer {
    /// What `tokenizer_config.json` calls it.
    package static let className = "SplitvoteWordTokenizer"
    /// Name of its rules, as shards and models keep it.
    package static let kindName = "words"
    /// What the list begins with.
    package static let special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]

    private enum ID {
        static let unknown: Int32 = 1
        static let start: Int32 = 2
        static let end: Int32 = 3
    }

    private let words: WordTable

    /// The files of a tokenizer that knows these words.
    package static func files(words: UTF8Rows) -> [(name: String, bytes: [UInt8])] {
        var list: [UInt8] = []
        for word in special { list += Array(word.utf8) + [0x0A] }
        for word in 0..<words.count where !special.contains(where: { $0.utf8.elementsEqual(words[word]) }) {
            list += words[word] + [0x0A]
        }
        let configuration = """
            {
              "do_lower_case": false,
              "tokenizer_class": "\(className)"
            }

            """
        return [
            (TokenizerNames.vocabulary, list), (TokenizerNames.configuration, Array(configuration.utf8)),
        ]
    }

    /// - Parameter vocabulary: bytes of the list.
    /// - Throws: ``TokenizationError`` when it does not begin as it should, or has a word twice.
    init(vocabulary: [UInt8]) throws(TokenizationError) {
        var lines = vocabulary.split(separator: 0x0A, omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        guard lines.count > Self.special.count,
            zip(lines, Self.special).allSatisfy({ $0.elementsEqual($1.utf8) })
        else {
            throw .vocabulary(
                "a list of words begins with the lines \(Self.special.joined(separator: ", ")), and has words after them"
            )
        }
        var words = WordTable()
        for line in lines { _ = line.withUnsafeBytes { words.number(of: $0) } }
        guard words.count == lines.count else {
            throw .vocabulary("the list of words has \(lines.count - words.count) of them twice")
        }
        self.words = words
    }

    package var kind: String { Self.kindName }
    package var tablesVersion: String? { nil }
    package var vocabularySize: Int { words.count }
    package var lowercase: Bool { false }
    package var stripsAccents: Bool { false }
    package var modelMaxTokens: Int? { nil }
    package var unknownID: Int { Int(ID.unknown) }
    package var unknownToken: String { Self.special[1] }
    package var specialIDs: [String: Int] {
        Dictionary(uniqueKeysWithValues: Self.special.enumerated().map { ($1, $0) })
    }
    package var identity: [UInt8] {
        (0..<words.count).reduce(into: Array("\(Self.kindName)\n".utf8)) { $0 += words[$1] + [0x0A] }
    }
    package var canonicalIdentity: [UInt8] { identity }
    package var remarks: [String] { [] }
    package var warnings: [String] { [] }

    package func text(of id: Int) -> String {
        (0..<words.count).contains(id) ? String(decoding: words[id], as: UTF8.self) : ""
    }

    package func encodeBatch(
        _ rows: UTF8Rows, pairs: UTF8Rows?, maxTokens: Int?, cutting side: TruncationSide,
        addsSpecialTokens: Bool, threads: Int
    ) throws(TokenizationError) -> EncodedBatch {
        var batch = EncodedBatch()
        if pairs != nil { batch.segmentIDs = [] }
        for row in 0..<rows.count {
            let encoding = try encode(
                Array(rows[row]), pair: pairs.map { Array($0[row]) }, maxTokens: maxTokens, cutting: side,
                addsSpecialTokens: addsSpecialTokens)
            batch.ids += encoding.ids
            batch.offsets.append(Int64(batch.ids.count))
            batch.segmentIDs? += encoding.segmentIDs
            batch.unknownCount += encoding.ids.count { $0 == ID.unknown }
            if encoding.droppedIDs > 0 { batch.truncatedCount += 1 }
            batch.droppedIDs += encoding.droppedIDs
        }
        return batch
    }

    package func encode(
        _ text: [UInt8], pair: [UInt8]?, maxTokens: Int?, cutting side: TruncationSide,
        addsSpecialTokens: Bool
    ) throws(TokenizationError) -> Encoding {
        try WordPieceTokenizer.check(maxTokens: maxTokens, isPair: pair != nil, addsSpecialTokens)
        let texts = [text] + (pair.map { [$0] } ?? [])
        let found = texts.map(pieces)
        let special = addsSpecialTokens ? texts.count + 1 : 0
        let kept = Truncation.lengths(
            found[0].count, found.count > 1 ? found[1].count : 0, limit: maxTokens.map { $0 - special },
            mode: .hfFast)
        var encoding = Encoding()
        func add(_ id: Int32, _ place: Range<Int>, _ segment: Int) {
            encoding.ids.append(id)
            encoding.offsets.append(place)
            encoding.segmentIDs.append(UInt8(segment))
        }
        if addsSpecialTokens { add(ID.start, 0..<0, 0) }
        for (segment, pieces) in found.enumerated() {
            let count = segment == 0 ? kept.first : kept.second
            for piece in side == .right ? pieces.prefix(count) : pieces.suffix(count) {
                add(piece.id, piece.place, segment)
            }
            if addsSpecialTokens { add(ID.end, 0..<0, segment) }
            encoding.droppedIDs += pieces.count - count
        }
        return encoding
    }

    /// The words of a text.
    private func pieces(_ text: [UInt8]) -> [(id: Int32, place: Range<Int>)] {
        var pieces: [(id: Int32, place: Range<Int>)] = []
        text.withUnsafeBytes { bytes in
            WordTable.forEachWord(of: bytes) { word in
                guard let start = bytes.baseAddress, let first = word.baseAddress else { return }
                let place = first - start
                let id = words.find(word).map { Int32($0) }
                pieces.append((id ?? ID.unknown, place..<place + word.count))
            }
        }
        return pieces
    }

    package var frame: SequenceFrame { .bert(Int(ID.start), Int(ID.end)) }
    package var maskID: Int? { nil }
    package func continuesWord(_ id: Int) -> Bool { false }

    package func parityEvidence() throws(TokenizationError) -> ParityEvidence {
        ParityEvidence(texts: HardTexts.identity, ids: [:])
    }
}

extension WordPieceMode {
    /// The rules by which a folder is read whose tokenizer has rules of this name; nil for a name that is not known.
    package init?(ofKind kind: String) {
        let others = [WordTokenizer.kindName, ByteLevelFiles.kind] + SentencePieceFiles.kinds + StepNames.all
        self.init(rawValue: others.contains(kind) ? WordPieceMode.hfFast.rawValue : kind)
    }
}
