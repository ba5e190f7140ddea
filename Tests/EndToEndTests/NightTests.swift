import Foundation
import Testing

/// What people do around their nightly run.
struct NightTests {
    private func workshop() throws -> Workshop {
        let workshop = try Workshop()
        try workshop.write(SampleComments.table(), to: "data/a.tsv")
        try workshop.write(SampleComments.pipeline(), to: "news.yaml")
        return workshop
    }

    @Test func explainShowsEachFieldThenAndNow() throws {
        let workshop = try workshop()
        #expect(try workshop.splitvote("run", "news.yaml").status == 0)
        let same = try workshop.splitvote("explain", "news.yaml", "labels").output
        #expect(same.hasPrefix("labels (label): cached\n"))
        #expect(same.contains(", the same\n"))
        let changed = try workshop.splitvote("explain", "news.yaml", "labels", "-S", "min_votes=30").output
        #expect(changed.hasPrefix("labels (label): run, parameter `min_votes` 20 → 30\n"))
        #expect(changed.contains("*  parameters.min_votes                 20 → 30\n"))
        #expect(changed.contains("   parameters.controversial             [0.4,0.6]\n"))
        let unknown = try workshop.splitvote("explain", "news.yaml", "label")
        #expect(unknown.status == 2)
        #expect(unknown.errors.contains("did you mean 'labels'?"))
    }

