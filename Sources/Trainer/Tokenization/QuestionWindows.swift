/// A question and its context as rows for a model, `[CLS] question [SEP] context [SEP]`: of a long context a window in each row.
package struct QuestionWindows: Sendable {
    /// One row.
    package struct Row: Hashable, Sendable {
        package var tokens: [Int32]
        /// 0 for the question, 1 for the context, as far as the tokenizer distinguishes them.
        package var segments: [UInt8]
        /// Pieces of the context in it, and the place of the first of them among the tokens.
        package var pieces: Range<Int>
        package var firstToken: Int
        /// Tokens at which an answer may begin: those of the context around which no other window shows more.
        package var begins: Range<Int>

        /// The place of a piece among the tokens.
        package func token(of piece: Int) -> Int { firstToken + piece - pieces.lowerBound }
    }

    /// In the order of the context; none where question or context has no piece.
    package let rows: [Row]
    /// Bytes of the context that each of its pieces covers.
    package let pieces: [Range<Int>]
    /// Pieces of the question that did not fit.
    package let lostQuestion: Int

    /// - Parameters:
    ///   - question: UTF-8, as is `context`.
    ///   - maxTokens: most tokens of a row; must leave room for a piece of the context beside the question.
    ///   - maxQuestion: most pieces of the question; what goes beyond is cut at its end.
    ///   - step: pieces from the beginning of a window to that of the next, at most.
    package init(
        _ question: [UInt8], context: [UInt8], by tokenizer: any Tokenizer, maxTokens: Int, maxQuestion: Int,
        step: Int
    ) throws(TokenizationError) {
        func pieces(_ text: [UInt8]) throws(TokenizationError) -> Encoding {
            try tokenizer.encode(text, pair: nil, maxTokens: nil, cutting: .right, addsSpecialTokens: false)
        }
        let asked = try pieces(question).ids
        let read = try pieces(context)
        let kept = asked.prefix(maxQuestion)
        let frame = tokenizer.frame
        self.pieces = read.offsets
        lostQuestion = asked.count - kept.count
        let before = frame.before + kept + frame.between
        let size = maxTokens - before.count - frame.after.count
        precondition(size > 0 || kept.isEmpty, "rows of \(maxTokens) tokens have room for a question alone")
        guard !kept.isEmpty, size > 0 else {
            rows = []
            return
        }
        let windows = TokenWindows(count: read.ids.count, size: size, step: step)
        let best = read.ids.indices.map(windows.best)
        rows = windows.ranges.enumerated().map { number, window in
            // Where a window is the best is one range: of two windows the later one gains with every piece.
            let first = window.first { best[$0] == number } ?? window.lowerBound
            let count = window.count { best[$0] == number }
            let begin = before.count + first - window.lowerBound
            return Row(
                tokens: before + read.ids[window] + frame.after,
                segments: Array(repeating: 0, count: before.count)
                    + Array(repeating: frame.secondSegment, count: window.count + frame.after.count),
                pieces: window, firstToken: before.count, begins: begin..<begin + count)
        }
    }
}

extension SequenceFrame {
    /// Whether questions with contexts can be told apart, and a first token stands for "no answer".
    package var holdsQuestions: Bool { !before.isEmpty && !between.isEmpty }
}
