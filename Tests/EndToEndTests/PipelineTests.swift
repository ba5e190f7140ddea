import Foundation
import Testing

/// A whole pipeline, from a table to a trained and evaluated model, as its users run it.
struct PipelineTests {
    private func sandbox(_ pipeline: String = SampleComments.pipeline() + SampleComments.training) throws
        -> Sandbox
    {
        let sandbox = try Sandbox()
        try sandbox.write(pipeline, to: "p.yaml")
        try sandbox.write(SampleComments.table(), to: "data/one.tsv")
        try sandbox.write(SampleComments.tinyConfiguration, to: "init/config.json")
        return sandbox
    }

    /// Bytes of everything that a run leaves for others: published files, shards and the model.
    private func results(of sandbox: Sandbox) throws -> [String: Data] {
        var results: [String: Data] = [:]
        for file in try sandbox.files(below: "out") where !file.hasSuffix("manifest.json") {
            results["out/" + file] = try sandbox.data("out/" + file)
        }
        for stage in ["shards", "model", "vocabulary"] {
            for file in try sandbox.files(below: "artifacts/\(stage)") {
                results["\(stage)/" + file] = try sandbox.data("artifacts/\(stage)/" + file)
            }
        }
        return results
    }

    @Test func theSecondRunExecutesNothing() throws {
        let sandbox = try sandbox()
        let first = try sandbox.splitvote("run", "p.yaml")
        #expect(first.status == 0, "\(first.errors)")
        #expect(first.output.isEmpty, "only results belong on standard output")
        let before = try results(of: sandbox)
        #expect(before.keys.contains("out/report.html"))
        let second = try sandbox.splitvote("run", "p.yaml")
        #expect(second.status == 0)
        #expect(second.errors.contains("nothing to do: 0 stages ran, 11 cached"), "\(second.errors)")
        #expect(try results(of: sandbox) == before)
        #expect(try sandbox.splitvote("plan", "p.yaml", "--exit-code").status == 0)
    }

