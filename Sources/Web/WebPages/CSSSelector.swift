package import WebFormats

/// A CSS selector: which elements of a page are meant.
///
/// Type, `*`, `#id`, `.class`, `[attribute]` with `=`, `~=`, `|=`, `^=`, `$=`, `*=`; `:first-child`, `:last-child`,
/// `:only-child`, `:nth-child()` and its kin, `:not()` of one simple selector, `:empty`; descendant, `>`, `+`, `~`;
/// lists with commas. Names of elements and attributes match in any case, all else exactly.
///
/// Source: Selectors Level 3, W3C Recommendation.
package struct CSSSelector: Hashable, Sendable {
    /// As it was written.
    package let text: String
    private let query: PathQuery

    /// Most bytes a selector may have.
    package static let longest = 1024

    /// - Throws: ``/WebFormats/PatternError`` at the first place that is not a selector, or not a supported one.
    package init(_ text: String) throws(PatternError) {
        self.text = text
        guard text.utf8.count <= Self.longest else {
            throw PatternError("a selector of more than \(Self.longest) bytes", column: 1)
        }
        var parser = SelectorParser(text)
        query = try PathQuery(parser.xpath())
    }

    /// The same as XPath 1.0.
    package var xpath: String { query.text }

    /// The elements that the selector means, in the order of the page; `root` itself among them.
    package func elements(in root: PageNode) throws(PatternError) -> [PageNode] { try query.nodes(in: root) }
}
