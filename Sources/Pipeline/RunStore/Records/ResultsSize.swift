internal import GRDB

/// The room that all results took together once a stage run had made its.
package struct ResultsSize: Hashable, Sendable {
    static let setting = "results-size"

    /// A file that several results share counts once.
    package var bytes: Int64
    /// Number of the last stage run of the run that measured.
    package var stageRun: Int64
    /// Number of the last stage run before that run.
    package var previous: Int64

    package init(bytes: Int64, stageRun: Int64, previous: Int64) {
        self.bytes = bytes
        self.stageRun = stageRun
        self.previous = previous
    }

    init?(_ text: String) {
        let parts = text.split(separator: " ").compactMap { Int64($0) }
        guard parts.count == 3 else { return nil }
        self.init(bytes: parts[0], stageRun: parts[1], previous: parts[2])
    }

    var text: String { "\(bytes) \(stageRun) \(previous)" }
}

extension RunStore {
    /// Number of the last stage run; 0 before the first.
    package func lastStageRun() throws -> Int64 {
        try read { try Int64.fetchOne($0, sql: "SELECT max(id) FROM stage_run") ?? 0 }
    }

    /// Folders of the results that stage runs after this one have made.
    package func resultFolders(after stageRun: Int64) throws -> Set<String> {
        try read { database in
            let paths = try String.fetchAll(
                database,
                sql: "SELECT path FROM artifact WHERE stage_run > ? AND collected_at IS NULL",
                arguments: [stageRun])
            return Set(paths.map(ArtifactRecord.resultFolder))
        }
    }

    /// The results that stage runs with these numbers made or used.
    package func resultsUsed(byStageRuns numbers: Range<Int64>) throws -> Set<Int64> {
        try read { database in
            try Set(
                Int64.fetchAll(
                    database,
                    sql: "SELECT made_by FROM stage_run WHERE id >= ? AND id < ? AND made_by IS NOT NULL",
                    arguments: [numbers.lowerBound, numbers.upperBound]))
        }
    }

    /// What is remembered of the room that results take; `nil` before anybody has looked.
    package func resultsSize() throws -> ResultsSize? {
        let text = try read {
            try String.fetchOne(
                $0, sql: "SELECT value FROM setting WHERE name = ?", arguments: [ResultsSize.setting])
        }
        return text.flatMap(ResultsSize.init)
    }

    package func keep(_ size: ResultsSize) throws {
        try write { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO setting(name, value) VALUES (?, ?)",
                arguments: [ResultsSize.setting, size.text])
        }
    }
}
