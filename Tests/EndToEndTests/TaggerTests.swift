import Foundation
import StageKit
import Testing

/// The recipes for tags of words, on texts made up in their owners' forms, and what their models say of other texts.
struct TaggerTests {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "pipelines")

    private static let people = ["김철수", "박영희", "이민호", "최지우"]
    private static let towns = ["서울", "부산", "대구"]

    /// Texts in KLUE-NER's form, of one to four sentences with a person and a place each.
    private static func names(_ count: Int) -> String {
        var text = "## 토큰, 레이블 구분자 : \\t\n## 컬럼명 : CHAR\tNE_TAG\n"
        for row in 0..<count {
            var parts = row % 2 == 0 ? [] : [("어제 ", "")]
            for number in row...row + row % 4 {
                if number > row { parts.append((" ", "")) }
                parts += [
                    (people[number % people.count], "PS"), ("씨가 \(number) 번째로 ", ""),
                    (towns[number % towns.count], "LC"), ("에 \(number % 7) 시에 갔다.", ""),
                ]
            }
            text += "## ner_\(row)\t\(parts.map(\.0).joined())\n"
            for (words, type) in parts {
                for (place, letter) in words.unicodeScalars.enumerated() {
                    text += "\(letter)\t\(type.isEmpty ? "O" : place == 0 ? "B-\(type)" : "I-\(type)")\n"
                }
            }
            text += "\n"
        }
        return text
    }

    /// Texts in KLUE-DP's form.
    private static func speech(_ count: Int) -> String {
        var text = "## 칼럼명 : INDEX\tWORD_FORM\tLEMMA\tPOS\tHEAD\tDEPREL\n"
        for row in 0..<count {
            let words = [
                ("\(people[row % people.count])가", "NNP+JKS"), ("\(row)번", "SN+NNB"), ("갔다.", "VV+EP+EF+SF"),
            ]
            text += "## dp_\(row)\t\(words.map(\.0).joined(separator: " "))\n"
            for (place, word) in words.enumerated() {
                text += "\(place + 1)\t\(word.0)\t\(word.0)\t\(word.1)\t3\tNP\n"
            }
            text += "\n"
        }
        return text
    }

    /// - Parameter pieces: size of the vocabulary; names and what follows them are pieces of their own in a small one.
    private func run(
        _ recipe: String, _ text: String, as name: String, epochs: Int, pieces: Int = 8_000
    ) throws -> Sandbox {
        let sandbox = try Sandbox()
        let file = "pipelines/\(recipe).yaml"
        try sandbox.write(Data(contentsOf: Self.folder.appending(path: recipe + ".yaml")), to: file)
        try sandbox.write(text, to: "data/" + name)
        try sandbox.write(
            SampleComments.tinyConfiguration.replacing(
                "\"max_position_embeddings\": 64", with: "\"max_position_embeddings\": 128"),
            to: "init/config.json")
        let outcome = try sandbox.splitvote(
            "run", file, "--quiet", "-S", "rows=" + sandbox.folder.appending(path: "data/" + name).path, "-S",
            "init=" + sandbox.folder.appending(path: "init").path, "-S", "epochs=\(epochs)", "-S",
            "model.learning_rate=3e-3", "-S", "model.batch_size=8", "-S", "vocabulary.size=\(pieces)")
        try #require(outcome.status == 0, "\(outcome.errors)")
        return sandbox
    }

    private func scores(_ sandbox: Sandbox, _ recipe: String) throws -> [JSONValue] {
        let found = try sandbox.sqlite(
            "SELECT figures FROM stage_run WHERE stage = 'scores'", store: "pipelines/state/\(recipe).sqlite")
        return try JSONValue(parsing: #require(found.first))["results"]?.arrayValue ?? []
    }

    @Test func entitiesAreLearnedScoredAndFound() throws {
        let sandbox = try run(
            "klue-ner", Self.names(120), as: "klue-ner-v1.1_dev.tsv", epochs: 12, pieces: 64)
        for side in try scores(sandbox, "klue-ner") {
            for name in ["entity_f1", "entity_macro_f1", "strict_f1", "klue_entity_f1", "klue_char_f1"] {
                #expect(side[name]?.doubleValue ?? 0 > 0.8, "\(name): \(side[name] ?? .null)")
            }
            let interval = side["intervals"]?["entity_f1"]?.arrayValue?.compactMap(\.doubleValue) ?? []
            #expect(interval.count == 2)
        }
        let predictions = try sandbox.read("pipelines/out/klue-ner/predictions.tsv").split(separator: "\n")
        #expect(predictions[0] == "id\tsplit\tword\tlabel\tpredicted\tprobability")
        #expect(predictions[1].contains("klue-ner:ner_"))

        let text = "어제  최지우씨가 3 번째로 대구에 5 시에 갔다."
        let answers = try sandbox.splitvote(
            "predict", "--model", "pipelines/out/klue-ner/model",
            input: text + "\n없다\n김철수씨가 7 번째로 부산에 2 시에 갔다.\n")
        try #require(answers.status == 0, "\(answers.errors)")
        let lines = answers.output.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
        #expect(lines.first == ["line", "start", "end", "type", "score", "span"])
        let found = lines.dropFirst().map { [$0[0], $0[1], $0[2], $0[3], $0[5]] }
        #expect(found.contains(["1", "4", "7", "PS", "최지우"]), "\(found)")
        #expect(
            found.contains(["3", "0", "3", "PS", "김철수"]) && found.contains(["3", "12", "14", "LC", "부산"]),
            "\(found)")

        let json = try sandbox.splitvote(
            "predict", "--model", "pipelines/out/klue-ner/model", "--format", "jsonl", input: text + "\n")
        let spans = try JSONValue(parsing: json.output)["spans"]?.arrayValue ?? []
        #expect(
            spans.contains { $0["text"] == "최지우" && $0["start"] == 4 && $0["end"] == 7 && $0["type"] == "PS" }
        )

        // A longer text than the model reads is read in windows, and nothing of it is lost.
        let long = Array(repeating: "김철수씨가 9 번째로 서울에 5 시에 갔다.", count: 40).joined(separator: " ")
        let windows = try sandbox.splitvote(
            "predict", "--model", "pipelines/out/klue-ner/model", input: long + "\n")
        #expect(windows.output.split(separator: "\n").count { $0.hasSuffix("\t김철수") } >= 38)

        let words = try sandbox.splitvote(
            "predict", "--model", "pipelines/out/klue-ner/model", "--format", "words", input: text + "\n")
        #expect(words.status != 0 && words.errors.contains("--format words is for one answer to a text"))
    }

    /// A balanced split counts the texts with words of each tag.
    @Test func aBalancedSplitGivesEverySideItsShare() throws {
        let sandbox = try Sandbox()
        let file = "pipelines/klue-ner.yaml"
        try sandbox.write(Data(contentsOf: Self.folder.appending(path: "klue-ner.yaml")), to: file)
        try sandbox.write(Self.names(120), to: "data/klue-ner-v1.1_dev.tsv")
        let outcome = try sandbox.splitvote(
            "run", file, "--quiet", "--until", "split", "-S", "split.method=balanced", "-S",
            "rows=" + sandbox.folder.appending(path: "data/klue-ner-v1.1_dev.tsv").path)
        try #require(outcome.status == 0, "\(outcome.errors)")
        let found = try sandbox.sqlite(
            "SELECT figures FROM stage_run WHERE stage = 'split'", store: "pipelines/state/klue-ner.sqlite")
        let figures = try JSONValue(parsing: #require(found.first))
        for (side, rows) in [("train", 90...102), ("dev", 8...16), ("test", 8...16)] {
            #expect(rows.contains(figures["rows.\(side)"]?.intValue ?? 0), "\(side): \(figures)")
        }
    }

    @Test func partsOfSpeechAreLearnedWordByWord() throws {
        let sandbox = try run("klue-pos", Self.speech(80), as: "klue-dp-v1.1_dev.tsv", epochs: 8)
        for side in try scores(sandbox, "klue-pos") {
            #expect(side["accuracy"]?.doubleValue ?? 0 > 0.9)
            #expect(side["entity_f1"]?.doubleValue == side["accuracy"]?.doubleValue)
            #expect(side["klue_entity_f1"] == nil, "there are no spans")
        }
        let answers = try sandbox.splitvote(
            "predict", "--model", "pipelines/out/klue-pos/model", input: "박영희가 3번 갔다.\n")
        let lines = answers.output.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
        #expect(lines.dropFirst().map { $0[3] } == ["NNP+JKS", "SN+NNB", "VV+EP+EF+SF"], "\(answers.output)")
    }
}
