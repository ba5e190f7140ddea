internal import ProtobufFormat

/// Writes SentencePiece `.model` files; see ``SentencePieceModel`` for what they hold.
enum SentencePieceWriter {
    /// - Parameters:
    ///   - pieces: the most probable first.
    ///   - special: the pieces in front of them, with roles of their own.
    static func unigram(
        _ pieces: [UnigramSeeds.Piece], special: [String], unknown: String, coverage: Double
    ) -> [UInt8] {
        var file = ProtobufMessage()
        for token in special {
            let role: SentencePieceModel.Role = token == unknown ? .unknown : .control
            file.data(1, piece(Array(token.utf8), 0, role))
        }
        for piece in pieces {
            var text = String.UnicodeScalarView()
            text.append(contentsOf: piece.scalars.lazy.compactMap(Unicode.Scalar.init))
            file.data(1, Self.piece(Array(String(text).utf8), piece.score, .normal))
        }
        file.data(2, trainer(special, unknown: unknown, count: pieces.count + special.count, coverage))
        var normalizer = ProtobufMessage()
        normalizer.text(1, "identity")
        for flag: UInt64 in 3...5 { normalizer.integer(flag, 1) }
        file.data(3, normalizer.bytes)
        return file.bytes
    }

    private static func piece(_ text: [UInt8], _ score: Float, _ role: SentencePieceModel.Role) -> [UInt8] {
        var message = ProtobufMessage()
        message.data(1, text)
        message.float(2, score)
        if role != .normal { message.integer(3, Int64(role.rawValue)) }
        return message.bytes
    }

    /// Fields 40 to 43 are the ids of unknown, begin, end and padding, 45 and 48 the texts of unknown and padding.
    private static func trainer(
        _ special: [String], unknown: String, count: Int, _ coverage: Double
    ) -> [UInt8] {
        var message = ProtobufMessage()
        func id(_ token: String) -> Int64 {
            // Where there is none, -1.
            special.firstIndex(of: token).map(Int64.init) ?? -1
        }
        let named = [unknown, "<s>", "</s>", "<pad>"]
        message.integer(3, Int64(SentencePieceModel.Kind.unigram.rawValue))
        message.integer(4, Int64(count))
        message.float(10, Float(coverage))
        for token in special where !named.contains(token) { message.text(30, token) }
        for (field, token) in zip(UInt64(40)...43, named) { message.integer(field, id(token)) }
        message.text(45, unknown)
        return message.bytes
    }
}
