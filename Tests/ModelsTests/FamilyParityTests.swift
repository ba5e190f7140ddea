import Models
import Tensors
import Testing

/// Parity of each family with transformers. Tolerances as for BERT: logits 1e-5, loss 1e-6 relative, each gradient 1e-5
/// of its norm, ten AdamW losses 1e-5.
struct FamilyParityTests {
    let fixture: FamilyFixture

    init() throws { fixture = try FamilyFixture.load() }

    private func expected(_ name: String) throws -> FamilyFixture.Model {
        try #require(fixture.models[name])
    }

    /// Largest difference of a logit from the fixture's.
    private func logitDistance(_ name: String, _ model: any TrainableModel) throws -> Double {
        let found = try model.logits(fixture.batches[0].packed)
        return zip(found, try expected(name).logits.joined()).map { abs(Double($0) - $1) }.max() ?? .infinity
    }

    @Test(arguments: FamilyFixture.names, [1, 2])
    func logitsLossAndGradientsAgree(name: String, threads: Int) throws {
        let model = try FamilyFixture.model(name, threads: threads)
        #expect(try logitDistance(name, model) < 1e-5)
        let result = try model.trainStep(fixture.batches[0].packed, dropout: nil)
        #expect(abs(result.loss / (try expected(name).loss) - 1) < 1e-6)
        let distances = try FamilyFixture.gradientDistances(name, model)
        #expect(distances.count > 20)
        for (tensor, distance) in distances { #expect(distance < 1e-5, "\(tensor)") }
    }

    @Test(arguments: FamilyFixture.names, Compute.variants)
    func everyVariantAgrees(name: String, variant: String) throws {
        try Compute.run(threads: 2, kernels: variant) {
            let model = try FamilyFixture.model(name, threads: 2)
            _ = try model.trainStep(fixture.batches[0].packed, dropout: nil)
            for (tensor, distance) in try FamilyFixture.gradientDistances(name, model) {
                #expect(distance < 1e-5, "\(tensor)")
            }
        }
    }

    @Test(arguments: FamilyFixture.names)
    func tenStepsGiveTheGoldenLosses(name: String) throws {
        let training = try expected(name).training
        let model = try FamilyFixture.model(name)
        let optimizer = AdamW(for: model.parameters)
        for ((batch, rate), loss) in zip(zip(fixture.batches, training.learningRates), training.losses) {
            model.parameters.zeroGradients()
            let found = try model.trainStep(batch.packed, dropout: nil).loss
            #expect(abs(found / loss - 1) < 1e-5)
            try optimizer.step(model.parameters, learningRate: rate, clipNorm: 1)
        }
    }

    /// All tensors that transformers wrote are the model's, and the model has no others.
    @Test(arguments: FamilyFixture.names)
    func theTensorsAreThoseOfTheFile(name: String) throws {
        let weights = try TinySafetensors(FamilyFixture.bytes("\(name)/model.safetensors"))
        let model = try FamilyFixture.model(name)
        #expect(Set(model.parameters.entries.map(\.name)) == weights.names)
        for entry in model.parameters.entries { #expect(try weights.shape(entry.name) == entry.shape) }
    }

    @Test(arguments: FamilyFixture.names)
    func theConfigurationComesBackAsItWas(name: String) throws {
        let read = try FamilyFixture.configuration(name)
        let again = try ModelConfiguration(json: read.json(labels: ["a", "b", "c"]))
        #expect(again.plan == read.plan)
        #expect(again.dialect == read.dialect)
        #expect(again.labels == ["a", "b", "c"])
        #expect(
            try again.json(labels: ["a", "b", "c"])
                == ModelConfiguration(json: again.json(labels: []))
                .json(labels: ["a", "b", "c"]))
    }

    // MARK: Negative controls

    private func noticed(
        _ name: String, dialect: Dialect? = nil, _ change: (inout TransformerPlan) -> Void = { _ in },
        source: (ParameterRole) -> ParameterRole = { $0 }, _ place: SourceLocation = #_sourceLocation
    ) throws {
        let published = try FamilyFixture.configuration(name)
        var plan = published.plan
        change(&plan)
        let wrong = ModelConfiguration(plan, dialect: dialect ?? published.dialect)
        let model = try FamilyFixture.model(name, wrong, source: source)
        #expect(try logitDistance(name, model) > 1e-5, sourceLocation: place)
    }

    @Test(arguments: FamilyFixture.encoders)
    func mistakesOfTheEncoderWouldBeNoticed(name: String) throws {
        try noticed(name) { $0.layerNormEpsilon = $0.layerNormEpsilon == 1e-5 ? 1e-12 : 1e-4 }
        try noticed(name) { $0.activation = $0.activation == .gelu ? .geluNew : .gelu }
        try noticed(
            name,
            source: { role in
                switch role {
                case .layer(let layer, .query(let dense)): .layer(layer, .key(dense))
                case .layer(let layer, .key(let dense)): .layer(layer, .query(dense))
                default: role
                }
            })
        try noticed(
            name,
            source: { role in
                switch role {
                case .layer(let layer, .attentionNorm(let affine)): .layer(layer, .outputNorm(affine))
                case .layer(let layer, .outputNorm(let affine)): .layer(layer, .attentionNorm(affine))
                default: role
                }
            })
    }

    @Test(arguments: ["bert", "electra", "albert", "ernie"])
    func segmentsThatAreAllTheFirstWouldBeNoticed(name: String) throws {
        var batch = fixture.batches[0].packed
        batch.segmentIDs = nil
        let found = try FamilyFixture.model(name).logits(batch)
        let distance = zip(found, try expected(name).logits.joined()).map { abs(Double($0) - $1) }.max()
        #expect(try #require(distance) > 1e-2)
    }

    /// Padding as tokens among the others, which is what a mask that is left out comes to.
    @Test(arguments: FamilyFixture.encoders)
    func paddingThatIsReadWouldBeNoticed(name: String) throws {
        let model = try FamilyFixture.model(name)
        let rows = fixture.batches[0].rows
        let padding = Int32(model.configuration.plan.padTokenID)
        let padded = rows.map { $0 + [Int32](repeating: padding, count: $0.count > 20 ? 0 : 3) }
        var (batch, without) = (PackedTokens(rows: padded), PackedTokens(rows: rows))
        batch.segmentIDs = nil
        without.segmentIDs = nil
        let (found, wanted) = (try model.logits(batch), try model.logits(without))
        #expect(zip(found, wanted).map { abs($0 - $1) }.max() ?? 0 > 1e-3)
    }

    /// Key biases shift all scores of a softmax alike, so no other can be told from outputs when it is dropped.
    @Test(arguments: FamilyFixture.names)
    func everyBiasThatIsDroppedWouldBeNoticedButThoseOfKeys(name: String) throws {
        let biases = try FamilyFixture.model(name).parameters.entries.filter {
            $0.name.hasSuffix("bias")
        }
        for entry in biases {
            let model = try FamilyFixture.model(name)
            try model.parameters.withValues(of: entry.name) { values in
                for place in values.indices { values[place] = 0 }
            }
            let isKey = if case .layer(_, .key(.bias)) = entry.role { true } else { false }
            #expect(try logitDistance(name, model) > 1e-5 || isKey, "\(entry.name)")
        }
        #expect(biases.count > 8)
    }

    @Test func theWrongHeadWouldBeNoticed() throws {
        try noticed("electra-square", dialect: .roberta)
        try noticed("roberta", dialect: .electra)
        try noticed("distilbert", dialect: .bert)
    }

    @Test func aTaskThatIsLeftOutOrAnotherOneWouldBeNoticed() throws {
        try noticed("ernie-tasks") { $0.taskTypes = 0 }
        let model = try FamilyFixture.model("ernie-tasks")
        model.parameters.withValues(of: .taskTypes) { values in
            let width = values.count / 3
            for place in 0..<width { values[place] = values[width + place] }
        }
        #expect(try logitDistance("ernie-tasks", model) > 1e-3)
    }

    /// Only the first task is met, so the others learn nothing.
    @Test func tasksThatNoTextIsForHaveNoGradient() throws {
        let model = try FamilyFixture.model("ernie-tasks")
        _ = try model.trainStep(fixture.batches[0].packed, dropout: nil)
        let entry = try #require(model.parameters.entry(for: .taskTypes))
        #expect(entry.name == "ernie.embeddings.task_type_embeddings.weight")
        let gradient = Array(model.parameters.gradients[entry.range])
        #expect(gradient.prefix(24).allSatisfy { $0 != 0 })
        #expect(gradient.dropFirst(24).allSatisfy { $0 == 0 })
    }

    @Test func positionsFromZeroWouldBeNoticed() throws {
        try noticed("roberta") { $0.firstPosition = 0 }
    }

    @Test func gradientsOfOneLayerAloneWouldBeNoticed() throws {
        var configuration = try FamilyFixture.configuration("albert")
        configuration.plan.sharing = .groups(3, inner: 1)
        let model = try FamilyFixture.model(
            "albert", configuration,
            source: { role in
                guard case .layer(_, let part) = role else { return role }
                return .layer(0, part)
            })
        #expect(try logitDistance("albert", model) < 1e-5, "the same computation")
        _ = try model.trainStep(fixture.batches[0].packed, dropout: nil)
        let distances = try FamilyFixture.gradientDistances("albert", model)
        let shared = distances.filter { $0.key.contains("albert_layers") }
        #expect(shared.values.allSatisfy { $0 > 1e-3 })
    }
}
