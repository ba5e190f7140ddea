package import ShardFormat
internal import StageKit

/// Texts that were looked at with what is masked in them; parallel arrays.
package struct MaskRows: Sendable, Equatable {
    /// Numbers of the comments; ``title`` for the title of an article.
    package private(set) var comments: [Int64] = []
    /// ``TextMasks/hash(of:)`` of each text.
    package private(set) var texts: [Int64] = []
    package private(set) var spans: [[MaskedSpan]] = []

    /// Stands instead of a comment's number for the title of an article.
    package static let title: Int64 = 0

    package init() {}

    package var count: Int { comments.count }

    package mutating func append(_ comment: Int64, text: Int64, _ spans: [MaskedSpan]) {
        comments.append(comment)
        texts.append(text)
        self.spans.append(spans)
    }
}

extension MaskRows {
    /// The table that they are stored as. A span is three numbers: its first byte, the one after its last, and its type.
    /// - Parameters:
    ///   - entities: names of the types, in an order that the reader knows.
    ///   - key: what the spans depend on beside the texts.
    package func table(_ entities: [String], key: String) throws -> ColumnTable {
        var numbers: [Int32] = []
        var offsets: [Int64] = [0]
        for own in spans {
            for span in own {
                guard let entity = entities.firstIndex(of: span.entity) else { continue }
                numbers += [
                    Int32(span.bytes.lowerBound), Int32(span.bytes.upperBound), Int32(entity),
                ]
            }
            offsets.append(Int64(numbers.count))
        }
        return try ColumnTable(
            ["id": .int64(comments), "text": .int64(texts), "spans": .lists(numbers, offsets: offsets)],
            metadata: Self.metadata(key))
    }

    package static func metadata(_ key: String) -> [String: String] { ["key": key] }

    package init(_ table: ColumnTable, _ entities: [String]) throws {
        comments = try table.int64("id")
        texts = try table.int64("text")
        let (numbers, offsets) = try table.lists("spans")
        spans = try (0..<comments.count).map { row in
            let own = numbers[Int(offsets[row])..<Int(offsets[row + 1])]
            guard own.count.isMultiple(of: 3) else { throw Self.damaged }
            return try stride(from: own.startIndex, to: own.endIndex, by: 3).map { place in
                let (start, end) = (Int(own[place]), Int(own[place + 1]))
                guard entities.indices.contains(Int(own[place + 2])), start >= 0, start <= end else {
                    throw Self.damaged
                }
                return MaskedSpan(bytes: start..<end, entity: entities[Int(own[place + 2])])
            }
        }
    }

    private static var damaged: StageError { StageError("the spans of a mask stage are damaged") }
}

extension [MaskedSpan] {
    /// As the store keeps them; `nil` for none.
    var text: String? {
        if isEmpty { return nil }
        return JSONValue.array(
            map { [.integer($0.bytes.lowerBound), .integer($0.bytes.upperBound), .string($0.entity)] }
        ).canonicalText
    }

    init(text: String) throws {
        self = try (JSONValue(parsing: text).arrayValue ?? []).compactMap { span in
            guard let parts = span.arrayValue, parts.count == 3, let start = parts[0].intValue,
                let end = parts[1].intValue, start >= 0, start <= end, let entity = parts[2].stringValue
            else { throw StageError("the spans of a mask stage are damaged") }
            return MaskedSpan(bytes: start..<end, entity: entity)
        }
    }
}
