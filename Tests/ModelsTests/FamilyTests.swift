import Models
import Testing

/// What holds for every family.
struct FamilyTests {
    let batch: PackedTokens

    init() throws { batch = try FamilyFixture.load().batches[0].packed }

    private func model(
        _ name: String, dropout: Double = 0.1, precision: Precision = .fp32
    ) throws -> any TrainableModel {
        var configuration = try FamilyFixture.configuration(name)
        configuration.plan.hiddenDropout = dropout
        configuration.plan.attentionDropout = dropout
        configuration.plan.classifierDropout = dropout
        return try FamilyFixture.model(name, configuration, precision: precision)
    }

    private func gradients(_ model: any TrainableModel, step: UInt32 = 2) throws -> [Float] {
        model.parameters.zeroGradients()
        _ = try model.trainStep(batch, dropout: DropoutKey(seed: 3, step: step))
        return Array(model.parameters.gradients)
    }

    @Test(arguments: FamilyFixture.names, [Precision.fp32, .bf16])
    func computingActivationsTwiceChangesNoBit(name: String, precision: Precision) throws {
        let (kept, twice) = (try model(name, precision: precision), try model(name, precision: precision))
        twice.recomputesActivations = true
        #expect(try gradients(twice) == gradients(kept))
        #expect(try gradients(twice, step: 3) != gradients(kept), "the negative control")
    }

    @Test(arguments: FamilyFixture.names)
    func statesThatAreNotReadNeedNotBeComputed(name: String) throws {
        let (short, long) = (try model(name), try model(name))
        long.shortensLastLayer = false
        #expect(relativeDistance(try gradients(short), try gradients(long)) < 1e-5)
    }

    @Test(arguments: FamilyFixture.names)
    func dropoutDoesNotDependOnHowRowsAreGrouped(name: String) throws {
        let whole = try gradients(model(name))
        let parts = try model(name)
        for (start, end) in [(0, 2), (2, 5)] {
            _ = try parts.trainStep(
                batch.slice(start..<end), dropout: DropoutKey(seed: 3, step: 2, firstRow: UInt32(start)),
                lossDenominator: 5)
        }
        #expect(relativeDistance(parts.parameters.gradients, whole) < 1e-6)
    }

    /// bfloat16 has 8 bits, and these weights are far larger than trained ones.
    @Test(arguments: FamilyFixture.names)
    func halvesStayNearFloats(name: String) throws {
        let floats = try model(name, dropout: 0)
        let halves = try model(name, dropout: 0, precision: .bf16)
        #expect(relativeDistance(try halves.logits(batch), try floats.logits(batch)) < 0.05)
        #expect(relativeDistance(try gradients(halves), try gradients(floats)) < 0.1)
    }

    /// As transformers' modules call their dropouts.
    @Test func dropoutIsWhereTheFamilyHasIt() throws {
        let missing: [(name: String, attention: Bool, feedForward: Bool)] = [
            ("electra", true, true), ("roberta", true, true), ("distilbert", false, true),
            ("albert", true, false),
        ]
        for (name, attention, feedForward) in missing {
            let plan = try FamilyFixture.configuration(name).plan
            #expect(plan.dropsAttentionOutput == attention, "\(name)")
            #expect(plan.dropsFeedForwardOutput == feedForward, "\(name)")
        }
    }

    @Test(arguments: ["distilbert", "albert"])
    func aSiteThatIsNotThereDropsNothing(name: String) throws {
        var configuration = try FamilyFixture.configuration(name)
        (configuration.plan.hiddenDropout, configuration.plan.classifierDropout) = (0.4, 0)
        let key = DropoutKey(seed: 1, step: 1)
        let own = try FamilyFixture.model(name, configuration).trainStep(batch, dropout: key).loss
        (configuration.plan.dropsAttentionOutput, configuration.plan.dropsFeedForwardOutput) = (true, true)
        let more = try FamilyFixture.model(name, configuration).trainStep(batch, dropout: key).loss
        #expect(own != more)
    }

    /// The gradient of the first map is an outer product with its input, so channels that were dropped show as columns
    /// of zeros.
    @Test(arguments: [("electra", true), ("roberta", true), ("distilbert", false), ("albert", false)])
    func headsDropTheirInputWhereTheFamilyDoes(name: String, drops: Bool) throws {
        var configuration = try FamilyFixture.configuration(name)
        configuration.plan.classifierDropout = 0.5
        let model = try FamilyFixture.model(name, configuration)
        _ = try model.trainStep(batch.slice(1..<2), dropout: DropoutKey(seed: 1, step: 1))
        let entry = try #require(model.parameters.entry(for: .head(.pooler, .weight)))
        let gradient = Array(model.parameters.gradients[entry.range])
        let width = entry.shape[1]
        let empty = (0..<width).count { column in
            stride(from: column, to: gradient.count, by: width).allSatisfy { gradient[$0] == 0 }
        }
        #expect(drops ? (empty > 4 && empty < width) : empty == 0, "\(empty) of \(width) columns are 0")
    }

