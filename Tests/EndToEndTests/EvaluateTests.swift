import Foundation
import StageKit
import Testing

/// `evaluate` on tables, for models of every task: what it says is what the stage says of the same rows.
struct EvaluateTests {
    private func trained(
        _ columns: String, ingest: String = "sides: {train: \"*train*\", test: \"*test*\"}", train: String,
        test: String
    ) throws -> Sandbox {
        let sandbox = try LabeledRows.sandbox(
            LabeledRows.pipeline(columns, ingest: ingest), ["train.tsv": train, "test.tsv": test])
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 0, "\(outcome.errors)")
        return sandbox
    }

    private func evaluate(_ sandbox: Sandbox, _ arguments: String...) throws -> JSONValue {
        let outcome = try sandbox.splitvote(["evaluate", "--model", "out/model", "--json"] + arguments)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return try JSONValue(parsing: outcome.output)
    }

    private func expectEqual(_ names: [String], _ figures: JSONValue, _ sandbox: Sandbox) throws {
        let stage = try JSONValue(parsing: try sandbox.read("out/scores.json"))
        for name in names {
            let (one, other) = (figures[name]?.doubleValue ?? .nan, stage[name]?.doubleValue ?? .nan)
            #expect(abs(one - other) < 1e-6, "\(name): \(one), \(other)")
        }
    }

    @Test func anyNumberOfLabelsAsListOrAsColumns() throws {
        let sandbox = try trained(
            "id: id, text: text, labels: [sun, rain, wind]", train: LabeledRows.flags(120),
            test: LabeledRows.flags(60, from: 120))
        let list = try evaluate(sandbox, "--text", "text", "--label", "all", "data/test.tsv")
        try expectEqual(
            ["rows", "exact_match", "micro_f1", "macro_f1", "weighted_f1", "log_loss", "roc_auc", "pr_auc"],
            list,
            sandbox)
        #expect(list["intervals"]?["micro_f1"]?.arrayValue?.count == 2)
        #expect(list["classes"]?.arrayValue?.count == 3)
        #expect(try evaluate(sandbox, "--text", "text", "--label", "sun,rain,wind", "data/test.tsv") == list)
        #expect(try evaluate(sandbox, "--text", "text", "--label", "wind,sun,rain", "data/test.tsv") == list)

        let words = try sandbox.splitvote(
            "evaluate", "--model", "out/model", "--text", "text", "--label", "all", "data/test.tsv")
        #expect(
            words.output.contains("exact_match\t")
                && words.output.contains("label\tprecision\trecall\tf1\trows\tthreshold"))
        let two = try sandbox.splitvote(
            "evaluate", "--model", "out/model", "--text", "text", "--label", "sun,rain", "data/test.tsv")
        #expect(
            two.status != 0
                && two.errors.contains(
                    "--label names 2 columns, and out/model has the labels sun, rain, wind"),
            "\(two.errors)")
        let text = try sandbox.splitvote(
            "evaluate", "--model", "out/model", "--text", "text", "--label", "text", "data/test.tsv")
        #expect(text.status != 0 && text.errors.contains("out/model knows sun, rain, wind"), "\(text.errors)")
    }

    @Test func scoresOfPairs() throws {
        let sandbox = try trained(
            "text: a, text_pair: b, score: score", train: LabeledRows.pairs(120),
            test: LabeledRows.pairs(40, from: 120))
        let figures = try evaluate(
            sandbox, "--title-column", "a", "--text", "b", "--label", "score", "data/test.tsv")
        try expectEqual(["rows", "pearson", "spearman", "rmse", "mae"], figures, sandbox)
        let alone = try sandbox.splitvote(
            "evaluate", "--model", "out/model", "--text", "b", "--label", "score", "data/test.tsv")
        #expect(
            alone.status != 0 && alone.errors.contains("was trained on pairs of texts")
                && alone.errors.contains("--text with the first text, --pair-column with the second"),
            "\(alone.errors)")
        let gold = try sandbox.splitvote(
            "evaluate", "--model", "out/model", "--title-column", "a", "--text", "b", "--label", "gold",
            "data/test.tsv")
        #expect(
            gold.status != 0
                && gold.errors.contains("row 1 has the score 'other'; a score is a number such as 3.8"),
            "\(gold.errors)")
    }

    @Test func classesOfPairsAndTheirPredictions() throws {
        let sandbox = try trained(
            "text: a, text_pair: b, label: gold", train: LabeledRows.pairs(120),
            test: LabeledRows.pairs(40, from: 120))
        let figures = try evaluate(
            sandbox, "--title-column", "a", "--text", "b", "--label", "gold", "--predictions", "rows.tsv",
            "data/test.tsv")
        #expect(figures["rows"]?.intValue == 40)
        #expect(figures["classes"]?.arrayValue?.compactMap { $0["name"]?.stringValue } == ["other", "same"])
        #expect(
            try evaluate(sandbox, "--text", "a", "--pair-column", "b", "--label", "gold", "data/test.tsv")
                == figures)
        let both = try sandbox.splitvote(
            "evaluate", "--model", "out/model", "--text", "a", "--pair-column", "b", "--title-column", "b",
            "--label", "gold", "data/test.tsv")
        #expect(
            both.status != 0 && both.errors.contains("--title-column and --pair-column exclude each other"),
            "\(both.errors)")
        #expect(try sandbox.read("rows.tsv").hasPrefix("gold\tlabel\tprobability\tp_other\tp_same\n"))

        // What the folder's rule makes of the scores is told by the stage too.
        let stage = try JSONValue(parsing: try sandbox.read("out/scores.json"))
        #expect((figures["as_answered"] == nil) == (stage["as_answered"] == nil))
        for name in ["rows", "without_answer", "accuracy", "macro_f1", "mcc", "log_loss", "ece"] {
            guard let other = stage["as_answered"]?[name]?.doubleValue else { continue }
            let one = figures["as_answered"]?[name]?.doubleValue ?? .nan
            #expect(abs(one - other) < 1e-5, "\(name): \(one), \(other)")
        }

        // Half a pair has no answer.
        try sandbox.write("a\tb\nx\ty\n\ty\nx\t\n", to: "half.tsv")
        let half = try sandbox.splitvote(
            "predict", "--model", "out/model", "--title-column", "a", "--column", "b", "half.tsv")
        #expect(
            half.errors.contains("2 rows of 3 rows had no text and got an empty answer"), "\(half.errors)")
        #expect(half.output.split(separator: "\n").count { $0.hasPrefix("\t") } == 2)
    }

    private static let labels = "id: id, text: document, label: label"

    private func classified() throws -> Sandbox {
        try trained(
            Self.labels, train: LabeledRows.classes(120, labels: ["good", "bad", "fair"]),
            test: LabeledRows.classes(30, from: 120, labels: ["good", "bad", "fair"]))
    }

    private static func predicting(_ predictions: String, text: String = "document", _ table: String...)
        -> [String]
    {
        [
            "evaluate", "--model", "out/model", "--text", text, "--label", "label", "--predictions",
            predictions,
        ]
            + table
    }

    @Test func theTableIsNeverOverwrittenByItsPredictions() throws {
        let sandbox = try classified()
        let table = try sandbox.read("data/test.tsv")
        let manager = FileManager.default
        func place(_ name: String) -> String { sandbox.folder.appending(path: name).path }
        try manager.createSymbolicLink(atPath: place("soft.tsv"), withDestinationPath: "data/test.tsv")
        try manager.linkItem(atPath: place("data/test.tsv"), toPath: place("hard.tsv"))
        for name in ["data/test.tsv", "./data/../data/test.tsv", "soft.tsv", "hard.tsv"] {
            let outcome = try sandbox.splitvote(Self.predicting(name, "data/test.tsv"))
            #expect(outcome.status != 0)
            #expect(
                outcome.errors.contains("--predictions \(name) would overwrite the table that is read"),
                "\(outcome.errors)")
        }
        try sandbox.write(table, to: "out.tsv.partial")
        let aside = try sandbox.splitvote(Self.predicting("out.tsv", "out.tsv.partial"))
        #expect(aside.status != 0 && aside.errors.contains("would overwrite"), "\(aside.errors)")
        #expect(try sandbox.read("data/test.tsv") == table)
        #expect(try sandbox.read("out.tsv.partial") == table)
        #expect(!sandbox.exists("out.tsv"))
    }

    @Test func earlierPredictionsStayUntilTheNewOnesAreWhole() throws {
        let sandbox = try classified()
        try sandbox.write("earlier\n", to: "kept/rows.tsv")
        try FileManager.default.createSymbolicLink(
            atPath: sandbox.folder.appending(path: "rows.tsv").path, withDestinationPath: "kept/rows.tsv")
        let mistyped = try sandbox.splitvote(Self.predicting("rows.tsv", text: "documnet", "data/test.tsv"))
        #expect(mistyped.status != 0 && mistyped.errors.contains("documnet"), "\(mistyped.errors)")
        try sandbox.write("id\tdocument\tlabel\n", to: "empty.tsv")
        #expect(try sandbox.splitvote(Self.predicting("rows.tsv", "empty.tsv")).status != 0)
        #expect(try sandbox.read("kept/rows.tsv") == "earlier\n")
        #expect(try sandbox.files(below: "kept") == ["rows.tsv"])

        let whole = try sandbox.splitvote(Self.predicting("rows.tsv", "data/test.tsv"))
        #expect(whole.status == 0, "\(whole.errors)")
        // The link still leads there.
        #expect(try sandbox.read("kept/rows.tsv").split(separator: "\n").count == 31)
        let pipe = try sandbox.run(
            URL(filePath: "/bin/sh"),
            ["-c", "mkfifo pipe; cat pipe > got.tsv & \"$0\" \"$@\"; wait", Sandbox.command.path]
                + Self.predicting("pipe", "data/test.tsv"))
        #expect(pipe.status == 0, "\(pipe.errors)")
        #expect(try sandbox.read("got.tsv") == sandbox.read("kept/rows.tsv"))
    }

    @Test func aKeptColumnAndTheAnswersHaveNamesOfTheirOwn() throws {
        let sandbox = try classified()
        let scored = try sandbox.splitvote(
            Self.predicting("rows.tsv", "data/test.tsv") + ["--keep", "id,label"])
        #expect(scored.status == 0, "\(scored.errors)")
        let header = try sandbox.read("rows.tsv").split(separator: "\n")[0]
        #expect(header == "label\tid\tpredicted\tprobability\tp_bad\tp_fair\tp_good")
        let answered = try sandbox.splitvote(
            "predict", "--model", "out/model", "--column", "document", "--keep", "label,label",
            "data/test.tsv")
        #expect(
            answered.output.hasPrefix("label\tpredicted\tprobability\tp_bad\t"), "\(answered.errors)")
    }

    @Test func exportsOfVotesAreScoredByTheNumbersOfTheirClasses() throws {
        let sandbox = try Sandbox()
        try sandbox.write(SampleComments.table(), to: "data/day1.tsv")
        try sandbox.write(SampleComments.tinyConfiguration, to: "init/config.json")
        let training = SampleComments.training.replacing(
            "seed: 1}}\n  scores", with: "seed: 1, path: out/model}}\n  scores"
        ).replacing("{split: test}", with: "{split: test, path: out/scores.json}")
        try sandbox.write(SampleComments.pipeline() + training, to: "p.yaml")
        let run = try sandbox.splitvote("run", "p.yaml")
        #expect(run.status == 0, "\(run.errors)")

        let outcome = try sandbox.splitvote(
            "evaluate", "--model", "out/model", "--text", "document", "--label", "label", "--json",
            "--escapes",
            "out/test.tsv")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(
            outcome.errors.components(
                separatedBy: "labels 0 and 1 were taken as uncontroversial, controversial"
            )
            .count == 2, "\(outcome.errors)")
        let names = ["rows", "accuracy", "macro_f1", "mcc"]
        let figures = try JSONValue(parsing: outcome.output)
        let stage = try JSONValue(parsing: try sandbox.read("out/scores.json"))
        for name in names {
            let (one, other) = (figures[name]?.doubleValue ?? .nan, stage[name]?.doubleValue ?? .nan)
            #expect(abs(one - other) < 1e-6, "\(name): \(one), \(other)")
        }

        try sandbox.write("document\tlabel\na\t2\n", to: "two.tsv")
        let none = try sandbox.splitvote(
            "evaluate", "--model", "out/model", "--text", "document", "--label", "label", "two.tsv")
        #expect(
            none.status != 0
                && none.errors.contains(
                    "row 1 has the label '2'; out/model knows uncontroversial, controversial"),
            "\(none.errors)")
    }

    @Test func aNumberIsNoPlaceWhereClassesAreCalledByNumbers() throws {
        let sandbox = try trained(
            Self.labels, train: LabeledRows.classes(120, labels: ["3", "fair", "8"]),
            test: LabeledRows.classes(30, from: 120, labels: ["3", "fair", "8"]))
        try sandbox.write("document\tlabel\na\t0\n", to: "zero.tsv")
        let zero = try sandbox.splitvote(
            "evaluate", "--model", "out/model", "--text", "document", "--label", "label", "zero.tsv")
        #expect(zero.status != 0 && zero.errors.contains("row 1 has the label '0'"), "\(zero.errors)")
        let named = try sandbox.splitvote(
            "evaluate", "--model", "out/model", "--text", "document", "--label", "label", "data/test.tsv")
        #expect(named.status == 0 && !named.errors.contains("taken as"), "\(named.errors)")
    }
}
