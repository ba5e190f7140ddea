extension StageContext {
    public var ledgerWriter: any LedgerWriter { get throws(StageError) { try store.part() } }
    public var imports: any ImportHistory { get throws(StageError) { try store.part() } }
    public var times: any CommentTimes { get throws(StageError) { try store.part() } }
    public var origins: any CommentOrigins { get throws(StageError) { try store.part() } }
    public var splits: any SplitMemory { get throws(StageError) { try store.part() } }
    public var kindRows: any KindRows { get throws(StageError) { try store.part() } }
    public var liveLabels: any LiveLabels { get throws(StageError) { try store.part() } }
    /// The journal of crawls.
    public var journal: any CrawlJournal { get throws(StageError) { try store.part() } }
}
