internal import JSON

extension LabelComparison {
    /// The comparison as JSON, format `splitvote-label-diff` version 1; `schemas/label-diff.schema.json` describes it.
    ///
    /// - Parameters:
    ///   - old: id of the old set.
    ///   - new: id of the new set.
    ///   - articles: the articles with the most flips, by the name that people know them by.
    package func json(old: String, new: String, articles: [(name: String, flips: Int)] = []) -> [UInt8] {
        let names = LabelState.allCases.map { JSONValue.string($0.name) }
        let found = causes
        let node = JSONValue.object([
            JSONMember("format", .string("splitvote-label-diff")),
            JSONMember("version", .integer(1)),
            JSONMember("old", .string(old)),
            JSONMember("new", .string(new)),
            JSONMember("states", .array(names)),
            JSONMember("table", .array(table.map { .array($0.map(JSONValue.integer)) })),
            JSONMember("flips", .integer(flips.count)),
            JSONMember(
                "causes",
                .object(
                    FlipCause.allCases.filter { $0 != .thresholdMoved || found[$0] != nil }.map {
                        JSONMember($0.rawValue, .integer(found[$0] ?? 0))
                    })),
            JSONMember("new_comments", .array(newComments.dropLast().map(JSONValue.integer))),
            JSONMember(
                "articles",
                .array(
                    articles.map {
                        .object([
                            JSONMember("article", .string($0.name)), JSONMember("flips", .integer($0.flips)),
                        ])
                    })),
        ])
        return node.encoded() + [0x0A]
    }
}
