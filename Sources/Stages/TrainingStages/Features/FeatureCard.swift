internal import ShardFormat
internal import StageKit
internal import Training

/// The README.md of a folder of features. Holds nothing that differs between two equal runs.
struct FeatureCard {
    let recipe: FeatureRecipe
    let shards: ShardManifest
    /// Whether the encoder had read texts of every side.
    let hasReadEverySide: Bool
    /// Name of the file with states to look at; nil if there is none.
    let look: String?

    var text: String {
        let sides = shards.rows.keys.sorted().filter { shards.rows[$0, default: 0] > 0 }
        var parts = [
            "# Features of comments",
            """
            \(recipe.width) numbers for each row of the shards, by a frozen encoder without dropout: \(recipe.pooling.words), \
            computed in \(recipe.precision.rawValue).
            """,
            """
            Encoder `\(recipe.encoder)`, tokenizer `\(shards.tokenizer.digest)` (\(shards.tokenizer.kind)), texts cleaned by \
            `\(shards.cleanRules)`, at most \(shards.maxTokens) tokens a row. The labels of the rows decide nothing here.
            """,
            "| Side | Rows |\n|---|---|\n"
                + sides.map { "| \($0) | \(shards.rows[$0] ?? 0) |" }.joined(separator: "\n"),
            """
            ```python
            from safetensors.numpy import load_file
            side = load_file("features-\(sides.first ?? "train").safetensors")
            side["features"], side["comment_ids"]  # [rows, \(recipe.width)], [rows]: in the order of the shards
            ```
            """,
        ]
        if let look {
            parts.append(
                """
                `\(look)-SIDE.safetensors` has the states of all tokens of the first rows: row r owns the tokens \
                `offsets[r]` to `offsets[r + 1]`.
                """)
        }
        if hasReadEverySide {
            parts.append(
                "**The encoder had read the texts of every side**: scores on dev and test are those of a model that has seen "
                    + "their texts, though not their labels.")
        }
        return parts.joined(separator: "\n\n") + "\n"
    }
}
