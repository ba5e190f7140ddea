/// Comments made up for these tests, in the layout of a crawler's table.
enum SampleComments {
    static let header = "oid\taid\ttext\tup\tdown\tseen"

    /// A table in which every fourth article is divided; texts differ by label so that a model can learn them.
    static func table(articles: Int = 12, commentsPerArticle: Int = 10, day: Int = 1) -> String {
        var lines = [header]
        for article in 0..<articles {
            for comment in 0..<commentsPerArticle {
                let isDivided = (article + comment) % 2 == 0
                let words = isDivided ? "찬성과 반대가 갈리는 의견" : "모두가 고개를 끄덕이는 의견"
                let up = isDivided ? 25 + comment : 45 + comment
                let down = isDivided ? 24 + article : 1
                lines.append(
                    "1\t\(1000 + article)\t\(words) \(article) 번째 \(comment)\t\(up)\t\(down)\t2025100\(day)")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A pipeline from the table to exported files, without training.
    static func pipeline(_ replacements: (String, String)...) -> String {
        var text = """
            splitvote: 1
            pipeline: sample
            store: {state: state.sqlite, artifacts: artifacts}
            params:
              min_votes: 20
            stages:
              comments:
                uses: ingest.files
                with:
                  paths: ["data/*"]
                  source: sample
                  columns: {text: text, up: up, down: down, article: [oid, aid], observed_at: seen}
              clean: {uses: clean, from: comments, with: {rules: none}}
              labels: {uses: label, from: clean, with: {min_votes: $params.min_votes}}
              sample: {uses: sample, from: labels, with: {per_label: all, seed: 1}}
              split: {uses: split, from: sample, with: {shares: {train: 0.6, dev: 0.2, test: 0.2}, salt: v1}}
              tsv: {uses: export, from: split, with: {format: tsv, path: "out/{split}.tsv"}}

            """
        for (old, new) in replacements { text = text.replacing(old, with: new) }
        return text
    }

    /// The stages that follow `split` up to a trained and evaluated model of the smallest size.
    static let training = """
          vocabulary: {uses: vocabulary, from: clean, with: {size: 300, min_frequency: 1}}
          shards: {uses: shards, from: {data: split, tokenizer: vocabulary}, with: {max_tokens: 32}}
          model: {uses: train, from: shards, with: {init: init, epochs: 2, batch_size: 8, learning_rate: 1e-3, seed: 1}}
          scores: {uses: evaluate, from: {model: model, data: shards}, with: {split: test}}
          report: {uses: report, from: [labels, split, model, scores], with: {path: out/report.html}}

        """

    static let tinyConfiguration = """
        {"model_type": "bert", "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2,
         "intermediate_size": 64, "hidden_act": "gelu", "max_position_embeddings": 64, "type_vocab_size": 2}
        """
}
