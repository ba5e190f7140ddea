import Foundation
import Testing

/// The README.md beside exported tables, and what else an export says of its comments.
struct ExportCardTests {
    private func sandbox(_ pipeline: String = SampleComments.pipeline()) throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write(pipeline, to: "p.yaml")
        try sandbox.write(SampleComments.table(), to: "data/one.tsv")
        return sandbox
    }

    private func run(_ sandbox: Sandbox, _ arguments: String...) throws -> Sandbox.Outcome {
        let outcome = try sandbox.run(
            Sandbox.command, ["run", "p.yaml", "--date", "2025-11-01"] + arguments)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return outcome
    }

    @Test func theCardSaysWhatTheTablesHold() throws {
        let sandbox = try sandbox()
        _ = try run(sandbox)
        let card = try sandbox.read("out/README.md")
        for side in ["train", "dev", "test"] {
            let rows = try sandbox.read("out/\(side).tsv").split(separator: "\n").dropFirst()
            let ones = rows.count { $0.hasSuffix("\t1") }
            #expect(
                card.contains(
                    "\n| \(side) | `\(side).tsv` | \(rows.count) | \(rows.count - ones) | \(ones) |\n"),
                "\(card)")
        }
        let sentence =
            "\nNews comments with the votes of their readers. A comment is controversial (1) where at least 20 readers "
            + "voted and the share of up-votes, up / (up + down), lies in 0.4 ... 0.6; it is uncontroversial (0) where "
            + "as many voted and the share is at most 0.2 or at least 0.8. All ends are included, and comments that are "
            + "neither are left out.\n"
        #expect(card.contains(sentence), "\(card)")
        let set = try sandbox.sqlite("SELECT id FROM label_set")[0]
        #expect(card.contains("\n- Label set: `\(set)`\n"))
        #expect(
            card.contains(
                #"- Split: `{"group_by":"article","shares":[["train",0.6],["dev",0.2],["test",0.2]]}`"# + "\n"
            ),
            "\(card)")
        #expect(card.contains("\n- Split salt: `v1`\n"))
        // Nothing of the run: another store on another day says the same.
        let other = try self.sandbox()
        let outcome = try other.splitvote("run", "p.yaml", "--date", "2026-02-03")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try other.read("out/README.md") == card)
    }

    @Test func aForeignCardIsNeverOverwritten() throws {
        let sandbox = try sandbox()
        try sandbox.write("# Mine\n", to: "out/README.md")
        let outcome = try run(sandbox)
        let sentence =
            "tsv: warning: out/README.md stays as it is: it is not splitvote's; "
            + "move it away to have the one of stage 'tsv'"
        #expect(outcome.errors.contains(sentence), "\(outcome.errors)")
        #expect(try sandbox.read("out/README.md") == "# Mine\n")
        #expect(sandbox.exists("out/train.tsv"))
    }

    @Test func ofTwoExportsInOneFolderTheFirstHasTheCard() throws {
        let second =
            #"  csv: {uses: export, from: split, needs: tsv, with: {format: csv, path: "out/{split}.csv"}}"#
            + "\n"
        let sandbox = try sandbox(SampleComments.pipeline() + second)
        let outcome = try run(sandbox)
        #expect(
            outcome.errors.contains("csv: warning: out/README.md stays as it is: stage 'tsv' publishes it"))
        #expect(try sandbox.read("out/README.md").contains("`train.tsv`"))
    }

    static let placesWithoutACard = [
        "out/{split}/table.tsv", "out/{date}-{split}.tsv", "out/{run}-{split}.tsv",
    ]

    @Test(arguments: placesWithoutACard)
    func tablesThatNoCardCanNameHaveNone(path: String) throws {
        let sandbox = try sandbox(SampleComments.pipeline(("out/{split}.tsv", path)))
        _ = try run(sandbox)
        #expect(try sandbox.files(below: "out").allSatisfy { !$0.hasSuffix("README.md") })
        try sandbox.write(
            SampleComments.pipeline((#""out/{split}.tsv"}"#, "\"\(path)\", card: true}")), to: "p.yaml")
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 2)
        #expect(
            outcome.errors.contains("error: no card can be written next to the tables of '\(path)'\n"),
            "\(outcome.errors)")
        #expect(
            outcome.errors.contains(
                "hint: a card needs a table for each side, all in one folder, and no {date} or {run} in their names; or leave "
                    + "'card' out"
            ))
    }

    @Test func aPathThatEndsLikeAnotherFormatIsWarnedOf() throws {
        let sandbox = try sandbox(SampleComments.pipeline(("out/{split}.tsv", "out/{split}.csv")))
        let outcome = try run(sandbox)
        #expect(
            outcome.errors.contains(
                "warning: 'out/{split}.csv' ends like a csv table, and 'format' is tsv\n"),
            "\(outcome.errors)")
        #expect(outcome.errors.contains("hint: end the path in .tsv, or set 'format'\n"), "\(outcome.errors)")
        #expect(try !run(try self.sandbox()).errors.contains("ends like"))
    }

    @Test func withoutACardThereIsNone() throws {
        let sandbox = try sandbox(
            SampleComments.pipeline((#""out/{split}.tsv"}"#, #""out/{split}.tsv", card: false}"#)))
        _ = try run(sandbox)
        #expect(!sandbox.exists("out/README.md"))
        #expect(sandbox.exists("out/tsv-manifest.json"))
    }

    @Test func anotherPathMovesWhatIsThere() throws {
        let sandbox = try sandbox()
        _ = try run(sandbox)
        let table = try sandbox.read("out/train.tsv")
        try sandbox.write(SampleComments.pipeline(("out/{split}.tsv", "other/{split}.tsv")), to: "p.yaml")
        let moved = try run(sandbox)
        #expect(!moved.errors.contains("tsv: done"), "\(moved.errors)")
        #expect(try sandbox.read("other/train.tsv") == table)
        #expect(sandbox.exists("other/README.md") && sandbox.exists("other/tsv-manifest.json"))
        // The card names files, so other names are another card.
        try sandbox.write(
            SampleComments.pipeline(("out/{split}.tsv", "third/news-{split}.tsv")), to: "p.yaml")
        _ = try run(sandbox)
        #expect(try sandbox.read("third/README.md").contains("`news-train.tsv`"))
    }

    @Test func otherRulesOfCleaningReachTheTables() throws {
        // Rows and labels stay as they are; only texts change.
        let pipeline = SampleComments.pipeline(
            ("min_votes: 20\n", "min_votes: 20\n  rules: none\n"), ("rules: none}", "rules: $params.rules}"))
        let sandbox = try sandbox(pipeline)
        try sandbox.write(
            SampleComments.table().replacing("의견", with: "의견 http://example.org/a"), to: "data/one.tsv")
        _ = try run(sandbox)
        #expect(try sandbox.read("out/train.tsv").contains("http"))
        _ = try run(sandbox, "-S", "rules=kcbert-2020", "--publish")
        #expect(try !sandbox.read("out/train.tsv").contains("http"))
        _ = try run(sandbox)
        #expect(try sandbox.read("out/train.tsv").contains("http"))
    }

    @Test func aRuleThatChangesNoRowChangesWhatIsSaidOfThem() throws {
        let columns = #"columns: [id, label, flip_distance], path: "out/{split}.tsv"}"#
        let sandbox = try sandbox(SampleComments.pipeline((#"path: "out/{split}.tsv"}"#, columns)))
        _ = try run(sandbox)
        let before = try sandbox.read("out/train.tsv")
        // Every comment has more votes than either; none changes its label.
        try sandbox.write(
            SampleComments.pipeline(
                (#"path: "out/{split}.tsv"}"#, columns),
                ("$params.min_votes}", "$params.min_votes, controversial: [0.35, 0.65]}")),
            to: "p.yaml")
        _ = try run(sandbox)
        let after = try sandbox.read("out/train.tsv")
        #expect(after != before)
        #expect(after.split(separator: "\n").count == before.split(separator: "\n").count)
    }

    @Test func columnsSayHowSureALabelIs() throws {
        let columns =
            "columns: [id, label, p_controversial, weight, up, down, flip_distance, vote_burst, observed_at, title, outlet, "
            + #"url, created_at], path: "out/{split}.tsv"}"#
        let pipeline = SampleComments.pipeline(
            (#"path: "out/{split}.tsv"}"#, columns),
            (
                "observed_at: seen}",
                "observed_at: seen, title: title, outlet: press, url: link, created_at: born, key: key}"
            ))
        let sandbox = try Sandbox()
        try sandbox.write(pipeline, to: "p.yaml")
        // Comment 1 of each article gets nearly all its down-votes within a day.
        for (night, down) in [1, 2, 40].enumerated() {
            var lines = ["oid\taid\tkey\ttext\tup\tdown\tseen\ttitle\tpress\tlink\tborn"]
            for article in 0..<8 {
                lines.append(
                    "1\t\(article)\t\(article)-1\t몰린 댓글 \(article)\t41\t\(down)\t2025-10-0\(night + 1)\t제목 \(article)\t신문"
                        + "\thttps://example.org/\(article)\t2025-09-30")
                lines.append(
                    "1\t\(article)\t\(article)-2\t조용한 댓글 \(article * 77)\t50\t0\t2025-10-0\(night + 1)\t제목 \(article)\t신문"
                        + "\thttps://example.org/\(article)\t")
            }
            try sandbox.write(lines.joined(separator: "\n") + "\n", to: "data/\(night).tsv")
        }
        _ = try run(sandbox)
        var burst = 0
        for side in ["train", "dev", "test"] {
            for line in try sandbox.read("out/\(side).tsv").split(separator: "\n").dropFirst() {
                let field = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
                let isControversial = field[1] == "1"
                #expect(isControversial == (field[0].hasSuffix("-1")))
                // The weight is the mass of the label's own range; the two ranges leave something between them.
                if isControversial {
                    #expect(field[2] == field[3])
                } else {
                    #expect(try #require(Double(field[3])) < 1 - (try #require(Double(field[2]))))
                    #expect(try #require(Double(field[3])) > 0.99)
                }
                // 41 of 81: 22 more up-votes make 63 of 103 = 0.61, 21 make 0.607, 20 make 0.604, 19 make exactly 0.6.
                #expect(field[6] == (isControversial ? "20" : "13"), "\(line)")
                #expect(field[7] == (isControversial ? "1" : "0"), "\(line)")
                burst += isControversial ? 1 : 0
                #expect(field[8] == (isControversial ? "2025-10-03T00:00:00Z" : "2025-10-01T00:00:00Z"))
                #expect(field[9].hasPrefix("제목 ") && field[10] == "신문")
                #expect(field[11].hasPrefix("https://example.org/"))
                #expect(field[12] == (isControversial ? "2025-09-30" : ""))
            }
        }
        #expect(burst == 8)
    }
}
