/// Rows with labels made up for these tests, and pipelines from them to a report.
enum LabelledRows {
    private static let words = ["좋은 날씨 맑다", "나쁜 소식 흐리다", "보통 하루 지나간다"]

    /// Rows of three classes that a model can tell apart by their words, with a header `id, document, label`.
    static func classes(_ rows: Int, from first: Int = 0, labels: [String] = ["0", "1", "2"]) -> String {
        let lines = (first..<first + rows).map { "\($0)\t\(words[$0 % 3]) \($0) 번째\t\(labels[$0 % 3])" }
        return (["id\tdocument\tlabel"] + lines).joined(separator: "\n") + "\n"
    }

    /// Rows with two of three classes now and then, as columns of 0 and 1 and as a list.
    static func flags(_ rows: Int, from first: Int = 0) -> String {
        let lines = (first..<first + rows).map { row in
            let flags = [row % 2 == 0, row % 3 == 0, row % 5 == 0]
            let text = zip(words, flags).filter(\.1).map(\.0).joined(separator: " ")
            let list = flags.indices.filter { flags[$0] }.map { ["sun", "rain", "wind"][$0] }
            let json = "[" + list.map { "\"\($0)\"" }.joined(separator: ", ") + "]"
            return "\(row)\t글 \(text) \(row)\t" + flags.map { $0 ? "1" : "0" }.joined(separator: "\t")
                + "\t\(json)"
        }
        return (["id\ttext\tsun\train\twind\tall"] + lines).joined(separator: "\n") + "\n"
    }

    /// Pairs of texts with how much alike they are, 0 ... 4, and a class of the same meaning.
    static func pairs(_ rows: Int, from first: Int = 0) -> String {
        let lines = (first..<first + rows).map { row in
            let score = Double(row % 5)
            let other = row % 5 < 3 ? "다른 이야기 \(row)" : "하늘이 파랗다 \(row)"
            return "하늘이 파랗다 \(row / 3)\t\(other)\t\(score)\t\(row % 5 < 3 ? "other" : "same")"
        }
        return (["a\tb\tscore\tgold"] + lines).joined(separator: "\n") + "\n"
    }

    /// A pipeline of the stages from tables to a report.
    static func pipeline(
        _ columns: String, ingest: String = "sides: {train: \"*train*\", test: \"*test*\"}",
        split: String = "method: given", train: String = "epochs: 2, learning_rate: 3e-3"
    ) -> String {
        """
        splitvote: 1
        pipeline: rows
        store: {state: state.sqlite, artifacts: artifacts}
        stages:
          rows: {uses: ingest.files, with: {paths: ["data/*"], source: mine, columns: {\(columns)}\(ingest.isEmpty ? "" : ", " + ingest)}}
          clean: {uses: clean, from: rows}
          split: {uses: split, from: clean, with: {\(split)}}
          tsv: {uses: export, from: split, with: {path: "out/{split}.tsv"}}
          vocabulary: {uses: vocabulary, from: clean, with: {size: 300, min_frequency: 1}}
          shards: {uses: shards, from: {data: split, tokenizer: vocabulary}, with: {max_tokens: 32}}
          model: {uses: train, from: shards, with: {init: init, batch_size: 8, seed: 1, path: out/model, \(train)}}
          scores: {uses: evaluate, from: {model: model, data: shards}, with: {predictions: out/predictions.tsv, path: out/scores.json}}
          report: {uses: report, from: [split, shards, model, scores], with: {path: out/report.html}}

        """
    }

    /// A sandbox with a tiny model to start from.
    static func sandbox(_ pipeline: String, _ files: [String: String]) throws -> Sandbox {
        let sandbox = try Sandbox()
        for (name, text) in files { try sandbox.write(text, to: "data/" + name) }
        try sandbox.write(pipeline, to: "p.yaml")
        try sandbox.write(SampleComments.tinyConfiguration, to: "init/config.json")
        return sandbox
    }
}
