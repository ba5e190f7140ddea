import Foundation
import Models
import Testing

/// Parity with PyTorch of students that learn from a teacher's answers, states and attention; see
/// `Tests/Fixtures/families/make_distillation.py`. Tolerances: loss 1e-6 relative, each gradient 1e-5 of its norm, ten AdamW
/// losses 1e-5.
struct DistillationParityTests {
    private struct Golden: Decodable {
        struct Student: Decodable {
            let teacher: String
            let family: String
            let changes: [String: Int]
            let kind: String
            let loss: Double
            let gradients: [String: [Double]]
            let answers: [[Float]]
            let losses: [Double]
        }

        let temperature: Double
        let weight: Double
        let hidden: Double
        let attention: Double
        let rowWeights: [Float]
        let unlabeledRow: Int
        let flags: [[[Float]]]
        let scores: [[Float]]
        let students: [String: Student]

        enum CodingKeys: String, CodingKey {
            case temperature, weight, hidden, attention, flags, scores, students
            case rowWeights = "row_weights"
            case unlabeledRow = "unlabeled_row"
        }
    }

    static let cases = [
        "narrow", "shallow", "other-family", "electra", "three-of-two", "answers-alone", "flags", "numbers",
    ]
    static let compared = cases.prefix(5)

    private let fixture: FamilyFixture
    private let golden: Golden

    init() throws {
        fixture = try FamilyFixture.load()
        golden = try JSONDecoder().decode(
            Golden.self, from: Data(FamilyFixture.bytes("distillation.json")))
    }

    /// A student with its teacher.
    private struct Class {
        let student: any TrainableModel
        let teacher: any TrainableModel
        let objective: TaughtObjective
        let hints: LayerHints?
        let expected: Golden.Student

        /// The student's parameters, and those of the map between the widths.
        var sets: [ParameterSet] { [student.parameters] + (hints?.parameters.map { [$0] } ?? []) }
    }

    private func form(_ kind: String) -> TeacherAnswers.Form {
        kind == "classes" ? .oneClass : kind == "flags" ? .anyClasses : .numbers
    }

