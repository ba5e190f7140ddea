extension SentencePieceCutter {
    /// Whether a piece is a number with a comma behind it, which the families of ``TextPreparation`` cut once more.
    static func endsInNumberAndComma(_ piece: ArraySlice<UInt32>) -> Bool {
        piece.count > 1 && piece.last == 0x2C && isDigit(piece[piece.endIndex - 2])
    }

    /// Whether bytes hold a digit of ASCII with a comma behind it.
    static func hasNumberAndComma(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        for at in 0..<max(0, count - 1) where bytes[at + 1] == 0x2C && 0x30...0x39 ~= bytes[at] {
            return true
        }
        return false
    }

    static func isDigit(_ scalar: UInt32) -> Bool {
        let type = Unicode.Scalar(scalar)?.properties.numericType
        return type == .decimal || type == .digit
    }

    /// The pieces of a piece that ends in a comma, the comma on its own.
    func recut(_ scalars: [UInt32], _ range: Range<Int>) -> [(id: Int32, start: Int, end: Int)] {
        let space = SentencePieceNormalizer.space
        let places = (range.lowerBound..<range.upperBound - 1).filter { scalars[$0] != space }
        let startsWord = scalars[range.lowerBound] == space
        var normalized = SentencePieceNormalizer.Text()
        Self.bytes(ArraySlice(places.map { scalars[$0] })).withUnsafeBufferPointer {
            normalizer.normalize($0, prefix: normalizer.addsPrefix, into: &normalized)
        }
        let cut = BestCut()
        var merger = ScoredMerger()
        var found: [(id: Int32, start: Int, end: Int)] = []
        forEachPiece(of: normalized.scalars, base: 0, cut, &merger) { id, start, end in
            var (id, start) = (id, start)
            if found.isEmpty, !startsWord, normalized.scalars[start] == space {
                start += 1
                if start == end { return }
                id = self.id(of: normalized.scalars[start..<end])
            }
            // The number has no spaces, so that its characters are those of the piece, behind the space in front.
            let shift = range.lowerBound - (startsWord ? 0 : 1)
            found.append((id, max(range.lowerBound, start + shift), min(range.upperBound - 1, end + shift)))
        }
        let comma = range.upperBound - 1..<range.upperBound
        found.append((id(of: scalars[comma]), comma.lowerBound, comma.upperBound))
        return found
    }

    /// Id of the piece that these characters are, or that of what cannot be spelled.
    private func id(of scalars: ArraySlice<UInt32>) -> Int32 {
        let letters = scalars.map { index.trie.letters[$0] }
        let id = index.trie.withPointers { trie in
            letters.withUnsafeBufferPointer { letters in
                letters.baseAddress.map { trie.whole($0, letters.count) } ?? -1
            }
        }
        return id < 0 ? index.unknownID : id
    }
}
