internal import Diagnostics
internal import DuckDBTables
private import Foundation
internal import PipelineAccess
internal import PipelinePlan
internal import Programs
internal import StageKit
internal import Synchronization

/// Runs a project on its engine, in a separate folder.
package struct EngineRun {
    private let project: EngineProject
    private let engine: SQLEngine
    private let program: String

    /// - Parameter program: path of this program, which the project calls.
    package init(_ project: EngineProject, on engine: SQLEngine, program: String) {
        self.project = project
        self.engine = engine
        self.program = program
    }

    /// - Parameter folder: where to write and run it; `nil` for one that is removed at the end.
    /// - Throws: `DiagnosticsError` where the engine is missing, ``/StageKit/StageError`` where it fails.
    package func digest(in folder: String?) async throws -> SplitDigest {
        let place = folder ?? NSTemporaryDirectory() + "splitvote-\(UUID().uuidString)"
        defer { if folder == nil { try? FileManager.default.removeItem(atPath: place) } }
        var variables = ["SPLITVOTE": program]
        switch engine {
        case .duckdb: variables[DuckDB.variable] = try Self.duckDB()
        case .spark: try Self.requireSpark()
        }
        _ = try project.write(to: place)
        let printed = Mutex<[String]>([])
        let ending = try await Program(["./run"], folder: place, environment: variables).run { line in
            printed.withLock { $0.append(line) }
        }
        let lines = printed.withLock { $0 }
        guard ending == .exited(0), let digest = lines.last.flatMap(SplitDigest.init(line:)) else {
            let words = lines.suffix(12).map { "\n  \($0)" }.joined()
            throw StageError(
                "\(engine.title) \(ending == .exited(0) ? "printed no digest" : ending.text):\(words)",
                hint:
                    "write the project with 'splitvote export --engine \(engine.rawValue) --out DIR' and look at its tables"
            )
        }
        return digest
    }

    /// Path of a DuckDB that is not too old.
    private static func duckDB() throws(DiagnosticsError) -> String {
        do throws(StageError) {
            return try DuckDB.find().path
        } catch {
            throw DiagnosticsError(error.message, hint: error.hint)
        }
    }

    private static func requireSpark() throws(DiagnosticsError) {
        let variable = "SPARK_SQL"
        let command = ProcessInfo.processInfo.environment[variable] ?? "spark-sql"
        if Program([command], folder: FileManager.default.currentDirectoryPath).path != nil { return }
        throw DiagnosticsError(
            "there is no program '\(command)', which runs Spark",
            hint:
                "install it with 'pip install pyspark' beside Java 17, or name it in the variable \(variable)"
        )
    }
}
