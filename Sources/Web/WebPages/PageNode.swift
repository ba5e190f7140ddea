internal import CLibXML2

/// One element of a page, or one of its attributes or texts where a path selects those.
package struct PageNode {
    let document: PageDocument
    let node: xmlNodePtr

    /// Name of the element without its prefix; in lower case for HTML.
    package var name: String { LibXML.text(node.pointee.name) }

    /// Namespace of an XML element; empty where it has none.
    package var namespace: String {
        guard isElement, let namespace = node.pointee.ns else { return "" }
        return LibXML.text(namespace.pointee.href)
    }

    package var isElement: Bool { node.pointee.type == XML_ELEMENT_NODE }

    /// Whether both are the same place of the same page.
    package func isSame(as other: PageNode) -> Bool { node == other.node }

    /// Value of an attribute; `nil` where the element has none of that name.
    package func attribute(_ name: String) -> String? {
        guard isElement else { return nil }
        var next = node.pointee.properties
        while let attribute = next {
            if LibXML.text(attribute.pointee.name).utf8.elementsEqual(name.utf8) {
                var value = ""
                var text = attribute.pointee.children
                while let part = text {
                    if part.pointee.type == XML_TEXT_NODE { value += LibXML.text(part.pointee.content) }
                    text = part.pointee.next
                }
                return value
            }
            next = attribute.pointee.next
        }
        return nil
    }

    /// Elements directly inside, in their order.
    package var children: [PageNode] {
        guard isElement else { return [] }
        var children: [PageNode] = []
        var next = node.pointee.children
        while let child = next {
            if child.pointee.type == XML_ELEMENT_NODE {
                children.append(PageNode(document: document, node: child))
            }
            next = child.pointee.next
        }
        return children
    }

    /// The text inside exactly as it stands in the page, of scripts and styles too.
    package var rawText: String {
        guard isElement || node.pointee.type == XML_ATTRIBUTE_NODE else {
            return LibXML.text(node.pointee.content)
        }
        var text = ""
        visit(from: node.pointee.children) { node in
            switch node.pointee.type {
            case XML_TEXT_NODE, XML_CDATA_SECTION_NODE: text += LibXML.text(node.pointee.content)
            default: break
            }
            return true
        }
        return text
    }

    /// The text as a reader sees it: one blank for any white space, a line end for `<br>` and at the ends of blocks, at most
    /// one empty line, nothing of scripts and styles.
    ///
    /// - Parameter skipped: elements that are passed over with all that is inside.
    package func visibleText(without skipped: [PageNode] = []) -> String {
        guard isElement else { return TextFlow.plain(rawText) }
        let skipped = Set(skipped.map(\.node))
        var flow = TextFlow()
        visit(from: node.pointee.children) { node in
            switch node.pointee.type {
            case XML_TEXT_NODE, XML_CDATA_SECTION_NODE:
                flow.append(LibXML.text(node.pointee.content))
                return true
            case XML_ELEMENT_NODE:
                if skipped.contains(node) { return false }
                let name = LibXML.text(node.pointee.name)
                if Self.unseen.contains(name) { return false }
                if name == "br" { flow.breakLine() }
                if Self.blocks.contains(name) { flow.startBlock() }
                return true
            default: return false
            }
        } leave: { node in
            if Self.blocks.contains(LibXML.text(node.pointee.name)) { flow.startBlock() }
        }
        return flow.text
    }

    private static let unseen: Set<String> = [
        "script", "style", "noscript", "template", "head", "iframe", "object",
    ]
    private static let blocks: Set<String> = [
        "address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "figcaption", "figure",
        "footer", "form", "h1",
        "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section",
        "table", "tr", "ul",
    ]

    /// Visits nodes in the order of the page without recursion, however deep they are.
    /// - Parameter enter: whether to go inside.
    private func visit(
        from first: xmlNodePtr?, enter: (xmlNodePtr) -> Bool, leave: (xmlNodePtr) -> Void = { _ in }
    ) {
        var next = first
        while let node = next {
            let isOpen = enter(node)
            if isOpen, node.pointee.type == XML_ELEMENT_NODE, let child = node.pointee.children {
                next = child
                continue
            }
            if isOpen, node.pointee.type == XML_ELEMENT_NODE { leave(node) }
            var at = node
            while at.pointee.next == nil {
                guard let parent = at.pointee.parent, parent != self.node else { return }
                leave(parent)
                at = parent
            }
            next = at.pointee.next
        }
    }
}

/// Text of running elements and blocks, put together as a reader sees it.
private struct TextFlow {
    private(set) var text = ""
    private var blankIsDue = false
    private var linesDue = 0

    mutating func append(_ piece: String) {
        var word = String.UnicodeScalarView()
        for scalar in piece.unicodeScalars {
            guard Self.isBlank(scalar) else {
                word.append(scalar)
                continue
            }
            flush(&word)
            blankIsDue = true
        }
        flush(&word)
    }

    private mutating func flush(_ word: inout String.UnicodeScalarView) {
        guard !word.isEmpty else { return }
        if !text.isEmpty {
            if linesDue > 0 {
                text += linesDue > 1 ? "\n\n" : "\n"
            } else if blankIsDue {
                text += " "
            }
        }
        linesDue = 0
        blankIsDue = false
        text.unicodeScalars.append(contentsOf: word)
        word = String.UnicodeScalarView()
    }

    mutating func breakLine() { linesDue += 1 }

    mutating func startBlock() { linesDue = max(linesDue, 1) }

    static func plain(_ text: String) -> String {
        var flow = TextFlow()
        flow.append(text)
        return flow.text
    }

    /// The white space of HTML, and the no-break space, which pages use for it.
    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20, 0x09, 0x0A, 0x0C, 0x0D, 0xA0: true
        default: false
        }
    }
}
