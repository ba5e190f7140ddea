internal import StageKit
internal import VoteModel

/// How old the newest thing is that is known of a source.
enum Freshness {
    /// Hours, to two places, between the newest observation and now, or the moment as of which the run looks; `null` where
    /// there is no observation.
    static func hours(of cut: LedgerCut, _ context: StageContext) throws -> JSONValue {
        guard let newest = try context.times.lastObserved(of: cut) else { return .null }
        let hours = Double(max(0, (context.run.asOf ?? CrawlClock.now) - newest)) / 3600
        return .number((hours * 100).rounded() / 100)
    }
}
