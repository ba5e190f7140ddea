/// Cuts the elements of one array out of a JSON document that comes in pieces.
///
/// What surrounds the array is skipped without being checked; each element is checked by its reader.
struct ElementCutter {
    /// Position of the next byte in the document.
    private enum Place {
        /// On the way to the array.
        case outside
        /// Between elements.
        case inside
        /// After the array.
        case behind
    }

    private let path: [[UInt8]]
    private let limit: Int
    private var place = Place.outside
    /// Of the object or array that the next byte is in: the keys that lead there, `nil` for an element of an array.
    private var keys: [[UInt8]?] = []
    /// The key whose value comes next.
    private var key: [UInt8]?
    private var rows = 0
    /// The line last begun, counted from 1.
    private(set) var line = 1
    private var nextLine = 1

    init(path: [String], limit: Int) {
        self.path = path.map { Array($0.utf8) }
        self.limit = limit
    }

    /// Cuts the next element from `bytes` at `position`, and moves `position` after it.
    /// - Throws: ``TableError/noRows(_:)``.
    mutating func next(
        in bytes: UnsafeRawBufferPointer, at position: inout Int, final: Bool
    ) throws(TableError) -> LineCutter.Cut {
        while position < bytes.count {
            let byte = bytes[position]
            switch place {
            case .behind:
                position = bytes.count
                return .more
            case .inside:
                if skipsBetween(byte) {
                    position += 1
                    continue
                }
                if byte == 0x5D {
                    place = .behind
                    continue
                }
                return try element(in: bytes, at: &position)
            case .outside:
                guard walk(bytes, &position) else { return .more }
            }
        }
        return .more
    }

    func checkEnd() throws(TableError) {
        switch place {
        case .behind: break
        case .inside: throw .unfinished(rows: rows)
        case .outside:
            throw .noRows(
                path.isEmpty
                    ? "the document is not an array"
                    : "nothing at '\(path.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "."))'"
            )
        }
    }

    private mutating func skipsBetween(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x0A: nextLine += 1
        case 0x20, 0x09, 0x0D, 0x2C: break
        default: return false
        }
        return true
    }

    /// Takes one step on the way to the array; `false` if more bytes are needed for it.
    private mutating func walk(
        _ bytes: UnsafeRawBufferPointer, _ position: inout Int
    ) -> Bool {
        switch bytes[position] {
        case 0x22:
            guard let end = Self.endOfString(bytes, position) else { return false }
            key = Array(bytes[(position + 1)..<(end - 1)])
            position = end
            return true
        case 0x7B:
            keys.append(key)
            key = nil
        case 0x5B:
            if isThere { place = .inside }
            keys.append(key)
            key = nil
        case 0x7D, 0x5D: _ = keys.popLast()
        case 0x2C: key = nil
        case 0x0A: nextLine += 1
        default: break
        }
        position += 1
        return true
    }

    /// Whether the array that begins is the wanted one.
    private var isThere: Bool {
        if path.isEmpty { return keys.isEmpty }
        return keys.count == path.count && (Array(keys.dropFirst()) + [key]) == path.map(Optional.some)
    }

    private mutating func element(
        in bytes: UnsafeRawBufferPointer, at position: inout Int
    ) throws(TableError) -> LineCutter.Cut {
        let start = position
        var at = start
        var depth = 0
        while at < bytes.count {
            switch bytes[at] {
            case 0x22:
                at = Self.endOfString(bytes, at) ?? bytes.count
                continue
            case 0x7B, 0x5B: depth += 1
            case 0x7D, 0x5D:
                // A surplus bracket: the reader of the element reports it.
                if depth == 0 { return cut(bytes, start, max(at, start + 1), &position) }
                depth -= 1
                if depth == 0 { return cut(bytes, start, at + 1, &position) }
            case 0x2C where depth == 0: return cut(bytes, start, at, &position)
            default: break
            }
            at += 1
        }
        guard bytes.count - start > limit else { return .more }
        // An element without an end: what follows cannot be separated from it.
        throw .noRows("row \(rows + 1) of its list is longer than \(limit) bytes")
    }

    private mutating func cut(
        _ bytes: UnsafeRawBufferPointer, _ start: Int, _ end: Int, _ position: inout Int
    ) -> LineCutter.Cut {
        position = end
        rows += 1
        line = nextLine
        let found = bytes.part(start, end)
        for byte in found where byte == 0x0A { nextLine += 1 }
        return found.count > limit ? .tooLong(found) : .line(found)
    }

    /// Position after the string that starts at `start`; `nil` if the bytes end first.
    private static func endOfString(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Int? {
        var at = start + 1
        while at < bytes.count {
            switch bytes[at] {
            case 0x22: return at + 1
            case 0x5C: at += 2
            default: at += 1
            }
        }
        return nil
    }
}
