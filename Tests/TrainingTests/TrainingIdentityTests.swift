import Foundation
import Models
import ShardFormat
import Testing
import Training

/// What makes a training another one: a checkpoint, stored features or a finished model of another are not taken.
struct TrainingIdentityTests {
    /// A folder with shards, one with the model to start from, and one for what comes out.
    private struct Place {
        let data: TemporaryFolder
        let start: TemporaryFolder
        let out: TemporaryFolder

        init() throws {
            (data, start, out) = (try TemporaryFolder(), try TemporaryFolder(), try TemporaryFolder())
            _ = try Toy.modelFolder(in: start)
        }

        /// Trains once more into the same folder.
        /// - Returns: whether the model was there, what was said at the start, and the weights.
        func train(
            _ labels: [String] = ["no", "yes"], method: TrainingOptions.Method = .fineTune,
            precision: Precision = .fp32, keepsWork: Bool = false
        ) throws -> (isFromBefore: Bool, notes: [String], weights: Data) {
            var options = FineTuningTests.options()
            options.method = method
            options.precision = precision
            options.l2 = 0.01
            var places = FineTuning.Paths(checkpoints: out.file("states"), output: out.file("model"))
            places.skipsFinished = true
            places.removesCheckpoints = !keepsWork
            var notes: [String] = []
            let outcome = try FineTuning(
                shards: Toy.shardFolder(in: data, change: { $0.labelNames = labels }),
                start: ModelFolder(start.path), tokenizerDigest: nil, options: options
            ).run(places, loaded: { notes = $0.notes })
            return (outcome?.isFromBefore ?? false, notes, try out.bytes("model/model.safetensors"))
        }
    }

    @Test func otherClassNamesAreAnotherTraining() throws {
        let place = try Place()
        #expect(try !place.train().isFromBefore)
        #expect(try place.train().isFromBefore)
        #expect(try !place.train(["calm", "split"]).isFromBefore)
        #expect(try ModelFolder(place.out.file("model")).labels == ["calm", "split"])
    }

    @Test func anotherConfigurationIsAnotherTraining() throws {
        let place = try Place()
        _ = try place.train()
        try Toy.edit(place.start) { $0["layer_norm_eps"] = 0.1 }
        #expect(try !place.train().isFromBefore)
        #expect(try place.train().isFromBefore)
        #expect(try ModelFolder(place.out.file("model")).configuration.plan.layerNormEpsilon == 0.1)
    }

    @Test func aRecordThatDoesNotTellEnoughIsNotTrusted() throws {
        let place = try Place()
        _ = try place.train()
        try Toy.edit(place.out, "model/training.json") { $0["version"] = 1 }
        let again = try place.train()
        #expect(!again.isFromBefore)
        #expect(
            again.notes == [
                "\(place.out.file("model/training.json")) is of an earlier version and does not say which names of "
                    + "classes, task and configuration the model was trained with: it is trained again"
            ])
        #expect(try place.train().isFromBefore)
    }

    @Test func storedFeaturesOfAnotherConfigurationOrPrecisionAreNotTaken() throws {
        func straight(_ change: (inout [String: Any]) -> Void = { _ in }, _ precision: Precision = .fp32)
            throws
            -> Data
        {
            let place = try Place()
            try Toy.edit(place.start) { change(&$0) }
            return try place.train(method: .features, precision: precision).weights
        }
        let place = try Place()
        let first = try place.train(method: .features, keepsWork: true).weights
        #expect(try first == straight())
        try Toy.edit(place.start) { $0["layer_norm_eps"] = 0.1 }
        let changed = try place.train(method: .features, keepsWork: true).weights
        #expect(try changed == straight { $0["layer_norm_eps"] = 0.1 } && changed != first)
        let half = try place.train(method: .features, precision: .bf16, keepsWork: true).weights
        #expect(try half == straight({ $0["layer_norm_eps"] = 0.1 }, .bf16) && half != changed)
    }

    // MARK: Checkpoints

    private static func trainer(_ labels: [String]?, task: TaskName = .singleLabel) throws -> Trainer {
        if task == .singleLabel {
            return try Trainer(
                Toy.model(), options: Toy.options(steps: 5), training: Toy.rows(16, seed: 1), dev: nil,
                labels: labels)
        }
        var options = Toy.options(steps: 5)
        options.metric = .loss
        let rows = try TokenRows(
            shards: [Toy.targets(16, .regression) { Float($0 % 2) }.encoded(vocabularySize: 40)],
            vocabularySize: 40, labelCount: 1)
        return try Trainer(
            Toy.model(labelCount: 1), options: options, training: rows, dev: nil, task: TrainingTask(task),
            labels: labels)
    }

    private static func refusal(_ saved: Trainer, _ other: Trainer) throws -> String {
        let folder = try TemporaryFolder()
        try saved.saveCheckpoint(to: folder.file("state"))
        return message { try other.restore(from: folder.file("state")) }
            .replacing(folder.file("state"), with: "state")
    }

    @Test func aCheckpointForOtherClassesOrAnotherTaskIsRefused() throws {
        let saved = try Self.trainer(["a", "b"])
        #expect(try Self.refusal(saved, Self.trainer(["a", "b"])) == "no error")
        let refused =
            "checkpoint state is of another run: the names of the classes, the task, or config.json of the model it "
            + "started from. Remove it to start over"
        #expect(try Self.refusal(saved, Self.trainer(["b", "a"])) == refused)
        let flags = try Self.trainer(["a"], task: .multiLabel)
        #expect(try Self.refusal(flags, Self.trainer(["a"], task: .multiLabel)) == "no error")
        #expect(try Self.refusal(flags, Self.trainer(["a"], task: .regression)) == refused)
    }

    @Test func aCheckpointOfAnEarlierVersionIsRefusedByItsReason() throws {
        let folder = try TemporaryFolder()
        try Self.trainer(["a", "b"]).saveCheckpoint(to: folder.file("state"))
        var bytes = try folder.bytes("state")
        let version = try #require(bytes.range(of: Data(#""splitvote.checkpoint":"2""#.utf8)))
        bytes.replaceSubrange(version, with: Data(#""splitvote.checkpoint":"1""#.utf8))
        try folder.write(bytes, to: "state")
        let other = try Self.trainer(["a", "b"])
        #expect(
            message { try other.restore(from: folder.file("state")) }
                == "checkpoint \(folder.file("state")) has version 1; this program reads version 2. Remove it to start over"
        )
    }
}
