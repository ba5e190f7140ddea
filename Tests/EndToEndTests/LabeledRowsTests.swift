import Foundation
import Testing

/// Rows that come with labels: from the user's table to a report, without votes.
struct LabeledRowsTests {
    private func rows(_ sandbox: Sandbox, _ path: String) throws -> [[String]] {
        try sandbox.read(path).split(separator: "\n").map {
            $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
    }

    private func run(_ sandbox: Sandbox, _ arguments: String...) throws {
        let outcome = try sandbox.splitvote(["run", "p.yaml", "--quiet"] + arguments)
        try #require(outcome.status == 0, "\(outcome.errors)")
    }

    private func scores(_ sandbox: Sandbox) throws -> [String: Any] {
        try #require(
            try JSONSerialization.jsonObject(with: sandbox.data("out/scores.json")) as? [String: Any])
    }

    @Test func threeClassesGoFromTablesToAReportUnderTheirOwnNames() throws {
        let sandbox = try LabeledRows.sandbox(
            LabeledRows.pipeline(
                "id: id, text: document, label: label",
                ingest:
                    "classes: {0: sunny, 1: rainy, 2: plain}, sides: {train: \"*train*\", test: \"*test*\"}"),
            [
                "ratings_train.txt": LabeledRows.classes(90),
                "ratings_test.txt": LabeledRows.classes(30, from: 90),
            ])
        try run(sandbox)
        let test = try rows(sandbox, "out/test.tsv")
        #expect(test.count == 31 && test[0] == ["id", "document", "label"])
        #expect(test[1] == ["mine:90", "좋은 날씨 맑다 90 번째", "sunny"])
        // Dev is a part of the training rows that was not assigned by hand.
        let (train, dev) = (
            try rows(sandbox, "out/train.tsv").count, try rows(sandbox, "out/dev.tsv").count
        )
        #expect(train + dev == 92 && (3..<22).contains(dev - 1), "\(dev - 1) dev rows")
        #expect(try sandbox.read("out/README.md").contains("one of sunny, rainy, plain each"))
        #expect(try !sandbox.read("out/README.md").contains("otes"))
        #expect(try sandbox.read("out/model/config.json").contains("\"2\": \"plain\""))
        #expect(
            try sandbox.read("out/model/README.md").contains("# A classifier of texts: sunny, rainy, plain"))
        let report = try sandbox.read("out/report.html")
        #expect(
            report.contains(
                "120 rows with labels were read from 2 files, of which 120 have a text and a label"),
            "\(report)")
        #expect(report.contains("rainy") && !report.contains("ontroversial"))
        let predictions = try rows(sandbox, "out/predictions.tsv")
        #expect(predictions[0] == ["id", "split", "label", "predicted", "p_sunny", "p_rainy", "p_plain"])
        #expect(predictions.count == 31)
        let answers = try sandbox.splitvote("predict", "--model", "out/model", input: "좋은 날씨 맑다\n")
        #expect(
            answers.output.hasPrefix("label\tprobability\tp_sunny\tp_rainy\tp_plain\n"), "\(answers.errors)")
        let scores = try scores(sandbox)
        #expect(scores["rows"] as? Int == 30 && scores["mcc"] is Double && scores["pr_auc"] is Double)
        #expect((scores["intervals"] as? [String: [Double]])?["accuracy"]?.count == 2)
        for (name, schema) in [("manifest.json", "shards"), ("tsv-manifest.json", "export")] {
            let path = try #require(
                try sandbox.files(below: ".").first {
                    $0.hasSuffix("/" + name)
                        && (schema == "export" ? $0.hasPrefix("out") : $0.contains("shards/"))
                })
            let problems = try JSONSchema(schema).problems(of: sandbox.read(path))
            #expect(problems.isEmpty, "\(path): \(problems)")
        }
        let again = try sandbox.splitvote("run", "p.yaml")
        #expect(
            again.errors.contains("0 stages ran, 9 cached") || again.output.contains("0 stages ran, 9 cached")
        )
    }

    @Test func classesInAnOrderAreAnsweredByTheMedianAndScoredByTheirDistance() throws {
        let sandbox = try LabeledRows.sandbox(
            LabeledRows.pipeline(
                "id: id, text: document, label: label",
                ingest:
                    "classes: {0: bad, 1: fair, 2: good}, task: ordinal, sides: {train: \"*train*\", test: \"*test*\"}",
                train: "epochs: 8, learning_rate: 3e-3"),
            ["train.tsv": LabeledRows.classes(90), "test.tsv": LabeledRows.classes(30, from: 90)])
        try run(sandbox)
        let configuration = try sandbox.read("out/model/config.json")
        #expect(configuration.contains("\"problem_type\": \"single_label_classification\""))
        #expect(configuration.contains("\"task\": \"ordinal\""))
        #expect(
            try sandbox.read("out/model/README.md").contains("# A classifier of texts: bad < fair < good"))
        let scores = try scores(sandbox)
        #expect(scores["mae"] is Double && scores["accuracy"] is Double)
        #expect(try #require(scores["qwk"] as? Double) > 0.5, "the words say the classes: \(scores)")
        #expect(try JSONSchema("scores").problems(of: sandbox.read("out/scores.json")).isEmpty)
        #expect((scores["intervals"] as? [String: [Double]])?["qwk"]?.count == 2)
        #expect(try sandbox.read("out/report.html").contains("Quadratic kappa"))
        let command = try sandbox.splitvote(
            "evaluate", "--model", "out/model", "out/test.tsv", "--text", "document", "--label", "label")
        #expect(command.output.contains("\nqwk\t") && command.output.contains("\nmae\t"), "\(command.errors)")
    }

    @Test(arguments: [
        "labels: [sun, rain, wind]", "labels: all",
    ])
    func anyNumberOfClassesComeAsColumnsOrAsAList(columns: String) throws {
        let sandbox = try LabeledRows.sandbox(
            LabeledRows.pipeline(
                "id: id, text: text, \(columns)",
                ingest: "classes: [sun, rain, wind], sides: {train: \"*train*\", test: \"*test*\"}",
                train: "epochs: 30, learning_rate: 3e-3"),
            ["train.tsv": LabeledRows.flags(120), "test.tsv": LabeledRows.flags(30, from: 120)])
        try run(sandbox)
        let test = try rows(sandbox, "out/test.tsv")
        #expect(test[1][2] == #"["sun","rain","wind"]"# && test[2][2] == "[]" && test[3][2] == #"["sun"]"#)
        let configuration = try sandbox.read("out/model/config.json")
        #expect(configuration.contains("\"problem_type\": \"multi_label_classification\""))
        #expect(configuration.contains("\"thresholds\""))
        let scores = try scores(sandbox)
        let micro = try #require(scores["micro_f1"] as? Double)
        #expect(micro > 0.8, "the words say the classes: \(scores)")
        #expect(try JSONSchema("scores").problems(of: sandbox.read("out/scores.json")).isEmpty)
        #expect(
            (scores["classes"] as? [[String: Any]])?.map { $0["name"] as? String } == ["sun", "rain", "wind"])
        #expect(try sandbox.read("out/report.html").contains("micro F1"))
    }

    @Test func pairsWithScoresAreARegression() throws {
        let sandbox = try LabeledRows.sandbox(
            LabeledRows.pipeline(
                "text: a, text_pair: b, score: score", train: "epochs: 12, learning_rate: 1e-2"),
            ["train.tsv": LabeledRows.pairs(120), "test.tsv": LabeledRows.pairs(30, from: 120)])
        try run(sandbox)
        let test = try rows(sandbox, "out/test.tsv")
        #expect(test[0] == ["id", "document", "text_pair", "label"])
        #expect(test[1].dropFirst() == ["하늘이 파랗다 40", "다른 이야기 120", "0.0"])
        let configuration = try sandbox.read("out/model/config.json")
        #expect(configuration.contains("\"problem_type\": \"regression\""))
        #expect(configuration.contains("\"text_pair\": \"text_pair\""))
        let scores = try scores(sandbox)
        let pearson = try #require(scores["pearson"] as? Double)
        #expect(try JSONSchema("scores").problems(of: sandbox.read("out/scores.json")).isEmpty)
        #expect(pearson > 0.7, "the second text says how alike they are: \(scores)")
        #expect(try rows(sandbox, "out/predictions.tsv")[0] == ["id", "split", "score", "predicted"])
        #expect(try sandbox.read("out/report.html").contains("Pearson"))
    }

    @Test func pairsWithClassesKeepTheirFirstTextOnOneSide() throws {
        let sandbox = try LabeledRows.sandbox(
            LabeledRows.pipeline(
                "text: a, text_pair: b, label: gold", ingest: "",
                split: "method: balanced, shares: {train: 0.7, dev: 0.1, test: 0.2}, copies: keep, salt: v2"),
            ["all.tsv": LabeledRows.pairs(90)])
        try run(sandbox)
        var sideOfText: [String: Set<String>] = [:]
        for side in ["train", "dev", "test"] {
            let rows = try rows(sandbox, "out/\(side).tsv").dropFirst()
            for row in rows { sideOfText[row[1], default: []].insert(side) }
            let same = rows.count { $0[3] == "same" }
            #expect(abs(Double(same) / Double(rows.count) - 0.4) < 0.12, "\(side): \(same) of \(rows.count)")
        }
        #expect(sideOfText.count == 30 && sideOfText.values.allSatisfy { $0.count == 1 })
    }

    @Test func aColumnOfSidesIsKeptAsItIs() throws {
        let lines = LabeledRows.classes(60).split(separator: "\n").enumerated().map { number, line in
            line + "\t" + (number == 0 ? "part" : ["train", "train", "validation", "test"][number % 4])
        }
        let sandbox = try LabeledRows.sandbox(
            LabeledRows.pipeline("id: id, text: document, label: label, split: part", ingest: ""),
            ["all.tsv": lines.joined(separator: "\n") + "\n"])
        try run(sandbox, "--until", "tsv")
        for (side, place) in [("dev", 2), ("test", 3)] {
            let ids = try rows(sandbox, "out/\(side).tsv").dropFirst().map { $0[0] }
            #expect(ids == (0..<60).filter { ($0 + 1) % 4 == place }.map { "mine:\($0)" }, "\(side)")
        }
        #expect(try rows(sandbox, "out/train.tsv").count == 31)
    }

    @Test func eachRowIsTheTestOfOneFold() throws {
        let sandbox = try LabeledRows.sandbox(
            LabeledRows.pipeline(
                "id: id, text: document, label: label", ingest: "",
                split: "method: folds, folds: 3, fold: 1, dev: 0.2, copies: keep"),
            ["all.tsv": LabeledRows.classes(90)])
        var tested: [String] = []
        for fold in 1...3 {
            try run(sandbox, "--until", "tsv", "-S", "split.fold=\(fold)")
            let test = try rows(sandbox, "out/test.tsv").dropFirst().map { $0[0] }
            let others = try ["train", "dev"].flatMap {
                try rows(sandbox, "out/\($0).tsv").dropFirst().map { $0[0] }
            }
            #expect(test.count > 15 && test.count + others.count == 90)
            #expect(Set(test).isDisjoint(with: others))
            tested += test
        }
        #expect(Set(tested).count == 90 && tested.count == 90)
    }

    @Test func aForgottenRowIsGoneFromThenOn() throws {
        let sandbox = try LabeledRows.sandbox(
            LabeledRows.pipeline("id: id, text: document, label: label"),
            ["train.tsv": LabeledRows.classes(30), "test.tsv": LabeledRows.classes(9, from: 30)])
        try run(sandbox, "--until", "tsv")
        #expect(try sandbox.read("out/test.tsv").contains("mine:33\t"))
        try sandbox.write("mine:33\n", to: "list.txt")
        let forgotten = try sandbox.splitvote("forget", "p.yaml", "list.txt")
        try #require(forgotten.status == 0, "\(forgotten.errors)\(forgotten.output)")
        try run(sandbox, "--until", "tsv")
        #expect(try !sandbox.read("out/test.tsv").contains("mine:33\t"))
        #expect(try rows(sandbox, "out/test.tsv").count == 9)
    }

    @Test func rowsWithoutALabelAreLeftOutWhereAskedFor() throws {
        let sandbox = try LabeledRows.sandbox(
            LabeledRows.pipeline(
                "id: id, text: document, label: label",
                ingest: "unlabelled: drop, sides: {train: \"*train*\", test: \"*test*\"}"),
            [
                "train.tsv": LabeledRows.classes(30) + "99\t글\t\n",
                "test.tsv": LabeledRows.classes(9, from: 30),
            ])
        let run = try sandbox.splitvote("run", "p.yaml", "--until", "tsv")
        #expect(run.status == 0, "\(run.errors)")
        #expect((run.errors + run.output).contains("left out: 1 row without a label"))
        #expect(try !sandbox.read("out/train.tsv").contains("mine:99"))
    }

    @Test func classesOfUnequalSizeCanBeMadeToCountTheSame() throws {
        let rare = LabeledRows.classes(40, labels: ["0", "0", "1"])
        let sandbox = try LabeledRows.sandbox(
            LabeledRows.pipeline("id: id, text: document, label: label", train: "epochs: 1")
                .replacing("max_tokens: 32", with: "max_tokens: 32, weights: balanced"),
            ["train.tsv": rare, "test.tsv": LabeledRows.classes(9, from: 40, labels: ["0", "0", "1"])])
        try run(sandbox, "--until", "shards")
        let shard = try #require(
            try sandbox.files(below: "artifacts").first { $0.hasSuffix("/test-00000.safetensors") })
        let bytes = try sandbox.data("artifacts/" + shard)
        #expect(String(decoding: bytes.prefix(2_000), as: UTF8.self).contains("\"weights\":\"balanced\""))
        let scores = LabeledRows.pipeline("text: document, score: label", ingest: "")
            .replacing("max_tokens: 32", with: "max_tokens: 32, weights: balanced")
            .replacing("method: given", with: "method: hash")
        let other = try LabeledRows.sandbox(scores, ["all.tsv": rare])
        let refused = try other.splitvote("run", "p.yaml", "--until", "shards")
        #expect(
            refused.status == 1 && refused.errors.contains("the task of these rows is regression"),
            "\(refused.errors)")
    }
}
