import Foundation
import Testing

/// What a sample or split says when it is not what was asked for, and what mends it.
struct SplitSharesTests {
    private static func pipeline(
        _ split: String, sample: String = "per_label: all", checks: String = "", clean: String = "rules: none"
    ) -> String {
        """
        splitvote: 1
        pipeline: shares
        store: {state: state.sqlite, artifacts: artifacts}
        stages:
          one: {uses: ingest.files, with: {paths: "data/one*", source: one, columns: {key: key, text: text, up: up, down: down, article: article, url: url, title: title}}}
          two: {uses: ingest.files, with: {paths: "data/two*", source: two, columns: {key: key, text: text, up: up, down: down, article: article, url: url, title: title}}}
          clean: {uses: clean, from: [one, two], with: {\(clean)}}
          labels: {uses: label, from: clean, with: {min_votes: 20}}
          sample: {uses: sample, from: labels, with: {\(sample)}}
          split:
            uses: split
            from: sample
            with: {\(split)}\(checks.isEmpty ? "" : "\n    checks: [\(checks)]")
          tsv: {uses: export, from: split, with: {columns: [id, label, article], path: "out/{split}.tsv"}}

        """
    }

    private struct Row {
        var article: Int
        var isControversial: Bool
        var text: String?
        var url = ""
        var title = ""
    }

    private static func table(_ rows: [Row], prefix: String = "") -> String {
        let lines = rows.enumerated().map { number, row in
            "\(prefix)\(number)\t\(row.text ?? text(number &+ prefix.count * 50_000))\t"
                + (row.isControversial ? "30\t30" : "60\t1") + "\ta\(row.article)\t\(row.url)\t\(row.title)"
        }
        return (["key\ttext\tup\tdown\tarticle\turl\ttitle"] + lines).joined(separator: "\n") + "\n"
    }

