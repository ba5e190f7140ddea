internal import FieldValues
package import JSON
package import WebFormats

/// The way to a value inside a JSON document: `result.commentList`, `$.items[0].user.name`, `['odd key']`.
///
/// `\.` is a dot inside a key, `$` alone the whole document.
package struct JSONPath: Hashable, Sendable {
    private enum Step: Hashable, Sendable {
        case key([UInt8])
        case index(Int)
    }

    /// As it was written.
    package let text: String
    private let steps: [Step]

    /// - Throws: ``/WebFormats/PatternError`` where the text is not a path.
    package init(_ text: String) throws(PatternError) {
        self.text = text
        var steps: [Step] = []
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty else {
            throw PatternError("an empty path; '$' is the whole document", column: 1)
        }
        var at = bytes[0] == UInt8(ascii: "$") ? 1 : 0
        var mayStartKey = at == 0
        while at < bytes.count {
            if bytes[at] == UInt8(ascii: "[") {
                let (step, end) = try Self.bracket(bytes, at, text)
                steps.append(step)
                at = end
                mayStartKey = false
                continue
            }
            if !mayStartKey {
                guard bytes[at] == UInt8(ascii: ".") else {
                    throw PatternError("expected '.' or '['", byte: at, in: text)
                }
                at += 1
            }
            let start = at
            let key = Self.key(bytes, &at)
            guard !key.isEmpty else { throw PatternError("expected a key", byte: start, in: text) }
            steps.append(.key(key))
            mayStartKey = false
        }
        guard steps.count <= 32 else { throw PatternError("a path of more than 32 steps", column: 1) }
        self.steps = steps
    }

    /// The value that the path leads to; `nil` if it leads nowhere.
    package func value(in root: JSONValue) -> JSONValue? {
        var node = root
        for step in steps {
            switch step {
            case .key(let key):
                guard let members = node.members,
                    let member = members.first(where: { $0.key.utf8.elementsEqual(key) })
                else { return nil }
                node = member.value
            case .index(let index):
                guard let elements = node.arrayValue, index < elements.count else { return nil }
                node = elements[index]
            }
        }
        return node
    }

    /// The last key of the path; `nil` if it ends in a place of a list, or means the whole document.
    var lastKey: String? {
        guard case .key(let key)? = steps.last else { return nil }
        return String(decoding: key, as: UTF8.self)
    }

    /// The members of the object that the path's last key would be in; of the last one on the way that there is.
    func parent(in root: JSONValue) -> [JSONMember]? {
        var node = root
        for step in steps.dropLast() {
            switch step {
            case .key(let key):
                guard let member = node.members?.first(where: { $0.key.utf8.elementsEqual(key) }) else {
                    return node.members
                }
                node = member.value
            case .index(let index):
                guard let elements = node.arrayValue, index < elements.count else { return node.members }
                node = elements[index]
            }
        }
        return node.members
    }

    private static func key(_ bytes: [UInt8], _ at: inout Int) -> [UInt8] {
        var key: [UInt8] = []
        while at < bytes.count, bytes[at] != UInt8(ascii: "."), bytes[at] != UInt8(ascii: "[") {
            if bytes[at] == UInt8(ascii: "\\"), at + 1 < bytes.count, ".[\\".utf8.contains(bytes[at + 1]) {
                at += 1
            }
            key.append(bytes[at])
            at += 1
        }
        return key
    }

    private static func bracket(
        _ bytes: [UInt8], _ open: Int, _ text: String
    ) throws(PatternError) -> (Step, end: Int) {
        let inside = open + 1
        if inside < bytes.count, bytes[inside] == 0x27 || bytes[inside] == 0x22 {
            guard let close = bytes[(inside + 1)...].firstIndex(of: bytes[inside]), close + 1 < bytes.count,
                bytes[close + 1] == UInt8(ascii: "]")
            else { throw PatternError("expected a key in quotes and ]", byte: open, in: text) }
            return (.key(Array(bytes[(inside + 1)..<close])), close + 2)
        }
        let digits = bytes[inside...].prefix { (0x30...0x39).contains($0) }
        let end = inside + digits.count
        guard !digits.isEmpty, digits.count <= 9, end < bytes.count, bytes[end] == UInt8(ascii: "]"),
            let index = Int(String(decoding: digits, as: UTF8.self))
        else {
            throw PatternError(
                "expected an index counted from 0, such as [0], or a key in quotes", byte: open, in: text)
        }
        return (.index(index), end + 1)
    }
}

extension JSONValue {
    /// A text or a number as text: identifiers come as either. `nil` for anything else.
    var scalarText: String? {
        switch self {
        case .string(let text): text
        case .number(let digits): digits
        case .bool(let value): value ? "true" : "false"
        default: nil
        }
    }

    /// A count as services write it: `12`, `12.0`, `"1,234"` or `"1.2만"`; `nil` for anything else.
    var count: Int32? {
        switch self {
        case .number(let digits): CountText.read(digits).count
        case .string(let text): CountText.read(text).count
        default: nil
        }
    }

    /// A count that is not rounded.
    var exactCount: Int32? {
        let text: String
        switch self {
        case .number(let digits): text = digits
        case .string(let words): text = words
        default: return nil
        }
        guard case .exact(let count) = CountText.read(text) else { return nil }
        return count
    }

    /// The start of the value as JSON, for a message.
    var excerpt: String {
        let text = String(decoding: encoded(), as: UTF8.self)
        let start = text.unicodeScalars.prefix(80)
        return start.count < text.unicodeScalars.count ? String(String.UnicodeScalarView(start)) + "…" : text
    }
}
