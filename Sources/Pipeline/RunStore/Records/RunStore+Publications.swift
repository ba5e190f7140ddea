internal import GRDB

/// A published file as the store remembers it.
public struct PublishedFile: Hashable, Sendable {
    public var pipeline: String
    /// The stage that published it last.
    public var stage: String
    /// What it said then: SHA-256, 64 hex digits.
    public var digest: String
}

extension RunStore {
    /// Who published the file at a place, an absolute path; `nil` where nobody did.
    public func publishedFile(at path: String) throws -> PublishedFile? {
        try read { database in
            try Row.fetchOne(
                database,
                sql: """
                    SELECT stage_run.pipeline, stage_run.stage, publication.digest
                    FROM publication JOIN stage_run ON stage_run.id = publication.stage_run
                    WHERE publication.path = ?
                    """, arguments: [path]
            ).map { PublishedFile(pipeline: $0[0], stage: $0[1], digest: $0[2]) }
        }
    }
}
