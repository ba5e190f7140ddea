extension SentencePieceCutter {
    func pieces(of text: [UInt8]) -> [PlacedPiece] {
        var normalized = SentencePieceNormalizer.Text()
        text.withUnsafeBufferPointer { normalize($0, prefix: normalizer.addsPrefix, into: &normalized) }
        let cut = BestCut()
        var merger = ScoredMerger()
        let (scalars, origins) = (normalized.scalars, normalized.origins)
        var pieces: [PlacedPiece] = []
        forEachPiece(of: scalars, base: 0, cut, &merger) { id, start, end in
            let place = origins[start]..<origins[end]
            if preparation != nil, Self.endsInNumberAndComma(scalars[start..<end]) {
                pieces += recut(scalars, start..<end).map {
                    PlacedPiece(id: $0.id, place: origins[$0.start]..<origins[$0.end])
                }
                return
            }
            guard id == index.unknownID, !byteIDs.isEmpty else {
                return pieces.append(PlacedPiece(id: id, place: place))
            }
            let bytes = Self.bytes(scalars[start..<end])
            for (offset, byte) in bytes.enumerated() {
                // As sentencepiece has it, the last byte stands for the character.
                let isLast = offset == bytes.count - 1
                pieces.append(
                    PlacedPiece(
                        id: byteIDs[Int(byte)], place: isLast ? place : place.lowerBound..<place.lowerBound))
            }
        }
        return pieces
    }
}
