import Foundation
import Testing

/// Label sets as versions: kept, compared, promoted, reused, forgotten from.
struct LabelVersionTests {
    private func sandbox(
        _ replacements: (String, String)..., expecting status: Int32 = 0
    ) throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write(SampleComments.table(), to: "data/a.tsv")
        var text = SampleComments.pipeline()
        for (old, new) in replacements { text = text.replacing(old, with: new) }
        try sandbox.write(text, to: "news.yaml")
        try #require(try sandbox.splitvote("run", "news.yaml").status == status)
        return sandbox
    }

    private func labelSet(_ sandbox: Sandbox, _ name: String = "promoted") throws -> String {
        let shown = try sandbox.splitvote("labels", "news.yaml", "show", name).output
        return String(shown.split(separator: "\n")[0].split(separator: " ")[2].prefix { $0 != "," })
    }

    private func counts(_ sandbox: Sandbox) throws -> [String] {
        try sandbox.sqlite("SELECT label, count(*) FROM labelled_comment GROUP BY 1 ORDER BY 1")
    }

    @Test func relabelShowsWhatFlippedAndPromotesNothing() throws {
        let sandbox = try sandbox()
        let before = try counts(sandbox)
        let outcome = try sandbox.splitvote("relabel", "news.yaml", "-S", "min_votes=55")
        #expect(outcome.status == 0, "\(outcome.errors)")
        // 120 comments: 60 divided with 49 ... 69 votes, 60 agreed with 46 ... 55.
        #expect(outcome.output.contains("flips: rule changed"), "\(outcome.output)")
        #expect(outcome.output.contains("articles with most flips"))
        #expect(try counts(sandbox) == before)
        #expect(!outcome.errors.contains("comments:") && !outcome.errors.contains("clean:"))
        #expect(try sandbox.splitvote("labels", "news.yaml").output.split(separator: "\n").count == 3)
        // The same thresholds again: the set is there.
        let again = try sandbox.splitvote("relabel", "news.yaml", "-S", "min_votes=55")
        #expect(again.errors.contains("labels: cached"))
    }

    @Test func anEmptyClassIsRefusedBeforeAnythingRuns() throws {
        let sandbox = try sandbox()
        let outcome = try sandbox.splitvote("relabel", "news.yaml", "-S", "min_votes=60")
        #expect(outcome.status == 2)
        #expect(
            outcome.errors.contains("with this rule none of 120 comments is uncontroversial"),
            "\(outcome.errors)")
        #expect(try sandbox.sqlite("SELECT count(*) FROM run") == ["1"])
    }

    @Test func relabelWorksOnWhatIsThereThoughFilesHaveCome() throws {
        let sandbox = try sandbox()
        try sandbox.write(SampleComments.table(articles: 3, day: 2), to: "data/b.tsv")
        let outcome = try sandbox.splitvote("relabel", "news.yaml", "-S", "min_votes=55")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try sandbox.sqlite("SELECT count(*) FROM imported_file") == ["1"])
    }

    @Test func flipsAreReportedByTheirCause() throws {
        let sandbox = try sandbox()
        let first = try labelSet(sandbox)
        // The votes of the agreed comments move into the middle; one new article comes.
        try sandbox.write(
            SampleComments.table(articles: 13, day: 2).replacing("\t1\t2025", with: "\t45\t2025"),
            to: "data/b.tsv")
        try sandbox.splitvote("run", "news.yaml")
        let second = try labelSet(sandbox)
        #expect(first != second)
        let difference = try sandbox.splitvote("labels", "news.yaml", "diff", first, second).output
        #expect(difference.contains("60 flips: votes moved 60"), "\(difference)")
        #expect(difference.contains("new comment                 10"), "\(difference)")
        let back = try sandbox.splitvote("labels", "news.yaml", "diff", second, first).output
        #expect(back.contains("from \\ to"))
        let same = try sandbox.splitvote("labels", "news.yaml", "diff", first, first).output
        #expect(same.contains("0 flips"))
    }

    @Test func aCheckMayLimitFlips() throws {
        let sandbox = try sandbox(
            (
                "with: {min_votes: $params.min_votes}}",
                "with: {min_votes: $params.min_votes}, checks: [{that: flips_since_promoted, at_most: 3%}]}"
            ))
        let before = try counts(sandbox)
        let outcome = try sandbox.splitvote("run", "news.yaml", "-S", "min_votes=55")
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("labels: check failed: flips_since_promoted is"))
        #expect(try counts(sandbox) == before)
    }

    @Test func aSetMayBePromotedAndReused() throws {
        let sandbox = try sandbox()
        let first = try labelSet(sandbox)
        let table = try sandbox.read("out/train.tsv")
        try sandbox.splitvote("run", "news.yaml", "-S", "min_votes=55")
        let second = try labelSet(sandbox, "latest")
        #expect(try sandbox.read("out/train.tsv") == table)
        #expect(try sandbox.read("out@\(second.prefix(8))/train.tsv") != table)
        #expect(try sandbox.splitvote("labels", "news.yaml", "promote", second).status == 0)
        #expect(try labelSet(sandbox) == second)
        let exported = try sandbox.splitvote("export", "news.yaml", "--label-set", String(first.prefix(6)))
        #expect(exported.status == 0, "\(exported.errors)")
        #expect(try sandbox.read("out/train.tsv") == table)
        #expect(try sandbox.read("out/tsv-manifest.json").contains("\"label_set\": \"\(first)\""))
        #expect(try labelSet(sandbox) == second)
        let unknown = try sandbox.splitvote("export", "news.yaml", "--label-set", "zzz")
        #expect(unknown.status == 2)
        #expect(unknown.errors.contains("there is no label set 'zzz'"))
    }

    @Test func aSweepCountsWhatARunWouldGive() throws {
        let sandbox = try sandbox()
        let table = try sandbox.splitvote(
            "sweep", "news.yaml", "--min-votes", "20:60:20", "--band", "0.4-0.6"
        ).output
        let rows = table.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
        #expect(rows.count == 4)
        for row in rows.dropFirst() {
            try sandbox.splitvote("run", "news.yaml", "-S", "min_votes=\(row[0])", "--until", "labels")
            let shown = try sandbox.splitvote("labels", "news.yaml", "show", "latest", "--json").output
            if row[0] == "20" { continue }  // the promoted set, which is not the latest
            #expect(shown.contains("\"controversial\": \(row[3])"), "\(row)")
            #expect(shown.contains("\"uncontroversial\": \(row[4])"), "\(row)")
        }
        #expect(try sandbox.splitvote("sweep", "news.yaml", "--format", "svg").output.hasPrefix("<svg"))
        let wrong = try sandbox.splitvote("sweep", "news.yaml", "--band", "40-60")
        #expect(wrong.status == 2)
        #expect(wrong.errors.contains("a ratio lies in 0 ... 1"))
    }

    @Test func whyTellsACommentsWay() throws {
        let sandbox = try sandbox()
        let id = try #require(
            try sandbox.read("out/test.tsv").split(separator: "\n").last?.split(separator: "\t").first)
        let told = try sandbox.splitvote("why", "news.yaml", String(id)).output
        for part in ["comment   ", "votes  ", "labels  ", "chosen, place", "test, salt v1", "of test"] {
            #expect(told.contains(part), "\(part) in \(told)")
        }
        #expect(try sandbox.splitvote("why", "--state", "state.sqlite", String(id)).output == told)
        let nobody = try sandbox.splitvote("why", "news.yaml", "sample:none")
        #expect(nobody.status == 2)
        #expect(nobody.errors.contains("there is no comment 'sample:none'"))
    }

    @Test func whatIsForgottenIsGoneForGood() throws {
        let sandbox = try sandbox()
        let first = try labelSet(sandbox)
        let lines = try sandbox.read("out/train.tsv").split(separator: "\n")
        let fields = lines[1].split(separator: "\t")
        let (id, text) = (String(fields[0]), String(fields[1]))
        try sandbox.write("# on request\n\(id)\nsample:neverseen\n", to: "list.txt")
        let outcome = try sandbox.splitvote("forget", "news.yaml", "list.txt")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.hasPrefix("1 comment forgotten, 1 not known and never to be taken\n"))
        #expect(outcome.output.contains("1 result with texts removed"))
        for file in try sandbox.files(below: ".")
        where file.hasPrefix("state") || file.hasPrefix("artifacts") {
            #expect(try sandbox.data(file).range(of: Data(text.utf8)) == nil, "\(file)")
        }
        let run = try sandbox.splitvote("run", "news.yaml")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.contains("comments: comments were forgotten"))
        #expect(try !sandbox.read("out/train.tsv").contains(id))
        #expect(try sandbox.read("out/train.tsv").split(separator: "\n").count == lines.count - 1)
        let difference = try sandbox.splitvote("labels", "news.yaml", "diff", first, "promoted").output
        #expect(difference.contains("1 flip: comment gone 1"), "\(difference)")
        // Another night brings it again, with other votes: it stays away.
        try sandbox.write(
            SampleComments.table(day: 2).replacing("\t1\t2025", with: "\t2\t2025"), to: "data/b.tsv")
        let later = try sandbox.splitvote("run", "news.yaml")
        #expect(later.status == 0, "\(later.errors)")
        #expect(try sandbox.sqlite("SELECT count(*) FROM comment WHERE text <> ''") == ["119"])
        #expect(try !sandbox.read("out/train.tsv").contains(id))
        #expect(try sandbox.splitvote("why", "news.yaml", id).output.contains("forgotten   20"))
        #expect(try sandbox.sqlite("PRAGMA integrity_check") == ["ok"])
        let again = try sandbox.splitvote("forget", "news.yaml", "list.txt")
        #expect(again.output.contains("0 comments forgotten, 2 forgotten before"))
        try sandbox.write("nonsense\n", to: "list.txt")
        let wrong = try sandbox.splitvote("forget", "news.yaml", "list.txt")
        #expect(wrong.status == 2)
        #expect(wrong.errors.contains("list.txt, line 1: 'nonsense' is not the ID of a comment"))
    }

    private static let following = [
        ["forget", "news.yaml", "list.txt"], ["run", "news.yaml"], ["gc", "news.yaml", "--yes"],
    ]

    /// A `forget` that was killed once the store knew of it: results, messages and the note that it has not ended are there.
    /// - Parameter isCollected: whether the store says already that the results are gone.
    @Test(arguments: following, [false, true])
    func aForgetThatWasKilledIsCarriedToItsEnd(by command: [String], isCollected: Bool) throws {
        let sandbox = try sandbox()
        let fields = try sandbox.read("out/train.tsv").split(separator: "\n")[1].split(separator: "\t")
        try sandbox.write(fields[0] + "\n", to: "list.txt")
        let text = String(fields[1])
        let (artifacts, copy) = (
            sandbox.folder.appending(path: "artifacts"), sandbox.folder.appending(path: "copy")
        )
        try FileManager.default.copyItem(at: artifacts, to: copy)
        try #require(try sandbox.splitvote("forget", "news.yaml", "list.txt").status == 0)
        try FileManager.default.removeItem(at: artifacts)
        try FileManager.default.moveItem(at: copy, to: artifacts)
        _ = try sandbox.sqlite(
            """
            INSERT INTO setting VALUES ('forgetting', 'unfinished');
            UPDATE artifact SET collected_at = NULL WHERE \(!isCollected);
            UPDATE stage_run SET message = '\(text)', verdict = 'failed' WHERE id = 1;
            """)
        // What runs leave that are killed while they write, or before they can record it.
        for place in [".staging/run-tsv", ".work/tsv-0123456789abcdef", "tsv/0123456789abcdef"] {
            try sandbox.write(text, to: "artifacts/\(place)/train.tsv")
        }
        func holders() throws -> [String] {
            try sandbox.files(below: ".").filter { file in
                try (file.hasPrefix("state") || file.hasPrefix("artifacts"))
                    && sandbox.data(file).range(of: Data(text.utf8)) != nil
            }
        }
        let before = try holders()
        #expect(
            before.contains { $0.hasPrefix("artifacts/tsv") } && before.contains { $0.hasPrefix("state") })
        let outcome = try sandbox.splitvote(command)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try holders() == [])
        #expect(try sandbox.sqlite("SELECT count(*) FROM setting WHERE name = 'forgetting'") == ["0"])
        let run = try sandbox.splitvote("run", "news.yaml")
        #expect(run.status == 0, "\(run.errors)")
        #expect(try !sandbox.read("out/train.tsv").contains(text))
        #expect(try holders() == [])
    }

    /// No run writes the files of a trial again, so that they have to be named.
    @Test func filesOfTrialsThatMayHoldForgottenTextsAreListed() throws {
        let sandbox = try sandbox()
        _ = try labelSet(sandbox)
        #expect(try sandbox.splitvote("relabel", "news.yaml", "-S", "min_votes=25", "--quiet").status == 0)
        let trial = try #require(
            try FileManager.default.contentsOfDirectory(atPath: sandbox.folder.path)
                .first { $0.hasPrefix("out@") })
        let id = try #require(
            try sandbox.read("\(trial)/train.tsv").split(separator: "\n").last?.split(separator: "\t").first)
        try sandbox.write(String(id) + "\n", to: "list.txt")
        let outcome = try sandbox.splitvote("forget", "news.yaml", "list.txt")
        #expect(outcome.output.contains("published files that may still hold their texts:\n"))
        let told = outcome.output.split(separator: "\n").filter { $0.hasPrefix("  ") && $0.contains(" in /") }
        #expect(told.contains { $0.hasSuffix("/out") } && told.contains { $0.hasSuffix("/\(trial)") })
        try FileManager.default.removeItem(at: sandbox.folder.appending(path: trial))
        let again = try sandbox.splitvote("forget", "news.yaml", "list.txt")
        #expect(again.output == "0 comments forgotten, 1 forgotten before\n")
    }

    /// The ledger's digest after forgetting is that of a store that never saw the comment.
    @Test func forgettingLeavesTheLedgerAsIfItHadNeverBeen() throws {
        let sandbox = try sandbox()
        let table = SampleComments.table()
        let line = try #require(table.split(separator: "\n").dropFirst().first)
        let text = String(line.split(separator: "\t")[2])
        let key = try #require(
            try sandbox.sqlite("SELECT source || ':' || key FROM comment WHERE text = '\(text)'").first)
        try sandbox.write(key + "\n", to: "list.txt")
        try sandbox.splitvote("forget", "news.yaml", "list.txt")
        let sum =
            "SELECT hex(ledger_sum), source_comments, source_observations FROM imported_file ORDER BY position DESC LIMIT 1"
        let other = try Sandbox()
        try other.write(table.replacing(String(line) + "\n", with: ""), to: "data/a.tsv")
        try other.write(SampleComments.pipeline(), to: "news.yaml")
        try other.splitvote("run", "news.yaml", "--until", "comments")
        #expect(try sandbox.sqlite(sum) == other.sqlite(sum))
    }

    /// The list of a label set's rows, which names each file of them by its digest.
    private func rows(_ sandbox: Sandbox, _ name: String) throws -> Data {
        let shown = try sandbox.splitvote("labels", "news.yaml", "show", name).output
        let path = try #require(
            shown.split(separator: "\n").last { $0.hasPrefix("rows") }?.split(separator: " ").last)
        return try Data(contentsOf: URL(filePath: String(path)).appending(path: "rows.json"))
    }

    /// Labels as of a past date are those that were computed then, whatever has come since.
    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func everyPastNightIsLabeledAsItWas(seed: UInt64) throws {
        var state = seed
        func random(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        let sandbox = try Sandbox()
        try sandbox.write(SampleComments.pipeline(), to: "news.yaml")
        var then: [Data] = []
        for night in 1...4 {
            var lines = [SampleComments.header]
            for comment in 0..<(20 * night) where random(3) > 0 {
                let votes = "\(random(60))\t\(random(60))"
                lines.append("1\t\(1000 + comment % 7)\t댓글 \(comment)\t\(votes)\t2025100\(night)")
            }
            // Enough of both classes for a sample.
            lines += ["1\t1\t갈린 댓글\t30\t30\t2025100\(night)", "1\t2\t같은 댓글\t60\t0\t2025100\(night)"]
            try sandbox.write(lines.joined(separator: "\n") + "\n", to: "data/\(night).tsv")
            try #require(try sandbox.splitvote("run", "news.yaml", "--until", "labels").status == 0)
            then.append(try rows(sandbox, "latest"))
        }
        #expect(Set(then).count == 4)
        for night in 1...4 {
            let outcome = try sandbox.splitvote(
                "run", "news.yaml", "--until", "labels", "--as-of", "2025-10-0\(night)")
            #expect(outcome.status == 0, "seed \(seed): \(outcome.errors)")
            #expect(try rows(sandbox, "latest") == then[night - 1], "seed \(seed), night \(night)")
        }
    }

    @Test func youngCommentsWaitUntilTheirVotesRest() throws {
        let sandbox = try sandbox(
            ("with: {min_votes: $params.min_votes}}", "with: {min_votes: $params.min_votes, settle: 72h}}"),
            expecting: 1)
        // Everything was seen once, at the latest moment there is.
        #expect(try counts(sandbox) == ["unsettled|120"])
        // A day later the counts of the agreed ones are as they were: those have settled. The others still move.
        try sandbox.write(
            SampleComments.table(day: 2).replacing("\t25\t", with: "\t26\t").replacing(
                "\t24\t", with: "\t25\t"),
            to: "data/b.tsv")
        try sandbox.splitvote("run", "news.yaml")
        let second = try counts(sandbox)
        #expect(second.contains("uncontroversial|60"), "\(second)")
        // Four days later age alone is enough.
        try sandbox.write(SampleComments.table(articles: 13, day: 6), to: "data/c.tsv")
        try sandbox.splitvote("run", "news.yaml")
        #expect(try counts(sandbox).contains("unsettled|10"))
    }

    @Test func eachSourceMayHaveItsOwnPrior() throws {
        let rule = "with: {min_votes: $params.min_votes, confidence: 0.6, prior: {per: source}}}"
        let sandbox = try sandbox(("with: {min_votes: $params.min_votes}}", rule))
        let outcome = try sandbox.splitvote("run", "news.yaml", "--force", "labels")
        #expect(outcome.errors.contains("labels: sample: Beta("), "\(outcome.errors)")
        #expect(outcome.errors.contains("fitted to 120 comments"))
        let both = try sandbox.splitvote(
            "validate", "news.yaml", "-S", "min_votes=20")
        #expect(both.status == 0)
        let text = try sandbox.read("news.yaml")
        try sandbox.write(text.replacing("{per: source}", with: "{per: source, alpha: 2}"), to: "news.yaml")
        let wrong = try sandbox.splitvote("validate", "news.yaml")
        #expect(wrong.status == 2)
        #expect(wrong.errors.contains("'prior' has both 'per' and 'alpha'"))
    }
}