    @Test func twoFreshStoresGiveTheSameBytes() throws {
        let all = try (0..<2).map { _ in
            let sandbox = try sandbox()
            #expect(try sandbox.splitvote("run", "p.yaml").status == 0)
            return try results(of: sandbox)
        }
        #expect(Set(all[0].keys) == Set(all[1].keys))
        for (name, bytes) in all[0] { #expect(bytes == all[1][name], "\(name) differs") }
        #expect(all[0].keys.contains { $0.hasSuffix("model.safetensors") })
        #expect(all[0].keys.contains { $0.hasSuffix("train-00000.safetensors") })
    }

    @Test func anotherSeedGivesAnotherModel() throws {
        // The negative control of the test above: results do differ where they should.
        let one = try sandbox()
        let other = try sandbox(
            (SampleComments.pipeline() + SampleComments.training).replacing(
                "seed: 1}}\n  scores", with: "seed: 2}}\n  scores"))
        for sandbox in [one, other] { #expect(try sandbox.splitvote("run", "p.yaml").status == 0) }
        let models = try [one, other].map { sandbox in
            try results(of: sandbox).first { $0.key.hasSuffix("model.safetensors") }?.value
        }
        #expect(models[0] != nil && models[0] != models[1])
    }

    @Test func anotherThresholdRunsWhatDependsOnItAndBackIsRestored() throws {
        let sandbox = try sandbox(SampleComments.pipeline())
        #expect(try sandbox.splitvote("run", "p.yaml").status == 0)
        let before = try sandbox.read("out/train.tsv")
        let planned = try sandbox.splitvote("plan", "p.yaml", "-S", "min_votes=52", "--exit-code")
        #expect(planned.status == 10)
        #expect(planned.output.contains("parameter `min_votes` 20 → 52"), "\(planned.output)")
        #expect(planned.output.contains("clean     cached"), "\(planned.output)")
        #expect(try sandbox.splitvote("run", "p.yaml", "-S", "min_votes=52", "--publish").status == 0)
        #expect(try sandbox.read("out/train.tsv") != before)
        let back = try sandbox.splitvote("run", "p.yaml")
        #expect(back.errors.contains("0 stages ran"), "\(back.errors)")
        #expect(try sandbox.read("out/train.tsv") == before)
    }

    @Test func aPathFromTheCommandLineMayStartWhereTheCommandIsGiven() throws {
        let sandbox = try sandbox(
            SampleComments.pipeline(
                ("  min_votes: 20", "  min_votes: 20\n  comments: none/*"),
                (#"["data/*"]"#, "$params.comments")))
        try sandbox.write(sandbox.read("p.yaml"), to: "deep/p.yaml")
        let inFile = try sandbox.splitvote("run", "deep/p.yaml")
        #expect(inFile.status == 1)
        let here = try sandbox.splitvote("run", "deep/p.yaml", "-S", "comments=data/*.tsv")
        #expect(here.status == 0, "\(here.errors)")
        let nowhere = try sandbox.splitvote("run", "deep/p.yaml", "-S", "comments=date/*.tsv")
        #expect(nowhere.status == 1)
        #expect(nowhere.errors.contains("deep/date/*.tsv and "), "\(nowhere.errors)")
    }

    @Test func theViewsAreForPeople() throws {
        let sandbox = try sandbox(SampleComments.pipeline())
        #expect(try sandbox.splitvote("run", "p.yaml").status == 0)
        let counts = try sandbox.sqlite("select label, count(*) from labelled_comment group by 1")
        #expect(counts == ["controversial|60", "uncontroversial|60"])
        #expect(try sandbox.sqlite("select count(*), min(down) from current_vote") == ["120|1"])
    }

    @Test func textsArriveAsTheyWere() throws {
        let odd = [
            "he said \"no\" twice", "끝 \\ 역슬래시", "감탄 🧑‍🚀🇰🇷 이모지", "\u{1112}\u{1161}\u{11AB}글 NFD",
            "\u{200B}보이지 않는", "  앞뒤 공백  ", "'", "=1+1",
        ]
        var lines = [SampleComments.header]
        for (index, text) in odd.enumerated() {
            let votes = index % 2 == 0 ? "50\t50" : "99\t1"
            lines.append("1\t\(2000 + index)\t\(text)\t\(votes)\t20251001")
        }
        let sandbox = try sandbox(SampleComments.pipeline())
        try sandbox.write(lines.joined(separator: "\n") + "\n", to: "data/one.tsv")
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 0, "\(outcome.errors)")
        var found: Set<[UInt8]> = []
        for side in ["train", "dev", "test"] {
            for line in try sandbox.read("out/\(side).tsv").split(separator: "\n").dropFirst() {
                let document = String(line.split(separator: "\t", omittingEmptySubsequences: false)[1])
                found.insert(Array(document.replacing("\\\\", with: "\\").utf8))
            }
        }
        #expect(found == Set(odd.map { Array($0.utf8) }))
    }

    @Test func aSecondNightAddsObservationsAndKeepsSides() throws {
        let sandbox = try sandbox(SampleComments.pipeline())
        #expect(try sandbox.splitvote("run", "p.yaml").status == 0)
        let sides = Set(try sandbox.sqlite("select group_key, side from split_member"))
        try sandbox.write(SampleComments.table(articles: 20, day: 2), to: "data/two.tsv")
        let night = try sandbox.splitvote("run", "p.yaml")
        #expect(night.status == 0, "\(night.errors)")
        #expect(try sandbox.sqlite("select count(*) from comment") == ["200"])
        let later = Set(try sandbox.sqlite("select group_key, side from split_member"))
        #expect(later.isSuperset(of: sides))
        #expect(later.count { !$0.hasPrefix(":") } == 20)
    }

    @Test func aKilledRunIsSimplyRunAgain() throws {
        let undisturbed = try sandbox()
        #expect(try undisturbed.splitvote("run", "p.yaml").status == 0)
        let expected = try results(of: undisturbed)
        let sandbox = try sandbox()
        var kills = 0
        for delay in [0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.15, 0.2] {
            let process = try sandbox.start("run", "p.yaml", "--quiet")
            Thread.sleep(forTimeInterval: delay)
            process.kill()
            if case .signaled = process.wait() { kills += 1 }
        }
        #expect(kills >= 1, "no run was caught alive")
        let last = try sandbox.splitvote("run", "p.yaml")
        #expect(last.status == 0, "\(last.errors)")
        #expect(try sandbox.sqlite("pragma integrity_check") == ["ok"])
        let found = try results(of: sandbox)
        #expect(Set(found.keys) == Set(expected.keys))
        for (name, bytes) in expected {
            #expect(found[name] == bytes, "\(name) differs after \(kills) kills")
        }
    }

    @Test func aFailedCheckKeepsFilesFromBeingPublished() throws {
        let pipeline = SampleComments.pipeline(
            (
                #"path: "out/{split}.tsv"}}"#,
                #"path: "out/{split}.tsv"}, checks: [{that: rows, at_least: 1000, else: error}]}"#
            ))
        let sandbox = try sandbox(pipeline)
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 3, "\(outcome.errors)")
        #expect(!sandbox.exists("out/train.tsv"))
    }

    @Test func aTrainedModelPredictsEachLine() throws {
        let training = SampleComments.training.replacing(
            "seed: 1}}\n  scores", with: "seed: 1, path: out/model}}\n  scores")
        let sandbox = try sandbox(SampleComments.pipeline() + training)
        #expect(try sandbox.splitvote("run", "p.yaml").status == 0)
        let text = "찬성과 반대가 갈리는 의견 1 번째\n\n모두가 고개를 끄덕이는 의견 2 번째\n"
        let outcome = try sandbox.splitvote("predict", "--model", "out/model", input: text)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.first == "label\tprobability\tp_uncontroversial\tp_controversial")
        #expect(lines.count == 4, "one answer for each line, the empty one included")
        let again = try sandbox.splitvote("predict", "--model", "out/model", input: text)
        #expect(again.output == outcome.output)
        let table = try sandbox.splitvote(
            "predict", "--model", "out/model", "--column", "document", "out/test.tsv")
        #expect(table.status == 0, "\(table.errors)")
        let rows = try sandbox.read("out/test.tsv").split(separator: "\n").count
        #expect(table.output.split(separator: "\n").count == rows)
        let wrong = try sandbox.splitvote(
            "predict", "--model", "out/model", "--column", "nothing", "out/test.tsv")
        #expect(wrong.status == 1)
        #expect(wrong.errors.contains("'nothing'"), "\(wrong.errors)")
    }

    @Test func aSecondRunOnTheSameStoreLearnsWhoHoldsIt() throws {
        let sandbox = try sandbox()
        let holder = try sandbox.run(
            URL(filePath: "/bin/sh"),
            [
                "-c",
                "exec 9>state.sqlite.lock; flock 9; \(Sandbox.command.path) run p.yaml 9>&-",
            ])
        #expect(holder.status == 4, "\(holder.errors)")
    }
}
