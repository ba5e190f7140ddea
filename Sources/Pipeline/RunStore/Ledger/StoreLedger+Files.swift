internal import GRDB
public import VoteModel

extension StoreLedger {
    public func latestImport(source: String, name: String) throws -> LatestImport? {
        try mappingErrors {
            try pool.unsafeReentrantRead { database in
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
    }

    public func lastObserved(of cut: LedgerCut) throws -> Int64? {
        try mappingErrors {
            try pool.unsafeReentrantRead { database in
                try cut.sources.compactMap { source in
                    try LedgerState.latest(of: source, upTo: cut.position, database)?.state.lastObserved
                }.filter { $0 > .min }.max()
            }
        }
    }
}
