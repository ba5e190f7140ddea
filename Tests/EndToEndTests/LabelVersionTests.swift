import Foundation
import Testing

/// Label sets as versions: kept, compared, promoted, taken up again, forgotten from.
struct LabelVersionTests {
    private func workshop(
        _ replacements: (String, String)..., expecting status: Int32 = 0
    ) throws -> Workshop {
        let workshop = try Workshop()
        try workshop.write(SampleComments.table(), to: "data/a.tsv")
        var text = SampleComments.pipeline()
        for (old, new) in replacements { text = text.replacing(old, with: new) }
        try workshop.write(text, to: "news.yaml")
        try #require(try workshop.splitvote("run", "news.yaml").status == status)
        return workshop
    }

    private func labelSet(_ workshop: Workshop, _ name: String = "promoted") throws -> String {
        let shown = try workshop.splitvote("labels", "news.yaml", "show", name).output
        return String(shown.split(separator: "\n")[0].split(separator: " ")[2].prefix { $0 != "," })
    }

    private func counts(_ workshop: Workshop) throws -> [String] {
        try workshop.sqlite("SELECT label, count(*) FROM labelled_comment GROUP BY 1 ORDER BY 1")
    }

    @Test func relabelShowsWhatFlippedAndPromotesNothing() throws {
        let workshop = try workshop()
        let before = try counts(workshop)
        let outcome = try workshop.splitvote("relabel", "news.yaml", "-S", "min_votes=55")
        #expect(outcome.status == 0, "\(outcome.errors)")
        // 120 comments: 60 divided with 49 ... 69 votes, 60 agreed with 46 ... 55.
        #expect(outcome.output.contains("flips: rule changed"), "\(outcome.output)")
        #expect(outcome.output.contains("articles with most flips"))
        #expect(try counts(workshop) == before)
        #expect(!outcome.errors.contains("comments:") && !outcome.errors.contains("clean:"))
        #expect(try workshop.splitvote("labels", "news.yaml").output.split(separator: "\n").count == 3)
        // The same thresholds again: the set is there.
        let again = try workshop.splitvote("relabel", "news.yaml", "-S", "min_votes=55")
        #expect(again.errors.contains("labels: cached"))
    }

