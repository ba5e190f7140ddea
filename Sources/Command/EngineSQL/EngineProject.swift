internal import DatasetStages
internal import Diagnostics
internal import Files
private import Foundation
internal import PipelineAccess
package import PipelinePlan
internal import StageKit
internal import TextBasics

/// The data stages of a pipeline file as a folder of SQL that an engine runs.
package struct EngineProject {
    /// What stays in splitvote, or is done otherwise, each in a sentence.
    package var notes: [String] { recipe.notes }

    private let recipe: EngineRecipe
    private let engine: SQLEngine

    /// Reads what the file says, and what its store holds on to from earlier runs.
    /// - Parameters:
    ///   - asOf: the moment that labels are to look back to; `nil` for now.
    ///   - again: whether the last split is to be made once more, from what was decided before its run.
    /// - Throws: `DiagnosticsError` with all that cannot be carried over.
    package init(_ plan: PlannedPipeline, for engine: SQLEngine, asOf: Int64?, again: Bool = false) throws {
        var reader = RecipeReader(plan)
        var recipe = try reader.recipe(asOf: asOf)
        if let stage = plan[recipe.split.stage]?.stage as? SplitStage,
            let store = try StoreLocation(plan).open()
        {
            defer { try? store.close() }
            recipe.split.kept = try stage.holdings(
                SplitMemory(store.rows), store.ledger, sources: recipe.tables.map(\.source).sorted(),
                date: plan.runDate, asOf: asOf,
                before: again
                    ? try store.lastState(pipeline: plan.name, stage: recipe.split.stage, withResult: true)?
                        .madeBy : nil)
        }
        self.recipe = recipe
        self.engine = engine
    }

    /// Its files by their paths within the folder.
    /// - Parameter folder: the project's, absolute: engines that run elsewhere need it.
    package func files(in folder: String) -> [(path: String, text: String)] {
        let script = EngineScript(recipe, for: engine)
        var files = [("README.md", readme)]
        for file in KeptFile.allCases {
            if let text = kept(file) { files.append(("kept/\(file.rawValue).tsv", text)) }
        }
        switch engine {
        case .duckdb: files += DuckDBFiles(recipe, script).files
        case .spark: files += SparkFiles(recipe, script, folder: folder).files
        }
        return files
    }

    /// Writes the project.
    /// - Parameter folder: a new one, an empty one, or one that holds a project.
    /// - Returns: the files that it has.
    /// - Throws: `DiagnosticsError` for a folder with something else in it.
    package func write(to folder: String) throws -> [String] {
        let root = AbsolutePath.of(folder, in: FileManager.default.currentDirectoryPath)
        let present = Disk.isFolder(root) ? try Disk.names(in: root) : []
        if !present.isEmpty, !present.contains(Self.mark) {
            throw DiagnosticsError(
                "\(folder) is not empty, and holds no project of 'export --engine'",
                hint: "name a new folder; nothing was written")
        }
        for part in ["kept", "sql", "transformations"] where present.contains(part) {
            try Disk.remove(root + "/" + part)
        }
        let files = files(in: root) + [(Self.mark, "\(engine.rawValue)\n")]
        for (path, text) in files {
            let parts = (root + "/" + path).split(separator: "/", omittingEmptySubsequences: false)
            try FileManager.default.createDirectory(
                atPath: parts.dropLast().joined(separator: "/"), withIntermediateDirectories: true)
            let file = try FileWriter(path: root + "/" + path)
            try file.write(text)
            try file.finish()
            if path == "run" {
                try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: root + "/run")
            }
        }
        return files.map(\.0)
    }

    /// Writes the project and says what it is.
    /// - Parameter note: takes what is worth knowing beside.
    /// - Returns: lines for people.
    package func report(writtenTo folder: String, note: (String) -> Void) throws -> [String] {
        let files = try write(to: folder)
        for sentence in notes { note("note: \(sentence)") }
        return [
            "\(folder): \(files.count { $0.hasSuffix(".sql") }) files of SQL for \(engine.title); \(folder)/run runs them"
        ]
    }

    /// Says that a folder holds a project, which may be written again.
    private static let mark = ".splitvote-engine"

    private func kept(_ file: KeptFile) -> String? {
        let kept = recipe.split.kept
        let rows: [[String]] =
            switch file {
            case .groups: kept.groups.map { [$0.key, $0.side] }
            case .comments: kept.comments.enumerated().map { [$1.id, $1.side, "\($0)"] }
            case .frozen:
                kept.members.enumerated().map {
                    ["\($1.id)", $1.side, "\($1.label)", "\($1.up)", "\($1.down)", "\($0)"]
                }
            }
        if file == .frozen ? kept.frozenSides.isEmpty : rows.isEmpty { return nil }
        return ([file.columns.map(\.name)] + rows).map { $0.joined(separator: "\t") + "\n" }.joined()
    }
}

extension EngineProject {
    private var readme: String {
        let needs =
            switch engine {
            case .duckdb:
                "`./run` needs the `duckdb` command (`pip install duckdb-cli`; `DUCKDB` names another) and `splitvote` (`SPLITVOTE`)."
            case .spark:
                """
                `./run` needs `spark-sql` (`pip install pyspark` and Java 17; `SPARK_SQL` names another) and `splitvote` on every worker
                (`SPLITVOTE`). As a declarative pipeline: `spark-pipelines run --spec spark-pipeline.yml`.
                """
            }
        let left = recipe.notes.map { "- \($0)\n" }.joined()
        return """
            # \(recipe.pipeline) on \(engine.title)

            The data stages of \(recipe.file), written by `splitvote export --engine \(engine.rawValue)`. Each file of SQL makes one
            table; the last ones are `dataset`, what an export has, and `digest`, SHA-256 of id, label and side of all rows in their
            order. `splitvote verify \(recipe.file)` prints the same digest of its own last run.

            \(needs)
            \(left.isEmpty ? "" : "\nNot carried over:\n\n" + left)
            """
    }
}
