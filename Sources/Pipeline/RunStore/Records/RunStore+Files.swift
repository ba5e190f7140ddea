internal import GRDB
internal import StoreFile

/// What the file system said about a file when its content was last read.
package struct FileMemory: Hashable, Sendable {
    /// Absolute.
    package var path: String
    /// Bytes.
    package var size: Int64
    /// Nanoseconds since 1970.
    package var modified: Int64
    package var inode: Int64
    /// SHA-256, 64 hex digits.
    package var digest: String

    package init(path: String, size: Int64, modified: Int64, inode: Int64, digest: String) {
        self.path = path
        self.size = size
        self.modified = modified
        self.inode = inode
        self.digest = digest
    }
}

/// A published file.
package struct PublicationRecord: Hashable, Sendable {
    /// Absolute.
    package var path: String
    /// Number of the stage run that made it.
    package var stageRun: Int64
    /// Bytes.
    package var size: Int64
    /// SHA-256, 64 hex digits.
    package var digest: String
    /// The label set whose labels it holds or describes; `nil` if it is related to none.
    package var labelSet: String?

    package init(path: String, stageRun: Int64, size: Int64, digest: String, labelSet: String? = nil) {
        self.path = path
        self.stageRun = stageRun
        self.size = size
        self.digest = digest
        self.labelSet = labelSet
    }
}

extension RunStore {
    /// What is remembered of files, by path.
    package func fileMemories(_ paths: [String]) throws -> [String: FileMemory] {
        try read { database in
            var memories: [String: FileMemory] = [:]
            let statement = try database.cachedStatement(
                sql: "SELECT path, size, modified, inode, digest FROM file_digest WHERE path = ?")
            for path in paths {
                guard let row = try Row.fetchOne(statement, arguments: [path]) else { continue }
                memories[path] = FileMemory(
                    path: row[0], size: row[1], modified: row[2], inode: row[3], digest: row[4])
            }
            return memories
        }
    }

    /// What is remembered of the files in a folder, which is absolute, but not of those in its subfolders.
    package func fileMemories(in folder: String) throws -> [FileMemory] {
        try read { database in
            let (first, end) = Self.paths(below: folder)
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT path, size, modified, inode, digest FROM file_digest
                    WHERE path >= ?1 AND path < ?2 AND instr(substr(path, length(?1) + 1), '/') = 0
                    """, arguments: [first, end])
            var memories: [FileMemory] = []
            while let row = try rows.next() {
                memories.append(
                    FileMemory(path: row[0], size: row[1], modified: row[2], inode: row[3], digest: row[4]))
            }
            return memories
        }
    }

    /// All paths that begin with a folder's and a slash, of which the next character is '0'.
    private static func paths(below folder: String) -> (first: String, end: String) {
        let first = folder.hasSuffix("/") ? folder : folder + "/"
        return (first, first.dropLast() + "0")
    }

    /// Forgets the files below a folder. Absolute.
    package func forgetFiles(below folder: String) throws {
        try write { database in
            let (first, end) = Self.paths(below: folder)
            try database.execute(
                sql: "DELETE FROM file_digest WHERE path >= ? AND path < ?", arguments: [first, end])
        }
    }

    package func remember(_ files: [FileMemory]) throws {
        if files.isEmpty { return }
        try write { database in
            let insert = try database.cachedStatement(
                sql: """
                    INSERT OR REPLACE INTO file_digest(path, size, modified, inode, digest)
                    VALUES (?, ?, ?, ?, ?)
                    """)
            for file in files {
                try insert.execute(arguments: [file.path, file.size, file.modified, file.inode, file.digest])
            }
        }
    }

    /// Keeps what is where. Rows that say so already are left alone, so that a run without work writes nothing.
    package func recordPublications(_ publications: [PublicationRecord], run: String) throws {
        let publications = try read { database in
            try publications.filter { publication in
                try Bool.fetchOne(
                    database,
                    sql: """
                        SELECT NOT EXISTS (SELECT 1 FROM publication
                            WHERE path = ? AND stage_run = ? AND size = ? AND digest = ? AND label_set IS ?)
                        """,
                    arguments: [
                        publication.path, publication.stageRun, publication.size, publication.digest,
                        publication.labelSet,
                    ])
                    ?? true
            }
        }
        if publications.isEmpty { return }
        try write { database in
            let number = try RunRows.number(of: run, database, self.clock)
            for publication in publications {
                try database.execute(
                    sql: """
                        INSERT OR REPLACE INTO publication(path, stage_run, run, size, digest, label_set,
                            published_at)
                        VALUES (?, ?, ?, ?, ?, ?, ?)
                        """,
                    arguments: [
                        publication.path, publication.stageRun, number, publication.size, publication.digest,
                        publication.labelSet, self.clock.timestamp(),
                    ])
            }
        }
    }
}
