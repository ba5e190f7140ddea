package import StageKit
internal import VoteModel

/// A comment with its votes, to put into the store of a ``StageBench``.
package struct TestComment: Hashable, Sendable {
    package var text: String
    package var up: Int32
    package var down: Int32
    /// Its number in the source; where there is none, article and text identify it.
    package var key: String?
    package var article = "a1"
    package var title: String?
    package var author: String?
    package var createdAt: String?
    package var isDeleted = false
    /// When the counts were seen; seconds since 1970, UTC.
    package var observedAt: Int64 = StageBench.now

    package init(
        _ text: String, up: Int32, down: Int32, key: String? = nil, article: String = "a1",
        title: String? = nil, author: String? = nil, createdAt: String? = nil, isDeleted: Bool = false
    ) {
        self.text = text
        self.up = up
        self.down = down
        self.key = key
        self.article = article
        self.title = title
        self.author = author
        self.createdAt = createdAt
        self.isDeleted = isDeleted
    }
}

extension StageBench {
    /// Puts comments into the store as one file of a source, and gives what an ingest stage would hand on: all comments
    /// of that source that there are by now.
    package func comments(
        _ rows: [TestComment], source: String = "news", file: String? = nil
    ) throws -> [InputArtifact] {
        let name = try file ?? "file-\(store.ledger.cut(of: [source], asOf: nil).position)"
        _ = try store.ledger.importFile(
            ImportedFile(
                source: source, name: name, digest: "digest of \(name)", mapping: "m", run: Self.run,
                moment: Self.now)
        ) { sink in
            for (line, row) in rows.enumerated() { try Self.append(row, line: line + 2, to: sink) }
        }
        let cut = try store.ledger.cut(of: [source], asOf: nil)
        return [
            InputArtifact(
                stage: "comments", kind: "ingest.files", type: "comments-v1", path: folder.path,
                digest: cut.digest,
                locator: [
                    "sources": [.string(source)], "position": .integer(Int(cut.position)),
                    "ledger": .string(cut.digest), "revision": cut.revision.map(JSONValue.string) ?? .null,
                ])
        ]
    }

    private static func append(_ row: TestComment, line: Int, to sink: any ObservationSink) throws {
        // All texts of a row in one buffer, which outlives the call that hands them over.
        let fields = [row.article, row.text, row.key, row.title, row.author, row.createdAt]
        let bytes = fields.map { Array(($0 ?? "").utf8) }
        try Array(bytes.joined()).withUnsafeBytes { all in
            var start = 0
            let parts = zip(fields, bytes).map { field, bytes -> UnsafeRawBufferPointer? in
                defer { start += bytes.count }
                return field == nil ? nil : UnsafeRawBufferPointer(rebasing: all[start..<start + bytes.count])
            }
            var comment = ObservedComment(
                key: parts[2], article: parts[0] ?? all, text: parts[1] ?? all, observedAt: row.observedAt,
                up: row.up, down: row.down, isDeleted: row.isDeleted)
            comment.articleTitle = parts[3]
            comment.authorHash = parts[4]
            comment.createdAt = parts[5]
            comment.line = Int32(line)
            try sink.append(comment)
        }
    }
}
