import CommentStore
import PipelineEngine
import Presentation
import StageKit
import Testing

struct GarbageReportTextTests {
    private static let items = [
        GarbageReport.Item(path: "labels/1", stage: "labels", size: 2300, lastRun: "r1", reason: "too old"),
        GarbageReport.Item(path: "x", stage: "x", size: 100, reason: "no record in the store"),
    ]

    @Test func whereNothingIsToBeRemovedNothingIsAsked() {
        let text = GarbageReportText(
            GarbageReport(items: [], keptSize: 1500, keptResults: 1, packed: 0), isDone: false)
        #expect(text.lines == ["nothing to remove; 1 result, 1.5 kB, stay"])
        #expect(text.note == nil)
    }

    @Test func whatWouldBeRemovedIsListed() {
        let text = GarbageReportText(
            GarbageReport(items: Self.items, keptSize: 4_000_000, keptResults: 12, packed: 3), isDone: false)
        #expect(
            text.lines == [
                "labels/1  2.3 kB  last used by run r1  too old",
                "x          100 B                       no record in the store",
                "would remove 2 items, 2.4 kB; 12 results, 4.0 MB, stay, 3 of them to be packed",
            ])
        #expect(text.note == "nothing was removed; add --yes to remove it")
    }

    @Test func whatAStageHasLeftInTheStoreIsAnItem() {
        var collection = GarbageReport(items: [], keptSize: 1500, keptResults: 1, packed: 0)
        collection.outlived = [GarbageReport.OutlivedRows(stage: "answers", rows: 4_000)]
        let text = GarbageReportText(collection, isDone: false)
        #expect(
            text.lines == [
                "answers  4,000 rows  in the store  the pipeline no longer has such a stage",
                "would remove 1 item, 0 B; 1 result, 1.5 kB, stay",
            ])
        #expect(text.note == "nothing was removed; add --yes to remove it")
        #expect(text.json["outlived"] == [["stage": "answers", "rows": 4_000]])
    }

    @Test func afterwardsItSaysWhatHasBecomeOfIt() {
        var collection = GarbageReport(items: [], keptSize: 4_000_000, keptResults: 12, packed: 3)
        (collection.answers, collection.answersSize) = (1, 500)
        (collection.keptAnswers, collection.keptAnswersSize) = (2, 800)
        (collection.sizeAfter, collection.givenUp) = (900_000, 4)
        let text = GarbageReportText(collection, isDone: true)
        #expect(
            text.lines == [
                "removed 0 items and 1 kept answer (500 B), 500 B; 12 results, 900.0 kB, stay, 3 of them packed; "
                    + "4 given up, because together they took more than the store, with 2 kept answers (800 B)"
            ])
        #expect(text.note == nil)
        #expect(text.json["kept_bytes"] == 900_000 && text.json["removed"] == true)
    }

    @Test func aForgetSaysWhatItTookAndWhatItDidNotKnow() {
        var figures = ForgottenFigures()
        #expect(Self.lines(figures) == ["0 comments forgotten"])
        (figures.comments, figures.unknown, figures.alreadyForgotten) = ([1], 2000, 3)
        #expect(
            Self.lines(figures, labels: ["split": 1, "calm": 2], results: 2) == [
                "1 comment forgotten, 2,000 not known and never to be taken, 3 forgotten before",
                "  calm 2 in the promoted label set", "  split 1 in the promoted label set",
                "2 results with texts removed, 1.5 kB",
            ])
        (figures.comments, figures.alreadyForgotten, figures.emptiedRows) = ([], 0, 1)
        #expect(
            Self.lines(figures, messages: 3) == [
                "0 comments forgotten, 2,000 not known and never to be taken",
                "1 row that could not be read and named or quoted them, emptied",
                "3 messages of earlier runs removed, which may have quoted them",
            ])
    }

    private static func lines(
        _ figures: ForgottenFigures, labels: [String: Int] = [:], results: Int = 0, messages: Int = 0
    ) -> [String] {
        var outcome = CommentForgetting.Outcome(
            figures: figures, labels: labels, removedResults: results, removedBytes: 1500)
        outcome.removedMessages = messages
        return outcome.lines
    }
}
