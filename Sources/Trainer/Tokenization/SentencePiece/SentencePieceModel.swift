internal import ProtobufFormat
internal import TextBasics

/// What a SentencePiece `.model` file says: a protobuf message `ModelProto`.
///
/// Source: sentencepiece_model.proto of google/sentencepiece, whose defaults hold for what a file leaves out.
struct SentencePieceModel: Sendable {
    enum Kind: Int, Sendable {
        case unigram = 1
        case bpe = 2
    }

    enum Role: Int, Sendable {
        case normal = 1
        case unknown = 2
        case control = 3
        case userDefined = 4
        case unused = 5
        case byte = 6

        /// Whether it is looked for in texts.
        var isInText: Bool { self == .normal || self == .userDefined || self == .unused }
    }

    struct Piece: Sendable {
        var text: [UInt8] = []
        var score: Float = 0
        var role = Role.normal
    }

    struct Normalizer: Sendable {
        var name = ""
        var charsmap: [UInt8] = []
        var addsDummyPrefix = true
        var removesExtraSpaces = true
        var escapesSpaces = true
    }

    private(set) var pieces: [Piece] = []
    private(set) var kind = Kind.unigram
    private(set) var fallsBackToBytes = false
    private(set) var putsSpaceBehind = false
    private(set) var normalizer = Normalizer()
    /// Id of the piece for what cannot be spelled.
    private(set) var unknownID = -1

    /// Longest piece that sentencepiece takes, in bytes.
    private static let longest = 8_000
    private static let mostPieces = 10_000_000

    /// - Parameter name: the file's, for errors.
    /// - Throws: ``TokenizationError/vocabulary(_:)`` for a file that is not such a model.
    init(bytes: [UInt8], name: String) throws(TokenizationError) {
        do {
            try read(bytes)
        } catch {
            throw .vocabulary(
                "\(name) is not a SentencePiece model: \(error.problem) at byte \(error.byte); get the file again"
            )
        }
        do {
            try check()
        } catch {
            throw .vocabulary("\(name): \(error.problem)")
        }
    }

    /// A model that was read from another kind of file.
    init(
        pieces: [Piece], kind: Kind, fallsBackToBytes: Bool, normalizer: Normalizer, unknownID: Int
    ) {
        self.pieces = pieces
        self.kind = kind
        self.fallsBackToBytes = fallsBackToBytes
        self.normalizer = normalizer
        self.unknownID = unknownID
    }

    private mutating func read(_ bytes: [UInt8]) throws(ProtobufReader.Failure) {
        var reader = ProtobufReader(bytes[...])
        while let (field, value) = try reader.next() {
            switch (field, value) {
            case (1, .bytes(let message)): pieces.append(try Self.piece(message))
            case (2, .bytes(let message)): try readTrainer(message)
            case (3, .bytes(let message)): try readNormalizer(message)
            case (1...3, _):
                throw ProtobufReader.Failure(problem: "field \(field) is no message", byte: reader.at)
            default: break
            }
        }
    }

    private static func piece(_ message: ArraySlice<UInt8>) throws(ProtobufReader.Failure) -> Piece {
        var piece = Piece()
        var reader = ProtobufReader(message)
        while let (field, value) = try reader.next() {
            switch (field, value) {
            case (1, .bytes(let text)): piece.text = Array(text)
            case (2, .fixed32(let bits)): piece.score = Float(bitPattern: bits)
            case (3, .number(let number)):
                guard let role = Int(exactly: number).flatMap(Role.init) else {
                    throw ProtobufReader.Failure(
                        problem: "a piece is of the unknown type \(number)", byte: reader.at)
                }
                piece.role = role
            case (1...3, _):
                throw ProtobufReader.Failure(
                    problem: "field \(field) of a piece is of another kind", byte: reader.at)
            default: break
            }
        }
        return piece
    }

    private mutating func readTrainer(_ message: ArraySlice<UInt8>) throws(ProtobufReader.Failure) {
        var reader = ProtobufReader(message)
        while let (field, value) = try reader.next() {
            guard case .number(let number) = value else { continue }
            switch field {
            case 3:
                guard let known = Int(exactly: number).flatMap(Kind.init) else {
                    throw ProtobufReader.Failure(
                        problem: "the model type is \(number) (read are 1, unigram, and 2, BPE)",
                        byte: reader.at)
                }
                kind = known
            case 24: putsSpaceBehind = number != 0
            case 35: fallsBackToBytes = number != 0
            default: break
            }
        }
    }

