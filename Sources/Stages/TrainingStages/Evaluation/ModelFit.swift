internal import Baselines
internal import ShardFormat
internal import StageKit
internal import Training

/// What a model's folder and shards both say, and must say alike.
enum ModelFit {
    struct Difference {
        let name: String
        let model: String
        let inShards: String
    }

    /// The first thing that an encoder and shards differ in; `nil` if there is none, or the folder says nothing.
    static func difference(of folder: ModelFolder, from shards: ShardFolder) throws -> Difference? {
        guard let provenance = folder.provenance else { return nil }
        let manifest = shards.manifest
        // The same tokenizer may be written down in two ways.
        let hasOther =
            try provenance.tokenizerDigest != manifest.tokenizer.digest && !StartFolder.agree(folder, shards)
        let tokenizer = hasOther ? [("tokenizer", provenance.tokenizerDigest, manifest.tokenizer.digest)] : []
        let side = (
            "truncation_side", provenance.truncationSide ?? "right", manifest.truncationSide ?? "right"
        )
        return first(tokenizer + fields(provenance, folder.task, manifest) + [side])
    }

    /// The same of a baseline, whose classes its folder always names.
    static func difference(of folder: BaselineFolder, from manifest: ShardManifest) -> Difference? {
        first(
            [
                (
                    "label_names", folder.model.labels.joined(separator: ", "),
                    manifest.labelNames.joined(separator: ", ")
                )
            ] + fields(folder.provenance, folder.model.task, manifest))
    }

    private typealias Field = (name: String, model: String, inShards: String)

    private static func fields(
        _ provenance: ModelProvenance, _ task: TrainingTask, _ manifest: ShardManifest
    ) -> [Field] {
        [
            ("clean_rules", provenance.cleanRules, manifest.cleanRules),
            ("clean_revision", "\(provenance.cleanRevision ?? 1)", "\(manifest.cleanRevision ?? 1)"),
            ("text_pair", provenance.textPair ?? "none", manifest.textPair ?? "none"),
            ("task", task.name.rawValue, manifest.taskName.rawValue),
        ]
    }

    private static func first(_ fields: [Field]) -> Difference? {
        fields.first { $0.model != $0.inShards }.map {
            Difference(name: $0.name, model: $0.model, inShards: $0.inShards)
        }
    }
}
