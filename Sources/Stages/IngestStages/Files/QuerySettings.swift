internal import DuckDBTables
internal import StageKit

/// What a stage asks DuckDB instead of reading its files as they are.
struct QuerySettings {
    /// A query in DuckDB's SQL, which gives the columns.
    let text: String
    /// Statements before it, in the same session; empty for none.
    let setup: String
    let environment: [String: EnvironmentValue]
    /// Whether the query reads something else than the files under `paths`.
    let asksOutside: Bool

    /// Stands in the query for the path of the file that is read.
    static let placeholder = "{path}"

    /// - Parameters:
    ///   - isExpected: whether the format says that there is a query.
    ///   - hasPaths: whether the stage names files.
    init?(_ parameters: inout ParameterReader, isExpected: Bool, hasPaths: Bool) {
        let text = parameters.optionalString(
            "query",
            help:
                "For format: duckdb. A query in DuckDB's SQL that gives the columns: of each file of 'paths', written {path}; "
                + "without 'paths', of whatever DuckDB reads, asked in every run.")
        let connection = parameters.map(
            "connection", help: "What the query needs to get at its sources.",
            { reader in
                let setup = reader.optionalString(
                    "setup", help: "Statements before the query, such as ATTACH or CREATE SECRET.")
                let environment = reader.environment(
                    "environment", help: "Variables for DuckDB; secrets as $secrets.NAME.")
                return (setup: setup ?? "", environment: environment)
            })
        guard let text else {
            if isExpected {
                parameters.reject(
                    "query", "'format: duckdb' needs 'query'",
                    hint: "for example query: select * from read_parquet({path})")
            } else if connection != nil {
                parameters.reject("connection", "'connection' is given, and no 'query'")
            }
            return nil
        }
        if !isExpected {
            parameters.reject("query", "'query' needs 'format: duckdb'", hint: "write format: duckdb")
        }
        if hasPaths, !text.contains(Self.placeholder) {
            parameters.reject(
                "query", "'query' reads none of the files of 'paths'",
                hint: "write \(Self.placeholder) where a file belongs, or leave 'paths' out")
        } else if !hasPaths, text.contains(Self.placeholder) {
            parameters.reject(
                "query", "'query' reads \(Self.placeholder), and there are no 'paths'",
                hint: "name the files under 'paths'")
        }
        self.text = text
        setup = connection?.setup ?? ""
        environment = connection?.environment ?? [:]
        asksOutside = !hasPaths
    }

    /// What can stand after FROM.
    /// - Parameter path: of the file that it reads; `nil` if it reads none.
    func relation(of path: String?) -> String {
        SQLText.query(path.map { text.replacing(Self.placeholder, with: SQLText.literal($0)) } ?? text)
    }

    /// The variables with their values, and those of them that are secrets.
    /// - Throws: ``/StageKit/StageError`` naming a variable that is not set.
    func variables() throws(StageError) -> (all: [String: String], secrets: [String: String]) {
        var (all, secrets): ([String: String], [String: String]) = ([:], [:])
        for (name, value) in environment {
            switch value {
            case .text(let text): all[name] = text
            case .secret(let variable):
                let secret = try SecretVariable.value(of: variable)
                (all[name], secrets[name]) = (secret, secret)
            }
        }
        return (all, secrets)
    }
}