    private static func text(_ number: Int) -> String {
        var state = UInt32(truncatingIfNeeded: number &* 2_654_435_761 &+ 1)
        return (0..<40).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return String(UnicodeScalar(0xAC00 + state >> 16 % 5_000)!)
        }.joined()
    }

    /// Articles of very different sizes and leanings, as news has them.
    private static let uneven: [Row] = (0..<60).flatMap { article in
        (0..<(1 + 240 / (article + 1))).map { comment in
            Row(article: article, isControversial: (article * 7 + comment) % (2 + article % 4) == 0)
        }
    }

    private func sandbox(
        _ pipeline: String, one: [Row], two: [Row] = [Row(article: 900, isControversial: true)]
    )
        throws -> Sandbox
    {
        let sandbox = try Sandbox()
        try sandbox.write(pipeline, to: "p.yaml")
        try sandbox.write(Self.table(one), to: "data/one.tsv")
        try sandbox.write(Self.table(two, prefix: "two"), to: "data/two.tsv")
        return sandbox
    }

    private func figure(_ sandbox: Sandbox, _ name: String, stage: String = "split") throws -> Double {
        try #require(
            Double(
                try sandbox.sqlite(
                    "SELECT json_extract(figures, '$.\"\(name)\"') FROM stage_run WHERE stage = '\(stage)' "
                        + "ORDER BY id DESC LIMIT 1")[0]))
    }

    @Test func balancedSidesComeNearTheirSharesWhereHashesDoNot() throws {
        let shares = "shares: {train: 0.8, dev: 0.1, test: 0.1}"
        let hashed = try sandbox(Self.pipeline("\(shares), salt: a"), one: Self.uneven)
        let told = try hashed.splitvote("run", "p.yaml")
        #expect(told.status == 0)
        #expect(told.errors.contains("split: warning: "), "\(told.errors)")
        #expect(told.errors.contains("method: balanced, with a new salt"), "\(told.errors)")
        #expect(try figure(hashed, "share_error") > 0.05)
        let checks =
            "{that: share_error, at_most: 0.02}, {that: share.dev, at_least: 8%, at_most: 12%}, "
            + "{that: class.test.controversial, at_least: 20}, {that: rows.train, at_least: 100}, "
            + "{that: smallest_class_on_a_side, at_least: 20}, {that: smallest_side, at_least: 80}"
        let balanced = try sandbox(
            Self.pipeline("method: balanced, \(shares), salt: a", checks: checks), one: Self.uneven)
        let outcome = try balanced.splitvote("run", "p.yaml")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(!outcome.errors.contains("split: warning"), "\(outcome.errors)")
        let total = try figure(balanced, "rows")
        let controversial = try ["train", "dev", "test"].map {
            try figure(balanced, "class.\($0).controversial")
        }.reduce(0, +)
        for (side, share) in [("train", 0.8), ("dev", 0.1), ("test", 0.1)] {
            #expect(abs(try figure(balanced, "rows.\(side)") / total - share) < 0.02)
            #expect(
                abs(try figure(balanced, "class.\(side).controversial") / controversial - share) < 0.04)
        }
    }

    @Test func balancedNightsOnlyAddAndRowOrderHasNoSay() throws {
        let pipeline = Self.pipeline("method: balanced, shares: {train: 0.7, test: 0.3}, salt: a")
        let members = "SELECT group_key, side FROM split_member WHERE group_key NOT LIKE ':%' ORDER BY 1"
        let sandbox = try sandbox(pipeline, one: Self.uneven)
        #expect(try sandbox.splitvote("run", "p.yaml").status == 0)
        let first = try sandbox.sqlite(members)
        let other = try self.sandbox(pipeline, one: [])
        let lines = try sandbox.read("data/one.tsv").split(separator: "\n")
        try other.write(
            ([lines[0]] + lines[1...].reversed()).joined(separator: "\n") + "\n", to: "data/one.tsv")
        #expect(try other.splitvote("run", "p.yaml").status == 0)
        #expect(try other.sqlite(members) == first)
        let more = (100..<130).map { Row(article: $0, isControversial: $0 % 3 == 0) }
        try sandbox.write(Self.table(more, prefix: "later"), to: "data/one-later.tsv")
        #expect(try sandbox.splitvote("run", "p.yaml").status == 0)
        let second = try sandbox.sqlite(members)
        #expect(Set(second).isSuperset(of: first) && second.count == first.count + 30)
        // Forced, and from the ledger alone, it is the same.
        #expect(try sandbox.splitvote("run", "p.yaml", "--force", "split").status == 0)
        #expect(try sandbox.sqlite(members) == second)
        // The salt stands for this method.
        try sandbox.write(
            pipeline.replacing("method: balanced, ", with: ""), to: "p.yaml")
        #expect(try sandbox.splitvote("run", "p.yaml").status == 2)
    }

    @Test func emptySidesAndMissingClassesAreTold() throws {
        let giant = (0..<200).map { Row(article: $0 == 0 ? 1 : 0, isControversial: $0 % 2 == 0) }
        let sandbox = try sandbox(Self.pipeline("salt: a"), one: giant)
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 0)
        #expect(outcome.errors.contains("warning: the side '"), "\(outcome.errors)")
        #expect(
            outcome.errors.contains("has no comment")
                || outcome.errors.contains("has no uncontroversial comment"))
        #expect(outcome.errors.contains("'per_article' of the sample stage limits it"), "\(outcome.errors)")
        #expect(try figure(sandbox, "smallest_class_on_a_side") == 0)
    }

    @Test func checksNameOnlySidesThatThereAre() throws {
        let sandbox = try sandbox(
            Self.pipeline("shares: {train: 0.5, test: 0.5}", checks: "{that: rows.dev, at_least: 1}"), one: []
        )
        let outcome = try sandbox.splitvote("validate", "p.yaml")
        #expect(outcome.status == 2)
        let said = outcome.errors + outcome.output
        #expect(said.contains("stage kind 'split' has no figure 'rows.dev'"), "\(said)")
        #expect(said.contains("rows.train"), "\(said)")
        try sandbox.write(
            Self.pipeline(
                "shares: {train: 0.5, test: 0.5}",
                checks: "{that: rows.test, at_least: 1}, {that: copies_within.train, at_most: 0}"),
            to: "p.yaml")
        #expect(try sandbox.splitvote("validate", "p.yaml").status == 0)
    }

    @Test func shortAndUnevenSamplesAreTold() throws {
        let rows = (0..<100).map { Row(article: $0, isControversial: $0 < 10) }
        let sandbox = try sandbox(Self.pipeline("", sample: "per_label: 5000"), one: rows, two: [])
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(
            outcome.errors.contains(
                "sample: warning: per_label asks for 5000 comments of each label, and there are only 10 controversial and "
                    + "90 uncontroversial; ask for fewer, or set per_label: balanced"), "\(outcome.errors)")
        #expect(outcome.errors.contains("the labels are uneven: 10 controversial and 90 uncontroversial"))
        #expect(try figure(sandbox, "rarer_share", stage: "sample") == 0.1)
        // Enough of both, and nothing is said.
        for sample in ["per_label: 10", "per_label: balanced"] {
            try sandbox.write(Self.pipeline("", sample: sample), to: "p.yaml")
            let quiet = try sandbox.splitvote("run", "p.yaml")
            #expect(!quiet.errors.contains("sample: warning"), "\(quiet.errors)")
        }
    }

    @Test func ofEachTextOneStaysOnItsSideWhereAsked() throws {
        // One text under 120 comments of one article, and a near copy of it; the rest are all different.
        let same = Self.text(77_777)
        let rows = (0..<400).map { number in
            number < 120
                ? Row(article: 0, isControversial: number % 2 == 0, text: number == 60 ? same + "." : same)
                : Row(article: number / 4, isControversial: number % 2 == 0)
        }
        let shares = "shares: {train: 0.5, test: 0.5}, method: balanced"
        let sandbox = try sandbox(Self.pipeline("\(shares), salt: a"), one: rows)
        let told = try sandbox.splitvote("run", "p.yaml")
        #expect(told.errors.contains("119 of "), "\(told.errors)")
        #expect(told.errors.contains("copies: one_per_side keeps one of each"), "\(told.errors)")
        #expect(try figure(sandbox, "copies_within") == 119)
        let before = try Set(
            sandbox.read("out/train.tsv").split(separator: "\n")
                + sandbox.read("out/test.tsv").split(separator: "\n"))
        try sandbox.write(Self.pipeline("\(shares), salt: a, copies: one_per_side"), to: "p.yaml")
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 0 && !outcome.errors.contains("same text"), "\(outcome.errors)")
        #expect(try figure(sandbox, "copies_within") == 0)
        #expect(try figure(sandbox, "copies_dropped_within") == 119)
        let after = try Set(
            sandbox.read("out/train.tsv").split(separator: "\n")
                + sandbox.read("out/test.tsv").split(separator: "\n"))
        #expect(after.isSubset(of: before) && after.count == before.count - 119)
        // Asked for an exact match, the text with the full stop is another.
        try sandbox.write(
            Self.pipeline("\(shares), salt: a, copies: one_per_side, dedupe: {threshold: 1}"), to: "p.yaml")
        #expect(try sandbox.splitvote("run", "p.yaml").status == 0)
        #expect(try figure(sandbox, "copies_dropped_within") == 118)
    }

    @Test func anAddressOnBothSidesIsToldAndMended() throws {
        func rows(_ scheme: String) -> [Row] {
            (0..<120).map {
                Row(
                    article: $0 / 2 + (scheme == "https" ? 0 : 500), isControversial: $0 % 2 == 0,
                    url:
                        "\(scheme)://\(scheme == "https" ? "" : "www.")news.example/a/\($0 / 2)\(scheme == "https" ? "" : "?utm_source=x")",
                    title: "기사 \($0 / 2)")
            }
        }
        let shares = "shares: {train: 0.5, test: 0.5}"
        let check = "{that: leakage, at_most: 0, else: warn}"
        let sandbox = try sandbox(
            Self.pipeline("\(shares), salt: a", checks: check), one: rows("https"), two: rows("http"))
        let told = try sandbox.splitvote("run", "p.yaml")
        #expect(told.errors.contains("whose address is on another side too"), "\(told.errors)")
        #expect(told.errors.contains("leakage is "), "\(told.errors)")
        #expect(try figure(sandbox, "shared_addresses") > 20)
        for grouping in ["url", "title"] {
            try sandbox.write(
                Self.pipeline(
                    "\(shares), group_by: \(grouping), salt: \(grouping)",
                    checks: "{that: leakage, at_most: 0, else: error}"), to: "p.yaml")
            let outcome = try sandbox.splitvote("run", "p.yaml", "--new-split")
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try figure(sandbox, "groups") == 60)
            #expect(try figure(sandbox, "shared_addresses") == 0)
        }
    }

    @Test func cleaningHarmsNoLanguageUnasked() throws {
        let polish = "Nie pamiętam, żeby ktoś kiedyś przyznał się do błędu &amp; przeprosił."
        let rows = (0..<40).map {
            Row(article: $0, isControversial: $0 % 2 == 0, text: "\(polish)  Część \($0)")
        }
        let pipeline = Self.pipeline("copies: keep", clean: "min_chars: 1").replacing(
            "[id, label,", with: "[id, text,")
        let sandbox = try sandbox(pipeline, one: rows, two: [])
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let table = try sandbox.read("out/train.tsv")
        #expect(table.contains(polish.replacing("&amp;", with: "&") + " Część 1"), "\(table)")
        #expect(!outcome.errors.contains("of the letters"))
        let card = try sandbox.read("out/README.md")
        #expect(!card.contains("language:"), "\(card)")
        #expect(
            card.contains("Latin 100 % of the letters. Which languages these are was not determined"),
            "\(card)")
        #expect(try sandbox.read("out/tsv-manifest.json").contains("none+entities+nfc+space"))
        // Asked for by name, the sieve is used, and says what it does.
        try sandbox.write(
            pipeline.replacing("min_chars: 1", with: "rules: kcbert-2020").replacing(
                "path: \"out", with: "language: [pl], path: \"out"), to: "p.yaml")
        let sieved = try sandbox.splitvote("run", "p.yaml")
        #expect(sieved.status == 0, "\(sieved.errors)")
        #expect(
            sieved.errors.contains("% of the letters of source 'one', 'pamiętam,' becomes 'pami tam,'"),
            "\(sieved.errors)")
        #expect(try figure(sandbox, "letters_taken", stage: "clean") > 0.05)
        #expect(try sandbox.read("out/README.md").contains("\nlanguage:\n- \"pl\"\n"))
    }

    @Test func theCardNamesTheLanguageThatTheScriptTells() throws {
        let sandbox = try sandbox(
            Self.pipeline("copies: keep").replacing("[id, label,", with: "[id, text,"), one: Self.uneven)
        #expect(try sandbox.splitvote("run", "p.yaml").status == 0)
        #expect(try sandbox.read("out/README.md").contains("\nlanguage:\n- \"ko\"\n"))
        try sandbox.write(
            Self.pipeline("").replacing("path: \"out", with: "language: Korean, path: \"out"), to: "p.yaml")
        let wrong = try sandbox.splitvote("validate", "p.yaml")
        #expect(wrong.status == 2)
        #expect((wrong.errors + wrong.output).contains("'Korean' is no name of a language"))
    }
}
