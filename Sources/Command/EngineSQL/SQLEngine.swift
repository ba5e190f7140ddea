/// An engine that a pipeline's data stages can be written for.
package enum SQLEngine: String, CaseIterable, Sendable {
    case duckdb, spark

    /// As it calls itself.
    var title: String {
        switch self {
        case .duckdb: "DuckDB"
        case .spark: "Spark"
        }
    }

    /// Names for messages.
    package static var names: String { allCases.map(\.rawValue).joined(separator: " or ") }
}
