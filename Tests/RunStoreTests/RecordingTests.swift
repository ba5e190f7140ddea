import DatasetStages
import Foundation
import RunStore
import StageKit
import StoreFile
import Testing
import VoteModel

struct RecordingTests {
    private func stage(
        _ name: String, run: String, fingerprint: String, verdict: StageVerdict = .ran
    ) -> StageRunRecord {
        StageRunRecord(
            run: run, pipeline: "news", stage: name, kind: "label", fingerprint: fingerprint,
            fields: ["kind": "label", "parameters": ["min_votes": 20]], verdict: verdict, reason: "never ran",
            figures: ["comments": 3],
            publications: [
                Publication(path: "a.tsv", template: "out/{split}.tsv", values: ["split": "test"])
            ],
            artifacts: [
                ArtifactRecord(
                    port: "labels", type: "labels-v1", path: "\(name)/\(fingerprint)/labels", digest: "d1",
                    fileDigest: "d2", size: 10, locator: ["position": 3])
            ], startedAt: "2025-11-21T07:16:44.000Z")
    }

    /// Labels of comments 1, 2, … in order.
    private func labelSet(_ id: String, _ labels: [UInt8], first: Int64 = 1) -> LabelSetRecord {
        LabelSetRecord(
            id: id, rule: ["min_votes": 20], cut: LedgerCut(sources: ["news"], position: 1, digest: "x"),
            clean: ["rules": "none"], counts: ["controversial": labels.count { $0 == 1 }]
        ) {
            LabelSetRows(
                comments: labels.indices.map { first + Int64($0) }, labels: labels,
                ups: labels.map { _ in 11 }, downs: labels.map { _ in 9 })
        }
    }

    @Test func aResultIsFoundAgainByItsFingerprint() throws {
        let store = try TemporaryStore()
        try store.begin(run: "r1")
        let number = try store.store.record(stage("labels", run: "r1", fingerprint: "f1"))
        let found = try #require(try store.store.result(stage: "labels", fingerprint: "f1"))
        #expect(found.stageRun == number)
        let written = stage("labels", run: "r1", fingerprint: "f1")
        #expect(found.artifacts == written.artifacts)
        #expect(found.figures == written.figures)
        #expect(found.publications == written.publications)
        #expect(found.fields == written.fields)
        #expect(try store.store.result(stage: "labels", fingerprint: "f2") == nil)
        #expect(try store.store.result(stage: "other", fingerprint: "f1") == nil)
    }

    /// What was stopped counts with the run that ended it; what an earlier result took does not.
    @Test func theTimeOfAResultIsThatOfAllWorkOnIt() throws {
        let store = try TemporaryStore()
        func record(_ verdict: StageVerdict, _ run: String, startedAt: String, madeBy: Int64? = nil) throws
            -> Int64
        {
            try store.begin(run: run)
            var record = stage("labels", run: run, fingerprint: "f1", verdict: verdict)
            record.startedAt = startedAt
            record.madeBy = madeBy
            return try store.store.record(record)
        }
        func seconds(_ pipeline: String = "news") throws -> Double? {
            try store.store.secondsSpent(pipeline: pipeline, stage: "labels")
        }
        #expect(try seconds() == nil)
        // The store's clock stands at 07:16:44.123.
        _ = try record(.ran, "r1", startedAt: "2025-11-21T07:16:04.123Z")
        #expect(abs(try #require(try seconds()) - 40) < 0.001)
        _ = try record(.interrupted, "r2", startedAt: "2025-11-21T07:16:34.123Z")
        _ = try record(.interrupted, "r3", startedAt: "2025-11-21T07:16:39.123Z")
        _ = try record(.failed, "r4", startedAt: "2025-11-21T07:10:00.000Z")
        let number = try record(.ran, "r5", startedAt: "2025-11-21T07:16:24.123Z")
        #expect(abs(try #require(try seconds()) - 35) < 0.001)
        _ = try record(.cached, "r6", startedAt: "2025-11-21T07:16:43.123Z", madeBy: number)
        #expect(abs(try #require(try seconds()) - 35) < 0.001)
        #expect(try seconds("other") == nil)
    }

