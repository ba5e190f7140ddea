package import Models
internal import SeededRandom

/// Continues texts token by token.
///
/// A continuation depends on the model, the settings, the text and its number alone, not on the texts beside it.
package struct Generator {
    private let model: LanguageModel
    private let settings: GenerationSettings
    private let rules: ScoreRules

    package init(_ model: LanguageModel, _ settings: GenerationSettings) {
        (self.model, self.settings) = (model, settings)
        rules = ScoreRules(settings)
    }

    /// Continues some texts side by side.
    ///
    /// - Parameters:
    ///   - texts: each of at least one token.
    ///   - number: of the first text, which draws depend on.
    ///   - observe: called with each new token that does not end its text and the text's place; not for beams.
    /// - Throws: ``/Models/BatchError`` for a text that leaves no position for a token.
    package func continuations(
        of texts: [[Int32]], numberedFrom number: Int = 0,
        observe: (_ text: Int, _ token: Int32) throws -> Void = { _, _ in }
    ) throws -> [Continuation] {
        for (place, text) in texts.enumerated() {
            if text.isEmpty { throw BatchError("text \(number + place + 1) has no token to go on from") }
            if text.count >= model.positions {
                throw BatchError(
                    "text \(number + place + 1) has \(text.count) tokens; the model has \(model.positions) positions, and "
                        + "a new token needs one")
            }
        }
        if case .beams(let count) = settings.choice {
            return try texts.map {
                try BeamSearch(model, settings, rules, beams: count, room: room(after: $0)).continuation(
                    of: $0)
            }
        }
        var writers = texts.enumerated().map { place, text in
            Writer(text, place, room: room(after: text), model, settings.choice, number: number + place)
        }
        var found = [Continuation](repeating: Continuation(), count: texts.count)
        var scores = try model.read(texts, writers.map(\.memory))
        while true {
            var going: [Writer] = []
            for (row, var writer) in writers.enumerated() {
                var own = Array(scores[row * model.words..<(row + 1) * model.words])
                rules.apply(to: &own, after: writer.text, new: writer.new.count)
                let token = writer.choose(own, rules)
                let isEnd = settings.endIDs.contains(token)
                if !isEnd {
                    writer.append(token)
                    try observe(writer.place, token)
                }
                if isEnd || writer.new.count == writer.room {
                    found[writer.place] = Continuation(
                        tokens: writer.new, end: isEnd ? .ended : end(writer.room))
                } else {
                    going.append(writer)
                }
            }
            if going.isEmpty { return found }
            writers = going
            scores = try model.read(writers.map { $0.text.suffix(1) }, writers.map(\.memory))
        }
    }

    private func end(_ room: Int) -> Continuation.End {
        room < settings.maxNewTokens ? .positions : .length
    }

    /// Most tokens that may follow.
    private func room(after text: [Int32]) -> Int {
        min(settings.maxNewTokens, model.positions - text.count)
    }

    /// A text that is being written.
    private struct Writer {
        private(set) var text: [Int32]
        private let given: Int
        let place: Int
        let room: Int
        let memory: TextMemory
        private var draws: PhiloxStream?

        init(
            _ text: [Int32], _ place: Int, room: Int, _ model: LanguageModel,
            _ choice: GenerationSettings.Choice, number: Int
        ) {
            (self.text, given, self.place, self.room) = (text, text.count, place, room)
            memory = model.memory(for: text.count + room)
            if case .sample(let seed) = choice { draws = PhiloxStream(seed: seed, stream: "text \(number)") }
        }

        var new: [Int32] { Array(text[given...]) }

        mutating func append(_ token: Int32) { text.append(token) }

        mutating func choose(_ scores: [Float], _ rules: ScoreRules) -> Int32 {
            guard draws != nil else { return Generator.highest(scores) }
            var left = scores
            rules.narrow(&left)
            return Generator.draw(ScoreRules.probabilities(left), at: draws?.uniform() ?? 0)
        }
    }

    /// The first of the highest.
    static func highest(_ scores: [Float]) -> Int32 {
        var best = 0
        for place in scores.indices where scores[place] > scores[best] { best = place }
        return Int32(best)
    }

    /// The token at which the sum of probabilities passes a number of 0 ..< 1.
    package static func draw(_ probabilities: [Double], at uniform: Double) -> Int32 {
        var left = uniform
        var last = 0
        for (place, probability) in probabilities.enumerated() where probability > 0 {
            last = place
            left -= probability
            if left < 0 { break }
        }
        return Int32(last)
    }
}
