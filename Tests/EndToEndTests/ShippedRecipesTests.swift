import Foundation
import StageKit
import Testing

/// The recipes for public data sets in `pipelines/`, run on rows made up in their owners' own forms.
struct ShippedRecipesTests {
    struct Recipe: CustomTestStringConvertible, Sendable {
        var name: String
        /// Files by their owner's names, with their headers; rows are numbered from 0 on in the first of them.
        var files: [String: String]
        /// What `-S rows=` is set to, below the folder of the files.
        var pattern: String
        /// The rows of the sides that are scored.
        var scored: [String: Int]
        var metrics: [String]
        var classes: [String]

        var testDescription: String { name }
    }

    private static let words = ["좋은 날씨 맑다", "나쁜 소식 흐리다", "보통 하루 지나간다"]

    private static func table(_ header: String, _ rows: Range<Int>, _ line: (Int) -> String) -> String {
        ([header] + rows.map(line)).joined(separator: "\n") + "\n"
    }

    /// 36 rows to train on, 12 to choose by and 12 to test on, in a file each.
    private static func files(
        _ names: (train: String, dev: String, test: String), _ header: String, _ line: (Int) -> String
    ) -> [String: String] {
        [
            names.train: table(header, 0..<36, line), names.dev: table(header, 36..<48, line),
            names.test: table(header, 48..<60, line),
        ]
    }

    private static func text(_ row: Int) -> String { "\(words[row % 3]) \(row) 번째" }

    private static let movies = Recipe(
        name: "nsmc",
        files: [
            "ratings_train.txt": table("id\tdocument\tlabel", 0..<48) {
                "\(9_976_970 + $0)\t\(text($0))\t\($0 % 2)"
            },
            "ratings_test.txt": table("id\tdocument\tlabel", 48..<60) {
                "\(9_976_970 + $0)\t\(text($0))\t\($0 % 2)"
            },
        ], pattern: "ratings_*.txt", scored: ["test": 12], metrics: ["accuracy", "macro_f1"],
        classes: ["negative", "positive"])

    /// Lists of numbers; a text with quotation marks stands in quotation marks.
    private static let severalClasses = Recipe(
        name: "kmhas",
        files: files(("kmhas_train.txt", "kmhas_valid.txt", "kmhas_test.txt"), "document\tlabel") { row in
            "\"\(text(row))\"\t\(["8", "2,3", "0,6", "1", "4,5,7"][row % 5])"
        }, pattern: "kmhas_*.txt", scored: ["test": 12], metrics: ["micro_f1", "macro_f1"],
        classes: [
            "origin", "physical", "politics", "profanity", "age", "gender", "race", "religion", "not_hate",
        ])

    private static let hateSpeech = Recipe(
        name: "korean-hate-speech",
        files: [
            "train.tsv": table("comments\tcontain_gender_bias\tbias\thate", 0..<48, hateLine),
            "dev.tsv": table("comments\tcontain_gender_bias\tbias\thate", 48..<60, hateLine),
        ], pattern: "*.tsv", scored: ["test": 12], metrics: ["accuracy", "macro_f1"],
        classes: ["none", "offensive", "hate"])

    private static func hateLine(_ row: Int) -> String {
        "\(text(row))\t\(row % 4 == 0 ? "True" : "False")\tnone\t\(["none", "offensive", "hate"][row % 3])"
    }

    private static let alikeness = Recipe(
        name: "korsts",
        files: files(
            ("sts-train.tsv", "sts-dev.tsv", "sts-test.tsv"),
            "genre\tfilename\tyear\tid\tscore\tsentence1\tsentence2"
        ) { row in
            "main-captions\tMSRvid\t2012test\t\(String(format: "%04d", row))\t\(row % 6).\(row % 4)00\t\(text(row))"
                + "\t\(text(row + row % 6))"
        }, pattern: "sts-*.tsv", scored: ["test": 12], metrics: ["pearson"], classes: [])

    private static let inference = Recipe(
        name: "kornli",
        files: files(
            ("multinli.train.ko.tsv", "xnli.dev.ko.tsv", "xnli.test.ko.tsv"),
            "sentence1\tsentence2\tgold_label"
        ) { row in
            "\(text(row / 3))\t\(text(row)) 말\t\(["neutral", "contradiction", "entailment"][row % 3])"
        }, pattern: "*.tsv", scored: ["test": 12], metrics: ["accuracy", "macro_f1"],
        classes: ["entailment", "contradiction", "neutral"])

    static let recipes = [movies, severalClasses, hateSpeech, alikeness, inference]

    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "pipelines")

    /// The smallest model that takes rows of the recipes' 128 tokens.
    private static let configuration = SampleComments.tinyConfiguration
        .replacing("\"max_position_embeddings\": 64", with: "\"max_position_embeddings\": 128")

    private func figures(of stage: String, _ sandbox: Sandbox, _ recipe: Recipe) throws -> JSONValue {
        let state = try #require(
            try sandbox.files(below: "pipelines/state").first { $0.hasSuffix(".sqlite") })
        let found = try sandbox.sqlite(
            "SELECT figures FROM stage_run WHERE stage = '\(stage)'", store: "pipelines/state/" + state)
        return try JSONValue(parsing: #require(found.first))
    }

    @Test(arguments: recipes)
    func aRecipeReadsItsOwnersFilesAndScoresAModel(recipe: Recipe) throws {
        let sandbox = try Sandbox()
        let file = "pipelines/\(recipe.name).yaml"
        try sandbox.write(Data(contentsOf: Self.folder.appending(path: recipe.name + ".yaml")), to: file)
        for (name, text) in recipe.files { try sandbox.write(text, to: "data/" + name) }
        try sandbox.write(Self.configuration, to: "init/config.json")
        let rows = sandbox.folder.appending(path: "data/" + recipe.pattern).path
        let initial = sandbox.folder.appending(path: "init").path
        let outcome = try sandbox.splitvote(
            "run", file, "--quiet", "-S", "rows=" + rows, "-S", "init=" + initial, "-S", "epochs=1")
        try #require(outcome.status == 0, "\(outcome.errors)")

        let taken = try figures(of: "rows", sandbox, recipe)
        #expect(taken["rows"] == 60 && taken["labelled"] == 60 && taken["quarantined"] == 0, "\(taken)")
        let names = (taken["classes"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
        #expect(names == recipe.classes)
        for entry in taken["classes"]?.arrayValue ?? [] {
            #expect(entry["rows"]?.intValue ?? 0 > 0, "\(entry) has no rows")
        }
        let scores = try figures(of: "scores", sandbox, recipe)
        let results = scores["results"]?.arrayValue ?? [scores]
        for (side, count) in recipe.scored {
            let own = try #require(results.first { $0["split"]?.stringValue == side }, "\(scores)")
            #expect(own["rows"]?.intValue == count, "\(own)")
            for metric in recipe.metrics {
                let value = try #require(own[metric]?.doubleValue, "\(metric): \(own)")
                #expect((metric == "pearson" ? -1...1 : 0...1).contains(value))
            }
        }
        let report = try #require(
            try sandbox.files(below: "pipelines/out").first { $0.hasSuffix("/report.html") })
        #expect(
            try sandbox.read("pipelines/out/" + report).contains("of which 60 have a text and a label"))
    }
}
