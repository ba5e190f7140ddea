/// Writes SentencePiece `.model` files; see ``SentencePieceModel`` for what they hold.
enum SentencePieceWriter {
    /// - Parameters:
    ///   - pieces: the most probable first.
    ///   - special: the pieces in front of them, with roles of their own.
    static func unigram(
        _ pieces: [UnigramSeeds.Piece], special: [String], unknown: String, coverage: Double
    ) -> [UInt8] {
        var file = ProtobufWriter()
        for token in special {
            let role: SentencePieceModel.Role = token == unknown ? .unknown : .control
            file.add(1, piece(Array(token.utf8), 0, role))
        }
        for piece in pieces {
            var text = String.UnicodeScalarView()
            text.append(contentsOf: piece.scalars.lazy.compactMap(Unicode.Scalar.init))
            file.add(1, Self.piece(Array(String(text).utf8), piece.score, .normal))
        }
        file.add(2, trainer(special, unknown: unknown, count: pieces.count + special.count, coverage))
        var normalizer = ProtobufWriter()
        normalizer.add(1, Array("identity".utf8))
        for flag in 3...5 { normalizer.add(flag, number: 1) }
        file.add(3, normalizer.bytes)
        return file.bytes
    }

    private static func piece(_ text: [UInt8], _ score: Float, _ role: SentencePieceModel.Role) -> [UInt8] {
        var message = ProtobufWriter()
        message.add(1, text)
        message.add(2, fixed: score.bitPattern)
        if role != .normal { message.add(3, number: UInt64(role.rawValue)) }
        return message.bytes
    }

    /// Fields 40 to 43 are the ids of unknown, begin, end and padding, 45 and 48 the texts of unknown and padding.
    private static func trainer(
        _ special: [String], unknown: String, count: Int, _ coverage: Double
    ) -> [UInt8] {
        var message = ProtobufWriter()
        func id(_ token: String) -> UInt64 {
            // Where there is none, -1.
            special.firstIndex(of: token).map { UInt64($0) } ?? .max
        }
        let named = [unknown, "<s>", "</s>", "<pad>"]
        message.add(3, number: UInt64(SentencePieceModel.Kind.unigram.rawValue))
        message.add(4, number: UInt64(count))
        message.add(10, fixed: Float(coverage).bitPattern)
        for token in special where !named.contains(token) { message.add(30, Array(token.utf8)) }
        for (field, token) in zip(40...43, named) { message.add(field, number: id(token)) }
        message.add(45, Array(unknown.utf8))
        return message.bytes
    }
}

/// Writes the fields of a protobuf message.
///
/// Source: protobuf.dev, "Encoding".
private struct ProtobufWriter {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ field: Int, number: UInt64) {
        varint(UInt64(field << 3))
        varint(number)
    }

    mutating func add(_ field: Int, fixed bits: UInt32) {
        varint(UInt64(field << 3 | 5))
        for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: bits >> shift)) }
    }

    mutating func add(_ field: Int, _ content: [UInt8]) {
        varint(UInt64(field << 3 | 2))
        varint(UInt64(content.count))
        bytes += content
    }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
