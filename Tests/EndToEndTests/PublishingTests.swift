import Foundation
import Testing

/// Whose labels are promoted, and whose the published files hold.
struct PublishingTests {
    private func workshop(_ replacements: (String, String)...) throws -> Workshop {
        let workshop = try Workshop()
        try workshop.write(SampleComments.table(), to: "data/a.tsv")
        var text = SampleComments.pipeline()
        for (old, new) in replacements { text = text.replacing(old, with: new) }
        try workshop.write(text, to: "news.yaml")
        return workshop
    }

    private func set(_ name: String, _ workshop: Workshop) throws -> String {
        let shown = try workshop.splitvote("labels", "news.yaml", "show", name).output
        return String(shown.split(separator: "\n")[0].split(separator: " ")[2].prefix { $0 != "," })
    }

    private func run(_ workshop: Workshop, _ arguments: String...) throws -> Workshop.Outcome {
        let outcome = try workshop.splitvote([arguments[0], "news.yaml"] + arguments.dropFirst())
        #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
        return outcome
    }

    private func files(_ workshop: Workshop, _ folder: String = "out") throws -> [String: Data] {
        let names = try workshop.files(below: folder)
        return Dictionary(uniqueKeysWithValues: try names.map { ($0, try workshop.data("\(folder)/\($0)")) })
    }

