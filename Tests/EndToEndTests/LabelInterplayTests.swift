import Foundation
import Testing

/// Priors of sources, settling, frozen sides, sweeps and looks back, on one store: each holds beside the others.
struct LabelInterplayTests {
    private static func pipeline(
        _ rule: String, frozen: String = "frozen: {test: 2025-10-03}, ", zone: String = "+09:00"
    ) -> String {
        """
        splitvote: 1
        pipeline: interplay
        store: {state: state.sqlite, artifacts: artifacts}
        params: {min_votes: 10}
        stages:
          one:
            uses: ingest.files
            with: {paths: "data/one-*", source: one, time_zone: "\(zone)", columns: &columns {key: key, text: text, up: up, down: down, article: article, observed_at: seen, created_at: born}}
          two:
            uses: ingest.files
            with: {paths: "data/two-*", source: two, columns: {key: key, text: text, up: up, down: down, article: article, observed_at: seen, created_at: born}}
          clean: {uses: clean, from: [one, two], with: {rules: none}}
          labels: {uses: label, from: clean, with: {\(rule)}}
          sample: {uses: sample, from: labels, with: {per_label: all}}
          split: {uses: split, from: sample, with: {shares: {train: 0.5, test: 0.5}, \(frozen)salt: v1}}
          tsv: {uses: export, from: split, with: {columns: [id, label, up, down, p_controversial], path: "out/{split}.tsv"}}

        """.replacing("&columns ", with: "")
    }

    private static let rule =
        "min_votes: $params.min_votes, confidence: 0.55, prior: {per: source}, settle: 24h"

    /// 300 comments of a source whose readers agree by its own measure, written on the day or the day before it.
    private static func table(_ source: Int, day: Int, from first: Int = 0, more: Int = 0) -> String {
        var lines = ["key\ttext\tup\tdown\tarticle\tseen\tborn"]
        for number in first..<(first + 300) {
            let draw = (number &* 7_919 &+ source &* 104_729) % 100
            let votes = 8 + draw % 40
            let up = votes * (source == 1 ? draw : min(99, 40 + draw)) / 100
            let born = String(format: "2025-10-%02dT%02d:00:00", day - number % 2, 6 + number % 12)
            lines.append(
                "\(source)-\(number)\t\(text(source * 100_000 + number))\t\(up + more)\t\(votes - up)\ta\(number / 3)"
                    + "\t2025-10-\(String(format: "%02d", day))T12:00:00Z\t\(born)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func text(_ number: Int) -> String {
        var state = UInt32(truncatingIfNeeded: number &* 2_654_435_761 &+ 1)
        return (0..<40).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return String(UnicodeScalar(0xAC00 + state >> 16 % 5_000)!)
        }.joined()
    }

    private func sandbox(_ pipeline: String = pipeline(rule)) throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write(pipeline, to: "p.yaml")
        return sandbox
    }

