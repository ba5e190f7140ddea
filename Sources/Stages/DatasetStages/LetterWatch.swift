internal import StageKit
internal import TextCleaning
internal import VoteModel

/// Counts how many letters of each source cleaning removes.
///
/// Of each source the first texts are all counted, and from then on one in sixty-four, by its id.
struct LetterWatch {
    /// From this share of a source's letters on, cleaning is said to harm it.
    private static let harmful = 0.02
    private static let allCounted = 2_048
    private static let mostExamples = 3

    private struct Source {
        var texts = 0
        var counts = LetterLoss.Counts()
        var examples: [(word: String, cleaned: String)] = []
    }

    /// `nil` if the rules take no letter.
    private let loss: LetterLoss?
    private var rest: ArraySlice<SourceRun>
    private var sources: [String: Source] = [:]
    /// The source of the comments that come now, and what was counted of it; put back when another one begins.
    private var current: (name: String, source: Source)?

    /// - Parameters:
    ///   - runs: which comments came from which source.
    ///   - earlier: what was counted for the result that this one continues from.
    init(_ rules: CleaningRules, _ runs: [SourceRun], goingOnFrom earlier: [String: SourceLetters]?) {
        loss = LetterLoss.mayOccur(with: rules) ? LetterLoss(rules) : nil
        rest = runs[...]
        for (name, known) in earlier ?? [:] {
            sources[name] = Source(
                texts: known.texts, counts: LetterLoss.Counts(letters: known.letters, taken: known.taken))
        }
    }

    /// Takes one comment. Ids must come in rising order.
    mutating func look(at comment: CommentRow) {
        if loss == nil { return }
        if current == nil || rest.first.map({ $0.last < comment.id }) ?? false { turn(to: comment.id) }
        current?.source.texts += 1
        guard let texts = current?.source.texts, texts <= Self.allCounted || comment.id % 64 == 0,
            let loss
        else { return }
        let counts = loss.count(comment.text)
        current?.source.counts.letters += counts.letters
        current?.source.counts.taken += counts.taken
        let missing = Self.mostExamples - (current?.source.examples.count ?? 0)
        if counts.taken > 0, missing > 0 {
            current?.source.examples += loss.examples(in: comment.text, most: missing)
        }
    }

    /// Continues to the source of a comment.
    private mutating func turn(to comment: Int64) {
        finish()
        while let run = rest.first, run.last < comment { rest.removeFirst() }
        let name = rest.first?.source ?? ""
        current = (name, sources[name] ?? Source())
    }

    /// Puts back what was counted last; before the figures are asked for.
    mutating func finish() {
        if let current { sources[current.name] = current.source }
        current = nil
    }

    /// By source, what was counted.
    var counted: [String: SourceLetters] {
        sources.mapValues { source in
            SourceLetters(
                texts: source.texts, letters: source.counts.letters, taken: source.counts.taken)
        }
    }

    /// The largest share of a source's letters that is taken, 0 ... 1.
    var share: Double { sources.values.map(\.counts.share).max() ?? 0 }

    /// What is said of sources that lose many letters, by rules of this name.
    func warnings(_ rules: CleaningRules) -> [String] {
        sources.keys.sorted().compactMap { name in
            guard let source = sources[name], source.counts.share > Self.harmful else { return nil }
            let tenths = Int((source.counts.share * 1000).rounded())
            let examples = source.examples.map { ", '\($0.word)' becomes '\($0.cleaned)'" }.joined()
            let cause = rules.base == .none ? "'repeats'" : "rules: \(rules.base.rawValue)"
            return
                "\(cause) takes \(tenths / 10).\(tenths % 10) % of the letters of source '\(name)'\(examples); "
                + (rules.base == .none
                    ? "leave 'repeats' out" : "rules: plain keeps the letters of all languages")
        }
    }
}
