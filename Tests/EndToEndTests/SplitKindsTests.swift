import Foundation
import Testing

/// Splits by author and by time, frozen sides, and what checks can ask of a split.
struct SplitKindsTests {
    private static func pipeline(_ split: String, checks: String = "") -> String {
        """
        splitvote: 1
        pipeline: kinds
        store: {state: state.sqlite, artifacts: artifacts}
        stages:
          comments:
            uses: ingest.files
            with:
              paths: ["data/*"]
              source: sample
              columns: {key: key, text: text, up: up, down: down, article: article, observed_at: seen, created_at: born}
          clean: {uses: clean, from: comments, with: {rules: none}}
          labels: {uses: label, from: clean, with: {min_votes: 20}}
          sample: {uses: sample, from: labels, with: {per_label: all}}
          split:
            uses: split
            from: sample
            with: {\(split)}\(checks.isEmpty ? "" : "\n    checks: [\(checks)]")
          tsv: {uses: export, from: split, with: {columns: [id, label, up, article], path: "out/{split}.tsv"}}

        """
    }

    private static let header = "key\ttext\tup\tdown\tarticle\tseen\tborn"

    /// Comment n is of article n / 4 and was written on day n / 10 + 1 of September 2025.
    private static func table(_ numbers: Range<Int> = 0..<200, up: Int = 30, seen: String = "2025-10-10")
        -> String
    {
        ([header]
            + numbers.map { number in
                let day = String(format: "2025-09-%02d", number / 10 + 1)
                let votes = number % 2 == 0 ? "\(up)\t30" : "\(up + 30)\t1"
                return
                    "\(number)\t댓글 \(text(number))\t\(votes)\ta\(number / 4)\t\(seen)\t\(day)"
            }).joined(separator: "\n") + "\n"
    }

