import Foundation
import Testing

/// What people do around their nightly run.
struct NightTests {
    private func sandbox() throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write(SampleComments.table(), to: "data/a.tsv")
        try sandbox.write(SampleComments.pipeline(), to: "news.yaml")
        return sandbox
    }

    @Test func explainShowsEachFieldThenAndNow() throws {
        let sandbox = try sandbox()
        #expect(try sandbox.splitvote("run", "news.yaml").status == 0)
        let same = try sandbox.splitvote("explain", "news.yaml", "labels").output
        #expect(same.hasPrefix("labels (label): cached\n"))
        #expect(same.contains(", the same\n"))
        let changed = try sandbox.splitvote("explain", "news.yaml", "labels", "-S", "min_votes=30").output
        #expect(changed.hasPrefix("labels (label): run, parameter `min_votes` 20 → 30\n"))
        #expect(changed.contains("*  parameters.min_votes                 20 → 30\n"))
        #expect(changed.contains("   parameters.controversial             [0.4,0.6]\n"))
        let unknown = try sandbox.splitvote("explain", "news.yaml", "label")
        #expect(unknown.status == 2)
        #expect(unknown.errors.contains("did you mean 'labels'?"))
    }

    /// Every command that runs something takes the store of an earlier version; those that only look refuse it.
    @Test(arguments: ["run", "export", "relabel", "run --new-split"])
    func storesOfEarlierVersionsAreBroughtUpToDate(command: String) throws {
        let sandbox = try sandbox()
        #expect(try sandbox.splitvote("run", "news.yaml").status == 0)
        let table = try sandbox.read("out/train.tsv")
        let sql = "SELECT name, sql FROM sqlite_master ORDER BY name; PRAGMA user_version"
        let schema = try sandbox.sqlite(sql)
        let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("RunStoreTests/Golden")
        for format in [4, 3] {
            let back = golden.appendingPathComponent("back-to-\(format).sql")
            let statements = try String(contentsOf: back, encoding: .utf8).split(separator: "\n").dropFirst()
            _ = try sandbox.sqlite(statements.joined(separator: "\n"))
        }
        for looking in [["status", "news.yaml"], ["plan", "news.yaml"], ["run", "news.yaml", "--dry-run"]] {
            let outcome = try sandbox.splitvote(looking)
            #expect(outcome.status == 2 && outcome.errors.contains("the next run brings it up to date"))
            #expect(try sandbox.sqlite("PRAGMA user_version") == ["3"])
        }
        try sandbox.write(SampleComments.table(day: 2), to: "data/b.tsv")
        let words = command.split(separator: " ").map(String.init)
        let outcome = try sandbox.splitvote([words[0], "news.yaml"] + words.dropFirst())
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try sandbox.sqlite(sql) == schema)
        #expect(try sandbox.read("out/train.tsv") == table)
        #expect(try sandbox.sqlite("PRAGMA integrity_check") == ["ok"])
    }

    @Test func runsAreListedAndShown() throws {
        let sandbox = try sandbox()
        #expect(try sandbox.splitvote("runs", "news.yaml").output.contains("no run so far"))
        try sandbox.splitvote("run", "news.yaml")
        try sandbox.splitvote("run", "news.yaml", "-S", "min_votes=30")
        let list = try sandbox.splitvote("runs", "news.yaml", "ls").output.split(separator: "\n")
        #expect(list.count == 3)
        #expect(list[1].contains("done") && list[1].hasSuffix("min_votes=30"))
        let id = String(list[1].prefix { $0 != " " })
        let shown = try sandbox.splitvote("runs", "news.yaml", "show", id).output
        #expect(shown.contains("parameter `min_votes` 20 → 30"))
        #expect(try sandbox.splitvote("runs", "--state", "state.sqlite", "show", id).output == shown)
        #expect(try sandbox.splitvote("runs", "news.yaml", "show", "last~0").output == shown)
        let both = try sandbox.splitvote("runs", "news.yaml", "show", String(id.prefix(8)))
        #expect(both.status == 2)
        #expect(both.errors.contains("2 runs begin with"))
    }

    @Test func runsAreComparedAndPlotted() throws {
        let sandbox = try sandbox()
        try sandbox.splitvote("run", "news.yaml")
        try sandbox.splitvote("run", "news.yaml", "-S", "min_votes=30")
        let difference = try sandbox.splitvote("runs", "news.yaml", "diff", "last~1", "last")
        #expect(difference.status == 0, "\(difference.errors)")
        #expect(difference.output.contains(/\n  clean +the same result\n/))
        #expect(difference.output.contains(/\n  labels +parameter `min_votes` 20 → 30\n/))
        #expect(
            difference.output.contains(/\n  labels.min_votes +20 +30 +\+10 \(\+50.0 %\)\n/))
        #expect(difference.output.contains("from \\ to"))
        let none = try sandbox.splitvote("runs", "news.yaml", "diff", "last", "last")
        #expect(none.output.contains("no figure differs"))
        let plot = try sandbox.splitvote("runs", "news.yaml", "plot", "labels.controversial")
        #expect(plot.output.contains("2 runs: from "))
        let picture = try sandbox.splitvote(
            "runs", "news.yaml", "plot", "labels.controversial", "-o", "plot.svg")
        let drawn = try sandbox.read("plot.svg")
        #expect(picture.output == "plot.svg\n" && drawn.hasPrefix("<svg "))
        let printed = try sandbox.splitvote(
            "runs", "news.yaml", "plot", "labels.controversial", "-o", "-")
        #expect(try sandbox.read("plot.svg") == printed.output)
        let table = try sandbox.splitvote("runs", "news.yaml", "-o", "plot.svg")
        #expect(table.status == 2 && table.errors.contains("--out belongs to plot"))
        let missing = try sandbox.splitvote("runs", "news.yaml", "plot", "labels.controversal")
        #expect(missing.status == 2 && missing.errors.contains("did you mean 'labels.controversial'?"))
    }

    @Test func aNightLongAgoIsLabeledAsItWasThen() throws {
        let sandbox = try sandbox()
        try sandbox.splitvote("run", "news.yaml")
        let query = "SELECT label, count(*) FROM labelled_comment GROUP BY 1"
        let first = try sandbox.sqlite(query)
        let table = try sandbox.read("out/train.tsv")
        // The second night moves the votes of all comments.
        try sandbox.write(
            SampleComments.table(day: 2).replacing("\t45\t", with: "\t5\t").replacing(
                "\t25\t", with: "\t2\t"),
            to: "data/b.tsv")
        try sandbox.splitvote("run", "news.yaml")
        let second = try sandbox.sqlite(query)
        #expect(second != first)
        let past = try sandbox.splitvote("run", "news.yaml", "--as-of", "2025-10-01")
        #expect(past.status == 0)
        let folder = try #require(
            try FileManager.default.contentsOfDirectory(atPath: sandbox.folder.path)
                .first { $0.hasPrefix("out@") })
        #expect(try sandbox.read("\(folder)/train.tsv") == table)
        // Looking back is an experiment: the live set stays, and its tables.
        #expect(try sandbox.read("out/train.tsv") != table)
        #expect(try sandbox.sqlite(query) == second)
        try sandbox.splitvote("run", "news.yaml")
        #expect(try sandbox.sqlite(query) == second)
        let early = try sandbox.splitvote("run", "news.yaml", "--as-of", "2025-09-30")
        #expect(early.status == 2)
        #expect(
            early.errors.contains("--as-of 2025-09-30 is before the first observation, 2025-10-01T00:00:00Z"))
    }

    @Test func aFolderThatWasMovedIsUpToDate() throws {
        let sandbox = try sandbox()
        try FileManager.default.createDirectory(
            at: sandbox.folder.appending(path: "here"), withIntermediateDirectories: true)
        for name in ["data", "news.yaml"] {
            try FileManager.default.moveItem(
                at: sandbox.folder.appending(path: name), to: sandbox.folder.appending(path: "here/\(name)")
            )
        }
        try sandbox.splitvote("run", "here/news.yaml")
        try FileManager.default.moveItem(
            at: sandbox.folder.appending(path: "here"), to: sandbox.folder.appending(path: "elsewhere"))
        #expect(try sandbox.splitvote("plan", "elsewhere/news.yaml", "--exit-code").status == 0)
        let again = try sandbox.splitvote("run", "elsewhere/news.yaml")
        #expect(again.errors.contains("nothing to do: 0 stages ran, 6 cached"))
    }

    @Test func gcRemovesOnlyWhenAsked() throws {
        let sandbox = try sandbox()
        try sandbox.splitvote("run", "news.yaml", "-S", "min_votes=30")
        try sandbox.splitvote("run", "news.yaml")
        let before = try sandbox.files(below: "artifacts")
        let dry = try sandbox.splitvote("gc", "news.yaml", "--keep-runs", "1")
        #expect(dry.status == 0)
        #expect(dry.output.contains("would remove"))
        #expect(dry.errors.contains("nothing was removed; add --yes to remove it"))
        #expect(try sandbox.files(below: "artifacts") == before)
        let done = try sandbox.splitvote("gc", "news.yaml", "--keep-runs", "1", "--yes")
        #expect(done.output.contains("removed"))
        #expect(try sandbox.files(below: "artifacts").count < before.count)
        #expect(try sandbox.splitvote("plan", "news.yaml", "--exit-code").status == 0)
        #expect(try sandbox.splitvote("run", "news.yaml", "-S", "min_votes=30").status == 0)
        let without = try sandbox.splitvote("gc", "news.yaml")
        #expect(without.errors.contains("the file says nothing about what to keep"))
    }

    @Test func anotherSaltHasToBeMeant() throws {
        let sandbox = try sandbox()
        try sandbox.splitvote("run", "news.yaml")
        let table = try sandbox.read("out/test.tsv")
        let text = try sandbox.read("news.yaml")
        try sandbox.write(text.replacing("salt: v1", with: "salt: v2"), to: "news.yaml")
        let refused = try sandbox.splitvote("run", "news.yaml")
        #expect(refused.status == 2)
        #expect(
            refused.errors.contains(
                "error: stage 'split': the salt changes from 'v1' to 'v2', which makes another split"))
        #expect(try sandbox.read("out/test.tsv") == table)
        #expect(try sandbox.splitvote("run", "news.yaml", "--new-split").status == 0)
        #expect(try sandbox.read("out/test.tsv") != table)
        // Both are known now, so going from one to the other needs no word.
        #expect(try sandbox.splitvote("run", "news.yaml").status == 0)
        try sandbox.write(text, to: "news.yaml")
        #expect(try sandbox.splitvote("run", "news.yaml").status == 0)
        #expect(try sandbox.read("out/test.tsv") == table)
    }

    @Test func theReportOfCurrentResultsNeedsNoStage() throws {
        let sandbox = try sandbox()
        try sandbox.splitvote("run", "news.yaml")
        #expect(try sandbox.splitvote("report", "news.yaml", "-o", "page.html").output == "page.html\n")
        #expect(try sandbox.read("page.html").hasPrefix("<!DOCTYPE html>"))
        let printed = try sandbox.splitvote("report", "--state", "state.sqlite")
        #expect(printed.output.contains("controversial"))
    }

    @Test func theReportTellsOfTheRunAndLeavesTheNextNothingToDo() throws {
        let sandbox = try sandbox()
        #expect(try sandbox.splitvote("run", "news.yaml").status == 0)
        let outcome = try sandbox.splitvote("report", "news.yaml", "-o", "page.html", "--files")
        #expect(outcome.output == "page.html\npage/\n", "\(outcome.errors)")
        let page = try sandbox.read("page.html")
        let run = try #require(try sandbox.sqlite("SELECT id FROM run").first)
        #expect(page.contains(">\(run)</dd>") && page.contains(" succeeded after "))
        #expect(page.contains("90 of 110 comments of the side &#39;train&#39; have the same text as another"))
        for section in ["warnings", "lineage", "density", "examples", "surface"] {
            #expect(page.contains("<section id=\"\(section)\""), "\(section)")
        }
        // The trend begins with the second run.
        #expect(!page.contains("<section id=\"trend\""))
        #expect(sandbox.exists("page/lineage.svg") && sandbox.exists("page/density.svg"))
        #expect(try sandbox.read("page/labels-comments-by-label.tsv").hasPrefix("Label\tComments\tShare\n"))
        let again = try sandbox.splitvote("run", "news.yaml")
        #expect(again.status == 0 && again.errors.contains("nothing to do"))
        #expect(try sandbox.splitvote("report", "news.yaml").output.contains("<section id=\"trend\""))
    }

    @Test func whatStoppedTheNightAndWhatWasPutAsideComeFirst() throws {
        let sandbox = try sandbox()
        #expect(try sandbox.splitvote("run", "news.yaml").status == 0)
        let text = try sandbox.read("news.yaml")
        let checked = text.replacing(
            "min_votes: $params.min_votes}}",
            with: "min_votes: $params.min_votes}, checks: [{that: controversial, at_most: 1}]}")
        try sandbox.write(checked, to: "news.yaml")
        try sandbox.write(SampleComments.table(day: 2) + "<cut off>\t7\n", to: "data/b.tsv")
        #expect(try sandbox.splitvote("run", "news.yaml").status != 0)
        let page = try sandbox.splitvote("report", "news.yaml").output
        #expect(page.contains("class=\"verdict doubtful\"><strong>The run of "))
        #expect(page.contains("was stopped by a check at stage &#39;labels&#39; after "))
        let warnings = try #require(page.range(of: "<section id=\"warnings\""))
        #expect(warnings.lowerBound < (page.range(of: "<section id=\"data\"")?.lowerBound ?? page.startIndex))
        #expect(page.contains(">check stopped the run</td>") && page.contains("The only check did not pass."))
        #expect(page.contains("<h3>Quarantine</h3>") && page.contains("<code>b.tsv:122</code>"))
        #expect(page.contains("&lt;cut off&gt;"))
    }

    @Test func whatWasForgottenIsNotQuotedAnyMore() throws {
        let sandbox = try sandbox()
        #expect(try sandbox.splitvote("run", "news.yaml").status == 0)
        let command = "splitvote why news.yaml "
        let page = try sandbox.splitvote("report", "news.yaml").output
        let start = try #require(page.range(of: command)).upperBound
        let name = String(page[start...].prefix { $0 != "<" })
        #expect(page.contains("write it again after splitvote forget"))
        try sandbox.write(name + "\n", to: "ids.txt")
        #expect(try sandbox.splitvote("forget", "news.yaml", "ids.txt").status == 0)
        let later = try sandbox.splitvote("report", "news.yaml")
        #expect(later.status == 0, "\(later.errors)")
        #expect(!later.output.contains(name) && later.output.contains(command))
    }

    @Test func shortcutsRunUpToTheirStage() throws {
        let sandbox = try sandbox()
        let outcome = try sandbox.splitvote("export", "news.yaml")
        #expect(outcome.status == 0)
        #expect(outcome.errors.contains("6 stages ran"))
        let train = try sandbox.splitvote("train", "news.yaml")
        #expect(train.status == 2)
        #expect(train.errors.contains("news.yaml has no stage of kind 'train'"))
    }

    @Test(arguments: ["cron", "systemd"])
    func aScaffoldRunsAndItsScheduleIsSound(schedule: String) throws {
        let sandbox = try Sandbox()
        #expect(
            try sandbox.splitvote("init", "--schedule", schedule, "--at", "04:30", "my news").status == 0)
        let outcome = try sandbox.splitvote("run", "my news/pipeline.yaml")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(sandbox.exists("my news/out/train.tsv"))
        #expect(try sandbox.splitvote("doctor", "my news/pipeline.yaml").status == 0)
        let again = try sandbox.splitvote("init", "my news")
        #expect(again.status == 1)
        #expect(again.errors.contains("is already there; nothing was written"))
        if schedule == "cron" {
            let line = try #require(
                try sandbox.read("my news/splitvote.cron").split(separator: "\n").last)
            #expect(line.hasPrefix("30 4 * * * cd '"))
            // The shell makes of it what is meant.
            let command = line.dropFirst("30 4 * * * ".count).replacing("\\%", with: "%")
            try sandbox.splitvote("run", "my news/pipeline.yaml", "-S", "min_votes=30")
            try sandbox.write(
                sandbox.read("my news/pipeline.yaml").replacing("runs: 30", with: "runs: 1"),
                to: "my news/pipeline.yaml")
            #expect(try sandbox.splitvote("gc", "my news/pipeline.yaml").output.contains("would remove"))
            #expect(try sandbox.run(URL(filePath: "/bin/sh"), ["-c", String(command)]).status == 0)
            #expect(try sandbox.read("my news/nightly.log").contains("\"event\":\"run_finished\""))
            // What is not kept is gone, and a night that failed says so all the same.
            #expect(
                try sandbox.splitvote("gc", "my news/pipeline.yaml").output.contains("nothing to remove"))
            try FileManager.default.removeItem(at: sandbox.folder.appending(path: "my news/data"))
            let failed = try sandbox.run(URL(filePath: "/bin/sh"), ["-c", String(command)])
            #expect(failed.status == 1 && failed.errors.isEmpty)
            #expect(failed.output == "splitvote ended with status 1; see nightly.log\n")
            return
        }
        #expect(try sandbox.read("my news/splitvote.service").contains("\" gc pipeline.yaml --yes\n"))
        if FileManager.default.fileExists(atPath: "/usr/bin/systemd-analyze") {
            let files = ["service", "timer"].map { "my news/splitvote.\($0)" }
            let verdict = try sandbox.run(URL(filePath: "/usr/bin/systemd-analyze"), ["verify"] + files)
            #expect(verdict.status == 0 && verdict.errors.isEmpty, "\(verdict.errors)")
        }
    }

    @Test func doctorFindsWhatWouldKeepARunFromWorking() throws {
        let sandbox = try sandbox()
        let text = try sandbox.read("news.yaml")
        try sandbox.write(
            text.replacing("data/*", with: "nothing/*")
                + "secrets: {key: {env: SPLITVOTE_NO_SUCH_KEY}}\nhooks: {failure: {command: [no-such-program]}}\n",
            to: "news.yaml")
        let outcome = try sandbox.splitvote("doctor", "news.yaml")
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("the environment variable SPLITVOTE_NO_SUCH_KEY is not set"))
        #expect(outcome.output.contains("there is no program 'no-such-program'"))
        #expect(outcome.output.contains("no file matches nothing/*"))
        #expect(outcome.output.contains("3 problems would make a run fail"))
        #expect(!sandbox.exists("state.sqlite"))
    }

    @Test func theOwnProgramExampleRuns() throws {
        let sandbox = try Sandbox()
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        try FileManager.default.copyItem(
            at: root.appending(path: "pipelines"), to: sandbox.folder.appending(path: "pipelines"))
        try sandbox.splitvote("demo-data", "--articles", "40", "demo/data")
        let outcome = try sandbox.splitvote("run", "pipelines/own-program.yaml")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try sandbox.read("demo/own-program/lengths.tsv").hasPrefix("label\tshort\tlong\n0\t"))
    }
}
