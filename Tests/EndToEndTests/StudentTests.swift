import Foundation
import StageKit
import Testing

/// Students of teachers, from the pipeline file: on comments with and without labels, and on rows that came with targets.
struct StudentTests {
    private static let student =
        "  student: {uses: train, from: {data: shards, teacher: [model, tfidf], texts: clean, split: split}, with: {init: small, "
        + "epochs: 2, batch_size: 8, learning_rate: 1e-3, seed: 1, path: out/student, distillation: {hidden: 0.1}}}\n"
        + "  judged: {uses: evaluate, from: {model: [model, student], data: shards}, with: {split: test}}\n"

    private static let small = SampleComments.tinyConfiguration.replacing("32,", with: "16,")
        .replacing("\"num_hidden_layers\": 2", with: "\"num_hidden_layers\": 1")

    /// Twelve comments without a label beside the labeled ones, on articles of their own titles.
    private static func sandbox(
        _ student: String = student, _ replacements: (String, String)...
    ) throws -> Sandbox {
        let sandbox = try Sandbox()
        let more = (0..<12).map { "1\t\(1000 + $0)\t아직 표가 없는 글 \($0)\t1\t0\t20251001" }
        let lines = (SampleComments.table() + more.joined(separator: "\n")).split(separator: "\n")
        let titled = lines.enumerated().map { number, line in
            line + "\t" + (number == 0 ? "headline" : "제목 \(line.split(separator: "\t")[1])")
        }
        try sandbox.write(titled.joined(separator: "\n") + "\n", to: "data/one.tsv")
        let training = SampleComments.training.replacing(
            "  scores:",
            with: "  tfidf: {uses: train, from: shards, with: {model: tfidf}}\n" + student + "  scores:"
        ).replacing("[labels, split, model, scores]", with: "[labels, split, model, student, scores]")
        var pipeline =
            SampleComments.pipeline(("observed_at: seen", "observed_at: seen, title: headline")) + training
        for (old, new) in replacements { pipeline = pipeline.replacing(old, with: new) }
        try sandbox.write(pipeline, to: "p.yaml")
        try sandbox.write(SampleComments.tinyConfiguration, to: "init/config.json")
        try sandbox.write(small, to: "small/config.json")
        return sandbox
    }

