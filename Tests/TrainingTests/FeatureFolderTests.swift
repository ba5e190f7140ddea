import Foundation
import Models
import ShardFormat
import Testing
import Training

/// Features that are known: their folder, what is refused, and trainings that read them in place of the encoder's own.
struct FeatureFolderTests {
    /// Shards, a start folder without weights, and a folder for what comes out.
    private struct Place {
        let out: TemporaryFolder
        let shards: ShardFolder
        let source: ModelFolder
        /// The folders of shards and start go with the value.
        private let folders: [TemporaryFolder]

        init() throws {
            let (data, start, shards, source) = try FineTuningTests.folders()
            (folders, self.shards, self.source) = ([data, start], shards, source)
            out = try TemporaryFolder()
        }

        static func recipe(_ source: ModelFolder, seed: UInt64 = 42) throws -> FeatureRecipe {
            FeatureRecipe(
                encoder: try source.encoderDigest(seed: seed), pooling: StatePooling(.mean, layers: [2]),
                precision: .fp32, hiddenSize: 16)
        }

        /// Computes the features of both sides.
        func write(
            _ name: String = "features", seed: UInt64 = 42, threads: Int = 1,
            change: (inout FeatureFolder.Rows) -> Void = { _ in }
        ) throws -> FeatureFolder {
            let recipe = try Self.recipe(source, seed: seed)
            let model = try source.makeEncoder(
                pooling: recipe.pooling, seed: seed, threads: threads, precision: .fp32)
            let store = try FeatureStore(model, precision: .fp32, folder: out.file(name + "-work"))
            var manifest = FeatureManifest(recipe, tokenizer: "ab12", cleanRules: "none", maxTokens: 16)
            try FileManager.default.createDirectory(
                atPath: out.file(name), withIntermediateDirectories: true)
            for side in ["dev", "train"] {
                let tokens = try shards.rows(of: side)
                let vectors = try store.features(of: tokens, progress: { _ in }, shouldStop: { false })
                var rows = FeatureFolder.Rows(
                    comments: (0..<tokens.count).map(tokens.comment(of:)), digests: tokens.rowDigests,
                    vectors: try #require(vectors))
                change(&rows)
                manifest.files.append(
                    try FeatureFolder.write(rows, of: side, width: recipe.width, into: out.file(name)))
            }
            try out.write(manifest.encoded(), to: name + "/manifest.json")
            return try FeatureFolder(out.file(name))
        }

        func train(_ features: FeatureFolder?, seed: UInt64 = 42, to name: String = "model") throws
            -> FineTuning.Outcome
        {
            var options = TrainingOptions()
            options.method = .features
            options.l2 = 0.01
            options.seed = seed
            var tuning = try FineTuning(shards: shards, start: source, tokenizerDigest: nil, options: options)
            tuning.features = features
            return try #require(
                try tuning.run(.init(checkpoints: out.file("states"), output: out.file(name))))
        }
    }

