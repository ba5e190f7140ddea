internal import TextBasics

/// A project's files for Spark: a declarative pipeline with one materialized view for each table, and the same queries for
/// spark-sql.
struct SparkFiles {
    private let recipe: EngineRecipe
    private let script: EngineScript
    private let folder: String

    init(_ recipe: EngineRecipe, _ script: EngineScript, folder: String) {
        self.recipe = recipe
        self.script = script
        self.folder = folder
    }

    var files: [(String, String)] {
        var files: [(String, String)] = []
        for (number, step) in script.steps.enumerated() {
            let place = number < 9 ? "0\(number + 1)" : "\(number + 1)"
            let head = step.comments.map { "-- \($0)\n" }.joined()
            let query = query(of: step).replacing("{folder}", with: folder)
            files.append(
                (
                    "sql/\(place)-\(step.table).sql",
                    "\(head)CREATE TABLE \(step.table) USING parquet AS\n\(query);\n"
                ))
            files.append(
                (
                    "transformations/\(place)-\(step.table).sql",
                    "\(head)CREATE MATERIALIZED VIEW \(step.table) AS\n\(query);\n"
                ))
        }
        let columns = recipe.columns.map { $0 == "text" ? "document" : $0 } + recipe.extraColumns
        files.append(
            (
                "sql/results.sql",
                """
                -- A folder for each side; 'position' says the order of its rows.
                INSERT OVERWRITE DIRECTORY '\(folder)/out/dataset' USING parquet OPTIONS (compression 'zstd')
                SELECT \(columns.joined(separator: ", ")) FROM dataset;
                SELECT sha256, rows FROM digest;

                """
            ))
        files.append(("spark-pipeline.yml", specification))
        files.append(("run", Self.run))
        return files
    }

    private func query(of step: EngineStep) -> String {
        switch step.body {
        case .query(let query): return query
        case .filter(let call):
            return call.query.replacing("{rows}", with: "(\n\(transform(call).indented)\n) AS rows")
        }
    }

    private func transform(_ call: EngineFilterCall) -> String {
        let command = (["splitvote", "engine"] + call.arguments).map(ShellWord.of).joined(separator: " ")
        let format =
            "ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t' LINES TERMINATED BY '\\n' NULL DEFINED AS '%'"
        let output = call.output.map { "\($0.name) \($0.type)" }.joined(separator: ", ")
        // All in one partition, where one program has to see everything.
        let whole =
            call.isWhole ? "\n    DISTRIBUTE BY 1" + (call.order.isEmpty ? "" : " SORT BY \(call.order)") : ""
        return """
            SELECT TRANSFORM (\(call.inputColumns.joined(separator: ", ")))
                \(format)
                USING \(script.dialect.text(command))
                AS (\(output))
                \(format)
            FROM (
                SELECT \(call.inputColumns.joined(separator: ", ")) FROM (
            \(call.input.indented.indented)
                ) AS given\(whole)
            ) AS lines
            """
    }

    private var specification: String {
        """
        name: \(recipe.pipeline)
        libraries:
          - glob:
              include: transformations/**
        configuration:
          spark.sql.session.timeZone: UTC
        storage: file://\(folder)/made/pipeline

        """
    }

    private static let run = """
        #!/bin/sh
        # Makes the tables one after the other in made/warehouse, then out/dataset as Parquet, and prints the digest.
        set -eu
        cd "$(dirname "$0")"
        : "${SPARK_SQL:=spark-sql}" "${SPLITVOTE:=splitvote}"
        # Queries call splitvote by its name, and spark-sql the Python beside it.
        PATH="$(dirname "$(command -v "$SPLITVOTE")"):$(dirname "$(command -v "$SPARK_SQL")"):$PATH"
        export PATH
        rm -rf made out
        mkdir made out
        cat sql/[0-9]*.sql sql/results.sql >made/all.sql
        # A table that one statement makes is there for the next; the catalog itself ends with the session.
        "$SPARK_SQL" --conf spark.sql.catalogImplementation=in-memory --conf "spark.sql.warehouse.dir=$PWD/made/warehouse" \\
            --conf spark.ui.enabled=false --conf spark.sql.session.timeZone=UTC ${SPARK_OPTIONS:-} -f made/all.sql \\
            >made/printed.txt 2>made/spark.log || { tail -n 40 made/spark.log >&2; exit 1; }
        tail -n 1 made/printed.txt | tee out/digest.tsv

        """
}