    /// Every command that runs something takes the store of an earlier version; those that only look refuse it.
    @Test(arguments: ["run", "export", "relabel", "run --new-split"])
    func storesOfEarlierVersionsAreBroughtUpToDate(command: String) throws {
        let workshop = try workshop()
        #expect(try workshop.splitvote("run", "news.yaml").status == 0)
        let table = try workshop.read("out/train.tsv")
        let sql = "SELECT name, sql FROM sqlite_master ORDER BY name; PRAGMA user_version"
        let schema = try workshop.sqlite(sql)
        let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("RunStoreTests/Golden")
        for format in [4, 3] {
            let back = golden.appendingPathComponent("back-to-\(format).sql")
            let statements = try String(contentsOf: back, encoding: .utf8).split(separator: "\n").dropFirst()
            _ = try workshop.sqlite(statements.joined(separator: "\n"))
        }
        for looking in [["status", "news.yaml"], ["plan", "news.yaml"], ["run", "news.yaml", "--dry-run"]] {
            let outcome = try workshop.splitvote(looking)
            #expect(outcome.status == 2 && outcome.errors.contains("the next run brings it up to date"))
            #expect(try workshop.sqlite("PRAGMA user_version") == ["3"])
        }
        try workshop.write(SampleComments.table(day: 2), to: "data/b.tsv")
        let words = command.split(separator: " ").map(String.init)
        let outcome = try workshop.splitvote([words[0], "news.yaml"] + words.dropFirst())
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try workshop.sqlite(sql) == schema)
        #expect(try workshop.read("out/train.tsv") == table)
        #expect(try workshop.sqlite("PRAGMA integrity_check") == ["ok"])
    }

    @Test func runsAreListedAndShown() throws {
        let workshop = try workshop()
        #expect(try workshop.splitvote("runs", "news.yaml").output.contains("no run so far"))
        try workshop.splitvote("run", "news.yaml")
        try workshop.splitvote("run", "news.yaml", "-S", "min_votes=30")
        let list = try workshop.splitvote("runs", "news.yaml", "ls").output.split(separator: "\n")
        #expect(list.count == 3)
        #expect(list[1].contains("done") && list[1].hasSuffix("min_votes=30"))
        let id = String(list[1].prefix { $0 != " " })
        let shown = try workshop.splitvote("runs", "news.yaml", "show", id).output
        #expect(shown.contains("parameter `min_votes` 20 → 30"))
        #expect(try workshop.splitvote("runs", "--state", "state.sqlite", "show", id).output == shown)
        let both = try workshop.splitvote("runs", "news.yaml", "show", String(id.prefix(8)))
        #expect(both.status == 2)
        #expect(both.errors.contains("2 runs begin with"))
    }

    @Test func aNightLongAgoIsLabelledAsItWasThen() throws {
        let workshop = try workshop()
        try workshop.splitvote("run", "news.yaml")
        let query = "SELECT label, count(*) FROM labelled_comment GROUP BY 1"
        let first = try workshop.sqlite(query)
        let table = try workshop.read("out/train.tsv")
        // The second night moves the votes of all comments.
        try workshop.write(
            SampleComments.table(day: 2).replacing("\t45\t", with: "\t5\t").replacing(
                "\t25\t", with: "\t2\t"),
            to: "data/b.tsv")
        try workshop.splitvote("run", "news.yaml")
        let second = try workshop.sqlite(query)
        #expect(second != first)
        let past = try workshop.splitvote("run", "news.yaml", "--as-of", "2025-10-01")
        #expect(past.status == 0)
        let folder = try #require(
            try FileManager.default.contentsOfDirectory(atPath: workshop.folder.path)
                .first { $0.hasPrefix("out@") })
        #expect(try workshop.read("\(folder)/train.tsv") == table)
        // Looking back is an experiment: the live set stays, and its tables.
        #expect(try workshop.read("out/train.tsv") != table)
        #expect(try workshop.sqlite(query) == second)
        try workshop.splitvote("run", "news.yaml")
        #expect(try workshop.sqlite(query) == second)
        let early = try workshop.splitvote("run", "news.yaml", "--as-of", "2025-09-30")
        #expect(early.status == 2)
        #expect(
            early.errors.contains("--as-of 2025-09-30 is before the first observation, 2025-10-01T00:00:00Z"))
    }

    @Test func aFolderThatWasMovedIsUpToDate() throws {
        let workshop = try workshop()
        try FileManager.default.createDirectory(
            at: workshop.folder.appending(path: "here"), withIntermediateDirectories: true)
        for name in ["data", "news.yaml"] {
            try FileManager.default.moveItem(
                at: workshop.folder.appending(path: name), to: workshop.folder.appending(path: "here/\(name)")
            )
        }
        try workshop.splitvote("run", "here/news.yaml")
        try FileManager.default.moveItem(
            at: workshop.folder.appending(path: "here"), to: workshop.folder.appending(path: "elsewhere"))
        #expect(try workshop.splitvote("plan", "elsewhere/news.yaml", "--exit-code").status == 0)
        let again = try workshop.splitvote("run", "elsewhere/news.yaml")
        #expect(again.errors.contains("nothing to do: 0 stages ran, 6 cached"))
    }

    @Test func gcRemovesOnlyWhenItIsToldTo() throws {
        let workshop = try workshop()
        try workshop.splitvote("run", "news.yaml", "-S", "min_votes=30")
        try workshop.splitvote("run", "news.yaml")
        let before = try workshop.files(below: "artifacts")
        let dry = try workshop.splitvote("gc", "news.yaml", "--keep-runs", "1")
        #expect(dry.status == 0)
        #expect(dry.output.contains("would remove"))
        #expect(dry.errors.contains("nothing was removed; add --yes to remove it"))
        #expect(try workshop.files(below: "artifacts") == before)
        let done = try workshop.splitvote("gc", "news.yaml", "--keep-runs", "1", "--yes")
        #expect(done.output.contains("removed"))
        #expect(try workshop.files(below: "artifacts").count < before.count)
        #expect(try workshop.splitvote("plan", "news.yaml", "--exit-code").status == 0)
        #expect(try workshop.splitvote("run", "news.yaml", "-S", "min_votes=30").status == 0)
        let without = try workshop.splitvote("gc", "news.yaml")
        #expect(without.errors.contains("the file says nothing about what to keep"))
    }

    @Test func anotherSaltHasToBeMeant() throws {
        let workshop = try workshop()
        try workshop.splitvote("run", "news.yaml")
        let table = try workshop.read("out/test.tsv")
        let text = try workshop.read("news.yaml")
        try workshop.write(text.replacing("salt: v1", with: "salt: v2"), to: "news.yaml")
        let refused = try workshop.splitvote("run", "news.yaml")
        #expect(refused.status == 2)
        #expect(
            refused.errors.contains(
                "error: stage 'split': the salt changes from 'v1' to 'v2', which makes another split"))
        #expect(try workshop.read("out/test.tsv") == table)
        #expect(try workshop.splitvote("run", "news.yaml", "--new-split").status == 0)
        #expect(try workshop.read("out/test.tsv") != table)
        // Both are known now, so going from one to the other needs no word.
        #expect(try workshop.splitvote("run", "news.yaml").status == 0)
        try workshop.write(text, to: "news.yaml")
        #expect(try workshop.splitvote("run", "news.yaml").status == 0)
        #expect(try workshop.read("out/test.tsv") == table)
    }

    @Test func theReportOfWhatStandsNeedsNoStage() throws {
        let workshop = try workshop()
        try workshop.splitvote("run", "news.yaml")
        #expect(try workshop.splitvote("report", "news.yaml", "-o", "page.html").output == "page.html\n")
        #expect(try workshop.read("page.html").hasPrefix("<!DOCTYPE html>"))
        let printed = try workshop.splitvote("report", "--state", "state.sqlite")
        #expect(printed.output.contains("controversial"))
    }

    @Test func shortcutsRunUpToTheirStage() throws {
        let workshop = try workshop()
        let outcome = try workshop.splitvote("export", "news.yaml")
        #expect(outcome.status == 0)
        #expect(outcome.errors.contains("6 stages ran"))
        let train = try workshop.splitvote("train", "news.yaml")
        #expect(train.status == 2)
        #expect(train.errors.contains("news.yaml has no stage of kind 'train'"))
    }

    @Test(arguments: ["cron", "systemd"])
    func aScaffoldRunsAndItsScheduleIsSound(schedule: String) throws {
        let workshop = try Workshop()
        #expect(
            try workshop.splitvote("init", "--schedule", schedule, "--at", "04:30", "my news").status == 0)
        let outcome = try workshop.splitvote("run", "my news/pipeline.yaml")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(workshop.exists("my news/out/train.tsv"))
        #expect(try workshop.splitvote("doctor", "my news/pipeline.yaml").status == 0)
        let again = try workshop.splitvote("init", "my news")
        #expect(again.status == 1)
        #expect(again.errors.contains("is already there; nothing was written"))
        if schedule == "cron" {
            let line = try #require(
                try workshop.read("my news/splitvote.cron").split(separator: "\n").last)
            #expect(line.hasPrefix("30 4 * * * cd '"))
            // The shell makes of it what is meant.
            let command = line.dropFirst("30 4 * * * ".count).replacing("\\%", with: "%")
            try workshop.splitvote("run", "my news/pipeline.yaml", "-S", "min_votes=30")
            try workshop.write(
                workshop.read("my news/pipeline.yaml").replacing("runs: 30", with: "runs: 1"),
                to: "my news/pipeline.yaml")
            #expect(try workshop.splitvote("gc", "my news/pipeline.yaml").output.contains("would remove"))
            #expect(try workshop.run(URL(filePath: "/bin/sh"), ["-c", String(command)]).status == 0)
            #expect(try workshop.read("my news/nightly.log").contains("\"event\":\"run_finished\""))
            // What is not kept is gone, and a night that failed says so all the same.
            #expect(
                try workshop.splitvote("gc", "my news/pipeline.yaml").output.contains("nothing to remove"))
            try FileManager.default.removeItem(at: workshop.folder.appending(path: "my news/data"))
            #expect(try workshop.run(URL(filePath: "/bin/sh"), ["-c", String(command)]).status == 1)
            return
        }
        #expect(try workshop.read("my news/splitvote.service").contains("\" gc pipeline.yaml --yes\n"))
        if FileManager.default.fileExists(atPath: "/usr/bin/systemd-analyze") {
            let files = ["service", "timer"].map { "my news/splitvote.\($0)" }
            let verdict = try workshop.run(URL(filePath: "/usr/bin/systemd-analyze"), ["verify"] + files)
            #expect(verdict.status == 0 && verdict.errors.isEmpty, "\(verdict.errors)")
        }
    }

    @Test func doctorFindsWhatWouldKeepARunFromWorking() throws {
        let workshop = try workshop()
        let text = try workshop.read("news.yaml")
        try workshop.write(
            text.replacing("data/*", with: "nothing/*")
                + "secrets: {key: {env: SPLITVOTE_NO_SUCH_KEY}}\nhooks: {failure: {command: [no-such-program]}}\n",
            to: "news.yaml")
        let outcome = try workshop.splitvote("doctor", "news.yaml")
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("the environment variable SPLITVOTE_NO_SUCH_KEY is not set"))
        #expect(outcome.output.contains("there is no program 'no-such-program'"))
        #expect(outcome.output.contains("no file matches nothing/*"))
        #expect(outcome.output.contains("3 things would keep a run from working"))
        #expect(!workshop.exists("state.sqlite"))
    }

    @Test func theOwnProgramExampleRuns() throws {
        let workshop = try Workshop()
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        try FileManager.default.copyItem(
            at: root.appending(path: "pipelines"), to: workshop.folder.appending(path: "pipelines"))
        try workshop.splitvote("demo-data", "--articles", "40", "demo/data")
        let outcome = try workshop.splitvote("run", "pipelines/own-program.yaml")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try workshop.read("demo/own-program/lengths.tsv").hasPrefix("label\tshort\tlong\n0\t"))
    }
}
