/// One table of a project: what an engine makes it of.
struct EngineStep {
    enum Body {
        /// A query.
        case query(String)
        /// Rows that the program `splitvote engine` takes and gives, one line for one.
        case filter(EngineFilterCall)
    }

    /// The table.
    var table: String
    /// What it holds, and which stage of the pipeline file it comes from; one line each.
    var comments: [String]
    var body: Body
}

/// A call of `splitvote engine` on rows.
struct EngineFilterCall {
    /// What follows `splitvote engine`, as words.
    var arguments: [String]
    /// The rows that it takes: text columns that hold no tab and no line end.
    var input: String
    /// The names of these columns.
    var inputColumns: [String]
    /// What all rows are sorted by, in one file; empty where each row stands for itself.
    var order: String
    /// The columns that it gives, with their types.
    var output: [(name: String, type: String)]
    /// The query over what it gives, which stands in place of `{rows}`.
    var query: String
    /// Whether all rows have to go through one call.
    var isWhole: Bool
}
