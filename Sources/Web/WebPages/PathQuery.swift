internal import CLibXML2
package import WebFormats

/// An XPath 1.0 expression that selects elements, attributes or texts.
package struct PathQuery: Hashable, Sendable {
    /// As it was written.
    package let text: String

    /// Most bytes an expression may have.
    package static let longest = 4096
    /// Most steps that one evaluation may take, in libxml2's measure.
    private static let mostSteps: UInt = 50_000_000

    /// - Throws: ``/WebFormats/PatternError`` where the text is no XPath.
    package init(_ text: String) throws(PatternError) {
        guard text.utf8.count <= Self.longest, !text.utf8.contains(0) else {
            throw PatternError("a path of more than \(Self.longest) bytes", column: 1)
        }
        self.text = text
        let problem = LibXML.quietly { () -> PatternError? in
            guard let context = xmlXPathNewContext(nil) else { return nil }
            defer { xmlXPathFreeContext(context) }
            if let compiled = xmlXPathCtxtCompile(context, text) {
                xmlXPathFreeCompExpr(compiled)
                return nil
            }
            let error = LibXML.lastError
            let bytes = Array(text.utf8.prefix(max(0, error?.number ?? 0)))
            return PatternError(
                "no XPath: \(error?.message ?? "it cannot be read")",
                column: String(decoding: bytes, as: UTF8.self).unicodeScalars.count + 1)
        }
        if let problem { throw problem }
    }

    /// What the expression selects, in the order of the page; nothing where its value is a number or a text.
    /// - Throws: ``/WebFormats/PatternError`` where it takes too long, or uses unknown functions or prefixes.
    package func nodes(in root: PageNode) throws(PatternError) -> [PageNode] {
        let result: Result<[PageNode], PatternError> = LibXML.quietly {
            guard let context = xmlXPathNewContext(root.document.document) else { return .success([]) }
            defer { xmlXPathFreeContext(context) }
            context.pointee.opLimit = Self.mostSteps
            context.pointee.node = root.node
            guard let value = xmlXPathEvalExpression(text, context) else {
                return .failure(
                    PatternError(LibXML.lastError?.message ?? "the path could not be followed", column: 1))
            }
            defer { xmlXPathFreeObject(value) }
            guard value.pointee.type == XPATH_NODESET, let set = value.pointee.nodesetval else {
                return .success([])
            }
            xmlXPathNodeSetSort(set)
            let nodes = (0..<Int(set.pointee.nodeNr)).compactMap { set.pointee.nodeTab[$0] }
            // Namespace nodes are owned by the result and end with it.
            return .success(
                nodes.filter { $0.pointee.type != XML_NAMESPACE_DECL }.map {
                    PageNode(document: root.document, node: $0)
                })
        }
        return try result.get()
    }
}
