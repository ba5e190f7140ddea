import Foundation
import Models
import ShardFormat
import Testing
import Training

/// Folders as versions of transformers saved them, from `Tests/Fixtures/versions`, and heads as they once were.
struct FormerFolderTests {
    struct Golden: Decodable {
        let rows: [[Int32]]
        let versions: [String: [String]]
        let models: [String: [[Double]]]
    }

    static let fixtures = StoredWeightsTests.fixtures.deletingLastPathComponent().appending(path: "versions")

    static let golden = Result {
        try JSONDecoder().decode(
            Golden.self, from: Data(contentsOf: fixtures.appending(path: "logits.json")))
    }

    static let folders: [String] = ((try? golden.get().versions) ?? [:]).flatMap { version, families in
        families.map { "\(version)/\($0)" }
    }.sorted()

    static func folder(_ name: String) throws -> ModelFolder {
        try ModelFolder(
            fixtures.appending(path: name).path, tokenizer: .init(folder: fixtures.path, names: ["vocab.txt"])
        )
    }

    @Test func fourVersionsAreThere() throws {
        let versions = try Self.golden.get().versions
        #expect(Set(versions.keys.map { $0.prefix { $0 != "." } }) == ["2", "4", "5"])
        #expect(versions.count == 4 && Self.folders.count == 19)
    }

    @Test(arguments: folders)
    func eachVersionsFolderGivesTheScoresThatItGaveThere(name: String) throws {
        let expected = try #require(try Self.golden.get().models[String(name.split(separator: "/")[1])])
        let (model, labels) = try Self.folder(name).makeTrainedModel(threads: 1)
        let found = try model.logits(PackedTokens(rows: Self.golden.get().rows))
        let distances = zip(found, expected.joined()).map { abs(Double($0) - $1) }
        #expect(distances.count == 9 && (distances.max() ?? 1) < 1e-5, "\(distances)")
        #expect(labels == ["LABEL_0", "LABEL_1", "LABEL_2"])
        #expect(model.configuration.dialect.modelType == name.split(separator: "/")[1])
    }

    /// The negative control: folders of 2.2 do not name their family, and BERT's would read RoBERTa's tensors as nothing.
    @Test(arguments: ["roberta", "distilbert", "albert"])
    func withoutItsWeightsAFolderOf22DoesNotTellItsFamily(family: String) throws {
        let folder = try TemporaryFolder()
        let source = Self.fixtures.appending(path: "2.2.2/\(family)/config.json")
        let text = try String(contentsOf: source, encoding: .utf8)
        #expect(!text.contains("model_type"))
        try folder.write(text.utf8, to: "config.json")
        let alone = try? ModelFolder(
            folder.path, tokenizer: .init(folder: Self.fixtures.path, names: ["vocab.txt"]))
        #expect(alone?.configuration.dialect != (try Self.folder("2.2.2/\(family)").configuration.dialect))
    }

    /// What is written from a folder of 2.2 names its family.
    @Test func aModelFromAFolderOf22NamesItsFamily() throws {
        let source = try Self.folder("2.2.2/albert")
        let (model, labels) = try source.makeTrainedModel(threads: 1)
        #expect(try source.trainedLabels() == labels)
        let out = try TemporaryFolder()
        try TrainedModel(
            model: model, labels: labels, source: source, provenance: ModelFolderTests.provenance,
            lowercase: false, card: ""
        ).write(to: out.file("model"))
        let text = String(decoding: try out.bytes("model/config.json"), as: UTF8.self)
        #expect(text.contains(#""model_type": "albert""#))
        #expect(text.contains(#""AlbertForSequenceClassification""#))
        let again = try ModelFolder(out.file("model")).makeTrainedModel(threads: 1).model
        #expect(ModelFolderTests.values(again) == ModelFolderTests.values(model))
    }

    // MARK: ELECTRA's head of one linear map

    /// An ELECTRA folder whose head is `classifier.weight` and `classifier.bias`, as Google's and those of transformers
    /// before 2.11; its tensors by name.
    private static func former(
        _ family: String, in folder: TemporaryFolder, prefix: String = ""
    ) throws -> [String: [Float]] {
        let family = try #require(FamilyCase.all.first { $0.name == family })
        let head = try #require(HeadCase.all.first { $0.name == "three classes" })
        _ = try Combination(family: family, head: head).modelFolder(in: folder)
        let model = try family.configuration().makeModel(labelCount: 3, seed: 5, threads: 1)
        let weight = (0..<48).map { Float(($0 * 7) % 11) / 8 - 0.6 }
        let extra: [CombinationFileTests.Tensor] = [
            (prefix + "classifier.weight", [3, 16], weight),
            (prefix + "classifier.bias", [3], [0.5, -0.25, 1]),
        ]
        let bytes = try CombinationFileTests.file(model, extra: extra) {
            $0.name.hasPrefix("classifier.") ? nil : (prefix + $0.name, $0.shape, $0.values)
        }
        try folder.write(bytes, to: "model.safetensors")
        return Dictionary(uniqueKeysWithValues: extra.map { ($0.name, $0.values) })
    }

