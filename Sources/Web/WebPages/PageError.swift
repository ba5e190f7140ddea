/// Why a page or feed is not read.
package enum PageError: Error, Hashable, Sendable, CustomStringConvertible {
    case tooLarge(bytes: Int, limit: Int)
    /// Elements inside one another beyond what the parser takes.
    case tooDeep
    /// Elements with so many attributes that the parser would be at them for minutes.
    case tooManyAttributes
    case empty
    /// A feed that is no well-formed XML; what the parser says of it.
    case malformed(String)
    /// A feed that brings its own entities, which can make a small text very large or point at files.
    case ownEntities
    case notUnderstood
    /// A selector or path of a rule that could not be followed in this page.
    case rule(String, String)

    package var description: String {
        switch self {
        case .tooLarge(let bytes, let limit): "\(bytes) bytes; at most \(limit) are read"
        case .tooDeep: "elements more than \(PageDocument.deepest) deep inside one another"
        case .tooManyAttributes:
            "elements with thousands of attributes; at most \(AttributeCount.most) in one element are read"
        case .empty: "an empty page"
        case .malformed(let problem): "no well-formed XML: \(problem)"
        case .ownEntities: "an XML document type with declarations of its own, which are never read"
        case .notUnderstood: "the parser could make nothing of it"
        case .rule(let rule, let problem): "the rule '\(rule)' could not be followed: \(problem)"
        }
    }
}
