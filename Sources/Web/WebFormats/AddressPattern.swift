/// The form of a site's article addresses, with the parts that tell articles apart: `https://*.example.com/news/{id}`.
///
/// - A host may start with `*.`, which stands for any names before it, or none. `http` and `https` are the same. A port
///   counts where the pattern names one.
/// - `{name}` in the path stands for one or more characters without `/`; `*` as a whole segment for any one segment.
/// - Parameters of the query are found by name, in any order; those that the pattern does not name may be anything.
package struct AddressPattern: Hashable, Sendable {
    private enum Piece: Hashable, Sendable {
        case text([UInt8])
        /// One or more bytes other than `/`, kept under this name; a nameless one is not kept.
        case value(String)
    }

    /// As it was written.
    package let text: String
    private let host: String
    private let port: Int?
    private let anyHostBefore: Bool
    private let path: [Piece]
    private let query: [String: [Piece]]

    /// - Throws: ``PatternError`` where the text is no such pattern.
    package init(_ text: String) throws(PatternError) {
        self.text = text
        guard let start = Self.hostStart(text) else {
            throw PatternError("a pattern starts with https:// and a host", column: 1)
        }
        let rest = text.utf8[start...]
        let hostEnd = rest.firstIndex { $0 == 0x2F || $0 == 0x3F } ?? rest.endIndex
        var host = String(rest[..<hostEnd]) ?? ""
        anyHostBefore = host.hasPrefix("*.")
        if anyHostBefore { host.removeFirst(2) }
        let hostColumn = text.utf8.distance(from: text.startIndex, to: start)
        guard let address = try? WebAddress("\(text.prefix { $0 != ":" })://\(host)/") else {
            throw PatternError("'\(host)' is no host, or *. and a host", byte: hostColumn, in: text)
        }
        self.host = address.host.description
        port = address.port
        let pathEnd = rest[hostEnd...].firstIndex(of: 0x3F) ?? rest.endIndex
        let offset = text.utf8.distance(from: text.startIndex, to: hostEnd)
        let pathText = Array(rest[hostEnd..<pathEnd])
        path = try Self.pieces(pathText.isEmpty ? [0x2F] : pathText, at: offset, in: text, inPath: true)
        var query: [String: [Piece]] = [:]
        if pathEnd < rest.endIndex {
            var at = text.utf8.distance(from: text.startIndex, to: pathEnd) + 1
            for part in rest[rest.index(after: pathEnd)...].split(
                separator: 0x26, omittingEmptySubsequences: false)
            {
                let equals = part.firstIndex(of: 0x3D)
                guard let equals, let name = String(part[..<equals]), !name.isEmpty, query[name] == nil else {
                    throw PatternError("a parameter is NAME={value}, each name once", byte: at, in: text)
                }
                let value = Array(part[part.index(after: equals)...])
                query[name] = try Self.pieces(value, at: at + name.utf8.count + 1, in: text, inPath: false)
                at += part.count + 1
            }
        }
        self.query = query
        let names = self.names
        if let repeated = names.first(where: { name in names.count { $0 == name } > 1 }) {
            throw PatternError("'{\(repeated)}' stands twice", column: 1)
        }
    }

    /// Names of the parts, those of the path first.
    package var names: [String] {
        (path + query.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.flatMap(\.value))
            .compactMap {
                if case .value(let name) = $0, !name.isEmpty { name } else { nil }
            }
    }

    /// The parts of an address of this form, decoded; `nil` for any other address.
    package func values(in address: WebAddress) -> [String: String]? {
        guard matches(address.host), port == nil || port == address.port else { return nil }
        var values: [String: String] = [:]
        guard Self.match(path[...], Array(address.path.utf8)[...], into: &values) else { return nil }
        guard !query.isEmpty else { return values }
        let parameters = address.parameters
        for (name, pieces) in query {
            guard let value = parameters[name],
                Self.match(pieces[...], Array(value.utf8)[...], into: &values, encoded: false)
            else { return nil }
        }
        return values
    }

    private func matches(_ host: WebHost) -> Bool {
        let name = host.description
        if name.utf8.elementsEqual(self.host.utf8) { return true }
        return anyHostBefore && name.utf8.count > self.host.utf8.count
            && name.utf8.suffix(self.host.utf8.count + 1).elementsEqual(".\(self.host)".utf8)
    }

    private static func hostStart(_ text: String) -> String.Index? {
        for scheme in ["https://", "http://"] where text.hasPrefix(scheme) {
            return text.utf8.index(text.startIndex, offsetBy: scheme.utf8.count)
        }
        return nil
    }
}

