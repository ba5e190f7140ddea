extension StageContext {
    package var ledgerWriter: any LedgerWriter { get throws(StageError) { try store.part() } }
    package var imports: any ImportHistory { get throws(StageError) { try store.part() } }
    package var times: any CommentTimes { get throws(StageError) { try store.part() } }
    package var origins: any CommentOrigins { get throws(StageError) { try store.part() } }
    package var kindRows: any KindRows { get throws(StageError) { try store.part() } }
    package var liveLabels: any LiveLabels { get throws(StageError) { try store.part() } }
    /// The journal of crawls.
    package var journal: any CrawlJournal { get throws(StageError) { try store.part() } }
}