    /// Forty syllables that no other number has in that order.
    private static func text(_ number: Int) -> String {
        var state = UInt32(truncatingIfNeeded: number &* 2_654_435_761 &+ 1)
        return (0..<40).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return String(UnicodeScalar(0xAC00 + state >> 16 % 5_000)!)
        }.joined()
    }

    private func sandbox(_ split: String, checks: String = "", table: String = table()) throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write(Self.pipeline(split, checks: checks), to: "p.yaml")
        try sandbox.write(table, to: "data/one.tsv")
        return sandbox
    }

    private func numbers(_ sandbox: Sandbox, _ side: String) throws -> Set<Int> {
        Set(
            try sandbox.read("out/\(side).tsv").split(separator: "\n").dropFirst().compactMap {
                Int($0.split(separator: "\t")[0].dropFirst("sample:".count))
            })
    }

    private func figure(_ sandbox: Sandbox, _ name: String) throws -> String {
        try sandbox.sqlite(
            "SELECT json_extract(figures, '$.\(name)') FROM stage_run WHERE stage = 'split' ORDER BY id DESC LIMIT 1"
        )[0]
    }

    @Test func timeCutsTheSidesAtDates() throws {
        let sandbox = try sandbox(
            "method: time, group_by: comment, cuts: {train: 2025-09-11, dev: 2025-09-16, test: rest}")
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try numbers(sandbox, "train") == Set(0..<100))
        #expect(try numbers(sandbox, "dev") == Set(100..<150))
        #expect(try numbers(sandbox, "test") == Set(150..<200))
        #expect(try figure(sandbox, "group_by") == "time")
    }

    @Test func whatComesAfterTheLastDateIsOnNoSide() throws {
        let sandbox = try sandbox(
            "method: time, group_by: comment, cuts: {train: 2025-09-11, test: 2025-09-16}")
        #expect(try sandbox.splitvote("run", "p.yaml").status == 0)
        #expect(try numbers(sandbox, "test") == Set(100..<150))
        #expect(try figure(sandbox, "held_out") == "50")
    }

    @Test func anArticleIsOnTheSideOfItsFirstComment() throws {
        // Article 12 has comments 48 and 49, written on the 5th, and 50 and 51, on the 6th.
        let sandbox = try sandbox(
            "method: time, cuts: {train: 2025-09-06, test: rest}", checks: "{that: leakage, at_most: 0}")
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try numbers(sandbox, "train") == Set(0..<50))
        #expect(try numbers(sandbox, "test") == Set(52..<200))
        #expect(try figure(sandbox, "held_out") == "2")
    }

    @Test func theZoneOfDatesCounts() throws {
        // Born at midnight in Seoul is the day before in UTC.
        let split =
            "method: time, group_by: comment, time_zone: \"+09:00\", cuts: {train: 2025-09-11, test: rest}"
        let sandbox = try sandbox(split)
        #expect(try sandbox.splitvote("run", "p.yaml").status == 0)
        #expect(try numbers(sandbox, "train") == Set(0..<100))
        try sandbox.write(
            Self.pipeline(split.replacing("2025-09-11,", with: "2025-09-11T00:00:00Z,") + ", salt: other"),
            to: "p.yaml")
        #expect(try sandbox.splitvote("run", "p.yaml", "--new-split").status == 0)
        #expect(try numbers(sandbox, "train") == Set(0..<110))
    }

    @Test func withoutDatesOfWritingTheFirstSightCounts() throws {
        let sandbox = try sandbox(
            "method: time, group_by: comment, cuts: {train: 2025-10-02, test: rest}", table: "")
        let lines = Self.table().split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
        func write(_ numbers: Range<Int>, _ day: String, to name: String) throws {
            let rows = lines[1...].filter { numbers.contains(Int($0[0])!) }
                .map { ($0[..<5] + [day, ""]).joined(separator: "\t") }
            try sandbox.write(([Self.header] + rows).joined(separator: "\n") + "\n", to: name)
        }
        try write(0..<200, "2025-10-03", to: "data/one.tsv")
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 1)
        #expect(
            outcome.errors.contains(
                "no comment says when it was written, and all 200 were first seen at 2025-10-03T00:00:00Z, "
                    + "so dates cannot split them"), "\(outcome.errors)")
        #expect(
            outcome.errors.contains(
                "hint: name the column created_at in the ingest stage, or set method: hash"))
        let other = try self.sandbox(
            "method: time, group_by: comment, cuts: {train: 2025-10-02, test: rest}", table: "")
        let early = try sandbox.read("data/one.tsv").split(separator: "\n")[...80].joined(separator: "\n")
        try other.write(early.replacing("2025-10-03", with: "2025-10-01") + "\n", to: "data/one.tsv")
        try other.write(try sandbox.read("data/one.tsv"), to: "data/two.tsv")
        let both = try other.splitvote("run", "p.yaml")
        #expect(both.status == 0, "\(both.errors)")
        #expect(try numbers(other, "train") == Set(0..<80))
        #expect(try numbers(other, "test") == Set(80..<200))
    }

    @Test func authorsStayTogether() throws {
        let sandbox = try sandbox("group_by: author", checks: "{that: shared_authors, at_most: 0}")
        let without = try sandbox.splitvote("run", "p.yaml")
        #expect(without.status == 1)
        #expect(
            without.errors.contains(
                "group_by: author needs salted author hashes, and none of the 200 comments of the sample has one"
            ),
            "\(without.errors)")
        #expect(
            without.errors.contains(
                "hint: add 'author' to the columns of the ingest stage, with author_salt: $secrets.NAME, or set group_by: article"
            ))
        _ = try sandbox.sqlite("UPDATE comment SET author_hash = 'h' || (id % 50) WHERE id > 10")
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let groups = try sandbox.sqlite("SELECT group_key FROM split_member WHERE group_key NOT LIKE ':%'")
        #expect(groups.count == 60)
        #expect(groups.count { $0.hasPrefix("sample:@h") } == 50)
        for side in ["train", "dev", "test"] {
            let authors = try numbers(sandbox, side).map { $0 + 1 }.filter { $0 > 10 }.map { $0 % 50 }
            #expect(
                Set(authors).count * 4 - authors.count <= 1 * Set(authors).count,
                "\(side): \(authors.sorted())")
        }
        #expect(try figure(sandbox, "leakage") == "0" && figure(sandbox, "shared_authors") == "0.0")
    }

    @Test func checksSeeAuthorsOnBothSides() throws {
        let checks = "{that: shared_authors, at_most: 0.3, else: warn}, {that: largest_group, at_most: 0.5}"
        let sandbox = try sandbox("group_by: article", checks: checks)
        #expect(try sandbox.splitvote("run", "p.yaml").status == 0)
        #expect(try figure(sandbox, "shared_authors") == "0.0")
        #expect(try Double(figure(sandbox, "largest_group")) == 4.0 / 200)
        _ = try sandbox.sqlite("UPDATE comment SET author_hash = 'one' WHERE id % 2 = 0")
        // An import would have noted that there are authors now.
        _ = try sandbox.sqlite("DELETE FROM setting WHERE name = 'authors'")
        let outcome = try sandbox.splitvote("run", "p.yaml", "--force", "split")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let test = try numbers(sandbox, "test")
        let shared = Double(test.count { $0 % 2 == 1 }) / Double(test.count)
        #expect(try Double(figure(sandbox, "shared_authors")) == shared)
        #expect(
            outcome.errors.contains("shared_authors is \(shared), expected at most 0.3"), "\(outcome.errors)")
    }

    @Test func copiesThatAreKeptLeak() throws {
        let copies = Self.table().replacing("댓글", with: (0..<12).map { Self.text(1_000 + $0) }.joined())
        for (what, status) in [("drop", Int32(0)), ("keep", 3)] {
            let sandbox = try sandbox(
                "copies: \(what)", checks: "{that: leakage, at_most: 0}", table: copies)
            let outcome = try sandbox.splitvote("run", "p.yaml")
            #expect(outcome.status == status, "\(what): \(outcome.errors)")
            let leakage = try #require(Int(try figure(sandbox, "leakage")))
            #expect((leakage > 100) == (what == "keep"), "\(leakage)")
        }
    }

    @Test func aFrozenSideStaysAsItWas() throws {
        let shares = "shares: {train: 0.5, test: 0.5}"
        let sandbox = try sandbox("\(shares), frozen: {test: 2025-10-31}", table: Self.table(0..<120))
        func run(_ date: String) throws {
            let outcome = try sandbox.splitvote("run", "p.yaml", "--date", date)
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        // Up to its day a frozen side grows like any other.
        try run("2025-10-30")
        try sandbox.write(Self.table(120..<160), to: "data/two.tsv")
        try run("2025-10-31")
        let test = try sandbox.read("out/test.tsv")
        let frozen = try numbers(sandbox, "test")
        #expect(frozen.contains { $0 >= 120 } && frozen.count > 40)
        // Then new articles come, and new votes that change every label.
        try sandbox.write(Self.table(160..<200, seen: "2025-11-02"), to: "data/three.tsv")
        try sandbox.write(
            Self.table(0..<160, up: 300, seen: "2025-11-02").replacing("\t30\ta", with: "\t200\ta"),
            to: "data/four.tsv")
        try run("2025-11-03")
        let after = try sandbox.read("out/test.tsv").split(separator: "\n").sorted()
        #expect(after == test.split(separator: "\n").sorted())
        #expect(try numbers(sandbox, "train").contains { $0 >= 160 })
        #expect(try Int(figure(sandbox, "held_out"))! > 0)
        // The negative control: without the date it rolls on, with everything that belongs there.
        try sandbox.write(Self.pipeline(shares), to: "p.yaml")
        try run("2025-11-04")
        let rolling = try numbers(sandbox, "test")
        #expect(rolling.contains { $0 >= 160 })
        #expect(try sandbox.read("out/test.tsv").split(separator: "\n").sorted() != after)
        #expect(rolling.isSuperset(of: frozen.filter { $0 % 2 == 1 }))
    }

    @Test func anotherRuleUnderTheSameSaltIsRefused() throws {
        let sandbox = try sandbox("shares: {train: 0.5, test: 0.5}")
        #expect(try sandbox.splitvote("run", "p.yaml").status == 0)
        try sandbox.write(Self.pipeline("shares: {train: 0.6, test: 0.4}"), to: "p.yaml")
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 2)
        #expect(
            outcome.errors.contains(
                #"the salt 'v1' already stands for another split: {"group_by":"article","shares":[["train",0.5],["test",0.5]]} "#
                    + #"in the store, {"group_by":"article","shares":[["train",0.6],["test",0.4]]} in the pipeline file"#
            ),
            "\(outcome.errors)")
        #expect(
            outcome.errors.contains(
                "hint: choose a new salt and the old split keeps its sides, or run with --new-split to give them up"
            ))
        #expect(try sandbox.splitvote("run", "p.yaml", "--new-split").status == 0)
        #expect(try sandbox.splitvote("run", "p.yaml").status == 0)
        let back = try sandbox.splitvote("run", "p.yaml", "-n")
        #expect(back.status == 0)
        try sandbox.write(Self.pipeline("shares: {train: 0.5, test: 0.5}"), to: "p.yaml")
        #expect(try sandbox.splitvote("run", "p.yaml", "--new-split").status == 0)
        // What is no part of the rule may change.
        try sandbox.write(Self.pipeline("shares: {train: 0.5, test: 0.5}, copies: keep"), to: "p.yaml")
        #expect(try sandbox.splitvote("run", "p.yaml").status == 0)
    }

    static let mistakes: [(String, String)] = [
        (
            "method: time, shares: {train: 0.5, test: 0.5}",
            """
            p.yaml:14:3: error: method: time needs 'cuts'
              14 |   split:
                 |   ^~~~~
            hint: such as cuts: {train: 2025-09-01, dev: 2025-10-01, test: rest}
            p.yaml:17:34: error: 'shares' are for method: hash or balanced
              17 |     with: {method: time, shares: {train: 0.5, test: 0.5}}
                 |                                  ^~~~~~~~~~~~~~~~~~~~~~~
            hint: leave it out, or set method: hash
            """
        ),
        (
            "cuts: {train: 2025-09-01, test: rest}",
            """
            p.yaml:17:18: error: 'cuts' are for method: time
              17 |     with: {cuts: {train: 2025-09-01, test: rest}}
                 |                  ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            hint: leave it out, or set method: time
            """
        ),
        (
            "method: time",
            """
            p.yaml:14:3: error: method: time needs 'cuts'
              14 |   split:
                 |   ^~~~~
            hint: such as cuts: {train: 2025-09-01, dev: 2025-10-01, test: rest}
            1 problem in p.yaml; nothing was run.
            """
        ),
        (
            "method: time, cuts: {train: rest, test: 2025-09-01}",
            "error: only the last side takes the rest; the others end at a date\n"
        ),
        (
            "method: time, cuts: {train: 2025-10-01, test: 2025-09-01}",
            "error: the cut at 2025-09-01T00:00:00Z does not lie after the cut at 2025-10-01T00:00:00Z; write cuts in "
                + "rising order\n"
        ),
        (
            "method: time, cuts: {train: yesterday, test: rest}",
            "error: 'cuts.train' is 'yesterday'; it takes a date such as 2025-10-01, or 'rest'\n"
        ),
        (
            "frozen: {holdout: 2025-10-01}",
            """
            p.yaml:17:20: error: there is no side 'holdout'
              17 |     with: {frozen: {holdout: 2025-10-01}}
                 |                    ^~~~~~~~~~~~~~~~~~~~~
            hint: sides are: train, dev, test
            """
        ),
        ("time_zone: Seoul", "error: 'Seoul' is no offset; expected Z or one such as +09:00\n"),
    ]

    @Test(arguments: mistakes)
    func mistakesAreNamed(split: String, expected: String) throws {
        let sandbox = try sandbox(split)
        let outcome = try sandbox.splitvote("validate", "p.yaml")
        #expect(outcome.status == 2)
        #expect((outcome.errors + outcome.output).contains(expected), "\(outcome.errors)\(outcome.output)")
    }
}