    private func made(
        _ name: String, threads: Int = 1, precision: Precision = .fp32, temperature: Double? = nil,
        hidden: Double? = nil, attention: Double? = nil
    ) throws -> Class {
        let expected = try #require(golden.students[name])
        var json = try #require(
            JSONSerialization.jsonObject(
                with: Data(FamilyFixture.bytes("\(expected.family)/config.json"))) as? [String: Any])
        for (key, value) in expected.changes { json[key] = value }
        let configuration = try ModelConfiguration(
            json: [UInt8](JSONSerialization.data(withJSONObject: json)))
        let student = try configuration.makeModel(
            labelCount: expected.kind == "numbers" ? 1 : 3, seed: 1, threads: threads, precision: precision)
        let teacher = try FamilyFixture.model(expected.teacher, threads: threads, precision: precision)
        let own: any Objective =
            switch expected.kind {
            case "classes": CrossEntropyObjective()
            case "flags": BinaryCrossEntropyObjective()
            default: SquaredErrorObjective()
            }
        let hints =
            Self.compared.contains(name)
            ? try LayerHints(
                student: student.configuration.plan, teacher: teacher.configuration.plan,
                weights: .init(
                    states: hidden ?? golden.hidden, attention: attention ?? golden.attention), seed: 1)
            : nil
        let found = Class(
            student: student, teacher: teacher,
            objective: TaughtObjective(
                own, form: form(expected.kind), temperature: temperature ?? golden.temperature,
                weight: golden.weight), hints: hints, expected: expected)
        for set in found.sets {
            for entry in set.entries { try set.withValues(of: entry.name) { Self.fill($0, entry.name) } }
        }
        return found
    }

    /// As the script draws them.
    private static func fill(_ memory: UnsafeMutableBufferPointer<Float>, _ name: String) {
        let gain = name.lowercased().contains("norm") && name.hasSuffix("weight") ? 1.0 : 0.0
        for place in memory.indices {
            memory[place] = Float(gain + 0.2 * cos(1.9 * Double(place + 1) + Double(name.utf8.count)))
        }
    }

    private func batch(_ number: Int, _ one: Class) -> PackedTokens {
        var batch = fixture.batches[number].packed
        batch.weights = (0..<batch.rows).map { golden.rowWeights[$0 % golden.rowWeights.count] }
        let own: Targets =
            switch one.expected.kind {
            case "classes": batch.targets ?? .classes([])
            case "flags": .numbers(golden.flags[number].flatMap { $0 })
            default: .numbers(golden.scores[number])
            }
        batch.targets = .taught(
            own,
            TeacherAnswers(
                scores: one.expected.answers[number],
                isLabeled: (0..<batch.rows).map { $0 != golden.unlabeledRow }))
        return batch
    }

    /// A step over all rows, or over parts of them.
    private func step(_ one: Class, _ batch: PackedTokens, parts: [Range<Int>]? = nil) throws -> Double {
        for set in one.sets { set.zeroGradients() }
        let weight = batch.weights?.reduce(0) { $0 + Double($1) } ?? 0
        var loss = 0.0
        for rows in parts ?? [0..<batch.rows] {
            let part = batch.slice(rows)
            let hinted = try one.hints.map {
                HintedStep($0, teacher: try one.teacher.layerStates(part, $0.wanted), step: batch)
            }
            let result = try one.student.trainStep(
                part, toward: one.objective, dropout: nil, lossDenominator: weight, hints: hinted)
            loss += result.lossSum / weight + result.hintLoss
        }
        return loss
    }

    private func worstGradient(_ one: Class) throws -> (Double, Int) {
        var (worst, compared) = (0.0, 0)
        for entry in one.sets.flatMap(\.entries) {
            if case .layer(_, .key(.bias)) = entry.role { continue }
            guard let wanted = one.expected.gradients[entry.name] else { continue }
            compared += 1
            let set = one.sets[entry.name.hasPrefix("state_map") ? 1 : 0]
            let found = try set.withGradients(of: entry.name, Projections.init)
            worst = max(worst, found.distance(from: wanted))
        }
        return (worst, compared)
    }

    @Test(arguments: cases)
    func lossAndGradientsAgree(name: String) throws {
        let one = try made(name)
        let loss = try step(one, batch(0, one))
        #expect(abs(loss / one.expected.loss - 1) < 1e-6)
        let (worst, compared) = try worstGradient(one)
        #expect(compared == one.expected.gradients.count - one.student.layerCount)  // but the keys' biases
        #expect(worst < 1e-5)
    }

    @Test(arguments: cases)
    func tenStepsGiveTheSameLosses(name: String) throws {
        let one = try made(name)
        let rates = try #require(fixture.models[one.expected.teacher]).training.learningRates
        let optimizers = one.sets.map { AdamW(for: $0) }
        for (number, (rate, wanted)) in zip(rates, one.expected.losses).enumerated() {
            let loss = try step(one, batch(number, one))
            #expect(abs(loss / wanted - 1) < 1e-5, "step \(number + 1)")
            let norm = try AdamW.gradientNorm(of: one.sets, threads: 1)
            for (set, optimizer) in zip(one.sets, optimizers) {
                try optimizer.step(set, learningRate: rate, clipNorm: 1, norm: norm)
            }
        }
        #expect(one.expected.losses.count == 10)
    }

    /// A step in parts, and with activations computed twice, is the step as a whole.
    @Test(arguments: cases)
    func partsAndRecomputingChangeNothing(name: String) throws {
        let one = try made(name)
        one.student.recomputesActivations = true
        let batch = batch(0, one)
        let loss = try step(one, batch, parts: [0..<2, 2..<batch.rows])
        #expect(abs(loss / one.expected.loss - 1) < 1e-6)
        #expect(try worstGradient(one).0 < 1e-5)
    }

    @Test(arguments: cases, [Precision.fp32, .bf16])
    func threadsDoNotChangeABit(name: String, precision: Precision) throws {
        let gradients = try [1, 3].map { threads in
            let one = try made(name, threads: threads, precision: precision)
            let loss = try step(one, batch(0, one))
            return [[Float(loss)]] + one.sets.map { Array($0.gradients) }
        }
        #expect(gradients[0] == gradients[1])
    }

    /// bfloat16 products round to 8 bits: the loss is near.
    @Test(arguments: cases)
    func bfloat16IsNear(name: String) throws {
        let one = try made(name, precision: .bf16)
        #expect(abs(try step(one, batch(0, one)) / one.expected.loss - 1) < 0.02)
    }

    /// What mistakes would give: another temperature, weights forgotten, a row taken for a labeled one, other layers.
    @Test(arguments: cases)
    func mistakesAreSeen(name: String) throws {
        func distance(_ one: Class, _ batch: PackedTokens? = nil) throws -> Double {
            let loss = try step(one, batch ?? self.batch(0, one))
            return try min(abs(loss / one.expected.loss - 1), worstGradient(one).0)
        }
        let one = try made(name)
        if one.expected.kind != "numbers" { #expect(try distance(made(name, temperature: 1)) > 1e-4) }
        var wrong = batch(0, one)
        guard case .taught(let own, var answers) = wrong.targets else { return }
        answers.isLabeled[golden.unlabeledRow] = true
        wrong.targets = .taught(own, answers)
        #expect(try distance(one, wrong) > 1e-4)
        guard one.hints != nil else { return }
        #expect(try distance(made(name, hidden: 0)) > 1e-4)
        #expect(try distance(made(name, attention: 0)) > 1e-4)
        let turned = try made(name)
        try turned.teacher.parameters.withValues(of: .layer(1, .query(.weight))) { values in
            for place in 0..<values.count / 2 { values.swapAt(place, values.count - 1 - place) }
        }
        #expect(try distance(turned) > 1e-4)
    }

    /// Frozen parts get no gradients, and the others the same as without freezing.
    @Test func hintsLeaveFrozenLayersAlone() throws {
        let whole = try made("three-of-two")
        _ = try step(whole, batch(0, whole))
        let part = try made("three-of-two")
        part.student.freeze(layers: 1)
        _ = try step(part, batch(0, part))
        for entry in part.student.parameters.entries {
            let found = try part.student.parameters.withGradients(of: entry.name) { Array($0) }
            let isFrozen = entry.part == .embeddings || entry.part == .layer(0)
            if isFrozen {
                #expect(found.allSatisfy { $0 == 0 }, "\(entry.name)")
            } else {
                let wanted = try whole.student.parameters.withGradients(of: entry.name) { Array($0) }
                #expect(relativeDistance(found, wanted) < 1e-6 || found == wanted, "\(entry.name)")
            }
        }
    }

    @Test func whatDoesNotFitIsRefused() throws {
        let one = try made("narrow")
        var strange = batch(0, one)
        guard case .taught(let own, var answers) = strange.targets else { return }
        strange.targets = own
        #expect(throws: BatchError.self) { try step(one, strange) }
        answers.scores.removeLast()
        strange.targets = .taught(own, answers)
        #expect(throws: BatchError.self) { try step(one, strange) }
        let batch = batch(0, one)
        let other = try one.teacher.layerStates(batch.slice(0..<2), try #require(one.hints).wanted)
        #expect(throws: BatchError.self) {
            _ = try one.student.trainStep(
                batch, toward: one.objective, dropout: nil, lossDenominator: nil,
                hints: HintedStep(try #require(one.hints), teacher: other, step: batch))
        }
        var plan = one.student.configuration.plan
        plan.heads = 2
        func hints(_ attention: Double) throws -> LayerHints {
            try LayerHints(
                student: plan, teacher: one.teacher.configuration.plan,
                weights: .init(states: 1, attention: attention), seed: 1)
        }
        #expect(throws: Never.self) { try hints(0) }
        let error = #expect(throws: ConfigurationError.self) { try hints(1) }
        #expect(error?.problems.first?.contains("the student has 2 attention heads, the teacher 4") == true)
    }
}