    @Test func theClassifierOfKnownFeaturesAnswersFromTokens() throws {
        let place = try Place()
        let features = try place.write()
        let outcome = try place.train(features)
        #expect(!(try place.out.names().contains("states")), "nothing is computed")
        let folder = try ModelFolder(place.out.file("model"))
        #expect(folder.configuration.plan.pooling == StatePooling(.mean, layers: [2]))
        // From tokens to the very same scores.
        let dev = try place.shards.rows(of: "dev")
        let (model, labels) = try folder.makeTrainedModel(threads: 2)
        #expect(labels == place.shards.manifest.labelNames)
        #expect(
            try model.logits(dev.batch(0..<dev.count))
                == model.logits(ofFeatures: features.rows(of: "dev").vectors))
        let again = try ModelEvaluation(
            of: folder, on: "dev", of: place.shards, tokenizerDigest: nil, threads: 1)
        #expect(again.scores.value(of: .macroF1) == outcome.summary.bestMetric)
        let card = String(decoding: try place.out.bytes("model/README.md"), as: UTF8.self)
        #expect(card.contains("regression on the mean of the tokens' states in layer 2 of the frozen model"))
        #expect(card.contains("library_name: splitvote"))
    }

    @Test func threadsDecideNoByte() throws {
        let place = try Place()
        _ = try place.write("one", threads: 1)
        _ = try place.write("three", threads: 3)
        for name in try place.out.names(in: "one") {
            #expect(try place.out.bytes("one/" + name) == place.out.bytes("three/" + name), "\(name)")
        }
    }

    /// All weights can be trained from such a folder: with the family's own head.
    @Test func fineTuningStartsFromTheEncoderAlone() throws {
        let place = try Place()
        _ = try place.train(place.write())
        let start = try ModelFolder(place.out.file("model"))
        let tuning = try FineTuning(
            shards: place.shards, start: start, tokenizerDigest: nil, options: Toy.options(steps: 2))
        _ = try tuning.run(.init(checkpoints: place.out.file("c"), output: place.out.file("tuned")))
        let tuned = try ModelFolder(place.out.file("tuned"))
        #expect(tuned.configuration.plan.pooling == nil)
        #expect(
            try tuned.makeTrainedModel(threads: 1).model.parameters.entry(named: "bert.pooler.dense.weight")
                != nil)
    }

    // MARK: What is refused

    private func refusal(_ place: Place, _ features: FeatureFolder, seed: UInt64 = 42) -> String {
        let error = #expect(throws: TrainingError.self) { _ = try place.train(features, seed: seed) }
        return error?.problem ?? ""
    }

    @Test func featuresOfOtherRowsAreRefused() throws {
        let place = try Place()
        let swapped = try place.write { $0.digests.swapAt(0, 1) }
        #expect(
            refusal(place, swapped)
                == "the features of side 'train' are those of other shards: row 0 (comment 1000) has other tokens there"
        )
        let fewer = try place.write("fewer") { rows in
            rows.comments.removeLast()
            rows.digests.removeLast()
            rows.vectors.removeLast(16)
        }
        #expect(
            refusal(place, fewer)
                == "the features of side 'train' are those of other shards: they have 39 rows, the shards 40")
    }

    @Test func featuresOfAnotherEncoderAreRefused() throws {
        let place = try Place()
        let features = try place.write()
        #expect(refusal(place, features, seed: 43).hasPrefix("the features were made by another model than "))
    }

    @Test func aDamagedOrMissingFileIsNamed() throws {
        let place = try Place()
        let features = try place.write()
        let path = "features/features-train.safetensors"
        let whole = try place.out.bytes(path)
        for damaged in [0, whole.count / 2, whole.count - 1] {
            var bytes = whole
            bytes[damaged] ^= 1
            try place.out.write(bytes, to: path)
            let error = #expect(throws: TrainingError.self) { _ = try features.rows(of: "train") }
            #expect(
                error
                    == .file(
                        path: place.out.file(path),
                        problem: "was changed since it was made; make the features again"))
        }
        try FileManager.default.removeItem(atPath: place.out.file(path))
        #expect(throws: (any Error).self) { _ = try features.rows(of: "train") }
        let error = #expect(throws: TrainingError.self) { _ = try features.rows(of: "test") }
        #expect(
            error?.problem == "\(features.path) has no features of side 'test'; it has those of dev, train")
        try place.out.write(Array("{}".utf8), to: "features/manifest.json")
        #expect(throws: TrainingError.self) { _ = try FeatureFolder(features.path) }
    }

    // MARK: What tells rows and encoders

    @Test func rowsAreToldByTheirTokensAndSegments() {
        let row = RowDigest(tokens: [2, 7, 3], segments: [0, 0, 0])
        #expect(row == RowDigest(tokens: [2, 7, 3], segments: [0, 0, 0]))
        #expect(row != RowDigest(tokens: [2, 8, 3], segments: [0, 0, 0]))
        #expect(row != RowDigest(tokens: [2, 7, 3], segments: [0, 0, 1]))
        #expect(row != RowDigest(tokens: [2, 7, 3, 0], segments: [0, 0, 0]))
        #expect(row.bytes.withUnsafeBytes { RowDigest(bytes: $0) } == row)
    }

    @Test func anEncoderIsToldByItsWeightsAndItsShape() throws {
        let folder = try ModelFolderTests.folder(classes: 2) { _ in }
        let digest = try ModelFolder(folder.path).encoderDigest(seed: 1)
        #expect(try ModelFolder(folder.path).encoderDigest(seed: 2) == digest, "its weights are there")
        let random = try ModelFolder(folder.path, randomWeights: true)
        #expect(try random.encoderDigest(seed: 1) != random.encoderDigest(seed: 2))
        try Toy.edit(folder) { $0["layer_norm_eps"] = 0.1 }
        #expect(try ModelFolder(folder.path).encoderDigest(seed: 1) != digest)
    }
}
