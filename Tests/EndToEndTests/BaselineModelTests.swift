import Foundation
import StageKit
import Testing

/// `train` with `model: tfidf`, `length` or `majority`: from the pipeline file to scores, answers and errors.
struct BaselineModelTests {
    private static let encoder = "init: init, batch_size: 8, seed: 1, path: out/model, "

    private static func pipeline(_ columns: String, train: String, split: String = "method: given") -> String
    {
        LabeledRows.pipeline(columns, split: split, train: train).replacing(
            encoder, with: "path: out/model, ")
    }

    private func scores(_ columns: String, train: String, _ rows: (Int, Int) -> String) throws -> (
        Sandbox, JSONValue
    ) {
        let sandbox = try LabeledRows.sandbox(
            Self.pipeline(columns, train: train), ["train.tsv": rows(150, 0), "test.tsv": rows(60, 150)])
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let again = try sandbox.splitvote("run", "p.yaml")
        #expect(again.errors.contains("nothing to do"), "\(again.errors)")
        return (sandbox, try JSONValue(parsing: try sandbox.read("out/scores.json")))
    }

    @Test func classesAreLearnedAndAskedForInAllWays() throws {
        let (sandbox, scores) = try scores("id: id, text: document, label: label", train: "model: tfidf") {
            LabeledRows.classes($0, from: $1)
        }
        #expect(try #require(scores["accuracy"]?.doubleValue) > 0.95)
        let command = try sandbox.splitvote(
            "evaluate", "--model", "out/model", "--json", "--text", "document", "--label", "label",
            "data/test.tsv")
        let found = try JSONValue(parsing: command.output)
        for name in ["rows", "accuracy", "macro_f1", "log_loss", "roc_auc"] {
            let (one, other) = (found[name]?.doubleValue ?? .nan, scores[name]?.doubleValue ?? .nan)
            #expect(abs(one - other) < 1e-6, "\(name): \(one), \(other)")
        }
        let predicted = try sandbox.splitvote(
            "predict", "--model", "out/model", input: "좋은 날씨 맑다\n나쁜 소식 흐리다\n")
        let lines = predicted.output.split(separator: "\n").map { $0.split(separator: "\t") }
        #expect(
            lines.dropFirst().map { $0.first ?? "" } == ["0", "1"], "\(predicted.output)\(predicted.errors)")
        let report = try sandbox.read("out/report.html")
        #expect(report.contains("The model is TF-IDF with a linear model"))
        let card = try sandbox.read("out/model/README.md")
        #expect(card.contains("| C | macro_f1 |") && card.contains("150 rows") == false)
    }

    @Test(arguments: [
        ("id: id, text: text, labels: [sun, rain, wind]", "micro_f1", 0.8)
    ])
    func anyNumberOfClasses(columns: String, metric: String, least: Double) throws {
        let (_, scores) = try scores(columns, train: "model: tfidf") { LabeledRows.flags($0, from: $1) }
        #expect(try #require(scores[metric]?.doubleValue) > least)
    }

    @Test func theMostFrequentAnswerIsNoMistake() throws {
        let sandbox = try LabeledRows.sandbox(
            Self.pipeline("id: id, text: document, label: label", train: "model: majority"),
            ["train.tsv": LabeledRows.classes(150), "test.tsv": LabeledRows.classes(60, from: 150)])
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 0 && !outcome.errors.contains("warning: the model"), "\(outcome.errors)")
        let scores = try JSONValue(parsing: try sandbox.read("out/scores.json"))
        #expect(abs(try #require(scores["log_loss"]?.doubleValue) - 1.0986) < 0.01)
    }

    @Test func aPredictStageAnswersEveryComment() throws {
        let sandbox = try Sandbox()
        try sandbox.write(SampleComments.table(), to: "data/day1.tsv")
        try sandbox.write(SampleComments.tinyConfiguration, to: "init/config.json")
        let training = SampleComments.training.replacing(
            "init: init, epochs: 2, batch_size: 8, learning_rate: 1e-3, seed: 1",
            with: "model: tfidf, tfidf: {analyzer: [char_wb, word], C: [1]}")
        try sandbox.write(
            SampleComments.pipeline() + training
                + "  answers: {uses: predict, from: {comments: clean, model: model}, with: {path: out/answers.tsv}}\n",
            to: "p.yaml")
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("rows 120, scored 120"), "\(outcome.errors)")
        #expect(try sandbox.read("out/answers.tsv").split(separator: "\n").count == 121)
        let relabeled = try sandbox.splitvote("run", "p.yaml", "-S", "min_votes=30")
        #expect(relabeled.status == 0, "\(relabeled.errors)")
    }

    static let refused: [(String, String)] = [
        ("model: tfidf, epochs: 3", "'epochs' is for encoders, and the model is tfidf"),
        ("model: length, init: init", "'init' is for encoders, and the model is length"),
        ("model: length, tfidf: {min_df: 1}", "'tfidf' is for model: tfidf, and the model is length"),
        ("init: init, tfidf: {min_df: 1}", "'tfidf' is for model: tfidf, and the model is an encoder"),
        ("model: tfidf, tfidf: {analyzer: [word, word]}", "'tfidf.analyzer' lists 'word' twice"),
        ("model: tfidf, tfidf: {analyzer: []}", "analyzer"),
        ("model: tfidf, tfidf: {ngram_range: [1, 2.5]}", "'ngram_range' takes whole numbers"),
        ("model: tfidf, tfidf: {C: [0]}", "C"),
        ("model: bert", "model"),
    ]

    @Test(arguments: refused)
    func whatMeansNothingIsRefusedBeforeARun(train: String, message: String) throws {
        let sandbox = try LabeledRows.sandbox(
            Self.pipeline("id: id, text: document, label: label", train: train),
            ["train.tsv": LabeledRows.classes(30), "test.tsv": LabeledRows.classes(9, from: 30)])
        let outcome = try sandbox.splitvote("validate", "p.yaml")
        #expect(outcome.status != 0 && outcome.errors.contains(message), "\(outcome.errors)")
    }

    /// The most frequent answer needs no texts; what TF-IDF would need is said.
    @Test func besideModelsOfPairsStandsTheMostFrequentAnswer() throws {
        let sandbox = try LabeledRows.sandbox(
            LabeledRows.pipeline(
                "text: a, text_pair: b, label: gold", train: "epochs: 1, learning_rate: 3e-3"),
            ["train.tsv": LabeledRows.pairs(60), "test.tsv": LabeledRows.pairs(20, from: 60)])
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let scores = try JSONValue(parsing: try sandbox.read("out/scores.json"))
        #expect(scores["baselines"]?.arrayValue?.map { $0["name"]?.stringValue } == ["majority"])
        #expect(scores["tfidf_score"] == nil && scores["majority_score"] != nil)
        let why =
            "the rows are pairs of texts, and shards do not name the second ones, which TF-IDF would read"
        #expect(scores["baselines_absent"]?.stringValue == why)
        #expect(try sandbox.read("out/report.html").contains("Baselines are missing: \(why)."))
    }

    @Test func pairsAndRareRunsAreRefusedInWords() throws {
        let pairs = try LabeledRows.sandbox(
            Self.pipeline("text: a, text_pair: b, label: gold", train: "model: tfidf"),
            ["train.tsv": LabeledRows.pairs(60), "test.tsv": LabeledRows.pairs(20, from: 60)])
        let one = try pairs.splitvote("run", "p.yaml")
        #expect(one.status != 0 && one.errors.contains("these rows are pairs of texts"), "\(one.errors)")
        let rare = try LabeledRows.sandbox(
            Self.pipeline(
                "id: id, text: document, label: label", train: "model: tfidf, tfidf: {min_df: 500}"),
            ["train.tsv": LabeledRows.classes(30), "test.tsv": LabeledRows.classes(9, from: 30)])
        let other = try rare.splitvote("run", "p.yaml")
        #expect(other.status != 0 && other.errors.contains("no n-gram is in 500 or more"), "\(other.errors)")
    }

    // MARK: Beside other models

    private static let columns = "id: id, text: document, label: label"

    private func trained(_ train: String, _ pipeline: (String) -> String = { $0 }) throws -> Sandbox {
        let sandbox = try LabeledRows.sandbox(
            pipeline(Self.pipeline(Self.columns, train: train)),
            ["train.tsv": LabeledRows.classes(150), "test.tsv": LabeledRows.classes(60, from: 150)])
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 0, "\(outcome.errors)")
        return sandbox
    }

    /// Checks, status and the report all have what baselines score on the same rows.
    @Test func everyScoreStandsBesideBaselines() throws {
        let checked = "{predictions: out/predictions.tsv, path: out/scores.json, card: out/card.md}"
        let sandbox = try trained("model: length") {
            $0.replacing(
                "{predictions: out/predictions.tsv, path: out/scores.json}}",
                with: checked + ", checks: [{that: over_tfidf_high, at_least: 0, else: warn}, "
                    + "{that: over_majority, at_least: -1}]}")
        }
        let scores = try JSONValue(parsing: try sandbox.read("out/scores.json"))
        #expect(try #require(scores["tfidf_score"]?.doubleValue) > 0.95)
        #expect(try #require(scores["over_tfidf"]?.doubleValue) < 0)
        #expect(scores["baselines"]?.arrayValue?.count == 2)
        let status = try sandbox.splitvote("status", "p.yaml").output
        #expect(status.contains("tfidf score 1, majority score 0.1667"), "\(status)")
        #expect(status.contains("over_tfidf_high is -"), "\(status)")
        let report = try sandbox.read("out/report.html")
        #expect(report.contains(", TF-IDF 1.000: TF-IDF is better by "))
        #expect(report.contains("That is worse than TF-IDF, by more than chance."))
        #expect(report.contains(">The most frequent answer</th>"))
        #expect(report.contains("beside baselines that were fitted to "))
        #expect(
            try sandbox.read("out/card.md").contains("| Score | Model | TF-IDF | The most frequent answer |"))
    }

    @Test func anotherModelIsComparedOnTheSameRows() throws {
        let sandbox = try trained("model: tfidf") {
            $0.replacing(
                "  scores:",
                with:
                    "  other: {uses: train, from: shards, with: {model: length, path: out/length}}\n  scores:"
            )
        }
        let arguments = [
            "evaluate", "--model", "out/model", "--text", "document", "--label", "label", "data/test.tsv",
        ]
        let alone = try sandbox.splitvote(arguments)
        #expect(
            alone.errors.contains(
                "no baselines are beside these scores, since a table has no train side to fit them to; --against"
            ),
            "\(alone.errors)")
        let json = try sandbox.splitvote(arguments + ["--json", "--against", "out/length"])
        let figures = try JSONValue(parsing: json.output)
        let other = try #require(figures["against"]?.arrayValue?.first)
        #expect(
            other["name"] == "out/length" && other["differences"]?.arrayValue?.first?["score"] == "macro_f1")
        #expect(other["scores"]?["rows"] == 60 && figures["baselines_absent"] == nil)
        let length = try JSONValue(
            parsing: try sandbox.splitvote(
                ["evaluate", "--model", "out/length", "--json"] + arguments.dropFirst(3)
            ).output)
        for name in ["accuracy", "macro_f1", "roc_auc", "log_loss"] {
            #expect(other["scores"]?[name] == length[name], "\(name)")
        }
        let words = try sandbox.splitvote(arguments + ["--against", "out/length", "--against", "out/model"])
        #expect(words.output.contains("against\tscore\tvalue\tdifference\tlow\thigh\nout/length\tmacro_f1\t"))
        #expect(words.output.contains(": the model is better by "), "\(words.output)")
        #expect(words.output.contains("out/model 1.000: no difference"), "\(words.output)")
        #expect(!words.errors.contains("no baselines"), "\(words.errors)")
        try sandbox.write(
            try sandbox.read("out/length/config.json").replacing("\"2\"", with: "\"3\""),
            to: "out/length/config.json")
        let unlike = try sandbox.splitvote(arguments + ["--against", "out/length"])
        #expect(unlike.status != 0 && unlike.errors.contains("out/length"), "\(unlike.errors)")
    }

    /// Of models of titles and of texts alone each gets what it reads.
    @Test func aModelOfTitlesIsComparedWithOneOfTextsAlone() throws {
        let sandbox = try Sandbox()
        let table = SampleComments.table().split(separator: "\n").enumerated().map {
            $0.element + ($0.offset == 0 ? "\ttitle" : ($0.element.contains("갈리는") ? "\t논쟁 기사" : "\t소식 기사"))
        }
        try sandbox.write(table.joined(separator: "\n") + "\n", to: "data/day1.tsv")
        try sandbox.write(
            SampleComments.pipeline(("text: text,", "text: text, title: title,"))
                + """
                  vocabulary: {uses: vocabulary, from: clean, with: {size: 300, min_frequency: 1}}
                  plain: {uses: shards, from: {data: split, tokenizer: vocabulary}, with: {max_tokens: 32}}
                  titled: {uses: shards, from: {data: split, tokenizer: vocabulary}, with: {max_tokens: 48, text_pair: title}}
                  one: {uses: train, from: titled, with: {model: tfidf, path: out/titled}}
                  two: {uses: train, from: plain, with: {model: tfidf, path: out/plain}}
                  scores: {uses: evaluate, from: {model: one, data: titled}, with: {path: out/scores.json}}

                """, to: "p.yaml")
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let scores = try JSONValue(parsing: try sandbox.read("out/scores.json"))
        #expect(scores["baselines"]?.arrayValue?.first?["titles"] == true)
        try sandbox.write(
            "text\ttitle\tlabel\n찬성과 반대가 갈리는 의견\t논쟁 기사\tcontroversial\n모두가 고개를 끄덕이는 의견\t소식 기사\tuncontroversial\n",
            to: "new.tsv")
        func compare(_ arguments: String...) throws -> Sandbox.Outcome {
            try sandbox.splitvote(
                [
                    "evaluate", "--model", "out/titled", "--against", "out/plain", "--text", "text",
                    "--label", "label",
                ]
                    + arguments + ["new.tsv"])
        }
        let both = try compare("--title-column", "title")
        #expect(both.status == 0 && both.output.contains("\nout/plain\tmacro_f1\t1"), "\(both.errors)")
        let none = try compare()
        #expect(none.status != 0 && none.errors.contains("--title-column with the title"), "\(none.errors)")
        // A text without a known run leaves the title to decide.
        try sandbox.write("text\ttitle\nzzz\t논쟁 기사\n", to: "title.tsv")
        let explained = try sandbox.splitvote(
            "predict", "--model", "out/titled", "--explain", "--column", "text", "--title-column", "title",
            "title.tsv")
        #expect(explained.output.contains("(title)"), "\(explained.output)\(explained.errors)")
    }

    @Test func whatMovedAnAnswerIsTold() throws {
        let sandbox = try trained("model: tfidf, tfidf: {analyzer: word}")
        func predict(_ arguments: String..., model: String = "out/model") throws -> Sandbox.Outcome {
            try sandbox.run(
                Sandbox.command, ["predict", "--model", model] + arguments, input: "좋은 날씨 맑다\n")
        }
        let tsv = try predict("--explain").output.split(separator: "\n").map { $0.split(separator: "\t") }
        #expect(tsv.first?.last == "reasons")
        #expect(tsv.last?.last?.hasPrefix("+") == true && tsv.last?.last?.contains("\"좋은\"") == true)
        let json = try JSONValue(parsing: try predict("--explain", "--format", "jsonl").output)
        let reasons = try #require(json["reasons"]?.arrayValue)
        #expect(
            reasons.count > 1 && reasons.allSatisfy { $0["label"] == json["label"] && $0["field"] == "text" })
        let effects = reasons.compactMap { $0["effect"]?.doubleValue }
        #expect(effects.map(abs) == effects.map(abs).sorted(by: >) && effects[0] > 0)
        let words = try predict("--explain", "--format", "words").output
        #expect(words.hasPrefix("0  0.") && words.contains("\n  +") && words.hasSuffix("\n\n"), "\(words)")
        #expect(try predict().output.split(separator: "\n").first?.contains("reasons") == false)
        try sandbox.write(
            LabeledRows.pipeline(Self.columns, train: "epochs: 1, learning_rate: 3e-3").replacing(
                "out/", with: "out2/"), to: "q.yaml")
        #expect(try sandbox.splitvote("run", "q.yaml").status == 0)
        let encoder = try predict("--explain", model: "out2/model")
        #expect(
            encoder.status != 0 && encoder.output.isEmpty
                && encoder.errors.contains(
                    "out2/model is an encoder: no single part of a text has a weight that moves its answers"),
            "\(encoder.errors)")
    }

    /// Rows of any number of classes have reasons for each class that is given.
    @Test func reasonsOfSeveralClassesAreToldApart() throws {
        let (sandbox, _) = try scores("id: id, text: text, labels: [sun, rain, wind]", train: "model: tfidf")
        {
            LabeledRows.flags($0, from: $1)
        }
        let found = try sandbox.splitvote(
            "predict", "--model", "out/model", "--explain", "--format", "jsonl",
            input: "글 좋은 날씨 맑다 나쁜 소식 흐리다\n")
        let json = try JSONValue(parsing: found.output)
        let labels = Set((json["reasons"]?.arrayValue ?? []).compactMap { $0["label"]?.stringValue })
        #expect(labels == Set((json["labels"]?.arrayValue ?? []).compactMap(\.stringValue)))
        #expect(labels.count == 2, "\(found.output)")
    }

    // MARK: With what else a pipeline may say

    private func comments(_ train: String, split: String? = nil) throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write(SampleComments.table(), to: "data/day1.tsv")
        let training = SampleComments.training.replacing(
            "init: init, epochs: 2, batch_size: 8, learning_rate: 1e-3, seed: 1", with: train
        ).replacing("{split: test}", with: "{split: test, path: out/scores.json}")
        var pipeline = SampleComments.pipeline()
        if let split {
            pipeline = pipeline.replacing("shares: {train: 0.6, dev: 0.2, test: 0.2}, salt: v1", with: split)
        }
        try sandbox.write(pipeline + training, to: "p.yaml")
        return sandbox
    }

    @Test func votesAreTargetsOfABaselineToo() throws {
        let sandbox = try comments("model: tfidf, targets: votes, path: out/model")
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let scores = try JSONValue(parsing: try sandbox.read("out/scores.json"))
        #expect(try #require(scores["accuracy"]?.doubleValue) > 0.9)
        // Votes are never quite sure, and so is a model of them; the baseline beside it learns from labels.
        let loss = try #require(scores["log_loss"]?.doubleValue)
        let beside = try #require(scores["baselines"]?.arrayValue?.first?["scores"]?["log_loss"]?.doubleValue)
        #expect(loss != beside)
        let labels = try comments("model: tfidf, path: out/model")
        #expect(try labels.splitvote("run", "p.yaml").status == 0)
        let same = try JSONValue(parsing: try labels.read("out/scores.json"))
        #expect(same["log_loss"] == same["baselines"]?.arrayValue?.first?["scores"]?["log_loss"])
    }

    @Test(arguments: ["", ", dev: 0.2"])
    func aBaselineIsFittedInEachFold(dev: String) throws {
        for fold in 1...2 {
            let sandbox = try comments(
                "model: tfidf, path: out/model",
                split: "method: folds, folds: 2, fold: \(fold)\(dev), salt: v1")
            let outcome = try sandbox.splitvote("run", "p.yaml")
            #expect(outcome.status == 0, "\(outcome.errors)")
            let scores = try JSONValue(parsing: try sandbox.read("out/scores.json"))
            #expect(try #require(scores["accuracy"]?.doubleValue) > 0.9)
            #expect(scores["tfidf_score"] == scores["macro_f1"])
        }
    }

    /// Once a comment is forgotten, the model that is made again knows none of its words.
    @Test func aForgottenCommentLeavesNoWordsBehind() throws {
        let sandbox = try comments("model: tfidf, tfidf: {analyzer: word, min_df: 1}, path: out/model")
        let word = "достопримечательности"
        let table = SampleComments.table().split(separator: "\n").map(String.init).enumerated().map {
            $0.offset == 0
                ? "id\t" + $0.element
                : "k\($0.offset)\t" + $0.element.replacing("의견", with: "의견 낱말\($0.offset)")
        }
        let rare = (1...12).map { "r\($0)\t1\t\(1000 + $0 - 1)\t\(word)\t30\t30\t20251001" }
        try sandbox.write((table + rare).joined(separator: "\n") + "\n", to: "data/day1.tsv")
        try sandbox.write(
            try sandbox.read("p.yaml").replacing("columns: {", with: "columns: {key: id, ").replacing(
                "salt: v1", with: "salt: v1, copies: keep"), to: "p.yaml")
        let first = try sandbox.splitvote("run", "p.yaml")
        #expect(first.status == 0, "\(first.errors)")
        func holds() throws -> Bool {
            try sandbox.data("out/model/model.safetensors").range(of: Data(word.utf8)) != nil
        }
        #expect(try holds())
        try sandbox.write((1...12).map { "sample:r\($0)\n" }.joined(), to: "list.txt")
        #expect(try sandbox.splitvote("forget", "p.yaml", "list.txt").status == 0)
        let next = try sandbox.splitvote("run", "p.yaml")
        #expect(next.status == 0, "\(next.errors)")
        #expect(try !holds())
        let beside = try sandbox.files(below: ".").filter { $0.hasSuffix("baselines.json") }
        #expect(!beside.isEmpty)
        for file in beside {
            #expect(try sandbox.data(file).range(of: Data(word.utf8)) == nil, "\(file)")
        }
    }
}
