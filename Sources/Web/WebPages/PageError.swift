/// Why a page or feed cannot be read.
package enum PageError: Error, Hashable, Sendable, CustomStringConvertible {
    case tooLarge(bytes: Int, limit: Int)
    /// Elements nested deeper than the parser allows.
    case tooDeep
    /// Elements with so many attributes that parsing them would take minutes.
    case tooManyAttributes
    case empty
    /// A feed that is not well-formed XML; what the parser reports.
    case malformed(String)
    /// A feed that brings its own entities, which can make a small text very large or point at files.
    case ownEntities
    case notUnderstood
    /// A selector or path of a rule that could not be followed in this page.
    case rule(String, String)

    package var description: String {
        switch self {
        case .tooLarge(let bytes, let limit): "\(bytes) bytes; at most \(limit) are read"
        case .tooDeep: "elements nested more than \(PageDocument.deepest) deep"
        case .tooManyAttributes:
            "elements with thousands of attributes; at most \(AttributeCount.most) in one element are read"
        case .empty: "an empty page"
        case .malformed(let problem): "no well-formed XML: \(problem)"
        case .ownEntities: "an XML document type with declarations, which are never read"
        case .notUnderstood: "the parser cannot read it"
        case .rule(let rule, let problem): "the rule '\(rule)' could not be followed: \(problem)"
        }
    }
}
