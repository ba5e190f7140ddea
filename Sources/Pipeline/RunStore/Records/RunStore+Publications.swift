internal import GRDB

/// A published file as the store remembers it.
package struct PublishedFile: Hashable, Sendable {
    /// Absolute.
    package var path: String
    package var pipeline: String
    /// The stage that published it last.
    package var stage: String
    /// What it said then: SHA-256, 64 hex digits.
    package var digest: String
    /// Bytes, then.
    package var size: Int64
    /// The label set whose labels it holds or describes; `nil` if it is related to none.
    package var labelSet: String?

    package init(
        path: String, pipeline: String, stage: String, digest: String, size: Int64, labelSet: String? = nil
    ) {
        self.path = path
        self.pipeline = pipeline
        self.stage = stage
        self.digest = digest
        self.size = size
        self.labelSet = labelSet
    }
}

extension RunStore {
    private static let columns = """
        SELECT publication.path, stage_run.pipeline, stage_run.stage, publication.digest, publication.size,
            publication.label_set
        FROM publication JOIN stage_run ON stage_run.id = publication.stage_run
        """

    private static func file(_ row: Row) -> PublishedFile {
        PublishedFile(
            path: row[0], pipeline: row[1], stage: row[2], digest: row[3], size: row[4], labelSet: row[5])
    }

    /// Who published the file at a place, an absolute path; `nil` if none did.
    package func publishedFile(at path: String) throws -> PublishedFile? {
        try read { database in
            try Row.fetchOne(
                database, sql: Self.columns + " WHERE publication.path = ?", arguments: [path]
            ).map(Self.file)
        }
    }

    /// Files that were published of results that hold texts of comments, by their paths, whether or not they are still there.
    package func publishedFilesWithTexts() throws -> [PublishedFile] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: Self.columns
                    + """
                     WHERE EXISTS (SELECT 1 FROM artifact
                        WHERE artifact.stage_run = publication.stage_run AND artifact.type IN (\(Self.typesWithTexts)))
                    ORDER BY publication.path
                    """
            ).map(Self.file)
        }
    }

    /// Every file that was published, by its path, whether or not it is still there.
    /// - Parameter pipeline: only those of its stages; `nil` for all.
    package func publishedFiles(pipeline: String?) throws -> [PublishedFile] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: Self.columns + " WHERE ?1 IS NULL OR stage_run.pipeline = ?1 ORDER BY publication.path",
                arguments: [pipeline]
            ).map(Self.file)
        }
    }
}
