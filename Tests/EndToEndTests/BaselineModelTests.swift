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
}
