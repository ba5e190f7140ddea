import ShardFormat

/// Rows that have a tag for each word.
extension TokenRows {
    /// Answers that a model gives to a row: one, or one for each token with a tag, or for each token of a question with its context.
    func answerCount(of row: Int) -> Int {
        hasAnswers ? length(of: row) : tags(of: row)?.ofTokens.count { $0 != TokenTags.none } ?? 1
    }

    /// Tokens with each tag.
    func tagCounts(classCount: Int) -> [Int] {
        (0..<count).reduce(into: Array(repeating: 0, count: classCount)) { counts, row in
            for tag in tags(of: row)?.ofTokens ?? [] where tag != TokenTags.none { counts[Int(tag)] += 1 }
        }
    }

    /// Scores of all words from those of the tokens that answer; 0 for words that no token stands for.
    ///
    /// - Parameter scores: `[answers, width]`, row-major.
    /// - Returns: `[words, width]`, row-major.
    func scoresOfWords(_ scores: [Float], width: Int) -> [Float] {
        var words: [Float] = []
        var first = 0
        for row in 0..<count {
            guard let tags = tags(of: row) else { continue }
            var places = tags.ofTokens
            for token in places.indices where places[token] != TokenTags.none {
                places[token] = Int32(first)
                first += 1
            }
            for token in tags.answering {
                if token == TokenTags.none {
                    words += repeatElement(0, count: width)
                } else {
                    let place = Int(places[Int(token)]) * width
                    words += scores[place..<place + width]
                }
            }
        }
        return words
    }

    /// The comment of each word, in the order of the rows.
    package var commentsOfWords: [Int64] {
        (0..<count).flatMap { row in
            repeatElement(comment(of: row), count: tags(of: row)?.ofWords.count ?? 0)
        }
    }
}

extension ScoredRows {
    /// The words of all rows. A word that shares its token with the one before continues the span that the token's answer
    /// begins; one that no token stands for is outside of all spans.
    ///
    /// - Parameter answers: of the token that answers for each word, `[words, names]`, row-major.
    init(wordsOf rows: TokenRows, names: [String], answers: [Double]) {
        let scheme = TagScheme(names)
        var answers = answers
        var targets: [Double] = []
        var sequences: [Range<Int>] = []
        var comment: Int64?
        for row in 0..<rows.count {
            guard let tags = rows.tags(of: row) else { continue }
            let first = targets.count
            // The windows of one text follow each other.
            if comment != rows.comment(of: row) { sequences.append(first..<first) }
            comment = rows.comment(of: row)
            for (word, token) in tags.answering.enumerated() {
                let own = (first + word) * names.count..<(first + word + 1) * names.count
                if token == TokenTags.none {
                    scheme.answerOutside(&answers[own])
                } else if word > 0, tags.answering[word - 1] == token {
                    scheme.goOn(&answers[own])
                }
            }
            targets += tags.ofWords.map(Double.init)
            sequences[sequences.count - 1] = sequences[sequences.count - 1].lowerBound..<targets.count
        }
        self.init(names: names, targets: targets, answers: answers, sequences: sequences)
    }
}

extension TagScheme {
    /// Makes the answer O, where there is one; otherwise it stays as open as it is.
    fileprivate func answerOutside(_ answer: inout ArraySlice<Double>) {
        guard let outside else { return }
        for place in answer.indices { answer[place] = place - answer.startIndex == outside ? 1 : 0 }
    }

    /// Exchanges B-X and I-X of each type whose beginning is the more probable.
    fileprivate func goOn(_ answer: inout ArraySlice<Double>) {
        let first = answer.startIndex
        for tag in names.indices {
            let next = continued(tag)
            if next != tag, answer[first + tag] > answer[first + next] {
                answer.swapAt(first + tag, first + next)
            }
        }
    }
}
