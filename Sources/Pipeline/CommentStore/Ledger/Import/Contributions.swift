internal import GRDB

/// What single comments add to the digest of the ledger.
struct Contributions: ~Copyable {
    private let database: Database
    private let states: CommentStates
    private let writer: HistoryWriter
    private var encoder: ObservationEncoder

    init(of source: String, commit: Int64, _ database: Database) throws {
        let states = try CommentStates(commit: commit, database: database)
        let writer = try HistoryWriter(commit: commit, database: database)
        self.database = database
        self.states = states
        self.writer = writer
        encoder = ObservationEncoder(source: source)
    }

    /// - Returns: zero for a comment that nobody is shown.
    mutating func sum(of comment: Int64) throws -> LedgerSum {
        let row = try states.row(of: comment)
        var sum = LedgerSum()
        if row.isHidden { return sum }
        let history = try writer.history(of: comment)
        let versions = try states.versions(of: comment)
        let articles = try versions.map { try ArticleKeys.key(of: $0.value.article, database) }
        try writer.withKey(of: comment) { key in
            for observation in history.effective { sum += encoder.sum(key: key, observation) }
            if row.removedAt != nil { sum += encoder.sum(key: key, .removal) }
            for (entry, article) in zip(versions, articles) {
                sum += encoder.sum(key: key, entry, article: article)
            }
        }
        return sum
    }
}