    private func night(_ sandbox: Sandbox, _ day: Int, more: Int = 0, _ arguments: String...) throws {
        for source in 1...2 {
            try sandbox.write(
                Self.table(source, day: day, from: (day - 1) * 150, more: more),
                to: "data/\(source == 1 ? "one" : "two")-\(day).tsv")
        }
        let outcome = try sandbox.splitvote(
            ["run", "p.yaml", "--date", String(format: "2025-10-%02d", day)] + arguments)
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    /// Rows of a side: what stands in the first four columns.
    private func rows(_ sandbox: Sandbox, _ side: String = "test") throws -> [String] {
        try sandbox.read("out/\(side).tsv").split(separator: "\n").dropFirst()
            .map { $0.split(separator: "\t")[..<4].joined(separator: " ") }.sorted()
    }

    static let otherRules = [
        "min_votes: 25", "min_votes: 10, confidence: 0.62",
        "min_votes: 10, prior: {alpha: 3, beta: 9}, confidence: 0.55",
        "min_votes: 5, controversial: [0.3, 0.7], uncontroversial: {at_most: 0.1, at_least: 0.9}, settle: 1h",
    ]

    @Test(arguments: otherRules)
    func aFrozenSideKeepsItsLabelsUnderEveryRule(rule: String) throws {
        let sandbox = try sandbox()
        try night(sandbox, 2)
        try night(sandbox, 3)
        let frozen = try rows(sandbox)
        let train = try rows(sandbox, "train")
        #expect(frozen.count > 100 && Set(frozen.map { $0.split(separator: " ")[1] }) == ["0", "1"])
        // The next night has other votes for what was there, and other comments.
        try night(sandbox, 4, more: 60)
        #expect(try rows(sandbox) == frozen)
        try sandbox.write(Self.pipeline(rule), to: "p.yaml")
        try night(sandbox, 5, more: 30)
        #expect(try rows(sandbox) == frozen)
        #expect(try rows(sandbox, "train") != train)
        // From nothing as well, and after an experiment.
        _ = try sandbox.splitvote("relabel", "p.yaml", "--date", "2025-10-06", "-S", "min_votes=40")
        let anew = try sandbox.splitvote("run", "p.yaml", "--date", "2025-10-06", "--force-all")
        #expect(anew.status == 0, "\(anew.errors)")
        #expect(try rows(sandbox) == frozen)
    }

    @Test func votesThatMoveBeforeTheDayAreFrozenAsTheyWereOnIt() throws {
        let sandbox = try sandbox(Self.pipeline("min_votes: 10"))
        try night(sandbox, 2)
        let early = try rows(sandbox)
        // The same comments, seen again with more votes on the day itself.
        for (source, name) in [(1, "one"), (2, "two")] {
            try sandbox.write(
                Self.table(source, day: 3, from: 150, more: 9), to: "data/\(name)-again.tsv")
        }
        #expect(try sandbox.splitvote("run", "p.yaml", "--date", "2025-10-03").status == 0)
        let frozen = try rows(sandbox)
        #expect(frozen != early)
        try night(sandbox, 5, more: 50)
        #expect(try rows(sandbox) == frozen)
    }

    @Test func experimentsBeforeTheDayLeaveNoTrace() throws {
        let sandbox = try sandbox(Self.pipeline("min_votes: $params.min_votes"))
        try night(sandbox, 2)
        try night(sandbox, 3)
        let frozen = try rows(sandbox)
        let relabelled = try sandbox.splitvote(
            "relabel", "p.yaml", "--date", "2025-10-03", "-S", "min_votes=16")
        #expect(relabelled.status == 0 && relabelled.output.contains("rule changed"), "\(relabelled.errors)")
        try night(sandbox, 4)
        #expect(try rows(sandbox) == frozen)
    }

    /// A rule that was tried on the day itself has a result of its own, which is no frozen one.
    @Test func aRuleThatComesBackFindsTheSideFrozen() throws {
        let sandbox = try sandbox(Self.pipeline("min_votes: 20"))
        try night(sandbox, 2)
        let tried = try rows(sandbox)
        try sandbox.write(Self.pipeline("min_votes: 10"), to: "p.yaml")
        #expect(try sandbox.splitvote("run", "p.yaml", "--date", "2025-10-03").status == 0)
        let frozen = try rows(sandbox)
        #expect(frozen != tried)
        try sandbox.write(Self.pipeline("min_votes: 20"), to: "p.yaml")
        let train = try rows(sandbox, "train")
        let back = try sandbox.splitvote("run", "p.yaml", "--date", "2025-10-04")
        #expect(back.status == 0, "\(back.errors)")
        #expect(try rows(sandbox) == frozen && rows(sandbox, "train") != train)
        // And once its day is over, a side is frozen though nothing else has changed.
        let explained = try sandbox.splitvote("run", "p.yaml", "--date", "2025-10-05")
        #expect(explained.errors.contains("split: cached"), "\(explained.errors)")
    }

    @Test func whatIsForgottenLeavesAFrozenSideAndNothingElseDoes() throws {
        let sandbox = try sandbox()
        try night(sandbox, 2)
        try night(sandbox, 3)
        let frozen = try rows(sandbox)
        let gone = String(frozen[7].split(separator: " ")[0])
        try sandbox.write(gone + "\n", to: "list.txt")
        #expect(try sandbox.splitvote("forget", "p.yaml", "list.txt").status == 0)
        #expect(
            try sandbox.sqlite(
                "SELECT count(*) FROM split_label JOIN comment ON comment.id = split_label.comment "
                    + "WHERE source || ':' || key = '\(gone)'") == ["0"])
        let outcome = try sandbox.splitvote("run", "p.yaml", "--date", "2025-10-04")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try rows(sandbox) == frozen.filter { !$0.hasPrefix(gone + " ") })
    }

    @Test func aLookBackBeforeTheDaySeesTheSideAsItRolled() throws {
        let sandbox = try sandbox(Self.pipeline("min_votes: 10"))
        try night(sandbox, 2)
        let early = try rows(sandbox)
        try night(sandbox, 3, more: 20)
        try night(sandbox, 4, more: 40)
        let back = try sandbox.splitvote(
            "run", "p.yaml", "--date", "2025-10-05", "--as-of", "2025-10-02T12:00:00Z")
        #expect(back.status == 0, "\(back.errors)")
        let place = try #require(
            try sandbox.sqlite(
                "SELECT path FROM artifact WHERE stage_run = (SELECT made_by FROM stage_run "
                    + "WHERE stage = 'tsv' ORDER BY id DESC LIMIT 1)"
            ).first)
        let rows = try sandbox.read("artifacts/\(place)/test.tsv").split(separator: "\n").dropFirst()
            .map { $0.split(separator: "\t")[..<4].joined(separator: " ") }.sorted()
        #expect(Set(rows).symmetricDifference(early).sorted() == [])
    }

    @Test func aStoreWithoutRecordsIsFrozenAsItIsFirstFound() throws {
        let sandbox = try sandbox()
        try night(sandbox, 2)
        try night(sandbox, 3)
        // As an older version leaves it.
        _ = try sandbox.sqlite("DELETE FROM split_label")
        try night(sandbox, 4)
        let frozen = try rows(sandbox)
        #expect(frozen.count > 100)
        try sandbox.write(Self.pipeline("min_votes: 30"), to: "p.yaml")
        try night(sandbox, 5, more: 30)
        #expect(try rows(sandbox) == frozen)
    }

    @Test func aSweepAtItsOwnRuleFlipsNothing() throws {
        let sandbox = try sandbox()
        try night(sandbox, 2)
        let counts = try sandbox.sqlite("SELECT label, count(*) FROM labelled_comment GROUP BY 1 ORDER BY 1")
        for label in ["controversial", "unsettled", "unsure"] {
            #expect(counts.contains { $0.hasPrefix(label + "|") }, "\(counts)")
        }
        let table = try sandbox.splitvote(
            "sweep", "p.yaml", "--min-votes", "5:15:5", "--band", "0.4-0.6"
        ).output.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
        let header = table[0]
        let own = Dictionary(uniqueKeysWithValues: zip(header, table[2]))
        #expect(
            own["min_votes"] == "10" && own["gained"] == "0" && own["lost"] == "0" && own["turned"] == "0")
        for label in ["controversial", "uncontroversial", "unsettled", "unsure", "too_few_votes"] {
            #expect(counts.contains("\(label)|\(own[label] ?? "")"), "\(label): \(own) \(counts)")
        }
        // Fewer votes asked for: the young among those with few are unsettled, as a run says.
        let low = Dictionary(uniqueKeysWithValues: zip(header, table[1]))
        let run = try sandbox.splitvote("relabel", "p.yaml", "-S", "min_votes=5", "--date", "2025-10-02")
        #expect(run.status == 0, "\(run.errors)")
        let shown = try sandbox.splitvote("labels", "p.yaml", "show", "latest", "--json").output
        for label in ["controversial", "uncontroversial"] {
            // Priors are those of the set that is compared with, which a run with other thresholds fits alike.
            #expect(shown.contains("\"\(label)\": \(low[label] ?? "none")"), "\(low) \(shown)")
        }
    }

    @Test func probabilitiesCanBeComputedAgainFromOutside() throws {
        let sandbox = try sandbox()
        try night(sandbox, 2)
        let manifest = try sandbox.read("out/tsv-manifest.json")
        let data = try #require(
            try JSONSerialization.jsonObject(with: Data(manifest.utf8)) as? [String: Any])
        let priors = try #require(data["priors"] as? [String: [String: Double]])
        #expect(Set(priors.keys) == ["one", "two"] && priors["one"] != priors["two"])
        #expect(try sandbox.read("out/README.md").contains("\n- Priors: `{\"one\":{\"alpha\":"))
        var checked = 0
        for line in try sandbox.read("out/test.tsv").split(separator: "\n").dropFirst().prefix(60) {
            let fields = line.split(separator: "\t").map(String.init)
            let prior = try #require(priors[String(fields[0].prefix { $0 != ":" })])
            let (up, down) = (Double(fields[2])!, Double(fields[3])!)
            let expected = Self.mass(prior["alpha"]! + up, prior["beta"]! + down, 0.4, 0.6)
            #expect(abs(Double(fields[4])! - expected) < 1e-6, "\(line): \(expected)")
            checked += 1
            if checked > 5 { continue }
            let told = try sandbox.splitvote("why", "p.yaml", fields[0]).output
            #expect(told.contains("P(controversial) " + String(format: "%.3f", expected)), "\(told)")
        }
        #expect(checked == 60)
    }

    /// The mass of Beta(a, b) between two ratios, by Simpson's rule.
    private static func mass(_ a: Double, _ b: Double, _ low: Double, _ high: Double) -> Double {
        let norm = lgamma(a + b) - lgamma(a) - lgamma(b)
        func density(_ x: Double) -> Double { exp(norm + (a - 1) * log(x) + (b - 1) * log(1 - x)) }
        let (steps, width) = (2_000, (high - low) / 2_000)
        return (0...steps).reduce(0) { sum, step in
            let weight = step == 0 || step == steps ? 1.0 : step % 2 == 1 ? 4 : 2
            return sum + weight * density(low + Double(step) * width)
        } * width / 3
    }

    /// Written at 20:00, seen at 12:00 UTC the next day: 25 hours later in Seoul, 16 by UTC.
    @Test(arguments: [("+09:00", 0), ("Z", 1)])
    func agesCountFromTheZoneOfTheSource(zone: String, unsettled: Int) throws {
        let sandbox = try sandbox(Self.pipeline("min_votes: 10, settle: 24h", zone: zone))
        let header = "key\ttext\tup\tdown\tarticle\tseen\tborn"
        func row(_ key: String, _ votes: String, born: String) -> String {
            "\(key)\t\(Self.text(key.hashValue & 0xFFFF))\t\(votes)\ta\(key)\t2025-10-02T12:00:00Z\t\(born)"
        }
        try sandbox.write(
            [
                header, row("x", "30\t30", born: "2025-10-01T20:00:00"),
                row("y", "30\t30", born: "2025-09-20"), row("z", "60\t1", born: "2025-09-20"),
            ].joined(separator: "\n") + "\n", to: "data/one-1.tsv")
        try sandbox.write(
            [header, row("w", "60\t1", born: "2025-09-20")].joined(separator: "\n") + "\n",
            to: "data/two-1.tsv")
        #expect(try sandbox.splitvote("run", "p.yaml", "--date", "2025-10-02").status == 0)
        #expect(
            try sandbox.sqlite("SELECT count(*) FROM labelled_comment WHERE label = 'unsettled'")
                == ["\(unsettled)"])
    }

    @Test func relabelRunsTheProgramsThatItsStagesNeed() throws {
        let sandbox = try sandbox(
            Self.pipeline("min_votes: $params.min_votes").replacing(
                "  tsv: {uses: export, from: split,",
                with:
                    "  seen: {uses: command, from: split, with: {command: [sh, -c, \"echo x > {output}/x\"]}}\n"
                    + "  tsv: {uses: export, from: split, needs: seen,"))
        try night(sandbox, 2)
        let outcome = try sandbox.splitvote(
            "relabel", "p.yaml", "-S", "min_votes=20", "--date", "2025-10-02")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("seen: done"), "\(outcome.errors)")
        // A program that comes before the labels, and has never run, is named with what to do.
        try sandbox.write(
            try sandbox.read("p.yaml").replacing(
                "  sample: {uses: sample,",
                with: "  note: {uses: command, with: {command: [sh, -c, \"echo x > {output}/x\"]}}\n"
                    + "  sample: {uses: sample, needs: note,"), to: "p.yaml")
        let missing = try sandbox.splitvote(
            "relabel", "p.yaml", "-S", "min_votes=21", "--date", "2025-10-02")
        #expect(missing.status == 2)
        #expect(
            missing.errors.contains("'sample' needs 'note', which has no result yet"), "\(missing.errors)")
        #expect(missing.errors.contains("'splitvote run p.yaml' makes them"), "\(missing.errors)")
    }
}
