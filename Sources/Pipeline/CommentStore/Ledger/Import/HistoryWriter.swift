internal import GRDB
internal import StoreFile

/// Reads what is known of a comment's votes, and writes what another look changed.
struct HistoryWriter {
    private let commit: Int64
    /// Commits of readings whose place others have taken.
    private let superseded: Set<Int64>
    private let votes: SQLStatement
    private let sightings: SQLStatement
    private let replaceVote: SQLStatement
    private let insertSighting: SQLStatement
    private let insertRecount: SQLStatement
    private let keyOf: SQLStatement

    init(commit: Int64, superseded: Set<Int64> = [], database: Database) throws {
        self.commit = commit
        self.superseded = superseded
        votes = try SQLStatement(
            """
            SELECT observed_at, ledger_commit, up, down, replies FROM vote WHERE comment = ?1
            ORDER BY observed_at, ledger_commit
            """, database)
        sightings = try SQLStatement(
            "SELECT observed_at, ledger_commit FROM sighting WHERE comment = ?1 ORDER BY observed_at",
            database)
        replaceVote = try SQLStatement(
            """
            UPDATE vote SET up = ?4, down = ?5, replies = ?6
            WHERE comment = ?1 AND observed_at = ?2 AND ledger_commit = ?3
            """, database)
        insertSighting = try SQLStatement(
            "INSERT OR IGNORE INTO sighting(comment, observed_at, ledger_commit) VALUES (?1, ?2, ?3)",
            database)
        insertRecount = try SQLStatement(
            "INSERT OR IGNORE INTO recount(ledger_commit, comment) VALUES (?1, ?2)", database)
        keyOf = try SQLStatement("SELECT key FROM comment WHERE id = ?1", database)
    }

    func history(of comment: Int64) throws -> VoteHistory {
        votes.bind(1, comment)
        defer { votes.reset() }
        var entries: [VoteHistory.Entry] = []
        while try votes.step() {
            let observation = Observation(
                moment: votes.int64(0), up: votes.int32(2), down: votes.int32(3), replies: votes.int32(4))
            entries.append(VoteHistory.Entry(observation: observation, commit: votes.int64(1)))
        }
        sightings.bind(1, comment)
        defer { sightings.reset() }
        var moments: [Int64] = []
        var open: Set<Int64> = []
        while try sightings.step() {
            moments.append(sightings.int64(0))
            if !superseded.isEmpty, superseded.contains(sightings.int64(1)) {
                open.insert(sightings.int64(0))
            }
        }
        return VoteHistory(entries: entries, sightings: moments, superseded: superseded, open: open)
    }

    func replace(_ observation: Observation, of comment: Int64) throws {
        replaceVote.bind(1, comment)
        replaceVote.bind(2, observation.moment)
        replaceVote.bind(3, commit)
        replaceVote.bind(4, observation.up)
        replaceVote.bind(5, observation.down)
        replaceVote.bind(6, observation.replies)
        try replaceVote.run()
    }

    func confirm(_ moment: Int64, of comment: Int64) throws {
        insertSighting.bind(1, comment)
        insertSighting.bind(2, moment)
        insertSighting.bind(3, commit)
        try insertSighting.run()
    }

    /// Notes that the commit added to the votes of a comment from before it.
    func noteRecount(of comment: Int64) throws {
        insertRecount.bind(1, commit)
        insertRecount.bind(2, comment)
        try insertRecount.run()
    }

    func withKey(of comment: Int64, _ body: (UnsafeRawBufferPointer) -> Void) throws {
        keyOf.bind(1, comment)
        defer { keyOf.reset() }
        if try keyOf.step() { body(keyOf.bytes(0)) }
    }
}
