internal import GRDB
package import StageKit
internal import StoreFile

extension RunStore {
    /// Registers a run that begins. Runs that are still marked as running have died: the caller holds the lock.
    /// - Parameter stages: the kind of each stage that the pipeline has, by the stage's name; empty if that is not known.
    package func begin(_ run: RunRecord, stages: [String: String] = [:]) throws {
        try write { database in
            try database.execute(
                sql: "UPDATE run SET outcome = 'killed', finished_at = ? WHERE outcome = 'running'",
                arguments: [self.clock.timestamp()])
            try database.execute(
                sql: """
                    INSERT INTO run(id, pipeline, file, date, as_of, overrides, host, pid, started_at, outcome)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'running')
                    """,
                arguments: [
                    run.id, run.pipeline, run.file, run.date, run.asOf, run.overrides.canonicalText, run.host,
                    run.pid, self.clock.timestamp(),
                ])
            if stages.isEmpty { return }
            try database.execute(
                sql: "INSERT OR REPLACE INTO setting(name, value) VALUES (?, ?)",
                arguments: [
                    Self.stagesSetting(run.pipeline),
                    JSONValue.object(stages.mapValues(JSONValue.string)).canonicalText,
                ])
        }
    }

    package func finish(run: String, outcome: RunOutcome, exitStatus: Int32) throws {
        try write(durably: true) { database in
            try database.execute(
                sql: "UPDATE run SET outcome = ?, exit_status = ?, finished_at = ? WHERE id = ?",
                arguments: [outcome.rawValue, exitStatus, self.clock.timestamp(), run])
        }
    }

    /// Records what became of a stage, its artifacts and its rows: all of it or, after an error, nothing.
    ///
    /// - Parameters:
    ///   - isUrgent: whether new results are to have reached the disk when this returns; otherwise they survive the
    ///     process, and the machine after the next commit that is urgent, or the run's end.
    ///   - isReady: called when all is written and before it is committed; an error takes it back.
    /// - Returns: number of the stage run.
    @discardableResult
    package func record(
        _ stage: StageRunRecord, changes: [any StoreChange] = [], isUrgent: Bool = true,
        once isReady: () throws -> Void = {}
    ) throws -> Int64 {
        defer { base.checkpointer?.rest() }
        return try write(durably: isUrgent && (stage.verdict == .ran || !changes.isEmpty)) { database in
            let run = try RunRows.number(of: stage.run, database, self.clock)
            try database.execute(
                sql: """
                    INSERT INTO stage_run(run, pipeline, stage, kind, fingerprint, fields, verdict, reason, message,
                        figures, publications, warnings, made_by, trial, started_at, finished_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    run, stage.pipeline, stage.stage, stage.kind, stage.fingerprint,
                    stage.fields.canonicalText,
                    stage.verdict.rawValue, stage.reason, stage.message, stage.figures.canonicalText,
                    Self.text(stage.publications), StageWarning.json(stage.warnings).canonicalText,
                    stage.madeBy, stage.isTrial, stage.startedAt, self.clock.timestamp(),
                ])
            let number = database.lastInsertedRowID
            if stage.verdict == .ran {
                try database.execute(
                    sql: "UPDATE stage_run SET made_by = id WHERE id = ?", arguments: [number])
            }
            for artifact in stage.artifacts { try Self.insert(artifact, of: number, database) }
            if stage.verdict.hasResult {
                try database.execute(
                    sql: "DELETE FROM checkpoint WHERE stage = ? AND fingerprint = ?",
                    arguments: [stage.stage, stage.fingerprint])
            }
            let origin = ChangeOrigin(
                run: run, pipeline: stage.pipeline, stage: stage.stage, isTrial: stage.isTrial)
            let writer = ChangeWriter(origin: origin, clock: self.clock, database: database)
            for change in changes { try change.apply(to: writer) }
            try isReady()
            return number
        }
    }

    /// Applies a change that no stage made.
    package func apply(_ change: any StoreChange, pipeline: String, stage: String = "", run: String) throws {
        try write(durably: true) { database in
            let number = try RunRows.number(of: run, database, self.clock)
            let origin = ChangeOrigin(run: number, pipeline: pipeline, stage: stage)
            try change.apply(to: ChangeWriter(origin: origin, clock: self.clock, database: database))
        }
    }

    private static func insert(_ artifact: ArtifactRecord, of stageRun: Int64, _ database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO artifact(stage_run, port, type, path, digest, file_digest, size, locator)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                stageRun, artifact.port, artifact.type, artifact.path, artifact.digest, artifact.fileDigest,
                artifact.size, artifact.locator.canonicalText,
            ])
    }

    /// Records that a stage has begun and where its work is, so that a later run can resume it.
    package func beginWork(stage: String, fingerprint: String, run: String, path: String) throws {
        try write { database in
            let number = try RunRows.number(of: run, database, self.clock)
            try database.execute(
                sql: """
                    INSERT OR REPLACE INTO checkpoint(stage, fingerprint, run, path, updated_at)
                    VALUES (?, ?, ?, ?, ?)
                    """, arguments: [stage, fingerprint, number, path, self.clock.timestamp()])
        }
    }

    private static func text(_ publications: [Publication]) -> String {
        JSONValue.array(
            publications.map {
                var members: [String: JSONValue] = [
                    "path": .string($0.path), "template": .string($0.template),
                    "values": .object($0.values.mapValues(JSONValue.string)),
                ]
                if $0.neverOverwrites { members["yields"] = true }
                return .object(members)
            }
        ).canonicalText
    }

    static func publications(_ json: JSONValue) -> [Publication] {
        (json.arrayValue ?? []).compactMap { item in
            guard let path = item["path"]?.stringValue, let template = item["template"]?.stringValue else {
                return nil
            }
            let values = item["values"]?.objectValue?.compactMapValues(\.stringValue) ?? [:]
            return Publication(
                path: path, template: template, values: values,
                neverOverwrites: item["yields"]?.boolValue ?? false)
        }
    }
}
