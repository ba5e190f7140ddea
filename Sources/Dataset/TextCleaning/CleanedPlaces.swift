/// Where the code points of a text as given are in the cleaned one.
package struct CleanedPlaces: Sendable {
    /// Bytes in the cleaned text of each code point; empty for one that is gone.
    private let bytes: [Range<Int>]
    private let isSpace: [Bool]

    package init(given: [UInt8], cleaned: [UInt8]) {
        let (one, other) = (Self.scalars(given), Self.scalars(cleaned))
        var bytes = [Range<Int>](repeating: 0..<0, count: one.count)
        var starts = other.map(\.utf8.count).reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
        starts.append(cleaned.count)
        for (place, origin) in Self.origins(one, other).enumerated() {
            guard let origin else { continue }
            let own = starts[place]..<starts[place + 1]
            bytes[origin] = bytes[origin].isEmpty ? own : bytes[origin].lowerBound..<own.upperBound
        }
        self.bytes = bytes
        isSpace = one.map(\.properties.isWhitespace)
    }

    /// Bytes of some code points; `nil` if all of them are gone.
    package func bytes(of codePoints: Range<Int>) -> Range<Int>? {
        let found = bytes[codePoints.clamped(to: bytes.indices)].filter { !$0.isEmpty }
        guard let first = found.first, let last = found.last else { return nil }
        return first.lowerBound..<last.upperBound
    }

    /// The code points that some bytes were made of, with what is gone in between and, but for white space, right after.
    package func codePoints(of range: Range<Int>) -> Range<Int> {
        let own = bytes.indices.filter { !bytes[$0].isEmpty && bytes[$0].overlaps(range) }
        guard let first = own.first, var last = own.last else { return 0..<0 }
        while last + 1 < bytes.count, bytes[last + 1].isEmpty, !isSpace[last + 1] { last += 1 }
        return first..<last + 1
    }

    /// The same of many ranges: the code points of each, `nil` for bytes that none was made into.
    package func codePoints(ofEach ranges: [Range<Int>]) -> [Range<Int>?] {
        let end = bytes.lazy.map(\.upperBound).max() ?? 0
        var owner = [Int](repeating: -1, count: end)
        for (place, range) in bytes.enumerated() { for byte in range { owner[byte] = place } }
        return ranges.map { range in
            let own = owner[range.clamped(to: 0..<end)]
            guard let first = own.first(where: { $0 >= 0 }), var last = own.last(where: { $0 >= 0 }),
                first <= last
            else { return nil }
            while last + 1 < bytes.count, bytes[last + 1].isEmpty, !isSpace[last + 1] { last += 1 }
            return first..<last + 1
        }
    }

    private static func scalars(_ bytes: [UInt8]) -> [Unicode.Scalar] {
        Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
    }

    /// For each cleaned code point the one that it was, or that it replaced; `nil` for one that was added.
    private static func origins(_ given: [Unicode.Scalar], _ cleaned: [Unicode.Scalar]) -> [Int?] {
        if given == cleaned { return Array(given.indices) }
        let changes = cleaned.difference(from: given)
        var isRemoved = [Bool](repeating: false, count: given.count)
        var isInserted = [Bool](repeating: false, count: cleaned.count)
        for change in changes {
            switch change {
            case .remove(let place, _, _): isRemoved[place] = true
            case .insert(let place, _, _): isInserted[place] = true
            }
        }
        var next = 0
        // Those that are gone since the last one that both have.
        var gone: ArraySlice<Int> = []
        return cleaned.indices.map { place in
            while next < given.count, isRemoved[next] {
                gone.append(next)
                next += 1
            }
            guard isInserted[place] else {
                gone = []
                defer { next += 1 }
                return next
            }
            // Several that became one stay with the first; one that became several has the last of them too.
            return gone.count > 1 ? gone.popFirst() : gone.first
        }
    }
}
