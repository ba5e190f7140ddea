internal import GRDB
internal import StoreFile

/// What the stages of a run told, of a few figures.
package struct StoredRunFigures: Hashable, Sendable {
    package var run: RunSummary
    /// In the order in which they ended.
    package var stages: [OfStage]

    package struct OfStage: Hashable, Sendable {
        package var stage: String
        package var kind: String
        package var verdict: StageVerdict
        /// Of the figures asked for, those that it reported as numbers.
        package var figures: [String: Double]
    }
}

extension RunStore {
    /// The last runs of a pipeline with the rules of its file, oldest first, with some of the figures of their stages. Runs
    /// with `-S`, and those that are still going on, are left out.
    ///
    /// - Parameter names: of the figures: letters, digits and underscores.
    package func trend(pipeline: String, limit: Int, figures names: [String]) throws -> [StoredRunFigures] {
        try runs(pipeline: pipeline, limit: limit * 4).filter {
            !$0.run.hasOverrides && $0.run.asOf == nil && $0.outcome != .running
        }.prefix(limit).reversed().map { run in
            StoredRunFigures(run: run, stages: try figures(ofRun: run.run.id, names))
        }
    }

    private func figures(ofRun id: String, _ names: [String]) throws -> [StoredRunFigures.OfStage] {
        let columns = names.indices.map { "json_extract(stage_run.figures, ?\($0 + 2)) AS figure\($0)" }
        return try read { database in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT stage, kind, verdict, \(columns.joined(separator: ", "))
                    FROM stage_run JOIN run ON run.number = stage_run.run
                    WHERE run.id = ?1 ORDER BY stage_run.id
                    """)
            let arguments = StatementArguments([id] + names.map { "$.\($0)" })
            return try Row.fetchAll(statement, arguments: arguments).compactMap { row in
                guard let verdict = StageVerdict(rawValue: row["verdict"]) else { return nil }
                var figures: [String: Double] = [:]
                for (place, name) in names.enumerated() {
                    let value: DatabaseValue = row["figure\(place)"]
                    if let number = Double.fromDatabaseValue(value) { figures[name] = number }
                }
                return StoredRunFigures.OfStage(
                    stage: row["stage"], kind: row["kind"], verdict: verdict, figures: figures)
            }
        }
    }
}