    @Test func anEmptyClassIsRefusedBeforeAnythingRuns() throws {
        let workshop = try workshop()
        let outcome = try workshop.splitvote("relabel", "news.yaml", "-S", "min_votes=60")
        #expect(outcome.status == 2)
        #expect(
            outcome.errors.contains("with this rule none of 120 comments is uncontroversial"),
            "\(outcome.errors)")
        #expect(try workshop.sqlite("SELECT count(*) FROM run") == ["1"])
    }

    @Test func relabelWorksOnWhatIsThereThoughFilesHaveCome() throws {
        let workshop = try workshop()
        try workshop.write(SampleComments.table(articles: 3, day: 2), to: "data/b.tsv")
        let outcome = try workshop.splitvote("relabel", "news.yaml", "-S", "min_votes=55")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try workshop.sqlite("SELECT count(*) FROM imported_file") == ["1"])
    }

    @Test func flipsAreToldByTheirCause() throws {
        let workshop = try workshop()
        let first = try labelSet(workshop)
        // The votes of the agreed comments move into the middle; one new article comes.
        try workshop.write(
            SampleComments.table(articles: 13, day: 2).replacing("\t1\t2025", with: "\t45\t2025"),
            to: "data/b.tsv")
        try workshop.splitvote("run", "news.yaml")
        let second = try labelSet(workshop)
        #expect(first != second)
        let difference = try workshop.splitvote("labels", "news.yaml", "diff", first, second).output
        #expect(difference.contains("60 flips: votes moved 60"), "\(difference)")
        #expect(difference.contains("new comment                 10"), "\(difference)")
        let back = try workshop.splitvote("labels", "news.yaml", "diff", second, first).output
        #expect(back.contains("from \\ to"))
        let same = try workshop.splitvote("labels", "news.yaml", "diff", first, first).output
        #expect(same.contains("0 flips"))
    }

    @Test func aCheckMayLimitFlips() throws {
        let workshop = try workshop(
            (
                "with: {min_votes: $params.min_votes}}",
                "with: {min_votes: $params.min_votes}, checks: [{that: flips_since_promoted, at_most: 3%}]}"
            ))
        let before = try counts(workshop)
        let outcome = try workshop.splitvote("run", "news.yaml", "-S", "min_votes=55")
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("labels: check failed: flips_since_promoted is"))
        #expect(try counts(workshop) == before)
    }

    @Test func aSetMayBePromotedAndTakenUpAgain() throws {
        let workshop = try workshop()
        let first = try labelSet(workshop)
        let table = try workshop.read("out/train.tsv")
        try workshop.splitvote("run", "news.yaml", "-S", "min_votes=55")
        let second = try labelSet(workshop, "latest")
        #expect(try workshop.read("out/train.tsv") == table)
        #expect(try workshop.read("out@\(second.prefix(8))/train.tsv") != table)
        #expect(try workshop.splitvote("labels", "news.yaml", "promote", second).status == 0)
        #expect(try labelSet(workshop) == second)
        let exported = try workshop.splitvote("export", "news.yaml", "--label-set", String(first.prefix(6)))
        #expect(exported.status == 0, "\(exported.errors)")
        #expect(try workshop.read("out/train.tsv") == table)
        #expect(try workshop.read("out/tsv-manifest.json").contains("\"label_set\": \"\(first)\""))
        #expect(try labelSet(workshop) == second)
        let unknown = try workshop.splitvote("export", "news.yaml", "--label-set", "zzz")
        #expect(unknown.status == 2)
        #expect(unknown.errors.contains("there is no label set 'zzz'"))
    }

    @Test func aSweepCountsWhatARunWouldGive() throws {
        let workshop = try workshop()
        let table = try workshop.splitvote(
            "sweep", "news.yaml", "--min-votes", "20:60:20", "--band", "0.4-0.6"
        ).output
        let rows = table.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
        #expect(rows.count == 4)
        for row in rows.dropFirst() {
            try workshop.splitvote("run", "news.yaml", "-S", "min_votes=\(row[0])", "--until", "labels")
            let shown = try workshop.splitvote("labels", "news.yaml", "show", "latest", "--json").output
            if row[0] == "20" { continue }  // the promoted set, which is not the latest
            #expect(shown.contains("\"controversial\": \(row[3])"), "\(row)")
            #expect(shown.contains("\"uncontroversial\": \(row[4])"), "\(row)")
        }
        #expect(try workshop.splitvote("sweep", "news.yaml", "--format", "svg").output.hasPrefix("<svg"))
        let wrong = try workshop.splitvote("sweep", "news.yaml", "--band", "40-60")
        #expect(wrong.status == 2)
        #expect(wrong.errors.contains("a ratio lies in 0 ... 1"))
    }

    @Test func whyTellsACommentsWay() throws {
        let workshop = try workshop()
        let id = try #require(
            try workshop.read("out/test.tsv").split(separator: "\n").last?.split(separator: "\t").first)
        let told = try workshop.splitvote("why", "news.yaml", String(id)).output
        for part in ["comment   ", "votes  ", "labels  ", "chosen, place", "test, salt v1", "of test"] {
            #expect(told.contains(part), "\(part) in \(told)")
        }
        #expect(try workshop.splitvote("why", "--state", "state.sqlite", String(id)).output == told)
        let nobody = try workshop.splitvote("why", "news.yaml", "sample:none")
        #expect(nobody.status == 2)
        #expect(nobody.errors.contains("there is no comment 'sample:none'"))
    }

    @Test func whatIsForgottenIsGoneForGood() throws {
        let workshop = try workshop()
        let first = try labelSet(workshop)
        let lines = try workshop.read("out/train.tsv").split(separator: "\n")
        let fields = lines[1].split(separator: "\t")
        let (id, text) = (String(fields[0]), String(fields[1]))
        try workshop.write("# on request\n\(id)\nsample:neverseen\n", to: "list.txt")
        let outcome = try workshop.splitvote("forget", "news.yaml", "list.txt")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.hasPrefix("1 comment forgotten, 1 not known and never to be taken\n"))
        #expect(outcome.output.contains("1 result with texts removed"))
        for file in try workshop.files(below: ".")
        where file.hasPrefix("state") || file.hasPrefix("artifacts") {
            #expect(try workshop.data(file).range(of: Data(text.utf8)) == nil, "\(file)")
        }
        let run = try workshop.splitvote("run", "news.yaml")
        #expect(run.errors.contains("comments: comments were forgotten"))
        #expect(try !workshop.read("out/train.tsv").contains(id))
        #expect(try workshop.read("out/train.tsv").split(separator: "\n").count == lines.count - 1)
        let difference = try workshop.splitvote("labels", "news.yaml", "diff", first, "promoted").output
        #expect(difference.contains("1 flip: comment gone 1"), "\(difference)")
        // Another night brings it again, with other votes: it stays away.
        try workshop.write(
            SampleComments.table(day: 2).replacing("\t1\t2025", with: "\t45\t2025"), to: "data/b.tsv")
        try workshop.splitvote("run", "news.yaml")
        #expect(try workshop.sqlite("SELECT count(*) FROM comment WHERE text <> ''") == ["119"])
        #expect(try !workshop.read("out/train.tsv").contains(id))
        #expect(try workshop.splitvote("why", "news.yaml", id).output.contains("forgotten   20"))
        #expect(try workshop.sqlite("PRAGMA integrity_check") == ["ok"])
        let again = try workshop.splitvote("forget", "news.yaml", "list.txt")
        #expect(again.output.contains("0 comments forgotten, 2 forgotten before"))
        try workshop.write("nonsense\n", to: "list.txt")
        let wrong = try workshop.splitvote("forget", "news.yaml", "list.txt")
        #expect(wrong.status == 2)
        #expect(wrong.errors.contains("list.txt, line 1: 'nonsense' is no id of a comment"))
    }

    /// The ledger's digest after forgetting is that of a store that never saw the comment.
    @Test func forgettingLeavesTheLedgerAsIfItHadNeverBeen() throws {
        let workshop = try workshop()
        let table = SampleComments.table()
        let line = try #require(table.split(separator: "\n").dropFirst().first)
        let text = String(line.split(separator: "\t")[2])
        let key = try #require(
            try workshop.sqlite("SELECT source || ':' || key FROM comment WHERE text = '\(text)'").first)
        try workshop.write(key + "\n", to: "list.txt")
        try workshop.splitvote("forget", "news.yaml", "list.txt")
        let sum =
            "SELECT hex(ledger_sum), source_comments, source_observations FROM imported_file ORDER BY position DESC LIMIT 1"
        let other = try Workshop()
        try other.write(table.replacing(String(line) + "\n", with: ""), to: "data/a.tsv")
        try other.write(SampleComments.pipeline(), to: "news.yaml")
        try other.splitvote("run", "news.yaml", "--until", "comments")
        #expect(try workshop.sqlite(sum) == other.sqlite(sum))
    }

    /// The list of a label set's rows, which names each file of them by its digest.
    private func rows(_ workshop: Workshop, _ name: String) throws -> Data {
        let shown = try workshop.splitvote("labels", "news.yaml", "show", name).output
        let path = try #require(
            shown.split(separator: "\n").last { $0.hasPrefix("rows") }?.split(separator: " ").last)
        return try Data(contentsOf: URL(filePath: String(path)).appending(path: "rows.json"))
    }

    /// Labels as of a past date are those that were computed then, whatever has come since.
    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func everyPastNightIsLabelledAsItWas(seed: UInt64) throws {
        var state = seed
        func random(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        let workshop = try Workshop()
        try workshop.write(SampleComments.pipeline(), to: "news.yaml")
        var then: [Data] = []
        for night in 1...4 {
            var lines = [SampleComments.header]
            for comment in 0..<(20 * night) where random(3) > 0 {
                let votes = "\(random(60))\t\(random(60))"
                lines.append("1\t\(1000 + comment % 7)\t댓글 \(comment)\t\(votes)\t2025100\(night)")
            }
            // Enough of both classes for a sample.
            lines += ["1\t1\t갈린 댓글\t30\t30\t2025100\(night)", "1\t2\t같은 댓글\t60\t0\t2025100\(night)"]
            try workshop.write(lines.joined(separator: "\n") + "\n", to: "data/\(night).tsv")
            try #require(try workshop.splitvote("run", "news.yaml", "--until", "labels").status == 0)
            then.append(try rows(workshop, "latest"))
        }
        #expect(Set(then).count == 4)
        for night in 1...4 {
            let outcome = try workshop.splitvote(
                "run", "news.yaml", "--until", "labels", "--as-of", "2025-10-0\(night)")
            #expect(outcome.status == 0, "seed \(seed): \(outcome.errors)")
            #expect(try rows(workshop, "latest") == then[night - 1], "seed \(seed), night \(night)")
        }
    }

    @Test func youngCommentsWaitUntilTheirVotesRest() throws {
        let workshop = try workshop(
            ("with: {min_votes: $params.min_votes}}", "with: {min_votes: $params.min_votes, settle: 72h}}"),
            expecting: 1)
        // Everything was seen once, at the latest moment there is.
        #expect(try counts(workshop) == ["unsettled|120"])
        // A day later the counts of the agreed ones are as they were: those have settled. The others still move.
        try workshop.write(
            SampleComments.table(day: 2).replacing("\t25\t", with: "\t26\t").replacing(
                "\t24\t", with: "\t25\t"),
            to: "data/b.tsv")
        try workshop.splitvote("run", "news.yaml")
        let second = try counts(workshop)
        #expect(second.contains("uncontroversial|60"), "\(second)")
        // Four days later age alone is enough.
        try workshop.write(SampleComments.table(articles: 13, day: 6), to: "data/c.tsv")
        try workshop.splitvote("run", "news.yaml")
        #expect(try counts(workshop).contains("unsettled|10"))
    }

    @Test func eachSourceMayHaveItsOwnPrior() throws {
        let rule = "with: {min_votes: $params.min_votes, confidence: 0.6, prior: {per: source}}}"
        let workshop = try workshop(("with: {min_votes: $params.min_votes}}", rule))
        let outcome = try workshop.splitvote("run", "news.yaml", "--force", "labels")
        #expect(outcome.errors.contains("labels: sample: Beta("), "\(outcome.errors)")
        #expect(outcome.errors.contains("fitted to 120 comments"))
        let both = try workshop.splitvote(
            "validate", "news.yaml", "-S", "min_votes=20")
        #expect(both.status == 0)
        let text = try workshop.read("news.yaml")
        try workshop.write(text.replacing("{per: source}", with: "{per: source, alpha: 2}"), to: "news.yaml")
        let wrong = try workshop.splitvote("validate", "news.yaml")
        #expect(wrong.status == 2)
        #expect(wrong.errors.contains("'prior' has both 'per' and 'alpha'"))
    }
}