    private mutating func readNormalizer(_ message: ArraySlice<UInt8>) throws(ProtobufReader.Failure) {
        var reader = ProtobufReader(message)
        while let (field, value) = try reader.next() {
            switch (field, value) {
            case (1, .bytes(let text)): normalizer.name = String(decoding: text, as: UTF8.self)
            case (2, .bytes(let map)): normalizer.charsmap = Array(map)
            case (3, .number(let flag)): normalizer.addsDummyPrefix = flag != 0
            case (4, .number(let flag)): normalizer.removesExtraSpaces = flag != 0
            case (5, .number(let flag)): normalizer.escapesSpaces = flag != 0
            default: break
            }
        }
    }

    /// What sentencepiece itself refuses, and what would make ids depend on luck.
    private mutating func check() throws(ProtobufReader.Failure) {
        func fail(_ problem: String) -> ProtobufReader.Failure {
            ProtobufReader.Failure(problem: problem, byte: 0)
        }
        guard !pieces.isEmpty, pieces.count <= Self.mostPieces else {
            throw fail("the model has \(pieces.count) pieces; 1 to \(Self.mostPieces) are possible")
        }
        var inText = ByteTable(capacity: pieces.count)
        var reserved = ByteTable(capacity: 16)
        var bytes: Set<UInt8> = []
        for (id, piece) in pieces.enumerated() {
            guard !piece.text.isEmpty, piece.text.count < Self.longest, !piece.text.contains(0),
                UTF8Decoding.scalars(of: piece.text) != nil
            else { throw fail("piece \(id) is empty, too long or not UTF-8") }
            guard piece.score.isFinite else { throw fail("piece \(id) has the score \(piece.score)") }
            let isNew =
                piece.role.isInText ? inText.insert(piece.text).isNew : reserved.insert(piece.text).isNew
            guard isNew else {
                throw fail(
                    "the piece '\(String(decoding: piece.text, as: UTF8.self))' (id \(id)) is there twice")
            }
            if piece.role == .unknown {
                guard unknownID < 0 else {
                    throw fail("pieces \(unknownID) and \(id) are both of the type unknown")
                }
                unknownID = id
            }
            if piece.role == .byte {
                guard fallsBackToBytes, let byte = Self.byte(of: piece.text) else {
                    throw fail("piece \(id) is of the type byte, which this model cannot have")
                }
                bytes.insert(byte)
            }
        }
        guard unknownID >= 0 else { throw fail("the model has no piece of the type unknown") }
        guard !fallsBackToBytes || bytes.count == 256 else {
            throw fail("the model falls back to bytes and has pieces for \(bytes.count) of 256")
        }
    }

    /// The byte that a piece such as `<0x0A>` stands for.
    static func byte(of piece: [UInt8]) -> UInt8? {
        let text = String(decoding: piece, as: UTF8.self)
        guard text.utf8.count == 6, text.hasPrefix("<0x"), text.hasSuffix(">") else { return nil }
        let digits = text.dropFirst(3).dropLast()
        guard let byte = UInt8(digits, radix: 16), digits == digits.uppercased() else { return nil }
        return byte
    }

    /// All that decides ids, so that equal models have equal bytes.
    var identity: [UInt8] {
        let flags = [normalizer.addsDummyPrefix, normalizer.removesExtraSpaces, normalizer.escapesSpaces]
        var bytes = Array(
            """
            kind \(kind) bytes \(fallsBackToBytes) behind \(putsSpaceBehind) unknown \(unknownID)
            normalizer \(flags.map { $0 ? "1" : "0" }.joined()) \(normalizer.charsmap.count)

            """.utf8)
        bytes += normalizer.charsmap
        bytes += Array("pieces \(pieces.count)\n".utf8)
        for piece in pieces {
            bytes += Array("\(piece.score.bitPattern) \(piece.role.rawValue) \(piece.text.count) ".utf8)
            bytes += piece.text + [0x0A]
        }
        return bytes
    }
}