    @Test(arguments: ["roberta", "distilbert"])
    func secondTextsAreNotDistinguishedWithoutSegments(name: String) throws {
        let model = try model(name)
        var plain = batch
        plain.segmentIDs = nil
        #expect(batch.segmentIDs?.contains(1) == true)
        #expect(try model.logits(batch) == model.logits(plain))
    }

    @Test func segmentsThatAFamilyKnowsCount() throws {
        let model = try model("electra")
        var plain = batch
        plain.segmentIDs = nil
        #expect(try model.logits(batch) != model.logits(plain))
    }

    /// 26 rows of the position table, of which padding has the first two.
    @Test func rowsEndWhereThePositionsDo() throws {
        let model = try model("roberta")
        let rows = PackedTokens(rows: [[Int32](repeating: 5, count: 25)])
        let error = #expect(throws: BatchError.self) { try model.logits(rows) }
        #expect(
            error?.description
                == "row 0 of the batch has 25 tokens; the model's position table ends at 24")
        #expect(try model.logits(PackedTokens(rows: [[Int32](repeating: 5, count: 24)])).count == 3)
    }

    /// A padding id within a row has the padding's position and is not counted: what is after it moves up.
    @Test func paddingWithinARowIsNotCounted() throws {
        let model = try model("roberta")
        func table(_ row: [Int32]) throws -> Set<Int> {
            model.parameters.zeroGradients()
            _ = try model.trainStep(PackedTokens(rows: [row], labels: [1]), dropout: nil)
            let entry = try #require(model.parameters.entry(for: .positions))
            let gradient = model.parameters.gradients
            return Set(
                (0..<26).filter { line in
                    (0..<entry.shape[1]).contains {
                        gradient[entry.range.lowerBound + line * entry.shape[1] + $0] != 0
                    }
                })
        }
        #expect(try table([2, 7, 8, 9, 3]) == [2, 3, 4, 5, 6])
        #expect(try table([2, 7, 1, 9, 3]) == [1, 2, 3, 4, 5])
    }

    static let refused: [(json: String, problem: String)] = [
        (
            #"{"model_type": "distilbert", "vocab_size": 9, "sinusoidal_pos_embds": true}"#,
            "config.json: 'sinusoidal_pos_embds' is true; only positions that are learned are supported"
        ),
        (
            #"{"model_type": "electra", "vocab_size": 9, "position_embedding_type": "relative_key_query"}"#,
            #"config.json: 'position_embedding_type' is "relative_key_query"; supported: "absolute""#
        ),
        (
            #"{"model_type": "albert", "vocab_size": 9, "num_hidden_groups": 13}"#,
            "config.json: 'num_hidden_groups' is 13 and 'inner_group_num' 1; both must be at least 1, and there cannot "
                + "be more groups than 'num_hidden_layers'"
        ),
        (
            #"{"model_type": "roberta", "vocab_size": 9, "max_position_embeddings": 2}"#,
            "config.json: 'max_position_embeddings' is 2; positions begin at 'pad_token_id' + 1, 2"
        ),
        (
            #"{"model_type": "ernie", "vocab_size": 9, "use_task_id": true, "task_type_vocab_size": 0}"#,
            "config.json: 'task_type_vocab_size' is 0; it must lie in 1 ... 65536"
        ),
        (
            #"{"model_type": "ernie", "vocab_size": 9, "is_decoder": true}"#,
            "config.json: 'is_decoder' is true; only encoders are supported"
        ),
    ]

    @Test(arguments: refused)
    func whatAFamilyCannotBeIsExplained(json: String, problem: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try ModelConfiguration(json: Array(json.utf8))
        }
        #expect(error?.description == problem)
    }

    /// The class defaults of transformers: a file of ELECTRA-small may say nothing but its vocabulary.
    @Test func whatAFileDoesNotSayIsTheFamilysOwn() throws {
        func plan(_ type: String) throws -> TransformerPlan {
            try ModelConfiguration(json: Array(#"{"model_type": "\#(type)", "vocab_size": 9}"#.utf8)).plan
        }
        let electra = try plan("electra")
        #expect([electra.embeddingSize, electra.hiddenSize, electra.intermediateSize] == [128, 256, 1024])
        #expect(electra.projectsEmbeddings)
        let roberta = try plan("roberta")
        #expect(roberta.firstPosition == 2 && roberta.maxTokens == 510)
        let albert = try plan("albert")
        #expect(albert.activation == .geluNew && albert.hiddenDropout == 0 && albert.classifierDropout == 0.1)
        let ernie = try plan("ernie")
        #expect(ernie.taskTypes == 0 && ernie.layers == 12 && ernie.segmentTypes == 2)
        let distilled = try plan("distilbert")
        #expect(distilled.layers == 6 && distilled.classifierDropout == 0.2 && distilled.segmentTypes == 0)
    }
}