    @Test(arguments: ["electra", "electra-square"])
    func aHeadOfOneMapAnswersAsItDid(family: String) throws {
        let folder = try TemporaryFolder()
        let tensors = try Self.former(family, in: folder)
        let (model, labels) = try ModelFolder(folder.path).makeTrainedModel(threads: 1)
        #expect(labels == ["none", "offensive", "hate"])
        let batch = PackedTokens(rows: [[2, 9, 8, 3], [2, 30, 3]])
        let (states, scores) = (try model.states(batch), try model.logits(batch))
        let weight = try #require(tensors["classifier.weight"])
        let bias = try #require(tensors["classifier.bias"])
        for row in 0..<2 {
            for label in 0..<3 {
                let sum = (0..<16).reduce(Double(bias[label])) {
                    $0 + Double(states[row * 16 + $1]) * Double(weight[label * 16 + $1])
                }
                #expect(abs(sum - Double(scores[row * 3 + label])) < 1e-5)
            }
        }
        #expect(try model.features(batch) == states)
    }

    /// Training on several devices leaves a prefix, for this head as for others.
    @Test func aHeadOfOneMapIsFoundUnderAPrefix() throws {
        let (plain, prefixed) = (try TemporaryFolder(), try TemporaryFolder())
        _ = try Self.former("electra", in: plain)
        _ = try Self.former("electra", in: prefixed, prefix: "module.")
        let batch = PackedTokens(rows: [[2, 9, 8, 3], [2, 30, 3]])
        let expected = try ModelFolder(plain.path).makeTrainedModel(threads: 1).model.logits(batch)
        #expect(try ModelFolder(prefixed.path).makeTrainedModel(threads: 1).model.logits(batch) == expected)
    }

    /// A head that chooses among several texts has tensors of the same names and shapes.
    @Test func aHeadForSomethingElseIsNotOneOfOneMap() throws {
        let folder = try TemporaryFolder()
        _ = try Self.former("electra", in: folder)
        try Toy.edit(folder) { $0["architectures"] = ["ElectraForMultipleChoice"] }
        #expect(
            message { _ = try ModelFolder(folder.path).makeTrainedModel(threads: 1) }
                .hasPrefix("\(folder.path) belongs to ElectraForMultipleChoice"))
        try Toy.edit(folder) { $0["architectures"] = nil }
        #expect(message { _ = try ModelFolder(folder.path).makeTrainedModel(threads: 1) } == "no error")
    }

    /// The slope of the loss along its gradient is the gradient's squared norm.
    @Test func gradientsOfAHeadOfOneMapAreThoseOfItsLoss() throws {
        let folder = try TemporaryFolder()
        _ = try Self.former("electra", in: folder)
        let (model, _) = try ModelFolder(folder.path).makeTrainedModel(threads: 1)
        let batch = PackedTokens(rows: [[2, 9, 8, 3], [2, 30, 3], [2, 11, 12, 13, 3]], labels: [0, 2, 1])
        func loss() throws -> Double {
            try model.trainStep(batch, toward: CrossEntropyObjective(), dropout: nil, lossDenominator: nil)
                .loss
        }
        model.parameters.zeroGradients()
        _ = try loss()
        let (values, gradients) = (Array(model.parameters.values), Array(model.parameters.gradients))
        let norm = gradients.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        func moved(_ step: Double) throws -> Double {
            for place in values.indices {
                model.parameters.values[place] = values[place] + Float(step / norm) * gradients[place]
            }
            return try loss()
        }
        let slope = (try moved(2e-3) - moved(-2e-3)) / 4e-3
        #expect(abs(slope / norm - 1) < 1e-2, "\(slope) and \(norm)")
        for name in ["classifier.weight", "classifier.bias", "electra.embeddings.word_embeddings.weight"] {
            #expect(try #require(model.parameters.entry(named: name)).shape.isEmpty == false)
        }
    }

    /// Training continues with the head of today: one that transformers can open.
    @Test func trainingFromAHeadOfOneMapStartsWithANewOne() throws {
        let folder = try TemporaryFolder()
        _ = try Self.former("electra", in: folder)
        let (model, report) = try ModelFolder(folder.path).makeModel(labelCount: 3, seed: 1, threads: 1)
        #expect(model.parameters.entry(named: "classifier.dense.weight") != nil)
        #expect(report.initialized.count == 4)
        #expect(report.ignored.map(\.tensor).sorted() == ["classifier.bias", "classifier.weight"])
    }
}
