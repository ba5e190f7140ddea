internal import CLibrary
internal import Models

/// Several continuations of a text side by side, of which those with the highest sum of log probabilities go on.
///
/// Source: `_beam_search` of huggingface/transformers 5, with `early_stopping=False`.
struct BeamSearch {
    private let model: LanguageModel
    private let settings: GenerationSettings
    private let rules: ScoreRules
    private let beams: Int
    private let room: Int

    init(
        _ model: LanguageModel, _ settings: GenerationSettings, _ rules: ScoreRules, beams: Int, room: Int
    ) {
        (self.model, self.settings, self.rules) = (model, settings, rules)
        (self.beams, self.room) = (beams, room)
    }

    /// A continuation that is not finished.
    private struct Running {
        var new: [Int32] = []
        var score: Float = 0
        var memory: TextMemory
    }

    /// One token more for a running continuation.
    private struct Candidate {
        let beam: Int
        let token: Int32
        let score: Float
    }

    private struct Finished {
        let new: [Int32]
        let score: Float
        let isReal: Bool
    }

    private static let impossible: Float = -1e9

    func continuation(of text: [Int32]) throws -> Continuation {
        let first = Running(memory: model.memory(for: text.count + room))
        var running = [first]
        var scores = try model.read([text], [first.memory])
        var finished = [Finished](
            repeating: Finished(new: [], score: Self.impossible, isReal: false), count: beams)
        var mayImprove = true
        var length = 0
        while true {
            let candidates = best(running, scores, after: text)
            let hits = candidates.map { settings.endIDs.contains($0.token) || length + 1 == room }
            length += 1
            if mayImprove {
                merge(candidates, hits, running, length, into: &finished)
            }
            running = next(candidates, hits, running)
            let possible = (running.first?.score ?? Self.impossible) / power(length)
            let worst = finished.map(\.score).min() ?? 0
            mayImprove = mayImprove && finished.contains { possible > ($0.isReal ? worst : Self.impossible) }
            if !mayImprove || hits.allSatisfy(\.self) || running.isEmpty { break }
            scores = try model.read(running.map { $0.new.suffix(1) }, running.map(\.memory))
        }
        var tokens = finished[0].new
        guard let last = tokens.last, settings.endIDs.contains(last) else {
            return Continuation(tokens: tokens, end: room < settings.maxNewTokens ? .positions : .length)
        }
        tokens.removeLast()
        return Continuation(tokens: tokens, end: .ended)
    }

    private func power(_ length: Int) -> Float { Float(pow(Double(length), settings.lengthPenalty)) }

    /// The best next tokens, over all that are running; enough that as many go on as there are beams.
    private func best(_ running: [Running], _ scores: [Float], after text: [Int32]) -> [Candidate] {
        let kept = max(2, 1 + settings.endIDs.count) * beams
        var all: [Candidate] = []
        for (beam, one) in running.enumerated() {
            var own = ScoreRules.logProbabilities(
                Array(scores[beam * model.words..<(beam + 1) * model.words]))
            rules.apply(to: &own, after: text + one.new, new: one.new.count)
            var top: [Candidate] = []
            for (token, score) in own.enumerated() {
                let sum = score + one.score
                if top.count == kept, sum <= top[kept - 1].score { continue }
                let place = top.firstIndex { $0.score < sum } ?? top.count
                top.insert(Candidate(beam: beam, token: Int32(token), score: sum), at: place)
                if top.count > kept { top.removeLast() }
            }
            all += top
        }
        return Array(stablySorted(all) { $0.score }.prefix(kept))
    }

    /// Those of the candidates that end, if they are among the best, beside those that ended before.
    private func merge(
        _ candidates: [Candidate], _ hits: [Bool], _ running: [Running], _ length: Int,
        into finished: inout [Finished]
    ) {
        let ending = zip(candidates, hits).prefix(beams).filter(\.1).map { candidate, _ in
            Finished(
                new: running[candidate.beam].new + [candidate.token], score: candidate.score / power(length),
                isReal: true)
        }
        finished = Array(stablySorted(finished + ending) { $0.score }.prefix(beams))
    }

    /// The best that do not end; a memory that several go on from is copied.
    private func next(_ candidates: [Candidate], _ hits: [Bool], _ running: [Running]) -> [Running] {
        var taken: Set<Int> = []
        return zip(candidates, hits).filter { !$0.1 }.prefix(beams).map { candidate, _ in
            let from = running[candidate.beam]
            let memory = taken.insert(candidate.beam).inserted ? from.memory : from.memory.copy()
            return Running(new: from.new + [candidate.token], score: candidate.score, memory: memory)
        }
    }

    /// From the highest; equal ones as they were.
    private func stablySorted<Element>(_ elements: [Element], by score: (Element) -> Float) -> [Element] {
        elements.enumerated().sorted {
            (score($0.element), $1.offset) > (score($1.element), $0.offset)
        }.map(\.element)
    }
}
