package import WebFormats
package import WebPages

/// Where a page holds a text: the elements that a selector or path means, and what of them is taken.
package struct FieldRule: Hashable, Sendable {
    private enum Place: Hashable, Sendable {
        case css(CSSSelector)
        case xpath(PathQuery)
    }

    private let place: Place
    /// The attribute that holds the text; `nil` for the text inside.
    package let attribute: String?
    /// Elements inside that do not belong to the text, such as captions.
    package let without: CSSSelector?

    /// - Throws: ``/WebFormats/PatternError`` where a selector cannot be read.
    package init(
        css: String, attribute: String? = nil, without: String? = nil
    ) throws(PatternError) {
        place = .css(try CSSSelector(css))
        self.attribute = attribute
        if let without { self.without = try CSSSelector(without) } else { self.without = nil }
    }

    /// - Throws: ``/WebFormats/PatternError`` where the path cannot be read.
    package init(xpath: String) throws(PatternError) {
        place = .xpath(try PathQuery(xpath))
        attribute = nil
        without = nil
    }

    /// The selector or path as it was written.
    package var text: String {
        switch place {
        case .css(let selector): selector.text
        case .xpath(let path): path.text
        }
    }

    /// What the rule means in a page.
    /// - Throws: ``/WebPages/PageError/rule(_:_:)`` where a path takes too long or uses unknown functions.
    package func nodes(in root: PageNode) throws(PageError) -> [PageNode] {
        do throws(PatternError) {
            switch place {
            case .css(let selector): return try selector.elements(in: root)
            case .xpath(let path): return try path.nodes(in: root)
            }
        } catch {
            throw .rule(text, error.problem)
        }
    }

    /// The first text that is not empty; `nil` if there is none.
    /// - Throws: as ``nodes(in:)``.
    package func text(in root: PageNode) throws(PageError) -> String? {
        for node in try nodes(in: root) {
            let text = try text(of: node)
            if !text.isEmpty { return text }
        }
        return nil
    }

    private func text(of node: PageNode) throws(PageError) -> String {
        if let attribute { return node.attribute(attribute)?.trimmedOfBlanks ?? "" }
        guard let without else { return node.visibleText() }
        do throws(PatternError) {
            return node.visibleText(without: try without.elements(in: node))
        } catch {
            throw .rule(without.text, error.problem)
        }
    }
}

extension String {
    /// Without blanks, tabs and line ends at the ends.
    var trimmedOfBlanks: String {
        var rest = self[...]
        while let byte = rest.utf8.first, byte <= 0x20 { rest = Substring(rest.unicodeScalars.dropFirst()) }
        while let byte = rest.utf8.last, byte <= 0x20 { rest = Substring(rest.unicodeScalars.dropLast()) }
        return String(rest)
    }
}