    /// Which files are read, and how many rows are drawn, rules no labels.
    @Test func otherInputsOfTheCommandLinePromoteTheirLabels() throws {
        let workshop = try workshop(
            ("  min_votes: 20\n", "  min_votes: 20\n  comments: \"none/*\"\n  rows: 10\n"),
            ("paths: [\"data/*\"]", "paths: $params.comments"),
            ("per_label: all", "per_label: $params.rows"))
        var sets: [String] = []
        for (day, articles) in [12, 14, 16].enumerated() {
            try workshop.write(
                SampleComments.table(articles: articles, day: day + 1), to: "data/\(day).tsv")
            try workshop.write("", to: "data/.keep")
            _ = try run(workshop, "run", "-S", "comments=data/*.tsv", "-S", "rows=\(40 + day)")
            sets.append(try set("promoted", workshop))
            #expect(try set("latest", workshop) == sets[day])
            #expect(
                try workshop.sqlite("SELECT count(*) FROM labelled_comment") == ["\(articles * 10)"])
            #expect(try workshop.read("out/tsv-manifest.json").contains(sets[day]))
        }
        #expect(Set(sets).count == 3)
        #expect(try set("previous", workshop) == sets[1])
        #expect(!workshop.exists("out@\(sets[0].prefix(8))"))
    }

    /// Rules of labels and of texts are tried without taking the place of anything.
    @Test(arguments: [["run"], ["relabel"]])
    func triedLabelsGoBeside(command: [String]) throws {
        let workshop = try workshop(
            ("rules: none", "rules: $params.clean"), ("  min_votes: 20\n", "  min_votes: 20\n  clean: none\n")
        )
        _ = try run(workshop, "run")
        let promoted = try set("promoted", workshop)
        let before = try files(workshop)
        let outcome = try run(workshop, command[0], "-S", "min_votes=55")
        let tried = try set("latest", workshop)
        #expect(tried != promoted)
        #expect(try set("promoted", workshop) == promoted)
        #expect(try files(workshop) == before)
        let beside = try files(workshop, "out@\(tried.prefix(8))")
        #expect(Set(beside.keys) == Set(before.keys))
        #expect(beside["train.tsv"] != before["train.tsv"])
        #expect(
            outcome.errors.contains(
                "label set \(tried) is not promoted, \(promoted) is: the files are in out@\(tried.prefix(8))"),
            "\(outcome.errors)")
        let status = try run(workshop, "status").output
        #expect(status.contains("published  out: 5 files of label set \(promoted), promoted\n"), "\(status)")
        #expect(
            status.contains("out@\(tried.prefix(8)): 5 files of label set \(tried), not the promoted one\n"),
            "\(status)")
        #expect(try workshop.splitvote("plan", "news.yaml", "--exit-code").status == 0)
        if command == ["run"] {
            _ = try run(workshop, "run", "-S", "clean=kcbert-2020")
            #expect(try set("promoted", workshop) == promoted)
            #expect(try files(workshop) == before)
        }
        _ = try run(workshop, command[0])
        #expect(try set("promoted", workshop) == promoted)
        #expect(try files(workshop) == before)
        // A value that is the file's own tries nothing.
        _ = try run(workshop, "run", "-S", "min_votes=20")
        #expect(try files(workshop) == before)
        #expect(!workshop.exists("out@\(promoted.prefix(8))"))
    }

    @Test func askedForTheyTakeThePlaceAndGiveItBack() throws {
        let workshop = try workshop()
        _ = try run(workshop, "run")
        let promoted = try set("promoted", workshop)
        let before = try files(workshop)
        _ = try run(workshop, "relabel", "-S", "min_votes=55", "--publish")
        let tried = try set("latest", workshop)
        #expect(try files(workshop)["train.tsv"] != before["train.tsv"])
        #expect(!workshop.exists("out@\(tried.prefix(8))"))
        let status = try run(workshop, "status").output
        #expect(status.contains("out: 5 files of label set \(tried), not the promoted one\n"), "\(status)")
        let plan = try workshop.splitvote("plan", "news.yaml", "--exit-code")
        #expect(plan.status == 10)
        #expect(
            plan.output.contains("would write out/train.tsv, which holds labels of set \(tried)"),
            "\(plan.output)")
        #expect(plan.output.contains("0 of 6 stages would run, 4 files would be written again"))
        _ = try run(workshop, "relabel")
        #expect(try files(workshop) == before)
        #expect(try set("promoted", workshop) == promoted)
        #expect(try workshop.splitvote("plan", "news.yaml", "--exit-code").status == 0)
        #expect(
            try run(workshop, "status").output.contains("out: 5 files of label set \(promoted), promoted\n"))
    }

    @Test func wherePlacesNameTheSetTheFileSaysWhere() throws {
        let workshop = try workshop(("out/{split}.tsv", "out/{label_set}/{split}.tsv"))
        _ = try run(workshop, "run")
        _ = try run(workshop, "run", "-S", "min_votes=55")
        let (promoted, tried) = (try set("promoted", workshop), try set("latest", workshop))
        #expect(workshop.exists("out/\(promoted)/train.tsv"))
        #expect(workshop.exists("out/\(tried)/train.tsv"))
        #expect(workshop.exists("out/\(tried)/tsv-manifest.json"))
        #expect(
            try FileManager.default.contentsOfDirectory(
                atPath: workshop.folder.appending(path: "out").path
            ).sorted() == [promoted, tried].sorted())
    }

    @Test func thePastGoesBeside() throws {
        let workshop = try workshop()
        _ = try run(workshop, "run")
        let first = try files(workshop)
        try workshop.write(
            SampleComments.table(day: 2).replacing("\t45\t", with: "\t5\t"), to: "data/b.tsv")
        _ = try run(workshop, "run")
        let tonight = try files(workshop)
        #expect(tonight["train.tsv"] != first["train.tsv"])
        _ = try run(workshop, "run", "--as-of", "2025-10-01")
        #expect(try files(workshop) == tonight)
        let past = try set("latest", workshop)
        #expect(try workshop.data("out@\(past.prefix(8))/train.tsv") == first["train.tsv"])
        #expect(try workshop.splitvote("plan", "news.yaml", "--exit-code").status == 0)
        _ = try run(workshop, "run")
        #expect(try files(workshop) == tonight)
    }

    @Test func filesThatSomebodyTookAwayOrChangedAreMissed() throws {
        let workshop = try workshop()
        _ = try run(workshop, "run")
        let before = try files(workshop)
        try FileManager.default.removeItem(at: workshop.folder.appending(path: "out/dev.tsv"))
        try workshop.write("mine", to: "out/test.tsv")
        let plan = try workshop.splitvote("plan", "news.yaml", "--exit-code")
        #expect(plan.status == 10)
        #expect(plan.output.contains("would write out/dev.tsv, which is missing"))
        #expect(plan.output.contains("would write out/test.tsv, which was changed since it was published"))
        #expect(try run(workshop, "status").output.contains("promoted; 1 missing"))
        _ = try run(workshop, "run")
        #expect(try files(workshop) == before)
        #expect(try workshop.splitvote("plan", "news.yaml", "--exit-code").status == 0)
    }

    /// A set promoted by hand is so until the next run, also where that has nothing else to do.
    @Test func theNextRunPromotesItsOwn() throws {
        let workshop = try workshop()
        _ = try run(workshop, "run")
        let own = try set("promoted", workshop)
        _ = try run(workshop, "relabel", "-S", "min_votes=55")
        let other = try set("latest", workshop)
        _ = try run(workshop, "run")
        #expect(try workshop.splitvote("labels", "news.yaml", "promote", other).status == 0)
        #expect(try set("previous", workshop) == own)
        #expect(try workshop.splitvote("plan", "news.yaml").output.contains("labels    restored"))
        _ = try run(workshop, "run")
        #expect(try set("promoted", workshop) == own)
        #expect(try workshop.splitvote("plan", "news.yaml").output.contains("labels    cached"))
    }

    /// Flipped comments by name, checked against the tables that were read.
    @Test func everyFlipIsListed() throws {
        let workshop = try workshop()
        let alone = try workshop.splitvote("labels", "news.yaml", "diff", "previous", "--list")
        #expect(alone.status == 1 && alone.errors.contains("no run so far"))
        _ = try run(workshop, "run")
        try workshop.write(
            SampleComments.table(articles: 13, day: 2).replacing("\t1\t2025", with: "\t45\t2025"),
            to: "data/b.tsv")
        _ = try run(workshop, "run", "--until", "labels")
        let listed = try workshop.splitvote("labels", "news.yaml", "diff", "previous", "--list")
        let rows = listed.output.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
        #expect(
            rows.first == [
                "comment", "article", "old_label", "new_label", "cause", "old_up", "old_down", "new_up",
                "new_down",
            ])
        // Sixty agreed comments of the first night, whose votes moved into the middle; the new article's are none.
        #expect(rows.count == 61)
        let known = Set(
            try workshop.sqlite(
                "SELECT comment.source || ':' || comment.key FROM comment JOIN vote ON vote.comment = comment.id "
                    + "GROUP BY comment.id HAVING count(*) = 2"))
        #expect(Set(rows.dropFirst().map { $0[0] }).isSubset(of: known))
        for row in rows.dropFirst() {
            #expect(Array(row[2...4]) == ["uncontroversial", "controversial", "votes_moved"], "\(row)")
            #expect(row[6] == "1" && row[8] == "45" && row[5] == row[7], "\(row)")
        }
        let json = try workshop.splitvote(
            "labels", "news.yaml", "diff", "previous", "promoted", "--list", "--format", "json"
        ).output
        #expect(try JSONSchema("label-flips").problems(of: json).isEmpty, "\(json)")
        #expect(json.components(separatedBy: "\"cause\": \"votes_moved\"").count == 61)
        let back = try workshop.splitvote(
            "labels", "news.yaml", "diff", "promoted", "previous", "--list", "--format", "json")
        #expect(try JSONSchema("label-flips").problems(of: back.output).isEmpty)
        let misplaced = try workshop.splitvote("labels", "news.yaml", "--list")
        #expect(misplaced.status == 2 && misplaced.errors.contains("--list belongs to diff"))
    }
}
