internal import Models
internal import ShardFormat
internal import StageKit
internal import TextCleaning
internal import Tokenization
internal import Training

/// A trained model of questions with everything from a question and its context to the answer.
struct QuestionReader {
    /// What is found in one context.
    struct Answer: Hashable {
        /// The best answer, whether it is given or not; `nil` if the context holds none that can be.
        var best: AnswerSearch.Found?
        /// The score of "no answer".
        var nullScore: Double
        /// Whether the best answer is given.
        var isGiven: Bool
        /// Whether the question was longer than the model reads.
        var isCut: Bool
    }

    /// Of the two scores.
    let names: [String]
    /// Most tokens of a question that are read.
    let mostOfQuestion: Int
    private let predictor: Predictor
    private let tokenizer: any Tokenizer
    private let cleaner: TextCleaner
    private let maxTokens: Int
    private let step: Int
    /// `nil` if an answer is always given.
    private let threshold: Double?

    /// As BERT's program for SQuAD has them.
    private static let usual = (maxTokens: 384, windows: ShardManifest.Windows(step: 128, question: 64))

    /// - Throws: `StageError` or `TrainingError` naming what the folder lacks.
    init(_ folder: ModelFolder, precision: Precision, threads: Int, note: (String) -> Void) throws {
        let (model, names) = try folder.makeTrainedModel(threads: threads, precision: precision)
        self.names = names
        predictor = Predictor(model, task: .answers)
        tokenizer = try folder.ownTokenizer(note: note)
        cleaner = try folder.ownCleaner()
        guard tokenizer.frame.holdsQuestions else {
            throw StageError(
                "the tokenizer of \(folder.path) puts no tokens around pairs of texts, and questions need them"
            )
        }
        let longest = folder.configuration.plan.maxTokens
        maxTokens = folder.provenance?.maxTokens ?? min(Self.usual.maxTokens, longest)
        let windows = folder.provenance?.windows ?? Self.usual.windows
        step = windows.step
        mostOfQuestion = min(windows.question, max(1, (maxTokens - tokenizer.frame.count(isPair: true)) / 2))
        threshold = folder.provenance?.nullThreshold
        if folder.provenance == nil {
            note(
                "\(folder.path) does not say how it was trained: contexts are read \(maxTokens) tokens at a time, "
                    + "\(step) further each time, and an answer is always given")
        }
    }

    /// The answers to some questions.
    func answers(to asked: [(question: [UInt8], context: [UInt8])]) throws -> [Answer] {
        let readings = try asked.map { try read($0.question, $0.context) }
        let rows = readings.flatMap(\.windows.rows)
        let scores =
            rows.isEmpty
            ? []
            : try predictor.logits(
                of: rows.map(\.tokens), answering: rows.map { Array($0.tokens.indices) },
                segments: rows.map(\.segments))
        var rest = scores.map(Double.init)[...]
        return readings.map { reading in
            let windows = reading.windows.rows.map { row -> AnswerSearch.Window in
                let own = rest.prefix(2 * row.tokens.count)
                rest = rest.dropFirst(own.count)
                let first = own.startIndex
                return AnswerSearch.Window(
                    starts: row.tokens.indices.map { own[first + 2 * $0] },
                    ends: row.tokens.indices.map { own[first + 2 * $0 + 1] }, firstToken: row.firstToken,
                    begins: row.begins, places: Array(reading.places[row.pieces]))
            }
            let search = AnswerSearch(windows)
            let best = search.answers.first
            let isGiven =
                best.map { best in threshold.map { search.nullScore - best.score <= $0 } ?? true } ?? false
            return Answer(
                best: best, nullScore: search.nullScore, isGiven: isGiven,
                isCut: reading.windows.lostQuestion > 0)
        }
    }

    /// A question and its context as rows, and the code points of the context as given that its pieces stand for.
    private func read(
        _ question: [UInt8], _ context: [UInt8]
    ) throws -> (windows: QuestionWindows, places: [Range<Int32>]) {
        func cleaned(_ text: [UInt8]) -> [UInt8] { text.withUnsafeBytes { Array(cleaner.clean($0).bytes) } }
        let text = cleaned(context)
        let windows = try QuestionWindows(
            cleaned(question), context: text, by: tokenizer, maxTokens: maxTokens,
            maxQuestion: mostOfQuestion, step: step)
        let places = CleanedPlaces(given: context, cleaned: text).codePoints(ofEach: windows.pieces)
        return (windows, places.map { $0.map { Int32($0.lowerBound)..<Int32($0.upperBound) } ?? 0..<0 })
    }
}
