import Foundation
import StageKit
import Testing

/// Nights of comments that a trained model answers, from the pipeline file to the store and the table.
struct PredictStageTests {
    private static let header = "key\ttext\tup\tdown\tarticle\ttitle\tseen"

    private static func line(_ key: Int, _ text: String, day: Int) -> String {
        "\(key)\t\(text)\t\(key % 9)\t\(key % 5)\t\(key / 10)\t제목 \(key / 10)\t2025-10-0\(day)"
    }

    private static func table(_ lines: [String]) -> String {
        ([header] + lines).joined(separator: "\n") + "\n"
    }

    private static func text(_ key: Int) -> String {
        (key % 2 == 0 ? "찬성과 반대가 갈리는 의견" : "모두가 고개를 끄덕이는 의견") + " \(key) 번째"
    }

    private static let firstNight = table((0..<400).map { line($0, text($0), day: 1) })
    /// Four new comments, one whose text is another one, one that was only seen again.
    private static let secondNight = table(
        (400..<404).map { line($0, text($0), day: 2) }
            + [line(7, "고쳐 쓴 의견", day: 2), line(8, text(8), day: 2)])

    private static func pipeline(
        _ settings: String = "model: out/model", name: String = "answers", clean: String = "rules: none"
    ) -> String {
        """
        splitvote: 1
        pipeline: \(name)
        store: {state: \(name).sqlite, artifacts: \(name)-artifacts}
        stages:
          comments: {uses: ingest.files, with: {paths: ["nights/*"], source: s, columns: {key: key, text: text, up: up, down: down, article: article, title: title, observed_at: seen}}}
          clean: {uses: clean, from: comments, with: {\(clean)}}
          answers: {uses: predict, from: clean, with: {\(settings), path: out/\(name).tsv}}
          report: {uses: report, from: answers, with: {path: out/\(name).html}}

        """
    }