    @Test func aStageThatFailedHasNoResult() throws {
        let store = try TemporaryStore()
        try store.begin(run: "r1")
        for verdict in StageVerdict.allCases where !verdict.hasResult {
            try store.store.record(stage("labels", run: "r1", fingerprint: "f1", verdict: verdict))
        }
        #expect(try store.store.result(stage: "labels", fingerprint: "f1") == nil)
        #expect(try store.store.lastState(pipeline: "news", stage: "labels", withResult: true) == nil)
        #expect(
            try store.store.lastState(pipeline: "news", stage: "labels", withResult: false)?.verdict
                == .skipped)
    }

    @Test func theRecordAndItsRowsAreOneTransaction() throws {
        let store = try TemporaryStore()
        try store.begin(run: "r1")
        // A table that refuses the last row simulates a full disk.
        try PlainSQLite.execute(
            store.store.path,
            "CREATE TRIGGER full BEFORE INSERT ON sample_member BEGIN SELECT RAISE(ABORT, 'full'); END")
        #expect(throws: StoreError.self) {
            try store.store.record(
                stage("labels", run: "r1", fingerprint: "f1"),
                changes: [labelSet("L1", [1, 0]), SampleMembers([1])])
        }
        #expect(try store.sql("SELECT count(*) FROM stage_run") == ["0"])
        #expect(try store.sql("SELECT count(*) FROM label_set") == ["0"])
        #expect(try store.sql("SELECT count(*) FROM label") == ["0"])
        #expect(try store.sql("PRAGMA integrity_check") == ["ok"])
    }

    /// A store of format 4 recorded only of runs whether they had their own parameters.
    @Test func whoseLabelsFilesHoldIsFoundOutFromAnOlderStore() throws {
        let store = try TemporaryStore()
        for (run, overrides) in [("r1", [:]), ("r2", ["min_votes": 9]), ("r3", [:])] as [(String, JSONValue)]
        {
            try store.begin(run: run, overrides: overrides)
            var record = stage("labels", run: run, fingerprint: run)
            record.artifacts[0].locator = ["label_set": .string("set of " + run)]
            record.isTrial = run == "r2"
            let number = try store.store.record(
                record, changes: [labelSet("set of " + run, [1, 0])])
            try store.store.recordPublications(
                [
                    PublicationRecord(
                        path: "/out/" + run, stageRun: number, size: 1, digest: "d", labelSet: "set of " + run
                    )
                ], run: run)
        }
        let questions = [
            "SELECT trial FROM stage_run ORDER BY id",
            "SELECT path, label_set FROM publication ORDER BY path",
            "SELECT label_set, previous FROM promotion",
        ]
        let before = try questions.map(store.sql)
        #expect(
            before == [
                ["0", "1", "0"], ["/out/r1|set of r1", "/out/r2|set of r2", "/out/r3|set of r3"],
                ["set of r3|set of r1"],
            ])
        try store.store.close()
        try PlainSQLite.execute(store.store.path, EarlierFormats.back(to: 4))
        try RunStore.open(at: store.store.path, artifacts: store.store.artifacts).close()
        #expect(try questions.map(store.sql) == before)
    }

    @Test func theFirstSetIsPromotedThenEveryOneThatIsNotOnlyTried() throws {
        let store = try TemporaryStore()
        func register(_ id: String, run: String, isTrial: Bool = false) throws -> String? {
            try store.begin(run: run, overrides: ["comments": "a.tsv"])
            var record = stage("labels", run: run, fingerprint: run)
            record.isTrial = isTrial
            try store.store.record(record, changes: [labelSet(id, [1, 0])])
            return try store.store.promotedLabelSet(pipeline: "news")
        }
        #expect(try register("L1", run: "r1", isTrial: true) == "L1")
        #expect(try register("L2", run: "r2", isTrial: true) == "L1")
        #expect(try store.store.previousLabelSet(pipeline: "news") == nil)
        #expect(try register("L3", run: "r3") == "L3")
        #expect(try store.store.previousLabelSet(pipeline: "news") == "L1")
        #expect(try register("L1", run: "r4", isTrial: true) == "L3")
        #expect(try register("L1", run: "r5") == "L1")
        #expect(try store.store.previousLabelSet(pipeline: "news") == "L3")
        #expect(try store.store.labelSets().filter(\.isPromoted).map(\.id) == ["L1"])
        #expect(try Set(store.store.labelSets().map(\.id)) == ["L1", "L2", "L3"])
    }

    @Test func promotedLabelsFollowByDifference() throws {
        let store = try TemporaryStore()
        try store.ledger.add((0..<5).map { Sighting("t\($0)", up: 1, down: 1) }, as: "a")
        let sets: [(Int64, [UInt8])] = [(1, [0, 1, 2, 3]), (2, [1, 2, 0, 5]), (1, []), (3, [4])]
        for (index, (first, labels)) in sets.enumerated() {
            try store.begin(run: "r\(index)")
            try store.store.record(
                stage("labels", run: "r\(index)", fingerprint: "f\(index)"),
                changes: [labelSet("L\(index)", labels, first: first)])
            let expected = labels.indices.map { "\(first + Int64($0))|\(labels[$0])|11|9" }
            #expect(try store.sql("SELECT comment, code, up, down FROM label ORDER BY comment") == expected)
        }
    }

    @Test func theViewNamesLabelsForPeople() throws {
        let store = try TemporaryStore()
        try store.ledger.add(
            (0..<6).map { index in
                Sighting("t\(index)", up: 11, down: 9).with {
                    $0.title = "T"
                    $0.createdAt = "2025-10-01"
                }
            }, as: "a")
        try store.begin(run: "r1")
        try store.store.record(
            stage("labels", run: "r1", fingerprint: "f"),
            changes: [labelSet("L", Verdict.allCases.map(\.code))])
        #expect(
            try store.sql("SELECT label FROM labelled_comment ORDER BY text") == Verdict.allCases.map(\.name))
        #expect(
            try store.sql(
                """
                SELECT source, article, title, text, up, down, ratio, label, created_at FROM labelled_comment LIMIT 1
                """) == ["news|437/0000459026|T|t0|11|9|0.55|uncontroversial|2025-10-01"])
    }

    @Test func currentVoteShowsTheLatestCounts() throws {
        let store = try TemporaryStore()
        try store.ledger.add(
            [Sighting("a", up: 1, down: 0, at: 1), Sighting("a", up: 2, down: 0, at: 9)], as: "1")
        try store.ledger.add(
            [Sighting("a", up: 5, down: 5, at: 9), Sighting("a", up: 9, down: 9, at: 4)], as: "2")
        #expect(try store.sql("SELECT * FROM current_vote") == ["1|9|5|5|0"])
    }

    @Test func groupsKeepTheSideTheyWereFirstPutOn() throws {
        let store = try TemporaryStore()
        func add(_ groups: [String], _ sides: [String], run: String) throws {
            try store.begin(run: run)
            try store.store.record(
                stage("split", run: run, fingerprint: run),
                changes: [
                    SplitFamilyRecord(
                        salt: "v1", groupBy: "article", rule: ["train": 0.8], groups: groups, sides: sides)
                ])
        }
        let splits = SplitMemory(store.store.rows)
        #expect(try splits.family(salt: "v1") == nil)
        try add(["a", "b"], ["train", "test"], run: "r1")
        try add(["b", "c"], ["train", "dev"], run: "r2")
        let family = try #require(try splits.family(salt: "v1"))
        #expect(family.sides == [[97]: "train", [98]: "test", [99]: "dev"])
        #expect(family.rule == #"{"train":0.8}"#)
        #expect(try splits.family(salt: "v2") == nil)
    }

    @Test func commentsThatASplitKeptComeInTheOrderInWhichItDid() throws {
        let store = try TemporaryStore()
        func keep(_ comments: [Int64], _ side: String, run: String, salt: String = "v1") throws {
            try store.begin(run: run)
            let family = SplitFamilyRecord(
                salt: salt, groupBy: "article", rule: ["train": 1],
                groups: ["a:\(run)"] + comments.map { ":\($0)" },
                sides: [side] + comments.map { _ in side })
            try store.store.record(
                stage("split", run: run, fingerprint: run), changes: [family])
        }
        let splits = SplitMemory(store.store.rows)
        #expect(try splits.kept(salt: "v1") == [])
        try keep([100, 9, 20], "test", run: "r1")
        try keep([7, 9, 100], "train", run: "r2")
        try keep([5], "train", run: "r3", salt: "v2")
        let kept = try splits.kept(salt: "v1")
        #expect(kept.map(\.comment) == [9, 20, 100, 7])
        #expect(kept.map(\.side) == ["test", "test", "test", "train"])
        #expect(kept.allSatisfy { $0.date == "2025-11-21" })
        // They are not groups.
        let family = try #require(try splits.family(salt: "v1"))
        #expect(family.sides == [Array("a:r1".utf8): "test", Array("a:r2".utf8): "train"])
        #expect(try store.store.standingRule(of: SplitDecision(salt: "v1", rule: nil)) == #"{"train":1}"#)
        try store.store.remove(SplitDecision(salt: "v1", rule: nil))
        #expect(
            try splits.family(salt: "v1") == nil
                && splits.kept(salt: "v1") == [])
        #expect(try store.store.standingRule(of: SplitDecision(salt: "v1", rule: nil)) == nil)
        #expect(try splits.kept(salt: "v2").map(\.comment) == [5])
    }

    @Test func whoPublishedAFileIsRemembered() throws {
        let store = try TemporaryStore()
        try store.begin(run: "r1")
        let number = try store.store.record(stage("tsv", run: "r1", fingerprint: "f1"))
        #expect(try store.store.publishedFile(at: "/out/README.md") == nil)
        try store.store.recordPublications(
            [PublicationRecord(path: "/out/README.md", stageRun: number, size: 3, digest: "d1")], run: "r1")
        let file = try #require(try store.store.publishedFile(at: "/out/README.md"))
        #expect(file.pipeline == "news" && file.stage == "tsv" && file.digest == "d1")
    }

    @Test func aPublicationThatYieldsIsRememberedAsOne() throws {
        let store = try TemporaryStore()
        try store.begin(run: "r1")
        var record = stage("tsv", run: "r1", fingerprint: "f1")
        record.publications.append(
            Publication(path: "README.md", template: "out/README.md", neverOverwrites: true))
        try store.store.record(record)
        #expect(
            try store.store.result(stage: "tsv", fingerprint: "f1")?.publications == record.publications)
    }

    @Test func aSampleIsListedInItsOrder() throws {
        let store = try TemporaryStore()
        let samples: [[Int64]] = [[3, 1, 2], [2], [2]]
        for (index, sample) in samples.enumerated() {
            try store.begin(run: "r\(index)")
            try store.store.record(
                stage("sample", run: "r\(index)", fingerprint: "f\(index)"), changes: [SampleMembers(sample)]
            )
            #expect(
                try store.sql("SELECT comment FROM sample_member ORDER BY position")
                    == sample.map(String.init))
        }
    }

    @Test func aRunThatNeverEndedIsFoundOutByTheNext() throws {
        let store = try TemporaryStore()
        try store.begin(run: "r1")
        try store.begin(run: "r2")
        try store.store.finish(run: "r2", outcome: .done, exitStatus: 0)
        #expect(try store.store.runs().map(\.outcome) == [.done, .killed])
        #expect(try store.store.runs(limit: 1).first?.exitStatus == 0)
    }

    @Test func fileDigestsAreRemembered() throws {
        let store = try TemporaryStore()
        let memory = FileMemory(
            path: "/data/\u{1100}\u{1161}.tsv", size: 3, modified: 1, inode: 2, digest: "d")
        try store.store.remember([memory])
        #expect(try store.store.fileMemories([memory.path, "/data/\u{AC00}.tsv"]) == [memory.path: memory])
        // Of a folder the files in it, neither those below its folders nor its neighbors.
        let places = ["/top.tsv", "/data/b.tsv", "/data/deep/c.tsv", "/data0/d.tsv"]
        try store.store.remember(
            places.map { FileMemory(path: $0, size: 1, modified: 2, inode: 3, digest: memory.digest) })
        func names(_ folder: String) throws -> [String] {
            try store.store.fileMemories(in: folder).map(\.path)
        }
        #expect(try names("/") == ["/top.tsv"])
        #expect(try names("/data") == [memory.path, "/data/b.tsv"].sorted())
        #expect(try names("/data/deep") == ["/data/deep/c.tsv"])
        #expect(try names("/nowhere") == [])
    }
}
