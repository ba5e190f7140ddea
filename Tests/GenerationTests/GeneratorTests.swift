import Generation
import Models
import Testing

/// Texts continued as transformers continues them, and the same with and without what earlier tokens left.
struct GeneratorTests {
    private let fixture: GenerationFixture

    init() throws { fixture = try GenerationFixture.load() }

    static let ways = ["greedy", "penalty", "ngram", "least", "beams", "beams_all", "beams_long"]

    @Test(arguments: GenerationFixture.names, ways)
    func textsGoOnAsInTransformers(name: String, way: String) throws {
        let expected = try #require(fixture.models[name])
        var settings = GenerationFixture.settings(way)
        (settings.maxNewTokens, settings.endIDs) = (fixture.new, expected.ends)
        let model = try GenerationFixture.model(name)
        let found = try Generator(model, settings).continuations(of: fixture.prompts)
        let texts = try #require(expected.texts[way])
        #expect(found.count == texts.count)
        for (number, (one, text)) in zip(found, texts).enumerated() {
            #expect(one.tokens == text.tokens, "text \(number)")
            #expect(one.end == (text.ended ? .ended : .length), "text \(number)")
        }
    }

    /// Every setting of the fixture changes what comes, so that none could be left out unseen.
    @Test(arguments: ways.dropFirst())
    func everySettingIsSeen(way: String) throws {
        let changed = try GenerationFixture.names.contains { name in
            let texts = try #require(fixture.models[name]).texts
            return texts[way]?.map(\.tokens) != texts["greedy"]?.map(\.tokens)
        }
        #expect(changed)
    }

    @Test(arguments: GenerationFixture.names)
    func whatIsLeftToDrawFromIsWhatTransformersLeaves(name: String) throws {
        for (number, one) in try #require(fixture.models[name]).distributions.enumerated() {
            var settings = GenerationSettings()
            (settings.temperature, settings.topK, settings.topP) = (one.temperature, one.topK, one.topP)
            var scores = one.scores
            ScoreRules(settings).narrow(&scores)
            let found = ScoreRules.probabilities(scores)
            let distance = zip(found, one.probabilities).map { abs($0 - $1) }.max() ?? 1
            #expect(distance < 1e-6, "distribution \(number)")
            settings.topP = one.topP == 1 ? 0.5 : 1
            scores = one.scores
            ScoreRules(settings).narrow(&scores)
            let other = ScoreRules.probabilities(scores)
            #expect(one.topK == 1 || zip(other, one.probabilities).contains { abs($0 - $1) > 1e-3 })
        }
    }

    /// A thousand texts token by token with what earlier tokens left, and each from its beginning.
    @Test(arguments: GenerationFixture.names)
    func aThousandTextsGoOnTheSameWithoutMemory(name: String) throws {
        let model = try GenerationFixture.model(name, threads: 2)
        var settings = GenerationSettings()
        settings.maxNewTokens = 8
        let texts: [[Int32]] = (0..<1000).map { number in
            let length = 1 + number % 16
            return (0..<length).map { place in
                let id: Int = number * 31 + place * 17 + number * place
                return Int32(id % 61)
            }
        }
        var found: [Continuation] = []
        for start in stride(from: 0, to: texts.count, by: 50) {
            found += try Generator(model, settings).continuations(of: Array(texts[start..<start + 50]))
        }
        var whole = texts
        for _ in 0..<settings.maxNewTokens {
            for start in stride(from: 0, to: whole.count, by: 100) {
                let part = PackedTokens(rows: Array(whole[start..<start + 100]))
                let scores = try model.scores(part)
                for row in 0..<100 {
                    let last = Int(part.offsets[row + 1]) - 1
                    let own = scores[last * model.words..<(last + 1) * model.words]
                    let best = own.indices.reduce(own.startIndex) { own[$1] > own[$0] ? $1 : $0 }
                    whole[start + row].append(Int32(best - own.startIndex))
                }
            }
        }
        let different = zip(zip(texts, whole), found).count { texts, one in
            Array(texts.1.dropFirst(texts.0.count)) != one.tokens
        }
        #expect(different == 0)
        #expect(Set(found.map(\.tokens)).count > 20, "texts that all go on alike would show nothing")
    }

    @Test(arguments: GenerationFixture.names)
    func theSameSeedDrawsTheSameTexts(name: String) throws {
        func texts(seed: UInt64, threads: Int = 1, together: Int = 10) throws -> [[Int32]] {
            var settings = GenerationSettings()
            settings.choice = .sample(seed: seed)
            (settings.topK, settings.topP, settings.temperature) = (20, 0.95, 1.2)
            settings.maxNewTokens = 10
            let generator = Generator(try GenerationFixture.model(name, threads: threads), settings)
            return try stride(from: 0, to: fixture.prompts.count, by: together).flatMap { start in
                let part = Array(fixture.prompts[start..<start + together])
                return try generator.continuations(of: part, numberedFrom: start).map(\.tokens)
            }
        }
        let one = try texts(seed: 5)
        #expect(try texts(seed: 5) == one)
        #expect(try texts(seed: 5, threads: 2, together: 2) == one, "other texts beside it")
        #expect(try texts(seed: 6) != one)
    }

    /// The frequencies of what is drawn are the probabilities.
    @Test func tokensAreDrawnByTheirProbabilities() {
        let probabilities = [0.5, 0, 0.2, 0.3]
        var counts = [0, 0, 0, 0]
        for number in 0..<1000 {
            counts[Int(Generator.draw(probabilities, at: (Double(number) + 0.5) / 1000))] += 1
        }
        #expect(counts == [500, 0, 200, 300])
        #expect(Generator.draw(probabilities, at: 0) == 0)
        #expect(Generator.draw(probabilities, at: 0.999_999_999) == 3)
        #expect(
            Generator.draw([0.3, 0.3, 0.3999, 0], at: 0.99999) == 2, "what rounding leaves is the last one's")
    }

    @Test func textsEndWithTheModelsPositions() throws {
        let model = try GenerationFixture.model("gpt2")
        var settings = GenerationSettings()
        settings.maxNewTokens = 20
        for choice in [GenerationSettings.Choice.greedy, .beams(2)] {
            settings.choice = choice
            let found = try Generator(model, settings).continuations(
                of: [[Int32](repeating: 7, count: 20), [7]])
            #expect(found.map(\.tokens.count) == [6, 20])
            #expect(found.map(\.end) == [.positions, .length])
        }
        let error = #expect(throws: BatchError.self) {
            try Generator(model, settings).continuations(of: [[7], [Int32](repeating: 7, count: 26)])
        }
        #expect(
            error?.description
                == "text 2 has 26 tokens; the model has 26 positions, and a new token needs one")
        #expect(throws: BatchError.self) { try Generator(model, settings).continuations(of: [[]]) }
    }

    @Test func tokensAreToldAsTheyCome() throws {
        let model = try GenerationFixture.model("openai-gpt")
        var settings = GenerationSettings()
        (settings.maxNewTokens, settings.endIDs) = (12, [3, 48])
        var seen = [[Int32]](repeating: [], count: fixture.prompts.count)
        let found = try Generator(model, settings).continuations(of: fixture.prompts) {
            seen[$0].append($1)
        }
        #expect(seen == found.map(\.tokens))
    }
}
