internal import JSON

extension DefinitionAgreement {
    /// As one line of JSON, format `splitvote-label-agreement` version 1; `schemas/label-agreement.schema.json` describes it.
    ///
    /// - Parameters:
    ///   - labelSet: id of the label set.
    ///   - by: what its rule goes by, `ratio` or a score.
    package func json(labelSet: String, by: String) -> [UInt8] {
        let node = JSONValue.object([
            JSONMember("format", .string("splitvote-label-agreement")),
            JSONMember("version", .integer(1)),
            JSONMember("label_set", .string(labelSet)),
            JSONMember("by", .string(by)),
            JSONMember("comments", .integer(comments)),
            JSONMember("controversial", .integer(controversial)),
            JSONMember("definitions", .array(definitions.map(Self.node))),
        ])
        return node.encoded()
    }

    private static func node(_ definition: Definition) -> JSONValue {
        .object([
            JSONMember("name", .string(definition.name)),
            JSONMember("min_votes", .integer(definition.minVotes)),
            JSONMember("comments", .integer(definition.comments)),
            JSONMember("least_score", definition.leastScore.map(number) ?? .null),
            JSONMember("median_votes", number(definition.medianVotes)),
            JSONMember("shared", .array(definition.shared.map(number))),
        ])
    }

    private static func number(_ value: Double) -> JSONValue { .number("\(value)") }
}