extension AddressPattern {
    private static let mostValues = 8

    private static func pieces(
        _ bytes: [UInt8], at offset: Int, in text: String, inPath: Bool
    ) throws(PatternError) -> [Piece] {
        var pieces: [Piece] = []
        var plain: [UInt8] = []
        var at = 0
        func spelled(_ bytes: [UInt8]) -> [UInt8] {
            if inPath { return Percent.normalized(bytes) }
            return Percent.decoded(String(decoding: bytes, as: UTF8.self), plusIsBlank: true).map {
                Array($0.utf8)
            } ?? bytes
        }
        func append(_ piece: Piece) throws(PatternError) {
            if !plain.isEmpty {
                pieces.append(.text(spelled(plain)))
                plain = []
            } else if case .value? = pieces.last {
                throw PatternError(
                    "two parts side by side cannot be told apart; put a text between them", byte: offset + at,
                    in: text)
            }
            pieces.append(piece)
            if pieces.count > 2 * mostValues {
                throw PatternError("at most \(mostValues) parts fit", byte: offset + at, in: text)
            }
        }
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "{"):
                let end = bytes[at...].firstIndex(of: UInt8(ascii: "}"))
                let name = String(decoding: bytes[(at + 1)..<(end ?? bytes.count)], as: UTF8.self)
                guard let end, PlaceholderName.isValid(name) else {
                    throw PatternError(
                        "'{\(name)' is no part; parts are {name}, of small letters, digits and _",
                        byte: offset + at, in: text)
                }
                try append(.value(name))
                at = end + 1
            case UInt8(ascii: "}"):
                throw PatternError("a brace that has no partner", byte: offset + at, in: text)
            case UInt8(ascii: "*") where inPath:
                try append(.value(""))
                at += 1
            default:
                plain.append(bytes[at])
                at += 1
            }
        }
        if !plain.isEmpty { pieces.append(.text(spelled(plain))) }
        return pieces
    }

    /// Matches the whole text; of several ways the one with the longest first parts.
    private static func match(
        _ pieces: ArraySlice<Piece>, _ bytes: ArraySlice<UInt8>, into values: inout [String: String],
        encoded: Bool = true
    ) -> Bool {
        let text = encoded ? Percent.normalized(bytes) : Array(bytes)
        var matcher = Matcher(pieces: Array(pieces), text: text, mayCross: !encoded)
        guard let ranges = matcher.ranges() else { return false }
        for (name, range) in ranges where !name.isEmpty {
            let raw = String(decoding: text[range], as: UTF8.self)
            guard let value = encoded ? Percent.decoded(raw) : raw else { return false }
            values[name] = value
        }
        return true
    }

    private struct Matcher {
        let pieces: [Piece]
        let text: [UInt8]
        /// Whether a part may hold `/`, as in the query.
        let mayCross: Bool
        /// Pairs of piece and place that are known to lead nowhere, so that time stays within their number.
        private var dead: Set<[Int]> = []

        init(pieces: [Piece], text: [UInt8], mayCross: Bool) {
            self.pieces = pieces
            self.text = text
            self.mayCross = mayCross
        }

        mutating func ranges() -> [(String, Range<Int>)]? { match(0, 0) }

        private mutating func match(_ piece: Int, _ at: Int) -> [(String, Range<Int>)]? {
            guard piece < pieces.count else { return at == text.count ? [] : nil }
            guard !dead.contains([piece, at]) else { return nil }
            switch pieces[piece] {
            case .text(let wanted):
                if text[at...].starts(with: wanted), let rest = match(piece + 1, at + wanted.count) {
                    return rest
                }
            case .value(let name):
                var end = mayCross ? text.count : text[at...].firstIndex(of: 0x2F) ?? text.count
                while end > at {
                    if let rest = match(piece + 1, end) { return [(name, at..<end)] + rest }
                    end -= 1
                }
            }
            dead.insert([piece, at])
            return nil
        }
    }
}