    private func figures(_ sandbox: Sandbox, _ stage: String = "student") throws -> JSONValue {
        try JSONValue(
            parsing: try #require(
                try sandbox.sqlite("SELECT figures FROM stage_run WHERE stage = '\(stage)' ORDER BY id DESC")
                    .first
            ))
    }

    @Test func aStudentLearnsFromCommentsWithoutLabelsToo() throws {
        let sandbox = try Self.sandbox()
        let run = try sandbox.splitvote("run", "p.yaml")
        #expect(run.status == 0, "\(run.errors)")
        #expect(try sandbox.splitvote("run", "p.yaml").errors.contains("nothing to do"))
        // All comments of articles are labeled but the twelve; none of dev and test is among them.
        let told = try #require(try figures(sandbox)["distillation"])
        #expect(told["unlabeled"] == 12 && told["teachers"] == 2, "\(told)")
        let card = try sandbox.read("out/student/README.md")
        #expect(card.contains("the mean of the answers of 2 models: an encoder of 2 layers"), "\(card)")
        #expect(card.contains("None of them is on another side of the split than `train`"), "\(card)")
        #expect(card.contains("it learned from 12 without labels"), "\(card)")
        let report = try sandbox.read("out/report.html")
        #expect(report.contains("learned from the answers of 2 teachers, to 12 texts without labels too"))
        let predicted = try sandbox.splitvote(
            "predict", "--model", "out/student", "--column", "document", "out/test.tsv")
        #expect(predicted.status == 0, "\(predicted.errors)")
    }

    @Test func titlesGoBeforeTextsWithoutLabels() throws {
        let sandbox = try Self.sandbox(
            Self.student.replacing("{hidden: 0.1}", with: "{hidden: 0.1, attention: 0.1, max_texts: 5}"),
            ("max_tokens: 32}", "max_tokens: 32, text_pair: title}"),
            ("salt: v1", "salt: v1, group_by: article"))
        let run = try sandbox.splitvote("run", "p.yaml")
        #expect(run.status == 0, "\(run.errors)")
        #expect(try figures(sandbox)["distillation"]?["unlabeled"] == 5)
        let card = try sandbox.read("out/student/README.md")
        #expect(card.contains("were read without their title, which belongs to another side"), "\(card)")
    }

    @Test func textsOfOtherSidesAreReadOnlyIfSaid() throws {
        let sandbox = try Self.sandbox(Self.student.replacing(", split: split}", with: "}"))
        let refused = try sandbox.splitvote("run", "p.yaml")
        #expect(refused.status != 0 && refused.errors.contains("connect input 'split'"), "\(refused.errors)")
        try sandbox.write(
            sandbox.read("p.yaml").replacing("{hidden: 0.1}", with: "{hidden: 0.1, sides: all}"), to: "p.yaml"
        )
        let run = try sandbox.splitvote("run", "p.yaml")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.contains("learned from texts of every side"), "\(run.errors)")
        #expect(try sandbox.read("out/student/README.md").contains("**Every text was read"))
        #expect(try sandbox.read("out/student/config.json").contains("\"has_read_every_side\": true"))
    }

    /// What is forgotten is not learned from, and no artifact keeps it.
    @Test func forgottenTextsAreGone() throws {
        let sandbox = try Self.sandbox()
        #expect(try sandbox.splitvote("run", "p.yaml").status == 0)
        let key = try #require(
            try sandbox.sqlite(
                "SELECT source || ':' || key FROM labelled_comment WHERE label = 'too_few_votes' LIMIT 1"
            ).first)
        try sandbox.write(key + "\n", to: "forget.txt")
        let forgotten = try sandbox.splitvote("forget", "p.yaml", "forget.txt")
        #expect(forgotten.status == 0, "\(forgotten.errors)")
        let run = try sandbox.splitvote("run", "p.yaml")
        #expect(run.status == 0, "\(run.errors)")
        #expect(try figures(sandbox)["distillation"]?["unlabeled"] == 11)
        let left = try sandbox.files(below: "artifacts").filter {
            $0.contains("unlabeled") || $0.contains("teacher-")
        }
        #expect(left.isEmpty, "\(left)")
    }

    static let tasks: [(columns: String, distillation: String, isRefused: Bool)] = [
        ("text: a, label: gold", "{weight: 0.9}", false),
        ("text: a, score: score", "{}", false),
        ("text: a, score: score", "{temperature: 2}", true),
        ("text: a, text_pair: b, label: gold", "{hidden: 0.1}", false),
        ("text: text, labels: [sun, rain, wind]", "{hidden: 0.1}", false),
    ]

    /// Classes of any number, scores and pairs of texts that rows came with.
    @Test(arguments: tasks)
    func everyTaskHasStudents(columns: String, distillation: String, isRefused: Bool) throws {
        let student =
            "  student: {uses: train, from: {data: shards, teacher: model}, with: {init: init, epochs: 1, batch_size: 8, "
            + "seed: 1, path: out/student, distillation: \(distillation)}}\n"
        let pipeline = LabeledRows.pipeline(columns).replacing("  scores:", with: student + "  scores:")
        let rows = columns.contains("labels") ? LabeledRows.flags : LabeledRows.pairs
        let sandbox = try LabeledRows.sandbox(pipeline, ["train.tsv": rows(90, 0), "test.tsv": rows(30, 90)])
        let run = try sandbox.splitvote("run", "p.yaml")
        #expect((run.status != 0) == isRefused, "\(run.errors)")
        if isRefused {
            #expect(run.errors.contains("temperature is 2.0, which is for probabilities"), "\(run.errors)")
        } else {
            #expect(try figures(sandbox)["distillation"]?["teachers"] == 1)
        }
    }

    @Test func ownPairsHaveNoTextsWithoutLabels() throws {
        let student =
            "  student: {uses: train, from: {data: shards, teacher: model, texts: clean, split: split}, with: {init: init, "
            + "epochs: 1, batch_size: 8, seed: 1}}\n"
        let pipeline = LabeledRows.pipeline("text: a, text_pair: b, label: gold").replacing(
            "  scores:", with: student + "  scores:")
        let sandbox = try LabeledRows.sandbox(
            pipeline, ["train.tsv": LabeledRows.pairs(90), "test.tsv": LabeledRows.pairs(30, from: 90)])
        let run = try sandbox.splitvote("run", "p.yaml")
        #expect(
            run.status != 0 && run.errors.contains("the rows are pairs of texts of their own"),
            "\(run.errors)")
    }
}
