import Foundation
import Models
import Testing
import Training

/// What training takes over from the head of the model it starts from.
struct StartModelTests {
    static let hint =
        "start from the model that it was trained from, set init_weights: random to start from random weights, or remove "
        + "that tensor and its bias"

    private typealias Start = (model: any TrainableModel, report: LoadReport, note: String?)

    private static func start(
        _ folder: TemporaryFolder, _ labels: [String] = ["calm", "split"], task: TrainingTask = .singleLabel,
        method: TrainingOptions.Method = .fineTune
    ) throws -> Start {
        var options = Toy.options(steps: 1)
        options.method = method
        return try ModelFolder(folder.path).makeModel(for: labels, task: task, options: options)
    }

    /// Whether the classifier is the folder's.
    private static func isKept(_ start: Start) throws -> Bool {
        let folders = try Toy.model(labelCount: start.model.labelCount)
        for entry in folders.parameters.entries {
            let isSame =
                Array(start.model.parameters.values[entry.range])
                == Array(folders.parameters.values[entry.range])
            let isBias = entry.name == "classifier.bias"
            if entry.name == "classifier.weight" {
                #expect(start.report.ignored.isEmpty == isSame)
                return isSame
            }
            #expect(isSame || isBias, "\(entry.name)")
        }
        return false
    }

    @Test func aHeadForTheSameClassesIsKept() throws {
        let start = try Self.start(ModelFolderTests.folder(classes: 2) { _ in })
        #expect(try Self.isKept(start) && start.note == nil)
    }

    @Test func aFolderThatSaysNothingOfItsClassesKeepsItsHead() throws {
        let silent = try Self.start(
            ModelFolderTests.folder(classes: 2) {
                $0["id2label"] = nil
                $0["problem_type"] = nil
            }, task: .multiLabel)
        #expect(try Self.isKept(silent) && silent.note == nil)
        let generated = try Self.start(
            ModelFolderTests.folder(classes: 2) { $0["id2label"] = ["0": "LABEL_0", "1": "LABEL_1"] })
        #expect(try Self.isKept(generated) && generated.note == nil)
    }

    @Test func aHeadForOtherClassesOrAnotherTaskIsReplacedAndThatIsSaid() throws {
        let folder = try ModelFolderTests.folder(classes: 2) { _ in }
        let place = "'classifier.weight' in the weights of \(folder.path)"
        let turned = try Self.start(folder, ["split", "calm"])
        #expect(try !Self.isKept(turned))
        #expect(
            turned.note
                == "\(place) is for calm, split, and the rows have split, calm: training starts with a new one"
        )
        let other = try Self.start(folder, task: .multiLabel)
        #expect(try !Self.isKept(other))
        #expect(
            other.note
                == "\(place) is for single_label_classification, and the rows are for multi_label_classification: "
                + "training starts with a new one")
        #expect(other.report.ignored.map(\.tensor).sorted() == ["classifier.bias", "classifier.weight"])
        #expect(Set(other.report.ignored.map(\.note)) == ["training starts with a new one"])
    }

    @Test(arguments: [2, 3])
    func aHeadForSomethingElseIsReplacedWhateverItsSize(classes: Int) throws {
        let folder = try ModelFolderTests.folder(classes: classes) {
            $0["architectures"] = ["BertForTokenClassification"]
        }
        let start = try Self.start(folder)
        #expect(try !Self.isKept(start))
        #expect(
            start.note
                == "'classifier.weight' in the weights of \(folder.path) belongs to BertForTokenClassification: "
                + "training starts with a new one")
    }

    @Test func aHeadOfAnotherSizeIsRefusedWithAHint() throws {
        let folder = try ModelFolderTests.folder(classes: 3) { _ in }
        let found = #expect(throws: TrainingError.self) { _ = try Self.start(folder) }
        #expect(
            found?.problem == "\(folder.path) has a head of 3 scores ('classifier.weight'), the rows need 2")
        #expect(found?.hint == Self.hint)
        let single = try ModelFolderTests.folder(classes: 1) { $0["problem_type"] = "regression" }
        let score = #expect(throws: TrainingError.self) { _ = try Self.start(single) }
        #expect(
            score?.problem == "\(single.path) has a head of 1 score ('classifier.weight'), the rows need 2")
    }

    /// The method fits its own head.
    @Test func forFeaturesTheHeadsSizeDoesNotMatter() throws {
        let folder = try ModelFolderTests.folder(classes: 3) { _ in }
        let start = try Self.start(folder, method: .features)
        #expect(try !Self.isKept(start) && start.note == nil)
    }

    @Test func aTrainingSaysThatItsHeadIsANewOne() throws {
        let (data, out) = (try TemporaryFolder(), try TemporaryFolder())
        let folder = try ModelFolderTests.folder(classes: 2) { _ in }
        let tuning = try FineTuning(
            shards: Toy.shardFolder(in: data), start: ModelFolder(folder.path), tokenizerDigest: nil,
            options: Toy.options(steps: 1))
        var notes: [String] = []
        _ = try tuning.run(
            .init(checkpoints: out.file("c"), output: out.file("model")), loaded: { notes = $0.notes })
        #expect(notes.count == 1 && notes[0].contains("the rows have uncontroversial, controversial"))
    }
}
