internal import CommentStore
internal import StoreFile

extension StoreSchema {
    /// The steps that every store has been through. They are only ever added to.
    static let current = StoreSchema(
        steps: [
            Step(
                "1 ledger, runs, labels and splits",
                [
                    .sql(LedgerSchema.tables), .sql(RunSchema.tables), .sql(DatasetSchema.labels),
                    .sql(DatasetSchema.sampleMembers), .sql(DatasetSchema.splits),
                    .sql(LedgerSchema.currentVotes), .sql(DatasetSchema.labelledComments),
                ]),
            Step(
                "2 retention, tombstones, recounts",
                [
                    .sql(RunSchema.retention), .sql(LedgerSchema.tombstones), .sql(RunSchema.settings),
                    .sql(LedgerSchema.recounts),
                ]),
            Step("3 crawls", [.sql(CrawlSchema.tables), .sql(CrawlSchema.views)]),
            Step(
                "4 made keys within their articles",
                [
                    .sql(LedgerSchema.numbers), .work(NumberedComments.mark), .sql(LedgerSchema.keyIndexes),
                ]),
            Step(
                "5 corrections and warnings",
                [
                    .sql(CorrectionSchema.readings), .sql(CorrectionSchema.comments),
                    .sql(RunSchema.warnings),
                    .sql(DatasetSchema.splitLabels), .sql(PublishingSchema.trials),
                    .sql(CrawlSchema.refusedAreMissing), .sql(CrawlSchema.givenUp),
                ]),
        ], begin: AuthorFlag.begin)
}
