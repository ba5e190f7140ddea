internal import VoteModel

/// Finds the rows that name one of many comments, among rows that could not be taken: of those the store has no more than
/// the beginning of a line.
struct NamedFields {
    /// Keys by the last of their parts, each as all of its parts.
    private var keys: [ArraySlice<UInt8>: [[ArraySlice<UInt8>]]] = [:]

    /// - Parameter keys: of one source. One that consists of several columns, `437/0000459026`, is named by a row that has
    ///   all of them as fields.
    init(_ keys: some Sequence<String>) {
        for key in keys {
            // The second text of a pair stands in the row of the first.
            let own = key.hasSuffix("#pair") ? String(key.dropLast(5)) : key
            let parts = Self.fields(own.replacing("%2F", with: "/").replacing("%25", with: "%"))
            if let last = parts.last { self.keys[last, default: []].append(parts) }
        }
    }

    func areIn(_ row: QuarantinedRow) -> Bool { areIn(excerpt: row.excerpt, reason: row.reason) }

    /// Whether a whole field of the row, or what its reason quotes, is one of the keys; parts of longer numbers are not.
    func areIn(excerpt: String, reason: String) -> Bool {
        if keys.isEmpty { return false }
        var found = Set(Self.fields(excerpt))
        for (index, part) in reason.utf8.split(separator: UInt8(ascii: "'"), omittingEmptySubsequences: false)
            .enumerated() where !index.isMultiple(of: 2)
        {
            found.formUnion(Self.fields(String(part) ?? ""))
        }
        return found.contains { field in
            keys[field]?.contains { parts in parts.allSatisfy(found.contains) } ?? false
        }
    }

    /// Letters, digits and what may join them in an identifier; between these stands whatever separates fields, be it
    /// written as `\t`.
    private static func fields(_ text: String) -> [ArraySlice<UInt8>] {
        let bytes = Array(text.utf8)
        var fields: [ArraySlice<UInt8>] = []
        var (start, index) = (0, 0)
        while index < bytes.count {
            let width = separator(at: index, in: bytes)
            if width > 0 {
                if start < index { fields.append(bytes[start..<index]) }
                start = index + width
            }
            index += max(1, width)
        }
        if start < bytes.count { fields.append(bytes[start...]) }
        return fields
    }

    /// Bytes of the separator that stands there; 0 where none does.
    private static func separator(at index: Int, in bytes: [UInt8]) -> Int {
        switch bytes[index] {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
            return 0
        case UInt8(ascii: "\\"):
            let isEscape = index + 1 < bytes.count && "tnr0".utf8.contains(bytes[index + 1])
            return isEscape ? 2 : 1
        case 0xEF where bytes[index...].starts(with: [0xEF, 0xBF, 0xBD]):
            // A control character, as excerpts show it.
            return 3
        case 0x80...: return 0
        default: return 1
        }
    }
}
