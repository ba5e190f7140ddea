internal import TextBasics

/// A project's files for DuckDB: SQL for its command, and a script that runs one after the other.
struct DuckDBFiles {
    private let recipe: EngineRecipe
    private let script: EngineScript

    init(_ recipe: EngineRecipe, _ script: EngineScript) {
        self.recipe = recipe
        self.script = script
    }

    var files: [(String, String)] {
        var files = [("sql/00-functions.sql", SQLDialect.functions)]
        var lines = ["sql sql/00-functions.sql"]
        for (number, step) in script.steps.enumerated() {
            let place = number < 9 ? "0\(number + 1)" : "\(number + 1)"
            let head = step.comments.map { "-- \($0)\n" }.joined()
            let path = "sql/\(place)-\(step.table).sql"
            switch step.body {
            case .query(let query):
                files.append((path, "\(head)CREATE OR REPLACE TABLE \(step.table) AS\n\(query);\n"))
                lines.append("sql \(path)")
            case .filter(let call):
                let input = "sql/\(place)-\(step.table)-rows.sql"
                files.append((input, head + rows(of: call, table: step.table)))
                files.append((path, head + table(step.table, from: call)))
                lines.append("sql \(input)")
                lines.append(
                    "\"$SPLITVOTE\" engine \(call.arguments.map(ShellWord.of).joined(separator: " ")) "
                        + "<made/\(step.table)-rows.tsv >made/\(step.table).tsv")
                lines.append("sql \(path)")
            }
        }
        files.append(("sql/results.sql", results))
        lines.append("sql sql/results.sql")
        return files + [("run", Self.head + lines.joined(separator: "\n") + "\n" + Self.tail)]
    }

    private static let format = "FORMAT csv, DELIMITER '\\t', HEADER false, QUOTE '', ESCAPE ''"

    private func rows(of call: EngineFilterCall, table: String) -> String {
        let order = call.order.isEmpty ? "" : " ORDER BY \(call.order)"
        return """
            COPY (
                SELECT \(call.inputColumns.joined(separator: ", ")) FROM (
            \(call.input.indented.indented)
                ) AS rows\(order)
            ) TO 'made/\(table)-rows.tsv' (\(Self.format));

            """
    }

    private func table(_ table: String, from call: EngineFilterCall) -> String {
        let columns = call.output.map { "'\($0.name)': '\($0.type)'" }.joined(separator: ", ")
        let reader =
            "read_csv('made/\(table).tsv', delim = '\\t', quote = '', escape = '', header = false,\n"
            + "    columns = {\(columns)})"
        return "CREATE OR REPLACE TABLE \(table) AS\n\(call.query.replacing("{rows}", with: reader));\n"
    }

    private var results: String {
        let columns = (recipe.columns.map { $0 == "text" ? "document" : $0 }).joined(separator: ", ")
        let tables = recipe.split.sides.map { side in
            """
            COPY (
                SELECT \(columns) FROM dataset WHERE split = \(script.dialect.text(side)) ORDER BY position
            ) TO \(script.dialect.text("out/\(side).parquet")) (FORMAT parquet, COMPRESSION zstd);

            """
        }
        return """
            -- One file for each side, in the order of the split, and the digest.
            \(tables.joined())COPY (SELECT sha256, rows FROM digest) TO 'out/digest.tsv' (FORMAT csv, DELIMITER '\\t', HEADER false);

            """
    }

    private static let head = """
        #!/bin/sh
        # Makes the tables one after the other in made/tables.duckdb, then out/ with a Parquet file for each side.
        set -eu
        cd "$(dirname "$0")"
        : "${DUCKDB:=duckdb}" "${SPLITVOTE:=splitvote}"
        rm -rf made out
        mkdir made out
        sql() { "$DUCKDB" -init /dev/null -bail made/tables.duckdb <"$1"; }


        """

    private static let tail = "cat out/digest.tsv\n"
}
