extension WebAddress {
    init(_ text: String, base: WebAddress?) throws(WebAddressError) {
        let bytes = Self.cleaned(text)
        guard bytes.count <= Self.longest else { throw .tooLong(bytes.count) }
        let end = bytes.firstIndex(of: UInt8(ascii: "#")) ?? bytes.endIndex
        var rest = bytes[..<end]
        var scheme = base?.scheme
        if let colon = Self.schemeEnd(rest) {
            let name = String(decoding: rest[..<colon], as: UTF8.self).lowercased()
            guard name == "http" || name == "https" else { throw .scheme(name) }
            scheme = name
            rest = rest[(colon + 1)...]
            guard Self.slashes(rest) >= 2 else { throw .noHost }
        }
        if Self.slashes(rest) >= 2, let scheme {
            rest = rest.drop { Self.isSlash($0) }
            try self.init(scheme: scheme, afterSlashes: rest)
        } else if let base {
            self.init(reference: rest, to: base)
        } else {
            throw rest.isEmpty ? .empty : .relative
        }
        let count = description.utf8.count
        guard count <= Self.longest else { throw .tooLong(count) }
    }

    private init(scheme: String, afterSlashes rest: ArraySlice<UInt8>) throws(WebAddressError) {
        let end = rest.firstIndex { Self.isSlash($0) || $0 == Self.questionMark } ?? rest.endIndex
        let authority = rest[..<end]
        guard !authority.contains(UInt8(ascii: "@")) else { throw .password }
        var hostEnd = authority.endIndex
        var port: Int?
        let closing = authority.lastIndex(of: UInt8(ascii: "]"))
        if let colon = authority[(closing ?? authority.startIndex)...].firstIndex(of: UInt8(ascii: ":")),
            closing != nil || authority.first != UInt8(ascii: "[")
        {
            hostEnd = colon
            let digits = String(decoding: authority[(colon + 1)...], as: UTF8.self)
            if !digits.isEmpty {
                guard digits.utf8.count <= 5, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                    let number = Int(digits), (1...65535).contains(number)
                else { throw .port(digits) }
                port = number == (scheme == "http" ? 80 : 443) ? nil : number
            }
        }
        guard hostEnd > authority.startIndex else { throw .noHost }
        let host = try WebHost(authority[..<hostEnd])
        let (path, query) = Self.pathAndQuery(rest[end...])
        self.init(
            scheme: scheme, host: host, port: port, path: Self.withoutDots(path.isEmpty ? [0x2F] : path),
            query: query)
    }

    /// Source: RFC 3986, section 5.2.2.
    private init(reference rest: ArraySlice<UInt8>, to base: WebAddress) {
        let (path, query) = Self.pathAndQuery(rest)
        if path.isEmpty {
            self.init(
                scheme: base.scheme, host: base.host, port: base.port, path: base.path,
                query: query ?? base.query)
            return
        }
        var full = path
        if path.first != 0x2F {
            let folder = base.path.utf8.prefix(
                through: base.path.utf8.lastIndex(of: 0x2F) ?? base.path.startIndex)
            full = Array(folder) + path
        }
        self.init(
            scheme: base.scheme, host: base.host, port: base.port, path: Self.withoutDots(full), query: query)
    }

    private static let questionMark = UInt8(ascii: "?")

    /// Without blanks at the ends, and without tabs and line ends anywhere.
    private static func cleaned(_ text: String) -> [UInt8] {
        var bytes = text.utf8.drop { $0 <= 0x20 }
        while let last = bytes.last, last <= 0x20 { bytes = bytes.dropLast() }
        return bytes.filter { $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
    }

    private static func schemeEnd(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard let first = bytes.first, isLetter(first) else { return nil }
        guard
            let end = bytes.firstIndex(where: {
                !isLetter($0) && !(0x30...0x39).contains($0) && !"+-.".utf8.contains($0)
            }), bytes[end] == UInt8(ascii: ":")
        else { return nil }
        return end
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

    private static func isSlash(_ byte: UInt8) -> Bool { byte == 0x2F || byte == 0x5C }

    private static func slashes(_ bytes: ArraySlice<UInt8>) -> Int { bytes.prefix { isSlash($0) }.count }

    private static func pathAndQuery(_ bytes: ArraySlice<UInt8>) -> (path: [UInt8], query: String?) {
        let end = bytes.firstIndex(of: questionMark) ?? bytes.endIndex
        var path: [UInt8] = []
        for byte in bytes[..<end] {
            if isSlash(byte) {
                path.append(0x2F)
            } else if byte <= 0x20 || byte >= 0x7F || "\"<>^`{}|".utf8.contains(byte) {
                Percent.append(encoding: byte, to: &path)
            } else {
                path.append(byte)
            }
        }
        guard end < bytes.endIndex else { return (path, nil) }
        var query: [UInt8] = []
        for byte in bytes[(end + 1)...] {
            if byte <= 0x20 || byte >= 0x7F || "\"<>'".utf8.contains(byte) {
                Percent.append(encoding: byte, to: &query)
            } else {
                query.append(byte)
            }
        }
        return (path, String(decoding: query, as: UTF8.self))
    }

    /// Source: RFC 3986, section 5.2.4; encoded dots count as dots, as in browsers.
    private static func withoutDots(_ path: [UInt8]) -> String {
        var kept: [ArraySlice<UInt8>] = []
        let segments = path.dropFirst().split(separator: 0x2F, omittingEmptySubsequences: false)
        for (index, segment) in segments.enumerated() {
            let isLast = index == segments.count - 1
            let name = String(decoding: segment, as: UTF8.self).lowercased()
            switch dots(name) {
            case 1: if isLast { kept.append([]) }
            case 2:
                _ = kept.popLast()
                if isLast { kept.append([]) }
            default: kept.append(segment)
            }
        }
        return "/" + kept.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "/")
    }

    private static func dots(_ segment: String) -> Int {
        switch segment {
        case ".", "%2e": 1
        case "..", ".%2e", "%2e.", "%2e%2e": 2
        default: 0
        }
    }
}
