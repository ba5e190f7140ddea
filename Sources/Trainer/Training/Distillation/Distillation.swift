import Digests
import JSON
import Models

/// What a student learns from beside its labeled rows: rows without labels, a teacher's answers to all of them, and the states
/// of the teacher's layers.
package struct Distillation {
    /// A teacher whose layers are compared with the student's at each step.
    struct Hints {
        let layers: LayerHints
        let teacher: any TrainableModel

        init(_ layers: LayerHints, _ teacher: any TrainableModel) {
            (self.layers, self.teacher) = (layers, teacher)
        }
    }

    let options: DistillationOptions
    let form: TeacherAnswers.Form
    let hints: Hints?
    /// Tells it from others, and with it what the teachers say.
    let identity: String
    /// Number of labeled rows; rows without labels count on from there.
    let labeled: Int
    let unlabeled: TokenRows?
    /// Those of the unlabeled rows that are learned from.
    private let chosen: [Int]
    private let scoreCount: Int
    /// Scores that stand for the answers, `[rows, scores]`, labeled ones first.
    private let scores: [Float]

    init(
        _ options: DistillationOptions, form: TeacherAnswers.Form, scoreCount: Int, labeled: Int,
        labeledAnswers: [Double], unlabeled: TokenRows?, unlabeledAnswers: [Double], hints: Hints?,
        hintIdentity: String?
    ) {
        self.options = options
        self.form = form
        self.hints = hints
        self.labeled = labeled
        self.unlabeled = unlabeled
        self.scoreCount = scoreCount
        let count = unlabeled?.count ?? 0
        let most = min(count, options.mostTexts ?? count)
        chosen = (0..<most).map { $0 * count / most }
        var answers = labeledAnswers
        for row in chosen { answers += unlabeledAnswers[row * scoreCount..<(row + 1) * scoreCount] }
        scores = form.scores(of: answers)
        var digest = ContentDigest()
        let settings = (try? JSONCoding.bytes(of: options)) ?? []
        digest.update(settings)
        scores.withUnsafeBytes { digest.update($0) }
        digest.update(Array((unlabeled?.digest ?? "none").utf8))
        digest.update(Array((hintIdentity ?? "none").utf8))
        identity = digest.hexadecimal()
    }

    /// Labeled and unlabeled rows together.
    var rowCount: Int { labeled + chosen.count }

    /// Rows of a step, the labeled ones first.
    func ordered(_ rows: [Int]) -> [Int] {
        rows.filter { $0 < labeled } + rows.filter { $0 >= labeled }
    }

    func length(of row: Int, _ training: TokenRows) -> Int {
        row < labeled ? training.length(of: row) : unlabeled?.length(of: chosen[row - labeled]) ?? 0
    }

    func comment(of row: Int, _ training: TokenRows) -> Int64 {
        row < labeled ? training.comment(of: row) : unlabeled?.comment(of: chosen[row - labeled]) ?? 0
    }

    /// Packs rows end to end with the teacher's answers.
    ///
    /// - Parameters:
    ///   - rows: as ``ordered(_:)`` gives them.
    ///   - training: the labeled ones.
    func batch(
        _ rows: [Int], _ training: TokenRows, classWeights: [Float]?, targets: SoftTargets?
    ) -> PackedTokens {
        let own = rows.prefix { $0 < labeled }
        var batch = training.batch(own, classWeights: classWeights, targets: targets)
        if own.count < rows.count, let unlabeled {
            batch.append(
                unlabeled.batch(rows.dropFirst(own.count).map { chosen[$0 - labeled] }),
                scoreCount: scoreCount)
        }
        batch.targets = batch.targets.map { .taught($0, answers(to: rows)) }
        return batch
    }

    private func answers(to rows: [Int]) -> TeacherAnswers {
        TeacherAnswers(
            scores: rows.flatMap { scores[$0 * scoreCount..<($0 + 1) * scoreCount] },
            isLabeled: rows.map { $0 < labeled })
    }

    /// Share of a step's rows that the student answers as its teachers do.
    func agreement(_ logits: [Float], _ rows: [Int]) -> Double {
        form.agreement(logits, answers(to: rows).scores, scoreCount: scoreCount)
    }
}

extension PackedTokens {
    /// Appends rows that have no targets of their own; any value stands for those.
    fileprivate mutating func append(_ others: PackedTokens, scoreCount: Int) {
        if segmentIDs != nil || others.segmentIDs != nil {
            segmentIDs =
                (segmentIDs ?? [UInt8](repeating: 0, count: tokens))
                + (others.segmentIDs ?? [UInt8](repeating: 0, count: others.tokens))
        }
        if let own = weights { weights = own + [Float](repeating: 1, count: others.rows) }
        let zeros = [Float](repeating: 0, count: others.rows * scoreCount)
        switch targets {
        case .classes(let classes): targets = .classes(classes + [Int32](repeating: 0, count: others.rows))
        case .probabilities(let values): targets = .probabilities(values + zeros)
        case .numbers(let values): targets = .numbers(values + zeros)
        case .places, .taught, nil: preconditionFailure("labeled rows have targets of their own")
        }
        let end = Int32(tokens)
        inputIDs += others.inputIDs
        offsets += others.offsets.dropFirst().map { $0 + end }
    }
}

extension Distillation {
    /// Bytes that comparing layers needs, about: the teacher's weights, what is kept of its layers, and the gradients of the
    /// student's.
    func hintBytes(tokens: Int, _ student: any TrainableModel) -> Int {
        guard let hints else { return 0 }
        let (own, other) = (student.configuration.plan, hints.teacher.configuration.plan)
        let matrices = (options.hidden > 0 ? 1 : 0) + (options.attention > 0 ? 2 : 0)
        return 6 * hints.teacher.parameters.parameterCount
            + 4 * tokens * matrices * (own.layers + 1) * (own.hiddenSize + other.hiddenSize)
    }
}
