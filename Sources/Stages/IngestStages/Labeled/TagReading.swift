internal import ShardFormat
internal import StageKit

/// Reads the tags of one text's words: a tag for each word or each character, or spans with their types.
struct TagReading {
    /// A word with the name of its tag.
    typealias Word = (place: Range<Int>, tag: String)

    /// What is wrong, and what to do.
    struct Problem: Error {
        let message: String
        let hint: String
    }

    private let scalars: [Unicode.Scalar]

    init(text: String) { scalars = Array(text.unicodeScalars) }

    /// - Parameter field: a JSON list of names, or names between blanks, one for each word, or for each character; or a list
    ///   of spans, as `[[0, 3, "PS"]]` or `[{"start": 0, "end": 3, "label": "PS"}]`, in code points.
    func words(_ field: String) throws(Problem) -> [Word] {
        guard field.first == "[" else { return try named(field.split(separator: " ").map(String.init)) }
        guard let items = try? JSONValue(parsing: field).arrayValue else {
            throw Problem(message: "the tags begin like a list but are not one", hint: "fix the row")
        }
        let names = items.compactMap(\.stringValue)
        if names.count == items.count, !items.isEmpty { return try named(names) }
        return try spans(items)
    }

    /// Names as IOB2 has them: B-PER for PER-B, as some data sets write it.
    static func prefixed(_ name: String) -> String {
        guard name.utf8.count > 2, !name.hasPrefix("B-"), !name.hasPrefix("I-") else { return name }
        for part in ["B", "I"] where name.hasSuffix("-\(part)") { return "\(part)-\(name.dropLast(2))" }
        return name
    }

    /// The same of the classes that a pipeline file names.
    static func prefixed(classes: [NamedValue]) -> [NamedValue] {
        classes.map { NamedValue(value: $0.value, name: prefixed($0.name)) }
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        [" ", "\t", "\n", "\r"].contains(scalar)
    }

    private func named(_ names: [String]) throws(Problem) -> [Word] {
        let words = wordPlaces
        let names = names.map(Self.prefixed)
        if names.count == words.count { return zip(words, names).map { ($0, $1) } }
        if names.count == scalars.count {
            return scalars.indices.filter { !Self.isBlank(scalars[$0]) }.map { ($0..<$0 + 1, names[$0]) }
        }
        throw Problem(
            message:
                "there are \(names.count) tags for \(words.count) words between blanks, or \(scalars.count) code points",
            hint: "give one tag for each word, or for each code point, blanks included")
    }

    private var wordPlaces: [Range<Int>] {
        var places: [Range<Int>] = []
        for place in scalars.indices where !Self.isBlank(scalars[place]) {
            if let last = places.last, last.upperBound == place {
                places[places.count - 1] = last.lowerBound..<place + 1
            } else {
                places.append(place..<place + 1)
            }
        }
        return places
    }

    /// Every code point but blanks, as IOB2 has it.
    private func spans(_ items: [JSONValue]) throws(Problem) -> [Word] {
        var tags = [String](repeating: "O", count: scalars.count)
        for item in items {
            let parts = item.arrayValue
            let start = (parts?.first ?? item["start"])?.intValue
            let end = (parts.flatMap { $0.count == 3 ? $0[1] : nil } ?? item["end"])?.intValue
            let type = (parts.flatMap { $0.count == 3 ? $0[2] : nil } ?? item["label"])?.stringValue
            guard let start, let end, let type, !type.isEmpty else {
                throw Problem(
                    message: "'\(item.canonicalText.prefix(60))' is no tag",
                    hint:
                        "write names of tags, or spans such as [0, 3, \"PS\"]: first code point, the one after the last, type"
                )
            }
            guard start >= 0, start < end, end <= scalars.count else {
                throw Problem(
                    message:
                        "the tag '\(type)' is at \(start) ..< \(end), outside of the text of \(scalars.count) code points",
                    hint: "count code points from 0, and give the place after the last one as the end")
            }
            guard tags[start..<end].allSatisfy({ $0 == "O" }) else {
                throw Problem(
                    message: "the tag '\(type)' at \(start) ..< \(end) shares code points with another",
                    hint: "keep one of the two; a code point has one tag")
            }
            for place in start..<end { tags[place] = place == start ? "B-\(type)" : "I-\(type)" }
        }
        return scalars.indices.filter { !Self.isBlank(scalars[$0]) }.map { ($0..<$0 + 1, tags[$0]) }
    }
}
