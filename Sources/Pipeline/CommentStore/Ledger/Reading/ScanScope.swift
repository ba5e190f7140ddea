internal import GRDB
internal import StoreFile
internal import VoteModel

/// What a cut lets its readers see.
struct ScanScope {
    let cut: LedgerCut
    /// Names of the cut's sources.
    let sources: [PinnedText]
    /// What comments said at the cut, where that is not what they say now.
    let versions: ShownVersions
    private let facts: CutFacts

    init(_ cut: LedgerCut, _ facts: CutFacts, _ database: Database) throws {
        self.cut = cut
        self.facts = facts
        sources = cut.sources.map { PinnedText($0) }
        versions = try ShownVersions(facts, upTo: cut.position, asOf: cut.asOf ?? .max, database)
    }

    var asOf: Int64 { cut.asOf ?? .max }
    /// Comments up to this id existed at the cut.
    var lastComment: Int64 { facts.comments.last }
    /// Comments that were removed by the time of the cut.
    var removed: Set<Int64> { facts.removed }
    /// Comments that the cut does not show though it covers them: forgotten, or in no reading that counts then.
    var hidden: Set<Int64> { facts.hidden }

    /// The source of a comment; `nil` where the cut does not cover it.
    func source(of comment: Int64) -> Int? { facts.comments.source(of: comment) }

    /// Runs of ids with the same source, for scans in the order of ids.
    func sourceRanges(after first: Int64) -> [(last: Int64, source: Int?)] {
        facts.comments.ranges.filter { $0.last > first }
    }
}

extension StoreLedger {
    func scope(of cut: LedgerCut, _ database: Database) throws -> ScanScope {
        try ScanScope(cut, cuts.facts(of: cut, database), database)
    }
}
