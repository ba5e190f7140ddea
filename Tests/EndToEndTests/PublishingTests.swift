import Foundation
import Testing

/// Whose labels are promoted, and whose the published files hold.
struct PublishingTests {
    private func sandbox(_ replacements: (String, String)...) throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write(SampleComments.table(), to: "data/a.tsv")
        var text = SampleComments.pipeline()
        for (old, new) in replacements { text = text.replacing(old, with: new) }
        try sandbox.write(text, to: "news.yaml")
        return sandbox
    }

    private func set(_ name: String, _ sandbox: Sandbox) throws -> String {
        let shown = try sandbox.splitvote("labels", "news.yaml", "show", name).output
        return String(shown.split(separator: "\n")[0].split(separator: " ")[2].prefix { $0 != "," })
    }

    private func run(_ sandbox: Sandbox, _ arguments: String...) throws -> Sandbox.Outcome {
        let outcome = try sandbox.splitvote([arguments[0], "news.yaml"] + arguments.dropFirst())
        #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
        return outcome
    }

    private func files(_ sandbox: Sandbox, _ folder: String = "out") throws -> [String: Data] {
        let names = try sandbox.files(below: folder)
        return Dictionary(uniqueKeysWithValues: try names.map { ($0, try sandbox.data("\(folder)/\($0)")) })
    }

    /// Which files are read, and how many rows are drawn, rules no labels.
    @Test func otherInputsOfTheCommandLinePromoteTheirLabels() throws {
        let sandbox = try sandbox(
            ("  min_votes: 20\n", "  min_votes: 20\n  comments: \"none/*\"\n  rows: 10\n"),
            ("paths: [\"data/*\"]", "paths: $params.comments"),
            ("per_label: all", "per_label: $params.rows"))
        var sets: [String] = []
        for (day, articles) in [12, 14, 16].enumerated() {
            try sandbox.write(
                SampleComments.table(articles: articles, day: day + 1), to: "data/\(day).tsv")
            try sandbox.write("", to: "data/.keep")
            _ = try run(sandbox, "run", "-S", "comments=data/*.tsv", "-S", "rows=\(40 + day)")
            sets.append(try set("promoted", sandbox))
            #expect(try set("latest", sandbox) == sets[day])
            #expect(
                try sandbox.sqlite("SELECT count(*) FROM labelled_comment") == ["\(articles * 10)"])
            #expect(try sandbox.read("out/tsv-manifest.json").contains(sets[day]))
        }
        #expect(Set(sets).count == 3)
        #expect(try set("previous", sandbox) == sets[1])
        #expect(!sandbox.exists("out@\(sets[0].prefix(8))"))
    }

    /// Rules of labels and of texts are tried without taking the place of anything.
    @Test(arguments: [["run"], ["relabel"]])
    func labelsOfATrialAreWrittenNextToTheOthers(command: [String]) throws {
        let sandbox = try sandbox(
            ("rules: none", "rules: $params.clean"), ("  min_votes: 20\n", "  min_votes: 20\n  clean: none\n")
        )
        _ = try run(sandbox, "run")
        let promoted = try set("promoted", sandbox)
        let before = try files(sandbox)
        let outcome = try run(sandbox, command[0], "-S", "min_votes=55")
        let tried = try set("latest", sandbox)
        #expect(tried != promoted)
        #expect(try set("promoted", sandbox) == promoted)
        #expect(try files(sandbox) == before)
        let beside = try files(sandbox, "out@\(tried.prefix(8))")
        #expect(Set(beside.keys) == Set(before.keys))
        #expect(beside["train.tsv"] != before["train.tsv"])
        #expect(
            outcome.errors.contains(
                "label set \(tried) is not promoted, \(promoted) is: the files are in out@\(tried.prefix(8))"),
            "\(outcome.errors)")
        let status = try run(sandbox, "status").output
        #expect(status.contains("published  out: 6 files of label set \(promoted), promoted\n"), "\(status)")
        #expect(
            status.contains("out@\(tried.prefix(8)): 6 files of label set \(tried), not the promoted one\n"),
            "\(status)")
        #expect(try sandbox.splitvote("plan", "news.yaml", "--exit-code").status == 0)
        if command == ["run"] {
            _ = try run(sandbox, "run", "-S", "clean=kcbert-2020")
            #expect(try set("promoted", sandbox) == promoted)
            #expect(try files(sandbox) == before)
        }
        _ = try run(sandbox, command[0])
        #expect(try set("promoted", sandbox) == promoted)
        #expect(try files(sandbox) == before)
        // A value that is the file's own tries nothing.
        _ = try run(sandbox, "run", "-S", "min_votes=20")
        #expect(try files(sandbox) == before)
        #expect(!sandbox.exists("out@\(promoted.prefix(8))"))
    }

    @Test func askedForTheyTakeThePlaceAndGiveItBack() throws {
        let sandbox = try sandbox()
        _ = try run(sandbox, "run")
        let promoted = try set("promoted", sandbox)
        let before = try files(sandbox)
        _ = try run(sandbox, "relabel", "-S", "min_votes=55", "--publish")
        let tried = try set("latest", sandbox)
        #expect(try files(sandbox)["train.tsv"] != before["train.tsv"])
        #expect(!sandbox.exists("out@\(tried.prefix(8))"))
        let status = try run(sandbox, "status").output
        #expect(status.contains("out: 6 files of label set \(tried), not the promoted one\n"), "\(status)")
        let plan = try sandbox.splitvote("plan", "news.yaml", "--exit-code")
        #expect(plan.status == 10)
        #expect(
            plan.output.contains("would write out/train.tsv, which holds labels of set \(tried)"),
            "\(plan.output)")
        #expect(plan.output.contains("0 of 6 stages would run, 5 files would be written again"))
        _ = try run(sandbox, "relabel")
        #expect(try files(sandbox) == before)
        #expect(try set("promoted", sandbox) == promoted)
        #expect(try sandbox.splitvote("plan", "news.yaml", "--exit-code").status == 0)
        #expect(
            try run(sandbox, "status").output.contains("out: 6 files of label set \(promoted), promoted\n"))
    }

    @Test func wherePlacesNameTheSetTheFileSaysWhere() throws {
        let sandbox = try sandbox(("out/{split}.tsv", "out/{label_set}/{split}.tsv"))
        _ = try run(sandbox, "run")
        _ = try run(sandbox, "run", "-S", "min_votes=55")
        let (promoted, tried) = (try set("promoted", sandbox), try set("latest", sandbox))
        #expect(sandbox.exists("out/\(promoted)/train.tsv"))
        #expect(sandbox.exists("out/\(tried)/train.tsv"))
        #expect(sandbox.exists("out/\(tried)/tsv-manifest.json"))
        #expect(
            try FileManager.default.contentsOfDirectory(
                atPath: sandbox.folder.appending(path: "out").path
            ).sorted() == [promoted, tried].sorted())
    }

    @Test func resultsOfThePastAreWrittenNextToTheOthers() throws {
        let sandbox = try sandbox()
        _ = try run(sandbox, "run")
        let first = try files(sandbox)
        try sandbox.write(
            SampleComments.table(day: 2).replacing("\t45\t", with: "\t5\t"), to: "data/b.tsv")
        _ = try run(sandbox, "run")
        let tonight = try files(sandbox)
        #expect(tonight["train.tsv"] != first["train.tsv"])
        _ = try run(sandbox, "run", "--as-of", "2025-10-01")
        #expect(try files(sandbox) == tonight)
        let past = try set("latest", sandbox)
        #expect(try sandbox.data("out@\(past.prefix(8))/train.tsv") == first["train.tsv"])
        #expect(try sandbox.splitvote("plan", "news.yaml", "--exit-code").status == 0)
        _ = try run(sandbox, "run")
        #expect(try files(sandbox) == tonight)
    }

    @Test func filesThatWereRemovedOrChangedAreMissed() throws {
        let sandbox = try sandbox()
        _ = try run(sandbox, "run")
        let before = try files(sandbox)
        try FileManager.default.removeItem(at: sandbox.folder.appending(path: "out/dev.tsv"))
        try sandbox.write("mine", to: "out/test.tsv")
        let plan = try sandbox.splitvote("plan", "news.yaml", "--exit-code")
        #expect(plan.status == 10)
        #expect(plan.output.contains("would write out/dev.tsv, which is missing"))
        #expect(plan.output.contains("would write out/test.tsv, which was changed since it was published"))
        #expect(try run(sandbox, "status").output.contains("promoted; 1 missing"))
        _ = try run(sandbox, "run")
        #expect(try files(sandbox) == before)
        #expect(try sandbox.splitvote("plan", "news.yaml", "--exit-code").status == 0)
    }

    /// A set promoted by hand is so until the next run, even if that has nothing else to do.
    @Test func theNextRunPromotesItsOwn() throws {
        let sandbox = try sandbox()
        _ = try run(sandbox, "run")
        let own = try set("promoted", sandbox)
        _ = try run(sandbox, "relabel", "-S", "min_votes=55")
        let other = try set("latest", sandbox)
        _ = try run(sandbox, "run")
        #expect(try sandbox.splitvote("labels", "news.yaml", "promote", other).status == 0)
        #expect(try set("previous", sandbox) == own)
        #expect(try sandbox.splitvote("plan", "news.yaml").output.contains("labels    restored"))
        _ = try run(sandbox, "run")
        #expect(try set("promoted", sandbox) == own)
        #expect(try sandbox.splitvote("plan", "news.yaml").output.contains("labels    cached"))
    }

    /// Flipped comments by name, checked against the tables that were read.
    @Test func everyFlipIsListed() throws {
        let sandbox = try sandbox()
        let alone = try sandbox.splitvote("labels", "news.yaml", "diff", "previous", "--list")
        #expect(alone.status == 1 && alone.errors.contains("no run so far"))
        _ = try run(sandbox, "run")
        try sandbox.write(
            SampleComments.table(articles: 13, day: 2).replacing("\t1\t2025", with: "\t45\t2025"),
            to: "data/b.tsv")
        _ = try run(sandbox, "run", "--until", "labels")
        let listed = try sandbox.splitvote("labels", "news.yaml", "diff", "previous", "--list")
        let rows = listed.output.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
        #expect(
            rows.first == [
                "comment", "article", "old_label", "new_label", "cause", "old_up", "old_down", "new_up",
                "new_down",
            ])
        // Sixty agreed comments of the first night, whose votes moved into the middle; the new article's are none.
        #expect(rows.count == 61)
        let known = Set(
            try sandbox.sqlite(
                "SELECT comment.source || ':' || comment.key FROM comment JOIN vote ON vote.comment = comment.id "
                    + "GROUP BY comment.id HAVING count(*) = 2"))
        #expect(Set(rows.dropFirst().map { $0[0] }).isSubset(of: known))
        for row in rows.dropFirst() {
            #expect(Array(row[2...4]) == ["uncontroversial", "controversial", "votes_moved"], "\(row)")
            #expect(row[6] == "1" && row[8] == "45" && row[5] == row[7], "\(row)")
        }
        let json = try sandbox.splitvote(
            "labels", "news.yaml", "diff", "previous", "promoted", "--list", "--format", "json"
        ).output
        #expect(try JSONSchema("label-flips").problems(of: json).isEmpty, "\(json)")
        #expect(json.components(separatedBy: "\"cause\": \"votes_moved\"").count == 61)
        let back = try sandbox.splitvote(
            "labels", "news.yaml", "diff", "promoted", "previous", "--list", "--format", "json")
        #expect(try JSONSchema("label-flips").problems(of: back.output).isEmpty)
        let misplaced = try sandbox.splitvote("labels", "news.yaml", "--list")
        #expect(misplaced.status == 2 && misplaced.errors.contains("--list belongs to diff"))
    }
}
