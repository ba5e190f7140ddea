import DatasetStages
import Foundation
import StageKit
import StageKitTesting
import Testing
import TrainingStages
import WordVectors

/// Word vectors of a dataset's texts, labeled or not.
struct WordVectorStageTests {
    static let small: JSONValue = ["vector_size": 8, "min_count": 1, "epochs": 2]

    let bench: StageBench

    init() throws { bench = try StageBench(threads: 2, kinds: DatasetStages.all) }

    /// Forty labeled comments, each with its own word; one in four says what another says. Two comments without label.
    func inputs() async throws -> (texts: [InputArtifact], split: [InputArtifact]) {
        var comments = (0..<40).map { number in
            TestComment(
                number % 4 == 3 ? "same\(number / 8) words" : "own\(number) words",
                up: number % 2 == 0 ? 20 : 40, down: number % 2 == 0 ? 20 : 0, key: "\(number)",
                article: "a\(number)")
        }
        comments += [
            TestComment("unlabeled words", up: 1, down: 0, key: "u1", article: "b"),
            TestComment("same0 words", up: 1, down: 0, key: "u2", article: "b"),
        ]
        let clean = try await bench.run(CleanStage.self, from: ["comments": try bench.comments(comments)])
        let labels = try await bench.run(LabelStage.self, from: ["comments": clean["texts"]])
        let sample = try await bench.run(SampleStage.self, from: ["labels": labels["labels"]])
        let split = try await bench.run(
            SplitStage.self, ["shares": ["train": 0.5, "dev": 0.25, "test": 0.25], "copies": "keep"],
            from: ["sample": sample["sample"]])
        return (clean["texts"], split["split"])
    }

    func words(_ outcome: StageOutcome) throws -> Set<String> {
        let table = try VectorFile.read(outcome.folder + "/vectors/vectors.bin")
        return Set((0..<table.count).map(table.name))
    }

    func learn(_ parameters: JSONValue = small, from inputs: [String: [InputArtifact]]) async throws
        -> StageOutcome
    {
        try await bench.run(WordVectorStage.self, parameters, from: inputs)
    }

    @Test func textsToJudgeByAndTheirCopiesAreHeldOut() async throws {
        let (texts, split) = try await inputs()
        let all = try await learn(Self.small.adding("sides", "all"), from: ["texts": texts])
        let unseen = try await learn(from: ["texts": texts, "split": split])
        let train = try await learn(from: ["texts": split])
        #expect(try words(all).count == 30 + 5 + 2)
        let held = try words(all).subtracting(try words(unseen))
        let heldOut = try #require(unseen.figures["held_out"]?.intValue)
        let copies = try #require(unseen.figures["held_out_copies"]?.intValue)
        #expect(heldOut > 10 && copies > 0)
        #expect(unseen.figures["texts"]?.intValue == 42 - heldOut - copies)
        // What the train side alone gives, and the comments without label.
        #expect(try words(unseen).subtracting(["unlabeled"]) == (try words(train)))
        #expect(try words(unseen).contains("unlabeled") && !held.isEmpty)
        #expect(
            try all.text("vectors/README.md").contains("**Texts of the dev and test sides are among them**"))
        #expect(
            try unseen.text("vectors/README.md").contains("No text of the dev and test sides is among them"))
        #expect(try unseen.text("vectors/vectors.json").contains("\"sides\": \"train\""))
    }

    @Test func ofTextsThatMayBeJudgedByItMustBeSaidWhatToDo() async throws {
        let (texts, split) = try await inputs()
        await #expect(throws: StageError.self) { try await learn(from: ["texts": texts]) }
        await #expect(throws: StageError.self) { try await learn(from: ["texts": split, "split": split]) }
        await #expect(throws: StageError.self) {
            try await learn(Self.small.adding("sides", "all"), from: ["texts": texts, "split": split])
        }
    }

    /// What the card says of a split's sides is what was read.
    @Test func allSidesOfASplitAreReadWhereThatIsSaid() async throws {
        let (_, split) = try await inputs()
        let all = try await learn(Self.small.adding("sides", "all"), from: ["texts": split])
        #expect(all.figures["texts"] == 40 && all.figures["held_out"] == 0)
        #expect(
            try all.text("vectors/README.md").contains("**Texts of the dev and test sides are among them**"))
    }

    @Test func thatIsKnownBeforeAnythingRuns() throws {
        let source = StageSource(stage: "texts", kind: CleanStage.kind, parameters: [:])
        let split = StageSource(stage: "sides", kind: SplitStage.kind, parameters: [:])
        func problems(_ parameters: JSONValue, _ sources: [String: [StageSource]]) throws -> [String] {
            try WordVectorStage(parameters).problems(in: StageLook(naming: [], files: [:], sources: sources))
                .map(\.message)
        }
        #expect(
            try problems([:], ["texts": [source]]) == [
                "the texts of 'texts' are all that were cleaned, and nothing says which of them later scores are taken on"
            ])
        #expect(try problems([:], ["texts": [source], "split": [split]]) == [])
        #expect(try problems([:], ["texts": [split]]) == [])
        #expect(try problems(["sides": "all"], ["texts": [source]]) == [])
        #expect(
            try problems(["sides": "all"], ["texts": [source], "split": [split]]) == [
                "input 'split' says which texts to leave out, and sides: all reads every text"
            ])
        #expect(
            try problems([:], ["texts": [split], "split": [split]]) == [
                "the texts are those of a split already, and input 'split' names another one"
            ])
    }

    @Test func piecesOfAVocabularyGetVectorsInPlaceOfWords() async throws {
        let (texts, split) = try await inputs()
        let vocabulary = try await bench.run(
            VocabularyStage.self, ["size": 60, "min_frequency": 1], from: ["texts": split])
        let pieces = try await learn(
            from: ["texts": texts, "split": split, "tokenizer": vocabulary["tokenizer"]])
        let found = try words(pieces)
        #expect(found.contains("words") && found.contains { $0.hasPrefix("##") } && !found.contains("[CLS]"))
        #expect(try pieces.text("vectors/vectors.json").contains("\"units\": \"pieces\""))
        #expect(!(try pieces.text("vectors/vectors.json").contains("\"tokenizer\": null")))
    }

    @Test func equalRunsGiveEqualBytesInEitherFormat() async throws {
        let (_, split) = try await inputs()
        let one = try await learn(from: ["texts": split])
        let again = try await learn(from: ["texts": split])
        #expect(try one.contents() == again.contents())
        let text = try await learn(Self.small.adding("format", "text"), from: ["texts": split])
        let table = try VectorFile.read(text.folder + "/vectors/vectors.txt")
        #expect(try VectorFile.read(one.folder + "/vectors/vectors.bin") == table)
    }

    @Test func tooFewWordsStopTheStageInWords() async throws {
        let (_, split) = try await inputs()
        do {
            _ = try await learn(["min_count": 100], from: ["texts": split])
            Issue.record("it went through")
        } catch let error as StageError {
            #expect(error.message.contains("Lower min_count, or give more texts"))
        }
    }
}
