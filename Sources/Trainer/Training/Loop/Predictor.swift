import CLibrary
package import MessagePassing
package import Models

/// Scores any number of rows with a model, in batches of similar length; answers in the order of the rows.
package struct Predictor {
    private let model: any TrainableModel
    private let task: TrainingTask
    /// Most rows and tokens of a batch; a single longer row is a batch on its own.
    private let batchRows: Int
    private let batchTokens: Int
    private let communicator: any Communicator

    /// - Parameters:
    ///   - task: what the model was trained for.
    ///   - communicator: the processes that share the batches; all of them get all answers.
    package init(
        _ model: any TrainableModel, task: TrainingTask = .singleLabel, batchRows: Int = 64,
        batchTokens: Int = 4096, communicator: any Communicator = SingleProcess()
    ) {
        self.communicator = communicator
        self.model = model
        self.task = task
        self.batchRows = max(1, batchRows)
        self.batchTokens = batchTokens
    }

    /// Probability of each class, or of a regression the number itself, for tokenized rows, `[rows, labels]`, row-major.
    ///
    /// - Parameters:
    ///   - rows: ids with their special tokens, at least one each.
    ///   - segments: first or second text of a pair, for each token of each row.
    package func probabilities(of rows: [[Int32]], segments: [[UInt8]]? = nil) throws -> [Double] {
        task.answers(try logits(of: rows, segments: segments), model.labelCount)
    }

    /// Scores before the softmax for tokenized rows, `[rows, labels]`, row-major; parameters as for
    /// ``probabilities(of:segments:)``.
    package func logits(of rows: [[Int32]], segments: [[UInt8]]? = nil) throws -> [Float] {
        try logits(lengths: rows.map(\.count)) { indices in
            var batch = PackedTokens(rows: indices.map { rows[$0] })
            batch.segmentIDs = segments.map { segments in indices.flatMap { segments[$0] } }
            return batch
        }
    }

    /// The same for the rows of a split; of rows with tags for their words, `[words, labels]`, of questions `[tokens, labels]`.
    package func probabilities(of rows: TokenRows) throws -> [Double] {
        task.answers(try logits(of: rows), model.labelCount)
    }

    /// The same for some rows of a split.
    func probabilities(of rows: TokenRows, in range: Range<Int>) throws -> [Double] {
        let logits = try logits(lengths: range.map(rows.length(of:))) { places in
            rows.batch(places.map { range.lowerBound + $0 })
        }
        return task.answers(logits, model.labelCount)
    }

    /// Scores before the softmax for the rows of a split, `[rows, labels]`, row-major; of rows with tags for their words,
    /// `[words, labels]`, 0 for words that no token stands for; of questions `[tokens, labels]`.
    func logits(of rows: TokenRows) throws -> [Float] {
        let lengths = (0..<rows.count).map(rows.length(of:))
        let counts = (0..<rows.count).map(rows.answerCount(of:))
        guard rows.hasTags else { return try logits(lengths: lengths, answers: counts) { rows.batch($0) } }
        return rows.scoresOfWords(
            try logits(lengths: lengths, answers: counts) { rows.batch($0) }, width: model.labelCount)
    }

    /// Scores of each answering token of rows, `[answers, labels]`, row-major, in the order of the rows.
    ///
    /// - Parameters:
    ///   - answering: places of those tokens in each row, rising, at least one.
    ///   - segments: first or second text of a pair, for each token of each row.
    package func logits(
        of rows: [[Int32]], answering: [[Int]], segments: [[UInt8]]? = nil
    ) throws -> [Float] {
        try logits(lengths: rows.map(\.count), answers: answering.map(\.count)) { indices in
            var batch = PackedTokens(rows: indices.map { rows[$0] })
            var tokens = AnsweringTokens()
            for (place, row) in indices.enumerated() {
                tokens.tokens += answering[row].map { batch.offsets[place] + Int32($0) }
                tokens.offsets.append(Int32(tokens.tokens.count))
            }
            batch.answering = tokens
            batch.segmentIDs = segments.map { segments in indices.flatMap { segments[$0] } }
            return batch
        }
    }

    /// - Parameter answers: that each row has; nil for one.
    private func logits(
        lengths: [Int], answers counts: [Int]? = nil, batch: ([Int]) -> PackedTokens
    ) throws -> [Float] {
        let ends = lengths.indices.reduce(into: [0]) { $0.append($0[$1] + (counts?[$1] ?? 1)) }
        let width = model.labelCount
        var answers = Array(repeating: Float(0), count: ends[lengths.count] * width)
        let batches = batches(lengths: lengths)
        func share(of process: Int) -> [[Int]] {
            stride(from: process, to: batches.count, by: communicator.size).map { batches[$0] }
        }
        let own = try share(of: communicator.rank).flatMap { try model.logits(batch($0)) }
        let order = (0..<communicator.size).map { share(of: $0).flatMap { $0 } }
        var all = [Float](repeating: 0, count: answers.count)
        let sizes = order.map { rows in rows.reduce(0) { $0 + ends[$1 + 1] - ends[$1] } }
        try communicator.gather(own, into: &all, sizes.map { 4 * $0 * width })
        var next = 0
        for row in order.joined() {
            for place in ends[row] * width..<ends[row + 1] * width {
                answers[place] = all[next]
                next += 1
            }
        }
        return answers
    }

    /// Rows grouped by length, longest first, so that what needs most memory comes at once.
    private func batches(lengths: [Int]) -> [[Int]] {
        let order = lengths.indices.sorted { (lengths[$1], $0) < (lengths[$0], $1) }
        var batches: [[Int]] = []
        var tokens = 0
        for row in order {
            if let last = batches.last, last.count < batchRows, tokens + lengths[row] <= batchTokens {
                batches[batches.count - 1].append(row)
                tokens += lengths[row]
            } else {
                batches.append([row])
                tokens = lengths[row]
            }
        }
        return batches
    }

    /// Probabilities from scores, each row on its own.
    package static func softmax(_ logits: [Float], classCount: Int) -> [Double] {
        var probabilities = logits.map(Double.init)
        for start in stride(from: 0, to: probabilities.count, by: classCount) {
            let row = start..<start + classCount
            let highest = probabilities[row].max() ?? 0
            for index in row { probabilities[index] = exp(probabilities[index] - highest) }
            let sum = probabilities[row].reduce(0, +)
            for index in row { probabilities[index] /= sum }
        }
        return probabilities
    }
}
