internal import TextBasics

/// Text as a SentencePiece model sees it: mapped characters, spaces as U+2581 and one in front.
struct SentencePieceNormalizer: Sendable {
    /// U+2581, which stands for a space.
    static let space: UInt32 = 0x2581

    /// Normalized text.
    struct Text {
        var scalars: [UInt32] = []
        /// Byte of the text that each scalar value came from, and at last where the text was read to.
        var origins: [Int] = []
        /// Whether U+2581 was in the text itself, or came from the map.
        var hasLiteralSpace = false

        mutating func removeAll() {
            scalars.removeAll(keepingCapacity: true)
            origins.removeAll(keepingCapacity: true)
            hasLiteralSpace = false
        }

        fileprivate mutating func append(_ scalar: UInt32, _ origin: Int) {
            scalars.append(scalar)
            origins.append(origin)
        }
    }

    private let map: CharacterMap?
    private let rules: SentencePieceModel.Normalizer
    private let putsSpaceBehind: Bool
    /// Texts that are taken as they are, the longest first.
    private let kept: [[UInt8]]
    private let keptStarts: [Bool]
    /// Which of the first 65,536 scalar values stay what they are, whatever follows.
    private let isPlain: [Bool]

    init(_ model: SentencePieceModel, name: String) throws(TokenizationError) {
        rules = model.normalizer
        putsSpaceBehind = model.putsSpaceBehind
        map = rules.charsmap.isEmpty ? nil : try CharacterMap(rules.charsmap, name: name)
        let kept = model.pieces.filter { $0.role == .userDefined }.map(\.text).sorted { $0.count > $1.count }
        self.kept = kept
        let map = map
        let starts = Set(kept.compactMap { UTF8Decoding.scalars(of: $0)?.first })
        isPlain = (0..<0x10000).map { (scalar: UInt32) in
            scalar != Self.space && scalar != 0x20 && !starts.contains(scalar)
                && map?.leavesAlone(scalar) != false
        }
        keptStarts = (0...255).map { byte in kept.contains { $0[0] == UInt8(byte) } }
    }

    /// Whether a scalar value below 65,536 stays what it is, whatever follows, and is no space.
    func leavesAlone(_ scalar: UInt32) -> Bool { isPlain[Int(scalar)] }

    /// Whether a space is put in front of a text.
    var addsPrefix: Bool { rules.addsDummyPrefix }

    /// Whether what is between two spaces is read alike in every text; without ``addsPrefix``, unless a text starts with it.
    var readsChunksAlone: Bool {
        rules.removesExtraSpaces && rules.escapesSpaces && !putsSpaceBehind
            && keepsSpace && map?.readsAcrossSpaces != true
            && !kept.contains { $0.contains(UInt8(ascii: " ")) }
    }

    /// Whether a space stays one.
    private var keepsSpace: Bool {
        let space: [UInt8] = [0x20]
        return space.withUnsafeBufferPointer { space in
            space.baseAddress.map { next($0, 1).isSpace } ?? false
        }
    }

    /// - Parameters:
    ///   - text: well-formed UTF-8.
    ///   - prefix: whether a space is put in front, if not behind; ``addsPrefix`` where a text starts.
    ///   - result: emptied first.
    func normalize(_ text: UnsafeBufferPointer<UInt8>, prefix: Bool, into result: inout Text) {
        result.removeAll()
        guard let base = text.baseAddress, !text.isEmpty else { return }
        var at = 0
        if rules.removesExtraSpaces {
            while at < text.count {
                let (_, length, isSpace) = next(base + at, text.count - at)
                guard isSpace else { break }
                at += length
            }
            if at == text.count { return }
        }
        let space = rules.escapesSpaces ? Self.space : 0x20
        if !putsSpaceBehind, prefix { result.append(space, at) }
        var followsSpace = rules.removesExtraSpaces
        while at < text.count {
            let plain = copyPlain(base, at, text.count, to: &result)
            if plain > at {
                at = plain
                followsSpace = false
                continue
            }
            let (bytes, length, _) = next(base + at, text.count - at)
            append(bytes, of: base + at, at, &followsSpace, to: &result)
            at += length
            if !rules.removesExtraSpaces { followsSpace = false }
        }
        if rules.removesExtraSpaces {
            while result.scalars.last == space, let origin = result.origins.last {
                at = origin
                result.scalars.removeLast()
                result.origins.removeLast()
            }
        }
        if putsSpaceBehind, rules.addsDummyPrefix { result.append(space, at) }
        result.origins.append(at)
    }

    /// Takes over plain characters.
    /// - Returns: where they end.
    @inline(__always)
    private func copyPlain(
        _ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int, to result: inout Text
    ) -> Int {
        isPlain.withUnsafeBufferPointer { isPlain in
            var at = start
            while at < end, let (value, length) = UTF8Decoding.scalar(at: text + at, limit: end &- at),
                value < 0x10000, isPlain[Int(value)]
            {
                result.append(value, at)
                at &+= length
            }
            return at
        }
    }

    private enum Source {
        case text(Int)
        case map(Range<Int>)
        case replacement
    }

    /// What the start of a text becomes, how many bytes that is, and whether it becomes one space.
    @inline(__always)
    private func next(_ text: UnsafePointer<UInt8>, _ limit: Int) -> (Source, length: Int, isSpace: Bool) {
        if keptStarts[Int(text[0])],
            let symbol = kept.first(where: { $0.count <= limit && Self.holds($0, text) })
        {
            return (.text(symbol.count), symbol.count, symbol == [0x20])
        }
        if let map, let (length, replacement) = map.longest(text, limit: limit) {
            let isSpace = replacement.count == 1 && map[replacement].first == 0x20
            return (.map(replacement), length, isSpace)
        }
        guard let (value, length) = UTF8Decoding.scalar(at: text, limit: limit) else {
            return (.replacement, 1, false)
        }
        return (.text(length), length, value == 0x20)
    }

    private func append(
        _ source: Source, of text: UnsafePointer<UInt8>, _ origin: Int, _ followsSpace: inout Bool,
        to result: inout Text
    ) {
        switch source {
        case .replacement:
            result.append(0xFFFD, origin)
            followsSpace = false
        case .text(let length):
            append(UnsafeBufferPointer(start: text, count: length), origin, &followsSpace, to: &result)
        case .map(let range):
            map?[range].withUnsafeBufferPointer { append($0, origin, &followsSpace, to: &result) }
        }
    }

    private func append(
        _ bytes: UnsafeBufferPointer<UInt8>, _ origin: Int, _ followsSpace: inout Bool, to result: inout Text
    ) {
        guard let base = bytes.baseAddress else { return }
        var at = 0
        while followsSpace, at < bytes.count, base[at] == 0x20 { at += 1 }
        guard at < bytes.count else { return }
        while at < bytes.count {
            guard let (value, length) = UTF8Decoding.scalar(at: base + at, limit: bytes.count - at) else {
                return
            }
            if value == Self.space { result.hasLiteralSpace = true }
            result.append(value == 0x20 && rules.escapesSpaces ? Self.space : value, origin)
            at += length
        }
        followsSpace = base[bytes.count - 1] == 0x20
    }

    private static func holds(_ symbol: [UInt8], _ text: UnsafePointer<UInt8>) -> Bool {
        for (index, byte) in symbol.enumerated() where text[index] != byte { return false }
        return true
    }
}
