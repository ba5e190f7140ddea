package import CommentParsing
package import Diagnostics
internal import PipelineFile

/// A source file, format 1: which articles a source has, and how its comments are asked for and read.
package struct SourceDocument: Sendable {
    package let source: CommentSource

    /// Reads a source file. Everything that is wrong with it is found in one pass.
    /// - Parameter file: the name for messages.
    package init(_ bytes: [UInt8], file: String) throws(DiagnosticsError) {
        let yaml = try LocatedYAML(bytes, file: file)
        try self.init(yaml.root, findings: yaml.findings, file: file)
    }

    /// Reads the values of a source file that is already parsed.
    package init(
        _ root: LocatedValue, findings: [Finding] = [], file: String
    ) throws(DiagnosticsError) {
        guard case .map(let entries) = root.content else {
            throw DiagnosticsError(
                "a source file is a map of keys and values", at: root.span,
                hint: "it starts with 'splitvote_source: 1' and has 'source', 'articles' and 'comments'")
        }
        var walk = SourceWalk(findings: findings, start: root.span)
        let source = walk.source(entries)
        guard let source, !walk.findings.contains(where: { $0.severity == .error }) else {
            throw DiagnosticsError(file: file, findings: walk.findings.inFileOrder())
        }
        self.source = source
    }

    /// The keys of each map of the file, by the map's name; `schemas/source.schema.json` has the same.
    package static let keys: [String: [String]] = [
        "": ["splitvote_source", "source", "service", "time_zone", "articles", "prepare", "comments"],
        "articles": ["addresses", "key", "address", "title", "outlet", "published_at", "body"],
        "prepare": ["get", "post", "body", "headers", "take", "secret"],
        "comments": [
            "get", "post", "body", "following", "following_body", "replies", "replies_body",
            "following_replies", "following_replies_body", "headers", "page_size", "paging", "order",
            "expect",
            "refused_if", "empty_if", "message", "list", "replies_in", "total", "fields", "removed_if",
            "removed_unless",
        ],
        "body": ["form", "json"],
        "paging": ["by", "first", "pages", "next", "end"],
        "fields": ["key", "text", "up", "down", "replies", "parent", "created_at", "author", "text_format"],
        "rule": ["css", "attribute", "without", "xpath"],
        "taking": ["json", "css", "attribute", "without", "xpath"],
    ]
}