    /// A sandbox with a trained model in `out/model` and the first night.
    private func sandbox(shards: String = "", title: String = "") throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write(SampleComments.table(), to: "data/day1.tsv")
        try sandbox.write(SampleComments.tinyConfiguration, to: "init/config.json")
        let training = SampleComments.training.replacing(
            "seed: 1}}\n  scores", with: "seed: 1, path: out/model}}\n  scores"
        ).replacing("max_tokens: 32", with: "max_tokens: 32\(shards)")
        try sandbox.write(SampleComments.pipeline() + training, to: "train.yaml")
        let outcome = try sandbox.splitvote("run", "train.yaml", "--until", "model")
        #expect(outcome.status == 0, "\(outcome.errors)")
        try sandbox.write(Self.firstNight, to: "nights/1.tsv")
        try sandbox.write(Self.pipeline(), to: "p.yaml")
        return sandbox
    }

    private func run(_ sandbox: Sandbox, _ arguments: String...) throws -> String {
        let outcome = try sandbox.splitvote(["run"] + arguments)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return outcome.errors
    }

    /// What a run told of the predict stage.
    private func told(_ sandbox: Sandbox, _ arguments: String...) throws -> String {
        let lines = try run(sandbox, arguments[0]).split(separator: "\n")
        return String(lines.first { $0.hasPrefix("answers: done") } ?? "")
    }

    @Test func aNightScoresWhatItBringsAndGivesTheBytesOfAll() throws {
        let sandbox = try sandbox()
        #expect(try told(sandbox, "p.yaml").contains("rows 400, scored 400"))
        try sandbox.write(Self.secondNight, to: "nights/2.tsv")
        #expect(try told(sandbox, "p.yaml").contains("rows 404, scored 5"))

        try sandbox.write(Self.pipeline(name: "whole"), to: "whole.yaml")
        #expect(try told(sandbox, "whole.yaml").contains("rows 404, scored 404"))
        let table = try sandbox.read("out/answers.tsv")
        #expect(table == (try sandbox.read("out/whole.tsv")))
        #expect(table.hasPrefix("id\tlabel\tprobability\tp_uncontroversial\tp_controversial\n"))
        #expect(table.split(separator: "\n").count == 405)
        let rows = "SELECT comment, text_hash, cut, scores, answer, value FROM prediction ORDER BY comment"
        #expect(
            try sandbox.sqlite(rows, store: "answers.sqlite") == sandbox.sqlite(rows, store: "whole.sqlite")
        )
        #expect(try run(sandbox, "p.yaml").contains("nothing to do"))

        // What the command says of the same texts.
        let texts = (0..<400).map { $0 == 7 ? "고쳐 쓴 의견" : Self.text($0) }.joined(separator: "\n") + "\n"
        let answers = try sandbox.run(
            Sandbox.command, ["predict", "--model", "out/model"], input: texts
        ).output.split(separator: "\n").dropFirst()
        let kept = table.split(separator: "\n").dropFirst().prefix(400).map { line in
            line.drop { $0 != "\t" }.dropFirst()
        }
        #expect(Array(answers) == kept)
    }

    @Test func anotherModelScoresAllAndAnotherThresholdNone() throws {
        let sandbox = try sandbox()
        _ = try run(sandbox, "p.yaml")
        try sandbox.write(Self.pipeline("model: out/model, threshold: 1"), to: "p.yaml")
        #expect(!(try told(sandbox, "p.yaml")).contains("scored"))
        #expect(
            try sandbox.sqlite("SELECT DISTINCT answer FROM prediction", store: "answers.sqlite")
                == ["uncontroversial"])
        let configuration = try sandbox.read("out/model/config.json")
        try sandbox.write(
            configuration.replacing("\"uncontroversial\"", with: "\"calm\""), to: "out/model/config.json")
        #expect(try told(sandbox, "p.yaml").contains("scored 400"))
        #expect(try told(sandbox, "p.yaml") == "")
        #expect(try sandbox.read("out/answers.tsv").contains("\tcalm\t"))
        #expect(
            try sandbox.sqlite(
                "SELECT count(*), count(DISTINCT answer) FROM prediction", store: "answers.sqlite")
                == ["400|1"])
    }

    @Test func whatIsForgottenIsAnsweredNoMoreAndTheRestNotAgain() throws {
        let sandbox = try sandbox()
        _ = try run(sandbox, "p.yaml")
        try sandbox.write("s:7\ns:9\n", to: "list.txt")
        let forgotten = try sandbox.splitvote("forget", "p.yaml", "list.txt")
        #expect(forgotten.status == 0, "\(forgotten.errors)")
        #expect(try sandbox.sqlite("SELECT count(*) FROM prediction", store: "answers.sqlite") == ["398"])
        #expect(
            !(try sandbox.files(below: "answers-artifacts")).contains { $0.hasSuffix("predictions.tsv") })
        let line = try told(sandbox, "p.yaml")
        #expect(line.contains("rows 398") && !line.contains("scored"))
        let table = try sandbox.read("out/answers.tsv")
        #expect(!table.contains("s:7\t") && !table.contains("s:9\t") && table.contains("s:8\t"))
    }

    @Test func aLookBackAnswersWhatWasThereThenAndLeavesTheStoreAlone() throws {
        let sandbox = try sandbox()
        try sandbox.write(Self.secondNight, to: "nights/2.tsv")
        _ = try run(sandbox, "p.yaml")
        let before = try sandbox.sqlite("SELECT * FROM prediction", store: "answers.sqlite")
        let table = try sandbox.read("out/answers.tsv")
        let outcome = try sandbox.splitvote("run", "p.yaml", "--as-of", "2025-10-01T12:00:00Z")
        #expect(outcome.status == 0 && outcome.errors.contains("rows 400, scored 1"), "\(outcome.errors)")
        #expect(
            outcome.errors.contains("this is only a trial: the files are in out@")
                && !outcome.errors.contains("label set"), "\(outcome.errors)")
        #expect(try sandbox.sqlite("SELECT * FROM prediction", store: "answers.sqlite") == before)
        #expect(try sandbox.read("out/answers.tsv") == table)
    }

    /// Runs the pipeline until some blocks are scored and ends it as a power failure would.
    /// - Returns: how many comments were in these blocks.
    private func killed(_ sandbox: Sandbox) throws -> Int {
        let process = try sandbox.start("run", "p.yaml", "--quiet")
        while process.isRunning, blocks(sandbox).count < 3 { usleep(1_000) }
        process.kill()
        process.wait()
        let left = blocks(sandbox).count
        #expect(left >= 3 && left < 11)
        return left * 1_024
    }

    /// The stage's finished blocks. Folders come and go while a run works.
    private func blocks(_ sandbox: Sandbox) -> [String] {
        let files = (try? sandbox.files(below: "answers-artifacts/.work")) ?? []
        return files.filter { $0.hasPrefix("answers-") && !$0.hasSuffix("draft") }
    }

    private static let takenOver = "scores of an interrupted run are taken over"

    @Test func aKilledRunGoesOnAndForcingStartsAfresh() throws {
        let sandbox = try sandbox()
        let many = (0..<30_000).map { Self.line($0, Self.text($0), day: 1) }
        try sandbox.write(Self.table(many), to: "nights/1.tsv")
        let kept = try killed(sandbox)
        let resumed = try sandbox.splitvote("run", "p.yaml", "--log-format", "json")
        #expect(resumed.status == 0, "\(resumed.errors)")
        let notes = try resumed.errors.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
            .filter { $0["message"]?.stringValue == Self.takenOver }
        // What was scored is not scored again, neither less nor more.
        #expect(notes.map { $0.canonicalText.contains("\"\(kept)\"") } == [true], "\(notes)")
        #expect(blocks(sandbox).isEmpty)
        let table = try sandbox.data("out/answers.tsv")
        #expect(table.count { $0 == 0x0A } == 30_001)

        let forced = try run(sandbox, "p.yaml", "--force", "answers")
        #expect(forced.contains("rows 30,000, scored 30,000"), "\(forced)")
        #expect(try sandbox.data("out/answers.tsv") == table)
    }

    @Test func forcingTakesNoScoresOfAKilledRun() throws {
        let sandbox = try sandbox()
        let many = (0..<12_000).map { Self.line($0, Self.text($0), day: 1) }
        try sandbox.write(Self.table(many), to: "nights/1.tsv")
        _ = try killed(sandbox)
        let forced = try run(sandbox, "p.yaml", "--force", "answers")
        #expect(
            forced.contains("rows 12,000, scored 12,000") && !forced.contains(Self.takenOver), "\(forced)")
    }

    @Test func answersOfAStageThatIsGoneAreNotCurrentAndGcCollectsThem() throws {
        let sandbox = try sandbox()
        _ = try run(sandbox, "p.yaml")
        let current = "SELECT stage, count(*) FROM answered_comment GROUP BY stage"
        #expect(try sandbox.sqlite(current, store: "answers.sqlite") == ["answers|400"])
        let renamed = Self.pipeline().replacing("  answers: {", with: "  opinions: {")
            .replacing("from: answers", with: "from: opinions")
        try sandbox.write(renamed, to: "p.yaml")
        _ = try run(sandbox, "p.yaml")
        #expect(try sandbox.sqlite(current, store: "answers.sqlite") == ["opinions|400"])
        let why = try sandbox.splitvote("why", "--state", "answers.sqlite", "s:7")
        #expect(why.output.contains("\nopinions ") && !why.output.contains("\nanswers "), "\(why.output)")

        let all = "SELECT count(*) FROM prediction"
        let preview = try sandbox.splitvote("gc", "p.yaml")
        #expect(
            preview.output.contains(
                "answers  400 rows  in the store  the pipeline no longer has such a stage"),
            "\(preview.output)")
        #expect(try sandbox.sqlite(all, store: "answers.sqlite") == ["800"])
        let gc = try sandbox.splitvote("gc", "p.yaml", "--yes", "--json")
        #expect(try JSONSchema("collection").problems(of: gc.output) == [])
        #expect(try JSONValue(parsing: gc.output)["outlived"] == [["stage": "answers", "rows": 400]])
        #expect(try sandbox.sqlite(all, store: "answers.sqlite") == ["400"])
        #expect(
            try sandbox.sqlite("SELECT stage FROM prediction_set", store: "answers.sqlite") == ["opinions"])
        #expect(try sandbox.splitvote("gc", "p.yaml").output.hasPrefix("nothing to remove"))

        // Once the stage is there again its result is current, and the store has its answers again.
        try sandbox.write(Self.pipeline(), to: "p.yaml")
        #expect(try run(sandbox, "p.yaml").contains("answers: restored an earlier result"))
        #expect(try sandbox.sqlite(current, store: "answers.sqlite") == ["answers|400"])
        #expect(try run(sandbox, "p.yaml").contains("nothing to do"))
    }

    @Test func aStageOfAnotherKindHasNoAnswers() throws {
        let sandbox = try sandbox()
        _ = try run(sandbox, "p.yaml")
        let other = Self.pipeline().replacing(
            "  answers: {uses: predict, from: clean, with: {model: out/model, path: out/answers.tsv}}",
            with: "  answers: {uses: label, from: clean}")
        #expect(other.contains("uses: label"))
        try sandbox.write(other, to: "p.yaml")
        _ = try run(sandbox, "p.yaml")
        #expect(
            try sandbox.sqlite("SELECT count(*) FROM answered_comment", store: "answers.sqlite") == ["0"])
        _ = try sandbox.splitvote("gc", "p.yaml", "--yes")
        #expect(try sandbox.sqlite("SELECT count(*) FROM prediction_set", store: "answers.sqlite") == ["0"])
    }

    @Test func whatTheBandLeavesWithoutAnAnswerIsSaidEverywhere() throws {
        let sandbox = try sandbox()
        try sandbox.write(Self.pipeline("model: out/model, abstain: {from: 0, to: 1}"), to: "p.yaml")
        #expect(try told(sandbox, "p.yaml").contains("without answer 400"))
        let why = try sandbox.splitvote("why", "p.yaml", "s:7")
        #expect(
            why.output.contains(
                "no answer: in the band 0.0 ... 1.0, for which none is given; the most probable class has 0."),
            "\(why.output)")
        #expect(
            try sandbox.splitvote("why", "p.yaml", "s:7", "--json").output.contains("\"abstained\": true"))
        #expect(
            try sandbox.read("out/answers.html").contains(
                "It left 400 without an answer, because their probability lies in the band for which none is given."
            ))

        // The folder's own band, and none in its place.
        let configuration = try sandbox.read("out/model/config.json")
        let ours = "\"splitvote\": {"
        #expect(configuration.contains(ours))
        try sandbox.write(
            configuration.replacing(ours, with: ours + "\"answers\": {\"abstain\": [0.0, 1.0]},"),
            to: "out/model/config.json")
        let without = "SELECT count(*) FROM prediction WHERE answer IS NULL"
        try sandbox.write(Self.pipeline(), to: "p.yaml")
        _ = try run(sandbox, "p.yaml")
        #expect(try sandbox.sqlite(without, store: "answers.sqlite") == ["400"])
        try sandbox.write(Self.pipeline("model: out/model, abstain: none"), to: "p.yaml")
        _ = try run(sandbox, "p.yaml")
        #expect(try sandbox.sqlite(without, store: "answers.sqlite") == ["0"])
        #expect(try sandbox.splitvote("validate", "p.yaml", "-S", "answers.abstain=none").status == 0)
        try sandbox.write(Self.pipeline("model: out/model, abstain: never"), to: "p.yaml")
        let never = try sandbox.splitvote("validate", "p.yaml")
        #expect(never.status == 2 && never.errors.contains("a map or 'none'"), "\(never.errors)")
    }

    @Test func secondTextsOfPairsGoBesideTheAnswers() throws {
        let stages =
            "  answers: {uses: predict, from: {comments: clean, model: model}, "
            + "with: {columns: [id, text, text_pair], path: out/answers.tsv}}\n"
        let sandbox = try LabeledRows.sandbox(
            LabeledRows.pipeline("text: a, text_pair: b, label: gold") + stages,
            ["train.tsv": LabeledRows.pairs(120), "test.tsv": LabeledRows.pairs(40, from: 120)])
        _ = try run(sandbox, "p.yaml")
        let table = try sandbox.read("out/answers.tsv")
        let lines = table.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
        #expect(lines[0].prefix(4) == ["id", "document", "text_pair", "label"])
        let pairs = Set(lines.dropFirst().map { $0[1] + "\t" + $0[2] })
        let given = (LabeledRows.pairs(120) + LabeledRows.pairs(40, from: 120)).split(separator: "\n")
            .map { $0.split(separator: "\t").prefix(2).joined(separator: "\t") }.filter { $0 != "a\tb" }
        #expect(pairs == Set(given))
        let again = try sandbox.splitvote(
            "predict", "--model", "out/model", "--column", "document", "--pair-column", "text_pair", "--keep",
            "id,document,text_pair", "out/answers.tsv")
        #expect(again.output == table, "\(again.errors)")
    }

    @Test func theModelOfATrainStageAnswersAndReportWhyAndGcKnowIt() throws {
        let sandbox = try sandbox()
        let stages = """
              answers: {uses: predict, from: {comments: clean, model: model}, with: {columns: [id, article, text], format: jsonl, path: out/all.jsonl}}
              told: {uses: report, from: [answers], with: {path: out/told.html}}

            """
        try sandbox.write(try sandbox.read("train.yaml") + stages, to: "train.yaml")
        _ = try run(sandbox, "train.yaml")
        let lines = try sandbox.read("out/all.jsonl").split(separator: "\n").map(String.init)
        #expect(lines.count == 120)
        let schema = try JSONSchema("prediction")
        for line in lines { #expect(schema.problems(of: line) == []) }
        #expect(lines[0].contains(#""document":"찬성과 반대가 갈리는 의견 0 번째 0""#))
        #expect(try sandbox.read("out/told.html").contains("The model answered 120 comments."))
        let id = try sandbox.sqlite("SELECT source || ':' || key FROM comment WHERE id = 1")[0]
        let why = try sandbox.splitvote("why", "train.yaml", id)
        #expect(why.output.contains("answers") && why.output.contains("controversial, 0."), "\(why.output)")
        let gc = try sandbox.splitvote("gc", "train.yaml", "--keep-runs", "1")
        #expect(gc.status == 0, "\(gc.errors)")
        #expect(try run(sandbox, "train.yaml").contains("nothing to do"))
    }

    @Test func titlesGoBeforeTheCommentsOfAModelOfPairs() throws {
        let sandbox = try Sandbox()
        let rows = SampleComments.table().split(separator: "\n").map(String.init)
        let titled = [rows[0] + "\ttitle"] + rows.dropFirst().enumerated().map { "\($0.1)\t제목 \($0.0 % 4)" }
        try sandbox.write(titled.joined(separator: "\n") + "\n", to: "data/day1.tsv")
        try sandbox.write(SampleComments.tinyConfiguration, to: "init/config.json")
        let training = SampleComments.training.replacing(
            "max_tokens: 32", with: "max_tokens: 32, text_pair: title"
        ).replacing("seed: 1}}\n  scores", with: "seed: 1, path: out/model}}\n  scores")
        let answers =
            "  answers: {uses: predict, from: {comments: clean, model: model}, with: {columns: [title, text]}}\n"
        try sandbox.write(
            SampleComments.pipeline(("observed_at: seen}", "observed_at: seen, title: title}")) + training,
            to: "p.yaml")
        _ = try run(sandbox, "p.yaml")
        try sandbox.write(try sandbox.read("p.yaml") + answers, to: "p.yaml")
        _ = try run(sandbox, "p.yaml")
        let place = try #require(try sandbox.files(below: "out").first { $0.hasSuffix("/predictions.tsv") })
        let table = try sandbox.read("out/" + place)
        try sandbox.write(table, to: "given.tsv")
        let again = try sandbox.splitvote(
            "predict", "--model", "out/model", "--column", "document", "--title-column", "title", "--keep",
            "title,document", "given.tsv")
        #expect(again.output == table, "\(again.errors)")
    }

    static let mistakes: [(settings: String, clean: String, message: [String])] = [
        (
            "threshold: 0.5", "rules: none",
            [
                "error: the predict stage does not say which model is to answer",
                "set 'model' to the folder of a trained model, or connect input 'model' to a train stage",
            ]
        ),
        ("model: init", "rules: none", ["config.json: 'vocab_size' is missing"]),
        ("model: nowhere", "rules: none", ["'model': there is no folder nowhere"]),
        ("model: out/model, threshold: 2", "rules: none", ["'threshold' is 2"]),
        ("model: out/model, abstain: {from: 0.7, to: 0.6}", "rules: none", ["'from' is 0.7, above 'to'"]),
        ("model: out/model, columns: [id, id]", "rules: none", ["'columns' lists 'id' twice"]),
        (
            "model: out/model, columns: [id, text_pair]", "rules: none",
            ["the comments of this dataset are not pairs of texts", "leave text_pair out of 'columns'"]
        ),
        (
            "model: out/model", "rules: kcbert-2020",
            [
                "the texts do not fit the model: they are cleaned by 'kcbert-2020",
                "clean the comments as those of the model's",
            ]
        ),
    ]

    @Test(arguments: mistakes.indices)
    func mistakesAreToldInWords(index: Int) throws {
        let mistake = Self.mistakes[index]
        let sandbox = try sandbox()
        try sandbox.write(Self.pipeline(mistake.settings, clean: mistake.clean), to: "p.yaml")
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status != 0)
        for part in mistake.message { #expect(outcome.errors.contains(part), "\(outcome.errors)") }
        #expect(!outcome.errors.contains("artifacts"))
        // What is known before anything runs keeps it from running.
        if index < 6 { #expect(try sandbox.splitvote("validate", "p.yaml").status == 2) }
    }
}
