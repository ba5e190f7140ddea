internal import GRDB
internal import StoreFile
package import VoteModel

extension StoreLedger {
    static let readingColumns = """
        SELECT position, name, digest, mapping, moment, rows, empty_text, quarantined, new_comments, repeats, observations,
            edited, restored, withdrawn
        FROM imported_file
        """

    /// The reading of a content that counts; `nil` if it was not read so, or another took its place.
    func reading(
        _ source: String, _ digest: String, _ mapping: String, _ database: Database
    ) throws -> FileReading? {
        try Row.fetchOne(
            database,
            sql: """
                \(Self.readingColumns) WHERE source = ? AND superseded IS NULL AND digest = ? AND mapping = ?
                ORDER BY position DESC LIMIT 1
                """, arguments: [source, digest, mapping]
        ).map(FileReading.init)
    }

    package func readings(of source: String) throws -> [FileReading] {
        try base.reading { database in
            try Row.fetchAll(
                database,
                sql: """
                    \(Self.readingColumns) WHERE source = ? AND superseded IS NULL AND mapping <> 'forget'
                    ORDER BY position
                    """, arguments: [source]
            ).map(FileReading.init)
        }
    }

    package func everRead(of source: String) throws -> Set<[String]> {
        try base.reading { database in
            try Set(
                Row.fetchAll(
                    database,
                    sql:
                        "SELECT DISTINCT digest, mapping FROM imported_file WHERE source = ? AND mapping <> 'forget'",
                    arguments: [source]
                ).map { [$0["digest"], $0["mapping"]] })
        }
    }

    package func rename(reading position: Int64, to name: String) throws {
        try base.writing { database in
            try database.execute(
                sql: "UPDATE imported_file SET name = ? WHERE position = ?", arguments: [name, position])
        }
    }

    package func readingsOverlap(_ one: Int64, _ others: [Int64]) throws -> Bool {
        try base.reading { try SupersededReadings($0).overlap(one, others) }
    }
}

extension StoreLedger {
    package func latestImport(source: String, name: String) throws -> LatestImport? {
        try base.reading { database in
            let row = try Row.fetchOne(
                database,
                sql: """
                    \(Self.readingColumns) WHERE source = ? AND name = ? ORDER BY position DESC LIMIT 1
                    """, arguments: [source, name])
            guard let reading = row.map(FileReading.init) else { return nil }
            return LatestImport(
                digest: reading.digest, mapping: reading.mapping, figures: reading.figures)
        }
    }

    package func lastObserved(of cut: LedgerCut) throws -> Int64? {
        try base.reading { database in
            try cut.sources.compactMap { source in
                try LedgerState.latest(of: source, upTo: cut.position, database)?.state.lastObserved
            }.filter { $0 > .min }.max()
        }
    }
}
